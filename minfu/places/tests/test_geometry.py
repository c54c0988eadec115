"""Coordinates, areas of grids, and their import from GeoJSON."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from minfu.kernel import record
from minfu.kernel.errors import Invalid
from minfu.kernel.record import Stamp
from minfu.places import geojson, geometry
from minfu.places.cli import app
from minfu.places.coordinates import gcj02_to_wgs84, in_china, wgs84_to_gcj02
from minfu.places.locate import locate
from minfu.places.models import Grid

SUDUN = "350922204204"


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    east = (one[0] - other[0]) * 111_320 * math.cos(math.radians(one[1]))
    return math.hypot(east, (one[1] - other[1]) * 111_320)


@given(lng=st.floats(73.5, 134.8), lat=st.floats(18.2, 53.5))
def test_the_way_to_gcj02_and_back_ends_within_a_centimetre(lng: float, lat: float) -> None:
    there = wgs84_to_gcj02(lng, lat)
    assert 50 < metres((lng, lat), there) < 1200
    assert metres((lng, lat), gcj02_to_wgs84(*there)) < 0.01


def test_known_points() -> None:
    """Beijing's Tian'anmen: WGS 84 116.39123, 39.90711 is shown by Chinese maps about 560 m to the east-north-east."""
    shown = wgs84_to_gcj02(116.39123, 39.90711)
    assert metres(shown, (116.397473, 39.908513)) < 5
    assert wgs84_to_gcj02(2.35, 48.85) == (2.35, 48.85)
    assert gcj02_to_wgs84(2.35, 48.85) == (2.35, 48.85)
    assert not in_china(2.35, 48.85)


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        (None, "Polygon"),
        ({"type": "Point", "coordinates": [118.7, 26.6]}, "Polygon"),
        ({"type": "Polygon", "coordinates": [[[118.7, 26.6], [118.8, 26.6]]]}, "坐标读不懂"),
        ({"type": "Polygon", "coordinates": "x"}, "坐标读不懂"),
        ({"type": "Polygon"}, "坐标读不懂"),
        ({"type": "Polygon", "coordinates": []}, "空的"),
        (
            {
                "type": "Polygon",
                "coordinates": [[[118.7, 26.6], [118.8, 26.7], [118.8, 26.6], [118.7, 26.7], [118.7, 26.6]]],
            },
            "边线自己相交，位置在经度118.750000、纬度26.650000",
        ),
        (box(26.6, 118.7, 26.7, 118.8), "写反了"),
        (box(2.3, 48.8, 2.4, 48.9), "不在中国"),
    ],
)
def test_unsound_areas_are_named(shape: Any, why: str) -> None:
    with pytest.raises(Invalid) as refusal:
        geometry.sound(shape, crs="wgs84")
    assert why in str(refusal.value.message)


def test_the_coordinate_system_is_never_guessed() -> None:
    shape = box(118.7, 26.6, 118.71, 26.61)
    with pytest.raises(Invalid, match="坐标系"):
        geometry.sound(shape, crs="")
    moved = geometry.sound(shape, crs="gcj02").geojson["coordinates"][0][0]
    assert 100 < metres((118.7, 26.6), moved) < 1000


def test_overlaps_gaps_and_their_size() -> None:
    left, right = box(118.700, 26.600, 118.710, 26.610), box(118.709, 26.600, 118.720, 26.610)
    (overlap,) = geometry.findings([("a", left), ("b", right)])
    expected = 0.001 * 111_320 * math.cos(math.radians(26.605)) * 0.010 * 111_320
    assert (overlap.kind, overlap.grids) == ("overlap", ("a", "b"))
    assert overlap.area_m2 == pytest.approx(expected, rel=0.01)
    assert 118.709 < overlap.lng < 118.710
    slit = box(118.71005, 26.600, 118.720, 26.610)
    (gap,) = geometry.findings([("a", left), ("b", slit)])
    assert (gap.kind, gap.grids) == ("gap", ("a", "b"))
    assert gap.area_m2 == pytest.approx(expected / 20, rel=0.05)
    assert not geometry.findings([("a", left), ("b", box(118.710, 26.600, 118.720, 26.610))])
    assert not geometry.findings([("a", left), ("b", box(118.712, 26.600, 118.720, 26.610))])
    assert not geometry.findings([])


def test_a_hole_between_grids_is_a_gap() -> None:
    around = [
        ("s", box(118.70, 26.60, 118.73, 26.61)),
        ("n", box(118.70, 26.62, 118.73, 26.63)),
        ("w", box(118.70, 26.61, 118.71, 26.62)),
        ("e", box(118.72, 26.61, 118.73, 26.62)),
    ]
    (gap,) = geometry.findings(around)
    assert gap.kind == "gap"
    assert set(gap.grids) == {"s", "n", "w", "e"}
    assert gap.area_m2 == pytest.approx(geometry.area_m2(box(118.71, 26.61, 118.72, 26.62)), rel=0.01)


def collection(*features: Any, **more: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


def feature(shape: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": shape, "properties": properties}


LEFT, RIGHT = box(118.700, 26.600, 118.710, 26.610), box(118.709, 26.600, 118.720, 26.610)


def test_grids_are_imported_created_changed_and_left_alone(county: str, stamp: Stamp) -> None:
    data = collection(
        feature(LEFT, 村码=SUDUN, 网格名称="东片", 上级平台编码="X-1"),
        feature(RIGHT, village=SUDUN, name="西片", type="基础网格"),
        feature(box(118.701, 26.601, 118.702, 26.602), code=SUDUN + "2001", name="小学"),
    )
    report = geojson.import_grids(data, crs="wgs84", stamp=stamp)
    assert (report.created, report.edited) == (3, 0)
    codes = list(Grid.objects.order_by("code").values_list("code", flat=True))
    assert codes == [SUDUN + "1001", SUDUN + "1002", SUDUN + "2001"]
    (finding,) = report.findings[SUDUN]
    assert (finding.kind, finding.grids) == ("overlap", (SUDUN + "1001", SUDUN + "1002"))
    assert locate(point=(118.705, 26.605)).grid_id == Grid.objects.get(external_code="X-1").pk
    again = collection(
        feature(LEFT, external_code="X-1"),
        feature(box(118.710, 26.600, 118.720, 26.610), code=SUDUN + "1002"),
    )
    report = geojson.import_grids(again, crs="wgs84", stamp=stamp)
    assert (report.created, report.edited, report.unchanged, report.findings) == (0, 1, 1, {})
    changed = Grid.objects.get(code=SUDUN + "1002")
    assert changed.name == "西片"
    assert [event.name for event in record.history(("grid", changed.pk))] == [
        "places.grid_created",
        "places.grid_edited",
    ]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\xff", "不是 GeoJSON"),
        (b"[]", "FeatureCollection"),
        (collection(), "FeatureCollection"),
        (collection(feature(LEFT, village=SUDUN), crs={"properties": {"name": "EPSG:3857"}}), "坐标系"),
        (collection(feature(None, village=SUDUN, name="a")), "第1个网格：没有范围"),
        (collection("x"), "第1个网格"),
        (collection(feature(LEFT, name="a")), "第1个网格：区划代码"),
        (collection(feature(LEFT, village="350922204", name="a")), "没有这个村"),
        (collection(feature(LEFT, village=SUDUN)), "第1个网格"),
        (collection(feature(LEFT, village=SUDUN, name="a", type="9")), "网格类型"),
        (collection(feature(LEFT, code="12", name="a")), "16位"),
    ],
)
def test_a_wrong_feature_is_named_and_nothing_is_imported(
    county: str, stamp: Stamp, data: bytes, why: str
) -> None:
    if data.startswith(b"{") and b'"features": [{' in data:
        whole = json.loads(data)
        whole["features"].append(feature(LEFT, village=SUDUN, name="好的"))
        data = json.dumps(whole).encode()
    with pytest.raises(Invalid) as refusal:
        geojson.import_grids(data, crs="wgs84", stamp=stamp)
    assert why in " ".join(refusal.value.fields["file"])
    assert not Grid.objects.exists()


def test_without_a_coordinate_system_nothing_is_imported(county: str, stamp: Stamp) -> None:
    with pytest.raises(Invalid, match="坐标系"):
        geojson.import_grids(collection(feature(LEFT, village=SUDUN, name="a")), crs="bd09", stamp=stamp)
    assert not Grid.objects.exists()


def test_an_outer_code_of_two_grids_is_not_guessed(county: str, stamp: Stamp) -> None:
    for name in ("a", "b"):
        data = collection(feature(LEFT, village=SUDUN, name=name))
        geojson.import_grids(data, crs="wgs84", stamp=stamp)
    Grid.objects.update(external_code="X")
    with pytest.raises(Invalid, match="处错误") as refusal:
        geojson.import_grids(collection(feature(RIGHT, external_code="X")), crs="wgs84", stamp=stamp)
    assert "几个网格" in refusal.value.fields["file"][0]


def test_the_command_imports_grids_and_reports_overlaps(county: str, tmp_path: Path) -> None:
    file = tmp_path / "grids.geojson"
    file.write_bytes(collection(*(feature(one, village=SUDUN, name="片") for one in (LEFT, RIGHT))))
    without = CliRunner().invoke(app, ["import-grids", str(file)])
    assert without.exit_code == 2
    done = CliRunner().invoke(app, ["import-grids", str(file), "--crs", "gcj02"])
    assert done.exit_code == 0, done.output
    assert "新建2个网格" in done.output
    assert "重叠" in done.output
    west = Grid.objects.get(code=SUDUN + "1001").west
    assert west
    assert 0.001 < 118.700 - west < 0.01
    file.write_text("{}")
    refused = CliRunner().invoke(app, ["import-grids", str(file), "--crs", "wgs84"])
    assert refused.exit_code == 1
    assert "FeatureCollection" in refused.output
