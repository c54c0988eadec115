"""From events to numbers: the same arithmetic whether one event is new or everything is counted anew.

An event has a number, a day, ``of`` and ``counts`` (``cases/rules/counted.py``). Different texts of both are
few, so each is read once; all else is done on whole arrays.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
#: What, mark, level, split, value: a row of ``models.Key``.
Name = tuple[str, str, str, str, str]
#: Gives each name its number, or each set of numbers of keys that of its shape.
Number = Callable[[Collection[Any]], dict[Any, int]]
#: A row of a table as the texts of its columns.
Row = tuple[str, ...]

#: What is also counted by these, whatever its level.
SPLITS = {
    "registered": ("kind", "door", "category"), "answered": ("category",), "ended": ("category",), "contact": ("unit",),
    "handled": ("unit",),
}  # fmt: skip
#: Where in ``of`` they stand.
PLACES = {"unit": 0, "category": 2, "kind": 3, "door": 4}
#: Splits of many values, which most readers of a count do not want, lie in parts of their own: of each count, or of all.
_APART = {"hours": "%s/h", "hours/l": "%s/l", "unit": "units"}
#: Digits of a category's first level, and of a township's code.
_FIRST, _TOWNSHIP = 2, 9
#: Hours are counted up to so many.
MOST_HOURS = 99_999
DAY_ZERO = date(2000, 1, 1)
#: Bytes before the numbers of an array.
_HEAD = 20
#: Sums are counted, not sorted, into so many times as many places as there are numbers.
_DENSE = 8


def part_of(what: str, split: str) -> str:
    """Return which part of the buckets of an area and time holds the keys of a count's split, or without ("")."""
    return _APART.get(split, "%s").replace("%s", what)


@dataclass(frozen=True)
class Of:
    """For whom and for where an event counts."""

    unit: int
    place: str
    secret: bool
    splits: dict[str, str]

    @property
    def township(self) -> str:
        """Return the township's code, empty for none."""
        return self.place[:_TOWNSHIP] + "000" if self.place else ""

    @property
    def village(self) -> str:
        """Return the village's code, empty for none."""
        return "" if self.place.endswith("000") else self.place

    @property
    def areas(self) -> tuple[str, str, str, str]:
        """Return the areas it counts in, empty for none: county, township, village, unit."""
        places = ("", "") if self.secret else (self.township, self.village)
        return ("c", *places, f"u{self.unit}" if self.unit else "")


def read_of(text: str) -> Of:
    """Read the ``of`` of an event."""
    said: list[Any] = json.loads(text) if text else [None, "", "", "", "", 0]
    splits = {name: str(said[place] or "") for name, place in PLACES.items()}
    splits["category"] = splits["category"][:_FIRST]
    return Of(said[0] or 0, said[1] or "", bool(said[5]), splits)


@dataclass(frozen=True)
class Counted:
    """What of an event counts: its keys without splits, those of hours, and (what, mark, level, split) for each split."""

    plain: tuple[Name, ...]
    hours: tuple[Name, ...]
    splits: tuple[tuple[str, str, str, str], ...]


def read_counts(text: str) -> Counted:
    """Read the ``counts`` of an event."""
    plain, hours, splits = [], [], []
    for what, values in json.loads(text).items():
        mark, level, long = (*values, None, None, None)[:3]
        of = (what, mark or "", level or "")
        plain.append((*of, "", ""))
        if long is not None:
            # A median of all reads a quarter of what those of the levels do: it stands by itself.
            for under, split in ((of, "hours/l"), ((*of[:2], ""), "hours")):
                hours.append((*under, split, str(min(int(long), MOST_HOURS))))
        splits += [(what, mark or "", "", name) for name in SPLITS.get(what, ())]
    return Counted(tuple(plain), tuple(hours), tuple(splits))


@dataclass(frozen=True)
class Events:
    """Events that count: number, day (since ``DAY_ZERO``), and which of the texts each has."""

    ids: Ints
    days: Ints
    ofs: Ints
    sorts: Ints
    of_texts: list[str]
    count_texts: list[str]

    def by_quarter(self) -> Iterator["Events"]:
        """Yield the events of each quarter of a year by themselves: no cell and no bucket holds those of two."""
        quarters = _months(self.days) // 3
        for quarter in np.unique(quarters).tolist():
            some = quarters == quarter
            of, ofs = np.unique(self.ofs[some], return_inverse=True)
            sort, sorts = np.unique(self.sorts[some], return_inverse=True)
            of_texts = [self.of_texts[place] for place in of.tolist()]
            count_texts = [self.count_texts[place] for place in sort.tolist()]
            yield Events(self.ids[some], self.days[some], ofs, sorts, of_texts, count_texts)


def parse(ids: bytes | None, days: bytes | None, ofs: str | None, counts: str | None) -> tuple[Events, Ints]:
    """Return the events that count, and the numbers of all: from arrays as PostgreSQL sends them, and a line for each event."""
    every, on = _sent(ids, ">i8"), _sent(days, ">i4")
    of, of_texts = _numbered((ofs or "").split("\n")[: len(every)])
    sorts, count_texts = _numbered((counts or "").split("\n")[: len(every)])
    if "" not in count_texts:
        return Events(every, on, of, sorts, of_texts, count_texts), every
    none = count_texts.index("")
    del count_texts[none]
    some = sorts != none
    return Events(
        every[some], on[some], of[some], sorts[some] - (sorts[some] > none), of_texts, count_texts
    ), every


def _sent(array: bytes | None, kind: str) -> Ints:
    """Return the numbers of an array of one dimension: after a head, each with its length before it."""
    if array is None:
        return np.zeros(0, np.int64)
    return np.frombuffer(array, np.dtype([("length", ">i4"), ("number", kind)]), offset=_HEAD)[
        "number"
    ].astype(np.int64)


def _numbered(texts: list[str]) -> tuple[Ints, list[str]]:
    """Return the place of each text among the different ones, and those."""
    seen: defaultdict[str, int] = defaultdict(count().__next__)
    numbers = np.fromiter(map(seen.__getitem__, texts), np.int64, len(texts))
    return numbers, list(seen)


def joined(parts: Sequence[Events]) -> Events:
    """Return the events of several parts as one."""
    ofs, of_texts = _renumbered([(part.ofs, part.of_texts) for part in parts])
    sorts, count_texts = _renumbered([(part.sorts, part.count_texts) for part in parts])
    ids = np.concatenate([part.ids for part in parts])
    days = np.concatenate([part.days for part in parts])
    return Events(ids, days, ofs, sorts, of_texts, count_texts)


def _renumbered(parts: Sequence[tuple[Ints, list[str]]]) -> tuple[Ints, list[str]]:
    seen: defaultdict[str, int] = defaultdict(count().__next__)
    found = [
        np.fromiter(map(seen.__getitem__, texts), np.int64, len(texts))[numbers] for numbers, texts in parts
    ]
    return np.concatenate(found), list(seen)


class Tally:
    """The numbers of some events, as rows of cells and buckets."""

    def __init__(self, events: Events, keys: Number, shapes: Number) -> None:
        """Count. ``keys`` and ``shapes`` give out the numbers of both."""
        said = [read_of(text) for text in events.of_texts]
        counted = [read_counts(text) for text in events.count_texts]
        leaves: defaultdict[tuple[int, str, bool], int] = defaultdict(count().__next__)
        leaf_of = _array(leaves[one.unit, one.place, one.secret] for one in said)
        self._leaves = dict(zip(leaf_of.tolist(), said, strict=True))
        code = events.days * len(leaves) + leaf_of[events.ofs]
        order = np.lexsort((events.ids, code))
        self._starts, self._ids = _starts(code[order]), events.ids[order]
        self._days, self._leaf = np.divmod(code[order][self._starts], max(len(leaves), 1))
        cells = np.repeat(np.arange(len(self._starts)), np.diff(np.append(self._starts, len(order))))
        sorts = events.sorts[order]
        pairs, rows = _splits(counted, said, sorts, events.ofs[order])
        split, which = np.flatnonzero(pairs >= 0), pairs[pairs >= 0]
        plain = [(*one.plain, *one.hours) for one in counted]
        number_of = keys({name for row in (*plain, *rows) for name in row})
        found = [
            _expanded(cells, sorts, [[number_of[name] for name in row] for row in plain]),
            _expanded(cells[split], which, [[number_of[name] for name in row] for row in rows]),
        ]
        self._width = max(number_of.values(), default=0) + 1
        code, self._numbers = summed(
            np.concatenate([cell * self._width + key for cell, key, _n in found]),
            np.concatenate([n for _cell, _key, n in found]),
        )
        self._cell, self._key = np.divmod(code, self._width)
        self._parts = sorted({part_of(name[0], name[3]) for name in number_of})
        self._part = np.zeros(self._width, np.int64)
        for name, number in number_of.items():
            self._part[number] = self._parts.index(part_of(name[0], name[3]))
        sets = [tuple(sorted(number_of[name] for name in one.plain)) for one in counted]
        shape_of = shapes(set(sets))
        self._shapes = _array(shape_of[one] for one in sets)[sorts]

    def cells(self) -> Iterator[Row]:
        """Yield the rows of cells: day, unit, place, secret, township, keys, numbers, events, shapes."""
        keys, numbers = _texts(self._key), _texts(self._numbers)
        events, shapes = _texts(self._ids), _texts(self._shapes)
        firsts = np.searchsorted(self._cell, np.arange(len(self._starts) + 1)).tolist()
        starts = [*self._starts.tolist(), len(events)]
        days = _days(self._days)
        for place, leaf in enumerate(self._leaf.tolist()):
            of, a, b, c, d = (
                self._leaves[leaf],
                firsts[place],
                firsts[place + 1],
                starts[place],
                starts[place + 1],
            )
            yield (
                days[place], str(of.unit), of.place, str(of.secret), of.township, _set(keys[a:b]), _set(numbers[a:b]),
                _set(events[c:d]), _set(shapes[c:d]),
            )  # fmt: skip

    def _firsts(self, months: int) -> Ints:
        """Return the first day of each cell's month or quarter, since ``DAY_ZERO``."""
        first = (_months(self._days) // months * months).astype("datetime64[M]").astype("datetime64[D]")
        return (first - np.datetime64(DAY_ZERO)).astype(np.int64)

    def buckets(self) -> Iterator[Row]:
        """Yield the rows of buckets: area, grain, part, day, keys, numbers."""
        for column in range(4):
            names: defaultdict[str, int] = defaultdict(count().__next__)
            area_of = _array(names[self._leaves[leaf].areas[column]] for leaf in range(len(self._leaves)))
            area = area_of[self._leaf][self._cell]
            there = np.flatnonzero(area != names[""])
            grains = {"q": self._firsts(3), "m": self._firsts(1)}
            if column < 2:  # noqa: PLR2004 - county and township
                grains["d"] = self._days
            for grain, day in grains.items():
                yield from self._by(grain, list(names), area[there], day[self._cell[there]], there)

    def _by(self, grain: str, names: list[str], area: Ints, day: Ints, there: Ints) -> Iterator[Row]:
        """Yield the buckets of one column of areas; ``there``: which of the numbers."""
        if not len(there):
            return
        keys = self._key[there]
        days, day_place = np.unique(day, return_inverse=True)
        row = (area * len(days) + day_place) * len(self._parts) + self._part[keys]
        code, numbers = summed(row * self._width + keys, self._numbers[there])
        row, keys = np.divmod(code, self._width)
        starts = _starts(row)
        ends = [*starts[1:].tolist(), len(row)]
        key_texts, number_texts, told = _texts(keys), _texts(numbers), _days(days)
        for one, a, b in zip(row[starts].tolist(), starts.tolist(), ends, strict=True):
            of, part = divmod(one, len(self._parts))
            name, on = divmod(of, len(days))
            yield (
                names[name],
                grain,
                self._parts[part],
                told[on],
                _set(key_texts[a:b]),
                _set(number_texts[a:b]),
            )


def _splits(
    counted: Sequence[Counted], said: Sequence[Of], sorts: Ints, ofs: Ints
) -> tuple[Ints, list[list[Name]]]:
    """Return of each event which of the rows of keys its splits are, -1 for none; and those rows."""
    kinds: defaultdict[tuple[Any, ...], int] = defaultdict(count().__next__)
    none = kinds[()]
    kind = _array(kinds[one.splits] for one in counted)[sorts]
    places = np.flatnonzero(kind != none)
    pairs, which = np.unique(kind[places] * len(said) + ofs[places], return_inverse=True)
    found = np.full(len(sorts), -1, np.int64)
    found[places] = which
    names = list(kinds)
    rows = [
        [(*name, said[pair % len(said)].splits[name[3]]) for name in names[pair // len(said)]]
        for pair in pairs.tolist()
    ]
    return found, rows


def _months(days: Ints) -> Ints:
    """Return the number of each day's month, of all there were since 1970."""
    return (np.datetime64(DAY_ZERO) + days).astype("datetime64[M]").astype(np.int64)


def _array(values: Any) -> Ints:
    return np.fromiter(values, np.int64)


def _starts(code: Ints) -> Ints:
    """Return where a new value begins in a sorted array."""
    if not len(code):
        return np.zeros(0, np.int64)
    return np.flatnonzero(np.concatenate([[True], code[1:] != code[:-1]]))


def summed(code: Ints, numbers: Ints) -> tuple[Ints, Ints]:
    """Return the different codes, in order, and the sum of each one's numbers, which are greater than 0."""
    most = int(code.max(initial=-1)) + 1
    if most < _DENSE * len(code):  # counting into every code there may be is faster than sorting
        sums = np.bincount(code, weights=numbers, minlength=most).astype(np.int64)
        found = np.flatnonzero(sums)
        return found, sums[found]
    order = np.argsort(code, kind="stable")
    code = code[order]
    starts = _starts(code)
    return code[starts], np.add.reduceat(numbers[order], starts) if len(starts) else starts


def _expanded(cells: Ints, sort: Ints, rows: Sequence[Sequence[int]]) -> tuple[Ints, Ints, Ints]:
    """Return cell, key and number for each cell and each key its events have; ``rows``: the keys of each sort of event."""
    if not len(cells):
        return (np.zeros(0, np.int64),) * 3
    code, number = np.unique(cells * len(rows) + sort, return_counts=True)
    cell, sort = np.divmod(code, len(rows))
    lengths = _array(len(row) for row in rows)
    flat = _array(key for row in rows for key in row)
    firsts = np.cumsum(lengths) - lengths
    many = lengths[sort]
    place = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many) + np.repeat(firsts[sort], many)
    return np.repeat(cell, many), flat[place], np.repeat(number, many)


def _texts(numbers: Ints) -> list[str]:
    """Return numbers as texts; the same small ones over and over are written once."""
    most = int(numbers.max(initial=0))
    if most > len(numbers):
        return list(map(str, numbers.tolist()))
    found: list[str] = np.array([str(number) for number in range(most + 1)], object)[numbers].tolist()
    return found


def _set(texts: Sequence[str]) -> str:
    return "{" + ",".join(texts) + "}"


def _days(days: Ints) -> list[str]:
    told = {day: (DAY_ZERO + timedelta(day)).isoformat() for day in set(days.tolist())}
    return [told[day] for day in days.tolist()]
