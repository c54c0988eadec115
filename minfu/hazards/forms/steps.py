"""The forms of the steps. Photos are received with the step and kept only if it is taken."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.files import door as files
from minfu.files.forms import FilesField
from minfu.hazards import events, states
from minfu.hazards.models import Evidence
from minfu.hazards.rules import actions, dates
from minfu.kernel import dated, limits
from minfu.kernel.step_pages import StepForm, day, words
from minfu.kernel.widgets import offer

STEP = states.HAZARD.step
#: Photos one person may send in an hour.
UPLOADS_PER_HOUR = 200


def photos_field(label: Any, **more: Any) -> FilesField:
    """Return a field for photos; they are never required."""
    return FilesField(label=label, required=False, **more)


class HazardForm(StepForm):
    """A step of a hazard; ``about`` is the alarm it is about, if one."""

    def __init__(self, *args: Any, about: Any = None, **kwargs: Any):
        """Keep what it is about."""
        self.about = about
        super().__init__(*args, **kwargs)

    def arguments(self) -> dict[str, Any]:
        """Return what was typed, uploads as the ids of what was received."""
        given = super().arguments()
        if "photos" in given:
            given["files"] = [self._received(one) for one in given.pop("photos")]
        if self.about is not None:
            given["alarm_id"] = self.about.pk
        return given

    def _received(self, upload: Any) -> UUID:
        limits.hit(f"upload:{self.actor.user_id}", limit=UPLOADS_PER_HOUR, seconds=3600)
        return files.receive(upload, self.actor).pk


class GradeForm(HazardForm):
    """Say how grave it is."""

    step, verb, events = STEP("grade"), actions.grade, (events.GRADED,)
    code = forms.ChoiceField(label=gettext_lazy("等级"), widget=forms.RadioSelect)
    reason = words(gettext_lazy("说明"), 2, required=False, help_text=gettext_lazy("降低等级的必须写原因。"))

    def prepare(self) -> None:
        """Offer today's grades with what each means and its date."""
        offer(self, "code", [(one.code, _said(one)) for one in dates.grades(dated.today())])
        if self.row.grade is not None:
            self.fields["code"].initial = self.row.grade.code


def _said(grade: Any) -> str:
    return _("%(name)s：%(meaning)s（%(amount)s%(measure)s内整改）") % {
        "name": grade.name,
        "meaning": grade.meaning,
        "amount": grade.amount,
        "measure": grade.get_measure_display(),
    }


class ReportForm(HazardForm):
    """It is rectified."""

    step, verb, events = STEP("report"), actions.report, (events.REPORTED,)
    what = words(gettext_lazy("怎么整改的"), 4)
    photos = photos_field(gettext_lazy("整改后的照片"))


class InspectForm(HazardForm):
    """Checked by another."""

    step, verb, events = STEP("inspect"), actions.inspect, (events.GONE, events.NOT_GONE)
    gone = forms.TypedChoiceField(
        label=gettext_lazy("隐患还在不在"),
        coerce=lambda value: value == "yes",
        choices=[("yes", gettext_lazy("已经消除")), ("no", gettext_lazy("还在，要继续整改"))],
        widget=forms.RadioSelect,
    )
    finding = words(gettext_lazy("怎样复查的、看到什么"), 3)
    again_on = day(
        gettext_lazy("还在的：在哪一天之前整改完"),
        required=False,
        help_text=gettext_lazy("不填就按等级的期限算。"),
    )
    photos = photos_field(gettext_lazy("复查照片"))


class MeasureForm(HazardForm):
    """What was done meanwhile."""

    step, verb, events = STEP("measure"), actions.measure, (events.MEASURED, events.EVIDENCE_ADDED)
    what = words(gettext_lazy("先采取了什么措施"), 3)
    photos = photos_field(gettext_lazy("照片"))


class AddEvidenceForm(HazardForm):
    """Photos."""

    step, verb, events = STEP("add_evidence"), actions.add_evidence, (events.EVIDENCE_ADDED,)
    photos = photos_field(gettext_lazy("照片"))
    when = forms.ChoiceField(
        label=gettext_lazy("什么时候拍的"), choices=Evidence.When.choices[:2], widget=forms.RadioSelect
    )

    def prepare(self) -> None:
        """Before, until it is reported as rectified."""
        after = self.row.state == states.INSPECTING
        self.fields["when"].initial = Evidence.When.AFTER if after else Evidence.When.BEFORE


class SetDateForm(HazardForm):
    """Another date."""

    step, verb, events = STEP("set_date"), actions.set_date, (events.DATE_SET,)
    due_on = day(gettext_lazy("改到哪一天之前"))
    reason = words(gettext_lazy("为什么改"), 2)


class DismissForm(HazardForm):
    """No hazard."""

    step, verb, events = STEP("dismiss"), actions.dismiss, (events.DISMISSED,)
    reason = words(gettext_lazy("为什么不构成隐患"), 3)


class RaiseAlarmForm(HazardForm):
    """Danger is immediate."""

    step, verb, events = STEP("raise_alarm"), actions.raise_alarm, (events.ALARM_RAISED, events.ALARM_TOLD)
    reason = words(gettext_lazy("什么险情，有没有人受威胁"), 3)


class AcknowledgeForm(HazardForm):
    """Somebody is on it."""

    step, verb = states.ALARM.step("acknowledge"), actions.acknowledge
    events = (events.ALARM_ACKNOWLEDGED,)
    doing = words(gettext_lazy("您怎么处理"), 2)


class EndAlarmForm(HazardForm):
    """The danger is under control."""

    step, verb, events = states.ALARM.step("end"), actions.end_alarm, (events.ALARM_OVER,)
    ending = words(gettext_lazy("险情怎样解除的"), 2)
