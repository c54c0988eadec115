"""What the desk does: place, classify, assign, answer, divert, decide objections."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.accounts.actor import Actor
from minfu.accounts.models import Level, Role
from minfu.cases import events
from minfu.cases.models import Case, Kind, Objection, Urgency, WorkReport
from minfu.cases.rules import access, asking, messages, routing
from minfu.cases.rules.actions._base import Change, take, unit
from minfu.cases.rules.actions.merge import lock_with_merged, release_merged
from minfu.cases.rules.catalog import UnitInfo
from minfu.cases.rules.deadlines import Clock
from minfu.kernel.calendar import Duration, Unit
from minfu.kernel.errors import Forbidden, Invalid, Refused
from minfu.kernel.tongue import kept, of_county
from minfu.language.asked import text
from minfu.places import index
from minfu.places.models import Division, Grid

__all__ = ["answer", "assign", "classify", "divert", "overrule", "place", "reassign", "uphold"]

_ANSWERABLE = (Kind.CONSULTATION, Kind.SUGGESTION, Kind.PRAISE)


@transaction.atomic
def assign(*, actor: Actor, case_id: int, unit_id: int, reason: str = "", version: int | None = None) -> Case:
    """Give a waiting demand to the unit that leads it.

    Refused when the list of duties reserves the category for departments, when the unit is the one complained about, when it
    lies outside the desk's own area and is no department, and when it objected rightly, unless one above decides, with a reason.
    """
    change = take(actor, case_id, "assign", version=version)
    why = text(reason, "reason", "")
    lead = _lead(change, unit_id, why)
    change.finish(Clock.DISPATCH)
    _hand_to(change, lead)
    change.fact(events.ASSIGNED, why, unit=lead.id, unit_name=lead.name)
    change.tell(lead.id, events.ASSIGNED)
    return change.done("lead", "holder", "desk")


@transaction.atomic
def reassign(*, actor: Actor, case_id: int, unit_id: int, reason: str, version: int | None = None) -> Case:
    """Give a demand to another lead, with a reason. Its clock runs on."""
    change = take(actor, case_id, "reassign", version=version)
    why = text(reason, "reason", _("请写明改派的原因。"))
    lead = _lead(change, unit_id, why)
    if lead.id == change.case.lead_id:
        raise Invalid({"unit": [_("它已经是牵头单位，请选择另一个单位。")]})
    old = change.case.lead_id
    for row in change.running(Clock.ACCEPT):
        change.finish(row.clock)
    change.drop_requests()
    _hand_to(change, lead)
    change.fact(events.REASSIGNED, why, unit=lead.id, unit_name=lead.name, former=old)
    change.tell(lead.id, events.ASSIGNED if messages.is_pressing(change.case) else events.REASSIGNED)
    change.tell(old, events.REASSIGNED)
    return change.done("lead", "holder", "desk")


def _lead(change: Change, unit_id: int, why: str) -> UnitInfo:
    lead = unit(change, unit_id)
    _may_lead(change, lead, "unit")
    _heed_objection(change, lead, why)
    inside = lead.division.startswith(change.actor.area) or lead.kind == "department"
    if not inside:
        raise Invalid({"unit": [_("只能派给本辖区的单位或县级部门。")]})
    return lead


def _heed_objection(change: Change, lead: UnitInfo, why: str) -> None:
    """Refuse a unit whose objection to this demand was upheld, unless one above who upheld it decides and says why.

    Above the county's desk there is none: there it takes another person.
    """
    case, actor = change.case, change.actor
    row = case.objections.filter(unit_id=lead.id, upheld=True).select_related("decided_by__unit").first()
    if row is None:
        return
    ranks: dict[str, int] = {Level.TOWNSHIP: 1, Level.COUNTY: 2}
    decided = ranks.get(row.decided_by.unit.level, 0) if row.decided_by else 0
    mine = ranks.get(actor.level, 0)
    another = asking.person_behind(case, events.OBJECTION_UPHELD) != actor.user_id
    if mine < decided or (mine == decided and not (actor.level == Level.COUNTY and another)):
        raise Refused(
            _("%(unit)s对这件诉求的异议已经裁定成立，不能再派给它。确实应由它办理的，请报上一级平台决定。")
            % {"unit": lead.name},
            code="objection_upheld",
            field="unit",
        )
    if not why:
        raise Invalid({"reason": [_("%(unit)s的异议曾经成立，再派给它请写明理由。") % {"unit": lead.name}]})


def _may_lead(change: Change, lead: UnitInfo, field: str) -> None:
    """Refuse a lead that the list of duties, or what it complains of, keeps from leading the demand as it is now."""
    matter = routing.matter_of(change.case, change.catalog)
    if refusal := routing.may_lead(lead, matter, change.catalog):
        raise Refused(refusal, code="may_not_lead", field=field)


def _hand_to(change: Change, lead: UnitInfo) -> None:
    """Make ``lead`` the unit in charge; its acceptance clock starts, the demand's own clocks go on."""
    case = change.case
    case.lead_id = case.holder_id = lead.id
    above = change.catalog.desk_above(lead)
    case.desk_id = above.id if above else case.desk_id
    change.hand_over(lead.id)
    change.begin(Clock.ACCEPT, lead.id)


@transaction.atomic
def answer(*, actor: Actor, case_id: int, answer_text: str, version: int | None = None) -> Case:
    """Answer a consultation, suggestion or praise at the desk; the resident is asked whether it satisfies.

    The answer is kept as the desk's own report, which nobody verifies: so the desk does not write down the resident's word.
    """
    change = take(actor, case_id, "answer", version=version)
    if change.case.kind not in _ANSWERABLE or actor.unit_id is None:
        raise Refused(
            _("只有咨询、建议和表扬可以由平台直接答复，其他诉求请派单办理。"), code="not_answerable"
        )
    said = text(answer_text, "text", _("请写明答复内容。"))
    WorkReport.objects.create(
        case=change.case,
        unit_id=actor.unit_id,
        post_id=actor.post_id,
        text=said,
        settled_level=actor.level,
        reported_at=change.at,
        verified_at=change.at,
    )
    change.finish(Clock.DISPATCH, Clock.RESOLVE)
    change.begin(Clock.CONFIRM, change.case.desk_id)
    change.case.settled_level = change.actor.level
    change.fact(events.ANSWERED, said)
    change.tell_resident(events.ANSWERED)
    return change.done("settled_level")


@transaction.atomic
def place(
    *, actor: Actor, case_id: int, village_code: str, grid_id: int | None = None, version: int | None = None
) -> Case:
    """Say by hand where a demand lies; one that waits is routed on from there.

    A desk may place a demand outside its own area: it then goes to the desk there.
    """
    change = take(actor, case_id, "place", version=version)
    case = change.case
    case.division = _village(village_code)
    case.grid = _grid(grid_id, village_code)
    case.village_code = case.division.code
    case.township_code = case.division.code[:9] + "000"
    case.place_method, case.place_confidence = "desk", 1.0
    case.place_reason = kept(gettext_lazy("由平台人工确定。"))
    change.fact(events.PLACED, place=case.village_code, grid=case.grid_id)
    fields = [
        "division",
        "grid",
        "township_code",
        "village_code",
        "place_method",
        "place_confidence",
        "place_reason",
    ]
    return _routed_on(change, fields)


def _village(code: str) -> Division:
    village = Division.objects.filter(pk=code, level=Division.Level.VILLAGE, valid_to__isnull=True).first()
    if village is None:
        raise Invalid({"village": [_("请选择所在的村（社区）。")]})
    return village


def _grid(grid_id: int | None, village_code: str) -> Grid | None:
    if grid_id is None:
        return None
    grid = Grid.objects.filter(pk=grid_id, village_id=village_code).first()
    if grid is None or grid.pk not in index.current().grids:
        raise Invalid({"grid": [_("这个网格不在所选的村里，请重新选择。")]})
    return grid


@transaction.atomic
def classify(
    *,
    actor: Actor,
    case_id: int,
    category_code: str,
    kind: str = "",
    urgency: str = "",
    version: int | None = None,
) -> Case:
    """Put a demand under the right category (and kind, urgency); its limits are counted again from the registration.

    Refused while a unit leads that the list of duties keeps from the category: another must be given the demand first.
    """
    change = take(actor, case_id, "classify", version=version)
    category = change.catalog.categories.get(category_code)
    if category is None:
        raise Invalid({"category": [_("没有这个类别，请重新选择。")]})
    case = change.case
    case.category = category
    case.kind = _kind(change, kind)
    _still_in_right_hands(change)
    before, case.urgency = case.urgency, _chosen(urgency, Urgency, "urgency") or case.urgency
    if case.urgency == Urgency.URGENT and before != Urgency.URGENT and change.before != "waiting":
        change.tell(case.lead_id, events.CLASSIFIED)
    case.restricted = case.restricted or category.confidential or case.kind == Kind.WRONGDOING
    change.fact(events.CLASSIFIED, category=category.code, kind=case.kind, urgency=case.urgency)
    _count_again(change, category.code)
    return _routed_on(change, ["category", "kind", "urgency", "restricted"])


def _kind(change: Change, kind: str) -> str:
    """Return the kind as corrected; a report of wrongdoing stays one unless the county decides otherwise."""
    case, chosen = change.case, _chosen(kind, Kind, "kind")
    leaves = case.kind == Kind.WRONGDOING and chosen not in ("", case.kind)
    if leaves and change.actor.role != Role.COUNTY_DISPATCHER:
        raise Refused(_("举报只能由县级平台改成其他类型。"), code="wrongdoing_stays", field="kind")
    return chosen or case.kind


def _still_in_right_hands(change: Change) -> None:
    """Refuse a correction after which the present lead, or a unit called to help, might not have the demand."""
    units = change.catalog.units
    if (lead := units.get(change.case.lead_id or 0)) is not None:
        _may_lead(change, lead, "category")
    matter = routing.matter_of(change.case, change.catalog)
    for row in change.case.helps.filter(state__in=("called", "coming")):
        helper = units.get(row.unit_id)
        if helper is not None and routing.may_work(helper, matter, change.catalog):
            raise Refused(
                _("%(unit)s正在协办，改后不能再让它参与。请先由牵头单位解除协办。") % {"unit": helper.name},
                code="may_not_help",
                field="kind",
            )


def _chosen(value: str, choices: type[Kind] | type[Urgency], name: str) -> str:
    if value and value not in choices.values:
        raise Invalid({name: [_("“%(value)s”不是可选的值，请重新选择。") % {"value": value[:20]}]})
    return value


def _count_again(change: Change, code: str) -> None:
    """Limits follow the corrected category: running clocks are recounted from when they started.

    Once a unit has the demand a correction gives it no more time, unless the county makes it: for that there is the extension.
    """
    from minfu.cases.rules import deadlines

    for row in change.running(Clock.RESOLVE, Clock.CONTACT):
        limit = change.catalog.limit(
            row.clock, category=code, kind=change.case.kind, urgency=change.case.urgency
        )
        if limit is None or (limit.amount, limit.measure) == (row.amount, row.measure):
            continue
        due = change.calendar.add(row.started_at, Duration(limit.amount, Unit(limit.measure)))
        if due > row.due_at and change.before != "waiting" and change.actor.role != Role.COUNTY_DISPATCHER:
            continue
        row.amount, row.measure, row.remind_percent = limit.amount, limit.measure, limit.remind_percent
        row.due_at = due
        row.calendar_version = change.calendar.version
        row.stage = 0
        row.alarm_at = deadlines.next_alarm(row, change.calendar)
        change.touch(row)


def _routed_on(change: Change, fields: list[str]) -> Case:
    """Route a waiting demand on with what is known now; a demand already in work keeps its lead."""
    case = change.case
    if change.before != "waiting":
        return change.done(*fields)
    with of_county():  # its reason is kept
        route = routing.route(routing.matter_of(case, change.catalog), change.catalog)
    if case.reopened or route.lead is None or _objected_rightly(case, route.lead):
        # A reopened demand is not sent down again by itself, nor one to who objected rightly: the desk decides.
        if not case.reopened and route.desk.id != case.desk_id:
            case.desk_id = case.holder_id = route.desk.id
            for row in change.running(Clock.DISPATCH):
                row.unit_id = route.desk.id
                change.touch(row)
            change.hand_over(route.desk.id)
            change.fact(events.WAITING, route.reason, unit=route.desk.id, unit_name=route.desk.name)
            change.tell(route.desk.id, events.WAITING)
        return change.done(*fields, "desk", "holder")
    change.target = "assigned"
    change.finish(Clock.DISPATCH)
    _hand_to(change, route.lead)
    change.fact(
        events.ASSIGNED, route.reason, unit=route.lead.id, unit_name=route.lead.name, rule=route.rule_id
    )
    change.tell(route.lead.id, events.ASSIGNED)
    return change.done(*fields, "lead", "holder", "desk")


def _objected_rightly(case: Case, lead: UnitInfo) -> bool:
    return case.objections.filter(unit_id=lead.id, upheld=True).exists()


@transaction.atomic
def divert(
    *, actor: Actor, case_id: int, diversion_code: str, note: str = "", version: int | None = None
) -> Case:
    """Tell the resident that the matter belongs elsewhere, where and how, and end it here."""
    lock_with_merged(actor, case_id)
    change = take(actor, case_id, "divert", version=version)
    diversion = change.catalog.diversions.get(diversion_code)
    if diversion is None:
        raise Invalid({"diversion": [_("请选择应走的渠道。")]})
    if change.case.reopened and actor.role != Role.COUNTY_DISPATCHER:
        raise Refused(_("居民说没有解决的诉求，只能由县级平台改走其他渠道。"), code="reopened")
    release_merged(change, kept(gettext_lazy("主单已转其他渠道。")))
    change.drop_requests()
    change.release_helpers()
    change.void()
    change.case.diversion = diversion
    change.fact(events.DIVERTED, text(note, "note", ""), to=diversion.code)
    change.tell_resident(events.DIVERTED)
    return change.done("diversion")


def _objection(change: Change) -> Objection:
    return change.case.objections.filter(upheld__isnull=True).order_by("-id").first() or Objection(
        case=change.case
    )


def _decide(change: Change, decision: str, *, upheld: bool) -> Objection:
    why = text(decision, "decision", _("请写明裁定理由。"))
    row = _objection(change)
    persons = {row.post.user_id if row.post else None, asking.person_behind(change.case, events.OBJECTED)}
    for person in persons:
        if refusal := access.same_person(change.actor, person):
            raise refusal
    if change.actor.is_of(row.unit_id):
        raise Forbidden(_("提出异议的单位的人不能裁定自己单位的异议。"), code="second_person")
    row.upheld, row.decision, row.decided_at, row.decided_by_id = upheld, why, change.at, change.actor.post_id
    row.save(update_fields=["upheld", "decision", "decided_at", "decided_by"])
    change.finish(Clock.DECIDE)
    return row


@transaction.atomic
def uphold(*, actor: Actor, case_id: int, decision: str, version: int | None = None) -> Case:
    """Agree with an objection: the demand waits at the desk for another lead. Its clock has run all the time."""
    change = take(actor, case_id, "uphold", version=version)
    row = _decide(change, decision, upheld=True)
    case = change.case
    case.lead, case.holder_id = None, case.desk_id
    change.hand_over(case.desk_id)
    change.begin(Clock.DISPATCH, case.desk_id)
    change.fact(events.OBJECTION_UPHELD, row.decision, unit=row.unit_id)
    change.tell(row.unit_id, events.OBJECTION_UPHELD)
    return change.done("lead", "holder")


@transaction.atomic
def overrule(*, actor: Actor, case_id: int, decision: str, version: int | None = None) -> Case:
    """Reject an objection: the unit must take the demand, and cannot object again.

    Refused against the list of duties, which binds the desk as well.
    """
    change = take(actor, case_id, "overrule", version=version)
    if (lead := change.catalog.units.get(change.case.lead_id or 0)) is not None:
        _may_lead(change, lead, "decision")
    row = _decide(change, decision, upheld=False)
    case = change.case
    case.holder_id = row.unit_id
    change.begin(Clock.ACCEPT, row.unit_id)
    change.fact(events.OBJECTION_OVERRULED, row.decision, unit=row.unit_id)
    change.tell(row.unit_id, events.OBJECTION_OVERRULED)
    return change.done("holder")
