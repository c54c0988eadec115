"""Divisions of the county, and where something is."""

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Query
from pydantic import BaseModel, Field, StringConstraints

from minfu.kernel.api import SIGNED_IN, OneOf, Out, Room
from minfu.kernel.errors import Invalid
from minfu.places import access
from minfu.places.locate import locate
from minfu.places.models import Division

room = Room("places", gettext_lazy("区划和定位"))

#: The 12-digit code of a division, or none.
Digits = Annotated[str, StringConstraints(pattern=r"^(\d{12})?$")]
Words = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]


class DivisionOut(Out):
    """A division of the county."""

    code: str
    """12 digits."""
    name: str
    level: Annotated[str, OneOf(Division.Level)]
    parent: str | None
    valid_to: str | None
    """First day on which it is no longer in force."""
    successor: str | None


class Asked(BaseModel):
    """What is known of a place."""

    address: Words = ""
    near: Annotated[str, StringConstraints(pattern=r"^(\d{6}|\d{9}|\d{12})?$")] = ""
    """Division (6, 9 or 12 digits) of the desk that asks: it settles names that several townships have."""
    village: Digits = ""
    qr: Annotated[str, StringConstraints(max_length=40, pattern=r"^[0-9A-Za-z_-]*$")] = ""
    longitude: Annotated[float | None, Field(ge=-180, le=180, allow_inf_nan=False)] = None
    """WGS 84, degrees; together with `latitude`."""
    latitude: Annotated[float | None, Field(ge=-90, le=90, allow_inf_nan=False)] = None


class PlaceCandidate(Out):
    """A place it may be."""

    code: str
    label: str
    grid_id: int | None
    words: list[str]
    """What in the text speaks for it, in matching form (Simplified)."""
    confidence: float
    """From 0 to 1; 0 where no words tell."""


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
    candidates: list[PlaceCandidate]
    """Where it is not sure: what it may be, likeliest first."""
    words: list[str]
    """What in the text was read as names, in matching form."""


@room.get("/divisions", gettext_lazy("区划列表"), right=SIGNED_IN, answer=list[DivisionOut])
def divisions(request: HttpRequest, parent: Digits = "") -> list[DivisionOut]:  # noqa: ARG001 - every operation is called with it
    """List the divisions of the county, or those right below `parent`, ended ones included."""
    rows = access.divisions().order_by("code")
    return [division_out(row) for row in (rows.filter(parent_id=parent) if parent else rows)]


@room.get("/divisions/{code}", gettext_lazy("一个区划"), right=SIGNED_IN, answer=DivisionOut)
def division(request: HttpRequest, code: Digits) -> DivisionOut:  # noqa: ARG001 - ninja hands the request to every operation
    """Show a division."""
    return division_out(access.get_division(code))


@room.get("/locate", gettext_lazy("定位"), right=SIGNED_IN, answer=LocationOut)
def locate_(request: HttpRequest, asked: Query[Asked]) -> LocationOut:  # noqa: ARG001 - ninja hands the request to every operation
    """Say where something is by what is told; never a silent guess: `sure` is false when a person has to look."""
    point = point_of(asked.longitude, asked.latitude)
    found = locate(
        qr_token=asked.qr, point=point, address=asked.address, village_code=asked.village, near=asked.near
    )
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
            PlaceCandidate(
                code=one.code,
                label=one.label,
                grid_id=one.grid_id,
                words=list(one.words),
                confidence=one.confidence,
            )
            for one in found.candidates
        ],
        words=list(found.words),
    )


def point_of(longitude: float | None, latitude: float | None) -> tuple[float, float] | None:
    """Return a point, None for none; half a point is refused."""
    if longitude is not None and latitude is not None:
        return longitude, latitude
    if longitude is not None or latitude is not None:
        raise Invalid({"longitude": [_("经度和纬度要一起填写。")]})
    return None


def division_out(row: Division) -> DivisionOut:
    """Return what is told of a division."""
    return DivisionOut(
        code=row.code,
        name=row.name,
        level=row.level,
        parent=row.parent_id,
        valid_to=row.valid_to.isoformat() if row.valid_to else None,
        successor=row.successor_id,
    )
