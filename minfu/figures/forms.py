"""What people decide about figures, as forms: what is left out of the rates, how much a part counts, what is published."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minfu.figures.models import Exclusion
from minfu.kernel.forms import Form
from minfu.kernel.step_pages import day, words


class ExclusionForm(Form):
    """Which demand should be left out of the rates, and why."""

    case = forms.CharField(label=_("诉求编号"), max_length=40)
    reason = forms.ChoiceField(label=_("原因"), choices=Exclusion.Reason.choices, widget=forms.RadioSelect)
    why = words(
        _("说明"),
        help_text=_("写清为什么不应计入考核，有什么依据。不写居民的姓名、电话。"),
    )


class DecisionForm(Form):
    """What was found, in words; the button says which way."""

    decision = words(_("审核意见"), rows=3)


class WeightForm(Form):
    """How much it counts from a day on."""

    value = forms.DecimalField(
        label=_("权重"),
        min_value=0,
        max_value=1,
        max_digits=5,
        decimal_places=3,
        help_text=_("0 到 1 之间，例如 0.5。"),
        error_messages={"invalid": _("“权重”请填写 0 到 1 之间的数，例如 0.5。")},
    )
    valid_from = day(_("从哪一天起"), help_text=_("这一天以后结束的时段按新权重算，以前的按以前的算。"))
    source = forms.CharField(label=_("依据"), max_length=200, help_text=_("文号、条款，或“县里确定”。"))


class PublishForm(Form):
    """Where the figure is used."""

    used_in = forms.CharField(
        label=_("用在哪里"),
        required=False,
        max_length=200,
        help_text=_("例如“11 月简报”。可以不填。"),
    )

    def arguments(self) -> dict[str, Any]:
        """Return the verb's own arguments from what was typed."""
        return dict(self.cleaned_data)
