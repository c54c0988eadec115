"""Outlines of villages and townships, as far as the areas of their grids are drawn: for maps, simplified, in a flat frame.

A place has an outline once all basic grids in it are drawn; half a village is no shape of it.
"""

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from minfu.places import index

if TYPE_CHECKING:  # loaded where areas are drawn, as in ``index``
    from shapely.geometry.base import BaseGeometry

#: Digits of a township's code.
_TOWNSHIP = 9
Point = tuple[float, float]


@dataclass(frozen=True)
class Outline:
    """A place in a frame of ``Map.width`` × ``Map.height``: its rings (a hole is a ring too), and where its name stands.

    ``room`` is how wide the place is there.
    """

    code: str
    rings: tuple[tuple[Point, ...], ...]
    middle: Point
    room: float


@dataclass(frozen=True)
class Map:
    """Outlines side by side, in a frame as high as it has to be."""

    width: float
    height: float
    outlines: tuple[Outline, ...]


def of_places(codes: Collection[str], *, width: float, most_height: float) -> Map | None:
    """Return the outlines of those of the villages and townships (12 digits) that are drawn; None for less than two.

    One place alone is no map. ``width`` and ``most_height`` in the units of the picture.
    """
    return _map(index.current().version, tuple(codes), width, most_height)


@lru_cache(maxsize=64)
def _map(_version: Any, codes: tuple[str, ...], width: float, most_height: float) -> Map | None:
    """Return the map; kept in the process until the places change."""
    known = index.current()
    if known.tree is None:
        return None
    shapes = {code: shape for code in codes if (shape := _shape(known, code)) is not None}
    if len(shapes) < 2:  # noqa: PLR2004 - one place alone is no map
        return None
    return _framed(shapes, width, most_height)


def _shape(known: index.Index, code: str) -> "BaseGeometry | None":
    """Return a place's area in degrees: that of all basic grids in it; None when one of them is not drawn."""
    import shapely

    prefix = code[:_TOWNSHIP] if code.endswith("000") else code
    villages = [
        row.code
        for row in known.divisions.values()
        if row.level == "village" and not row.ended and row.code.startswith(prefix)
    ]
    wanted = [grid for village in villages for grid in known.basic_of.get(village, [])]
    drawn = {grid: place for place, grid in enumerate(known.tree_grids)}
    if known.tree is None or not all(known.basic_of.get(village) for village in villages):
        return None
    if not wanted or not all(grid in drawn for grid in wanted):
        return None
    found: BaseGeometry = shapely.union_all(known.tree.geometries[[drawn[grid] for grid in wanted]])
    return found


def _framed(shapes: "dict[str, BaseGeometry]", width: float, most_height: float) -> Map:
    """Return the shapes in a frame: degrees of longitude are shorter than those of latitude, and up is north."""
    import numpy as np
    import shapely

    west, south, east, north = shapely.total_bounds(list(shapes.values()))
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = min(width / ((east - west) * squeeze), most_height / (north - south))
    left = (width - (east - west) * squeeze * scale) / 2
    found = []
    for code, shape in shapes.items():
        flat = shapely.transform(
            shape,
            lambda at: np.column_stack(
                [(at[:, 0] - west) * squeeze * scale + left, (north - at[:, 1]) * scale]
            ),
        )
        plain = shapely.simplify(flat, 0.5)
        middle = plain.representative_point()
        box = plain.bounds
        found.append(
            Outline(
                code,
                tuple(_rings(plain)),
                (round(middle.x, 1), round(middle.y, 1)),
                round(box[2] - box[0], 1),
            )
        )
    return Map(width, math.ceil((north - south) * scale), tuple(found))


def _rings(shape: "BaseGeometry") -> Iterator[tuple[Point, ...]]:
    """Yield the rings of an area, each as points with a digit after the point."""
    for polygon in getattr(shape, "geoms", [shape]):
        for ring in (polygon.exterior, *polygon.interiors):
            yield tuple((round(x, 1), round(y, 1)) for x, y in ring.coords)
