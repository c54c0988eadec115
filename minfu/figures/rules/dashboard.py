"""What a dashboard shows of an area and a period: cards, trend, places, way of a demand, overdue by age, days, units.

What is counted is read in two statements, whatever the number of demands; what there is now, from tallies and indexes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from minfu.cases import door as cases
from minfu.figures.rules import areas, feed, figure, periods, query, records, weights
from minfu.figures.rules.areas import Area
from minfu.figures.rules.figure import Change, Figure
from minfu.figures.rules.formula import Count
from minfu.figures.rules.periods import Period
from minfu.figures.rules.query import Answer, Ask
from minfu.places import outlines

CARDS = (
    "registered", "open", "overdue", "solved", "in_time", "response", "solving", "satisfaction", "three_rates",
    "settled_low", "reopened", "duration",
)  # fmt: skip
#: What the room says of now; it has no earlier period to stand beside.
_NOW = ("open", "overdue")
WAY = ("registered", "assigned", "contacted", "done", "answered", "solved")
OF_PLACES = ("registered", "in_time", "solving")
OF_UNITS = ("in_time", "response", "solving", "satisfaction", "reopened")
#: Days of a trend beyond which it is drawn by month, and days the calendar shows.
MOST_DAYS, CALENDAR_DAYS = 92, 26 * 7
#: Units of a table in sight.
UNITS_SHOWN = 20
_SHADES = 4
#: Width and greatest height of the map of places.
MAP_WIDTH, MAP_HEIGHT = 420, 320
#: What came in may be split by these, and what a unit had to do is these.
PARTS = ("kind", "category", "door")
REGISTERED, _WORK = Count("registered"), (Count("handled"), Count("contact"))
_FLOWS = tuple(name for name in CARDS if name not in _NOW)


@dataclass(frozen=True)
class Card:
    """A large figure beside the period before and the year before; ``tone``: good, bad or plain."""

    figure: Figure
    before: Change | None
    year: Change | None

    @property
    def tone(self) -> str:
        """Say whether the change is for the better."""
        better = self.figure.indicator.better
        if self.before is None or not better or not self.before.direction:
            return "plain"
        return "good" if self.before.direction == better else "bad"


@dataclass(frozen=True)
class Point:
    """A point of a trend: its label, and the numbers now and in the period before (None: not reached, none there, no records)."""

    label: str
    now: int | None
    before: int | None
    href: str
    before_href: str


@dataclass(frozen=True)
class Tile:
    """A place: its figures, what is overdue there now, and how dark its tile is (0 to 4)."""

    area: Area
    figures: Sequence[Figure]
    overdue: int
    overdue_href: str
    shade: int

    @property
    def first(self) -> Figure:
        """Return the figure on the tile."""
        return self.figures[0]


@dataclass(frozen=True)
class Bar:
    """A bar: its label, its number, the length in percent of the longest, and where it leads."""

    label: str
    number: int
    share: int
    href: str


@dataclass(frozen=True)
class Day:
    """A day of the calendar and how much came in, with a shade (0 to 4)."""

    day: date
    number: int
    shade: int
    href: str


class Dashboard:
    """One reading: everything that is counted comes from one statement, all of it up to the same event."""

    def __init__(self, area: Area, period: Period) -> None:
        """Count what is new. The caller has asked whether the actor may read the area."""
        self.area, self.period = area, period
        self.standing = feed.catch_up()
        self._places = areas.below(area)
        self._weights = list(weights.versions())

    @cached_property
    def _read(self) -> dict[str, tuple[Ask, Answer]]:
        """Read everything but the figures of units: it must be known first which of them had something to do."""
        here, now = (self.area,), self.period
        count = (REGISTERED, "")
        # Days from one to another may begin and end within a month: their months are added up of days.
        grain: Literal["d", "m"] = "m" if self._by_month and now.kind != "days" else "d"
        asks = {
            "now": figure.ask(tuple(dict.fromkeys((*CARDS, *WAY))), here, now),
            "before": figure.ask(_FLOWS, here, now.before()),
            "year": figure.ask(_FLOWS, here, now.a_year_before()),
            "trend": Ask(here, now, [count], each=grain, whole=True),
            "former": Ask(here, now.former(), [count], each=grain, whole=True),
            "places": figure.ask(OF_PLACES, self._places, now),
            "units": Ask(here, now, [(one, "unit") for one in _WORK], whole=True),
            "calendar": Ask(here, self.half_year, [count], each="d", whole=True),
            "parts": Ask(here, now, [(REGISTERED, split) for split in PARTS], whole=True),
        }
        return dict(
            zip(asks, zip(asks.values(), query.answer(list(asks.values())), strict=True), strict=True)
        )

    def _figures(self, names: Sequence[str], part: str) -> dict[tuple[str, str], Figure]:
        return figure.made(names, *self._read[part], self.standing, self._weights)

    @cached_property
    def _cards(self) -> dict[tuple[str, str], Figure]:
        return self._figures(tuple(dict.fromkeys((*CARDS, *WAY))), "now")

    @cached_property
    def cards(self) -> list[Card]:
        """Return the large figures, in the order they are read."""
        before, year = self._figures(_FLOWS, "before"), self._figures(_FLOWS, "year")
        found, key = self._cards, self.area.key
        return [
            Card(
                found[key, name],
                figure.change(found[key, name], before[key, name], self._begun) if name in _FLOWS else None,
                figure.change(found[key, name], year[key, name], self._begun) if name in _FLOWS else None,
            )
            for name in CARDS
        ]

    @cached_property
    def _begun(self) -> date | None:
        """Return from which day there are records: with what was before nothing is compared."""
        return query.begun()

    @cached_property
    def way(self) -> list[Bar]:
        """Return the way of demands in the period, from registered to solved."""
        found = [self._cards[self.area.key, name] for name in WAY]
        most = max((int(one.top) for one in found), default=0)
        return [
            Bar(str(one.indicator.title), int(one.top), _share(int(one.top), most), one.href) for one in found
        ]

    @property
    def _by_month(self) -> bool:
        return len(self.period.days()) > MOST_DAYS

    @cached_property
    def trend(self) -> list[Point]:
        """Return what came in by day, or by month of a long period, beside the period before. None: not recorded."""
        now, before = self.period, self.period.former()
        found, earlier = self._read["trend"][1].by_day(), self._read["former"][1].by_day()
        former = self._spans(before)
        known = {place for place, span in enumerate(former) if self._begun and self._begun <= span.start}
        return [
            Point(
                self._label(span.start),
                _within(found, span)
                if span.start <= now.last and not self._is_before_records(span)
                else None,
                _within(earlier, former[place]) if place in known else None,
                self._registered(span),
                self._registered(former[place]) if place in known else "",
            )
            for place, span in enumerate(self._spans(now))
        ]

    def _is_before_records(self, span: Period) -> bool:
        return self._begun is not None and span.end < self._begun

    @property
    def has_former(self) -> bool:
        """Tell whether the trend stands beside the period before."""
        return any(point.before is not None for point in self.trend)

    def _label(self, day: date) -> str:
        return _("%(month)s 月") % {"month": day.month} if self._by_month else f"{day.month}-{day.day}"

    def _spans(self, period: Period) -> list[Period]:
        """Return the days of a period, or its months: the first and the last as far as they lie in it."""
        if not self._by_month:
            return [Period("days", day, day) for day in period.days()]
        firsts = [day for day in period.days() if day.day == 1 or day == period.start]
        months = [(first, periods.of("month", first)) for first in firsts]
        return [
            month if month.start == first and month.end <= period.end
            else Period("days", first, min(month.end, period.end))
            for first, month in months
        ]  # fmt: skip

    def _registered(self, span: Period) -> str:
        """Return where the records of what came in here are."""
        return figure.address("registered", self.area, span)

    @cached_property
    def tiles(self) -> list[Tile]:
        """Return the places of the area, former ones only where they still have figures of the period."""
        if not self._places:
            return []
        found = self._figures(OF_PLACES, "places")
        key = "township_code" if self.area.level == "county" else "village_code"
        late = cases.in_hand.numbers_by(key, _digits(self.area), late=True)  # type: ignore[arg-type]  # one of the two
        most = max((int(found[one.key, "registered"].top) for one in self._places), default=0)
        return [
            Tile(
                one,
                [found[one.key, name] for name in OF_PLACES],
                late.get(one.code, 0),
                figure.address("overdue", one, self.period),
                _shade(number, most),
            )
            for one in self._places
            if (number := int(found[one.key, "registered"].top)) or not one.former
        ]

    @cached_property
    def outlines(self) -> outlines.Map | None:
        """Return where the places of the area lie, those that are drawn; None where less than two are."""
        codes = [tile.area.code for tile in self.tiles]
        return outlines.of_places(codes, width=MAP_WIDTH, most_height=MAP_HEIGHT)

    @property
    def undrawn(self) -> list[Tile]:
        """Return the places that are not on the map: all of them where there is none."""
        drawn = {one.code for one in self.outlines.outlines} if self.outlines else set()
        return [tile for tile in self.tiles if tile.area.code not in drawn]

    @cached_property
    def units(self) -> list[list[Figure]]:
        """Return the figures of units that had something to do in the period, those with most first."""
        busy = self._read["units"][1].by_value("unit")
        there = [unit for unit in areas.units_in(self.area) if str(unit.unit_id) in busy]
        chosen = sorted(there, key=lambda unit: -busy[str(unit.unit_id)])[:UNITS_SHOWN]
        asked = figure.ask(OF_UNITS, chosen, self.period)
        found = figure.made(OF_UNITS, asked, query.answer([asked])[0], self.standing, self._weights)
        return [[found[unit.key, name] for name in OF_UNITS] for unit in chosen]

    @cached_property
    def ages(self) -> list[Bar]:
        """Return what is overdue now by how long."""
        numbers = cases.in_hand.ages(_digits(self.area), self.area.unit_id, days=records.AGES)
        href = self._cards[self.area.key, "overdue"].href
        most = max(numbers)
        return [
            Bar(label, n, _share(n, most), f"{href}&age={group}")
            for group, (label, n) in enumerate(zip(records.age_names(), numbers, strict=True))
        ]

    @property
    def any_overdue(self) -> bool:
        """Tell whether anything is overdue now: without it six noughts say less than a sentence."""
        return any(bar.number for bar in self.ages)

    @cached_property
    def calendar(self) -> list[list[Day | None]]:
        """Return the last half-year by weeks, from Monday to Sunday; None for days that are not in it."""
        start, end = self.half_year.start, self.half_year.end
        found = self._read["calendar"][1].by_day()
        most = max(found.values(), default=0)
        monday = start - timedelta(start.weekday())
        weeks = []
        for week in range((end - monday).days // 7 + 1):
            days = [monday + timedelta(7 * week + weekday) for weekday in range(7)]
            weeks.append(
                [self._day(day, found.get(day, 0), most) if start <= day <= end else None for day in days]
            )
        return weeks

    def _day(self, day: date, number: int, most: int) -> Day:
        return Day(day, number, _shade(number, most), self._registered(Period("days", day, day)))

    @cached_property
    def half_year(self) -> Period:
        """Return the days the calendar shows."""
        end = self.period.last
        return Period("days", end - timedelta(CALENDAR_DAYS - 1), end)

    def parts(self, split: str, names: dict[str, Any]) -> list[Bar]:
        """Return what came in by kind, door or category, the most first."""
        numbers = self._read["parts"][1].by_value(split)
        ordered = sorted(numbers.items(), key=lambda one: (-one[1], one[0]))
        most = max(numbers.values(), default=0)
        href = self._cards[self.area.key, "registered"].href
        return [
            Bar(
                str(names.get(key) or _("未分类")),
                number,
                _share(number, most),
                f"{href}&{split}={key or '-'}",
            )
            for key, number in ordered
        ]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing came in and nothing happened, neither in the period nor in the half year of the calendar."""
        days = (day for week in self.calendar for day in week)
        return not any(card.figure.top for card in self.cards) and not any(one and one.number for one in days)

    @property
    def sentence(self) -> str:
        """Say in one sentence what the picture of places shows."""
        tiles = [tile for tile in self.tiles if tile.first.top]
        if not tiles:
            return _("这段时间没有登记的诉求。")
        first = max(tiles, key=lambda tile: tile.first.top)
        return _("登记最多的是%(name)s，%(number)s 件。") % {
            "name": first.area.name,
            "number": first.first.text,
        }


def _digits(area: Area) -> str:
    return {"county": "", "unit": "", "township": area.code[: areas.TOWNSHIP]}.get(area.level, area.code)


def _share(number: int, most: int) -> int:
    return round(number * 100 / most) if most else 0


def _shade(number: int, most: int) -> int:
    return -(-number * _SHADES // most) if most else 0


def shades(most: int) -> list[tuple[int, int, int]]:
    """Return the shades that numbers up to ``most`` have, lightest first: each with its least and its greatest number."""
    found = [
        (step, most * (step - 1) // _SHADES + 1, most * step // _SHADES) for step in range(1, _SHADES + 1)
    ]
    return [(0, 0, 0), *(one for one in found if one[1] <= one[2])]


def _within(found: Mapping[date, int], span: Period) -> int:
    """Return how much there is in a span, of days or months by their first day."""
    return sum(found.get(day, 0) for day in span.days())
