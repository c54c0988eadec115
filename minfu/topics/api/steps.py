"""Steps of a topic: one operation per verb, each saying exactly what it needs."""

from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpRequest
from pydantic import Field, StringConstraints

from minfu.accounts.actor import actor_of
from minfu.kernel.api import Day, Id, In, Line, Operation, version_asked
from minfu.topics import states
from minfu.topics.api.answers import TopicOut, shown_to
from minfu.topics.api.base import ROOT, room
from minfu.topics.rules import actions

Text = Annotated[str, StringConstraints(max_length=100_000, pattern=r"^[^\x00]*$")]


class TopicStep(In):
    """What every step takes."""

    version: Annotated[int | None, Field(ge=1, le=2**31 - 1)] = None
    """The version last seen, if not sent as `If-Match`; left out, the step is taken on any."""


class RenamesTopic(TopicStep):
    """The new name."""

    title: Line


class MergesTopic(TopicStep):
    """Into which."""

    into: Id
    reason: Text = ""


class SplitsTopic(TopicStep):
    """Which demands, and what the topic they make is called."""

    case_ids: Annotated[list[Id], Field(max_length=500)]
    title: Line
    reason: Text = ""


class TakesTopicUp(TopicStep):
    """Whose it is, by when, what is to be done."""

    owner_id: Id
    due_on: Day
    task: Text


class SaysWhyOfTopic(TopicStep):
    """Why."""

    reason: Text = ""


class SaysTopicResult(TopicStep):
    """How it was solved."""

    result: Text


class SaysTopicFinding(TopicStep):
    """How it was verified and what was seen."""

    finding: Text


def _step(name: str) -> Callable[[Any], Any]:
    """Declare the operation of a step: its address, title and right follow from the table."""
    step = states.TOPIC.step(name)
    operation = Operation(step.label, step.right, TopicOut, versioned=True)
    return room.declare("POST", f"{ROOT}/steps/{name}", operation)


def _taken(request: HttpRequest, pk: int, body: TopicStep, verb: Callable[..., Any]) -> TopicOut:
    """Take a step and show the topic after it; of a split the new one."""
    told = body.model_dump(exclude={"version"})
    row = verb(actor=actor_of(request), pk=pk, version=version_asked(request, body.version), **told)
    return shown_to(request, row.pk)


@_step("rename")
def rename(request: HttpRequest, topic_id: Id, body: RenamesTopic) -> TopicOut:
    """Give it a name of people's own."""
    return _taken(request, topic_id, body, actions.rename)


@_step("merge")
def merge(request: HttpRequest, topic_id: Id, body: MergesTopic) -> TopicOut:
    """Put all its demands into another, for good."""
    return _taken(request, topic_id, body, actions.merge)


@_step("split")
def split(request: HttpRequest, topic_id: Id, body: SplitsTopic) -> TopicOut:
    """Take chosen demands out into a topic of their own, for good; the new one is shown."""
    return _taken(request, topic_id, body, actions.split)


@_step("dismiss")
def dismiss(request: HttpRequest, topic_id: Id, body: SaysWhyOfTopic) -> TopicOut:
    """Say that it is nothing to be settled together."""
    return _taken(request, topic_id, body, actions.dismiss)


@_step("restore")
def restore(request: HttpRequest, topic_id: Id, body: SaysWhyOfTopic) -> TopicOut:
    """Take a dismissal back."""
    return _taken(request, topic_id, body, actions.restore)


@_step("take_up")
def take_up(request: HttpRequest, topic_id: Id, body: TakesTopicUp) -> TopicOut:
    """Take it up as the month's matter; the unit is told."""
    return _taken(request, topic_id, body, actions.take_up)


@_step("report")
def report(request: HttpRequest, topic_id: Id, body: SaysTopicResult) -> TopicOut:
    """Say, as the unit that has it, how it was solved."""
    return _taken(request, topic_id, body, actions.report)


@_step("verify")
def verify(request: HttpRequest, topic_id: Id, body: SaysTopicFinding) -> TopicOut:
    """Find, as another unit, that it is solved."""
    return _taken(request, topic_id, body, actions.verify)


@_step("send_back")
def send_back(request: HttpRequest, topic_id: Id, body: SaysTopicFinding) -> TopicOut:
    """Find that it is not solved."""
    return _taken(request, topic_id, body, actions.send_back)


@_step("put_down")
def put_down(request: HttpRequest, topic_id: Id, body: SaysWhyOfTopic) -> TopicOut:
    """Say that it is not the month's matter any more."""
    return _taken(request, topic_id, body, actions.put_down)
