"""Messages about demands: rows for the outbox, written in the transaction that causes them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from minfu.cases import events
from minfu.cases.models import Case, Door, Kind, Urgency
from minfu.cases.rules import asking, catalog
from minfu.cases.texts import ASKING, TO_CHECK, URGENT, resident_key, unit_key, urgent_key
from minfu.kernel import codes
from minfu.kernel.tongue import kept
from minfu.notices import outbox
from minfu.notices.models import Notice

#: Messages that wait for the morning instead of coming at night.
_PATIENT = frozenset({events.REMINDED, events.ESCALATED})


def is_pressing(case: Case) -> bool:
    """Tell whether people are told of the demand at any hour: it is urgent, and not from a table, which comes late anyway."""
    return case.urgency == Urgency.URGENT and case.door != Door.IMPORT


def to_unit(unit_id: int, event: str, case: Case, *, at: datetime, limit: str = "") -> Notice:
    """Return an unsaved message to a unit. For a demand without an id yet, call ``address`` once it has one.

    ``limit`` names the time limit it is about: a demand has several, and each is reminded of on its own. Of an urgent demand
    those who have to act are told in a text of its own that no quiet hours hold back.
    """
    urgent = event in URGENT and is_pressing(case)
    return outbox.build(
        outbox.To(unit_id=unit_id),
        urgent_key(event) if urgent else unit_key(event),
        {
            "number": case.number if case.pk else "",
            "what": f"{what(case)} · {limit}" if limit else what(case),
        },
        subject=(events.SUBJECT, case.pk or 0),
        event=event,
        at=at,
        reminder=event in _PATIENT,
    )


def to_residents(event: str, case: Case, *, at: datetime) -> list[Notice]:
    """Return unsaved messages to the reporter and, for a result, to those whose demands were merged into this one."""
    if event in TO_CHECK and not outbox.reaches_residents():
        return []
    told = [case]
    if event in ASKING:
        told += list(case.merged_cases.filter(reporter__isnull=False))
    return [_to_resident(event, one, at) for one in told if one.reporter_id is not None]


def _to_resident(event: str, case: Case, at: datetime) -> Notice:
    """Return a message to the reporter; where no message leaves the house, a desk that did not do the work tells them."""
    linked = event in ASKING | TO_CHECK
    context = {"link": asking.link(case)} if linked else {"receipt": codes.show_receipt(case.receipt)}
    return outbox.build(
        outbox.To(identity_id=case.reporter_id, desk_id=_who_phones(event, case)),
        resident_key(event),
        context,
        subject=(events.SUBJECT, case.pk),
        event=event,
        at=at,
    )


def _who_phones(event: str, case: Case) -> int:
    """Return the desk that tells the resident: one that neither did the work nor wrote the resident's wish down itself."""
    found = catalog.current()
    if event == events.WITHDRAWN and found.county_desk:
        return found.county_desk.id
    return asking.desk_that_asks(case, found) if event in ASKING else case.desk_id


def what(case: Case) -> str:
    """Say in a few words what a demand is, without saying who reported it."""
    kind = kept(Kind(case.kind).label)
    return f"{case.category.name} · {kind}" if case.category else kind


def address(notices: Iterable[Any], case: Case) -> None:
    """Give messages built before the demand had an id its number."""
    for notice in notices:
        notice.subject_id = case.pk
        notice.context = {**notice.context, "number": case.number}


def drop_questions(case: Case) -> None:
    """Drop the questions that did not reach the reporter yet: the demand went on without, nobody is to ask any more."""
    outbox.drop((events.SUBJECT, case.pk), [resident_key(event) for event in ASKING])


def send(notices: list[Any]) -> None:
    """Insert the messages in one statement."""
    outbox.send(notices)
