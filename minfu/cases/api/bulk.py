"""Several demands at once."""

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from minfu.accounts.actor import actor_of
from minfu.cases import rights
from minfu.cases.api.schemas import CaseOut, Text, case_out
from minfu.cases.rules import actions
from minfu.kernel.api import Id, In, Out, Room

room = Room("bulk", _("批量派单"))


class AssignMany(In):
    """Which waiting demands, to which unit, and why."""

    cases: Annotated[list[Id], Field(min_length=1, max_length=actions.MOST_AT_ONCE)]
    unit: Id
    reason: Text = ""


class NotAssigned(Out):
    """A demand that was not given to the unit, and the sentence that says why."""

    id: int
    status: int
    """What the single step would have answered with."""
    code: str
    detail: str


class AssignedMany(Out):
    """What was done, and what was not."""

    done: list[CaseOut]
    refused: list[NotAssigned]


@room.post("/cases/assign", _("批量派单"), right=rights.DISPATCH, answer=AssignedMany)
def assign(request: HttpRequest, body: AssignMany) -> AssignedMany:
    """Give several waiting demands to one unit. One that is refused holds back no other, so look at `refused`."""
    actor = actor_of(request)
    outcome = actions.assign_many(actor=actor, case_ids=body.cases, unit_id=body.unit, reason=body.reason)
    return AssignedMany(
        done=[case_out(actor, case) for case in outcome.done],
        refused=[
            NotAssigned(id=pk, status=one.status, code=one.code, detail=" ".join(one.sentences()))
            for pk, one in outcome.refused
        ],
    )
