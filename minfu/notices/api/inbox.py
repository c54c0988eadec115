"""The API's notices: the inbox of unit and person, and the residents a desk has to phone."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from minfu.accounts.actor import actor_of
from minfu.kernel import pages
from minfu.kernel.api import Id, In, Out, Page, Paging, Room
from minfu.notices import outbox, rights, states, texts
from minfu.notices.models import Notice
from minfu.registry import vault

room = Room("notices", _("通知"))


class NoticeOut(Out):
    """A notice in words."""

    id: int
    title: str
    body: str
    event: str
    subject: str
    """What it is about: `case`, …"""
    subject_id: int
    created_at: datetime
    unread: bool


class NoticePage(Page):
    """A page of notices."""

    items: list[NoticeOut]


class InboxQuery(Paging):
    """Which notices."""

    unread: bool = True
    """Only those nobody has read yet."""


class ToPhone(Out):
    """A resident to phone: masked; the number is shown for a stated purpose on the demand."""

    id: int
    title: str
    body: str
    subject: str
    subject_id: int
    created_at: datetime
    name: str
    phone: str


class ToPhonePage(Page):
    """A page of residents to phone."""

    items: list[ToPhone]


class Waiting(Out):
    """How much waits, counted up to 100."""

    unread: int
    to_phone: int
    """Residents the caller's desk has to phone; 0 for whoever phones none."""


class Read(In):
    """Which notices were read."""

    ids: Annotated[list[Id], Field(max_length=1000)]


class Done(Out):
    """How many were unread before."""

    count: int


@room.get("/notices", _("站内通知"), right=rights.READ, answer=NoticePage)
def inbox(request: HttpRequest, asked: Query[InboxQuery]) -> NoticePage:
    """List the notices for the caller's unit and person, the newest first: unread ones, or all with `unread=false`."""
    rows = outbox.inbox(actor_of(request))
    if asked.unread:
        rows = rows.filter(state=states.PENDING)
    found, after = pages.page(rows, cursor=asked.cursor, size=asked.limit, newest_first=True)
    return NoticePage(items=[_notice(row) for row in found], next_cursor=after)


@room.get("/notices/count", _("待看和待办的通知数"), right=rights.READ, answer=Waiting)
def count(request: HttpRequest) -> Waiting:
    """Say how many notices are unread and how many residents wait for a call."""
    actor = actor_of(request)
    to_phone = outbox.count_to_phone(actor) if actor.may(rights.PHONE) else 0
    return Waiting(unread=outbox.unread_count(actor), to_phone=to_phone)


@room.post("/notices/read", _("标为已读"), right=rights.READ, answer=Done)
def read(request: HttpRequest, body: Read) -> Done:
    """Mark notices of the caller's inbox as read; others are left alone."""
    return Done(count=outbox.mark_read(body.ids, actor=actor_of(request)))


@room.get("/notices/to-phone", _("待电话告知的居民"), right=rights.PHONE, answer=ToPhonePage)
def to_phone(request: HttpRequest, asked: Query[Paging]) -> ToPhonePage:
    """List the residents the caller's desk has to phone, longest waiting first."""
    rows, after = pages.page(outbox.to_phone(actor_of(request)), cursor=asked.cursor, size=asked.limit)
    return ToPhonePage(items=[_to_phone(row) for row in rows], next_cursor=after)


@room.post("/notices/{notice_id}/told", _("已电话告知"), right=rights.PHONE, answer=Done)
def told(request: HttpRequest, notice_id: Id) -> Done:
    """Note that the resident was told by phone."""
    outbox.mark_told(notice_id, actor=actor_of(request))
    return Done(count=1)


def _notice(row: Notice) -> NoticeOut:
    words = texts.words(row.template, row.context)
    return NoticeOut(
        id=row.pk,
        title=words.title,
        body=words.body,
        event=row.event,
        subject=row.subject_type,
        subject_id=row.subject_id,
        created_at=row.created_at,
        unread=row.state == states.PENDING,
    )


def _to_phone(row: Notice) -> ToPhone:
    words = outbox.spoken(row)
    masked = vault.masked(row.identity) if row.identity else None
    return ToPhone(
        id=row.pk,
        title=words.title,
        body=words.body,
        subject=row.subject_type,
        subject_id=row.subject_id,
        created_at=row.created_at,
        name=masked.name if masked else "",
        phone=masked.phone if masked else "",
    )
