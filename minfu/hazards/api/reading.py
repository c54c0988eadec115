"""List and show hazards and alarms; hand out photos."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from minfu.accounts.actor import actor_of
from minfu.files import door as files
from minfu.hazards import rights, states
from minfu.hazards.api.answers import HazardLine, HazardOut, Hazards, line, shown_to
from minfu.hazards.api.base import ROOT, room
from minfu.hazards.rules import access
from minfu.kernel import pages
from minfu.kernel.api import Id, Out, Paging


class HazardsQuery(Paging):
    """What the list is narrowed to."""

    state: Annotated[
        str, Field(json_schema_extra={"enum": [code for code, _label in states.HAZARD.choices]})
    ] = ""
    case: Annotated[int | None, Field(ge=1, le=2**63 - 1)] = None


class SoundingAlarm(Out):
    """An alarm nobody has acknowledged."""

    id: int
    hazard: int
    number: str
    reason: str


@room.get("/hazards", _("隐患列表"), right=rights.VIEW, answer=Hazards)
def list_hazards(request: HttpRequest, query: Query[HazardsQuery]) -> Hazards:
    """List what the caller may see, newest first."""
    rows = access.visible_to(actor_of(request)).select_related("unit", "grade")
    if query.state:
        rows = rows.filter(state=query.state)
    if query.case is not None:
        rows = rows.filter(case_id=query.case)
    found, after = pages.page(rows, cursor=query.cursor, size=query.limit, newest_first=True)
    return Hazards(items=[HazardLine(**line(row)) for row in found], next_cursor=after)


@room.get("/alarms", _("没有人确认的警报"), right=rights.ANSWER, answer=list[SoundingAlarm])
def sounding(request: HttpRequest) -> list[SoundingAlarm]:
    """List the alarms that sound for the caller, the oldest first."""
    rows = access.sounding_for(actor_of(request)).select_related("hazard")[: pages.LONGEST]
    return [
        SoundingAlarm(id=one.pk, hazard=one.hazard_id, number=one.hazard.number, reason=one.reason)
        for one in rows
    ]


@room.get(ROOT, _("一处隐患"), right=rights.VIEW, answer=HazardOut)
def show(request: HttpRequest, hazard_id: Id) -> HazardOut:
    """Show one hazard with all that hangs on it."""
    return shown_to(request, hazard_id)


@room.get(
    f"{ROOT}/photos/{{file_id}}",
    _("隐患照片"),
    right=rights.VIEW,
    answer=None,
    media="application/octet-stream",
)
def photo(request: HttpRequest, hazard_id: Id, file_id: UUID) -> HttpResponseBase:
    """Hand out a photo."""
    return files.response(access.get_file_for(actor_of(request), hazard_id, file_id))
