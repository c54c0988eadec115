"""Grids: listed, drawn, imported from GeoJSON, checked for overlaps and gaps."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from ninja import File, Form, Query, UploadedFile
from pydantic import StringConstraints

from minfu.kernel import pages
from minfu.kernel.api import SIGNED_IN, Day, In, Line, OneOf, Out, Page, Paging, Room, Word
from minfu.kernel.errors import Invalid
from minfu.places import access, actions, geojson
from minfu.places.api.where import Digits
from minfu.places.models import Grid
from minfu.places.rights import MANAGE

if TYPE_CHECKING:
    from minfu.places.geometry import Finding

room = Room("grids", _("网格"))

Code = Annotated[str, StringConstraints(pattern=r"^\d{16}$")]
Crs = Literal["wgs84", "gcj02"]


class GridOut(Out):
    """A grid. ``id`` is what `grid` in other operations means."""

    id: int
    code: str
    name: str
    village: str
    type: Annotated[str, OneOf(Grid.Type)]
    """1 basic, 2 dedicated, 3 micro."""
    external_code: str
    valid_from: date | None
    valid_to: date | None
    """First day on which it is no longer in use."""
    drawn: bool


class GridPage(Page):
    """A page of grids."""

    items: list[GridOut]


class GridDrawn(GridOut):
    """A grid with its area."""

    geometry: dict[str, Any] | None
    """GeoJSON, WGS 84."""


class Wanted(Paging):
    """Which grids."""

    q: Word = ""
    """Part of a name, the first digits of a code, or an outer code."""
    village: Digits = ""
    township: Digits = ""
    drawn: bool | None = None
    ended: bool = False
    """Also those no longer in use."""


class GridIn(In):
    """How a grid is from now on: all of it."""

    name: Line
    geometry: dict[str, Any] | None
    """GeoJSON Polygon or MultiPolygon in `crs`; null: no area."""
    crs: Crs = "wgs84"
    external_code: Line = ""
    valid_from: Day | None = None
    valid_to: Day | None = None


class NewGrid(GridIn):
    """A new grid: also in which village, and of which type."""

    village: Annotated[str, StringConstraints(pattern=r"^\d{12}$")]
    type: Annotated[str, OneOf(Grid.Type)] = Grid.Type.BASIC.value


class RenewIn(In):
    """Why a poster's code is replaced."""

    reason: Line


class GridFileIn(In):
    """In which coordinate system a file is; never guessed."""

    crs: Crs


class FindingOut(Out):
    """An overlap or a gap between grids of a village."""

    village: str
    kind: str
    area_m2: float
    grids: list[str]
    longitude: float
    latitude: float


class GridsImported(Out):
    """What an import of grids did, and what there is to look at in the villages it touched."""

    created: int
    edited: int
    unchanged: int
    findings: list[FindingOut]


class GridsChecked(Out):
    """Overlaps and gaps in the county."""

    villages: int
    """Villages with at least one area, all of which were checked."""
    drawn: int
    undrawn: int
    findings: list[FindingOut]


@room.get("/grids", _("网格清单"), right=SIGNED_IN, answer=GridPage)
def list_grids(request: HttpRequest, asked: Query[Wanted]) -> GridPage:  # noqa: ARG001 - every operation is called with it
    """List the county's grids, or those of a village."""
    found = access.find_grids(asked.q, township=asked.township, village=asked.village, drawn=asked.drawn)
    if not asked.ended:
        found = found.filter(valid_to__isnull=True)
    rows, after = pages.page(found, cursor=asked.cursor, size=asked.limit, key="code")
    return GridPage(items=[GridOut(**_told(row)) for row in rows], next_cursor=after)


@room.post("/grids", _("新建网格"), right=MANAGE, answer=GridDrawn, status=201)
def create(request: HttpRequest, body: NewGrid) -> GridDrawn:
    """Create a grid; its code is the village's, its type and the next free number."""
    village = access.get_division(body.village)
    made = actions.create_grid(
        stamp=access.actor_of(request).stamp,
        village_code=village.code,
        type_=body.type,
        entered=_entered(body),
    )
    return _drawn(made)


@room.get("/grids/findings", _("网格重叠和空隙"), right=MANAGE, answer=GridsChecked)
def findings(request: HttpRequest) -> GridsChecked:  # noqa: ARG001 - ninja hands the request to every operation
    """Report overlaps and gaps between grids, and how many grids have no area yet."""
    found = geojson.check(settings.MINFU_COUNTY)
    return GridsChecked(
        villages=len(found.villages),
        drawn=found.drawn,
        undrawn=found.undrawn,
        findings=[_finding(village.code, one) for village, rows in found.villages for one in rows],
    )


@room.post("/grids/import", _("导入网格"), right=MANAGE, answer=GridsImported)
def import_(request: HttpRequest, asked: Form[GridFileIn], file: File[UploadedFile]) -> GridsImported:
    """Import a GeoJSON FeatureCollection as `multipart/form-data`: all or nothing, each wrong feature named.

    A feature with a code, or an outer code that is known, changes that grid; one without makes a new one in the village
    it names.
    """
    if (file.size or 0) > geojson.MOST_BYTES:
        raise Invalid({"file": [_now("文件超过10 MB，请用命令 minfu places import-grids 导入。")]})
    report = geojson.import_grids(file.read(), crs=asked.crs, stamp=access.actor_of(request).stamp)
    return GridsImported(
        created=report.created,
        edited=report.edited,
        unchanged=report.unchanged,
        findings=[_finding(code, one) for code, rows in report.findings.items() for one in rows],
    )


@room.get("/grids/{code}", _("一个网格"), right=MANAGE, answer=GridDrawn)
def grid(request: HttpRequest, code: Code) -> GridDrawn:  # noqa: ARG001 - ninja hands the request to every operation
    """Show a grid with its area."""
    return _drawn(access.get_grid(code))


@room.put("/grids/{code}", _("修改网格"), right=MANAGE, answer=GridDrawn)
def change(request: HttpRequest, code: Code, body: GridIn) -> GridDrawn:
    """Say how a grid is from now on; `valid_to` ends its use."""
    access.get_grid(code)
    return _drawn(actions.edit_grid(stamp=access.actor_of(request).stamp, code=code, entered=_entered(body)))


@room.post("/grids/{code}/renew", _("更换网格二维码"), right=MANAGE, answer=GridDrawn)
def renew(request: HttpRequest, code: Code, body: RenewIn) -> GridDrawn:
    """Give a grid a new poster code; posters printed before lead nowhere from now on."""
    access.get_grid(code)
    return _drawn(actions.renew_qr(stamp=access.actor_of(request).stamp, code=code, reason=body.reason))


def _entered(body: GridIn) -> actions.GridInput:
    return actions.GridInput(
        name=body.name,
        external_code=body.external_code,
        geometry=body.geometry,
        crs=body.crs,
        valid_from=body.valid_from,
        valid_to=body.valid_to,
    )


def _told(row: Grid) -> dict[str, Any]:
    return {
        "id": row.pk,
        "code": row.code,
        "name": row.name,
        "village": row.village_id,
        "type": row.type,
        "external_code": row.external_code,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "drawn": row.west is not None,
    }


def _drawn(row: Grid) -> GridDrawn:
    return GridDrawn(**_told(row), geometry=row.geometry)


def _finding(village: str, found: "Finding") -> FindingOut:
    return FindingOut(
        village=village,
        kind=found.kind,
        area_m2=found.area_m2,
        grids=list(found.grids),
        longitude=found.lng,
        latitude=found.lat,
    )
