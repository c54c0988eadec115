"""Posts: who acts where, in which role, over which area, from when until when."""

from datetime import date, timedelta
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from minfu.accounts import rights
from minfu.accounts.actor import actor_of
from minfu.accounts.api.units import Division
from minfu.accounts.models import Post, Role
from minfu.accounts.rules import access, posts
from minfu.kernel import clock, pages
from minfu.kernel.api import Day, Id, In, Line, Out, Page, Paging, Room

room = Room("posts", _("岗位"))

Grids = Annotated[list[Id], Field(max_length=1000)]


class PostIn(In):
    """A post for a person. ``last_day`` left out: until further notice."""

    unit_id: Id
    role: Role
    area: Division
    starts_on: Day
    last_day: Day | None = None
    grids: Grids = []
    """Ids of the grids a grid worker is responsible for."""


class PostOut(Out):
    """A post, also one that is over."""

    id: int
    user_id: int
    unit_id: int
    unit: str
    role: Role
    title: str
    """The role in words."""
    area: str
    first_day: date | None
    """None: it was withdrawn before it began."""
    last_day: date | None
    is_over: bool
    grids: list[int]


class PostPage(Page):
    """A page of posts."""

    items: list[PostOut]


class Holders(Paging):
    """Whose posts a list holds."""

    unit: Id | None = None
    role: Role | None = None
    over: bool = False
    """Also those that are over."""


class PostEnd(In):
    """The end of a post."""

    reason: Line
    last_day: Day | None = None
    """Left out: it ends at once."""


class PostGrids(In):
    """The grids a grid worker is responsible for, instead of those of before."""

    grids: Grids


@room.get("/admin/posts", _("岗位清单"), right=rights.MANAGE, answer=PostPage)
def list_posts(request: HttpRequest, asked: Query[Holders]) -> PostPage:
    """List the posts of the administrator's area: who holds what."""
    found = access.posts_for(actor_of(request)).prefetch_related("grids")
    if asked.unit:
        found = found.filter(unit_id=asked.unit)
    if asked.role:
        found = found.filter(role=asked.role)
    if not asked.over:
        found = found.filter(period__overlap=(timezone.localdate(clock.now()), None))
    rows, after = pages.page(found, cursor=asked.cursor, size=asked.limit)
    return PostPage(items=[post_out(row) for row in rows], next_cursor=after)


@room.post("/admin/people/{user_id}/posts", _("任命岗位"), right=rights.MANAGE, answer=PostOut, status=201)
def give(request: HttpRequest, user_id: Id, body: PostIn) -> PostOut:
    """Give a person a post. Administrators, auditors and those who handle demands are never the same person."""
    terms = posts.PostTerms(
        unit_id=body.unit_id,
        role=body.role.value,
        area=body.area,
        starts_on=body.starts_on,
        ends_on=_day_after(body.last_day),
        grid_ids=frozenset(body.grids),
    )
    return post_out(posts.give_post(user_id, terms, actor=actor_of(request)))


@room.post("/admin/posts/{post_id}/end", _("结束岗位"), right=rights.MANAGE, answer=PostOut)
def end(request: HttpRequest, post_id: Id, body: PostEnd) -> PostOut:
    """End a post after a last day, or at once."""
    ends_on = _day_after(body.last_day) or timezone.localdate(clock.now())
    return post_out(posts.end_post(post_id, ends_on=ends_on, reason=body.reason, actor=actor_of(request)))


@room.put("/admin/posts/{post_id}/grids", _("调整负责网格"), right=rights.MANAGE, answer=PostOut)
def change_grids(request: HttpRequest, post_id: Id, body: PostGrids) -> PostOut:
    """Say which grids a grid worker is responsible for from now on."""
    return post_out(posts.change_grids(post_id, frozenset(body.grids), actor=actor_of(request)))


def _day_after(day: date | None) -> date | None:
    """Return the first day without a post whose last day this is."""
    return day + timedelta(days=1) if day else None


def post_out(row: Post) -> PostOut:
    """Return what is told of a post."""
    return PostOut(
        id=row.pk,
        user_id=row.user_id,
        unit_id=row.unit_id,
        unit=row.unit.name,
        role=Role(row.role),
        title=str(row.get_role_display()),
        area=row.area_id,
        first_day=row.first_day,
        last_day=row.last_day,
        is_over=row.is_over,
        grids=sorted(grid.pk for grid in row.grids.all()),
    )
