"""Delegations during leave: one's own, or those of the administrator's area."""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query

from minfu.accounts.actor import actor_of
from minfu.accounts.models import Delegation
from minfu.accounts.rules import access, posts
from minfu.kernel import pages
from minfu.kernel.api import SIGNED_IN, Id, In, Line, Moment, Out, Page, Paging, Room

room = Room("delegations", _("休假代理"))


class LeaveIn(In):
    """Who acts in a post while its holder is on leave."""

    post_id: Id | None = None
    """Left out: the post the caller acts in. Another's only by the administrator."""
    to: Line
    """User name of the delegate."""
    starts_at: Moment
    ends_at: Moment
    reason: Line


class DelegationOut(Out):
    """A delegation."""

    id: int
    post_id: int
    post: str
    holder: str
    to: str
    """User name of the delegate."""
    to_name: str
    starts_at: datetime
    ends_at: datetime
    reason: str


class DelegationPage(Page):
    """A page of delegations."""

    items: list[DelegationOut]


@room.get("/delegations", _("代理清单"), right=SIGNED_IN, answer=DelegationPage)
def list_delegations(request: HttpRequest, asked: Query[Paging]) -> DelegationPage:
    """List the delegations of the caller's own post, the newest first; for the administrator those of the area."""
    found = access.delegations_for(actor_of(request))
    rows, after = pages.page(found, cursor=asked.cursor, size=asked.limit, newest_first=True)
    return DelegationPage(items=[_delegation(row) for row in rows], next_cursor=after)


@room.post("/delegations", _("委托代理"), right=SIGNED_IN, answer=DelegationOut, status=201)
def delegate(request: HttpRequest, body: LeaveIn) -> DelegationOut:
    """Let someone act in a post during leave; the history shows both."""
    actor = actor_of(request)
    leave = posts.Leave(posts.delegate_id(body.to), body.starts_at, body.ends_at, body.reason)
    made = posts.delegate(body.post_id or actor.post_id or 0, leave, actor=actor)
    return _delegation(access.delegations_for(actor).get(pk=made.pk))


@room.post("/delegations/{delegation_id}/end", _("结束代理"), right=SIGNED_IN, answer=None, status=204)
def end(request: HttpRequest, delegation_id: Id) -> None:
    """End a delegation now; one that has not begun is withdrawn."""
    posts.end_delegation(delegation_id, actor=actor_of(request))


def _delegation(row: Delegation) -> DelegationOut:
    return DelegationOut(
        id=row.pk,
        post_id=row.post_id,
        post=str(row.post),
        holder=row.post.user.name,
        to=row.to.username,
        to_name=row.to.name,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        reason=row.reason,
    )
