"""What a cell asks for, and how sure that is: what matching finds and everything else works with. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from minfu.figures.door import Period
from minfu.workbooks.rules.layout import Slot
from minfu.workbooks.rules.words import Lexicon

SURE, LIKELY = 0.9, 0.5
#: The key figures give the whole county.
WHOLE = "c"


@dataclass(frozen=True)
class Meaning:
    """What a cell asks for: an indicator (or its ``top``, ``whole``, ``rest``), one value of a split, area and period."""

    indicator: str
    part: str = ""
    split: str = ""
    area: str = ""
    period: str = ""
    #: What the number is multiplied by: days told in hours.
    times: int = 1
    #: By how many percent it grew since the period before ("before") or the same a year before ("a_year_before").
    grown: str = ""

    @property
    def short(self) -> str:
        """Return it as a reference answer writes it: registered;door=phone@350922204200#2026-H1."""
        what = (
            self.indicator + (f".{self.part}" if self.part else "") + (f";{self.split}" if self.split else "")
        )
        return f"{what}@{self.area}#{self.period}" + (f"^{self.grown}" if self.grown else "")


@dataclass(frozen=True)
class Question:
    """What a cell asks in words, for an answer that is told once: its name, measure, place (key) and period (key)."""

    name: str
    measure: str
    area: str
    period: str


@dataclass(frozen=True)
class Match:
    """What was found out of a cell. ``meaning`` is None where it is asked; ``why`` says so, or what the doubt is."""

    slot: Slot
    meaning: Meaning | None = None
    score: float = 0.0
    why: str = ""
    is_text: bool = False
    #: What it is counted in, as the form tells: count, share, days, hours, other; empty when it does not.
    unit: str = ""
    question: Question | None = None

    @property
    def status(self) -> str:
        """Return "sure", "likely" or "ask"."""
        if self.meaning is None:
            return "ask"
        return "sure" if self.score >= SURE else "likely"


@dataclass(frozen=True)
class Known:
    """What matching knows: each indicator's kind (count, share, days, stock) and splits, the area and period of the form, today.

    ``area``: the key of the form's area or unit. ``found``: the period the form itself names.
    """

    lexicon: Lexicon
    indicators: dict[str, tuple[str, Collection[str]]]
    area: str
    today: date
    period: Period | None = None
    found: Period | None = None
