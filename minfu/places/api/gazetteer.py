"""The gazetteer: natural villages, village groups, landmarks and their other names."""

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field, StringConstraints

from minfu.kernel import pages
from minfu.kernel.api import Id, In, Line, OneOf, Out, Page, Paging, Room, Word
from minfu.places import access, actions
from minfu.places.api.where import Digits, point_of
from minfu.places.models import Place
from minfu.places.rights import MANAGE

room = Room("gazetteer", _("地名"))


class GazetteerIn(In):
    """A place as people know it: all of it."""

    village: Annotated[str, StringConstraints(pattern=r"^\d{12}$")]
    kind: Annotated[str, OneOf(Place.Kind)]
    name: Line
    grid: Annotated[str, StringConstraints(pattern=r"^(\d{16})?$")] = ""
    """Code of the grid it lies in."""
    longitude: Annotated[float | None, Field(ge=-180, le=180, allow_inf_nan=False)] = None
    """WGS 84, degrees; together with `latitude`."""
    latitude: Annotated[float | None, Field(ge=-90, le=90, allow_inf_nan=False)] = None


class GazetteerPlace(Out):
    """A place of the gazetteer."""

    id: int
    village: str
    kind: Annotated[str, OneOf(Place.Kind)]
    name: str
    grid: str
    longitude: float | None
    latitude: float | None
    aliases: list[str]


class GazetteerPage(Page):
    """A page of the gazetteer."""

    items: list[GazetteerPlace]


class Wanted(Paging):
    """Which places."""

    q: Word = ""
    """Part of a name, of another name, or of the village's."""
    township: Digits = ""
    kind: Annotated[str, OneOf(Place.Kind)] | None = None


class AliasIn(In):
    """Another name of a place."""

    name: Line


@room.get("/gazetteer", _("地名清单"), right=MANAGE, answer=GazetteerPage)
def list_places(request: HttpRequest, asked: Query[Wanted]) -> GazetteerPage:  # noqa: ARG001 - every operation is called with it
    """List the county's gazetteer."""
    found = access.find_places(asked.q, township=asked.township, kind=asked.kind or "")
    rows, after = pages.page(found, cursor=asked.cursor, size=asked.limit)
    return GazetteerPage(items=[_place(row) for row in rows], next_cursor=after)


@room.post("/gazetteer", _("登记地名"), right=MANAGE, answer=GazetteerPlace, status=201)
def create(request: HttpRequest, body: GazetteerIn) -> GazetteerPlace:
    """Add a place; reports that name it are placed from now on."""
    return _save(request, body)


@room.get("/gazetteer/{place_id}", _("一个地名"), right=MANAGE, answer=GazetteerPlace)
def place(request: HttpRequest, place_id: Id) -> GazetteerPlace:  # noqa: ARG001 - ninja hands the request to every operation
    """Show a place."""
    return _place(access.get_place(place_id))


@room.put("/gazetteer/{place_id}", _("修改地名"), right=MANAGE, answer=GazetteerPlace)
def change(request: HttpRequest, place_id: Id, body: GazetteerIn) -> GazetteerPlace:
    """Say what a place is from now on; its other names stay."""
    access.get_place(place_id)
    return _save(request, body, place_id)


@room.post("/gazetteer/{place_id}/aliases", _("增加别名"), right=MANAGE, answer=GazetteerPlace)
def add_alias(request: HttpRequest, place_id: Id, body: AliasIn) -> GazetteerPlace:
    """Give a place another name."""
    access.get_place(place_id)
    actions.add_alias(stamp=access.actor_of(request).stamp, place_id=place_id, name=body.name)
    return _place(access.get_place(place_id))


@room.post("/gazetteer/{place_id}/aliases/remove", _("删除别名"), right=MANAGE, answer=GazetteerPlace)
def remove_alias(request: HttpRequest, place_id: Id, body: AliasIn) -> GazetteerPlace:
    """Take another name from a place; the history keeps it."""
    access.get_place(place_id)
    actions.remove_alias(stamp=access.actor_of(request).stamp, place_id=place_id, name=body.name)
    return _place(access.get_place(place_id))


def _save(request: HttpRequest, body: GazetteerIn, place_id: int | None = None) -> GazetteerPlace:
    """Create or change a place of the county."""
    village, point = access.get_division(body.village), point_of(body.longitude, body.latitude)
    entered = actions.PlaceInput(
        kind=body.kind,
        name=body.name,
        grid_code=body.grid,
        lng=point[0] if point else None,
        lat=point[1] if point else None,
    )
    stamp = access.actor_of(request).stamp
    saved = actions.save_place(stamp=stamp, village_code=village.code, entered=entered, place_id=place_id)
    return _place(access.get_place(saved.pk))


def _place(row: Place) -> GazetteerPlace:
    return GazetteerPlace(
        id=row.pk,
        village=row.village_id,
        kind=row.kind,
        name=row.name,
        grid=row.grid.code if row.grid else "",
        longitude=row.lng,
        latitude=row.lat,
        aliases=[alias.name for alias in row.aliases.all()],
    )
