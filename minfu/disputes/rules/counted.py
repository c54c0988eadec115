"""What of a mediation counts in figures; it stands in the events themselves, as with demands (``cases/rules/counted.py``).

Numbers only: nothing of the parties, not even the kind of their quarrel. ``mediation``: begun. ``mediated``: how it ended.
``kept``: whether an agreement was kept.
"""

from collections.abc import Sequence
from typing import Any

from minfu.disputes import events
from minfu.disputes.models import Mediation
from minfu.kernel.record import Fact, counting

_COUNTS: dict[str, dict[str, list[Any]]] = {
    events.OPENED: {"mediation": []},
    events.AGREED: {"mediated": ["agreed"]},
    events.SETTLED: {"mediated": ["settled"]},
    events.FAILED: {"mediated": ["failed"]},
    events.DECLINED: {"mediated": ["declined"]},
    events.KEPT: {"kept": ["kept"]},
    events.BROKEN: {"kept": ["broken"]},
}
_COUNTY = "000000"


def of(row: Mediation) -> list[Any]:
    """Return for whom and for where a step of a mediation counts; a confidential one counts at no place below the county."""
    place = "" if row.division_id.endswith(_COUNTY) else row.division_id
    return [row.unit_id, place, "", "dispute", "", int(row.restricted)]


def stamped(facts: Sequence[Fact], row: Mediation) -> list[Fact]:
    """Return a step's facts, the last of which carries what counts of it."""
    counts: dict[str, list[Any]] = {}
    for fact in facts:
        counts |= _COUNTS.get(fact.name, {})
    return counting(facts, of(row), counts)
