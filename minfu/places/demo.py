"""Invented grids and gazetteer for the demo. Only the divisions are real; nothing here describes a real place."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise, product
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from minfu.kernel import record
from minfu.kernel.record import Fact
from minfu.places import geometry, index
from minfu.places.actions import GRID_CREATED, PLACE_CREATED
from minfu.places.codes import base_name
from minfu.places.loading import LOADER
from minfu.places.models import Division, Grid, Place, PlaceAlias

#: County → the township whose first villages get areas, and where they are drawn (WGS 84 longitude, latitude).
DRAWN = {"350922": ("350922204", 118.75, 26.58), "610422": ("610422102", 108.98, 34.70)}
DRAWN_VILLAGES = 6
#: One village in so many gets natural villages, groups and landmarks.
GAZETTEER_EVERY = 7
#: Width and height of a drawn village in degrees (about two kilometres).
_WIDTH, _HEIGHT = 0.02, 0.018
_ORDINALS = "一二三四"
_FIRST = ("后门", "岭头", "水尾", "亭下", "井头", "坑尾", "塘边", "桥头", "樟树", "石坪")
_SECOND = ("厝", "墩", "坪", "垅", "岗", "湾", "坂", "坝")
_LANDMARKS = ("文化广场", "便民服务站", "老年活动中心", "农贸市场")


@dataclass(frozen=True)
class DemoReport:
    """How many grids and places the demo added."""

    grids: int
    places: int

    def __str__(self) -> str:
        if not self.grids and not self.places:
            return _("演示网格和地名已经在，没有变化。")
        return _("装入虚构的演示网格%(grids)d个、地名%(places)d个。") % {
            "grids": self.grids,
            "places": self.places,
        }


def load_demo(county: str) -> DemoReport:
    """Add the invented grids (one to four in every village) and gazetteer to a loaded county (6 digits).

    The same every time; a second call adds nothing. Codes that exist already are left alone.
    """
    rows = Division.objects.filter(code__startswith=county, level="village", valid_to__isnull=True)
    villages = list(rows.order_by("code"))
    with transaction.atomic():
        known = set(Grid.objects.filter(code__startswith=county).values_list("code", flat=True))
        areas = _areas(county, villages)
        wanted = (grid for village in villages for grid in _grids(village, areas.get(village.code, [])))
        grids = Grid.objects.bulk_create([grid for grid in wanted if grid.code not in known])
        facts = [("grid", grid.pk, GRID_CREATED, {"code": grid.code, "name": grid.name}) for grid in grids]
        places = _add_places(county, villages)
        facts += [("place", place.pk, PLACE_CREATED, {"name": place.name}) for place in places]
        events = [
            event
            for kind, pk, name, data in facts
            for event in record.build((kind, pk), [Fact(name, data)], LOADER)
        ]
        record.save(events)
    index.forget()
    return DemoReport(len(grids), len(places))


def _count(village: Division) -> int:
    """Return how many grids a village gets: 1 to 4, by its code."""
    return int(village.code) % 4 + 1


def _grids(village: Division, areas: list[dict[str, Any]]) -> Iterator[Grid]:
    """Yield a village's grids, with their areas when it is drawn."""
    for number in range(_count(village)):
        grid = Grid(
            code=f"{village.code}1{number + 1:03d}", village=village, name=f"第{_ORDINALS[number]}网格"
        )
        if areas:
            area = geometry.sound(areas[number], crs="wgs84")
            grid.geometry = area.geojson
            grid.west, grid.south, grid.east, grid.north = area.west, area.south, area.east, area.north
        yield grid


def _areas(county: str, villages: list[Division]) -> dict[str, list[dict[str, Any]]]:
    """Return the areas of the grids of the drawn villages: strips of a wavy block, side by side without gaps."""
    if county not in DRAWN:
        return {}
    township, lng, lat = DRAWN[county]
    drawn = islice((village for village in villages if village.code.startswith(township)), DRAWN_VILLAGES)
    areas = {}
    for place, village in enumerate(drawn):
        west, south = lng + place % 3 * _WIDTH, lat + place // 3 * _HEIGHT
        edges = [_edge(west + _WIDTH * part / _count(village), south) for part in range(_count(village) + 1)]
        areas[village.code] = [
            {"type": "Polygon", "coordinates": [[*left, *reversed(right), left[0]]]}
            for left, right in pairwise(edges)
        ]
    return areas


def _edge(lng: float, south: float) -> list[list[float]]:
    """Return the points of a wavy line from south to north at a longitude; the same for both its neighbours."""
    wave = (0.0, 0.0012, -0.0009, 0.0006, 0.0)
    return [
        [round(lng + bend, 6), round(south + _HEIGHT * step / 4 + 0.0004 * math.sin(lng * 500), 6)]
        for step, bend in enumerate(wave)
    ]


def _add_places(county: str, villages: list[Division]) -> list[Place]:
    """Add natural villages, groups and landmarks to one village in seven, unless the county has a gazetteer already."""
    if Place.objects.filter(village__code__startswith=county).exists():
        return []
    names = (first + second for second, first in product(_SECOND, _FIRST))
    taken = {base_name(village.name) for village in villages}
    free = (name for name in names if name not in taken)
    grids: Mapping[str, Grid] = {
        grid.code[:12]: grid for grid in Grid.objects.filter(code__startswith=county).order_by("-code")
    }
    places: list[Place] = []
    aliases: list[tuple[Place, str]] = []
    for number, village in enumerate(villages[::GAZETTEER_EVERY]):
        grid, base = grids.get(village.code), base_name(village.name)
        natural = [Place(kind="natural", name=name, village=village, grid=grid) for name in islice(free, 2)]
        aliases += [(place, "老" + place.name) for place in natural]
        groups = [
            Place(kind="group", name=f"第{numeral}村民小组", village=village, grid=grid)
            for numeral in _ORDINALS[: _count(village)]
        ]
        landmark = Place(kind="landmark", name=base + _LANDMARKS[number % 4], village=village, grid=grid)
        places += [*natural, *groups, landmark]
    places = Place.objects.bulk_create(places)
    PlaceAlias.objects.bulk_create(PlaceAlias(place=place, name=name) for place, name in aliases)
    return places
