"""Forms of the public board: what a desk writes, and why it withdraws."""

from django import forms
from django.utils.translation import gettext_lazy as _

from minfu.cases.rules.actions.release import LONGEST_DONE, LONGEST_REASON, LONGEST_WHAT
from minfu.kernel.forms import Form


class ReleaseForm(Form):
    """What it was and what was done, in the desk's own words."""

    what = forms.CharField(
        label=_("是什么事"),
        max_length=LONGEST_WHAT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("用自己的话概括，不抄居民原话。不写姓名、称呼、电话、车牌、门牌。"),
    )
    done = forms.CharField(
        label=_("怎么办的"),
        max_length=LONGEST_DONE,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("做了什么、现在怎样，让没有来过的人也看得懂。"),
    )
    village = forms.BooleanField(
        label=_("写明是哪个村（社区）"),
        required=False,
        initial=True,
        help_text=_("村子小、一说就知道是谁家的，请不要勾选，只写到乡镇。"),
    )
    checked = forms.BooleanField(label=_("已核对，文字里没有个人信息"), required=False)


class WithdrawReleaseForm(Form):
    """Why it is taken from the board."""

    reason = forms.CharField(
        label=_("为什么撤下"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3})
    )
