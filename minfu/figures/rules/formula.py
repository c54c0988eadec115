"""Formulas: what an indicator is made of. A formula says what it counts, how it counts it, and both in words.

The building stones: ``Count`` (facts of a kind in a period), ``Share`` (one count of another, with weights), ``Middle`` (the
median of hours), ``Stock`` (what there is now), ``Mean`` (several formulas with weights). They say which ``Count``s they need, so
that the figures of a page are read in one statement.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

#: How many facts there are, by what, mark and level; and of "done" by hours.
Numbers = Mapping["Count", Mapping[tuple[str, str], int]]
Weights = Mapping[str, Decimal]


@dataclass(frozen=True)
class Count:
    """Facts called ``what`` (``cases/rules/counted.py``), with one of these marks and levels; empty means any.

    ``judged``: what was left out of the rates by two persons is not counted.
    """

    what: str
    marks: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    words: Any = ""
    judged: bool = False

    def needs(self) -> list["Count"]:
        """Return what has to be counted."""
        return [self]

    def rows(self) -> "Count":
        """Return the facts whose records stand behind the number."""
        return self

    def number(self, numbers: Numbers) -> int:
        """Return how many there are."""
        return sum(numbers[self].values())

    def value(self, numbers: Numbers, _weights: Weights) -> tuple[Decimal | None, int, int]:
        """Return the value, its numerator and its denominator (1 for a plain number)."""
        number = self.number(numbers)
        return Decimal(number), number, 1

    def told(self, _weights: Weights) -> str:
        """Say the formula in words."""
        return str(self.words)

    def weigh(self, _mark: str, _level: str, _weights: Weights) -> Decimal:
        """Return how much one of its records counts."""
        return Decimal(1)

    def takes(self, mark: str, level: str) -> bool:
        """Tell whether a fact with this mark and level is counted."""
        return (not self.marks or mark in self.marks) and (not self.levels or level in self.levels)


@dataclass(frozen=True)
class Share:
    """How much of ``whole`` has one of the marks or levels in ``part``, in percent.

    ``part``: a mark's or level's weight: a number, or the name of a dated weight. ``by_level``: ``part`` names levels.
    """

    whole: Count
    part: tuple[tuple[str, int | str], ...]
    words: Any = ""
    by_level: bool = False

    def needs(self) -> list[Count]:
        """Return what has to be counted."""
        return [self.whole]

    def rows(self) -> Count:
        """Return the facts whose records stand behind the number."""
        return self.whole

    def value(self, numbers: Numbers, weights: Weights) -> tuple[Decimal | None, int | Decimal, int]:
        """Return the percentage (None when there is nothing to divide by), numerator and denominator."""
        found = numbers[self.whole]
        whole = sum(found.values())
        top = sum((number * self.weigh(*key, weights) for key, number in found.items()), Decimal(0))
        shown = int(top) if top == int(top) else top.normalize()
        return (top / whole * 100 if whole else None), shown, whole

    def weigh(self, mark: str, level: str, weights: Weights) -> Decimal:
        """Return how much one of its records counts for the numerator."""
        weight = dict(self.part).get(level if self.by_level else mark, 0)
        return weights[weight] if isinstance(weight, str) else Decimal(weight)

    def told(self, weights: Weights) -> str:
        """Say the formula in words, its weights filled in."""
        filled = {
            str(name): f"{weights[name].normalize():f}" for _mark, name in self.part if isinstance(name, str)
        }
        return str(self.words) % filled


@dataclass(frozen=True)
class Middle:
    """The median of the hours of facts, by level if asked: the middle one, of two the shorter. In days."""

    whole: Count
    words: Any = ""

    def needs(self) -> list[Count]:
        """Return nothing: hours are counted apart."""
        return [self.whole]

    def rows(self) -> Count:
        """Return the facts whose records stand behind the number."""
        return self.whole

    def value(self, numbers: Numbers, _weights: Weights) -> tuple[Decimal | None, int, int]:
        """Return the median in days, the hours, and how many there are. ``numbers``: by (level or "", hours)."""
        found = sorted((int(hours), number) for (_level, hours), number in numbers[self.whole].items())
        total = sum(number for _hours, number in found)
        passed = 0
        for hours, number in found:
            passed += number
            if passed * 2 >= total:
                return Decimal(hours) / 24, hours, total
        return None, 0, 0

    def told(self, _weights: Weights) -> str:
        """Say the formula in words."""
        return str(self.words)

    def weigh(self, _mark: str, _level: str, _weights: Weights) -> Decimal:
        """Return how much one of its records counts."""
        return Decimal(1)


@dataclass(frozen=True)
class Stock:
    """What there is now, as a room's door counts it: not of a period."""

    name: str
    words: Any = ""

    def needs(self) -> list[Count]:
        """Return nothing: the room counts."""
        return []

    def rows(self) -> None:
        """Return nothing: the room lists."""
        return

    def told(self, _weights: Weights) -> str:
        """Say the formula in words."""
        return str(self.words)


@dataclass(frozen=True)
class Mean:
    """Several shares, each with the name of a dated weight; a part that has no value is left aside with its weight."""

    parts: tuple[tuple["Indicator", str], ...]
    words: Any = ""

    def shares(self) -> list[tuple[Share, str]]:
        """Return the shares it is made of."""
        return [(part.formula, weight) for part, weight in self.parts if isinstance(part.formula, Share)]

    def needs(self) -> list[Count]:
        """Return what has to be counted."""
        return [share.whole for share, _weight in self.shares()]

    def rows(self) -> None:
        """Return nothing: each part has its own records."""
        return

    def value(self, numbers: Numbers, weights: Weights) -> tuple[Decimal | None, Decimal, int]:
        """Return the weighted mean, and of how many parts it is."""
        found = [(share.value(numbers, weights)[0], weights[name]) for share, name in self.shares()]
        there = [(value, weight) for value, weight in found if value is not None and weight]
        if not there:
            return None, Decimal(0), 0
        total = sum((weight for _value, weight in there), Decimal(0))
        mean = sum((value * weight for value, weight in there), Decimal(0)) / total
        return mean, mean, len(there)

    def told(self, weights: Weights) -> str:
        """Say the formula in words, its weights filled in."""
        return str(self.words) % {name: f"{weights[name].normalize():f}" for _part, name in self.parts}


Formula = Count | Share | Middle | Stock | Mean


@dataclass(frozen=True)
class Indicator:
    """An indicator, defined once.

    ``unit`` stands behind the number (件, %, 天). ``splits`` are what it may be split by: never a person. ``owner`` answers for
    the definition, ``source`` is where it comes from; it holds from ``valid_from`` to ``valid_to`` (ISO days, exclusive).
    ``better``: 1 when more is better, -1 when less is, 0 when neither.
    """

    name: str
    title: Any
    meaning: Any
    formula: Formula
    unit: Any
    owner: Any
    source: Any
    splits: tuple[str, ...] = ("place", "unit")
    valid_from: str = "2020-01-01"
    valid_to: str = ""
    better: int = 0
    group: str = "demands"
    link: Callable[..., str] | None = field(default=None, compare=False)

    @property
    def is_stock(self) -> bool:
        """Tell whether it says what there is now, whatever the period."""
        return isinstance(self.formula, Stock)

    def span(self, period: Any) -> str:
        """Say of when its number is: of the period, or of now whatever the period."""
        return _("此刻") if self.is_stock else str(period.label)

    @property
    def is_share(self) -> bool:
        """Tell whether it is a percentage."""
        return isinstance(self.formula, (Share, Mean))

    @property
    def has_decimals(self) -> bool:
        """Tell whether it is shown with a digit after the point."""
        return not isinstance(self.formula, (Count, Stock))

    @property
    def has_whole(self) -> bool:
        """Tell whether the records behind it are those it is divided by."""
        return isinstance(self.formula, (Share, Middle))

    def weights(self) -> Sequence[str]:
        """Return the names of the dated weights it uses."""
        formula = self.formula
        if isinstance(formula, Mean):
            inner = [name for share, _weight in formula.shares() for _mark, name in share.part]
            outer = [weight for _part, weight in formula.parts]
            return [name for name in (*outer, *inner) if isinstance(name, str)]
        if isinstance(formula, Share):
            return [name for _mark, name in formula.part if isinstance(name, str)]
        return []
