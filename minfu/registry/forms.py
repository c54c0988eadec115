"""Asking why, before a resident's identity is shown: the same form in every room."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minfu.kernel import clock
from minfu.kernel.forms import Form
from minfu.kernel.widgets import offer
from minfu.registry.rules.purposes import purposes_on


class RevealForm(Form):
    """Why one looks."""

    purpose = forms.ChoiceField(label=_("查看用途"), widget=forms.RadioSelect)
    explanation = forms.CharField(
        label=_("具体说明"),
        max_length=200,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
        help_text=_("例如“电话核实漏水位置”。会记入历史，居民可以看到谁查看过。"),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        """Offer the purposes of today."""
        super().__init__(*args, **kwargs)
        today = timezone.localdate(clock.now())
        offer(self, "purpose", [(one.code, one.label) for one in purposes_on(today)])
        self.fields["purpose"].initial = "contact"
