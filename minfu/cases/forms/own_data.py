"""Forms about a resident's own data: what they ask, what a desk answers."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from minfu.cases.models import DataRequest
from minfu.cases.rules.actions.own_data import LONGEST
from minfu.kernel.forms import Form


class AskForm(Form):
    """What should happen to the data, and what it should say instead."""

    wish = forms.ChoiceField(
        label=_("您要怎么做？"), choices=DataRequest.Wish.choices, widget=forms.RadioSelect
    )
    name = forms.CharField(
        label=_("正确的姓名"), required=False, max_length=60, help_text=_("更正姓名时填。")
    )
    phone = forms.CharField(
        label=_("正确的电话"), required=False, max_length=30, help_text=_("更正电话时填。")
    )
    words = forms.CharField(
        label=_("补充说明"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )


class AnswerForm(Form):
    """Do it, or say why not."""

    granted = forms.TypedChoiceField(
        label=_("决定"),
        coerce=lambda value: value == "yes",
        choices=[("yes", _("照办")), ("no", _("不同意"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("答复居民（不同意的必须写明理由）"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a refusal."""
        data = super().clean() or {}
        if data.get("granted") is False and not str(data.get("words") or "").strip():
            self.add_error("words", _now("请把理由告诉居民。"))
        return data


class HandOutForm(Form):
    """How the desk knows who stands before it."""

    explanation = forms.CharField(
        label=_("怎样确认是本人"),
        max_length=200,
        help_text=_("例如“核对了身份证”。会记入历史，居民可以看到。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
