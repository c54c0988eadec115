"""Steps of the unit in charge: one form for each, exactly the arguments of its verb."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.cases import events
from minfu.cases.forms import pickers
from minfu.cases.forms.step import StepForm, words
from minfu.cases.rules import actions, catalog
from minfu.kernel import clock, widgets


class AcceptForm(StepForm):
    """Take in hand."""

    step_name, verb, event = "accept", actions.accept, events.ACCEPTED


class ObjectForm(StepForm):
    """Object to the assignment."""

    step_name, verb, event, said = "object", actions.object_to, events.OBJECTED, "reason"
    reason = words(gettext_lazy("为什么不属本单位职责，应由谁办"))
    basis = forms.CharField(label=gettext_lazy("依据（文件、条款）"), required=False, max_length=200)


class ReportForm(StepForm):
    """Report the work done."""

    step_name, verb, event, said = "report", actions.report, events.REPORTED, "text"
    text = words(gettext_lazy("做了什么、结果如何"), 5)
    settled_level = forms.ChoiceField(
        label=gettext_lazy("在哪一级化解"),
        choices=list(actions.SETTLED_LEVELS.items()),
        widget=forms.RadioSelect,
    )

    def prepare(self) -> None:
        """Choose the actor's own level."""
        level = self.actor.level
        self.fields["settled_level"].initial = level if level in actions.SETTLED_LEVELS else "village"

    def arguments(self) -> dict[str, Any]:
        """Name the text as the verb does."""
        return {"what": self.cleaned_data["text"], "settled_level": self.cleaned_data["settled_level"]}


class CallHelpForm(StepForm):
    """Call a unit to help."""

    step_name, verb, event, said = "call_help", actions.call_help, events.HELP_CALLED, "task"
    same: ClassVar[Mapping[str, str]] = {"unit": "unit_id"}
    unit = forms.TypedChoiceField(label=gettext_lazy("协办单位"), coerce=int, widget=widgets.Combo)
    task = words(gettext_lazy("需要对方做什么"), 3)

    def prepare(self) -> None:
        """Offer the units that may be called."""
        widgets.offer(self, "unit", pickers.helpers(self.case, catalog.current()))

    def arguments(self) -> dict[str, Any]:
        """Name the unit as the verb does."""
        return {"unit_id": self.cleaned_data["unit"], "task": self.cleaned_data["task"]}


class NoteForm(StepForm):
    """Write down progress."""

    step_name, verb, said = "note", actions.note, "text"
    event = (events.NOTED, events.CONTACTED)
    text = words(gettext_lazy("进展"))
    contacted = forms.BooleanField(label=gettext_lazy("已联系居民"), required=False)

    def arguments(self) -> dict[str, Any]:
        """Name the text as the verb does."""
        return {"what": self.cleaned_data["text"], "contacted": self.cleaned_data["contacted"]}


class RemarkForm(StepForm):
    """Leave a word for colleagues."""

    step_name, verb, event, said = "remark", actions.remark, events.REMARKED, "text"
    versioned, locks = False, True
    text = words(gettext_lazy("给同事的话（居民看不到）"), 3)

    def arguments(self) -> dict[str, Any]:
        """Name the text as the verb does."""
        return {"what": self.cleaned_data["text"]}


class _AskForm(StepForm):
    event, said = events.APPROVAL_ASKED, "reason"
    ground = forms.ChoiceField(label=gettext_lazy("事由"), choices=list(actions.GROUNDS.items()))
    reason = words(gettext_lazy("情况说明"), 3)


class AskExtensionForm(_AskForm):
    """Ask for more time."""

    step_name, verb = "ask_extension", actions.ask_extension
    amount = forms.IntegerField(label=gettext_lazy("延长多少"), min_value=1)

    def prepare(self) -> None:
        """Say in which measure, and how much at most."""
        row = self.case.deadlines.filter(clock="resolve", state="running").first()
        self.order_fields(["amount", "ground", "reason"])
        if row is not None:
            self.fields["amount"].help_text = _("填 1 到 %(most)d(%(measure)s)。") % {
                "most": row.amount,
                "measure": row.get_measure_display(),
            }


class _AskUntilForm(_AskForm):
    longest: ClassVar[timedelta]
    until = forms.DateField(label=gettext_lazy("到哪一天"), widget=forms.DateInput(attrs={"type": "date"}))

    def prepare(self) -> None:
        """Bound the date picker."""
        today = timezone.localdate(clock.now())
        self.order_fields(["until", "ground", "reason"])
        self.fields["until"].widget.attrs.update(
            min=(today + timedelta(days=1)).isoformat(), max=(today + self.longest).isoformat()
        )


class AskPauseForm(_AskUntilForm):
    """Ask that the clock stand still."""

    step_name, verb, longest = "ask_pause", actions.ask_pause, timedelta(days=90)


class AskDeferralForm(_AskUntilForm):
    """Ask to put it on the ledger."""

    step_name, verb, longest = "ask_deferral", actions.ask_deferral, timedelta(days=366)


class ResumeForm(StepForm):
    """Go on."""

    step_name, verb, event, said = "resume", actions.resume, events.RESUMED, "reason"
    reason = words(gettext_lazy("说明"), 2, required=False)
