"""Locating: what a text, a code, a point or a poster says about the place, and what it does not say."""

from datetime import date

import pytest
from django.conf import LazySettings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minfu.places.locate import Location, locate
from minfu.places.models import Division, Grid, Place, PlaceAlias

COUNTY = "350922000000"
FENGPU = "350922204000"
SUDUN = "350922204204"
SONGTAI = "350922002200"

pytestmark = pytest.mark.django_db


def where(location: Location) -> tuple[str, bool]:
    return location.division_code, location.sure


def square(lng: float, lat: float, size: float = 0.01) -> dict[str, object]:
    ring = [[lng, lat], [lng + size, lat], [lng + size, lat + size], [lng, lat + size], [lng, lat]]
    return {"type": "Polygon", "coordinates": [ring]}


def grid(
    village: str, serial: str = "1001", geometry: dict[str, object] | None = None, **more: object
) -> Grid:
    box: dict[str, object] = {}
    if geometry:
        ring = geometry["coordinates"][0]  # type: ignore[index]  # it is found
        lngs, lats = [p[0] for p in ring], [p[1] for p in ring]
        box = {"west": min(lngs), "east": max(lngs), "south": min(lats), "north": max(lats)}
    return Grid.objects.create(
        code=village + serial, name=f"网格{serial}", village_id=village, geometry=geometry, **box, **more
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("凤埔乡苏墩村", SUDUN),
        ("福建省宁德市古田县凤埔乡苏墩村", SUDUN),
        ("福建省宁德市古田县凤埔乡苏墩村委会旁边", SUDUN),
        ("古田凤埔苏墩", SUDUN),
        ("凤埔乡 苏墩村 3组", SUDUN),
        ("古田縣鳳埔鄉蘇墩村的水渠塌了", SUDUN),
        ("我家住苏墩村,门口路灯不亮", SUDUN),
        ("反映松台村水泥路破损", SONGTAI),
        ("松台", SONGTAI),
        ("松台3组", SONGTAI),
        ("松台村民委员会", SONGTAI),
        ("胜利社区居民委员会", "350922001001"),
        ("在胜利社区", "350922001001"),
        ("大桥镇中村", "350922102209"),
        ("中村村委会", "350922102209"),
        ("城东街道前山村", "350922001202"),
        ("前山村(吉巷乡)", "350922201220"),
        ("我在福州市打工,老家是凤埔乡苏墩村", SUDUN),
        ("我乡苏墩村", SUDUN),
        ("苏洋厝村停水", "350922002208"),
    ],
)
def test_text_that_names_a_village_is_sure(county: str, text: str, code: str) -> None:
    location = locate(address=text)
    assert where(location) == (code, True), location
    assert location.village_code == code
    assert location.township_code == code[:9] + "000"
    assert location.method == "address"
    assert location.confidence >= 0.8
    assert location.reason


@pytest.mark.parametrize(
    ("text", "certain", "candidates"),
    [
        ("前山村的路坏了", COUNTY, {"350922001202", "350922201220"}),
        ("凤埔乡的路坏了", FENGPU, set()),
        ("凤埔乡政府门口", FENGPU, set()),
        ("平湖", "350922101000", set()),
        ("从苏墩村到平沙村的路", FENGPU, {SUDUN, "350922204202"}),
        ("从苏墩村到松台村的路", COUNTY, {SUDUN, SONGTAI}),
        ("凤埔乡松台村", COUNTY, {SONGTAI, FENGPU}),
        ("上苏墩村", COUNTY, {SUDUN}),
        ("春华镇苏墩村", COUNTY, {SUDUN}),
        ("屏南县苏墩村", COUNTY, {SUDUN}),
        ("A7县春华镇苏墩村", COUNTY, set()),
        ("A市A3区联丰路米兰春天", COUNTY, set()),
        ("新建房屋没有手续,大桥上前进不得", COUNTY, set()),
        ("凤埔乡和平湖镇之间", COUNTY, {FENGPU, "350922101000"}),
        ("孩子上学难", COUNTY, set()),
        ("😀😀😀", COUNTY, set()),
    ],
)
def test_text_that_does_not_settle_the_village_stays_unsure(
    county: str, text: str, certain: str, candidates: set[str]
) -> None:
    location = locate(address=text)
    assert where(location) == (certain, False), location
    assert location.village_code == ""
    assert location.grid_id is None
    assert {candidate.code for candidate in location.candidates} == candidates
    assert location.reason.endswith("。")


def test_nothing_said_goes_to_the_county_desk(county: str) -> None:
    assert where(locate()) == (COUNTY, False)
    assert locate().method == "desk"
    assert where(locate(address="   ")) == (COUNTY, False)


def test_gazetteer_places_aliases_and_groups_lead_to_their_grid(county: str) -> None:
    one, two = grid(SUDUN), grid(SUDUN, "1002")
    natural = Place.objects.create(kind="natural", name="后门墩", village_id=SUDUN, grid=one)
    PlaceAlias.objects.create(place=natural, name="老墩头")
    Place.objects.create(kind="landmark", name="苏墩石拱桥", village_id=SUDUN, grid=two)
    Place.objects.create(kind="group", name="第三村民小组", village_id=SUDUN, grid=two)
    for text, expected in [
        ("后门墩自然村", one.pk),
        ("苏墩村后门墩", one.pk),
        ("苏墩村老墩头", one.pk),
        ("在苏墩石拱桥边上", two.pk),
        ("苏墩村3组", two.pk),
        ("苏墩村第三小组", two.pk),
        ("苏墩村委会三队", two.pk),
        ("苏墩村", None),
        ("苏墩村9组", None),
    ]:
        location = locate(address=text)
        assert (location.village_code, location.grid_id) == (SUDUN, expected), text
    assert where(locate(address="后门墩好看")) == (COUNTY, False)


def test_an_only_basic_grid_is_filled_in(county: str) -> None:
    only = grid(SUDUN)
    grid(SUDUN, "3001")
    assert locate(address="苏墩村").grid_id == only.pk
    assert locate(village_code=SUDUN).grid_id == only.pk


def test_former_names_and_merged_villages_lead_to_what_holds_now(county: str) -> None:
    old = Division.objects.get(pk=SONGTAI)
    old.versions.create(name="红旗大队", valid_to=date(2001, 1, 1), cause="renamed")
    assert locate(address="红旗大队").village_code == SONGTAI
    Division.objects.filter(pk=SONGTAI).update(valid_to=date(2026, 1, 1), successor_id=SUDUN)
    assert locate(address="松台村").village_code == SUDUN
    named = locate(village_code=SONGTAI)
    assert (named.village_code, named.sure) == (SUDUN, True)
    assert "并入" in named.reason
    Division.objects.filter(pk=SONGTAI).update(successor=None)
    assert where(locate(village_code=SONGTAI)) == (COUNTY, False)
    assert where(locate(address="松台村")) == (COUNTY, False)


def test_named_division_counts_as_far_as_it_goes(county: str) -> None:
    assert where(locate(village_code=SUDUN)) == (SUDUN, True)
    assert where(locate(village_code="350922204")) == (FENGPU, False)
    assert where(locate(village_code="350922")) == (COUNTY, False)
    for wrong in ("999999999999", "610422102200", "abc", "35"):
        location = locate(village_code=wrong)
        assert where(location) == (COUNTY, False)
        assert location.reason


def test_poster_comes_first(county: str) -> None:
    scanned = grid(SUDUN)
    grid(SUDUN, "1002")
    location = locate(qr_token=scanned.qr_token, address="凤埔乡")
    assert (location.method, location.grid_id, location.sure) == ("qr", scanned.pk, True)
    Grid.objects.filter(pk=scanned.pk).update(valid_to=date(2020, 1, 1))
    assert where(locate(qr_token=scanned.qr_token)) == (COUNTY, False)
    assert where(locate(qr_token="guessed")) == (COUNTY, False)


def test_point_in_grid(county: str) -> None:
    one = grid(SUDUN, geometry=square(118.70, 26.60))
    two = grid(SUDUN, "1002", geometry=square(118.71, 26.60))
    other = grid(SONGTAI, geometry=square(118.72, 26.60))
    school = grid(SUDUN, "2001", geometry=square(118.702, 26.602, 0.002))
    inside = locate(point=(118.705, 26.605))
    assert (inside.method, inside.grid_id, inside.village_code) == ("point", one.pk, SUDUN)
    assert locate(point=(118.703, 26.603)).grid_id == school.pk
    border = locate(point=(118.71, 26.605))
    assert (border.village_code, border.grid_id, border.sure) == (SUDUN, None, True)
    between = locate(point=(118.72, 26.605))
    assert where(between) == (COUNTY, False)
    assert {candidate.code for candidate in between.candidates} == {SUDUN, SONGTAI}
    assert locate(point=(118.715, 26.605)).grid_id == two.pk
    assert locate(point=(118.725, 26.605)).grid_id == other.pk
    assert where(locate(point=(0.0, 0.0))) == (COUNTY, False)
    assert locate(point=(0.0, 0.0), address="松台村").method == "address"


def test_sources_that_contradict_each_other_are_not_settled_silently(county: str) -> None:
    grid(SUDUN, geometry=square(118.70, 26.60))
    location = locate(point=(118.705, 26.605), address="松台村")
    assert where(location) == (COUNTY, False)
    assert {candidate.code for candidate in location.candidates} == {SUDUN, SONGTAI}
    assert where(locate(address="苏墩村", village_code="350922204202")) == (FENGPU, False)
    assert where(locate(address="苏墩村", village_code=SUDUN)) == (SUDUN, True)


def test_grid_worker_reports_in_the_own_grid_unless_the_report_says_otherwise(county: str) -> None:
    own, _other = grid(SUDUN), grid(SUDUN, "1002")
    assert locate(reporter_grid=own.pk).method == "reporter"
    assert locate(reporter_grid=own.pk).grid_id == own.pk
    assert locate(reporter_grid=own.pk, address="凤埔乡").grid_id == own.pk
    assert locate(reporter_grid=own.pk, address="苏墩村").grid_id == own.pk
    assert locate(reporter_grid=own.pk, address="松台村").village_code == SONGTAI
    assert where(locate(reporter_grid=own.pk, address="前山村")) == (COUNTY, False)
    assert where(locate(reporter_grid=own.pk, address="平湖镇")) == ("350922101000", False)
    assert where(locate(reporter_grid=-1)) == (COUNTY, False)


def test_every_village_of_the_county_is_found_by_its_full_name(county: str) -> None:
    rows = Division.objects.filter(level="village").select_related("parent")
    assert len(rows) == 292
    for row in rows:
        assert row.parent
        for text in (row.parent.name + row.name, row.parent.name + row.place_name):
            assert locate(address=text).village_code == row.code, text


def test_another_county_is_served_by_the_setting_alone(county: str, settings: LazySettings) -> None:
    from minfu.places.loading import load_county

    load_county("610422")
    settings.MINFU_COUNTY = "610422"
    assert locate(address="陂西镇三桥村").village_code == "610422102204"
    assert where(locate(address="凤埔乡苏墩村")) == ("610422000000", False)


def test_without_any_place_loaded_nothing_breaks(db: None) -> None:
    assert where(locate(address="凤埔乡苏墩村", village_code=SUDUN)) == (COUNTY, False)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(max_size=200)
    | st.lists(st.sampled_from(list("凤埔乡苏墩村松台平湖镇前山A1县的在,3组"))).map("".join)
)
def test_no_text_breaks_locating(county: str, text: str) -> None:
    location = locate(address=text)
    assert location.sure == bool(location.village_code)
    assert location.division_code.startswith("350922")
    assert 0 <= location.confidence <= 1
