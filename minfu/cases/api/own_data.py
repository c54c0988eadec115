"""What residents ask about their own data, and a desk's answer."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import actor_of
from minfu.cases import rights
from minfu.cases.api.schemas import Id
from minfu.cases.models import DataRequest
from minfu.cases.rules import actions, data_requests
from minfu.kernel.api import In, Out, Room

room = Room("data_requests", _("居民的个人信息要求"))
#: Requests handed out at once; a desk that has more than this waiting has another problem.
MOST = 200


class DataRequestOut(Out):
    """What a resident asked. What they want it to say instead stays sealed."""

    id: int
    case: int
    number: str
    wish: str
    words: str
    state: str
    asked_at: datetime
    due_at: datetime
    decided_at: datetime | None
    decision: str


class Answers(In):
    """Do it, or say why not."""

    granted: bool
    words: str = ""


def _out(row: DataRequest) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in DataRequestOut.model_fields if hasattr(row, name)}
    return {**told, "case": row.case_id, "number": row.case.number}


@room.get("/data-requests", _("列出居民的个人信息要求"), right=rights.CONTACT, answer=list[DataRequestOut])
def list_data_requests(request: HttpRequest) -> Any:
    """List what waits for an answer at the caller's desk, the most urgent first."""
    rows = data_requests.requests_for(actor_of(request)).filter(state="asked").order_by("due_at", "pk")
    return [_out(row) for row in rows[:MOST]]


@room.post(
    "/data-requests/{request_id}/answer",
    _("答复居民的个人信息要求"),
    right=rights.CONTACT,
    answer=DataRequestOut,
)
def answer_data_request(request: HttpRequest, request_id: Id, body: Answers) -> Any:
    """Grant a request, which is done at once, or refuse it and say why. The resident is told."""
    row = actions.decide_data_request(
        actor=actor_of(request), request_id=request_id, granted=body.granted, words=body.words
    )
    return _out(row)
