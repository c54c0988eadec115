"""List and show mediations."""

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from minfu.accounts.actor import actor_of
from minfu.disputes import rights, states
from minfu.disputes.api.answers import MediationLine, MediationOut, Mediations, line, shown_to
from minfu.disputes.api.base import room
from minfu.disputes.rules import access, actions
from minfu.kernel import pages
from minfu.kernel.api import (
    Id,
    Out,
    Paging,
)

# --- reading ----------------------------------------------------------------------------------------------------------


class MediationsQuery(Paging):
    """What the list is narrowed to."""

    state: Annotated[
        str, Field(json_schema_extra={"enum": [code for code, _label in states.MEDIATION.choices]})
    ] = ""
    case: Annotated[int | None, Field(ge=1, le=2**63 - 1)] = None


@room.get("/mediations", _("调解列表"), right=rights.VIEW, answer=Mediations)
def list_mediations(request: HttpRequest, query: Query[MediationsQuery]) -> Mediations:
    """List what the caller may see, newest first."""
    rows = access.visible_to(actor_of(request)).select_related("unit")
    if query.state:
        rows = rows.filter(state=query.state)
    if query.case is not None:
        rows = rows.filter(case_id=query.case)
    found, after = pages.page(rows, cursor=query.cursor, size=query.limit, newest_first=True)
    return Mediations(items=[MediationLine(**line(row)) for row in found], next_cursor=after)


@room.get("/mediations/{mediation_id}", _("一件调解"), right=rights.VIEW, answer=MediationOut)
def show(request: HttpRequest, mediation_id: Id) -> MediationOut:
    """Show one mediation with all that hangs on it."""
    return shown_to(request, mediation_id)


class CandidateOut(Out):
    """A post whose holder may be asked to mediate."""

    post: int
    name: str
    unit: str


@room.get(
    "/mediations/{mediation_id}/candidates", _("可选的调解员"), right=rights.WORK, answer=list[CandidateOut]
)
def candidates(request: HttpRequest, mediation_id: Id) -> list[CandidateOut]:
    """List who may be asked to mediate: near the place, in office, nobody who must stand aside."""
    row = access.get_for(actor_of(request), mediation_id)
    return [
        CandidateOut(post=one.pk, name=one.user.name, unit=one.unit.name) for one in actions.candidates(row)
    ]
