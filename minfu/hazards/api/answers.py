"""What the API says of hazards, and how it is made from them."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from minfu.accounts.actor import actor_of
from minfu.hazards import states
from minfu.hazards.models import Hazard
from minfu.hazards.rules import access
from minfu.hazards.rules.detail import Detail, detail
from minfu.kernel.api import Out, Page


class HazardLine(Out):
    """A hazard as lists show it."""

    id: int
    number: str
    case_id: int
    category: str
    state: str
    state_label: str
    grade: str
    """Its code; empty until somebody graded it."""
    unit: str
    due_at: datetime | None
    rounds: int
    """How often a check found it still there."""
    opened_at: datetime
    version: int


class Hazards(Page):
    """A page of hazards, newest first."""

    items: list[HazardLine]


class HazardAlarmOut(Out):
    """An alarm: what the danger is, who was told, who answered."""

    id: int
    hazard: int
    state: str
    reason: str
    raised_at: datetime
    stage: int
    next_at: datetime | None
    """When the next round is told if nobody acknowledges."""
    told: list[str]
    acknowledged_by: str
    doing: str
    next_steps: list[str]


class InspectionOut(Out):
    """A check by another unit."""

    at: datetime
    gone: bool
    finding: str
    unit: str


class EvidenceOut(Out):
    """A photo or document."""

    file: str
    when: str
    """before, after, or of a check."""


class HazardOut(HazardLine):
    """A hazard with all that hangs on it."""

    what: str
    alarms: list[HazardAlarmOut]
    rectified: list[str]
    """What was done, newest first."""
    inspections: list[InspectionOut]
    evidence: list[EvidenceOut]
    next_steps: list[str]
    """Names of the steps the caller may take now: POST to `/hazards/{id}/steps/{name}`."""


def line(row: Hazard) -> dict[str, Any]:
    """Return a hazard as lists show it."""
    return {
        "id": row.pk,
        "number": row.number,
        "case_id": row.case_id,
        "category": row.category,
        "state": row.state,
        "state_label": str(states.HAZARD[row.state].label),
        "grade": row.grade.code if row.grade else "",
        "unit": row.unit.name,
        "due_at": row.due_at,
        "rounds": row.rounds,
        "opened_at": row.opened_at,
        "version": row.version,
    }


def out(shown: Detail) -> HazardOut:
    """Return a hazard with all that hangs on it."""
    photos = [*shown.before, *shown.after, *shown.checks]
    return HazardOut(
        **line(shown.row),
        what=shown.row.what,
        alarms=[
            HazardAlarmOut(
                id=one.alarm.pk,
                hazard=shown.row.pk,
                state=one.alarm.state,
                reason=one.alarm.reason,
                raised_at=one.alarm.raised_at,
                stage=one.alarm.stage,
                next_at=one.alarm.next_at,
                told=one.told,
                acknowledged_by=one.alarm.acknowledged_by_label,
                doing=one.alarm.doing,
                next_steps=[step.name for step in one.steps],
            )
            for one in shown.alarms
        ],
        rectified=[one.text for one in shown.rectifications],
        inspections=[
            InspectionOut(
                at=one.at, gone=one.gone, finding=one.finding, unit=one.unit.name if one.unit else ""
            )
            for one in shown.inspections
        ],
        evidence=[EvidenceOut(file=str(one.file_id), when=one.when) for one in photos],
        next_steps=[step.name for step in shown.next_steps],
    )


def shown_to(request: HttpRequest, pk: int) -> HazardOut:
    """Return a hazard as the caller may see it now; ``Missing`` if not at all."""
    actor = actor_of(request)
    return out(detail(actor, access.get_for(actor, pk)))
