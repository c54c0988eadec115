"""The append-only record: one way to write history, one way to check it.

A chain per subject: each event carries the hash of the subject's event before it, so that writers of different subjects
never wait for each other. Seals (``seals.py``) chain the whole.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from minfu.kernel import canonical, clock
from minfu.kernel.models import Event
from minfu.kernel.rows import new

GENESIS = bytes(32)


@dataclass(frozen=True)
class Stamp:
    """Who acts: kind (staff, resident, system), in which post and unit, on whose behalf, through which door."""

    kind: str
    door: str
    label: str = ""
    user_id: int | None = None
    post_id: int | None = None
    unit_id: int | None = None
    on_behalf_of_post_id: int | None = None


@dataclass(frozen=True)
class Fact:
    """What is to be recorded: a registered event name, data for it, the reason given."""

    name: str
    data: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


def counting(facts: Sequence[Fact], of: Sequence[Any], counts: Mapping[str, Any]) -> list[Fact]:
    """Return a step's facts, the last of which carries what of them counts in figures, and for whom and where (``of``)."""
    if not counts:
        return list(facts)
    last = facts[-1]
    return [*facts[:-1], replace(last, data={**last.data, "of": of, "counts": counts})]


Handler = Callable[[Event], None]
_sentences: dict[str, Any] = {}
_handlers: dict[str, list[Handler]] = {}
_messages: dict[str, list[Handler]] = {}


def event(name: str, sentence: Any) -> str:
    """Register an event name with the sentence people read in the history; twice is a ValueError."""
    if name in _sentences:
        raise ValueError(f"event {name} is registered twice")
    _sentences[name] = sentence
    return name


def sentences() -> dict[str, Any]:
    """Return the sentence of every registered event by name."""
    return dict(_sentences)


def sentence(name: str) -> Any:
    """Return the sentence of an event; LookupError for an unregistered one."""
    return _sentences[name]


class _Known(dict[str, Any]):
    """Data of an event; what an old event did not record yet reads as nothing."""

    def __missing__(self, key: str) -> str:
        return ""


def told(name: str, data: Mapping[str, Any], sentence_: Any = "") -> str:
    """Return what an event of the history says, its data filled in; ``sentence_`` instead of the registered one."""
    text = str(sentence_ or sentence(name))
    return text % _Known(data) if "%(" in text else text


def subscribe(name: str, handler: Handler, *, after_commit: bool = False) -> None:
    """Call ``handler(event)`` when ``name`` is recorded: in the same transaction (may raise), or after its commit.

    Only ``site/wiring.py`` and a room's own ``apps.py`` call this.
    """
    if name not in _sentences:
        raise LookupError(f"unknown event {name}")
    (_messages if after_commit else _handlers).setdefault(name, []).append(handler)


def stamp_of(row: Event) -> Stamp:
    """Return who recorded an event: for what follows from it in another room, by the same hand."""
    return Stamp(
        kind=row.actor_kind,
        door=row.door,
        label=row.actor_label,
        user_id=row.actor_user_id,
        post_id=row.actor_post_id,
        unit_id=row.actor_unit_id,
        on_behalf_of_post_id=row.on_behalf_of_post_id,
    )


def digest(row: Event) -> bytes:
    """Return the SHA-256 of the row's canonical JSON (RFC 8785) after the hash of the event before it."""
    body = canonical.dumps(
        {
            "subject": [row.subject_type, row.subject_id, row.seq],
            "name": row.name,
            "at": row.at.timestamp(),
            "actor": [
                row.actor_kind,
                row.actor_user_id,
                row.actor_post_id,
                row.actor_unit_id,
                row.on_behalf_of_post_id,
            ],
            "label": row.actor_label,
            "door": row.door,
            "reason": row.reason,
            "data": row.data,
        }
    )
    return hashlib.sha256(bytes(row.prev_hash) + body).digest()


def build(
    subject: tuple[str, int],
    facts: Sequence[Fact],
    stamp: Stamp,
    *,
    after: tuple[int, bytes] = (0, GENESIS),
    at: datetime | None = None,
) -> list[Event]:
    """Return unsaved, chained events that follow ``after`` (sequence number and hash of the last event)."""
    seq, prev = after
    at = at or clock.now()
    rows = []
    for fact in facts:
        if fact.name not in _sentences:
            raise LookupError(f"unknown event {fact.name}")
        seq += 1
        row = new(
            Event,
            subject_type=subject[0],
            subject_id=subject[1],
            seq=seq,
            name=fact.name,
            at=at,
            actor_kind=stamp.kind,
            actor_user_id=stamp.user_id,
            actor_post_id=stamp.post_id,
            actor_unit_id=stamp.unit_id,
            on_behalf_of_post_id=stamp.on_behalf_of_post_id,
            actor_label=stamp.label,
            door=stamp.door,
            reason=fact.reason,
            data=dict(fact.data),
            prev_hash=prev,
        )
        prev = row.hash = digest(row)
        rows.append(row)
    return rows


def save(rows: Sequence[Event]) -> list[Event]:
    """Insert built events in one statement, call the handlers, and queue the messages for after the commit."""
    Event.objects.bulk_create(rows)
    publish(rows)
    return list(rows)


def publish(rows: Sequence[Event]) -> None:
    """Call the handlers of events the caller has inserted, and queue the messages for after the commit."""
    for row in rows:
        for handler in _handlers.get(row.name, ()):
            handler(row)
        for message in _messages.get(row.name, ()):
            transaction.on_commit(lambda row=row, message=message: message(row))  # type: ignore[misc]  # a lambda's default has no type of its own


def handled(names: Iterable[str]) -> bool:
    """Tell whether one of these events has an effect on data: a handler, which belongs into their transaction."""
    return not _handlers.keys().isdisjoint(names)


def begin(
    subject: tuple[str, int], facts: Sequence[Fact], stamp: Stamp, *, at: datetime | None = None
) -> list[Event]:
    """Record the first facts about a subject that was created in this transaction."""
    return save(build(subject, facts, stamp, at=at))


def append(subject: tuple[str, int], facts: Sequence[Fact], stamp: Stamp) -> list[Event]:
    """Record further facts about a subject. The caller holds the subject's row lock, so that the chain cannot fork."""
    last = (
        Event.objects.filter(subject_type=subject[0], subject_id=subject[1])
        .order_by("-seq")
        .values_list("seq", "hash")
        .first()
    )
    after = (last[0], bytes(last[1])) if last else (0, GENESIS)
    return save(build(subject, facts, stamp, after=after))


def alone(kind: str, fact: Fact, stamp: Stamp) -> Event:
    """Record a fact that belongs to no object with a row of its own (an export); each is a chain of one.

    Its number is random, of the 53 bits that canonical JSON keeps exactly.
    """
    return begin((kind, secrets.randbits(53)), [fact], stamp)[0]


def append_many(facts: Mapping[tuple[str, int], Sequence[Fact]], stamp: Stamp) -> list[Event]:
    """Record further facts about many subjects of one type in two statements; the caller holds their row locks."""
    if not facts:
        return []
    kind = next(iter(facts))[0]
    last = {
        row.subject_id: (row.seq, bytes(row.hash))
        for row in Event.objects.filter(subject_type=kind, subject_id__in=[pk for _kind, pk in facts])
        .order_by("subject_id", "-seq")
        .distinct("subject_id")
    }
    at = clock.now()
    rows: list[Event] = []
    for subject, list_ in facts.items():
        rows += build(subject, list_, stamp, after=last.get(subject[1], (0, GENESIS)), at=at)
    return save(rows)


def history(subject: tuple[str, int]) -> Sequence[Event]:
    """Return a subject's events, oldest first."""
    return list(Event.objects.filter(subject_type=subject[0], subject_id=subject[1]).order_by("seq"))
