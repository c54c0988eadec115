"""What each step of a hazard needs."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from minfu.hazards.models import Evidence
from minfu.kernel.api import Day, In, OneOf

Version = Annotated[int | None, Field(ge=1, le=2**31 - 1)]
Text = Annotated[str, StringConstraints(max_length=100_000, pattern=r"^[^\x00]*$")]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,20}$")]
#: Ids of files uploaded before (`POST /files`).
Photos = Annotated[list[UUID], Field(max_length=20)]


class HazardStep(In):
    """What every step takes."""

    version: Version = None
    """The version last seen, if not sent as `If-Match`; left out, the step is taken on any."""


class GradesHazard(HazardStep):
    """Which grade; lowering one needs a reason."""

    code: Code
    reason: Text = ""


class TellsWork(HazardStep):
    """What was done, and photos of it; photos are never required."""

    what: Text
    files: Photos = []


class AddsEvidence(HazardStep):
    """Photos, and when they were taken."""

    files: Photos
    when: Annotated[str, OneOf(Evidence.When)] | None = None


class InspectsHazard(HazardStep):
    """Whether it is gone, how it was checked; still there: until when."""

    gone: bool
    finding: Text
    again_on: Day | None = None
    files: Photos = []


class SetsDate(HazardStep):
    """Until when, and why."""

    due_on: Day
    reason: Text


class GivesReason(HazardStep):
    """Why."""

    reason: Text


class AnswersAlarm(HazardStep):
    """What is being done, or how the danger ended."""

    text: Text
