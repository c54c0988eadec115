"""Places over the API: what the screens keep, by the same rules; closed to those without the right."""

import json
from typing import Any

import pytest
from django.conf import LazySettings

from minfu.accounts.tests import people
from minfu.accounts.tests.program import Program
from minfu.kernel import record
from minfu.kernel.record import Stamp
from minfu.places import actions
from minfu.places.locate import locate
from minfu.places.models import Division, Grid, Place

pytestmark = pytest.mark.django_db

SUDUN, PINGSHA, SONGTAI = "350922204204", "350922204202", "350922002200"
SQUARE: dict[str, Any] = {
    "type": "Polygon",
    "coordinates": [[[118.70, 26.60], [118.71, 26.60], [118.71, 26.61], [118.70, 26.61], [118.70, 26.60]]],
}


def program(role: str, area: str = "350922000000", grids: tuple[Grid, ...] = ()) -> Program:
    """Return the program of someone with one post."""
    user = people.person(f"{role}-{area}")
    people.post(user, role, people.unit(f"单位{area}", "other", area)).grids.set(grids)
    return Program(user.username)


@pytest.fixture
def admin(county: str) -> Program:
    """The administrator's program."""
    return program("administrator")


def collection(*features: tuple[dict[str, str], Any]) -> bytes:
    """Return a GeoJSON file."""
    rows = [{"type": "Feature", "properties": named, "geometry": shape} for named, shape in features]
    return json.dumps({"type": "FeatureCollection", "features": rows}).encode()


def test_a_grid_is_created_changed_and_its_poster_renewed(admin: Program) -> None:
    new = {"village": SUDUN, "name": "东片", "geometry": SQUARE}
    made = admin.ask("post", "/grids", new, status=201)
    assert (made["code"], made["drawn"], made["type"]) == (SUDUN + "1001", True, "1")
    assert made["geometry"] == SQUARE
    assert locate(point=(118.705, 26.605)).grid_id == made["id"]
    path = f"/grids/{made['code']}"
    before = admin.ask("get", f"/posters/{made['code']}")["url"]
    admin.ask("post", f"{path}/renew", {"reason": " "}, status=422)
    admin.ask("post", f"{path}/renew", {"reason": "海报被人换过"})
    assert admin.ask("get", f"/posters/{made['code']}")["url"] != before
    left_out = admin.ask("put", path, {"name": "东边"}, status=422)
    assert left_out["errors"][0]["field"] == "geometry"  # an area is never lost by being left out
    changed = admin.ask("put", path, {"name": "东边", "geometry": None, "valid_to": "2026-01-01"})
    assert (changed["name"], changed["drawn"], changed["valid_to"]) == ("东边", False, "2026-01-01")
    assert admin.ask("get", "/grids", {"village": SUDUN})["items"] == []
    assert len(admin.ask("get", "/grids", {"q": "东边", "ended": "true"})["items"]) == 1
    history = record.history(("grid", made["id"]))
    assert [event.name for event in history] == [
        "places.grid_created", "places.grid_qr_renewed", "places.grid_edited",
    ]  # fmt: skip
    assert {event.door for event in history} == {"api"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"geometry": {"type": "Point", "coordinates": [1, 2]}}, "geometry"),
        ({"geometry": {"type": "Polygon", "coordinates": [["x"]]}}, "geometry"),
        ({"valid_from": "2026-02-01", "valid_to": "2026-01-01"}, "form"),
        ({"name": "长" * 61}, "name"),
        ({"type": "7"}, "type"),
        ({"crs": "bd09"}, "crs"),
        ({"valid_to": "9999-12-31"}, "valid_to"),
    ],
)
def test_what_is_wrong_with_a_grid_is_said_by_field(
    admin: Program, change: dict[str, Any], field: str
) -> None:
    told = admin.ask(
        "post", "/grids", {"village": SUDUN, "name": "东片", "geometry": None, **change}, status=422
    )
    assert told["errors"][0]["field"] == field
    assert not Grid.objects.exists()


def test_another_countys_village_is_not_found(admin: Program) -> None:
    new = {"village": "610422102200", "name": "东片", "geometry": None}
    admin.ask("post", "/grids", new, status=404)
    admin.ask(
        "post", "/gazetteer", {"village": "610422102200", "kind": "landmark", "name": "大榕树"}, status=404
    )


def test_grids_are_imported_or_every_wrong_one_is_named(admin: Program) -> None:
    shifted = json.loads(json.dumps(SQUARE).replace("118.71", "118.715").replace("118.7,", "118.705,"))
    east, west = {"村码": SUDUN, "网格名称": "东片"}, {"村码": SUDUN, "网格名称": "西片"}
    wrong = collection(
        (east, SQUARE), ({**west, "村码": "350922204999"}, shifted), ({"网格名称": "无"}, None)
    )
    refused = admin.upload("/grids/import", wrong, "grids.geojson", crs="wgs84", status=422)
    assert [one["message"][:4] for one in refused["errors"]] == ["第2个网", "第3个网"]
    assert not Grid.objects.exists()
    good = collection((east, SQUARE), (west, shifted))
    assert admin.upload("/grids/import", good, "grids.geojson", status=422)["errors"][0]["field"] == "crs"
    done = admin.upload("/grids/import", good, "grids.geojson", crs="wgs84")
    assert (done["created"], done["edited"], done["findings"][0]["kind"]) == (2, 0, "overlap")
    looked = admin.ask("get", "/grids/findings")
    assert (looked["villages"], looked["drawn"], looked["undrawn"]) == (1, 2, 0)
    assert looked["findings"] == done["findings"]


def test_divisions_are_found_renamed_and_merged(admin: Program) -> None:
    found = admin.ask("get", "/divisions/search", {"q": "松台", "limit": 1})
    assert [row["code"] for row in found["items"]] == [SONGTAI]
    renamed = admin.ask(
        "post",
        f"/divisions/{SONGTAI}/rename",
        {"name": "新松台村委会", "on": "2026-05-01", "reason": "古政〔2026〕1号"},
    )
    assert renamed["name"] == "新松台村委会"
    same = {"name": "新松台村委会", "on": "2026-06-01", "reason": "古政〔2026〕1号"}
    assert admin.ask("post", f"/divisions/{SONGTAI}/rename", same, status=422)["errors"][0]["field"] == "name"
    ended = admin.ask(
        "post",
        f"/divisions/{PINGSHA}/end",
        {"on": "2026-07-01", "successor": SUDUN, "reason": "古政〔2026〕2号"},
    )
    assert (ended["valid_to"], ended["successor"]) == ("2026-07-01", SUDUN)
    past = admin.ask("get", f"/divisions/{SONGTAI}/history")
    assert [row["name"] for row in past["versions"]] == ["松台村委会"]
    assert past["history"][-1]["event"] == "places.division_renamed"
    assert admin.ask("get", f"/divisions/{SUDUN}/history")["predecessors"] == [PINGSHA]
    assert Division.objects.get(pk=PINGSHA).successor_id == SUDUN
    assert admin.ask("get", "/divisions/imports")[0]["file_name"]


def test_the_gazetteer_is_kept_and_used(admin: Program) -> None:
    grid = admin.ask("post", "/grids", {"village": SUDUN, "name": "东片", "geometry": None}, status=201)
    told = {"village": SUDUN, "kind": "natural", "name": "后门墩", "grid": grid["code"]}
    point = {"longitude": 118.7, "latitude": 26.6}
    place = admin.ask("post", "/gazetteer", told, status=201)
    path = f"/gazetteer/{place['id']}"
    assert admin.ask("post", "/gazetteer", told, status=422)["detail"] == "这个村已经有同类、同名的地名。"
    half = admin.ask("put", path, {**told, **point, "latitude": None}, status=422)
    assert half["detail"] == "经度和纬度要一起填写。"
    assert locate(address="后门墩自然村").grid_id == grid["id"]
    assert admin.ask("post", f"{path}/aliases", {"name": "老墩头"})["aliases"] == ["老墩头"]
    assert locate(address="苏墩村老墩头").grid_id == grid["id"]
    admin.ask("post", f"{path}/aliases/remove", {"name": "别处"}, status=404)
    assert admin.ask("post", f"{path}/aliases/remove", {"name": "老墩头"})["aliases"] == []
    assert admin.ask("put", path, {**told, **point, "name": "前门墩"})["longitude"] == 118.7
    assert [row["id"] for row in admin.ask("get", "/gazetteer", {"q": "前门"})["items"]] == [place["id"]]
    assert Place.objects.get().name == "前门墩"


def test_posters_follow_the_area_of_the_post(county: str, stamp: Stamp, settings: LazySettings) -> None:
    settings.MINFU_PUBLIC_URL = "https://minfu.example"
    mine, other = (
        actions.create_grid(
            stamp=stamp, village_code=village, type_="1", entered=actions.GridInput(name="第一网格")
        )
        for village in (SUDUN, SONGTAI)
    )
    worker = program("grid_worker", SUDUN, (mine,))
    poster = worker.ask("get", "/posters")["items"][0]
    assert (poster["grid"], poster["url"]) == (mine.code, f"https://minfu.example/r/g/{mine.qr_token}/")
    assert worker.ask("get", poster["svg"].removeprefix("/api/v1")).startswith(b"<svg")
    worker.ask("get", f"/posters/{other.code}", status=404)
    worker.ask("get", f"/posters/{other.code}/qr.svg", status=404)
    program("auditor").ask("get", "/posters", status=403)


def test_those_without_the_right_keep_nothing(county: str, stamp: Stamp) -> None:
    clerk = program("township_clerk", "350922204000")
    grid = actions.create_grid(
        stamp=stamp, village_code=SUDUN, type_="1", entered=actions.GridInput(name="第一网格")
    )
    clerk.ask("post", "/grids", {"village": SUDUN, "name": "东片", "geometry": None}, status=403)
    clerk.ask("put", f"/grids/{grid.code}", {"name": "东片", "geometry": None}, status=403)
    clerk.ask("get", f"/grids/{grid.code}", status=403)
    clerk.ask("get", "/gazetteer", status=403)
    clerk.ask("get", "/grids/findings", status=403)
    rename = {"name": "新村", "on": "2026-05-01", "reason": "文号"}
    clerk.ask("post", f"/divisions/{SUDUN}/rename", rename, status=403)
    clerk.upload("/grids/import", collection(({}, SQUARE)), "g.geojson", crs="wgs84", status=403)
    assert [row["id"] for row in clerk.ask("get", "/grids", {"village": SUDUN})["items"]] == [grid.pk]
