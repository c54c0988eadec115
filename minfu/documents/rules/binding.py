"""What a document's figures are bound to. Pure: where they come from is told by a ``Source``."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Protocol

ONE = Decimal("0.1")


@dataclass(frozen=True)
class Bound:
    """A figure as it stands in a text: ``value`` is exact (None where there is nothing to divide by), ``text`` what is printed.

    ``href`` leads to its records, ``told`` says how it is counted, ``at`` when it was read. ``by_hand`` is the ground given for
    a number a person vouches for.
    """

    name: str
    title: str
    area: str
    period: str
    value: Decimal | None
    text: str
    unit: str
    href: str = ""
    told: str = ""
    at: datetime | None = None
    is_share: bool = False
    #: What there is at this moment, not what happened in a period.
    is_stock: bool = False
    area_name: str = ""
    period_label: str = ""
    by_hand: str = ""
    #: The answer it is, where it is no figure but was told by somebody.
    answer: int | None = None

    @property
    def key(self) -> str:
        """Return what tells it from other figures of the same document."""
        return f"{self.name}|{self.area}|{self.period}"

    @property
    def shown(self) -> str:
        """Return the number with its unit; without a number there is no unit."""
        return self.text if self.value is None else f"{self.text}{self.unit}"

    def as_data(self) -> dict[str, Any]:
        """Return it as JSON-like data."""
        return {
            **asdict(self),
            "value": None if self.value is None else str(self.value),
            "at": self.at.isoformat() if self.at else None,
        }


@dataclass(frozen=True)
class Moved:
    """A figure beside the same of an earlier period."""

    now: Bound
    before: Bound

    @property
    def by(self) -> Decimal | None:
        """Return by how much it grew (negative: fell); None where one of them has no value."""
        if self.now.value is None or self.before.value is None:
            return None
        if self.now.is_share:
            return self.now.value.quantize(ONE, ROUND_HALF_UP) - self.before.value.quantize(
                ONE, ROUND_HALF_UP
            )
        return self.now.value - self.before.value

    @property
    def percent(self) -> Decimal | None:
        """Return the growth in hundredths of the earlier number; None where that was nothing."""
        by = self.by
        if by is None or not self.before.value:
            return None
        return (by * 100 / self.before.value).quantize(ONE, ROUND_HALF_UP)


@dataclass(frozen=True)
class Records:
    """Records behind a figure as a table: titles, rows of text, and how many are not shown to this writer.

    ``secret``: how many are never listed, since a paper is read by others than those who work on them. ``widths``: shares of
    the line, one for each title; none for columns of one width.
    """

    titles: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    hidden: int = 0
    secret: int = 0
    widths: tuple[float, ...] = ()


class Source(Protocol):
    """Where the figures of one document come from: of its area, in its period. Refuses with a sentence what there is not."""

    @property
    def words(self) -> Mapping[str, str]:
        """Return the words a text may name: area, unit, period."""

    @property
    def unrecorded(self) -> str:
        """Return the sentence that not all of the period was recorded; empty where it was."""

    def named(self, word: str) -> str:
        """Return the key of the indicator whose title a text names; any other word comes back as it is."""

    def figure(self, name: str, *, before: bool = False) -> Bound:
        """Return a figure of the document's period, or of the one before it."""

    def answer(self, name: str) -> Bound:
        """Return a number that was told once (``answers``), of the document's place and period."""

    def split(self, name: str, by: str) -> list[tuple[str, Bound]]:
        """Return a figure split by place or unit, each part with its label."""

    def records(self, name: str) -> Records:
        """Return the records behind a figure."""
