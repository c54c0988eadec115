"""The registers of numbers."""

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import actor_of
from minfu.documents import rights
from minfu.documents.api.answers import RegisterOut, register
from minfu.documents.api.base import room
from minfu.documents.models import Register
from minfu.documents.rules import actions
from minfu.kernel.api import Id, In, Line, OneOf


class RegisterIn(In):
    """A new register."""

    unit: Id
    form: Annotated[str, OneOf(Register.Form)]
    """`file`: 凤政〔2026〕7号; `issue`: 2026年第7期."""
    word: Line


@room.get("/document-registers", _("发文字号簿"), right=rights.CONFIGURE, answer=list[RegisterOut])
def list_registers(request: HttpRequest) -> list[RegisterOut]:
    """List every register, the open ones first."""
    del request
    return [register(row) for row in Register.objects.order_by("-is_open", "unit_id", "word")]


@room.post("/document-registers", _("设立发文字号簿"), right=rights.CONFIGURE, answer=RegisterOut, status=201)
def set_register(request: HttpRequest, body: RegisterIn) -> RegisterOut:
    """Set up a register of a unit."""
    actor = actor_of(request)
    return register(actions.set_register(actor=actor, unit_id=body.unit, form=body.form, word=body.word))


@room.post(
    "/document-registers/{register_id}/close", _("停用发文字号簿"), right=rights.CONFIGURE, answer=RegisterOut
)
def close_register(request: HttpRequest, register_id: Id) -> RegisterOut:
    """Close a register: its numbers stay, no more are given."""
    return register(actions.close_register(actor=actor_of(request), pk=register_id))
