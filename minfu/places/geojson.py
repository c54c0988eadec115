"""Imports grids with their areas from GeoJSON: all or nothing, the coordinate system said explicitly."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from minfu.kernel.errors import Invalid, Refused
from minfu.kernel.record import Stamp
from minfu.places import codes
from minfu.places.actions import GridInput, create_grid, edit_grid
from minfu.places.coordinates import TO_WGS84
from minfu.places.models import Division, Grid

if TYPE_CHECKING:  # geometry loads a library of 13 MB: for who draws
    from minfu.places.geometry import Finding

#: Property → names it is known by in files.
PROPERTIES = {
    "code": ("code", "网格编码", "grid_code"),
    "name": ("name", "网格名称", "名称"),
    "village": ("village", "village_code", "村码", "所属村", "区划代码"),
    "type": ("type", "网格类型", "类型"),
    "external_code": ("external_code", "上级平台编码", "外部编码"),
}
_TYPES = {
    **{digit: digit for digit in codes.GRID_TYPES},
    **{name: digit for digit, name in codes.GRID_TYPES.items()},
}
FAULTS_SHOWN = 1000
#: Largest file taken over HTTP, in bytes; larger ones go through ``minfu places import-grids``.
MOST_BYTES = 10 * 1024 * 1024


@dataclass
class GridReport:
    """What an import of grids did, and the overlaps and gaps in the villages it touched, by village code."""

    created: int = 0
    edited: int = 0
    unchanged: int = 0
    findings: dict[str, "list[Finding]"] = field(default_factory=dict)

    def __str__(self) -> str:
        if not self.created and not self.edited:
            return _("读入%(count)d个网格，没有变化。") % {"count": self.unchanged}
        return _("新建%(created)d个网格，修改%(edited)d个，未变%(unchanged)d个。") % {
            "created": self.created,
            "edited": self.edited,
            "unchanged": self.unchanged,
        }


def import_grids(data: bytes, *, crs: str, stamp: Stamp) -> GridReport:
    """Import a GeoJSON FeatureCollection of grids given in ``crs`` ("wgs84" or "gcj02") and return what was done.

    A feature with a code, or with an outer code already known, changes that grid; one without makes a new grid in the
    village it names. Raises ``Invalid`` with one sentence per wrong feature; then nothing was imported.
    """
    if crs not in TO_WGS84:
        raise Invalid({"crs": [_("请说明坐标系：wgs84（含 CGCS2000、天地图）或 gcj02（高德、腾讯地图）。")]})
    features = _features(data)
    report = GridReport()
    faults: list[str] = []
    villages = set()
    with transaction.atomic():
        for number, feature in enumerate(features, start=1):
            try:
                with transaction.atomic():
                    grid = _import_one(feature, crs, stamp, report)
                villages.add(grid.village_id)
            except Refused as refusal:
                said = getattr(refusal, "fields", {"": [str(refusal.message)]})
                faults += [
                    _("第%(number)d个网格：%(why)s") % {"number": number, "why": sentence}
                    for sentences in said.values()
                    for sentence in sentences
                ]
        if faults:
            raise Invalid(
                {"file": faults[:FAULTS_SHOWN]},
                _("文件有%(count)d处错误，什么都没有导入。请改正后重新导入。") % {"count": len(faults)},
            )
        report.findings = {code: found for code in sorted(villages) if (found := findings_in(code))}
    return report


def _features(data: bytes) -> list[Any]:
    """Return the features of a GeoJSON file."""
    try:
        collection = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise Invalid({"file": [_("文件不是 GeoJSON（UTF-8 编码的 JSON）。")]}) from error
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list) or not features:
        raise Invalid({"file": [_("文件里没有网格：应是 GeoJSON 的 FeatureCollection。")]})
    named = (
        str((collection.get("crs") or {}).get("properties", {}).get("name", ""))
        if collection.get("crs")
        else ""
    )
    if named and not named.endswith(("CRS84", "4326", "4490")):
        raise Invalid({"file": [_("文件写明的坐标系“%(crs)s”不支持，请转成经纬度。") % {"crs": named[:40]}]})
    return features


def _property(feature: Mapping[str, Any], name: str) -> str:
    """Return a property of a feature under any of its names, as text."""
    properties = feature.get("properties") or {}
    value = next((properties[key] for key in PROPERTIES[name] if properties.get(key) not in (None, "")), "")
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _import_one(feature: Any, crs: str, stamp: Stamp, report: GridReport) -> Grid:
    """Create or change the grid of one feature."""
    if not isinstance(feature, Mapping) or not feature.get("geometry"):
        raise Invalid({"geometry": [_("没有范围（geometry）。")]})
    grid = _existing(feature)
    entered = GridInput(
        name=_property(feature, "name") or (grid.name if grid else ""),
        external_code=_property(feature, "external_code") or (grid.external_code if grid else ""),
        geometry=feature["geometry"],
        crs=crs,
        valid_from=grid.valid_from if grid else None,
        valid_to=grid.valid_to if grid else None,
    )
    if grid is None:
        report.created += 1
        return _create(feature, entered, stamp)
    edited = edit_grid(stamp=stamp, code=grid.code, entered=entered)
    same = (edited.name, edited.external_code, edited.geometry) == (
        grid.name,
        grid.external_code,
        grid.geometry,
    )
    report.unchanged += same
    report.edited += not same
    return edited


def _existing(feature: Mapping[str, Any]) -> Grid | None:
    """Return the grid a feature is about: by its code, else by its outer code."""
    code, external = _property(feature, "code"), _property(feature, "external_code")
    if code:
        return Grid.objects.filter(code=codes.parse_grid(code)).first()
    if not external:
        return None
    found = list(Grid.objects.filter(external_code=external, valid_to__isnull=True)[:2])
    if len(found) > 1:
        raise Invalid(
            {"external_code": [_("上级平台编码“%(code)s”对应几个网格，请写网格编码。") % {"code": external}]}
        )
    return found[0] if found else None


def _create(feature: Mapping[str, Any], entered: GridInput, stamp: Stamp) -> Grid:
    """Create the grid of a feature from its code, or in the village it names."""
    code = _property(feature, "code")
    if code:
        return create_grid(
            stamp=stamp, village_code=code[:12], type_=code[12], serial=int(code[13:]), entered=entered
        )
    village = codes.parse(_property(feature, "village"), field="village")
    type_ = _TYPES.get(_property(feature, "type") or "1", "")
    return create_grid(stamp=stamp, village_code=village.code, type_=type_, entered=entered)


def findings_in(village_code: str) -> "list[Finding]":
    """Return the overlaps and gaps between a village's grids in force, each type of grid for itself."""
    from minfu.places import geometry

    rows = Grid.objects.filter(village_id=village_code, valid_to__isnull=True, geometry__isnull=False)
    by_type: dict[str, list[tuple[str, Any]]] = {}
    for code, shape in rows.values_list("code", "geometry"):
        by_type.setdefault(code[12], []).append((code, shape))
    found = [
        finding
        for type_, grids in by_type.items()
        for finding in geometry.findings(grids)
        # Dedicated grids (schools, markets) lie apart from each other by nature.
        if type_ == Grid.Type.BASIC or finding.kind == "overlap"
    ]
    return sorted(found, key=lambda finding: -finding.area_m2)


@dataclass(frozen=True)
class Check:
    """What a look at a county's areas found: every village with an area and its findings; grids drawn and not drawn yet."""

    villages: "list[tuple[Division, list[Finding]]]"
    drawn: int
    undrawn: int


def check(county: str) -> Check:
    """Look at every area of a county (6 digits)."""
    in_force = Grid.objects.filter(code__startswith=county, valid_to__isnull=True)
    return Check(
        villages=[(village, findings_in(village.code)) for village in villages_with_areas(county)],
        drawn=in_force.filter(west__isnull=False).count(),
        undrawn=in_force.filter(west__isnull=True).count(),
    )


def villages_with_areas(county: str) -> list[Division]:
    """Return the villages of a county (6 digits) that have at least one grid with an area."""
    return list(
        Division.objects.filter(
            code__startswith=county, grids__geometry__isnull=False, grids__valid_to__isnull=True
        )
        .select_related("parent")
        .distinct()
        .order_by("code")
    )
