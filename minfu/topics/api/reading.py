"""List and show topics, and those of their demands the caller may open."""

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from minfu.accounts.actor import actor_of
from minfu.kernel import pages
from minfu.kernel.api import Id, Paging
from minfu.topics import rights, states
from minfu.topics.api.answers import (
    TopicDemand,
    TopicDemands,
    TopicLine,
    TopicOut,
    Topics,
    line,
    shown_to,
)
from minfu.topics.api.base import ROOT, room
from minfu.topics.rules import access


class TopicsQuery(Paging):
    """What the list is narrowed to."""

    state: Annotated[
        str, Field(json_schema_extra={"enum": [code for code, _label in states.TOPIC.choices]})
    ] = ""
    township: Annotated[str, Field(pattern=r"^(\d{12})?$")] = ""
    people: Annotated[int, Field(ge=1, le=2**31 - 1)] = 1
    """At least so many people told of it; what stands on boards has three."""


@room.get("/topics", _("专题列表"), right=rights.VIEW, answer=Topics)
def list_topics(request: HttpRequest, query: Query[TopicsQuery]) -> Topics:
    """List what stands on boards and the caller may see, the newest first."""
    rows = access.shown_to(actor_of(request)).filter(people__gte=query.people).select_related("owner")
    if query.state:
        rows = rows.filter(state=query.state)
    if query.township:
        rows = rows.filter(townships__contains=[query.township])
    found, after = pages.page(rows, cursor=query.cursor, size=query.limit, newest_first=True)
    return Topics(items=[TopicLine(**line(row)) for row in found], next_cursor=after)


@room.get(ROOT, _("一个专题"), right=rights.VIEW, answer=TopicOut)
def show(request: HttpRequest, topic_id: Id) -> TopicOut:
    """Show one topic with all that hangs on it."""
    return shown_to(request, topic_id)


@room.get(f"{ROOT}/demands", _("专题里的诉求"), right=rights.VIEW, answer=TopicDemands)
def demands(request: HttpRequest, topic_id: Id, query: Query[Paging]) -> TopicDemands:
    """List the demands of a topic that the caller may open, the newest first."""
    actor = actor_of(request)
    rows = access.demands_for(actor, access.get_for(actor, topic_id))
    found, after = pages.page(rows, cursor=query.cursor, size=query.limit, newest_first=True)
    items = [TopicDemand(id=one.pk, number=one.number, href=f"/api/v1/cases/{one.pk}") for one in found]
    return TopicDemands(items=items, next_cursor=after)
