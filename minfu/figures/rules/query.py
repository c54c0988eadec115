"""How much there is: sums of buckets and cells. What a page asks, it asks in one statement, however much it is.

An ``Ask`` says of which areas and period it wants how much of which counts, in what detail. ``answer`` reads all at once.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count as count_up
from typing import Any, Literal

import numpy as np
from django.db import connection

from minfu.figures.models import Bucket, Exclusion
from minfu.figures.rules import history, keys
from minfu.figures.rules.areas import Area
from minfu.figures.rules.formula import Count, Middle, Share
from minfu.figures.rules.history import Fact
from minfu.figures.rules.keys import Known as Key
from minfu.figures.rules.periods import Period
from minfu.figures.rules.tally import Ints, part_of, summed

Found = dict[tuple[str, str], int]
#: A count, and what it is split by: "" (by mark), "level" (and mark), "hours", "hours/l" (hours and level), or by value "kind",
#: "door", "category".
Wanted = tuple[Count, str]

#: ``OFFSET 0`` keeps PostgreSQL, which cannot know how many areas there are, from reading whole tables instead of looking up.
#: Cells hold the keys of all counts: where one key is wanted (``single``), it alone is sent.
_READ = """
    WITH w AS MATERIALIZED (
        SELECT ask, single, grain, part, first, last, string_to_table(areas, ' ') AS area
          FROM unnest(%s::int[], %s::int[], %s::text[], %s::text[], %s::text[], %s::date[], %s::date[])
            AS w (ask, single, areas, grain, part, first, last)
    ), found AS (
        SELECT w.ask, w.area, b.day, b.keys, b.numbers
          FROM w CROSS JOIN LATERAL (
               SELECT day, keys, numbers FROM figures_bucket
                WHERE area = w.area AND grain = w.grain AND part = w.part AND day BETWEEN w.first AND w.last OFFSET 0) AS b
         WHERE w.grain NOT IN ('village', 'unit')
        UNION ALL
        SELECT w.ask, w.area, c.day, c.keys, c.numbers
          FROM w CROSS JOIN LATERAL (
               SELECT day, CASE w.single WHEN 0 THEN keys ELSE ARRAY[w.single] END AS keys,
                      CASE w.single WHEN 0 THEN numbers ELSE numbers[o.at:o.at] END AS numbers
                 FROM figures_cell, array_position(keys, w.single) AS o (at)
                WHERE place = w.area AND NOT secret AND day BETWEEN w.first AND w.last OFFSET 0) AS c
         WHERE w.grain = 'village'
        UNION ALL
        SELECT w.ask, w.area, c.day, c.keys, c.numbers
          FROM w CROSS JOIN LATERAL (
               SELECT day, CASE w.single WHEN 0 THEN keys ELSE ARRAY[w.single] END AS keys,
                      CASE w.single WHEN 0 THEN numbers ELSE numbers[o.at:o.at] END AS numbers
                 FROM figures_cell, array_position(keys, w.single) AS o (at)
                WHERE unit_id = substr(w.area, 2)::bigint AND day BETWEEN w.first AND w.last OFFSET 0) AS c
         WHERE w.grain = 'unit'
    )
    SELECT ask, area, day, cardinality(keys), array_to_string(keys, ','), array_to_string(numbers, ',')
      FROM found WHERE cardinality(numbers) > 0
"""


@dataclass(frozen=True)
class Ask:
    """How much of some counts there is in areas and a period; ``each`` day ("d") or month ("m") of it, or in all ("").

    ``whole``: one number for all counts together, of a split one for each value.
    """

    areas: Sequence[Area]
    period: Period
    wanted: Sequence[Wanted]
    each: Literal["", "d", "m"] = ""
    whole: bool = False

    def stretches(self) -> Iterator[tuple[str, str, str, date, date]]:
        """Yield what is to be read: areas, grain, part, first and last day.

        The days of villages and units lie in cells, where "village" or "unit" stands for the grain; all else in buckets.
        """
        parts = sorted({part_of(count.what, by) for count, by in self.wanted})
        whole: list[tuple[str, date, date]] = [(self.each, self.period.start, self.period.end)]
        for grain, first, last in whole if self.each else self.period.pieces():
            in_cells = {"village", "unit"} if grain == "d" else set[str]()
            for level in sorted(in_cells):
                if keys_of := " ".join(area.key for area in self.areas if area.level == level):
                    yield keys_of, level, "", first, last
            if keys_of := " ".join(area.key for area in self.areas if area.level not in in_cells):
                yield from ((keys_of, grain, part, first, last) for part in parts)

    def told(self, book: keys.Book) -> Ints:
        """Return, by number of a key, as which one it is told, 0 for not at all. Levels nobody asks for are told as one."""
        apart = {
            (count.what, "" if by == "level" else by)
            for count, by in self.wanted
            if by in ("level", "hours/l") or count.levels
        }
        found, first = np.zeros(book.last + 1, np.int64), dict[Any, int]()
        for count, by in self.wanted:
            for number in book.of_count(count, "" if by == "level" else by):
                key = book.by_number[number]
                level = key.level if (key.what, key.split) in apart else ""
                same = (key.split, key.value, *(() if self.whole else (key.what, key.mark, level)))
                found[number] = first.setdefault(same, number)
        return found


@dataclass
class Answer:
    """What there is: rows of area, day, key (one of those told together) and number; and what is to be taken off."""

    rows: list[tuple[str, date | None, Key, int]] = field(default_factory=list)
    left_out: list[Fact] = field(default_factory=list)

    def by_area(self, ask: Ask) -> dict[str, dict[Wanted, Found]]:
        """Return by area and count how many there are by (mark, level), or by (level if asked, hours)."""
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
    if one[1] == "hours":
        return "", value
    return (level, value) if one[1] == "hours/l" else (mark, level)


def wanted(formula: Any) -> list[Wanted]:
    """Return which counts a formula needs, and by what."""
    if isinstance(formula, Middle):
        return [(formula.whole, "hours/l" if formula.whole.levels else "hours")]
    by_level = isinstance(formula, Share) and formula.by_level
    return [(count, "level" if by_level or count.levels else "") for count in formula.needs()]


def answer(asks: Sequence[Ask]) -> list[Answer]:
    """Return the answer to each ask, all read in one statement."""
    book, different = keys.book(), list[Ask]()
    for ask in asks:
        if (
            ask not in different
        ):  # of a year that is not over, the period before and the same of the year before are one
            different.append(ask)
    found = _read(different, book)
    return [found[different.index(ask)] for ask in asks]


def _read(asks: Sequence[Ask], book: keys.Book) -> list[Answer]:
    found = [Answer() for _ask in asks]
    told = [_told(ask, book) for ask in asks]
    stretches = [
        (place, _single(told[place]), *one) for place, ask in enumerate(asks) for one in ask.stretches()
    ]
    if not stretches:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_READ, list(map(list, zip(*stretches, strict=True))))
        rows = cursor.fetchall()
    for (place, area, day), number, total in _summed(asks, rows, told):
        found[place].rows.append((area, day, book.by_number[number], total))
    _take_off(asks, found)
    return found


def _summed(
    asks: Sequence[Ask], rows: Sequence[tuple[Any, ...]], told: Sequence[Ints]
) -> Iterator[tuple[tuple[int, str, date | None], int, int]]:
    """Yield how much there is: ask, area and, if asked for, day; as which key it is told; and the number."""
    if not rows:
        return
    groups: defaultdict[tuple[int, str, date | None], int] = defaultdict(count_up().__next__)
    group = [groups[ask, area, day if asks[ask].each else None] for ask, area, day, *_arrays in rows]
    sizes = [row[3] for row in rows]
    numbered, numbers = (
        np.fromstring(",".join(row[place] for row in rows), np.int64, sep=",") for place in (4, 5)
    )
    by_key = np.stack(told)
    key, width = by_key[np.repeat([row[0] for row in rows], sizes), numbered], by_key.shape[1]
    code, totals = summed((np.repeat(group, sizes) * width + key)[key > 0], numbers[key > 0])
    names = list(groups)
    for one, total in zip(code.tolist(), totals.tolist(), strict=True):
        yield names[one // width], one % width, total


def _single(told: Ints) -> int:
    """Return the number of the only key that is told, 0 when there are more."""
    numbers = np.flatnonzero(told)
    return int(numbers[0]) if len(numbers) == 1 else 0


def _told(ask: Ask, book: keys.Book) -> Ints:
    """Return how an ask tells the keys: the same for every area and period, until there are new keys."""
    return book.kept((tuple(ask.wanted), ask.whole), lambda: ask.told(book))


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
    """Return, by area, how many facts there are of each count by (mark, level), or (level if asked, hours)."""
    ask = Ask(tuple(areas), period, tuple(dict.fromkeys(counts)))
    return answer([ask])[0].by_area(ask)


def by_value(area: Area, period: Period, count: Count, split: str) -> dict[str, int]:
    """Return how many facts there are of a count by kind, door, category (first level) or level."""
    ask = Ask((area,), period, ((count, split),))
    return answer([ask])[0].by_value(split)


def begun() -> date | None:
    """Return the first day of the month in which something was counted first in the county; None when nothing was."""
    months = Bucket.objects.filter(area="c", grain="m").order_by("day")
    return months.values_list("day", flat=True).first()
