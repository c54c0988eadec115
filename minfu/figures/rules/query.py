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
from minfu.figures.rules.formula import Count, Middle, Share
from minfu.figures.rules.history import Fact
from minfu.figures.rules.keys import Known as Key
from minfu.figures.rules.periods import Period
from minfu.figures.rules.tally import part_of

Found = dict[tuple[str, str], int]
#: A count, and what it is split by: "" (by mark), "level" (and mark), "hours", or by value "kind", "door", "category".
Wanted = tuple[Count, str]

#: ``told``: by number of a key, as which key it is told, 0 for not at all.
_READ = """
    WITH a AS MATERIALIZED (
        SELECT ask, each, told::int[] AS told FROM unnest(%s::int[], %s::bool[], %s::text[]) AS a (ask, each, told)
    ), found AS (
        SELECT w.ask, w.area, CASE WHEN a.each THEN b.day END AS day, a.told[u.key] AS told, u.number
          FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[], %s::date[], %s::date[])
            AS w (ask, area, grain, part, first, last)
          JOIN a ON a.ask = w.ask
          JOIN figures_bucket b ON b.area = w.area AND b.grain = w.grain AND b.part = w.part
           AND b.day BETWEEN w.first AND w.last
          CROSS JOIN LATERAL unnest(b.keys, b.numbers) AS u (key, number)
        UNION ALL
        SELECT w.ask, w.area, CASE WHEN a.each THEN c.day END, a.told[u.key], u.number
          FROM unnest(%s::int[], %s::text[], %s::date[], %s::date[]) AS w (ask, area, first, last)
          JOIN a ON a.ask = w.ask
          JOIN figures_cell c ON c.place = w.area AND NOT c.secret AND c.day BETWEEN w.first AND w.last
          CROSS JOIN LATERAL unnest(c.keys, c.numbers) AS u (key, number)
        UNION ALL
        SELECT w.ask, 'u' || w.unit, CASE WHEN a.each THEN c.day END, a.told[u.key], u.number
          FROM unnest(%s::int[], %s::bigint[], %s::date[], %s::date[]) AS w (ask, unit, first, last)
          JOIN a ON a.ask = w.ask
          JOIN figures_cell c ON c.unit_id = w.unit AND c.day BETWEEN w.first AND w.last
          CROSS JOIN LATERAL unnest(c.keys, c.numbers) AS u (key, number)
    )
    SELECT ask, area, day, told, sum(number) FROM found WHERE told > 0 GROUP BY 1, 2, 3, 4
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

    def stretches(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """Yield what is to be read, and where it lies: the days of villages and units lie in cells, all else in buckets."""
        parts = sorted({part_of(count.what, hours=by == "hours") for count, by in self.wanted})
        whole: list[tuple[str, date, date]] = [(self.each, self.period.start, self.period.end)]
        for grain, first, last in whole if self.each else self.period.pieces():
            for area in self.areas:
                if grain == "d" and area.level in ("village", "unit"):
                    yield area.level, (area.value, first, last)
                else:
                    yield from (("", (area.key, grain, part, first, last)) for part in parts)

    def told(self, book: keys.Book) -> list[int]:
        """Return by number of a key as which one it is told, 0 for not at all: levels nobody asks for are told as one."""
        apart = {count.what for count, by in self.wanted if by == "level" or count.levels}
        found, first = [0] * (book.last + 1), dict[Any, int]()
        for count, by in self.wanted:
            for number in book.of_count(count, "" if by == "level" else by):
                key = book.by_number[number]
                level = key.level if key.what in apart else ""
                same = None if self.whole else (key.what, key.mark, level, key.split, key.value)
                found[number] = first.setdefault(same, number)
        return found[1:]


@dataclass
class Answer:
    """What there is: rows of area, day, key (one of those told together) and number; and what is to be taken off."""

    rows: list[tuple[str, date | None, Key, int]] = field(default_factory=list)
    left_out: list[Fact] = field(default_factory=list)

    def by_area(self, ask: Ask) -> dict[str, dict[Wanted, Found]]:
        """Return by area and count how many there are by (mark, level), or by (level, hours)."""
        found: dict[str, dict[Wanted, Found]] = {
            area.key: {one: defaultdict(int) for one in ask.wanted} for area in ask.areas
        }
        counts: dict[tuple[str, str], list[Wanted]] = defaultdict(list)
        for one in ask.wanted:
            counts[one[0].what, "" if one[1] == "level" else one[1]].append(one)
        for name, _day, key, number in self.rows:
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
            if key.split == ("" if split == "level" else split):
                found[key.level if split == "level" else key.value] += number
        return dict(found)


def _cell(one: Wanted, mark: str, level: str, value: str) -> tuple[str, str]:
    return (level, value) if one[1] == "hours" else (mark, level)


def wanted(formula: Any) -> list[Wanted]:
    """Return which counts a formula needs, and by what."""
    if isinstance(formula, Middle):
        return [(formula.whole, "hours")]
    by_level = isinstance(formula, Share) and formula.by_level
    return [(count, "level" if by_level or count.levels else "") for count in formula.needs()]


def answer(asks: Sequence[Ask]) -> list[Answer]:
    """Return the answer to each ask, all read in one statement."""
    book, found = keys.book(), [Answer() for _ask in asks]
    stretches: dict[str, list[tuple[Any, ...]]] = {"": [], "village": [], "unit": []}
    for place, ask in enumerate(asks):
        for where, stretch in ask.stretches():
            stretches[where].append((place, *stretch))
    if not any(stretches.values()):
        return found
    told = [_array(ask.told(book)) for ask in asks]
    values: list[Any] = [list(range(len(asks))), [bool(ask.each) for ask in asks], told]
    for rows, width in ((stretches[""], 6), (stretches["village"], 4), (stretches["unit"], 4)):
        values += map(list, zip(*rows, strict=True)) if rows else [[] for _column in range(width)]
    with connection.cursor() as cursor:
        cursor.execute(_READ, values)
        for place, area, day, number, total in cursor.fetchall():
            found[place].rows.append((area, day, book.by_number[number], int(total)))
    _take_off(asks, found)
    return found


def _array(numbers: Sequence[int]) -> str:
    return "{" + ",".join(map(str, numbers)) + "}"


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
    ask = Ask((area,), period, ((count, split),))
    return answer([ask])[0].by_value(split)
