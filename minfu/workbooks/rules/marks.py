"""What a person said of a cell, as it is kept: from period to period the same, so it names no period but how it is moved."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from minfu.figures.door import Period
from minfu.figures.door import period as parse
from minfu.workbooks.rules.meaning import Match, Meaning
from minfu.workbooks.rules.spans import moved

#: How a cell's period is made of the form's: the same, its last month, from the year's beginning, the one before, a year before.
SHIFTS = ("", "month", "year", "before", "a_year_before")
#: The period is what the cell's own words say.
AS_READ = "as_read"
#: A cell the person fills in, whatever minfu thinks.
OWN: Mapping[str, Any] = {"own": True}

Mark = Mapping[str, Any]


def of(meaning: Meaning, area: str, period: Period | None) -> dict[str, Any]:
    """Return what is kept of a cell's meaning on a form of an area and a period."""
    shift = AS_READ
    if period is not None:
        shift = next((one for one in SHIFTS if moved(period, {one}).key == meaning.period), AS_READ)
    return {
        "indicator": meaning.indicator,
        "part": meaning.part,
        "split": meaning.split,
        "area": "" if meaning.area == area else meaning.area,
        "shift": shift,
        "grown": meaning.grown,
    }


def applied(mark: Mark, match: Match, area: str, period: Period | None) -> Match:
    """Return a match as a person said it: surely this figure, or surely none."""
    if mark.get("own"):
        return replace(match, meaning=None, score=1.0, is_text=False)
    read = match.meaning.period if match.meaning else ""
    if mark["shift"] != AS_READ and period is not None:
        read = moved(period, {mark["shift"]}).key
    meaning = Meaning(mark["indicator"], mark["part"], mark["split"], mark["area"] or area, read)
    meaning = replace(meaning, grown=mark.get("grown", ""))
    if match.meaning is not None and match.meaning.indicator == meaning.indicator:
        meaning = replace(meaning, times=match.meaning.times)
    return replace(match, meaning=meaning, score=1.0, why="") if read else match


def period_of(key: str) -> Period | None:
    """Return the period of a stored key, None for none."""
    return parse(key) if key else None
