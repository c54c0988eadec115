"""An area at a glance: few figures, by unit, by level, by place. Figures of matters and units, never of persons.

Every number is a query made now: tallies, and counts over small indexes that stop at ``MOST``, so that the page costs the
same at fifty thousand and a million demands. Each is what its list holds for this reader: in a village or township, whose
tallies leave restricted demands out, those the reader may open are added where they lie; in the county, whose tallies know
all, those they may not are taken off.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Literal
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.accounts.models import Level
from minfu.cases import rights, states
from minfu.cases.models import Case
from minfu.cases.rules import catalog as catalogs
from minfu.cases.rules import counts, lists, periods, restricted
from minfu.cases.rules.access import COUNTY, TOWNSHIP
from minfu.cases.rules.actions.work import SETTLED_LEVELS
from minfu.kernel import calendar, clock, composed, gate
from minfu.places import index
from minfu.places.access import drawn_grids
from minfu.places.codes import place_name
from minfu.places.models import Grid

#: Where a count stops; beyond it a figure reads "10,000+".
MOST = 10_000
#: Shades of a tile, from the share of the fullest.
_SHADES = 4
TOP = 10
#: Grids one map can carry.
MOST_GRIDS = 4_000


@dataclass(frozen=True)
class Figure:
    """One large figure: the number, its list, and the number of the span before (None: nothing to compare)."""

    key: str
    label: str
    number: int
    query: str
    note: str = ""
    before: int | None = None
    than: str = ""
    #: Tallied, hence exact however large; the others are counted up to ``MOST``.
    tallied: bool = False

    @property
    def capped(self) -> bool:
        """Tell whether there are more than were counted."""
        return self.number > MOST and not self.tallied

    @property
    def shown(self) -> str:
        """Return the number as people read it."""
        return _shown(self.number) if self.capped else f"{self.number:,}"

    @property
    def change(self) -> str:
        """Return how it compares with the span before, in words."""
        if self.before is None:
            return ""
        words = {
            "than": self.than,
            "before": _shown(self.before),
            "by": f"{abs(self.number - self.before):,}",
        }
        if self.number == self.before:
            return _("%(than)s也是 %(before)s") % words
        more = self.number > self.before
        pattern = _("%(than)s %(before)s，多 %(by)s") if more else _("%(than)s %(before)s，少 %(by)s")
        return pattern % words


@dataclass(frozen=True)
class Line:
    """A row of a table: a unit, a level or a place, what is in hand there and what of it is overdue."""

    label: str
    open: int
    overdue: int
    query: str
    code: str = ""
    level: str = ""
    shade: int = 0
    states: dict[str, int] = field(default_factory=dict)


def _shown(number: int) -> str:
    return f"{MOST:,}+" if number > MOST else f"{number:,}"


def _add(found: dict[str, dict[str, int]], key: str, state: str, number: int) -> None:
    by_state = found.setdefault(key, {})
    by_state[state] = by_state.get(state, 0) + number


def _query(**more: Any) -> str:
    return "?" + urlencode({key: value for key, value in more.items() if value != ""})


#: What the figures count besides tallies, from one moment to another (``Period``) or now.
_COUNTED: dict[str, Callable[[datetime, datetime], Q]] = {
    "registered": lambda start, end: Q(registered_at__gte=start, registered_at__lte=end),
    "solved": lambda start, end: Q(state=states.SOLVED, closed_at__gte=start, closed_at__lte=end),
    "escalated": lambda _start, _end: ~Q(escalated_to="") & Q(is_open=True),
    "reopened": lambda _start, _end: Q(is_open=True, reopened__gt=0),
}


def _is_county(area: str) -> bool:
    return len(area) <= COUNTY


def _here(area: str) -> Q:
    """Return the condition for the demands of an area as tallies know them: all of the county's, the public ones of another."""
    if _is_county(area):
        return Q()
    column = "township_code" if len(area) == TOWNSHIP else "village_code"
    return Q(**{column: area.ljust(12, "0"), "restricted": False})


# Questions (``kernel.composed``). ``apart``: of the demands by which the reader's lists differ, not of the area's.


def _rows(actor: Actor, apart: bool) -> QuerySet[Case]:  # noqa: FBT001 - called in two places
    return restricted.differing(actor) if apart else Case.objects.filter(_here(actor.area))


def _counted(
    actor: Actor,
    name: str,
    apart: bool,  # noqa: FBT001 - called in one place
    most: int,
    start: datetime,
    end: datetime,
) -> QuerySet[Case, Any]:
    return _rows(actor, apart).filter(_COUNTED[name](start, end)).order_by().values("pk")[: most + 1]


def _settled(actor: Actor, apart: bool, start: datetime) -> QuerySet[Case, Any]:  # noqa: FBT001 - called in one place
    ended = _rows(actor, apart).filter(state=states.SOLVED, closed_at__gte=start)
    return ended.order_by().values_list("settled_level").annotate(cases=Count("closed_at"))


def _late(area: str, most: int) -> QuerySet[Case, Any]:
    rows = Case.objects.filter(_here(area), lists.overdue(), is_open=True).order_by("due_at")
    return rows.values_list("holder_id", "township_code", "village_code")[: most + 1]


class Glance:
    """What a leader sees of the area of their post. Each part is read when a page first asks for it."""

    def __init__(self, actor: Actor):
        """Raise ``Forbidden`` without the right to lead."""
        gate.check(actor, rights.LEAD)
        self.actor = actor
        self.at = clock.now()
        self.area = actor.area
        self._catalog = catalogs.current()

    # --- the area ---

    @property
    def is_county(self) -> bool:
        """Tell whether the whole county is looked at."""
        return _is_county(self.area)

    def _query(self, scope: str) -> str:
        """Return the address of a list, kept to the area: a unit may have work elsewhere."""
        column = "township" if len(self.area) == TOWNSHIP else "village"
        return _query(scope=scope, **({} if self.is_county else {column: self.area.ljust(12, "0")}))

    @property
    def calendar_version(self) -> int:
        """Return the version of the working calendar in force."""
        return calendar.current().version

    @cached_property
    def name(self) -> str:
        """Return the name of the area."""
        known = index.current()
        return known.label(self.area.ljust(12, "0") if self.area else known.county.ljust(12, "0"))

    @property
    def _sign(self) -> int:
        """Return what one of the demands by which this reader's lists differ does to a figure: added, or taken off."""
        return -1 if restricted.is_placed(self.actor) else 1

    @cached_property
    def _apart(self) -> list[restricted.Apart]:
        return restricted.in_hand(self.actor)

    # --- figures ---

    @cached_property
    def _by_holder(self) -> dict[str, dict[str, int]]:
        found = counts.open_by("holder_id", self.area)
        for row in self._apart:
            _add(found, str(row.holder), row.state, self._sign * row.number)
        return {key: states_ for key, states_ in found.items() if sum(states_.values())}

    @cached_property
    def by_state(self) -> dict[str, int]:
        """Return the open demands by state."""
        total: dict[str, int] = {}
        for states_ in self._by_holder.values():
            for state, number in states_.items():
                total[state] = total.get(state, 0) + number
        return total

    @cached_property
    def figures(self) -> list[Figure]:
        """Return the large figures, in the order they are read."""
        query, found = self._query, self._counts
        overdue = sum(number for _key, number in self._overdue)
        return [
            Figure(
                "today", _("今天新登记"), found["today"], query("today"), before=found["yesterday"], than=_("昨天此时"),
            ),
            Figure("open", _("在办"), sum(self.by_state.values()), _query(scope="area"), _("所有没有结束的"), tallied=True),
            Figure("overdue", _("已超期"), overdue, query("overdue"), _("过了办结时限还没办好")),
            Figure("escalated", _("提级督办"), found["escalated"], query("escalated"), _("有环节超时，已报上级平台")),
            Figure(
                "asking", _("待居民确认"), self.by_state.get(states.ASKING, 0), query("asking"),
                _("办完了，等居民说是否解决"), tallied=True,
            ),
            Figure("reopened", _("重办中"), found["reopened"], query("reopened"), _("居民说没有解决")),
            Figure(
                "solved", _("本周居民确认解决"), found["this week"], query("solved_week"),
                before=found["last week"], than=_("上周同期"),
            ),
        ]  # fmt: skip

    @cached_property
    def _counts(self) -> dict[str, int]:
        """Return the numbers behind the figures that are not tallied, counted up to ``MOST``. One statement."""
        today, week = periods.today(), periods.this_week()
        asked = {
            "today": ("registered", today),
            "yesterday": ("registered", today.before(timedelta(days=1))),
            "escalated": ("escalated", today),
            "reopened": ("reopened", today),
            "this week": ("solved", week),
            "last week": ("solved", week.before(timedelta(days=7))),
        }
        numbers = composed.counts(
            [
                composed.Question(_counted, self.actor, what, apart, MOST, moments=(span.start, span.end))
                for what, span in asked.values()
                for apart in (False, True)
            ]
        )
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        return {name: number + self._sign * apart for name, (number, apart) in zip(asked, pairs, strict=True)}

    @cached_property
    def _overdue(self) -> list[tuple[tuple[int, str, str], int]]:
        """Return how many are overdue by (holder, township, village), of the ``MOST`` longest overdue."""
        found = composed.Question(_late, self.area, MOST).tally()
        for row in self._apart:
            if row.late:
                found[row.holder, row.township, row.village] += self._sign * row.number
        return [(key, number) for key, number in found.items() if number > 0]

    def _overdue_by(self, place: int) -> Counter[str]:
        found: Counter[str] = Counter()
        for key, number in self._overdue:
            found[str(key[place])] += number
        return found

    def overdue(self, fields: Sequence[str] = ()) -> list[Case]:
        """Return the demands that are overdue longest, of those the actor may open; only ``fields`` of them if any are named."""
        rows = lists.select(self.actor, "overdue", lists.Filters()).filter(_here(self.area))
        return lists.page(rows, size=TOP, fields=fields).cases

    # --- by unit, level and place ---

    @cached_property
    def units(self) -> list[Line]:
        """Return the units that hold open demands, those with most overdue first."""
        overdue, lines = self._overdue_by(0), []
        for key, states_ in self._by_holder.items():
            unit = self._catalog.units.get(int(key))
            lines.append(
                Line(
                    unit.name if unit else _("已停用的单位"),
                    sum(states_.values()),
                    overdue[key],
                    f"?scope=area&unit={key}",
                    level=unit.level if unit else "",
                    states=states_,
                )
            )
        return sorted(lines, key=lambda line: (-line.overdue, -line.open, line.label))

    @cached_property
    def levels(self) -> list[Line]:
        """Return what lies at each level: with villages, with townships, with the county."""
        found = []
        for level, label in lists.HOLDING_LEVELS.items():
            lines = [line for line in self.units if line.level == level]
            if lines or level != Level.COUNTY or self.is_county:
                number, late = sum(line.open for line in lines), sum(line.overdue for line in lines)
                query = _query(scope="area", level=level)
                found.append(Line(str(label), number, late, query, level=level))
        return found

    @cached_property
    def settled(self) -> list[Line]:
        """Return at which level what residents confirmed as solved in the last four weeks was settled."""
        since = periods.four_weeks().start
        found: Counter[str] = Counter()
        for apart in (False, True):
            for level, number in composed.Question(_settled, self.actor, apart, moments=[since]).rows():
                found[level] += self._sign * number if apart else number
        return [
            Line(
                str(label),
                int(found.get(level, 0)),
                0,
                _query(scope="solved_month", settled=level),
                level=level,
            )
            for level, label in SETTLED_LEVELS.items()
        ]

    @property
    def settled_sentence(self) -> str:
        """Say in one sentence where things were settled."""
        total = sum(line.open for line in self.settled)
        low = sum(line.open for line in self.settled if line.level in ("household", "grid", "village"))
        if not total:
            return _("近四周还没有居民确认解决的诉求。")
        return _("近四周居民确认解决 %(total)s 件，其中 %(low)s 件在村里就化解了。") % {
            "total": f"{total:,}",
            "low": f"{low:,}",
        }

    @cached_property
    def places(self) -> list[Line]:
        """Return the townships of the county, or the villages of the township, in the order of their codes."""
        return self._places("township") if self.is_county else self.villages

    @cached_property
    def villages(self) -> list[Line]:
        """Return the villages of the area in the order of their codes."""
        return self._places("village")

    def _places(self, name: Literal["township", "village"]) -> list[Line]:
        key: Literal["township_code", "village_code"]
        key, column = ("township_code", 1) if name == "township" else ("village_code", 2)
        found, late, known = self._open_by(key), self._overdue_by(column), index.current()
        codes = {row.code for row in known.divisions.values() if row.level == name and not row.ended}
        here = {code for code in codes if code.startswith(self.area)} | found.keys()
        numbers = {code: sum(found.get(code, {}).values()) for code in here}
        most = max(numbers.values(), default=0)
        return [
            Line(
                place_name(known.divisions[code].name) if code in known.divisions else _("地点待定"),
                numbers[code],
                late[code],
                self._place_query(name, code),
                code=code,
                shade=-(-numbers[code] * _SHADES // most) if most else 0,
            )
            for code in sorted(here, key=lambda code: (not code, code))
        ]

    def _open_by(self, key: Literal["township_code", "village_code"]) -> dict[str, dict[str, int]]:
        """Return the open demands by place, then by state; restricted ones where they lie, if the reader may open them."""
        found = counts.open_by(key, self.area, placed=restricted.is_placed(self.actor))
        for row in self._apart:
            place = row.township if key == "township_code" else row.village
            _add(found, place, row.state, self._sign * row.number)
        return {place: states_ for place, states_ in found.items() if sum(states_.values())}

    def _grids(self) -> QuerySet[Grid]:
        """Return the drawn grids in force of the area."""
        return drawn_grids(self.area or settings.MINFU_COUNTY)

    def has_map(self) -> bool:
        """Tell whether a grid of the area is drawn."""
        return self._grids().exists()

    def drawn(self) -> Iterator[tuple[str, Any, Line | None]]:
        """Yield the drawn grids: the village's name, the area (GeoJSON), what is in hand in the village."""
        lines, known = {line.code: line for line in self.villages}, index.current()
        rows = self._grids().values_list("code", "village_id", "geometry")
        for code, village, shape in rows[:MOST_GRIDS]:
            division = known.divisions.get(village)
            yield place_name(division.name) if division else code, shape, lines.get(village)

    def _place_query(self, name: str, code: str) -> str:
        return _query(scope="area", **{name: code or lists.NOWHERE})

    @property
    def places_sentence(self) -> str:
        """Say in one sentence what the map shows."""
        lines = [line for line in self.places if line.open]
        if not lines:
            return _("辖区内没有在办的诉求。")
        first = max(lines, key=lambda line: line.open)
        return _(
            "在办 %(total)s 件，分布在 %(count)d 个地方；最多的是%(name)s，%(most)s 件，其中超期 %(late)s 件。"
        ) % {
            "total": f"{sum(line.open for line in lines):,}",
            "count": len(lines),
            "name": first.label,
            "most": f"{first.open:,}",
            "late": _shown(first.overdue),
        }
