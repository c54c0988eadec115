"""What others are told of demands: everyone of public matters, another system of those it handed in itself.

Public is a demand that nobody asked to be kept quiet, about a thing anyone can see (the county says which categories those
are), and of it only what kind it is, roughly where, who works on it and how far that is: no word anybody wrote, no photo, no
name, no exact place. See docs/decisions/open311.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.cases import events
from minfu.cases.models import Case, CaseFile, Category, Kind
from minfu.cases.rules import access, catalog
from minfu.files.door import StoredFile
from minfu.kernel import pages, seals
from minfu.kernel.errors import Invalid, Missing
from minfu.kernel.models import Event
from minfu.places import index

#: Kinds everyone may be told of; wrongdoing and disputes are between people, whatever their category.
PUBLIC_KINDS = (Kind.CONSULTATION, Kind.REQUEST, Kind.COMPLAINT, Kind.SUGGESTION, Kind.PRAISE, Kind.HAZARD)
#: Decimals of a degree the public sees: about a hundred metres, a hamlet and not a house.
PUBLIC_DECIMALS = 3
#: What happens to a demand and is told: that it happened and which unit acted, never the words said about it.
TURNS = frozenset(
    {
        events.WAITING, events.ASSIGNED, events.REASSIGNED, events.ACCEPTED, events.ANSWERED, events.HELP_CALLED,
        events.PAUSED, events.DEFERRED, events.RESUMED, events.REPORTED, events.SENT_BACK, events.VERIFIED,
        events.CONFIRMED, events.REOPENED, events.CLOSED_UNCONFIRMED, events.WITHDRAWN, events.DIVERTED, events.MERGED,
        events.UNMERGED, events.SPLIT,
    }
)  # fmt: skip
#: Files that came with the resident's words.
_HANDED_IN = ("intake", "added")
#: Rows that are skipped to reach a numbered page, at most; further on one goes by cursor.
MOST_SKIPPED = 10_000
#: Events looked at for one page of turns: so many at a time, so many times.
BATCH, BATCHES = 1000, 10


@dataclass(frozen=True)
class Span:
    """From when (inclusive) until when (exclusive)."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class Asked:
    """Which demands a reader asks for. Without a ``registered`` or ``updated`` span: the demands of ``ids``."""

    ids: Sequence[int] = ()
    registered: Span | None = None
    updated: Span | None = None
    categories: Sequence[str] = ()
    is_open: bool | None = None

    @property
    def column(self) -> str:
        """Return the column the answer is ordered by, newest first."""
        return "updated_at" if self.updated and not self.registered else "registered_at"


@dataclass(frozen=True)
class Outline:
    """What is told of a demand. From ``description`` on: only to the system that handed it in (``own``)."""

    id: int
    number: str
    own: bool
    kind: str
    state: str
    state_label: str
    is_open: bool
    category_code: str
    category_name: str
    unit: str
    division: str
    place: str
    point: tuple[float, float] | None
    advice: str
    registered_at: datetime
    updated_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    description: str = ""
    address: str = ""
    details: Sequence[dict[str, Any]] = ()
    files: Sequence[UUID] = ()


@dataclass(frozen=True)
class Turn:
    """Something that happened to a demand. ``unit`` is the one it went to, or that acted; ``outcome`` what the resident said."""

    id: int
    case_id: int
    number: str
    name: str
    at: datetime
    unit: str
    outcome: str = ""


def told(actor: Actor | None) -> Q:
    """Return the condition for demands of which ``actor`` (None: anyone) is told."""
    codes = Q(pk__in=[])
    for code in settings.MINFU_OPEN311_PUBLIC:
        codes |= Q(code__startswith=code)
    public = Q(
        restricted=False, kind__in=PUBLIC_KINDS, category_id__in=Category.objects.filter(codes).values("pk")
    )
    return public | access.visible(actor) if actor else public


def page(
    actor: Actor | None, asked: Asked, *, size: int, skip: int = 0, cursor: str = ""
) -> tuple[list[Outline], str]:
    """Return a page of outlines, newest first, and the cursor of the page after it ("" on the last).

    ``Invalid`` for a cursor that is none, or for ``skip`` beyond ``MOST_SKIPPED``.
    """
    if skip > MOST_SKIPPED:
        raise Invalid({"page": [_("翻得太深了。请缩小时间范围，或按答复里 Link 给出的地址继续。")]})
    rows = _selected(actor, asked)
    if cursor:
        moment, pk = _read(cursor)
        # The redundant first condition lets PostgreSQL start the index scan at the cursor.
        rows = rows.filter(**{f"{asked.column}__lte": moment})
        rows = rows.filter(Q(**{f"{asked.column}__lt": moment}) | Q(pk__lt=pk))
    found = list(rows.select_related("category", "holder", "lead", "diversion")[skip : skip + size + 1])
    last = found[size - 1] if len(found) > size else None
    after = f"{getattr(last, asked.column).isoformat()}~{last.pk}" if last else ""
    return _outlines(actor, found[:size]), after


def one(actor: Actor | None, case_id: int) -> Outline:
    """Return the outline of one demand; ``Missing`` whether it is absent or not told of."""
    found, _after = page(actor, Asked(ids=[case_id]), size=1)
    if not found:
        raise missing()
    return found[0]


def missing() -> Missing:
    """Return the one answer for what is absent and what is not told of."""
    return Missing(_("没有找到这件诉求，或者它不公开。请核对编号。"))


def _selected(actor: Actor | None, asked: Asked) -> QuerySet[Case]:
    rows = Case.objects.filter(told(actor)).order_by(f"-{asked.column}", "-pk")
    if asked.ids:
        return rows.filter(pk__in=asked.ids)
    for column, span in (("registered_at", asked.registered), ("updated_at", asked.updated)):
        if span:
            rows = rows.filter(**{f"{column}__gte": span.since, f"{column}__lt": span.until})
    if asked.categories:
        rows = rows.filter(category__code__in=asked.categories)
    if asked.is_open is not None:
        rows = rows.filter(is_open=asked.is_open)
    return rows


def _read(cursor: str) -> tuple[datetime, int]:
    text, _sep, pk = cursor.partition("~")
    try:
        moment, number = datetime.fromisoformat(text), int(pk)
    except ValueError:
        moment, number = datetime.min, 0  # noqa: DTZ901 - refused below for its missing zone
    if moment.tzinfo is None or not 0 < number < 2**63:
        raise pages.lost()
    return moment, number


def _outlines(actor: Actor | None, cases: Sequence[Case]) -> list[Outline]:
    own = {case.pk for case in cases if actor is not None and case.registered_by_id == actor.post_id}
    files: dict[int, list[UUID]] = {}
    if own:
        rows = CaseFile.objects.filter(case_id__in=own, what__in=_HANDED_IN).order_by("pk")
        for case_id, file_id in rows.values_list("case_id", "file_id"):
            files.setdefault(case_id, []).append(file_id)
    known = index.current()
    return [
        _outline(case, known.label(case.division_id), files.get(case.pk, []), own=case.pk in own)
        for case in cases
    ]


def _outline(case: Case, place: str, files: Sequence[UUID], *, own: bool) -> Outline:
    shown: dict[str, Any] = {}
    point = None
    if case.longitude is not None and case.latitude is not None:
        point = (case.longitude, case.latitude)
    if own:
        shown = {
            "description": case.shown_description,
            "address": case.address,
            "details": case.details,
            "files": files,
        }
    elif point:
        point = (round(point[0], PUBLIC_DECIMALS), round(point[1], PUBLIC_DECIMALS))
    return Outline(
        id=case.pk,
        number=case.number,
        own=own,
        kind=case.kind,
        state=case.state,
        state_label=case.state_label,
        is_open=case.is_open,
        category_code=case.category.code if case.category else "",
        category_name=case.category.name if case.category else "",
        unit=(case.lead or case.holder).name,
        division=case.division_id,
        place=place,
        point=point,
        advice=case.diversion.advice if case.diversion else "",
        registered_at=case.registered_at,
        updated_at=case.updated_at,
        due_at=case.due_at,
        closed_at=case.closed_at,
        **shown,
    )


def file_of(case_id: int, file_id: UUID) -> StoredFile:
    """Return a file that came with a demand's words, as long as the demand is not restricted; ``Missing`` otherwise."""
    rows = CaseFile.objects.filter(
        case_id=case_id, file_id=file_id, what__in=_HANDED_IN, case__restricted=False
    )
    row = rows.select_related("file").first()
    if row is None:
        raise Missing(_("没有这个附件。"))
    return row.file


# --- what happened --------------------------------------------------------------------------------------------------


@dataclass
class _Reading:
    """Turns of a span, collected batch by batch from the history, which lies in the order of its ids."""

    actor: Actor | None
    span: Span
    last: int
    turns: list[Turn] = field(default_factory=list)

    def batch(self, size: int) -> bool:
        """Read on; tell whether there may be more."""
        rows = Event.objects.filter(pk__gt=self.last, subject_type=events.SUBJECT, name__in=TURNS)
        found = list(rows.order_by("pk")[:BATCH])
        inside = [row for row in found if self.span.since <= row.at < self.span.until]
        known = _numbers(self.actor, {row.subject_id for row in inside})
        for row in found:
            self.last = row.pk
            if row.subject_id in known and self.span.since <= row.at < self.span.until:
                self.turns.append(_turn(row, known[row.subject_id]))
                if len(self.turns) == size:
                    return True
        return len(found) == BATCH and found[-1].at < self.span.until + seals.LATE


def turns(actor: Actor | None, span: Span, *, size: int, cursor: str = "") -> tuple[list[Turn], str]:
    """Return a page of what happened within ``span``, oldest first, and the cursor of the page after it ("" on the last).

    Looks at a bounded number of events: a page may be short, or even empty, and yet not the last. ``Invalid`` for a cursor
    that is none.
    """
    reading = _Reading(actor, span, _after(cursor) if cursor else seals.before(span.since))
    more = True
    for _batch in range(BATCHES):
        more = reading.batch(size)
        if not more or len(reading.turns) == size:
            break
    return reading.turns, str(reading.last) if more else ""


def turns_of(case_ids: Iterable[int]) -> dict[int, list[Turn]]:
    """Return what happened to each of these demands, whose outlines the caller got from here, oldest first."""
    found: dict[int, list[Turn]] = {}
    rows = Event.objects.filter(subject_type=events.SUBJECT, subject_id__in=list(case_ids), name__in=TURNS)
    for row in rows.order_by("subject_id", "seq"):
        found.setdefault(row.subject_id, []).append(_turn(row, ""))
    return found


def _after(cursor: str) -> int:
    after = pages.number_of(cursor)
    if after is None:
        raise pages.lost()
    return after


def _numbers(actor: Actor | None, case_ids: Iterable[int]) -> dict[int, str]:
    """Return the numbers of those demands of which the actor is told."""
    rows = Case.objects.filter(told(actor), pk__in=list(case_ids)).only("pk", "registered_at")
    return {case.pk: case.number for case in rows}


def _turn(row: Event, number: str) -> Turn:
    acting = catalog.current().units.get(row.actor_unit_id or 0)
    unit = str(row.data.get("unit_name") or "") or (acting.name if acting else "")
    return Turn(row.pk, row.subject_id, number, row.name, row.at, unit, str(row.data.get("outcome") or ""))
