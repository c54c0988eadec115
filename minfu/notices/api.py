"""The API's notices: the inbox of unit and person, and the residents a desk has to phone."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from minfu.accounts.api import actor_of
from minfu.kernel.api import In, Out, Room
from minfu.notices import outbox, rights, states, texts
from minfu.notices.models import Notice
from minfu.registry import vault

#: Notices one answer lists.
MOST = 100

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


class Read(In):
    """Which notices were read."""

    ids: Annotated[list[Annotated[int, Field(ge=1, le=2**63 - 1)]], Field(max_length=1000)]


class Done(Out):
    """How many were unread before."""

    count: int


@room.get("/notices", _("站内通知"), right=rights.READ, answer=list[NoticeOut])
def inbox(request: HttpRequest, unread: bool = True) -> list[NoticeOut]:  # noqa: FBT001 - a query parameter
    """List the newest notices for the caller's unit and person: unread ones, or all with `unread=false`."""
    rows = outbox.inbox(actor_of(request))
    if unread:
        rows = rows.filter(state=states.PENDING)
    return [_notice(row) for row in rows[:MOST]]


@room.post("/notices/read", _("标为已读"), right=rights.READ, answer=Done)
def read(request: HttpRequest, body: Read) -> Done:
    """Mark notices of the caller's inbox as read; others are left alone."""
    return Done(count=outbox.mark_read(body.ids, actor=actor_of(request)))


@room.get("/notices/to-phone", _("待电话告知的居民"), right=rights.PHONE, answer=list[ToPhone])
def to_phone(request: HttpRequest) -> list[ToPhone]:
    """List the residents the caller's desk has to phone, longest waiting first."""
    return [_to_phone(row) for row in outbox.to_phone(actor_of(request))[:MOST]]


@room.post("/notices/{notice_id}/told", _("已电话告知"), right=rights.PHONE, answer=Done)
def told(request: HttpRequest, notice_id: Annotated[int, Field(ge=1, le=2**63 - 1)]) -> Done:
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
