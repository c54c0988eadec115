"""Everything an actor may see of one hazard, in one place: the page and the API show the same."""

from dataclasses import dataclass

from minfu.accounts.actor import Actor
from minfu.hazards import events, states
from minfu.hazards.models import Alarm, Call, Evidence, Hazard, Inspection, Rectification
from minfu.hazards.rules import access
from minfu.kernel import record
from minfu.kernel.models import Event
from minfu.kernel.steps import State, Step


@dataclass(frozen=True)
class AlarmLine:
    """An alarm, who was told, and what the actor may do about it."""

    alarm: Alarm
    state: State
    told: list[str]
    steps: list[Step]


@dataclass(frozen=True)
class Detail:
    """A hazard with all that hangs on it."""

    row: Hazard
    state: State
    alarms: list[AlarmLine]
    rectifications: list[Rectification]
    inspections: list[Inspection]
    before: list[Evidence]
    after: list[Evidence]
    checks: list[Evidence]
    history: list[Event]
    next_steps: list[Step]


def detail(actor: Actor, row: Hazard) -> Detail:
    """Return what ``actor`` may see of ``row``, which they fetched through ``access``."""
    photos = list(row.evidence.select_related("file").order_by("pk"))
    return Detail(
        row=row,
        state=states.HAZARD[row.state],
        alarms=[
            _alarm(actor, row, one) for one in row.alarms.order_by("-pk").prefetch_related("calls__unit")
        ],
        rectifications=list(row.rectifications.select_related("unit").order_by("-pk")),
        inspections=list(row.inspections.select_related("unit").order_by("-pk")),
        before=[one for one in photos if one.when == Evidence.When.BEFORE],
        after=[one for one in photos if one.when == Evidence.When.AFTER],
        checks=[one for one in photos if one.when == Evidence.When.CHECK],
        history=list(reversed(record.history((events.SUBJECT, row.pk)))),
        next_steps=access.next_steps(actor, row),
    )


def _alarm(actor: Actor, row: Hazard, alarm: Alarm) -> AlarmLine:
    calls = alarm.calls.select_related("unit", "user").order_by("pk")
    return AlarmLine(
        alarm,
        states.ALARM[alarm.state],
        [_name(one) for one in calls],
        access.alarm_steps(actor, row, alarm),
    )


def _name(call: Call) -> str:
    return call.unit.name if call.unit is not None else str(call.user)
