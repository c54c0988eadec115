"""What each step of a demand needs: the bodies of the operations in ``steps.py``."""

from datetime import date
from typing import Annotated

from pydantic import Field

from minfu.cases.api.schemas import Code, DivisionCode, Id, Short, Text, Told, choice
from minfu.cases.models import Answer, Kind, Urgency
from minfu.cases.rules import actions
from minfu.kernel.api import In

Version = Annotated[int | None, Field(ge=1, le=2**31 - 1)]


class Step(In):
    """What every step takes."""

    version: Version = None
    """The version last seen, if not sent as `If-Match`; left out, the step is taken on any."""


class Assign(Step):
    """To which unit, and why."""

    unit: Id
    reason: Text = ""


class Reason(Step):
    """Why."""

    reason: Text


class MayReason(Step):
    """Why, if there is more to say."""

    reason: Text = ""


class Said(Step):
    """What was done or said."""

    text: Text


class Objects(Reason):
    """Why it is not the unit's duty, and by what rule."""

    basis: Short = ""


class Decides(Step):
    """The reasons of a decision."""

    decision: Text


class Notes(Said):
    """Progress."""

    contacted: bool = False
    """The resident was spoken to: meets the contact clock."""


class Reports(Said):
    """What was done, and where it was settled."""

    settled_level: Annotated[str, choice(actions.SETTLED_LEVELS)] = ""
    """Left out: the level of the post."""


class Finds(Step):
    """How it was verified, and what was found."""

    finding: Text


class Confirms(Step):
    """What the resident says, in person or as written down by a desk."""

    outcome: Answer.Outcome
    satisfaction: Annotated[int | None, Field(ge=1, le=5)] = None
    """5 very satisfied … 1 very dissatisfied."""
    remark: Text = ""


class Attempts(Step):
    """An attempt to reach the resident."""

    reached: bool
    channel: Annotated[str, choice(actions.CHANNELS)] = "phone"
    note: Short = ""


class AsksMore(Reason):
    """How much more time, in the measure of the clock."""

    amount: Annotated[int, Field(ge=1, le=366)]
    ground: Annotated[str, choice(actions.GROUNDS)]


class AsksUntil(Reason):
    """Until which day."""

    until: date
    ground: Annotated[str, choice(actions.GROUNDS)]


class Diverts(Step):
    """Where the matter belongs, and what else to say."""

    diversion: Code
    note: Text = ""


class Merges(MayReason):
    """Into which demand."""

    into: Id


class Splits(MayReason):
    """What the parts are about; reporter, door and moment are the original's."""

    parts: Annotated[list[Told], Field(max_length=50)]


class Links(In):
    """With which demand."""

    other: Id


class Remarks(In):
    """A word for colleagues."""

    text: Text


class Places(Step):
    """Where it lies."""

    village: DivisionCode
    grid: Id | None = None


class Classifies(Step):
    """What it is; what is left out stays."""

    category: Code
    kind: Kind | None = None
    urgency: Urgency | None = None


class CallsHelp(Step):
    """Whom to call, and for what."""

    unit: Id
    task: Text


class HelpResult(In):
    """What was done, or why not."""

    result: Text = ""


class Decision(In):
    """Why; needed when refusing."""

    decision: Text = ""
