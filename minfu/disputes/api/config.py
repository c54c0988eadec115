"""The room's configuration over the API: terms and other ways, dated and with their source."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from minfu.accounts.actor import actor_of
from minfu.disputes import rights
from minfu.disputes.api.base import room
from minfu.disputes.api.bodies import Code, Text
from minfu.disputes.models import Term, Way
from minfu.disputes.rules import actions
from minfu.disputes.rules.actions import configure
from minfu.kernel import dated
from minfu.kernel.api import Day, In, Line, OneOf, Out


class TermOut(Out):
    """A version of a term, in natural days."""

    key: str
    label: str
    days: int
    valid_from: date
    valid_to: date | None
    source: str


class WayOut(Out):
    """A version of another way."""

    code: str
    name: str
    advice: str
    valid_from: date
    valid_to: date | None
    source: str


class MediationConfig(Out):
    """What holds today or will."""

    terms: list[TermOut]
    ways: list[WayOut]


class TermIn(In):
    """A new version of a term."""

    days: Annotated[int, Field(ge=1, le=7300)]
    valid_from: Day
    source: Line


class WayIn(In):
    """A new version of another way."""

    name: Line
    advice: Text
    valid_from: Day
    source: Line


def _term(row: Term) -> TermOut:
    named = {name: getattr(row, name) for name in TermOut.model_fields if name != "label"}
    return TermOut(**named, label=row.get_key_display())


def _way(row: Way) -> WayOut:
    return WayOut(**{name: getattr(row, name) for name in WayOut.model_fields})


@room.get("/mediation-config", _("调解配置"), right=rights.CONFIGURE, answer=MediationConfig)
def config(request: HttpRequest) -> MediationConfig:
    """Show the terms and ways that hold today or will."""
    configure.permit(actor_of(request))
    return MediationConfig(
        terms=[_term(row) for row in dated.standing(Term).order_by("key", "valid_from")],
        ways=[_way(row) for row in dated.standing(Way).order_by("code", "valid_from")],
    )


@room.post("/mediation-config/terms/{key}", _("设定调解期限"), right=rights.CONFIGURE, answer=TermOut)
def set_term(request: HttpRequest, key: Annotated[str, OneOf(Term.Key)], body: TermIn) -> TermOut:
    """Start a new version of a term; the one before it ends on the same day."""
    row = Term(key=key, **body.model_dump())
    return _term(actions.set_term(actor=actor_of(request), row=row))


@room.post("/mediation-config/ways/{code}", _("设定其他途径"), right=rights.CONFIGURE, answer=WayOut)
def set_way(request: HttpRequest, code: Code, body: WayIn) -> WayOut:
    """Start a new version of another way, or a new one."""
    row = Way(code=code, **body.model_dump())
    return _way(actions.set_way(actor=actor_of(request), row=row))
