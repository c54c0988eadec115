"""The county's units, as the administrator keeps them."""

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import StringConstraints

from minfu.accounts import rights
from minfu.accounts.actor import actor_of
from minfu.accounts.models import Level, Unit
from minfu.accounts.rules import access, actions
from minfu.kernel import pages
from minfu.kernel.api import Id, In, Line, OneOf, Out, Page, Paging, Room, Word

room = Room("units", _("单位"))

Division = Annotated[str, StringConstraints(pattern=r"^\d{12}$")]


class UnitIn(In):
    """A unit as the administrator describes it; its level is its division's."""

    name: Line
    kind: Annotated[str, OneOf(Unit.Kind)]
    division: Division
    short_name: Line = ""
    duty: Line = ""
    """What a department is charged with: one of `/duties`."""
    parent: Id | None = None
    """Id of the unit above it."""
    phone: Line = ""
    is_active: bool = True


class UnitKept(Out):
    """A unit, in use or closed."""

    id: int
    name: str
    short_name: str
    kind: Annotated[str, OneOf(Unit.Kind)]
    level: Level
    division: str
    duty: str
    parent: int | None
    phone: str
    is_active: bool


class UnitPage(Page):
    """A page of units."""

    items: list[UnitKept]


class Searched(Paging):
    """What a list is narrowed to."""

    q: Word = ""


@room.get("/admin/units", _("单位清单"), right=rights.MANAGE, answer=UnitPage)
def units(request: HttpRequest, asked: Query[Searched]) -> UnitPage:
    """List the units of the administrator's area, closed ones too; `q` searches names and places."""
    found = access.find_units(actor_of(request), asked.q)
    rows, after = pages.page(found, cursor=asked.cursor, size=asked.limit)
    return UnitPage(items=[_kept(row) for row in rows], next_cursor=after)


@room.post("/admin/units", _("新建单位"), right=rights.MANAGE, answer=UnitKept, status=201)
def create(request: HttpRequest, body: UnitIn) -> UnitKept:
    """Create a unit."""
    return _kept(actions.create_unit(_terms(body), actor=actor_of(request)))


@room.get("/admin/units/{unit_id}", _("一个单位"), right=rights.MANAGE, answer=UnitKept)
def unit(request: HttpRequest, unit_id: Id) -> UnitKept:
    """Show a unit of the administrator's area."""
    return _kept(access.get_unit_for(actor_of(request), unit_id))


@room.put("/admin/units/{unit_id}", _("修改单位"), right=rights.MANAGE, answer=UnitKept)
def change(request: HttpRequest, unit_id: Id, body: UnitIn) -> UnitKept:
    """Say how a unit is from now on. It closes only when nobody holds a post in it any more."""
    return _kept(actions.change_unit(unit_id, _terms(body), actor=actor_of(request)))


def _terms(body: UnitIn) -> actions.UnitTerms:
    return actions.UnitTerms(**body.model_dump(exclude={"parent"}), parent_id=body.parent)


def _kept(row: Unit) -> UnitKept:
    return UnitKept(
        id=row.pk,
        name=row.name,
        short_name=row.short_name,
        kind=row.kind,
        level=Level(row.level),
        division=row.division_id,
        duty=row.duty,
        parent=row.parent_id,
        phone=row.phone,
        is_active=row.is_active,
    )
