"""The software's part: it reads the history as it settles and lets each new demand join a topic, or start one.

Texts are compared in memory, by the worker alone: the newest ones, rebuilt at start from what is stored. The web never holds
them. What is read is written with how far it was read, in one transaction under the lock of one row: two workers never read the
same twice, and a run that is killed begins again where the last batch ended. What people decided is never undone.
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from minfu.accounts.actor import system
from minfu.cases import door as cases
from minfu.cases import events as case_events
from minfu.kernel import clock, seals
from minfu.language import likeness
from minfu.language import topics as language
from minfu.topics import states
from minfu.topics.models import Membership, Progress, Topic
from minfu.topics.rules import counting, titles

log = logging.getLogger(__name__)

#: Things that happened to demands, read in one transaction; seconds after which a run lets other jobs have their turn.
BATCH, SHIFT_SECONDS = 200, 25.0
#: Texts asked for at a time while the memory is rebuilt; topics counted again at a time by the daily round.
CHUNK, COOLED = 1000, 200
#: Decisions of people that a memory is brought up to; after more of them without a run it is rebuilt.
MOST_DECIDED = 200
#: Texts that are looked at for a title.
_SPEAKERS = 5
#: Texts before anything is joined: until then nobody knows what is rare.
FIRST = language.FIRST
#: The same in the demo, which has few and shows how it looks.
FIRST_IN_DEMO = 150


@dataclass
class _Memory:
    """What a worker remembers, good for one stamp: the texts, and which of their topics is which row."""

    stamp: UUID
    stream: language.Stream
    topic_of: dict[int, int] = field(default_factory=dict)
    number_of: dict[int, int] = field(default_factory=dict)

    def name(self, number: int, topic_id: int) -> None:
        """Say which row a topic of the stream is."""
        self.topic_of[number], self.number_of[topic_id] = topic_id, number

    def trim(self) -> None:
        """Forget the rows of topics whose texts are all forgotten."""
        there = set(self.stream.topics())
        self.topic_of = {number: pk for number, pk in self.topic_of.items() if number in there}
        self.number_of = {pk: number for number, pk in self.topic_of.items()}

    def decided(self, topic_ids: set[int]) -> None:
        """Put texts where people put them: those that are in these topics, and those that were."""
        stream = self.stream
        were = {key for pk in topic_ids & self.number_of.keys() for key in stream.members(self.number_of[pk])}
        touched = Q(topic__in=topic_ids) | Q(case_id__in=were)
        rows = dict(Membership.objects.filter(touched).values_list("case_id", "topic_id"))
        for key in were - rows.keys():
            stream.forget(key)
        for key, topic_id in rows.items():
            number = stream.move(key, self.number_of.get(topic_id) if topic_id else None)
            if topic_id and number is not None:
                self.name(number, topic_id)
        pinned = Topic.objects.filter(pk__in={*rows.values()} & self.number_of.keys(), pinned=True)
        stream.kept.update(self.number_of[pk] for pk in pinned.values_list("pk", flat=True))
        self.trim()


#: Of this process: none, or one.
_kept: list[_Memory] = []
_one_at_a_time = threading.Lock()


def follow(seconds: float = SHIFT_SECONDS) -> int:
    """Read what has happened since, batch after batch, for some seconds; return how many demands were read."""
    until, read = time.monotonic() + seconds, 0
    with _one_at_a_time:
        more = True
        while more and time.monotonic() < until:
            number, more = _batch(_memory())
            read += number
    return read


def forget() -> None:
    """Forget the texts; the next run rebuilds them."""
    _kept.clear()


def progress() -> Progress:
    """Return the one row and lock it. Whoever changes who is in which topic holds it, from before any topic."""
    found = Progress.objects.select_for_update().filter(pk=1).first()
    if found is None:
        begin = cases.before_newest(language.HELD)
        Progress.objects.bulk_create([Progress(pk=1, cursor=begin)], ignore_conflicts=True)
        found = Progress.objects.select_for_update().get(pk=1)
    return found


def decided(row: Progress, topic_ids: Iterable[int]) -> None:
    """Note that people changed what is in these topics: what workers remember no longer holds of them."""
    row.decided = [*row.decided, [str(row.stamp), sorted(topic_ids)]][-MOST_DECIDED:]
    row.stamp = uuid4()
    row.save(update_fields=["decided", "stamp"])


# --- memory ----------------------------------------------------------------------------------------------------------


def _memory() -> _Memory:
    """Return the memory as of now: brought up to what people decided, or rebuilt where what is stored moved on without it."""
    row = Progress.objects.filter(pk=1).first()
    if not _kept or row is None:
        _kept[:] = [_rebuilt(row.stamp if row else uuid4())]
    elif _kept[0].stamp != row.stamp:
        before = [stamp for stamp, _topics in row.decided]
        if str(_kept[0].stamp) not in before:
            _kept[:] = [_rebuilt(row.stamp)]
        else:
            since = row.decided[before.index(str(_kept[0].stamp)) :]
            _kept[0].decided({pk for _stamp, topics in since for pk in topics})
            _kept[0].stamp = row.stamp
    return _kept[0]


def _rebuilt(stamp: UUID) -> _Memory:
    first = min(FIRST, FIRST_IN_DEMO) if settings.MINFU_DEMO else FIRST
    memory = _Memory(stamp, language.Stream(first=first))
    newest = Membership.objects.order_by("-pk").values_list("case_id", "topic_id")
    rows = list(newest[: language.HELD])[::-1]
    for start in range(0, len(rows), CHUNK):
        _restore(memory, rows[start : start + CHUNK])
    pinned = Topic.objects.filter(pk__in=memory.number_of, pinned=True).values_list("pk", flat=True)
    memory.stream.kept.update(memory.number_of[pk] for pk in pinned)
    return memory


def _restore(memory: _Memory, rows: Sequence[tuple[int, int | None]]) -> None:
    texts = {one.id: one.text for one in cases.said([case_id for case_id, _topic in rows])}
    told = [(case_id, topic_id) for case_id, topic_id in rows if case_id in texts]
    marked = likeness.marked([texts[case_id] for case_id, _topic in told])
    for (case_id, topic_id), marks in zip(told, marked, strict=True):
        number = memory.number_of.get(topic_id) if topic_id else None
        memory.stream.restore(case_id, marks, number)
        if topic_id and number is None:
            memory.name(memory.stream.topic_of(case_id) or 0, topic_id)


# --- one batch -------------------------------------------------------------------------------------------------------


def _batch(memory: _Memory) -> tuple[int, bool]:
    """Read one batch and return how many demands were new and whether there is more to read."""
    upto = seals.settled()
    with transaction.atomic():
        row = progress()
        if row.stamp != memory.stamp and Membership.objects.exists():
            return 0, True  # somebody was faster, or people decided something: remember anew
        read = cases.changes(system("topics"), row.cursor, upto=max(upto, row.cursor), size=BATCH)
        if read.reached == row.cursor:
            return 0, False
        new = [one.case_id for one in read.changes if one.name == case_events.REGISTERED]
        try:
            number = _take_in(memory, sorted(set(new)))
            _look_again(memory, {one.case_id for one in read.changes}.difference(new))
        except BaseException:
            forget()  # half a batch is in it
            raise
        row.cursor, row.stamp, row.decided = read.reached, uuid4(), []
        row.save()
        memory.stamp = row.stamp
    return number, read.more


def _take_in(memory: _Memory, case_ids: list[int]) -> int:
    """Let demands join topics and write down where they, and others with them, went."""
    known = set(Membership.objects.filter(case_id__in=case_ids).values_list("case_id", flat=True))
    told = [one for one in cases.said(case_ids) if one.id not in known]
    Membership.objects.bulk_create(
        Membership(case_id=one.id, township_code=one.township_code, village_code=one.village_code, at=one.at)
        for one in told
    )
    moved: dict[int, int] = {}
    for one, marks in zip(told, likeness.marked([one.text for one in told]), strict=True):
        moved.update(memory.stream.add(one.id, marks).changed)
    if moved:
        _write(memory, moved)
        newest = Membership.objects.order_by("-pk").values_list("pk", flat=True)[0]
        Membership.objects.filter(topic=None, pk__lte=newest - language.HELD).delete()
    memory.trim()
    return len(told)


def _write(memory: _Memory, moved: dict[int, int]) -> None:
    """Write where texts went. A topic has a row from its second text on."""
    left = Membership.objects.filter(case_id__in=moved, topic__isnull=False).values_list(
        "topic_id", flat=True
    )
    touched = {pk for pk in left if pk is not None}
    goes: dict[int | None, list[int]] = defaultdict(list)
    for number in set(moved.values()):
        keys = memory.stream.members(number)
        if number not in memory.topic_of and len(keys) > 1:
            memory.name(number, _new().pk)
            goes[memory.topic_of[number]] += keys
    for key, number in moved.items():
        goes[memory.topic_of.get(number)].append(key)
    for pk, keys in goes.items():
        Membership.objects.filter(case_id__in=keys, pinned=False).exclude(topic=pk).update(topic=pk)
    touched.update(pk for pk in goes if pk is not None)
    _told(memory, touched)


def _new() -> Topic:
    now = clock.now()
    return Topic.objects.create(
        title="", first_at=now, last_at=now, begun_at=now, updated_at=now, counted_on=timezone.localdate(now)
    )


def _told(memory: _Memory, topic_ids: Iterable[int]) -> None:
    """Count topics anew, name them, and end those that nothing is left of."""
    stream, now = memory.stream, clock.now()
    ids = list(topic_ids)
    windows = {pk: stream.members(memory.number_of[pk]) for pk in ids if pk in memory.number_of}
    rows = counting.recount(ids, {pk: stream.cohesion(keys) for pk, keys in windows.items()})
    speak: dict[int, list[int]] = {}
    for row in rows:
        if not row.demands and not row.pinned and row.state == states.OPEN:
            row.state = states.TOPIC.check(row.state, "dissolve")
        elif not row.title_fixed and row.pk in windows and row.demands >= 2 * row.titled_at:
            speak[row.pk] = stream.central(memory.number_of[row.pk])[:_SPEAKERS]
        row.updated_at = now
    texts = {one.id: one.text for one in cases.said({key for keys in speak.values() for key in keys})}
    for row in rows:
        title = titles.title_of(texts[key] for key in speak.get(row.pk, ()) if key in texts)
        if title:
            row.title, row.titled_at = title, row.demands
    Topic.objects.bulk_update(rows, ["state", "title", "titled_at", "updated_at"])


def _look_again(memory: _Memory, case_ids: Iterable[int]) -> None:
    """Look at demands that something happened to: one that is restricted now leaves its topic and is forgotten."""
    rows = {one.case_id: one for one in Membership.objects.filter(case_id__in=case_ids)}
    told = {one.id: one for one in cases.said(rows)}
    hidden = [row for case_id, row in rows.items() if case_id not in told]
    placed = []
    for case_id, one in told.items():
        row = rows[case_id]
        if (row.township_code, row.village_code) != (one.township_code, one.village_code):
            row.township_code, row.village_code = one.township_code, one.village_code
            placed.append(row)
    Membership.objects.filter(pk__in=[row.pk for row in hidden]).delete()
    for row in hidden:
        memory.stream.forget(row.case_id)
    Membership.objects.bulk_update(placed, ["township_code", "village_code"])
    counting.recount({row.topic_id for row in [*hidden, *placed] if row.topic_id}, {})
    _name_anew({row.topic_id for row in hidden if row.topic_id})


def _name_anew(topic_ids: Collection[int]) -> None:
    """Name topics out of the texts that are left in them: the title may be what a demand said that is hidden now."""
    rows = list(Topic.objects.filter(pk__in=topic_ids, title_fixed=False))
    for row in rows:
        newest = row.memberships.order_by("-at").values_list("case_id", flat=True)[:_SPEAKERS]
        row.title, row.titled_at = titles.title_of(one.text for one in cases.said(list(newest))), 0
    Topic.objects.bulk_update(rows, ["title", "titled_at"])


# --- cooling ---------------------------------------------------------------------------------------------------------


def cool() -> int:
    """Count again what was last counted before today: what people told of a month ago no longer heats. Return how many."""
    today, number = timezone.localdate(clock.now()), 0
    while True:
        with transaction.atomic():
            progress()
            due = Topic.objects.filter(heat__gt=0, counted_on__lt=today).order_by("counted_on", "pk")
            ids = list(due.values_list("pk", flat=True)[:COOLED])
            counting.recount(ids, {})
        number += len(ids)
        if len(ids) < COOLED:
            return number
