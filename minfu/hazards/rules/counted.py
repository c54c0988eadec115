"""What of a hazard counts in figures; it stands in the events themselves, as with demands (``cases/rules/counted.py``).

``hazard``: found. ``hazard_check``: checked, gone or not. ``hazard_end``: what had to be rectified by a date: in time,
or late when the date passed; each round has its own date.
"""

from collections.abc import Sequence
from typing import Any

from minfu.hazards import events
from minfu.hazards.models import Hazard
from minfu.kernel.record import Fact, counting

Counts = dict[str, list[Any]]


def of(row: Hazard) -> list[Any]:
    """Return for whom and for where a step of a hazard counts."""
    place = row.village_code or row.township_code
    return [row.unit_id, place, row.category_code, "hazard", "", int(row.restricted)]


def stamped(facts: Sequence[Fact], row: Hazard) -> list[Fact]:
    """Return a step's facts, the last of which carries what counts of it."""
    counts: Counts = {}
    for fact in facts:
        counts |= _counts(fact, row)
    return counting(facts, of(row), counts)


def _counts(fact: Fact, row: Hazard) -> Counts:
    if fact.name == events.OPENED:
        return {"hazard": []}
    if fact.name == events.OVERDUE:
        return {"hazard_end": ["missed"]} if row.stage == 1 else {}
    if fact.name == events.NOT_GONE:
        return {"hazard_check": ["not_gone"]}
    if fact.name == events.GONE:
        gone: Counts = {"hazard_check": ["gone"]}
        # Its being late counted when the date passed.
        return gone if row.stage else gone | {"hazard_end": ["met"]}
    return {}
