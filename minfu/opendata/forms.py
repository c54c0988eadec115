"""New terms from a day on."""

from django import forms
from django.utils.translation import gettext_lazy as _

from minfu.kernel.forms import Form
from minfu.kernel.step_pages import day
from minfu.opendata.models import Terms


class TermsForm(Form):
    """Below which number nothing is told, and what everyone may do with the data."""

    least = forms.IntegerField(
        label=_("小于几的数不公开"),
        min_value=3,
        max_value=50,
        help_text=_("会连带隐去能推算出它的数。已经公开的期次不变。"),
    )
    licence = forms.CharField(label=_("许可"), max_length=60)
    words = forms.CharField(label=_("怎么用"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    url = forms.URLField(
        label=_("许可全文的网址"),
        required=False,
        max_length=200,
        assume_scheme="https",
        error_messages={"invalid": _("“许可全文的网址”请填完整的网址，例如 https://example.org/。")},
    )
    valid_from = day(_("从哪一天起"))
    source = forms.CharField(label=_("依据"), max_length=200, help_text=_("文号、条款，或“县里确定”。"))

    def row(self) -> Terms:
        """Return the unsaved version."""
        return Terms(**self.cleaned_data)
