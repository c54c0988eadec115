"""How much there is: sums of buckets and cells. What a page asks, it asks in one statement, however much it is.

An ``Ask`` says of which areas and period it wants how much of which counts, in what detail. ``answer`` reads all at once.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from django.db import connection

from minfu.figures.models import Exclusion
from minfu.figures.rules import history, keys
from minfu.figures.rules.areas import Area
from minfu.figures.rules.formula import Count, Middle
from minfu.figures.rules.history import Fact
from minfu.figures.rules.keys import Known as Key
from minfu.figures.rules.periods import Period
from minfu.figures.rules.tally import part_of

Found = dict[tuple[str, str], int]
#: A count, and what it is split by: "" (mark and level), "hours", or by value "kind", "door", "category".
Wanted = tuple[Count, str]

_READ = """
    WITH w AS MATERIALIZED (
        SELECT * FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[], %s::date[], %s::date[])
                   AS w (ask, area, grain, part, first, last)
    ), k AS MATERIALIZED (
        SELECT * FROM unnest(%s::int[], %s::int[]) AS k (ask, key)
    ), a AS MATERIALIZED (
        SELECT * FROM unnest(%s::bool[], %s::bool[]) WITH ORDINALITY AS a (each, whole, ask)
    ), found AS (
        SELECT w.ask, w.area, b.day, u.key, u.number
          FROM w JOIN figures_bucket b ON b.area = w.area AND b.grain = w.grain AND b.part = w.part
           AND b.day BETWEEN w.first AND w.last
          CROSS JOIN LATERAL unnest(b.keys, b.numbers) AS u (key, number)
         WHERE w.grain IN ('q', 'm', 'd')
        UNION ALL
        SELECT w.ask, w.area, c.day, u.key, u.number
          FROM w JOIN figures_cell c ON c.place = w.area AND NOT c.secret AND c.day BETWEEN w.first AND w.last
          CROSS JOIN LATERAL unnest(c.keys, c.numbers) AS u (key, number)
         WHERE w.grain = 'village'
        UNION ALL
        SELECT w.ask, w.area, c.day, u.key, u.number
          FROM w JOIN figures_cell c ON c.unit_id = substr(w.area, 2)::bigint AND c.day BETWEEN w.first AND w.last
          CROSS JOIN LATERAL unnest(c.keys, c.numbers) AS u (key, number)
         WHERE w.grain = 'unit'
    )
    SELECT f.ask, f.area, CASE WHEN a.each THEN f.day END, CASE WHEN a.whole THEN 0 ELSE f.key END, sum(f.number)
      FROM found f JOIN k ON k.ask = f.ask AND k.key = f.key JOIN a ON a.ask = f.ask
     GROUP BY 1, 2, 3, 4
"""


@dataclass(frozen=True)
class Ask:
    """How much of some counts there is in areas and a period; ``each`` day ("d") or month ("m") of it, or in all ("").

    ``whole``: one number for all counts together.
    """

    areas: Sequence[Area]
    period: Period
    wanted: Sequence[Wanted]
    each: Literal["", "d", "m"] = ""
    whole: bool = False

    def stretches(self) -> Iterator[tuple[str, str, str, date, date]]:
        """Yield what is to be read: area, grain, part, first and last day. Days of villages and units lie in cells."""
        parts = sorted({part_of(count.what, hours=by == "hours") for count, by in self.wanted})
        whole: list[tuple[str, date, date]] = [(self.each, self.period.start, self.period.end)]
        for grain, first, last in whole if self.each else self.period.pieces():
            for area in self.areas:
                if grain == "d" and area.level in ("village", "unit"):
                    yield area.key, area.level, "", first, last
                else:
                    yield from ((area.key, grain, part, first, last) for part in parts)

    def numbers(self, book: keys.Book) -> set[int]:
        """Return the numbers of the keys it counts."""
        return {number for count, by in self.wanted for number in book.of_count(count, by)}


@dataclass
class Answer:
    """What there is: rows of area, day, key (None where all are together) and number; and what is to be taken off."""

    rows: list[tuple[str, date | None, Key | None, int]] = field(default_factory=list)
    left_out: list[Fact] = field(default_factory=list)

    def by_area(self, ask: Ask) -> dict[str, dict[Wanted, Found]]:
        """Return by area and count how many there are by (mark, level), or by (level, hours)."""
        found: dict[str, dict[Wanted, Found]] = {
            area.key: {one: defaultdict(int) for one in ask.wanted} for area in ask.areas
        }
        counts: dict[tuple[str, str], list[Wanted]] = defaultdict(list)
        for one in ask.wanted:
            counts[one[0].what, one[1]].append(one)
        for name, _day, key, number in self.rows:
            assert key is not None  # noqa: S101 - not asked together
            for one in counts[key.what, key.split]:
                if one[0].takes(key.mark, key.level):
                    found[name][one][_cell(one, key.mark, key.level, key.value)] += number
        for fact in self.left_out:
            for area in ask.areas:
                for one in ask.wanted:
                    if one[0].judged and fact.is_of(one[0]) and fact.lies_in(area):
                        found[area.key][one][_cell(one, fact.mark, fact.level, str(fact.hours))] -= 1
        return found

    def by_day(self) -> dict[date, int]:
        """Return how many there are by day or month."""
        found: dict[date, int] = defaultdict(int)
        for _area, day, _key, number in self.rows:
            if day is not None:
                found[day] += number
        return found

    def by_value(self, split: str) -> dict[str, int]:
        """Return how many there are by the values of a split, or by level."""
        found: dict[str, int] = defaultdict(int)
        for _area, _day, key, number in self.rows:
            if key is not None and key.split == ("" if split == "level" else split):
                found[key.level if split == "level" else key.value] += number
        return dict(found)


def _cell(one: Wanted, mark: str, level: str, value: str) -> tuple[str, str]:
    return (level, value) if one[1] == "hours" else (mark, level)


def wanted(formula: Any) -> list[Wanted]:
    """Return which counts a formula needs, and by what."""
    if isinstance(formula, Middle):
        return [(formula.whole, "hours")]
    return [(count, "") for count in formula.needs()]


def answer(asks: Sequence[Ask]) -> list[Answer]:
    """Return the answer to each ask, all read in one statement."""
    book, found = keys.book(), [Answer() for _ask in asks]
    stretches, numbers = [], []
    for place, ask in enumerate(asks, 1):
        numbers += [(place, number) for number in ask.numbers(book)]
        stretches += [(place, *stretch) for stretch in ask.stretches()]
    if stretches and numbers:
        values = [*map(list, zip(*stretches, strict=True)), *map(list, zip(*numbers, strict=True))]
        with connection.cursor() as cursor:
            cursor.execute(_READ, [*values, [bool(one.each) for one in asks], [one.whole for one in asks]])
            for place, area, day, number, total in cursor.fetchall():
                found[place - 1].rows.append((area, day, book.by_number.get(number), int(total)))
        _take_off(asks, found)
    return found


def _take_off(asks: Sequence[Ask], found: Sequence[Answer]) -> None:
    """Tell the answers what two persons left out of the rates: few facts, read once for all."""
    judged = {count.what for ask in asks for count, _by in ask.wanted if count.judged}
    if not judged or not Exclusion.objects.filter(state="granted").exists():
        return
    first, last = min(ask.period.start for ask in asks), max(ask.period.end for ask in asks)
    for fact in history.left_out(Period("days", first, last), judged):
        for ask, one in zip(asks, found, strict=True):
            if ask.period.start <= fact.day <= ask.period.end:
                one.left_out.append(fact)


def numbers(
    areas: Collection[Area], period: Period, counts: Iterable[Wanted]
) -> dict[str, dict[Wanted, Found]]:
    """Return, by area, how many facts there are of each count by (mark, level), or (level, hours) for hours."""
    ask = Ask(tuple(areas), period, tuple(dict.fromkeys(counts)))
    return answer([ask])[0].by_area(ask)


def by_value(area: Area, period: Period, count: Count, split: str) -> dict[str, int]:
    """Return how many facts there are of a count by kind, door, category (first level) or level."""
    ask = Ask((area,), period, ((count, "" if split == "level" else split),))
    return answer([ask])[0].by_value(split)
