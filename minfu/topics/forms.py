"""Steps of a topic as forms: one for each verb, exactly its arguments."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.kernel.step_pages import StepForm, day, words
from minfu.kernel.widgets import offer
from minfu.topics import events, listings, states
from minfu.topics.models.topic import TITLE
from minfu.topics.rules import access, actions
from minfu.topics.rules.actions import matter

STEP = states.TOPIC.step
#: Topics and demands a form lets choose from.
_OFFERED, _DEMANDS, _SHOWN = 200, 200, 60


class RenameForm(StepForm):
    """Another name."""

    step, verb, events = STEP("rename"), actions.rename, (events.RENAMED,)
    title = forms.CharField(label=gettext_lazy("名称"), max_length=TITLE)

    def prepare(self) -> None:
        """Begin with the present name."""
        self.fields["title"].initial = self.row.title


class MergeForm(StepForm):
    """Into another."""

    step, verb, events = STEP("merge"), actions.merge, (events.MERGED,)
    into = forms.TypedChoiceField(label=gettext_lazy("并入哪个专题"), coerce=int)
    reason = words(gettext_lazy("说明"), 2, required=False)

    def prepare(self) -> None:
        """Offer the topics one may arrange, hottest first."""
        rows = access.shown_to(self.actor).exclude(pk=self.row.pk)
        standing = rows.filter(state__in=(states.OPEN, states.TAKEN, states.REPORTED))
        found = [one for one in standing.order_by("-heat", "-pk")[:_OFFERED] if self._may(one)]
        offer(self, "into", [(one.pk, _said(one)) for one in found])

    def _may(self, one: Any) -> bool:
        return access.may_take(self.actor, one, STEP("merge"))


def _said(one: Any) -> str:
    return _("%(title)s（%(where)s，%(people)s 人）") % {
        "title": one.title,
        "where": listings.where(one),
        "people": one.people,
    }


class SplitForm(StepForm):
    """Some demands out into a topic of their own."""

    step, verb, events = STEP("split"), actions.split, (events.SPLIT,)
    title = forms.CharField(label=gettext_lazy("分出的专题叫什么"), max_length=TITLE)
    case_ids = forms.TypedMultipleChoiceField(
        label=gettext_lazy("分出哪些诉求"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    reason = words(gettext_lazy("说明"), 2, required=False)

    def prepare(self) -> None:
        """Offer the newest demands the actor may open."""
        found = access.demands_for(self.actor, self.row)[:_DEMANDS]
        offer(self, "case_ids", [(one.pk, f"{one.number} {one.shown_description[:_SHOWN]}") for one in found])


class DismissForm(StepForm):
    """Nothing to be settled together."""

    step, verb, events = STEP("dismiss"), actions.dismiss, (events.DISMISSED,)
    reason = words(gettext_lazy("为什么搁置"), 2)


class RestoreForm(StepForm):
    """Back."""

    step, verb, events = STEP("restore"), actions.restore, (events.RESTORED,)
    reason = words(gettext_lazy("说明"), 2, required=False)


class TakeUpForm(StepForm):
    """The month's matter."""

    step, verb, events = STEP("take_up"), actions.take_up, (events.TAKEN_UP,)
    owner_id = forms.TypedChoiceField(label=gettext_lazy("责任单位"), coerce=int)
    due_on = day(gettext_lazy("完成日期"))
    task = words(
        gettext_lazy("要解决什么"), 3, help_text=gettext_lazy("例如：夜间 22 点后不再施工，扬尘有人管。")
    )

    def prepare(self) -> None:
        """Offer the units that may have it."""
        offer(self, "owner_id", [(one.pk, one.name) for one in matter.owners(self.row)])


class ReportForm(StepForm):
    """How it was solved."""

    step, verb, events = STEP("report"), actions.report, (events.REPORTED,)
    result = words(gettext_lazy("怎样解决的"), 4)


class VerifyForm(StepForm):
    """Solved."""

    step, verb, events = STEP("verify"), actions.verify, (events.VERIFIED,)
    finding = words(gettext_lazy("怎样核实的、看到什么"), 3)


class SendBackForm(StepForm):
    """Not solved."""

    step, verb, events = STEP("send_back"), actions.send_back, (events.SENT_BACK,)
    finding = words(gettext_lazy("还差在哪里"), 3)


class PutDownForm(StepForm):
    """Not the month's matter any more."""

    step, verb, events = STEP("put_down"), actions.put_down, (events.PUT_DOWN,)
    reason = words(gettext_lazy("为什么"), 2)


#: Every step a person takes, by its name.
FORMS: dict[str, type[StepForm]] = {
    form.step.name: form
    for form in (
        TakeUpForm, ReportForm, VerifyForm, SendBackForm, PutDownForm, RenameForm, MergeForm, SplitForm,
        DismissForm, RestoreForm,
    )
}  # fmt: skip
