"""Seals over the history, and the check of the whole.

Each subject's events are chained (``record.py``), which shows a changed, inserted or missing event, but not a subject whose
events all vanished. Seals show that: each covers all events up to one number, with their count and a digest chained to the
seal before. Both together are checked by ``verify``, one row at a time, whatever the size of the history.
"""

import hashlib
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Max

from minfu.kernel import clock, record
from minfu.kernel.doctor import Progress
from minfu.kernel.models import Event, Seal

#: Events one seal covers at most.
BATCH = 100_000
#: Rows fetched at a time while checking.
CHUNK = 5_000
#: Seconds to wait for transactions that might still add events with smaller numbers.
PATIENCE_SECONDS = 60.0
#: An event is in the table at most so long after it happened (the longest transaction).
LATE = timedelta(minutes=10)


@dataclass(frozen=True)
class Broken:
    """The first broken link: where, and what is wrong with it."""

    what: str
    subject: tuple[str, int] | None = None
    seq: int | None = None
    event_id: int | None = None


#: Whoever adds events holds this lock from before the first number is drawn until the transaction ends.
_WRITING = """
    SELECT virtualtransaction FROM pg_locks
     WHERE locktype = 'relation' AND relation = 'record_event'::regclass AND mode = 'RowExclusiveLock' AND granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND pid IS DISTINCT FROM pg_backend_pid()
"""


def horizon(patience_seconds: float = PATIENCE_SECONDS) -> int | None:
    """Return the largest event number below which no event can appear any more; None when that is not certain yet.

    Numbers are given out before transactions commit, so a smaller number may become visible later than a larger one. Who was
    adding events just after the number was read must have ended: only they may hold a smaller one. They are waited for at
    most ``patience_seconds``, nobody is blocked. What the caller's own transaction adds later does not count.
    """
    largest = Event.objects.aggregate(largest=Max("id"))["largest"]
    if largest is None:
        return None
    until, pause, writing = time.monotonic() + patience_seconds, 0.01, _writing()
    while writing:
        if time.monotonic() > until:
            return None
        time.sleep(pause)
        pause = min(2 * pause, 0.5)
        writing &= _writing()
    return int(largest)


def _writing() -> set[str]:
    """Return the transactions under way that add events."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITING)
        return {row[0] for row in cursor.fetchall()}


def settled(patience_seconds: float = 0.2) -> int:
    """Return an event number below which no event can appear any more, without waiting long: 0 for none.

    While a long transaction (an import) adds events, it is that of the last seal.
    """
    found = horizon(patience_seconds)
    return found if found is not None else _last_sealed()


def _last_sealed(**narrowed: datetime) -> int:
    seals = Seal.objects.filter(**narrowed).order_by("-last_event_id")
    return seals.values_list("last_event_id", flat=True).first() or 0


def before(moment: datetime) -> int:
    """Return an event's number before which nothing happened since ``moment``, at most minutes older than it: a seal's."""
    return _last_sealed(at__lt=min(moment, clock.now()) - LATE)


def seal(upto: int) -> int:
    """Seal every unsealed event up to the number ``upto``, in batches, and return how many seals were made."""
    made = 0
    while True:
        last = Seal.objects.order_by("-last_event_id").first()
        after, before = (last.last_event_id, bytes(last.digest)) if last else (0, record.GENESIS)
        batch = (
            Event.objects.filter(id__gt=after, id__lte=upto).order_by("id").values_list("id", "hash")[:BATCH]
        )
        digest, count, reached = before, 0, after
        for reached, link in batch.iterator(chunk_size=CHUNK):
            digest = add(digest, reached, bytes(link))
            count += 1
        if not count:
            return made
        Seal.objects.create(last_event_id=reached, count=count, digest=digest, at=clock.now())
        made += 1


def add(digest: bytes, event_id: int, link: bytes) -> bytes:
    """Return the seal's digest after one more event."""
    return hashlib.sha256(digest + event_id.to_bytes(8, "big") + link).digest()


def verify(progress: Progress) -> Broken | None:
    """Check every chain and every seal; return the first broken link, or None when the history is whole.

    ``progress`` is told the events looked at and their number in all (each is looked at twice).
    """
    total = Event.objects.aggregate(number=Count("id"))["number"] * 2
    steps = Steps(progress, total)
    return _first_broken_link(steps) or _first_broken_seal(steps)


class Steps:
    """Counts rows and reports every thousand."""

    def __init__(self, progress: Progress, total: int):
        """Report to ``progress``, out of ``total``."""
        self.progress, self.total, self.done = progress, total, 0

    def step(self) -> None:
        """Count one row."""
        self.done += 1
        if self.done % 1000 == 0:
            self.progress(self.done, self.total)


def _first_broken_link(steps: Steps) -> Broken | None:
    """Walk all chains, subject by subject."""
    subject: tuple[str, int] | None = None
    seq, link = 0, record.GENESIS
    rows = Event.objects.order_by("subject_type", "subject_id", "seq")
    for row in rows.iterator(chunk_size=CHUNK):
        steps.step()
        if (row.subject_type, row.subject_id) != subject:
            subject, seq, link = (row.subject_type, row.subject_id), 0, record.GENESIS
        wrong = _wrong_with(row, seq, link)
        if wrong:
            return Broken(wrong, subject, row.seq, row.pk)
        seq, link = row.seq, bytes(row.hash)
    return None


def _wrong_with(row: Event, seq: int, link: bytes) -> str:
    """Say what is wrong with an event that should follow number ``seq`` with hash ``link``; "" when nothing is."""
    if row.seq != seq + 1:
        return f"第 {seq + 1} 条记录不见了"
    if bytes(row.prev_hash) != link:
        return "与前一条记录接不上"
    if record.digest(row) != bytes(row.hash):
        return "内容被改动过"
    return ""


def _first_broken_seal(steps: Steps) -> Broken | None:
    """Walk all seals beside all events, by number."""
    events = Event.objects.order_by("id").values_list("id", "hash").iterator(chunk_size=CHUNK)
    waiting = next(events, None)
    digest = record.GENESIS
    first = 1
    for sealed in Seal.objects.order_by("last_event_id").iterator(chunk_size=CHUNK):
        count = 0
        while waiting is not None and waiting[0] <= sealed.last_event_id:
            digest = add(digest, waiting[0], bytes(waiting[1]))
            count += 1
            steps.step()
            waiting = next(events, None)
        span = f"编号 {first} 至 {sealed.last_event_id} 的记录"
        if count != sealed.count:
            return Broken(f"{span}封存时有 {sealed.count} 条,现有 {count} 条", event_id=sealed.last_event_id)
        if digest != bytes(sealed.digest):
            return Broken(f"{span}与封存时不同", event_id=sealed.last_event_id)
        first = sealed.last_event_id + 1
    return None
