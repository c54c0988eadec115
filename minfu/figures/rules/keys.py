"""The numbers of what is counted apart: given out while counting, known to each process for reading."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable
from typing import NamedTuple

from minfu.figures.models import Key, Shape
from minfu.figures.rules.formula import Count
from minfu.figures.rules.tally import SPLITS, Ints, Name

#: What is kept of the keys at most: some thousand numbers each.
_KEPT = 200
_COLUMNS = ("what", "mark", "level", "split", "value")


class Known(NamedTuple):
    """A key: a count's mark and level, or a value of one of its splits."""

    what: str
    mark: str
    level: str
    split: str
    value: str


class Book:
    """The keys a process knows of: only added to, in the order of their numbers, so that it asks for the new ones alone."""

    def __init__(self) -> None:
        """Know none."""
        self.last = 0
        self.by_number: dict[int, Known] = {}
        self._by_split: defaultdict[tuple[str, str], list[tuple[int, Known]]] = defaultdict(list)
        self._kept: dict[Hashable, Ints] = {}

    def add(self, number: int, key: Known) -> None:
        """Learn of a key."""
        if number not in self.by_number:
            self.by_number[number] = key
            self._by_split[key.what, key.split].append((number, key))
            self._kept.clear()
        self.last = max(self.last, number)

    def kept(self, name: Hashable, make: Callable[[], Ints]) -> Ints:
        """Return what was made of the keys under a name, made anew when there are new ones or many names."""
        found = self._kept.get(name)
        if found is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            found = self._kept[name] = make()
        return found

    def of_count(self, count: Count, split: str = "", value: str | None = None) -> list[int]:
        """Return the numbers of the keys a count counts: without splits, or those of one (of one value)."""
        return [
            number
            for number, key in self._by_split.get((count.what, split), ())
            if value in (None, key.value) and count.takes(key.mark, key.level)
        ]


_book = Book()


def book() -> Book:
    """Return all keys there are, asking once for those that are new."""
    rows = Key.objects.filter(pk__gt=_book.last).order_by("pk").values_list("pk", *_COLUMNS)
    for number, *columns in rows:
        _book.add(number, Known(*columns))
    return _book


def has_split(count: Count, split: str) -> bool:
    """Tell whether a count is also counted by the values of a split: not where it counts some levels only."""
    return split in SPLITS.get(count.what, ()) and not count.levels


def numbered(names: Collection[Name]) -> dict[Name, int]:
    """Return the numbers of keys, giving new ones a number. The caller holds the row of ``Progress``."""
    found = _numbers(names)
    if new := sorted(set(names) - set(found)):
        Key.objects.bulk_create(Key(**dict(zip(_COLUMNS, name, strict=True))) for name in new)
        found = _numbers(names)
    return found


def _numbers(names: Collection[Name]) -> dict[Name, int]:
    rows = Key.objects.filter(what__in={name[0] for name in names}).values_list("pk", *_COLUMNS)
    return {(what, mark, level, split, value): number for number, what, mark, level, split, value in rows}


def shapes(sets: Collection[tuple[int, ...]]) -> dict[tuple[int, ...], int]:
    """Return the numbers of shapes, giving new ones a number. The caller holds the row of ``Progress``."""
    found = {tuple(keys): number for number, keys in Shape.objects.values_list("pk", "keys")}
    if new := sorted(set(sets) - set(found)):
        made = Shape.objects.bulk_create(Shape(keys=list(keys)) for keys in new)
        found |= {tuple(one.keys): one.pk for one in made}
    return found
