"""Steps of a hazard and of its alarm: one operation per verb, each saying exactly what it needs."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from minfu.accounts.actor import actor_of
from minfu.hazards import states
from minfu.hazards.api.answers import HazardOut, shown_to
from minfu.hazards.api.base import ROOT, room
from minfu.hazards.api.bodies import (
    AddsEvidence,
    AnswersAlarm,
    GivesReason,
    GradesHazard,
    HazardStep,
    InspectsHazard,
    SetsDate,
    TellsWork,
)
from minfu.hazards.rules import actions
from minfu.kernel.api import Id, Operation, version_asked
from minfu.kernel.steps import StateTable


def _step(
    name: str, *, table: StateTable = states.HAZARD, path: str = f"{ROOT}/steps"
) -> Callable[[Any], Any]:
    """Declare the operation of a step: its address, title and right follow from the table."""
    step = table.step(name)
    operation = Operation(step.label, step.right, HazardOut, versioned=True)
    return room.declare("POST", f"{path}/{name}", operation)


def _taken(
    request: HttpRequest, pk: int, body: HazardStep, verb: Callable[..., Any], **more: Any
) -> HazardOut:
    """Take a step and show the hazard after it."""
    verb(actor=actor_of(request), pk=pk, version=version_asked(request, body.version), **more)
    return shown_to(request, pk)


@_step("grade")
def grade(request: HttpRequest, hazard_id: Id, body: GradesHazard) -> HazardOut:
    """Say how grave it is; the date follows. A grade of immediate danger raises the alarm."""
    return _taken(request, hazard_id, body, actions.grade, code=body.code, reason=body.reason)


@_step("measure")
def measure(request: HttpRequest, hazard_id: Id, body: TellsWork) -> HazardOut:
    """Write down what was done until it is rectified."""
    return _taken(request, hazard_id, body, actions.measure, what=body.what, files=body.files)


@_step("report")
def report(request: HttpRequest, hazard_id: Id, body: TellsWork) -> HazardOut:
    """Report that it is rectified; the demand is reported with it."""
    return _taken(request, hazard_id, body, actions.report, what=body.what, files=body.files)


@_step("add_evidence")
def add_evidence(request: HttpRequest, hazard_id: Id, body: AddsEvidence) -> HazardOut:
    """Add photos uploaded before."""
    return _taken(request, hazard_id, body, actions.add_evidence, files=body.files, when=body.when or "")


@_step("inspect")
def inspect(request: HttpRequest, hazard_id: Id, body: InspectsHazard) -> HazardOut:
    """Check, as another unit: gone, or due again. The demand is verified or sent back with it."""
    more = {"gone": body.gone, "finding": body.finding, "again_on": body.again_on, "files": body.files}
    return _taken(request, hazard_id, body, actions.inspect, **more)


@_step("set_date")
def set_date(request: HttpRequest, hazard_id: Id, body: SetsDate) -> HazardOut:
    """Move the date, as the desk above."""
    return _taken(request, hazard_id, body, actions.set_date, due_on=body.due_on, reason=body.reason)


@_step("dismiss")
def dismiss(request: HttpRequest, hazard_id: Id, body: GivesReason) -> HazardOut:
    """Find, as the desk above, that it is no hazard."""
    return _taken(request, hazard_id, body, actions.dismiss, reason=body.reason)


@_step("raise_alarm")
def raise_alarm(request: HttpRequest, hazard_id: Id, body: GivesReason) -> HazardOut:
    """Raise the alarm: whoever is on the list is told at once, at any hour."""
    return _taken(request, hazard_id, body, actions.raise_alarm, reason=body.reason)


@_step("acknowledge", table=states.ALARM, path=f"{ROOT}/alarms/{{alarm_id}}")
def acknowledge(request: HttpRequest, hazard_id: Id, alarm_id: Id, body: AnswersAlarm) -> HazardOut:
    """Acknowledge an alarm, as a person who did not raise it, and say what is being done."""
    return _taken(request, hazard_id, body, actions.acknowledge, alarm_id=alarm_id, doing=body.text)


@_step("end", table=states.ALARM, path=f"{ROOT}/alarms/{{alarm_id}}")
def end_alarm(request: HttpRequest, hazard_id: Id, alarm_id: Id, body: AnswersAlarm) -> HazardOut:
    """Say that the danger is under control."""
    return _taken(request, hazard_id, body, actions.end_alarm, alarm_id=alarm_id, ending=body.text)
