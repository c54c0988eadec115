"""The register of personal data: what each table holds of people, why, on what basis, how long, and how it is protected.

A room says so in its ``personal.py``. The privacy notice (个人信息保护法 第十七条) and the impact assessment (第五十五、五十六条)
are pages made of it, and a test fails while a column of free text is neither here nor named as holding nothing of people.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Whose(StrEnum):
    """Whose data it is."""

    RESIDENT = "resident"
    STAFF = "staff"


@dataclass(frozen=True)
class Held:
    """Columns of one table that hold something of people.

    ``model`` is ``app.Model``; ``what`` to ``seen_by`` are sentences for the person concerned, ``risk`` and ``measures`` for
    whoever assesses. ``sensitive``: 敏感个人信息 (第二十八条).
    """

    model: str
    columns: tuple[str, ...]
    whose: Whose
    what: Any
    why: Any
    basis: Any
    kept: Any
    seen_by: Any
    risk: Any
    measures: Any
    sensitive: bool = False


_held: list[Held] = []


def register(*entries: Held) -> None:
    """Add entries to the register; a column that is there already is a ValueError."""
    known = columns()
    for entry in entries:
        doubled = known & _names(entry)
        if doubled:
            raise ValueError(f"registered twice: {sorted(doubled)}")
        _held.append(entry)


def held(whose: Whose | None = None) -> list[Held]:
    """Return the register, or the part of one kind of people, in the order of registration."""
    return [entry for entry in _held if whose is None or entry.whose == whose]


def columns() -> set[str]:
    """Return every registered column as ``app.Model.column``."""
    return {name for entry in _held for name in _names(entry)}


def _names(entry: Held) -> set[str]:
    return {f"{entry.model}.{column}" for column in entry.columns}
