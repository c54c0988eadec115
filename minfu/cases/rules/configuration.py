"""The configuration as people read it: what a row is about and says, what was changed last, where a demand would go."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from minfu.cases import events
from minfu.cases.models import AutomaticChoice, Kind, TimeLimit, Urgency
from minfu.cases.rules import catalog, defaults, routing
from minfu.cases.rules.actions import configure
from minfu.cases.rules.routing import Matter, Route
from minfu.kernel import calendar, clock, record
from minfu.kernel.calendar import Duration, Unit
from minfu.kernel.errors import Refused
from minfu.kernel.models import Event
from minfu.places import index

#: Changes shown.
CHANGES = 20
TOWNSHIP = 9  # digits


def changes() -> list[Event]:
    """Return the newest changes of the configuration, newest first."""
    return list(record.history((events.CONFIGURATION, 1)))[: -CHANGES - 1 : -1]


def townships() -> list[tuple[str, str]]:
    """Return the county's townships in force, by the nine digits all below them share."""
    rows = [row for row in index.current().divisions.values() if row.level == "township" and not row.ended]
    return sorted((row.code[:TOWNSHIP], row.name) for row in rows)


def about(row: Any) -> str:
    """Say which demands a rule, limit or retention is about, or what is chosen."""
    if isinstance(row, AutomaticChoice):
        return str(row.get_matter_display())
    now = catalog.current()
    said = [now.path(row.category_code) or row.category_code] if row.category_code else []
    said += [str(Kind(row.kind).label)] if row.kind else []
    said += [str(Urgency(row.urgency).label)] if getattr(row, "urgency", "") else []
    area = getattr(row, "area", "")
    said += [dict(townships()).get(area, area)] if area else []
    return "、".join(said) or _("所有诉求")


def target(row: Any) -> str:
    """Say where a routing rule sends demands."""
    if row.unit:
        return str(row.unit.name)
    level, duty = row.get_level_display(), defaults.duties().get(row.duty)
    return f"{level} · {duty.name if duty else row.duty}" if row.duty else str(level)


#: In which order the rows of a part stand on its screen.
_ORDER = {
    "rules": ("order", "id"),
    "limits": ("category_code", "kind", "urgency", "valid_from"),
    "diversions": ("-emergency", "code", "valid_from"),
    "retention": ("category_code", "kind", "valid_from"),
    "choices": ("matter", "valid_from"),
}


def listed(name: str) -> list[Any]:
    """Return the rows of a part that hold today or will, in the order of its screen; time limits clock by clock."""
    rows = configure.standing(configure.PARTS[name]).order_by(*_ORDER[name])
    if name == "rules":
        return list(rows.select_related("unit"))
    if name == "limits":
        clocks = TimeLimit.Clock.values
        return sorted(rows, key=lambda row: clocks.index(row.clock))
    return list(rows)


def example(amount: int, measure: str) -> str:
    """Say when a demand registered now would be due. ``Invalid`` or ValueError for what is no limit."""
    now, working = clock.now(), calendar.current()
    return calendar.phrase(working, now, working.add(now, Duration(amount, Unit(measure))), Unit(measure))


@dataclass(frozen=True)
class Trial:
    """Where an imagined demand would go, and when it would be due ("" without a limit)."""

    route: Route
    due: str


def trial(*, kind: str, urgency: str, category: str, village: str, day: date | None = None) -> Trial:
    """Say where a demand would go by the configuration of a day (None: today) and why.

    ``category``, ``village``: codes, empty while unknown. ``Refused`` while the county has no desk.
    """
    now = catalog.load(day) if day else catalog.current()
    matter = Matter(
        kind=kind,
        urgency=urgency,
        category=now.categories.get(category),
        township_code=f"{village[:TOWNSHIP]}000" if village else "",
        village_code=village,
        placed=bool(village),
    )
    try:
        route = routing.route(matter, now)
    except routing.NoDesk:
        raise Refused(_("还没有建县平台，诉求无处可去。请先建单位。"), code="no_desk") from None
    limit = now.limit("resolve", category=category, kind=kind, urgency=urgency)
    return Trial(route, example(limit.amount, limit.measure) if limit else "")
