"""Areas of grids: are they sound, how large, do they overlap or leave gaps. Geometry in WGS 84, sizes in metres."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry

from minfu.kernel.errors import Invalid
from minfu.places.coordinates import in_china, to_wgs84

#: Overlaps and gaps smaller than this come from rounding, not from drawing (square metres).
LEAST_M2 = 5.0
#: Slits between grids narrower than twice this are gaps (metres); wider ones may be a lake or another village.
SLIT_M = 10.0
#: Corners a single area may have.
MOST_CORNERS = 20_000
#: Metres per degree of latitude (WGS 84 mean).
_DEGREE_M = 111_320.0
_AT = re.compile(r"^(.*?)\[([-0-9.e]+) ([-0-9.e]+)\]$")
_REASONS = {
    "Self-intersection": gettext_lazy("范围的边线自己相交"),
    "Ring Self-intersection": gettext_lazy("范围的边线自己相碰"),
    "Too few points in geometry component": gettext_lazy("范围的角点太少，至少要三个不同的点"),
    "Hole lies outside shell": gettext_lazy("挖空的部分在范围之外"),
    "Nested holes": gettext_lazy("挖空的部分互相套住"),
    "Interior is disconnected": gettext_lazy("挖空的部分把范围切断了"),
    "Nested shells": gettext_lazy("几块范围互相套住"),
}


@dataclass(frozen=True)
class Area:
    """A sound area: ``geojson`` (Polygon or MultiPolygon, WGS 84) and the box around it in degrees."""

    geojson: dict[str, Any]
    west: float
    south: float
    east: float
    north: float


def sound(geojson: Any, *, crs: str, field: str = "geometry") -> Area:
    """Return the area in a GeoJSON geometry given in ``crs`` ("wgs84" or "gcj02").

    Raises ``Invalid`` on ``field`` with a sentence that names the fault and the point: not a polygon, not closed, crossing
    itself, latitude and longitude swapped, too many corners.
    """
    if not isinstance(geojson, Mapping) or geojson.get("type") not in ("Polygon", "MultiPolygon"):
        raise Invalid({field: [_("范围应是 GeoJSON 的 Polygon 或 MultiPolygon。")]})
    try:
        raw = shape(dict(geojson))
        if raw.is_empty or shapely.get_num_coordinates(raw) > MOST_CORNERS:
            raise Invalid(
                {field: [_("范围是空的，或者角点超过%(most)d个，请简化后再试。") % {"most": MOST_CORNERS}]}
            )
        turned = {"type": geojson["type"], "coordinates": to_wgs84(crs, geojson["coordinates"])}
        area = shape(turned)
    except (ShapelyError, ValueError, TypeError, IndexError, KeyError, AttributeError) as error:
        raise Invalid({field: [_("范围的坐标读不懂：每个点应是 [经度，纬度]，首尾两点相同。")]}) from error
    _check(area, field)
    west, south, east, north = (round(edge, 9) for edge in area.bounds)
    return Area({"type": turned["type"], "coordinates": turned["coordinates"]}, west, south, east, north)


def _check(area: BaseGeometry, field: str) -> None:
    """Raise ``Invalid`` when the area is not where China is or not a proper polygon."""
    west, south, east, north = area.bounds
    if not all(math.isfinite(edge) for edge in area.bounds):
        raise Invalid({field: [_("范围的坐标不是数字。")]})
    if not (in_china(west, south) and in_china(east, north)):
        swapped = in_china(south, west) and in_china(north, east)
        sentence = (
            _("经度和纬度写反了：每个点应是 [经度，纬度]。")
            if swapped
            else _("范围不在中国境内，请核对坐标。")
        )
        raise Invalid({field: [sentence]})
    if not area.is_valid:
        raise Invalid({field: [_fault(shapely.is_valid_reason(area))]})


def _fault(reason: str) -> str:
    """Return GEOS's reason as a sentence with the place."""
    found = _AT.match(reason)
    if not found:
        return _("范围不是正确的多边形。")
    why = _REASONS.get(found[1], gettext_lazy("范围不是正确的多边形"))
    return _("%(why)s，位置在经度%(lng).6f、纬度%(lat).6f附近，请改正。") % {
        "why": why,
        "lng": float(found[2]),
        "lat": float(found[3]),
    }


def in_metres(area: BaseGeometry, origin: tuple[float, float]) -> BaseGeometry:
    """Return an area projected to metres around ``origin`` (longitude, latitude); good to 1 in 1,000 within a county."""
    lng, lat = origin
    scale = np.array([_DEGREE_M * math.cos(math.radians(lat)), _DEGREE_M])
    projected: BaseGeometry = shapely.transform(area, lambda points: (points - (lng, lat)) * scale)
    return projected


@dataclass(frozen=True)
class Finding:
    """Something about a village's grids to look at: "overlap" or "gap", its area, the grids' codes, and where."""

    kind: str
    area_m2: float
    grids: tuple[str, ...]
    lng: float
    lat: float
    geojson: dict[str, Any]


def findings(grids: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Finding]:
    """Return overlaps and gaps between the grids (code, GeoJSON) of one kind in one village, largest first.

    A gap is a hole between grids, or a slit between two of them narrower than 20 m; the outer border of a village is not
    known here, so that what lies outside all grids is no gap.
    """
    if not grids:
        return []
    degrees = {code: shape(dict(geojson)) for code, geojson in grids}
    origin = shapely.union_all(list(degrees.values())).centroid
    where = (origin.x, origin.y)
    areas = {code: in_metres(area, where) for code, area in degrees.items()}
    found = [
        _finding("overlap", part, (one, two), where)
        for (one, first), (two, second) in combinations(areas.items(), 2)
        for part in [first.intersection(second)]
        if part.area >= LEAST_M2
    ]
    return sorted(found + _gaps(areas, where), key=lambda finding: -finding.area_m2)


def _gaps(areas: Mapping[str, BaseGeometry], origin: tuple[float, float]) -> list[Finding]:
    """Return the holes in and the slits between areas given in metres."""
    union = shapely.union_all(list(areas.values()))
    # Growing and shrinking again by the same width closes slits; mitred, so that corners come back as they were.
    closed = union.buffer(SLIT_M, join_style="mitre").buffer(-SLIT_M, join_style="mitre")
    solid = shapely.union_all([Polygon(part.exterior) for part in _polygons(closed)])
    found = []
    for part in _polygons(solid.difference(union)):
        touching = tuple(code for code, area in areas.items() if area.distance(part) < 1.0)
        if part.area >= LEAST_M2 and len(touching) > 1:
            found.append(_finding("gap", part, touching, origin))
    return found


def _polygons(area: BaseGeometry) -> list[Polygon]:
    """Return the polygons an area consists of."""
    return [
        part for part in getattr(area, "geoms", [area]) if isinstance(part, Polygon) and not part.is_empty
    ]


def _finding(kind: str, part: BaseGeometry, codes: tuple[str, ...], origin: tuple[float, float]) -> Finding:
    """Return a finding with its place and shape back in degrees."""
    scale = np.array([_DEGREE_M * math.cos(math.radians(origin[1])), _DEGREE_M])
    back = shapely.transform(MultiPolygon(_polygons(part)), lambda points: points / scale + origin)
    point = back.representative_point()
    return Finding(
        kind, round(part.area, 1), codes, round(point.x, 6), round(point.y, 6), dict(mapping(back))
    )


def area_m2(geojson: Mapping[str, Any]) -> float:
    """Return the size of an area in square metres."""
    area = shape(dict(geojson))
    return float(in_metres(area, (area.centroid.x, area.centroid.y)).area)
