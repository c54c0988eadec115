"""GCJ-02 (Chinese consumer maps) to and from WGS 84. CGCS 2000 equals WGS 84 for our purposes (centimetres).

The forward shift is the published approximation all Chinese map services share; the way back is found by iteration. Points
outside the box around China are not shifted.
"""

import math
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from minfu.kernel.errors import Invalid

Point = tuple[float, float]

#: Krasovsky 1940 ellipsoid: semi-major axis in metres and squared eccentricity, as the shift uses them.
_A = 6378245.0
_EE = 0.00669342162296594323
#: Iterations stop when the shift changes by less than this, in degrees (about a millimetre).
_CLOSE = 1e-8
_WEST, _SOUTH, _EAST, _NORTH = 72.004, 0.8293, 137.8347, 55.8271


def in_china(lng: float, lat: float) -> bool:
    """Tell whether a point lies in the box within which GCJ-02 is shifted."""
    return _WEST <= lng <= _EAST and _SOUTH <= lat <= _NORTH


def _waves(x: float) -> float:
    return (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0


def _shift(lng: float, lat: float) -> Point:
    """Return the shift in degrees at a WGS 84 point."""
    x, y = lng - 105.0, lat - 35.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + _waves(x)
    north += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + _waves(x)
    east += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    phi = math.radians(lat)
    magic = 1.0 - _EE * math.sin(phi) ** 2
    root = math.sqrt(magic)
    return (
        math.degrees(east / (_A / root * math.cos(phi))),
        math.degrees(north / (_A * (1.0 - _EE) / (magic * root))),
    )


def wgs84_to_gcj02(lng: float, lat: float) -> Point:
    """Return the GCJ-02 longitude and latitude of a WGS 84 point, in degrees."""
    if not in_china(lng, lat):
        return lng, lat
    east, north = _shift(lng, lat)
    return lng + east, lat + north


def gcj02_to_wgs84(lng: float, lat: float) -> Point:
    """Return the WGS 84 longitude and latitude of a GCJ-02 point, in degrees; off by less than a centimetre."""
    if not in_china(lng, lat):
        return lng, lat
    guess = lng, lat
    for _round in range(20):
        east, north = _shift(*guess)
        better = lng - east, lat - north
        if abs(better[0] - guess[0]) < _CLOSE and abs(better[1] - guess[1]) < _CLOSE:
            return better
        guess = better
    return guess


def _same(lng: float, lat: float) -> Point:
    return lng, lat


#: Coordinate systems a file or a form may say it uses → the way to WGS 84.
TO_WGS84: dict[str, Callable[[float, float], Point]] = {"wgs84": _same, "gcj02": gcj02_to_wgs84}


def to_wgs84(crs: str, positions: Any) -> Any:
    """Return GeoJSON coordinates (nested to any depth) in WGS 84; a third number (height) is dropped.

    Raises ``Invalid`` for an unknown ``crs``, which is never guessed.
    """
    if crs not in TO_WGS84:
        raise Invalid({"crs": [_("请说明坐标系：wgs84（含 CGCS2000、天地图）或 gcj02（高德、腾讯地图）。")]})
    turn = TO_WGS84[crs]
    if isinstance(positions[0], int | float):
        return list(turn(float(positions[0]), float(positions[1])))
    return [to_wgs84(crs, inner) for inner in positions]
