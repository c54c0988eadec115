"""What the unit in charge and its helpers do: accept, object, call help, note, report."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.accounts.actor import Actor
from minfu.cases import events, states
from minfu.cases.models import Case, Help, Objection, WorkReport
from minfu.cases.rules import access, routing
from minfu.cases.rules.actions._base import Change, lead_of, take, unit
from minfu.cases.rules.deadlines import Clock
from minfu.kernel import clock
from minfu.kernel.calendar import Duration, Unit
from minfu.kernel.errors import Forbidden, Invalid, Refused
from minfu.kernel.gate import check
from minfu.kernel.models import Event
from minfu.language.asked import text

#: Where a demand was settled (小事不出格): the grid's own people, the village, the township, the county; or at home.
SETTLED_LEVELS = {
    "household": gettext_lazy("户内化解"),
    "grid": gettext_lazy("网格化解"),
    "village": gettext_lazy("村级化解"),
    "township": gettext_lazy("乡镇化解"),
    "county": gettext_lazy("县级化解"),
}


@transaction.atomic
def accept(*, actor: Actor, case_id: int, version: int | None = None) -> Case:
    """Take a demand in hand as its lead (签收)."""
    change = take(actor, case_id, "accept", version=version)
    change.finish(Clock.ACCEPT)
    change.fact(events.ACCEPTED)
    return change.done()


@transaction.atomic
def object_to(
    *, actor: Actor, case_id: int, reason: str, basis: str = "", version: int | None = None
) -> Case:
    """Say that the demand is not the unit's duty; once per unit, within its limit. The clock keeps running."""
    change = take(actor, case_id, "object", version=version)
    case = change.case
    why = text(reason, "reason", _("请写明为什么不属于本单位职责，应由谁办理。"))
    if case.objections.filter(unit_id=lead_of(case)).exists():
        raise Refused(_("本单位对这件诉求已经提过一次异议，请按裁定办理。"), code="objected_before")
    _within_limit(change)
    Objection.objects.create(
        case=case,
        unit_id=lead_of(case),
        post_id=actor.post_id,
        reason=why,
        basis=text(basis, "basis", "", longest=200),
        made_at=change.at,
    )
    case.holder_id = case.desk_id
    change.finish(Clock.ACCEPT)
    change.begin(Clock.DECIDE, case.desk_id)
    change.fact(events.OBJECTED, why, unit=case.lead_id)
    change.tell(case.desk_id, events.OBJECTED)
    return change.done("holder")


def _within_limit(change: Change) -> None:
    """An objection comes within its limit from the assignment (§3.1: one working day unless the county says otherwise)."""
    case = change.case
    code = change.catalog.category_by_id[case.category_id].code if case.category_id else ""
    limit = change.catalog.limit(Clock.OBJECT, category=code, kind=case.kind, urgency=case.urgency)
    given = Event.objects.filter(
        subject_type=events.SUBJECT, subject_id=case.pk, name__in=(events.ASSIGNED, events.REASSIGNED)
    )
    since = given.order_by("-seq").values_list("at", flat=True).first()
    if limit is None or since is None:
        return
    until = change.calendar.add(since, Duration(limit.amount, Unit(limit.measure)))
    if change.at > until:
        raise Refused(
            _("已超过提出异议的时限，请签收办理；办理中确有困难的，可请求协办或申请延期。"),
            code="objection_late",
        )


@transaction.atomic
def note(
    *, actor: Actor, case_id: int, what: str, contacted: bool = False, version: int | None = None
) -> Case:
    """Write down progress; ``contacted`` says that the resident was spoken to, which meets the contact clock."""
    change = take(actor, case_id, "note", version=version)
    said = text(what, "text", _("请写明进展。"))
    if contacted:
        change.finish(Clock.CONTACT)
    change.fact(events.CONTACTED if contacted else events.NOTED, said)
    return change.done()


@transaction.atomic
def remark(*, actor: Actor, case_id: int, what: str) -> Case:
    """Leave a word for colleagues; the resident does not see it, and no clock is touched."""
    change = take(actor, case_id, "remark")
    change.fact(events.REMARKED, text(what, "text", _("请写明备注。"), longest=1000))
    return change.done()


@transaction.atomic
def report(
    *, actor: Actor, case_id: int, what: str, settled_level: str = "", version: int | None = None
) -> Case:
    """Report the work done (办结): what was done, and where it was settled. Another unit's person verifies it."""
    change = take(actor, case_id, "report", version=version)
    said = text(what, "text", _("请写明做了什么、结果如何。"))
    case = change.case
    level = settled_level or ("grid" if actor.grid_ids else actor.level)
    if level not in SETTLED_LEVELS:
        raise Invalid({"settled_level": [_("请选择在哪一级化解。")]})
    waiting = case.helps.filter(state__in=["called", "coming"]).select_related("unit").first()
    if waiting is not None:
        raise Refused(
            _("%(unit)s还在协办。请等它完成，或先解除协办。") % {"unit": waiting.unit.name}, code="help_open"
        )
    change.drop_requests()
    WorkReport.objects.create(
        case=case,
        unit_id=lead_of(case),
        post_id=actor.post_id,
        text=said,
        settled_level=level,
        reported_at=change.at,
    )
    case.settled_level, case.holder_id = level, case.desk_id
    change.finish(Clock.RESOLVE)
    change.begin(Clock.VERIFY, case.desk_id)
    change.fact(events.REPORTED, said, settled_level=level)
    change.tell(case.desk_id, events.REPORTED)
    return change.done("settled_level", "holder")


# --- Helpers (吹哨报到) --------------------------------------------------------------------------------------------


@transaction.atomic
def call_help(*, actor: Actor, case_id: int, unit_id: int, task: str, version: int | None = None) -> Help:
    """Call another unit to help. It has a deadline of its own and is recorded by itself."""
    change = take(actor, case_id, "call_help", version=version)
    wanted = text(task, "task", _("请写明需要对方做什么。"), longest=1000)
    helper = unit(change, unit_id)
    case = change.case
    if helper.id == case.lead_id:
        raise Invalid({"unit": [_("不能请牵头单位自己协办。")]})
    if refusal := routing.may_help(helper, routing.matter_of(case, change.catalog), change.catalog):
        raise Invalid({"unit": [refusal]})
    if case.helps.filter(unit_id=helper.id, state__in=["called", "coming"]).exists():
        raise Invalid({"unit": [_("%(unit)s已经在协办。") % {"unit": helper.name}]})
    row = Help.objects.create(
        case=case, unit_id=helper.id, task=wanted, called_by_id=actor.post_id, called_at=change.at
    )
    change.begin(Clock.HELP, helper.id)
    change.fact(events.HELP_CALLED, wanted, unit=helper.id, unit_name=helper.name)
    change.tell(helper.id, events.HELP_CALLED)
    change.done()
    return row


_HELP_EVENTS = {
    "come": events.HELP_COMING,
    "finish": events.HELP_DONE,
    "decline": events.HELP_DECLINED,
    "release": events.HELP_RELEASED,
}


@transaction.atomic
def help_step(*, actor: Actor, help_id: int, step: str, result: str = "") -> Help:
    """Take a step of a call for help: ``come`` (报到), ``finish``, ``decline`` by the helper; ``release`` by the lead.

    Raises ``Refused`` for a step its state does not allow, ``Forbidden`` for a unit that is not part of it.
    """
    row = access.get_help_for(actor, help_id)
    check(actor, states.HELP.step(step).right)
    case = access.get_case_for(actor, row.case_id, lock=True)
    row.refresh_from_db()
    if actor.unit_id != (case.lead_id if step == "release" else row.unit_id):
        raise Forbidden(_("这项协办不是本单位的。"))
    target = states.HELP.check(row.state, step)
    change = Change(actor=actor, case=case, target=case.state, at=clock.now(), before=case.state)
    questions = {"finish": _("请写明协办做了什么。"), "decline": _("请写明不能协办的原因。")}
    said = text(result, "result", questions.get(step, ""), longest=1000)
    row.state, row.result = target, said or row.result
    if not states.HELP[target].is_open:
        row.ended_at = change.at
        change.finish(Clock.HELP, unit_id=row.unit_id)
    row.save(update_fields=["state", "result", "ended_at"])
    change.fact(_HELP_EVENTS[step], said, unit=row.unit_id)
    change.tell(row.unit_id if step == "release" else case.lead_id, _HELP_EVENTS[step])
    change.done()
    return row
