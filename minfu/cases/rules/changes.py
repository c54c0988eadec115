"""What changed since: the events of demands in the order of their numbers, for programs that keep up with minfu.

Only events below ``seals.settled`` are told, so that none appears later behind a reader's back. Each page looks at a bounded
number of events from where the last one ended, however long the history is.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from minfu.accounts.actor import Actor
from minfu.cases import events
from minfu.cases.models import Case
from minfu.cases.rules import access, detail
from minfu.kernel import record
from minfu.kernel.models import Event

#: Where a demand is read.
_HREF = "/api/v1/cases/%d"
#: Events looked at for one page: so many at a time, so many times.
BATCH, BATCHES = 1000, 10
#: What is recorded of configuration and of tables, not of a demand.
_ELSEWHERE = frozenset(
    {
        events.TABLE_WAITING, events.IMPORTED, events.CATEGORY_SET, events.CATEGORY_ENDED,
        events.CATEGORIES_IMPORTED, events.RULE_SET, events.RULE_ENDED, events.LIMIT_SET, events.LIMIT_ENDED,
        events.RETENTION_SET, events.RETENTION_ENDED, events.CHOICE_SET, events.CHOICE_ENDED,
        events.DIVERSION_SET, events.DIVERSION_ENDED,
    }
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """Something that happened to a demand: that it happened and when, no word anybody wrote."""

    id: int
    name: str
    at: datetime
    case_id: int
    number: str

    @property
    def label(self) -> str:
        """Return what the history says of it."""
        return str(record.sentence(self.name))


@dataclass(frozen=True)
class Read:
    """Changes after a number, oldest first; ``reached`` is the number to go on from, ``more`` whether to do so at once."""

    changes: Sequence[Change]
    reached: int
    more: bool


def kinds() -> dict[str, Any]:
    """Return the events that happen to demands, each with its sentence."""
    return {
        name: sentence
        for name, sentence in record.sentences().items()
        if name.startswith("cases.") and name not in _ELSEWHERE
    }


def read(
    actor: Actor,
    after: int,
    *,
    upto: int,
    size: int,
    only: Collection[str] = (),
    since: datetime | None = None,
) -> Read:
    """Return what happened to demands that ``actor`` may see, with event numbers above ``after`` up to ``upto``.

    ``upto``: what ``seals.settled`` returned. ``only``: events wanted, all if empty. ``since``: leave out what was earlier.
    A page may be short, or even empty, and yet not the last.
    """
    found: list[Change] = []
    for _batch in range(BATCHES):
        rows = list(
            Event.objects.filter(pk__gt=after, pk__lte=upto)
            .order_by("pk")
            .only("subject_type", "subject_id", "name", "at")[:BATCH]
        )
        wanted = [row for row in rows if _wanted(row, only, since)]
        cases = _cases(actor, {row.subject_id for row in wanted})
        for row in wanted:
            case = cases.get(row.subject_id)
            if case is not None and _told(actor, case, row):
                found.append(Change(row.pk, row.name, row.at, case.pk, case.number))
                if len(found) == size:
                    return Read(found, row.pk, more=row.pk < upto)
        if len(rows) < BATCH:
            return Read(found, max(after, upto), more=False)
        after = rows[-1].pk
    return Read(found, after, more=after < upto)


def one(actor: Actor, event_id: int) -> Change | None:
    """Return one change if ``actor`` may (still) see it."""
    row = Event.objects.filter(pk=event_id).only("subject_type", "subject_id", "name", "at").first()
    if row is None or row.subject_type != events.SUBJECT:
        return None
    case = _cases(actor, {row.subject_id}).get(row.subject_id)
    told = case is not None and _told(actor, case, row)
    return Change(row.pk, row.name, row.at, case.pk, case.number) if case and told else None


def told(one: Change, base: str = "") -> dict[str, Any]:
    """Return a change as other systems are told of it, in the feed and at their own addresses; ``base``: the site's address."""
    return {
        "id": one.id,
        "type": one.name,
        "timestamp": one.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": {
            "case_id": one.case_id,
            "number": one.number,
            "label": one.label,
            "href": base + _HREF % one.case_id,
        },
    }


def _wanted(row: Event, only: Collection[str], since: datetime | None) -> bool:
    fits = not only or row.name in only
    return row.subject_type == events.SUBJECT and fits and (since is None or row.at >= since)


def _cases(actor: Actor, ids: Collection[int]) -> dict[int, Case]:
    """Return those of the demands that the actor may see."""
    if not ids:
        return {}
    rows = access.cases_for(actor).filter(pk__in=ids).select_related("complained_unit")
    return {
        case.pk: case
        for case in rows.only(
            "registered_at",
            "complained_unit__level",
            "complained_unit__division_id",
            "complained_unit__name",
        )
    }


def _told(actor: Actor, case: Case, row: Event) -> bool:
    """Tell whether the actor reads this event in the demand's history too."""
    return row.name in detail.TOLD_TO_COMPLAINED or not access.is_complained_about(actor, case)
