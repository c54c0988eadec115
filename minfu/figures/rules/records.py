"""The records behind a number: as many as it says. What a reader may not open stands in its place, without a word about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from minfu.accounts.actor import Actor
from minfu.cases import door as cases
from minfu.figures.rules import feed, history, keys, query, registry
from minfu.figures.rules.areas import COUNTY, Area
from minfu.figures.rules.formula import Count, Indicator, Stock
from minfu.figures.rules.history import Fact
from minfu.figures.rules.periods import Period
from minfu.kernel import clock
from minfu.kernel.pages import lost, number_of

PAGE = 50
#: Digits of a category's first level.
FIRST = 2


#: Stands in an address for those that have none.
NONE = "-"


@dataclass(frozen=True)
class Asked:
    """What a list of records is narrowed to: one kind, door or category; or what two persons left out (``left_out``)."""

    kind: str = ""
    door: str = ""
    category: str = ""
    left_out: bool = False

    @property
    def split(self) -> tuple[str, str]:
        """Return by which split it is narrowed, and to which value; empty for none."""
        return next(iter(self.narrowed), ("", ""))

    @property
    def narrowed(self) -> list[tuple[str, str]]:
        """Return all splits it is narrowed by, with their values."""
        pairs = (("kind", self.kind), ("door", self.door), ("category", self.category))
        return [pair for pair in pairs if pair[1]]


@dataclass(frozen=True)
class Record:
    """One record: the demand (or another room's matter) if the reader may open it (None: not), and what of it was counted.

    ``mark`` and ``level`` are as counted, ``unit_id`` and ``place`` as they were on ``day``.
    """

    case: Any
    day: date | None
    mark: str = ""
    level: str = ""
    hours: int | None = None
    unit_id: int | None = None
    place: str = ""

    @property
    def hidden(self) -> bool:
        """Tell whether the reader has no right to it."""
        return self.case is None


@dataclass(frozen=True)
class Page:
    """One page of records; ``next`` is the cursor of the page after it, empty on the last. ``hidden``: how many of the page."""

    records: Sequence[Record]
    next: str

    @property
    def hidden(self) -> int:
        """Return how many of the page the reader may not open."""
        return sum(record.hidden for record in self.records)


def page(
    actor: Actor,
    name: str,
    area: Area,
    period: Period,
    *,
    cursor: str = "",
    asked: Asked | None = None,
    size: int = PAGE,
) -> Page:
    """Return a page of the records behind an indicator's number, narrowed to what is asked.

    The actor may read the area. All pages together hold exactly as many records as the number says (of a share: as many as it
    is divided by). Nothing for an indicator made of others: each of those has its own.
    """
    indicator = registry.indicator(name)
    if isinstance(indicator.formula, Stock):
        return _stock_page(actor, indicator.formula, area, cursor, size)
    feed.catch_up()
    count = indicator.formula.rows()
    if count is None:
        return Page([], "")
    found = _facts(count, area, period, asked or Asked(), _read(cursor) if cursor else None, size + 1)
    return _fact_page(actor, indicator.group, list(islice(found, size + 1)), size)


def number(count: Count, area: Area, period: Period, asked: Asked) -> int:
    """Return how many records there are of a count, narrowed."""
    split, value = asked.split
    many = asked.left_out or len(asked.narrowed) > 1 or len(asked.category) > FIRST
    if many or count.judged or not keys.has_split(count, split):
        return sum(1 for _fact in _facts(count, area, period, asked, None, PAGE))
    return query.by_value(area, period, count, split).get("" if value == NONE else value, 0)


def _facts(
    count: Count, area: Area, period: Period, asked: Asked, after: tuple[date, int] | None, size: int
) -> Iterator[Fact]:
    """Yield the facts of a count, narrowed, the newest first."""
    found: Iterator[Fact]
    narrowed = [(split, "" if value == NONE else value) for split, value in asked.narrowed]
    if asked.left_out:
        found = (
            fact
            for fact in history.left_out(period, {count.what})
            if count.judged and fact.is_of(count) and fact.lies_in(area) and (after is None or fact.place_in_time < after)
        )  # fmt: skip
    else:
        first = narrowed[0] if narrowed else ("", "")
        found = history.newest_first(count, area, period, after=after, split=first, size=size)
    return (fact for fact in found if all(fact.has(*one) for one in narrowed))


def _fact_page(actor: Actor, group: str, found: Sequence[Fact], size: int) -> Page:
    shown = found[:size]
    opened = _opened(actor, {fact.subject_id for fact in shown}, group)
    records = [
        Record(case, fact.day, fact.mark, fact.level, fact.hours, fact.unit_id, fact.place)
        if (case := opened.get(fact.subject_id))
        else Record(None, None)
        for fact in shown
    ]
    last = shown[-1] if len(found) > size else None
    return Page(records, f"{last.day.isoformat()}~{last.event_id}" if last else "")


def _read(cursor: str) -> tuple[date, int]:
    """Return the day and event a page begins after."""
    day, _tilde, digits = cursor.partition("~")
    number = number_of(digits)
    try:
        first = date.fromisoformat(day)
    except ValueError:
        raise lost() from None
    if number is None:
        raise lost()
    return first, number


def _opened(actor: Actor, ids: set[int], group: str = "demands") -> dict[int, Any]:
    """Return those of the demands, or of another room's matters, that the actor may open."""
    if group != "demands":
        return {row.pk: row for row in registry.room(group).visible(actor).filter(pk__in=ids)}
    rows = cases.cases_for(actor).filter(pk__in=ids).select_related("category", "lead")
    return {case.pk: case for case in rows}


def _stock_page(actor: Actor, formula: Stock, area: Area, cursor: str, size: int) -> Page:
    place = "" if area.level in ("county", "unit") else area.code
    digits = place[:9] if area.level == "township" else place[: len(place) or COUNTY]
    rows = cases.in_hand.rows(digits, area.unit_id, late=formula.name == "overdue")
    skipped = number_of(cursor) or 0
    found = list(rows.values_list("pk", flat=True)[skipped : skipped + size + 1])
    opened = _opened(actor, set(found[:size]))
    records = [_standing(opened[pk]) if pk in opened else Record(None, None) for pk in found[:size]]
    return Page(records, str(skipped + size) if len(found) > size else "")


def _standing(case: Any) -> Record:
    """Return a demand in hand as a record."""
    due = clock.day(case.due_at) if case.due_at else None
    return Record(
        case, due, case.state, unit_id=case.holder_id, place=case.village_code or case.township_code
    )


def weight_of(indicator: Indicator, record: Record, weights: Any) -> str:
    """Return how much a record counts for the numerator of a share, as shown; empty where every record counts the same."""
    formula = indicator.formula
    if not indicator.is_share or isinstance(formula, (Count, Stock)) or formula.rows() is None:
        return ""
    weight = formula.weigh(record.mark, record.level, weights)  # type: ignore[union-attr]  # a share
    return f"{weight.normalize():f}"
