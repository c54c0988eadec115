"""Verbs on grids and the gazetteer. Each is atomic, locks what it changes, and records it.

Places lie below accounts: a verb takes the record's ``Stamp`` of who acts; the gate has checked the right before.
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.kernel import record
from minfu.kernel.errors import Invalid, Missing
from minfu.kernel.record import Fact, Stamp
from minfu.places import index
from minfu.places.models import Division, Grid, Place, PlaceAlias, qr_token

if TYPE_CHECKING:  # geometry loads a library of 13 MB: for who draws
    from minfu.places.geometry import Area

GRID_CREATED = record.event("places.grid_created", gettext_lazy("新建了网格"))
GRID_EDITED = record.event("places.grid_edited", gettext_lazy("修改了网格"))
GRID_RENEWED = record.event("places.grid_qr_renewed", gettext_lazy("更换了网格二维码，旧海报作废"))
PLACE_CREATED = record.event("places.place_created", gettext_lazy("登记了地名"))
PLACE_EDITED = record.event("places.place_edited", gettext_lazy("修改了地名"))
ALIAS_ADDED = record.event("places.alias_added", gettext_lazy("增加了别名"))
ALIAS_REMOVED = record.event("places.alias_removed", gettext_lazy("删除了别名"))

MOST_SERIAL = 999


@dataclass(frozen=True)
class GridInput:
    """What people enter about a grid. ``geometry`` is GeoJSON in ``crs``, or None for a grid without an area yet."""

    name: str
    external_code: str = ""
    geometry: Any = None
    crs: str = "wgs84"
    valid_from: date | None = None
    valid_to: date | None = None


def create_grid(
    *, stamp: Stamp, village_code: str, type_: str, entered: GridInput, serial: int | None = None
) -> Grid:
    """Create a grid in a village with the next free serial of its type (or ``serial``) and return it.

    Raises ``Missing`` for a village that is not in force, ``Invalid`` for what was entered wrongly.
    """
    with transaction.atomic():
        village = _lock_village(village_code)
        if type_ not in Grid.Type.values:
            raise Invalid({"type": [_("网格类型应为 1 基础、2 专属或 3 微网格。")]})
        stem = village.code + type_
        last = Grid.objects.filter(code__startswith=stem).aggregate(last=Max("code"))["last"]
        number = serial or (int(last[13:]) + 1 if last else 1)
        if not 0 < number <= MOST_SERIAL:
            raise Invalid({"serial": [_("这个村的同类网格已经编到999号，请合并或使用其他类型。")]})
        grid = Grid(code=f"{stem}{number:03d}", village=village)
        data = _enter(grid, entered)
        save_checked(grid)
        record.begin(("grid", grid.pk), [Fact(GRID_CREATED, {"code": grid.code, **data})], stamp)
    index.forget()
    return grid


def edit_grid(*, stamp: Stamp, code: str, entered: GridInput) -> Grid:
    """Change a grid's name, area, outer code or period; record what changed. Nothing changed: nothing recorded."""
    with transaction.atomic():
        grid = _lock_grid(code)
        data = _enter(grid, entered)
        if data:
            save_checked(grid)
            record.append(("grid", grid.pk), [Fact(GRID_EDITED, data)], stamp)
    index.forget()
    return grid


def renew_qr(*, stamp: Stamp, code: str, reason: str) -> Grid:
    """Give a grid a new poster code, so that posters printed before lead nowhere; ``reason`` is required."""
    if not reason.strip():
        raise Invalid({"reason": [_("请写明更换二维码的原因。")]})
    with transaction.atomic():
        grid = _lock_grid(code)
        grid.qr_token = qr_token()
        grid.save(update_fields=["qr_token"])
        record.append(("grid", grid.pk), [Fact(GRID_RENEWED, {}, reason.strip())], stamp)
    index.forget()
    return grid


def _lock_village(code: str) -> Division:
    """Lock and return a village in force; ``Missing`` otherwise."""
    rows = Division.objects.select_for_update().filter(level="village", valid_to__isnull=True)
    village = rows.filter(code=code).first()
    if village is None:
        raise Missing(_("没有这个村（社区），或者它已经失效：%(code)s。") % {"code": code[:20]})
    return village


def _lock_grid(code: str) -> Grid:
    """Lock and return a grid; ``Missing`` otherwise."""
    grid = Grid.objects.select_for_update().filter(code=code).first()
    if grid is None:
        raise Missing(_("没有这个网格：%(code)s。") % {"code": code[:20]})
    return grid


def _sound(entered: GridInput) -> "Area":
    """Return the area that was entered, checked."""
    from minfu.places import geometry

    return geometry.sound(entered.geometry or {}, crs=entered.crs)


def _enter(grid: Grid, entered: GridInput) -> dict[str, Any]:
    """Put what was entered on the grid; return what changed, as the history keeps it."""
    area = _sound(entered) if entered.geometry else None
    shape = area.geojson if area else None
    new: dict[str, Any] = {
        "name": entered.name.strip(),
        "external_code": entered.external_code.strip(),
        "valid_from": entered.valid_from,
        "valid_to": entered.valid_to,
    }
    data = {name: str(value or "") for name, value in new.items() if getattr(grid, name) != value}
    for name, value in new.items():
        setattr(grid, name, value)
    if shape != grid.geometry:
        data["geometry"] = _("已绘制") if shape else _("已清除")
        grid.geometry = shape
        for edge in ("west", "south", "east", "north"):
            setattr(grid, edge, getattr(area, edge) if area else None)
    return data


def save_checked(row: models.Model) -> None:
    """Check a row against its fields and constraints and save it; ``Invalid`` carries the models' own sentences."""
    try:
        row.full_clean()
    except ValidationError as error:
        fields = error.message_dict
        raise Invalid(
            {("form" if name == "__all__" else name): list(said) for name, said in fields.items()}
        ) from error
    row.save()


@dataclass(frozen=True)
class PlaceInput:
    """What people enter about a place of the gazetteer; the point is WGS 84 in degrees."""

    kind: str
    name: str
    grid_code: str = ""
    lng: float | None = None
    lat: float | None = None


def save_place(*, stamp: Stamp, village_code: str, entered: PlaceInput, place_id: int | None = None) -> Place:
    """Create a place in a village, or change the one with ``place_id``; return it.

    Raises ``Missing`` for an unknown village, grid or place, ``Invalid`` for a grid of another village or a repeated name.
    """
    with transaction.atomic():
        village = _lock_village(village_code)
        place = _lock_place(place_id) if place_id else Place()
        grid = None
        if entered.grid_code:
            grid = Grid.objects.filter(code=entered.grid_code, village=village).first()
            if grid is None:
                raise Invalid({"grid": [_("网格不在所选的村（社区）里。")]})
        place.village, place.grid = village, grid
        place.kind, place.name = entered.kind, entered.name.strip()
        place.lng, place.lat = entered.lng, entered.lat
        save_checked(place)
        data = {
            "village": village.code,
            "kind": place.kind,
            "name": place.name,
            "grid": grid.code if grid else "",
            "point": [place.lng, place.lat] if place.lng is not None else [],
        }
        if place_id:
            record.append(("place", place.pk), [Fact(PLACE_EDITED, data)], stamp)
        else:
            record.begin(("place", place.pk), [Fact(PLACE_CREATED, data)], stamp)
    index.forget()
    return place


def _lock_place(place_id: int) -> Place:
    """Lock and return a place; ``Missing`` otherwise."""
    place = Place.objects.select_for_update().filter(pk=place_id).first()
    if place is None:
        raise Missing(_("没有这个地名。"))
    return place


def add_alias(*, stamp: Stamp, place_id: int, name: str) -> PlaceAlias:
    """Give a place another name."""
    with transaction.atomic():
        place = _lock_place(place_id)
        alias = PlaceAlias(place=place, name=name.strip())
        save_checked(alias)
        record.append(("place", place.pk), [Fact(ALIAS_ADDED, {"name": alias.name})], stamp)
    index.forget()
    return alias


def remove_alias(*, stamp: Stamp, place_id: int, name: str) -> None:
    """Take a name from a place; the history keeps it."""
    with transaction.atomic():
        place = _lock_place(place_id)
        deleted, _kinds = PlaceAlias.objects.filter(place=place, name=name).delete()
        if not deleted:
            raise Missing(_("这个地名没有这个别名。"))
        record.append(("place", place.pk), [Fact(ALIAS_REMOVED, {"name": name})], stamp)
    index.forget()
