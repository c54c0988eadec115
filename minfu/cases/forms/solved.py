"""What everyone may look for on the public board."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from minfu.cases.rules import releases
from minfu.kernel.forms import Form


class BoardForm(Form):
    """In which township, of which category of the first level."""

    township = forms.ChoiceField(label=_("乡镇（街道）"), required=False)
    category = forms.ChoiceField(label=_("类别"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        """Offer the townships and the categories of the first level."""
        super().__init__(*args, **kwargs)
        for name, rows in (("township", releases.townships()), ("category", releases.categories())):
            cast(forms.ChoiceField, self.fields[name]).choices = [("", _("全部")), *rows]

    def asked(self) -> dict[str, str]:
        """Return what is asked for; what is no choice asks for nothing."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}
