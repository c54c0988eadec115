"""Forms beside the steps: decide a request, answer a call for help, look at a contact, assign in bulk."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.cases.forms import pickers
from minfu.cases.models import Case
from minfu.cases.rules import catalog
from minfu.kernel import widgets
from minfu.kernel.forms import Form


class DecideForm(Form):
    """Grant or refuse a request."""

    grant = forms.TypedChoiceField(
        label=_("决定"),
        coerce=lambda value: value == "yes",
        choices=[("yes", _("批准")), ("no", _("不批准"))],
        widget=forms.RadioSelect,
    )
    decision = forms.CharField(
        label=_("意见（不批准的必须写明原因）"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class HelpForm(Form):
    """Say what was done, or why not; ``asked`` when the step needs a sentence."""

    result = forms.CharField(label=_("说明"), widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}))

    def __init__(self, *args: Any, asked: bool, **kwargs: Any):
        """Ask for the sentence only where the step needs one."""
        super().__init__(*args, **kwargs)
        self.fields["result"].required = asked


class BulkForm(Form):
    """One unit for several waiting demands."""

    unit = forms.TypedChoiceField(label=_("责任单位"), coerce=int, widget=widgets.Combo)
    reason = forms.CharField(label=_("交办说明"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, actor: Actor, case: Case, **kwargs: Any):
        """Offer the units the first demand may be given to; the verb refuses those that do not fit another."""
        super().__init__(*args, **kwargs)
        widgets.offer(self, "unit", pickers.leads(actor, case, catalog.current()))
        self.fields["unit"].widget.attrs["autofocus"] = True
