"""What of a step counts in figures. It stands in the event itself, so that figures come from the history alone.

One event of a step carries two data: ``of``, for whom and for where it counts on that day (``[unit, place, category, kind,
door, restricted]``, the place as a village's or township's code), and ``counts``, what there is to count by name, each with
what figures tell apart: ``[mark, level, hours]``, the last ones left out where there are none. ``NAMES`` says what each means.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from minfu.cases import events, states
from minfu.cases.models import Case, Deadline, TimeLimit
from minfu.cases.rules import catalog
from minfu.cases.rules.deadlines import OVERDUE
from minfu.kernel.record import Fact, counting

Counts = dict[str, list[Any]]

#: What is counted of demands, and what people call it.
NAMES = {
    "registered": _("登记"),
    "assigned": _("派单"),
    "contact": _("联系居民"),
    "handled": _("办理"),
    "done": _("办结并核实"),
    "verified": _("核实"),
    "answered": _("居民评价结果"),
    "rated": _("居民评满意度"),
    "reopened": _("居民说没有解决，提级重办"),
    "ended": _("结束"),
    "returned": _("结束后又恢复"),
    "objected": _("提出派单异议"),
    "objection": _("裁定派单异议"),
    "extended": _("延期"),
    "standing": _("暂停和挂账"),
    "helped": _("请求协办"),
}
#: Events that count by themselves: what they count as, and its mark.
_PLAIN = {
    events.ASSIGNED: ("assigned", ""),
    events.REASSIGNED: ("assigned", "again"),
    events.VERIFIED: ("verified", "passed"),
    events.SENT_BACK: ("verified", "sent_back"),
    events.REOPENED: ("reopened", ""),
    events.OBJECTED: ("objected", ""),
    events.OBJECTION_UPHELD: ("objection", "upheld"),
    events.OBJECTION_OVERRULED: ("objection", "overruled"),
    events.EXTENDED: ("extended", ""),
    events.PAUSED: ("standing", "paused"),
    events.DEFERRED: ("standing", "deferred"),
    events.HELP_CALLED: ("helped", ""),
}
#: A report counts as handled once somebody else found it done, or the desk answered it at once.
_FOUND_DONE = frozenset({events.VERIFIED, events.ANSWERED})
#: Clocks whose end counts, by what it counts as.
_CLOCKS = {TimeLimit.Clock.CONTACT: "contact", TimeLimit.Clock.RESOLVE: "handled"}
_HOUR = 3600


def of(case: Case, unit_id: int | None) -> list[Any]:
    """Return for whom and for where a step of a demand counts."""
    return [
        unit_id,
        case.village_code or case.township_code,
        _code(case),
        case.kind,
        case.door,
        int(case.restricted),
    ]


def _code(case: Case) -> str:
    known = catalog.current().category_by_id.get(case.category_id or 0)
    category = known or case.category  # the latter: a version that has ended
    return category.code if category else ""


def at_start(case: Case) -> dict[str, Any]:
    """Return what the event of a registration carries."""
    counts: Counts = {"registered": []}
    if case.lead_id is not None:
        counts["assigned"] = []
    if case.closed_at is not None:
        counts["ended"] = [case.state]
    return {"of": of(case, case.lead_id or case.holder_id), "counts": counts}


def overdue(row: Deadline) -> dict[str, Any]:
    """Return what the event carries that sounds an overdue clock: whoever never acts is late all the same."""
    name = _CLOCKS.get(TimeLimit.Clock(row.clock))
    if name is None or row.stage != OVERDUE:
        return {}
    return {"of": of(row.case, row.unit_id), "counts": {name: ["missed"]}}


def stamped(  # noqa: PLR0913 - what a step was and became
    facts: Sequence[Fact],
    case: Case,
    *,
    unit_id: int | None,
    level: str,
    before: str,
    ended: Iterable[Deadline],
    clocks: Collection[Deadline],
    at: datetime,
) -> list[Fact]:
    """Return a step's facts, the last of which carries what counts of it.

    ``unit_id`` and ``level`` are the unit in charge and where it was settled before the step, ``before`` the state;
    ``case`` is as the step leaves it. ``ended`` are clocks the step touched, ``clocks`` all of the demand, needed where work
    was found done.
    """
    names = {fact.name for fact in facts}
    if not facts:
        return []
    counts: Counts = {}
    for fact in facts:
        if plain := _PLAIN.get(fact.name):
            counts[plain[0]] = [plain[1]] if plain[1] else []
        if fact.name == events.CONFIRMED:
            counts |= _answer(fact, level)
    counts |= _contact(ended, at)
    if names & _FOUND_DONE:
        counts |= _done(clocks, case.settled_level)
    counts |= _ends(before, case.state)
    if not counts:
        return list(facts)
    unit = case.lead_id if names & {events.ASSIGNED, events.REASSIGNED} else unit_id
    return counting(facts, of(case, unit), counts)


def _answer(fact: Fact, level: str) -> Counts:
    counts: Counts = {"answered": [fact.data["outcome"], level]}
    if fact.data.get("satisfaction") is not None:
        counts["rated"] = [str(fact.data["satisfaction"]), level]
    return counts


def _contact(ended: Iterable[Deadline], at: datetime) -> Counts:
    for row in ended:
        if row.clock == TimeLimit.Clock.CONTACT and row.ended_at == at and (mark := _kept(row)):
            return {"contact": [mark]}
    return {}


def _done(clocks: Collection[Deadline], level: str) -> Counts:
    """Work was found done: how long it took, and whether in time."""
    rows = [row for row in clocks if row.clock == TimeLimit.Clock.RESOLVE and row.state in ("met", "missed")]
    if not rows or rows[-1].ended_at is None:
        return {}
    row = rows[-1]
    hours = int((rows[-1].ended_at - row.started_at).total_seconds() // _HOUR)
    counts: Counts = {"done": ["", level, hours]}
    if mark := _kept(row):
        counts["handled"] = [mark, level]
    return counts


def _kept(row: Deadline) -> str:
    """Return whether an ended clock was met or missed; nothing when its being late counted when it fell due."""
    if row.state == "missed" and row.stage >= OVERDUE:
        return ""
    return row.state if row.state in ("met", "missed") else ""


def _ends(before: str, after: str) -> Counts:
    was, is_ = states.CASE[before].is_open, states.CASE[after].is_open
    if was and not is_:
        return {"ended": [after]}
    return {"returned": [before]} if is_ and not was else {}
