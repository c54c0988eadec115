"""For random histories: a number is as many as its records, counted by hand as by the buckets, and anew as step by step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minfu.accounts.actor import system
from minfu.cases.tests.world import FENGPU, FENGPU_VILLAGES, PINGHU_VILLAGES, World
from minfu.figures.models import Bucket, Cell, Exclusion
from minfu.figures.rules import areas, feed, figure, periods, records, registry
from minfu.figures.rules.formula import Count, Middle, Share
from minfu.figures.rules.records import Asked
from minfu.kernel import record
from minfu.kernel.record import Fact as Said

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
FIRST = date(2026, 8, 20)
MARKS = {
    "registered": [""], "contact": ["met", "missed"], "handled": ["met", "missed"],
    "answered": ["solved", "partly", "explained", "not_solved"], "rated": ["1", "3", "4", "5"],
    "ended": ["solved", "merged", "unconfirmed"], "verified": ["passed", "sent_back"], "done": [""],
}  # fmt: skip
#: A plain number, a share from which some are left out, a median: lists of these are narrowed, too.
_NARROWED = ("registered", "solving", "duration")
PLACES = [*FENGPU_VILLAGES, *PINGHU_VILLAGES, FENGPU, ""]


@dataclass(frozen=True)
class Happened:
    """Something countable that happened to a demand on a day."""

    day: int
    what: str
    mark: str
    level: str
    hours: int
    place: str
    kind: str
    secret: bool
    unit: int


@st.composite
def happened(draw: st.DrawFn) -> Happened:
    what = draw(st.sampled_from(sorted(MARKS)))
    return Happened(
        day=draw(st.integers(0, 94)),
        what=what,
        mark=draw(st.sampled_from(MARKS[what])),
        level=draw(st.sampled_from(["", "grid", "village", "township", "county"])),
        hours=draw(st.integers(0, 400)),
        place=draw(st.sampled_from(PLACES)),
        kind=draw(st.sampled_from(["request", "complaint", "hazard"])),
        secret=draw(st.booleans()),
        unit=draw(st.integers(0, 1)),
    )


def write(history: Sequence[Happened], units: Sequence[int], first: int = 1) -> None:
    """Record what happened, as verbs would; each to a demand of its own, numbered from ``first``."""
    for number, one in enumerate(history, first):
        counts: dict[str, list[Any]] = {one.what: [one.mark, one.level]}
        if one.what == "done":
            counts[one.what].append(one.hours)
        of = [units[one.unit], one.place, "040101", one.kind, "phone", int(one.secret)]
        at = datetime(FIRST.year, FIRST.month, FIRST.day, 4, tzinfo=UTC) + timedelta(days=one.day)
        record.begin(
            ("case", number), [Said("cases.noted", {"of": of, "counts": counts})], system().stamp, at=at
        )


def by_hand(
    history: Sequence[Happened], count: Count, area: areas.Area, period: periods.Period, left_out: set[int]
) -> list[Happened]:
    """Return what a count counts, found by going through everything."""
    return [
        one
        for number, one in enumerate(history, 1)
        if one.what == count.what
        and count.takes(one.mark, one.level)
        and period.start <= FIRST + timedelta(days=one.day) <= period.end
        and _here(one, area)
        and not (count.judged and number in left_out)
    ]


def _here(one: Happened, area: areas.Area) -> bool:
    if area.level == "county":
        return True
    if area.level == "unit":
        return area.key == "u-first" if one.unit == 0 else False
    place = one.place[:9] + "000" if one.place and area.level == "township" else one.place
    return place == area.code and not one.secret and (area.level == "township" or place[9:] != "000")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=st.lists(happened(), min_size=1, max_size=25),
    left_out=st.sets(st.integers(1, 25), max_size=4),
    span=st.sampled_from(["2026-W46", "2026-10", "2026-Q4", "2026-H2", "2026", "2026-09-03~2026-11-05"]),
    split=st.integers(0, 25),
)
def test_numbers_are_their_records(
    world: World, history: list[Happened], left_out: set[int], span: str, split: int
) -> None:
    units = [world.units["fengpu"].pk, world.units["pinghu"].pk]
    period = periods.parse(span)
    with time_machine.travel(NOW, tick=False), transaction.atomic():
        for number in sorted(left_out):
            Exclusion.objects.create(
                case_id=number, reason="force", why="停电", state="asked", unit_id=units[0], asked_by_user_id=1, asked_at=NOW
            )  # fmt: skip
        Exclusion.objects.update(state="granted", decided_by_user_id=2, decided_at=NOW)
        write(history[:split], units)
        feed.catch_up()
        write(history[split:], units, len(history[:split]) + 1)
        feed.catch_up()
        for key in ("c", FENGPU, PINGHU_VILLAGES[0], f"u{units[0]}"):
            _check(history, areas.area(key), period, left_out)
        before = _all()
        feed.rebuild()
        assert _all() == before
        transaction.set_rollback(True)


def _check(history: Sequence[Happened], area: areas.Area, period: periods.Period, left_out: set[int]) -> None:
    names = [one.name for one in registry.indicators() if isinstance(one.formula, (Count, Share, Middle))]
    hand = areas.Area("u-first", "", "unit") if area.level == "unit" else area
    for (_key, name), found in figure.of_areas(names, [area], period).items():
        count = found.indicator.formula.rows()
        assert isinstance(count, Count)
        expected = by_hand(history, count, hand, period, left_out)
        assert found.rows == _listed(name, area, period) == len(expected), name
        if name in _NARROWED:
            kinds = sum(one.kind == "request" for one in expected)
            assert _listed(name, area, period, Asked(kind="request")) == kinds, name
            assert records.number(count, area, period, Asked(kind="request")) == kinds, name
            for asked, many in (
                (Asked(kind="request", door="phone"), kinds), (Asked(category="04"), len(expected)),
                (Asked(kind="request", category="0401"), kinds), (Asked(category="0402"), 0), (Asked(kind="-"), 0),
            ):  # fmt: skip
                assert records.number(count, area, period, asked) == many, (name, asked)
                assert _listed(name, area, period, asked) == many, (name, asked)
            if count.judged:
                without = len(by_hand(history, count, hand, period, set())) - len(expected)
                assert _listed(name, area, period, Asked(left_out=True)) == without, name
        if name == "settled_grid" and expected:
            low = sum(one.level == "grid" for one in expected)
            assert found.value == Decimal(low) / len(expected) * 100
        if name == "duration" and expected:
            hours = sorted(one.hours for one in expected)
            assert found.value == Decimal(hours[(len(hours) - 1) // 2]) / 24


def _listed(name: str, area: areas.Area, period: periods.Period, asked: Asked | None = None) -> int:
    """Return how many records all pages hold together."""
    listed, cursor = 0, ""
    while True:
        page = records.page(system(), name, area, period, cursor=cursor, size=4, asked=asked)
        listed += len(page.records)
        cursor = page.next
        if not cursor:
            return listed


def _all() -> list[Any]:
    return [sorted(Cell.objects.values_list()), sorted(Bucket.objects.values_list())]
