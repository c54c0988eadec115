"""What the API says of topics, and how it is made from them."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest

from minfu.accounts.actor import actor_of
from minfu.kernel.api import Out, Page
from minfu.topics import states
from minfu.topics.models import Topic
from minfu.topics.rules import access
from minfu.topics.rules.detail import Detail, detail


class TopicLine(Out):
    """A topic as lists show it. Numbers of people, never who."""

    id: int
    title: str
    state: str
    state_label: str
    people: int
    """Different people who told of it, ever."""
    recent: int
    """Those of the last thirty days."""
    demands: int
    heat: float
    place: str
    """The smallest division that holds all of it; empty for several townships."""
    townships: list[str]
    first_at: datetime
    last_at: datetime
    owner: str
    """The unit that has it as the month's matter."""
    due_on: date | None
    version: int


class Topics(Page):
    """A page of topics, the newest first."""

    items: list[TopicLine]


class TopicPlace(Out):
    """How many demands lie in a division."""

    code: str
    demands: int


class TopicOut(TopicLine):
    """A topic with all that hangs on it."""

    task: str
    result: str
    merged_into: int | None
    solved_at: datetime | None
    since_solved: int
    """Demands that came in after it was found solved."""
    trend: list[int]
    """Demands week by week, the oldest first."""
    places: list[TopicPlace]
    next_steps: list[str]
    """Names of the steps the caller may take now: POST to `/topics/{id}/steps/{name}`."""


class TopicDemand(Out):
    """A demand of a topic that the caller may open."""

    id: int
    number: str
    href: str


class TopicDemands(Page):
    """Demands of a topic that the caller may open, the newest first."""

    items: list[TopicDemand]


def line(row: Topic) -> dict[str, Any]:
    """Return a topic as lists show it."""
    plain = {
        name: getattr(row, name) for name in TopicLine.model_fields if name not in ("state_label", "owner")
    }
    return {
        **plain,
        "state_label": str(states.TOPIC[row.state].label),
        "owner": row.owner.name if row.owner else "",
    }


def out(shown: Detail) -> TopicOut:
    """Return a topic with all that hangs on it."""
    row = shown.row
    return TopicOut(
        **line(row),
        task=row.task,
        result=row.result,
        merged_into=row.merged_into_id,
        solved_at=row.solved_at,
        since_solved=shown.since_solved,
        trend=shown.trend,
        places=[TopicPlace(code=code, demands=number) for code, number in shown.places],
        next_steps=[step.name for step in shown.next_steps],
    )


def shown_to(request: HttpRequest, pk: int) -> TopicOut:
    """Return a topic as the caller may see it now; ``Missing`` if not at all."""
    actor = actor_of(request)
    return out(detail(actor, access.get_for(actor, pk)))
