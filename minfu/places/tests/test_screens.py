"""The screens, through the outer edge: allowed beside refused, input beside its sentence."""

import json
from datetime import date
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver, reverse

from minfu.accounts.tests import people
from minfu.kernel import gate, record
from minfu.kernel.record import Stamp
from minfu.places import actions, demo
from minfu.places.actions import GridInput
from minfu.places.locate import locate
from minfu.places.models import Division, Grid, Place

pytestmark = pytest.mark.django_db

SUDUN, PINGSHA, SONGTAI = "350922204204", "350922204202", "350922002200"
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[118.70, 26.60], [118.71, 26.60], [118.71, 26.61], [118.70, 26.61], [118.70, 26.60]]],
}


def client_of(role: str, area: str = "350922000000", grids: tuple[Grid, ...] = ()) -> Client:
    """Return a browser in which someone with one post is signed in."""
    user = people.person(f"{role}-{area}-{len(grids)}")
    where = people.unit(f"单位{area}", "other", area)
    people.post(user, role, where).grids.set(grids)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def admin(county: str) -> Client:
    """Return the administrator's browser."""
    return client_of("administrator")


def text(client: Client, name: str, /, *args: Any, status: int = 200, **query: str) -> str:
    answer = client.get(reverse(f"places:{name}", args=args), query)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def post(client: Client, name: str, /, *args: Any, status: int = 302, **data: Any) -> str:
    answer = client.post(reverse(f"places:{name}", args=args), data)
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def a_grid(stamp: Stamp, village: str = SUDUN, **more: Any) -> Grid:
    return actions.create_grid(
        stamp=stamp, village_code=village, type_="1", entered=GridInput(name="第一网格", **more)
    )


def test_every_screen_is_closed_to_those_without_the_right(county: str, stamp: Stamp) -> None:
    grid = a_grid(stamp)
    place = Place.objects.create(kind="landmark", name="某地标", village_id=SUDUN)
    arguments = {"code": SUDUN, "village": SUDUN, "pk": place.pk}
    clerk = client_of("township_clerk", "350922204000")
    routes: list[Any] = get_resolver("minfu.places.urls").url_patterns
    assert len(routes) > 15
    for pattern in routes:
        guard = pattern.callback.gate
        if guard.startswith("open:"):
            assert pattern.name == "villages"
            continue
        keys = pattern.pattern.regex.groupindex
        given = {key: arguments[key] for key in keys}
        if "grids/" in str(pattern.pattern) or "posters/" in str(pattern.pattern):
            given = dict.fromkeys(keys, grid.code)
        url = reverse(f"places:{pattern.name}", kwargs=given)
        anonymous = Client().get(url)
        assert anonymous.status_code in (302, 401), url
        if guard == "places.manage":
            assert clerk.get(url).status_code == 403, url
            assert clerk.post(url).status_code == 403, url


def test_who_holds_the_rights() -> None:
    assert {"places.manage", "places.poster"} <= gate.rights_of("administrator")
    assert "places.manage" in gate.rights_of("county_dispatcher")
    for role in ("grid_worker", "village_officer", "township_clerk"):
        assert gate.rights_of(role) & {"places.manage", "places.poster"} == {"places.poster"}
    for role in ("department_handler", "mediator", "auditor", "township_leader"):
        assert not gate.rights_of(role) & {"places.manage", "places.poster"}


def test_divisions_are_listed_found_and_paged(admin: Client) -> None:
    first = text(admin, "divisions")
    assert "城东街道" in first
    assert first.count("data-row") == 100
    second = text(admin, "divisions", after="350922001217")
    assert "青云社区居委会" in second
    assert "胜利社区居委会" not in second
    back = text(admin, "divisions", before="350922002001")
    assert "双山村委会" in back
    assert "苏墩村委会" in text(admin, "divisions", q="苏墩")
    assert "苏墩村委会" in text(admin, "divisions", q=SUDUN)
    assert "没有符合条件" in text(admin, "divisions", q="苏墩", township="350922002000")
    assert "没有符合条件" in text(admin, "divisions", state="ended")
    text(admin, "divisions", after="x'; --", township="nonsense")


def test_a_village_is_renamed_and_its_past_is_shown(admin: Client) -> None:
    post(admin, "rename", SUDUN, name="苏墩社区居委会", on="2026-03-01", reason="某政〔2026〕1号")
    page = text(admin, "division", SUDUN)
    assert "苏墩社区居委会" in page
    assert "苏墩村委会：" in page
    assert "某政〔2026〕1号" in page
    assert locate(address="凤埔乡苏墩村").village_code == SUDUN
    assert locate(address="凤埔乡苏墩社区").village_code == SUDUN
    again = post(admin, "rename", SUDUN, status=422, name="苏墩社区居委会", on="2026-04-01", reason="x")
    assert "相同" in again
    early = post(admin, "rename", SUDUN, status=422, name="别的村委会", on="2026-02-01", reason="x")
    assert "必须晚于" in early
    assert "请写明依据" in post(admin, "rename", SUDUN, status=422, name="a", on="2026-04-01")
    assert "2026-01-31" in post(admin, "rename", SUDUN, status=422, name="a", on="去年", reason="x")
    assert text(admin, "division", "610422102200", status=404)


def test_a_village_is_merged_into_another(admin: Client, stamp: Stamp) -> None:
    grid = a_grid(stamp)
    form: dict[str, Any] = {"on": "2026-03-01", "reason": "某政〔2026〕2号", "successor": PINGSHA}
    assert "还有现行的网格" in post(admin, "end", SUDUN, status=422, **form)
    actions.edit_grid(
        stamp=stamp, code=grid.code, entered=GridInput(name=grid.name, valid_to=date(2026, 3, 1))
    )
    assert "同级" in post(admin, "end", SUDUN, status=422, **{**form, "successor": "350922204000"})
    assert "没有这个区划" in post(admin, "end", SUDUN, status=422, **{**form, "successor": "1"})
    assert "还有现行的区划" in post(admin, "end", "350922204000", status=422, on="2026-03-01", reason="x")
    post(admin, "end", SUDUN, **form)
    assert "平沙村委会" in text(admin, "division", SUDUN)
    assert "苏墩村委会" in text(admin, "division", PINGSHA)
    assert "并入平沙村委会" in text(admin, "divisions", state="ended")
    assert locate(address="凤埔乡苏墩村").village_code == PINGSHA
    assert "已经失效" in post(admin, "end", SUDUN, status=422, **form)
    assert post(admin, "end", "610422102200", status=404, **form)


def test_a_grid_is_created_drawn_changed_and_ended(admin: Client) -> None:
    form: dict[str, Any] = {
        "village": SUDUN,
        "type": "1",
        "name": "东片",
        "crs": "wgs84",
        "geometry": json.dumps(SQUARE),
    }
    post(admin, "new_grid", **form)
    post(admin, "new_grid", **{**form, "name": "西片", "geometry": ""})
    post(admin, "new_grid", **{**form, "type": "2", "name": "小学", "geometry": "", "external_code": "X-9"})
    codes = list(Grid.objects.values_list("code", flat=True))
    assert codes == [SUDUN + "1001", SUDUN + "1002", SUDUN + "2001"]
    east = Grid.objects.get(code=SUDUN + "1001")
    assert (east.west, east.north) == (118.70, 26.61)
    assert locate(point=(118.705, 26.605)).grid_id == east.pk
    page = text(admin, "grid", east.code)
    assert "118.7" in page
    assert "新建了网格" in page
    change: dict[str, Any] = {"name": "东边", "crs": "wgs84", "geometry": json.dumps(SQUARE)}
    post(admin, "grid", east.code, **change)
    post(admin, "grid", east.code, **change)
    assert [event.name for event in record.history(("grid", east.pk))] == [
        "places.grid_created",
        "places.grid_edited",
    ]
    assert "东边" in text(admin, "grids", area="1")
    assert "东边" not in text(admin, "grids", area="0")
    assert "小学" in text(admin, "grids", q="X-9")
    post(admin, "grid", east.code, **change, valid_to="2026-01-01")
    assert locate(point=(118.705, 26.605)).grid_id is None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "请填写网格名称"),
        ({"name": "长" * 61}, "60"),
        ({"village": ""}, "请选择所属村"),
        ({"village": "350922204999"}, "没有这个村"),
        ({"village": "350922204000"}, "没有这个村"),
        ({"village": "610422102200"}, "没有这个村"),
        ({"type": "7"}, "7"),
        ({"crs": "bd09"}, "bd09"),
        ({"geometry": "{"}, "不是 GeoJSON"),
        ({"geometry": '{"type": "Point", "coordinates": [1, 2]}'}, "Polygon"),
        ({"geometry": "[" * 5000}, "GeoJSON"),
        ({"valid_from": "2026-02-01", "valid_to": "2026-01-01"}, "必须晚于生效日期"),
        ({"name": "<script>alert(1)</script>", "village": ""}, "&lt;script&gt;"),
    ],
)
def test_wrong_input_about_a_grid_is_said_at_the_field(
    admin: Client, change: dict[str, Any], sentence: str
) -> None:
    form: dict[str, Any] = {"village": SUDUN, "type": "1", "name": "东片", "crs": "wgs84", "geometry": ""}
    page = post(admin, "new_grid", status=422, **{**form, **change})
    assert sentence in page
    assert "<script>alert" not in page
    assert not Grid.objects.exists()


def test_the_map_shows_the_township_and_nothing_of_other_counties(admin: Client, stamp: Stamp) -> None:
    demo.load_demo("350922")
    data = json.loads(text(admin, "grid_map", village=SUDUN))
    assert {grid["code"][:9] for grid in data["grids"]} == {"350922204"}
    assert any(grid["own"] for grid in data["grids"])
    assert data["box"]
    assert json.loads(text(admin, "grid_map", village="610422102200"))["grids"] == []
    page = text(admin, "grid", data["grids"][0]["code"])
    assert "leaflet.js" in page
    assert "<script>" not in page
    assert "style=" not in page
    assert "https://" not in page.replace("http://www.w3.org", "")


def test_grids_are_imported_on_the_screen(admin: Client) -> None:
    feature = {"type": "Feature", "geometry": SQUARE, "properties": {"村码": SUDUN, "网格名称": "东片"}}
    shifted = json.loads(json.dumps(SQUARE).replace("118.71", "118.715").replace("118.70,", "118.705,"))
    other = {**feature, "geometry": shifted, "properties": {"村码": SUDUN, "网格名称": "西片"}}
    data = json.dumps({"type": "FeatureCollection", "features": [feature, other]}).encode()

    def file(content: bytes = data) -> SimpleUploadedFile:
        return SimpleUploadedFile("grids.geojson", content)

    assert "请选明坐标系" in post(admin, "import_grids", status=422, file=file())
    assert "请选择文件" in post(admin, "import_grids", status=422, crs="wgs84")
    assert "不是 GeoJSON" in post(admin, "import_grids", status=422, crs="wgs84", file=file(b"x"))
    wrong = file(data.replace(SUDUN.encode(), b"350922204999"))
    assert "第1个网格" in post(admin, "import_grids", status=422, crs="wgs84", file=wrong)
    assert not Grid.objects.exists()
    post(admin, "import_grids", crs="wgs84", file=file())
    report = text(admin, "findings")
    assert "重叠" in report
    assert SUDUN + "1001" in report
    assert "2个网格已绘制" in report


def test_without_findings_the_report_says_so(admin: Client) -> None:
    assert "没有发现重叠或空隙" in text(admin, "findings")


def test_the_gazetteer_is_kept_and_used(admin: Client, stamp: Stamp) -> None:
    grid, elsewhere = a_grid(stamp), a_grid(stamp, SONGTAI)
    form: dict[str, Any] = {
        "village": SUDUN,
        "kind": "natural",
        "name": "后门墩",
        "grid": grid.code,
        "lng": "",
        "lat": "",
    }
    post(admin, "new_place", **form)
    place = Place.objects.get()
    assert locate(address="后门墩自然村").grid_id == grid.pk
    post(admin, "add_alias", place.pk, name="老墩头")
    assert locate(address="苏墩村老墩头").grid_id == grid.pk
    assert "老墩头" in text(admin, "gazetteer", q="老墩", kind="natural", township="350922204000")
    post(admin, "add_alias", place.pk, name="老墩头")
    assert "已经有这个别名" in text(admin, "place", place.pk)
    assert "已经有同类、同名的地名" in post(admin, "new_place", status=422, **form)
    assert "网格不在所选的村" in post(
        admin, "new_place", status=422, **{**form, "name": "b", "grid": elsewhere.code}
    )
    assert "要么都填" in post(admin, "new_place", status=422, **{**form, "name": "c", "lng": "118.7"})
    assert "没有这个村" in post(admin, "new_place", status=422, **{**form, "village": "9"})
    post(admin, "place", place.pk, **{**form, "name": "前门墩"})
    page = text(admin, "place", place.pk)
    assert "修改了地名" in page
    post(admin, "remove_alias", place.pk, name="老墩头")
    assert not place.aliases.exists()
    post(admin, "remove_alias", place.pk, name="老墩头")
    assert "没有这个别名" in text(admin, "place", place.pk)
    assert text(admin, "place", 10**9, status=404)


def test_one_poster_of_many_is_found_by_township_or_name(admin: Client, stamp: Stamp) -> None:
    for _n in range(21):
        a_grid(stamp)
    other = a_grid(stamp, SONGTAI)
    assert 'name="q"' in text(admin, "posters")
    for name, value in (("q", "松台"), ("township", "350922002000"), ("q", other.code)):
        found = admin.get(reverse("places:posters"), {name: value}).content.decode()
        assert found.count("打印海报") == 1
        assert reverse("places:poster", args=[other.code]) in found
    assert "没有符合条件的网格" in text(admin, "posters", q="月球")


def test_posters_follow_the_area_of_the_post(county: str, stamp: Stamp, settings: LazySettings) -> None:
    settings.MINFU_PUBLIC_URL = "https://minfu.example"
    own, other = a_grid(stamp), a_grid(stamp, PINGSHA)
    far = a_grid(stamp, SONGTAI)
    expected = {
        client_of("grid_worker", SUDUN, (own,)): [own],
        client_of("grid_worker", "350922204000"): [],
        client_of("village_officer", PINGSHA): [other],
        client_of("township_clerk", "350922204000"): [own, other],
        client_of("county_dispatcher"): [own, other, far],
        client_of("administrator"): [own, other, far],
    }
    for client, allowed in expected.items():
        listed = text(client, "posters")
        for grid in (own, other, far):
            status = 200 if grid in allowed else 404
            assert (reverse("places:poster", args=[grid.code]) in listed) == (grid in allowed)
            text(client, "poster", grid.code, status=status)
            text(client, "poster_svg", grid.code, status=status)
    page = text(client, "poster", own.code)
    assert f"https://minfu.example/r/g/{own.qr_token}/" in page
    answer = client.get(reverse("places:poster_svg", args=[own.code]), {"save": ""})
    assert answer["Content-Type"] == "image/svg+xml"
    assert "attachment" in answer["Content-Disposition"]
    assert answer.content.startswith(b"<svg")


def test_a_forged_poster_is_replaced(admin: Client, stamp: Stamp) -> None:
    grid = a_grid(stamp)
    assert locate(qr_token=grid.qr_token).grid_id == grid.pk
    post(admin, "renew", grid.code, reason=" ")
    assert locate(qr_token=grid.qr_token).grid_id == grid.pk
    post(admin, "renew", grid.code, reason="海报被涂改")
    assert locate(qr_token=grid.qr_token).grid_id is None
    renewed = Grid.objects.get()
    assert locate(qr_token=renewed.qr_token).grid_id == grid.pk
    assert len(renewed.qr_token) == 16
    assert "海报被涂改" in text(admin, "grid", grid.code)


def test_pickers_get_the_villages_of_a_township(county: str) -> None:
    Division.objects.filter(code=PINGSHA).update(valid_to=date(2026, 1, 1))
    for township in ("350922204", "350922204000"):
        rows = json.loads(text(Client(), "villages", township=township))["villages"]
        assert len(rows) == 12
        assert {"code": SUDUN, "name": "苏墩村", "kind": "村委会"} in rows
    for township in ("", "350922", "610422102", "x'y"):
        assert json.loads(text(Client(), "villages", township=township)) == {"villages": []}


def test_without_data_the_screens_say_what_to_do(db: None) -> None:
    people.divisions()
    admin = client_of("administrator")
    assert "还没有网格" in text(admin, "grids")
    assert "还没有地名" in text(admin, "gazetteer")
    assert "没有可以打印的海报" in text(admin, "posters")


def test_the_demo_loads_once_and_is_sound(county: str) -> None:
    first = demo.load_demo("350922")
    assert first.grids == Grid.objects.count()
    per_village = {village.grids.count() for village in Division.objects.filter(level="village")}
    assert per_village == {1, 2, 3, 4}
    assert Grid.objects.filter(geometry__isnull=False).values("village").distinct().count() == 6
    assert Place.objects.values("village").distinct().count() == 42
    again = demo.load_demo("350922")
    assert (again.grids, again.places) == (0, 0)
    assert "没有变化" in str(again)
    for place in Place.objects.filter(kind="natural").select_related("village"):
        assert locate(address=place.name + "自然村").village_code == place.village_id
    grid = Grid.objects.filter(geometry__isnull=False).first()
    assert grid
    assert [event.name for event in record.history(("grid", grid.pk))] == ["places.grid_created"]
