"""The API's places: divisions and grids of the county, and where something is."""

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Query
from pydantic import BaseModel, Field, StringConstraints

from minfu.kernel.api import SIGNED_IN, Out, Room
from minfu.kernel.errors import Invalid
from minfu.places import access
from minfu.places.locate import locate
from minfu.places.models import Division, Grid

room = Room("places", gettext_lazy("区划、网格和定位"))

Digits = Annotated[str, StringConstraints(pattern=r"^(\d{12})?$")]
Words = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]


class DivisionOut(Out):
    """A division of the county."""

    code: str
    """12 digits."""
    name: str
    level: Division.Level
    parent: str | None
    valid_to: str | None
    """First day on which it is no longer in force."""
    successor: str | None


class GridOut(Out):
    """A grid. ``id`` is what `grid` in other operations means."""

    id: int
    code: str
    name: str
    village: str
    type: str


class Asked(BaseModel):
    """What is known of a place."""

    address: Words = ""
    village: Digits = ""
    qr: Annotated[str, StringConstraints(max_length=40, pattern=r"^[0-9A-Za-z_-]*$")] = ""
    longitude: Annotated[float | None, Field(ge=-180, le=180, allow_inf_nan=False)] = None
    """WGS 84, degrees; together with `latitude`."""
    latitude: Annotated[float | None, Field(ge=-90, le=90, allow_inf_nan=False)] = None


class CandidateOut(Out):
    """A place it may be."""

    code: str
    label: str
    grid_id: int | None


class LocationOut(Out):
    """Where something is, how sure that is, and why."""

    division: str
    township: str
    village: str
    grid_id: int | None
    method: str
    confidence: float
    sure: bool
    reason: str
    candidates: list[CandidateOut]


@room.get("/divisions", gettext_lazy("区划列表"), right=SIGNED_IN, answer=list[DivisionOut])
def divisions(request: HttpRequest, parent: Digits = "") -> list[DivisionOut]:  # noqa: ARG001 - every operation is called with it
    """List the divisions of the county, or those right below `parent`, ended ones included."""
    rows = access.divisions().order_by("code")
    return [_division(row) for row in (rows.filter(parent_id=parent) if parent else rows)]


@room.get("/divisions/{code}", gettext_lazy("一个区划"), right=SIGNED_IN, answer=DivisionOut)
def division(request: HttpRequest, code: Digits) -> DivisionOut:  # noqa: ARG001
    """Show a division."""
    return _division(access.get_division(code))


@room.get("/grids", gettext_lazy("一个村的网格"), right=SIGNED_IN, answer=list[GridOut])
def grids(request: HttpRequest, village: Digits) -> list[GridOut]:  # noqa: ARG001
    """List the grids of a village that are in force."""
    rows = access.grids().filter(village_id=village, valid_to__isnull=True).order_by("code")
    return [_grid(row) for row in rows]


@room.get("/locate", gettext_lazy("定位"), right=SIGNED_IN, answer=LocationOut)
def locate_(request: HttpRequest, asked: Query[Asked]) -> LocationOut:  # noqa: ARG001
    """Say where something is by what is told; never a silent guess: `sure` is false when a person has to look."""
    if (asked.longitude is None) != (asked.latitude is None):
        raise Invalid({"longitude": [_("经度和纬度要一起填写。")]})
    point = None
    if asked.longitude is not None and asked.latitude is not None:
        point = (asked.longitude, asked.latitude)
    found = locate(qr_token=asked.qr, point=point, address=asked.address, village_code=asked.village)
    return LocationOut(
        division=found.division_code,
        township=found.township_code,
        village=found.village_code,
        grid_id=found.grid_id,
        method=found.method,
        confidence=found.confidence,
        sure=found.sure,
        reason=str(found.reason),
        candidates=[
            CandidateOut(code=one.code, label=one.label, grid_id=one.grid_id) for one in found.candidates
        ],
    )


def _division(row: Division) -> DivisionOut:
    return DivisionOut(
        code=row.code,
        name=row.name,
        level=Division.Level(row.level),
        parent=row.parent_id,
        valid_to=row.valid_to.isoformat() if row.valid_to else None,
        successor=row.successor_id,
    )


def _grid(row: Grid) -> GridOut:
    return GridOut(id=row.pk, code=row.code, name=row.name, village=row.village_id, type=row.type)
