"""What changed since: a feed that other systems follow to keep up."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from minfu.accounts.actor import actor_of
from minfu.cases import rights
from minfu.cases.rules import changes
from minfu.kernel import seals
from minfu.kernel.api import Moment, Out, Room
from minfu.kernel.errors import Invalid

room = Room("changes", gettext_lazy("变更"))

#: Entries of one answer: unless told otherwise, and at most.
SIZE, MOST = 200, 1000
_EXAMPLE: JsonDict = {
    "id": 48213,
    "type": "cases.accepted",
    "timestamp": "2026-11-16T01:20:31.402711Z",
    "data": {"case_id": 123, "number": "20261116-0000123", "label": "签收", "href": "/api/v1/cases/123"},
}


class ChangeData(Out):
    """Which demand, and where it is read."""

    case_id: int
    number: str
    label: str
    """What happened, in the caller's language."""
    href: str


class ChangeOut(Out):
    """Something that happened to a demand. The demand itself, as it is now, is read at `href`."""

    model_config = ConfigDict(use_attribute_docstrings=True, json_schema_extra={"examples": [_EXAMPLE]})

    id: int
    """Later changes have larger numbers. The same change always has the same number."""
    type: str
    """The event, e.g. `cases.accepted`; more may be added."""
    timestamp: datetime
    data: ChangeData


class ChangePage(Out):
    """Changes, the oldest first."""

    model_config = ConfigDict(
        use_attribute_docstrings=True,
        json_schema_extra={"examples": [{"items": [_EXAMPLE], "next_cursor": "48213", "more": False}]},
    )

    items: list[ChangeOut]
    next_cursor: str
    """Give it as `cursor` the next time, also when `items` is empty."""
    more: bool
    """Whether to ask again at once; otherwise after a while."""


class ChangeQuery(BaseModel):
    """From where on changes are asked for."""

    cursor: Annotated[
        str, StringConstraints(max_length=18, pattern=r"^[0-9]*$"), Field(examples=["48213"])
    ] = ""
    """The last answer's `next_cursor`. With neither `cursor` nor `since`, the answer is empty and says where now is."""
    since: Annotated[Moment, Field(examples=["2026-11-16T00:00:00+08:00"])] | None = None
    """Instead of a cursor: the first change wanted. Only in the first call."""
    limit: Annotated[int, Field(ge=1, le=MOST)] = SIZE


@room.get("/changes", gettext_lazy("自某处以来的变更"), right=rights.VIEW, answer=ChangePage)
def list_changes(request: HttpRequest, query: Query[ChangeQuery]) -> ChangePage:
    """List what happened to the demands that the caller may see now, oldest first, without a gap.

    Nothing appears later before a cursor already given out: what is still being written is told once it is settled. Give
    each answer's `next_cursor` in the next call. A demand that is no longer for the caller is left out.
    """
    if query.cursor and query.since:
        raise Invalid({"since": [_("cursor 和 since 只填一项。")]})
    upto = seals.settled()
    after = int(query.cursor) if query.cursor else upto
    if query.since:
        after = seals.before(query.since)
    found = changes.read(actor_of(request), after, upto=upto, size=query.limit, since=query.since)
    items = [ChangeOut.model_validate(changes.told(one)) for one in found.changes]
    return ChangePage(items=items, next_cursor=str(found.reached), more=found.more)
