"""What of a topic counts in figures; it stands in the events themselves, as with demands (``cases/rules/counted.py``).

``topic_taken``: taken up as the month's matter. ``topic_report``: reported as done, by its date or after it. ``topic_check``:
verified by another unit, solved or not. It counts for the unit that has it, and at the smallest place that holds all of it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from minfu.kernel.record import Fact, counting
from minfu.topics import events
from minfu.topics.models import Topic

Counts = dict[str, list[Any]]


def of(row: Topic) -> list[Any]:
    """Return for whom and for where a step of a topic counts."""
    return [row.owner_id, row.place, "", "topic", "", 0]


def stamped(facts: Sequence[Fact], row: Topic, today: date) -> list[Fact]:
    """Return a step's facts, the last of which carries what counts of it. ``today``: the day of the step."""
    counts: Counts = {}
    for fact in facts:
        counts |= _counts(fact, row, today)
    return counting(facts, of(row), counts)


def _counts(fact: Fact, row: Topic, today: date) -> Counts:
    if fact.name == events.TAKEN_UP:
        return {"topic_taken": []}
    if fact.name == events.REPORTED:
        return {"topic_report": ["met" if row.due_on is None or today <= row.due_on else "missed"]}
    if fact.name == events.VERIFIED:
        return {"topic_check": ["passed"]}
    if fact.name == events.SENT_BACK:
        return {"topic_check": ["sent_back"]}
    return {}
