"""The room's configuration over the API: grades, and who is told of an alarm."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from pydantic import Field, StringConstraints

from minfu.accounts.actor import actor_of
from minfu.hazards import rights
from minfu.hazards.api.base import room
from minfu.hazards.api.bodies import Code
from minfu.hazards.models import AlarmStep, Grade
from minfu.hazards.rules import actions
from minfu.hazards.rules.actions import configure
from minfu.kernel import dated
from minfu.kernel.api import Day, Id, In, Line, OneOf, Out
from minfu.kernel.calendar import Unit

Amount = Annotated[int, Field(ge=1, le=400)]
Prefix = Annotated[str, StringConstraints(pattern=r"^\d{0,12}$")]


class GradeOut(Out):
    """A version of a grade."""

    code: str
    name: str
    meaning: str
    weight: int
    amount: int
    measure: str
    again_amount: int
    again_measure: str
    alarm: bool
    valid_from: date
    valid_to: date | None
    source: str


class CallLine(Out):
    """A line of the list of who is told."""

    id: int
    stage: int
    whom: str
    duty: str
    unit: int | None
    post: int | None
    category: str
    area: str
    wait_minutes: int
    valid_from: date
    valid_to: date | None
    source: str


class HazardConfig(Out):
    """What holds today or will."""

    grades: list[GradeOut]
    calls: list[CallLine]


class GradeIn(In):
    """A new version of a grade."""

    name: Line
    meaning: Line
    weight: Annotated[int, Field(ge=1, le=99)]
    amount: Amount
    measure: Annotated[str, OneOf(Unit)]
    again_amount: Amount
    again_measure: Annotated[str, OneOf(Unit)]
    alarm: bool = False
    valid_from: Day
    source: Line


class CallIn(In):
    """A new line: at which round, whom, how long until the next."""

    stage: Annotated[int, Field(ge=1, le=9)]
    whom: Annotated[str, OneOf(AlarmStep.Whom)]
    duty: Line = ""
    unit: Id | None = None
    post: Id | None = None
    category: Prefix = ""
    area: Prefix = ""
    wait_minutes: Annotated[int, Field(ge=1, le=1440)]
    valid_from: Day
    source: Line


class CallEnd(In):
    """From which day it no longer holds, and on what that rests."""

    on: Day
    reason: Line


def _grade(row: Grade) -> GradeOut:
    return GradeOut(**{name: getattr(row, name) for name in GradeOut.model_fields})


def _call(row: AlarmStep) -> CallLine:
    plain = {name: getattr(row, name) for name in CallLine.model_fields if name not in ("unit", "post")}
    return CallLine(**plain, unit=row.unit_id, post=row.post_id)


@room.get("/hazard-config", _("隐患配置"), right=rights.CONFIGURE, answer=HazardConfig)
def config(request: HttpRequest) -> HazardConfig:
    """Show the grades and the list that hold today or will."""
    configure.permit(actor_of(request))
    return HazardConfig(
        grades=[_grade(row) for row in dated.standing(Grade).order_by("-weight", "code", "valid_from")],
        calls=[_call(row) for row in dated.standing(AlarmStep).order_by("stage", "pk")],
    )


@room.post("/hazard-config/grades/{code}", _("设定隐患等级"), right=rights.CONFIGURE, answer=GradeOut)
def set_grade(request: HttpRequest, code: Code, body: GradeIn) -> GradeOut:
    """Start a new version of a grade, or a new one; the one before it ends on the same day."""
    row = Grade(code=code, **body.model_dump())
    return _grade(actions.set_grade(actor=actor_of(request), row=row))


@room.post("/hazard-config/calls", _("警报名单加一行"), right=rights.CONFIGURE, answer=CallLine, status=201)
def add_call(request: HttpRequest, body: CallIn) -> CallLine:
    """Add a line to the list of who is told."""
    told = body.model_dump(exclude={"unit", "post"})
    row = AlarmStep(unit_id=body.unit, post_id=body.post, **told)
    return _call(actions.add_call(actor=actor_of(request), row=row))


@room.post("/hazard-config/calls/{call_id}/end", _("名单失效"), right=rights.CONFIGURE, answer=CallLine)
def end_call(request: HttpRequest, call_id: Id, body: CallEnd) -> CallLine:
    """End a line of the list on a day."""
    actor = actor_of(request)
    return _call(actions.end_call(actor=actor, pk=call_id, on=body.on, reason=body.reason))
