"""Mediation itself, what is agreed, and what comes after."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.disputes import events, states
from minfu.disputes.forms.base import STEP, About, WaysForm, picks, radio
from minfu.disputes.models import Agreement, Visit
from minfu.disputes.rules import actions
from minfu.kernel import dated
from minfu.kernel.step_pages import day, moment, words


class BeginForm(About):
    """Begin."""

    step, verb, events = STEP("begin"), actions.begin, (events.BEGUN,)


class PlanForm(About):
    """Arrange a sitting."""

    step, verb, events = STEP("plan"), actions.plan, (events.SESSION_PLANNED,)
    starts_at = moment(gettext_lazy("时间"))
    place = forms.CharField(label=gettext_lazy("地点"), max_length=200)


class HoldForm(About):
    """Write down a sitting."""

    step, verb, events = STEP("hold"), actions.hold, (events.SESSION_HELD,)
    starts_at = moment(gettext_lazy("时间"))
    place = forms.CharField(label=gettext_lazy("地点"), max_length=200)
    parties = picks(gettext_lazy("到场的当事人"))
    seats = picks(gettext_lazy("到场的调解员"))
    others = forms.CharField(
        label=gettext_lazy("其他参加人"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("例如记录人、见证人。"),
    )
    minutes = words(
        gettext_lazy("调解笔录"), 10, help_text=gettext_lazy("各方怎么说、争什么、怎么调、结果如何。")
    )

    def prepare(self) -> None:
        """Offer who may have come; take over what was arranged."""
        self.offer_parties(name="parties")
        self.offer_seats("seated", name="seats")
        for name in ("parties", "seats"):
            self.fields[name].initial = [value for value, _label in self.fields[name].choices]  # type: ignore[attr-defined]  # a field found by its name is any field
        if self.about is not None:
            self.fields["starts_at"].initial = self.about.starts_at
            self.fields["place"].initial = self.about.place

    def arguments(self) -> dict[str, Any]:
        """Put together the sitting."""
        sitting = actions.Sitting(**super().arguments())
        return {"sitting": sitting, "session_id": self.about.pk if self.about else None}


class CancelForm(About):
    """Call off an arranged sitting."""

    step, verb, events = states.SESSION.step("cancel"), actions.cancel, (events.SESSION_CANCELLED,)
    reason = forms.CharField(label=gettext_lazy("为什么取消"), max_length=400)

    def arguments(self) -> dict[str, Any]:
        """Name the sitting."""
        return {"session_id": self.about.pk, **super().arguments()}


class AgreeForm(About):
    """What was agreed."""

    step, verb, events = STEP("agree"), actions.agree, (events.DRAFTED, events.AGREED)
    form = radio(gettext_lazy("协议形式"), Agreement.Form.choices, initial=Agreement.Form.WRITTEN)
    facts = words(gettext_lazy("纠纷主要事实"), 4)
    dispute = words(gettext_lazy("争议事项和各方责任"), 3)
    content = words(gettext_lazy("协议内容"), 6)
    performance = words(gettext_lazy("怎样履行"), 3)
    due_on = day(gettext_lazy("履行期限"), required=False, help_text=gettext_lazy("当场履行完的可以不填。"))
    agreed_on = day(gettext_lazy("达成协议的日期"))

    def prepare(self) -> None:
        """Take over the facts that are known, and what an earlier draft said."""
        draft = self.row.agreements.order_by("-pk").first()
        for name in ("facts", "dispute", "content", "performance", "due_on"):
            self.fields[name].initial = getattr(draft, name, "") if draft else ""
        if draft is None:
            self.fields["facts"].initial = self.row.facts
        self.fields["agreed_on"].initial = dated.today()

    def arguments(self) -> dict[str, Any]:
        """Put together the terms."""
        return {"terms_": actions.Terms(**super().arguments())}


class SignForm(About):
    """Every party has signed."""

    step, verb, events = STEP("sign"), actions.sign, (events.AGREED,)
    signed_on = day(gettext_lazy("最后一方签字的日期"))

    def prepare(self) -> None:
        """Today, most likely."""
        self.fields["signed_on"].initial = dated.today()


class ReconsiderForm(About):
    """The draft was not signed."""

    step, verb, events = STEP("reconsider"), actions.reconsider, (events.RECONSIDERED,)
    reason = words(gettext_lazy("为什么没有签"), 3)


class SettleForm(About):
    """They made it up themselves."""

    step, verb, events = STEP("settle"), actions.settle, (events.SETTLED,)
    what = words(gettext_lazy("双方怎样说和的"), 3)


class FailForm(WaysForm):
    """It leads to nothing."""

    step, verb, events = STEP("fail"), actions.fail, (events.FAILED,)
    ground = radio(gettext_lazy("为什么调解不成"), [(one.value, one.label) for one in actions.FAILING])
    note = words(gettext_lazy("说明"), 2, required=False)
    field_order = ("ground", "ways", "note")


class VisitForm(WaysForm):
    """A follow-up."""

    step, verb = STEP("visit"), actions.visit
    events = (events.VISITED, events.KEPT, events.BROKEN)
    finding = radio(gettext_lazy("履行得怎样"), Visit.Finding.choices)
    note = words(gettext_lazy("问了谁，情况怎样"), 3)
    field_order = ("finding", "note", "ways")

    def prepare(self) -> None:
        """Ways are told only when the agreement was not kept."""
        super().prepare()
        self.fields["ways"].required = False
        self.fields["ways"].label = _("没有履行的：已告知当事人的其他途径")


class ApplyForm(About):
    """Both sides asked the court."""

    step, verb, events = STEP("apply"), actions.apply, (events.APPLIED,)
    applied_on = day(gettext_lazy("共同申请的日期"))
    court = forms.CharField(label=gettext_lazy("向哪个法院"), max_length=120)

    def prepare(self) -> None:
        """Say until when."""
        agreement = self.row.agreements.filter(stands=True).first()
        if agreement is not None and agreement.confirm_until is not None:
            self.fields["applied_on"].help_text = _("%(first)s 生效，请在 %(until)s 之前共同申请。") % {
                "first": agreement.effective_on,
                "until": agreement.confirm_until,
            }
        self.fields["applied_on"].initial = dated.today()


class CourtForm(About):
    """What the court decided."""

    step, verb, events = STEP("court"), actions.court, (events.COURT_DECIDED,)
    confirmed = forms.TypedChoiceField(
        label=gettext_lazy("法院结果"),
        coerce=lambda value: value == "yes",
        choices=[("yes", gettext_lazy("确认有效")), ("no", gettext_lazy("不予确认"))],
        widget=forms.RadioSelect,
    )
    decided_on = day(gettext_lazy("作出日期"))
    number = forms.CharField(label=gettext_lazy("文书编号"), required=False, max_length=120)
