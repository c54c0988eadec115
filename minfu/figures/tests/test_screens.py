"""Dashboards and figures on screens: every number leads to its records, within the reader's rights."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Page, expect

from minfu.cases.rules import actions
from minfu.cases.rules.intake import Spot
from minfu.cases.tests.api import Caller
from minfu.cases.tests.screens import client_of, user_of
from minfu.cases.tests.world import FENGPU, FENGPU_VILLAGES, World
from minfu.figures import door
from minfu.figures.rules import areas, feed, figure, history, periods, records, registry
from minfu.figures.rules.dashboard import Dashboard
from minfu.figures.rules.records import Asked
from minfu.figures.tests import drawn
from minfu.kernel import listings
from minfu.kernel.errors import Invalid
from minfu.papers import press
from minfu.places import index
from minfu.places.models import Division, Grid
from minfu.tables import runs
from minfu.tables.models import ExportRun
from tests.browser import DESK, PHONE, assert_axe_clean, assert_no_sideways_scroll, set_width

NOVEMBER = datetime(2026, 11, 10, 2, tzinfo=UTC)


def text_of(client: Client, path: str, status: int = 200) -> str:
    """Return a page's text."""
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


@time_machine.travel(NOVEMBER, tick=False)
def test_every_number_of_a_dashboard_leads_to_as_many_records(world: World) -> None:
    case = world.at("asking")
    actions.confirm(actor=world.resident(case), case_id=case.pk, outcome="solved", satisfaction=5)
    world.at("reported")
    world.register(kind="complaint")
    client = client_of(world, "clerk")
    page = text_of(client, "/figures/")
    cards = re.findall(r'<a class="figure" href="([^"]+)">\s*<b>([\d,.—]+)(?:<small>([^<]+))?', page)
    assert len(cards) == 12
    for href, number, unit in cards:
        found = text_of(client, href.replace("&amp;", "&"))
        told = re.search(r"共 ([\d,]+) 条记录", found)
        if unit in ("件", "次"):
            assert told, href
            assert told[1] == number, href
            assert found.count('<th scope="row"><a href="/cases/') == int(number), href
    kinds = re.findall(r'href="(/figures/registered/[^"]*kind=[^"]+)">([\d,]+)', page)
    assert {number for _href, number in kinds} == {"2", "1"}
    for href, number in kinds:
        assert f"共 {number} 条记录" in text_of(client, href.replace("&amp;", "&"))


def leads_to_as_many(client: Client, page: str, pattern: str) -> list[int]:
    """Follow every number of a page that a pattern finds (address, number) and return the numbers."""
    found = re.findall(pattern, page)
    for href, number in found:
        listed = text_of(client, href.replace("&amp;", "&"))
        assert f"共 {number} 条记录" in listed, href
        assert listed.count('<th scope="row"><a href="/cases/') == int(number), href
        assert ("没有记录。" in listed) is (number == "0"), href
    return [int(number) for _href, number in found]


@time_machine.travel(NOVEMBER, tick=False)
def test_every_number_in_a_table_of_a_dashboard_leads_to_as_many_records_and_a_nought_to_none(
    world: World,
) -> None:
    world.at("handling")
    world.at("handling", kind="complaint")
    with time_machine.travel(NOVEMBER + timedelta(days=12), tick=False):
        client = client_of(world, "clerk")
        page = text_of(client, f"/figures/?area={FENGPU}&period=2026-11")
        assert not re.findall(r'<td class="num">\s*\d', page)
        ages = leads_to_as_many(client, page, r'href="([^"]+overdue[^"]+age=\d)">([\d,]+)<')
        assert (len(ages), sum(ages)) == (6, 2)
        late = r'href="(/figures/overdue/[^"&]+&amp;period=2026-11)">(?:超期 )?(\d+)<'
        assert leads_to_as_many(client, page, late) == [
            2,
            2,
            0,
        ]  # on its tile, and in the table beside the other village
        paper = text_of(client, f"/figures/paper/?area={FENGPU}&period=2026-11")
        assert not re.findall(r'<td class="num">\s*\d', paper)
        assert leads_to_as_many(client, paper, late) == [2, 0]
        assert f"/figures/paper/?area={FENGPU}&amp;period=2026-11</span>" in paper  # back to it by its code
        # Of the calendar a day with demands and one without, of the trend this month's and the former's.
        of_a_day = r'href="([^"]+period={0}~{0})">(?:<span class="quiet">[\d-]+</span> )?(\d+)<'
        for day, number in (("2026-11-10", 2), ("2026-11-09", 0), ("2026-10-10", 0)):
            assert set(leads_to_as_many(client, page, of_a_day.format(day))) == {number}


@time_machine.travel(NOVEMBER, tick=False)
def test_what_is_open_is_narrowed_as_it_says_or_not_at_all(world: World) -> None:
    request, complaint = world.register(), world.register(kind="complaint")
    client = client_of(world, "clerk")
    page = text_of(client, "/figures/open/?kind=complaint&period=2025")
    assert "投诉：共 1 条记录" in page
    assert complaint.number in page
    assert request.number not in page
    assert "2025 年" not in page  # what there is now is of no year
    listing = listings.get("figures.records")
    for asked, many in (
        ({"kind": "complaint"}, 1), ({"door": "phone"}, 2), ({"door": "web"}, 0), ({"category": "0401"}, 2),
        ({"category": "-"}, 0), ({"kind": "request", "door": "phone", "category": "04"}, 1),
    ):  # fmt: skip
        assert f"共 {many} 条记录" in text_of(client, f"/figures/open/?{urlencode(asked)}"), asked
        out = list(listing.rows(world.clerk, {"indicator": "open", **asked}))
        assert (
            len(out)
            == len(Caller(world, "clerk").get("/figures/open/records?" + urlencode(asked)).json()["items"])
            == many
        )
    told = text_of(client, "/figures/registered/?kind=complaint&category=0401")
    assert "投诉、" in told
    assert "未分类" not in told
    for address, words in (
        ("open/?left_out=1", "不做考核剔除"), ("open/?kind=anything", "不存在"), ("registered/?category=x", "不存在"),
        ("three_rates/?kind=request", "请看组成它的指标"), ("open/?age=1", "超期天数"), ("overdue/?age=7", "超期天数"),
    ):  # fmt: skip
        assert words in text_of(client, f"/figures/{address}", 422), address
        indicator, _slash, query = address.partition("/?")
        with pytest.raises(Invalid):
            list(listing.rows(world.clerk, {"indicator": indicator, **dict([query.split("=")])}))


@time_machine.travel(NOVEMBER, tick=False)
def test_what_was_settled_at_a_level_leads_to_that_many(world: World) -> None:
    for outcome in ("solved", "solved", "not_solved"):
        case = world.at("asking")
        actions.confirm(
            actor=world.resident(case), case_id=case.pk, outcome=outcome, satisfaction=3, remark="看过了"
        )
    client, one = client_of(world, "dispatcher"), Caller(world, "dispatcher")
    parts = door.split(world.dispatcher, "solved", "level", "", "2026-11")
    [part] = [part for part in parts if part.number]
    for name, level, many in (
        ("solved", part.key, 2), ("solved", "county", 0), ("solved", "-", 0), ("duration", part.key, 3),
    ):  # fmt: skip
        told = text_of(client, f"/figures/{name}/?area=c&period=2026-11&level={level}")
        assert f"共 {many} 条记录" in told, (name, level)
        listed = one.get(f"/figures/{name}/records?area=c&period=2026-11&level={level}").json()["items"]
        out = listings.get("figures.records").rows(
            world.dispatcher, {"indicator": name, "area": "c", "period": "2026-11", "level": level}
        )
        assert len(listed) == len(list(out)) == many
    for address in ("solved/?level=moon", "registered/?level=village", "open/?level=village"):
        assert "不存在" in text_of(client, f"/figures/{address}", 422), address


@time_machine.travel(NOVEMBER, tick=False)
def test_what_there_is_now_in_many_places_and_units_is_counted_together(world: World) -> None:
    for _number in range(2):
        world.register()
    world.register(kind="wrongdoing", category_code="040102")
    with time_machine.travel(NOVEMBER - timedelta(days=90), tick=False):
        world.register(spot=Spot(village_code=FENGPU_VILLAGES[1]))
    county = areas.area("c")
    wanted = [county, *areas.below(county), *areas.below(areas.area(FENGPU)), *areas.units_in(county)]
    names, period = ("open", "overdue"), periods.parse("2026-11")
    one_by_one = {
        (area.key, name): figure.of_areas([name], [area], period)[area.key, name].value
        for area in wanted
        for name in names
    }
    with CaptureQueriesContext(connection) as asked:
        found = figure.of_areas(names, wanted, period)
    assert {key: one.value for key, one in found.items()} == one_by_one
    assert {found["c", name].value for name in names} == {4, 1}
    assert len(asked) < 15  # however many units and villages there are
    villages = figure.of_areas(names, areas.below(areas.area(FENGPU)), period)
    assert all(one.value == one_by_one[key] for key, one in villages.items())


@time_machine.travel(NOVEMBER, tick=False)
def test_a_county_says_beside_its_places_what_is_in_none_of_them(world: World) -> None:
    world.register()
    client, secret = client_of(world, "dispatcher"), "不计入乡镇和村"
    for address in ("/figures/", "/figures/paper/", "/figures/wall/"):
        assert secret in text_of(client, address), address
    assert secret not in text_of(client, "/figures/registered/?area=c")


@time_machine.travel(NOVEMBER, tick=False)
def test_how_many_there_are_is_one_statement_however_many(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "_FEW", 1)
    monkeypatch.setattr(history, "_MANY", 1)
    area, period, spent = areas.area("c"), periods.parse("2026-11"), []
    count = registry.indicator("solving").formula.rows()
    for many in (2, 4):
        for _number in range(2):
            case = world.at("asking")
            actions.confirm(actor=world.resident(case), case_id=case.pk, outcome="solved", satisfaction=5)
        feed.catch_up()
        for asked in (Asked(kind="request", category="0401"), Asked(category="04")):
            with CaptureQueriesContext(connection) as statements:
                assert records.number(count, area, period, asked) == many  # type: ignore[arg-type]  # a share has records
            spent.append(len(statements))
    assert spent[:2] == spent[2:]


@time_machine.travel(NOVEMBER, tick=False)
def test_a_list_costs_the_same_however_many_changed_hands(world: World) -> None:
    client, spent = client_of(world, "dispatcher"), []
    for _turn in range(2):
        for _number in range(3):
            case = world.register()
            actions.reassign(
                actor=world.dispatcher,
                case_id=case.pk,
                unit_id=world.units["road"].pk,
                reason="应由交通部门办理",
            )
        text_of(client, "/figures/registered/")  # counts what is new
        with CaptureQueriesContext(connection) as asked:
            page = text_of(client, "/figures/registered/")
        spent.append(len(asked))
    village = world.units[FENGPU_VILLAGES[0]].name
    assert page.count(f"<td>{village}</td>") == 6  # whose it was when it came in
    assert spent[1] < spent[0] + 3  # what a cache asks again aside


@time_machine.travel(NOVEMBER, tick=False)
def test_a_record_one_may_not_open_stands_as_a_line_without_a_word(world: World) -> None:
    case = world.register()
    actions.place(actor=world.dispatcher, case_id=case.pk, village_code="350922101200")
    actions.reassign(
        actor=world.dispatcher, case_id=case.pk, unit_id=world.units["road"].pk, reason="应由交通部门办理"
    )
    page = text_of(client_of(world, "officer"), "/figures/registered/")
    assert "共 1 条记录" in page
    assert "本页有 1 条您无权查看" in page
    assert "这一条计入了数字，但您无权查看。" in page
    assert case.number not in page
    assert case.number in text_of(client_of(world, "dispatcher"), "/figures/registered/")


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("clerk", f"/figures/?area={FENGPU}&period=2026-W46", 200), ("clerk", "/figures/?area=c", 404),
        ("clerk", "/figures/?period=2030", 422), ("clerk", "/figures/?period=下个月", 422), ("worker", "/figures/", 403),
        ("clerk", "/figures/nothing/", 404), ("road", "/figures/", 200), ("road", f"/figures/?area={FENGPU}", 404),
        ("auditor", "/figures/wall/?period=2026", 200), ("leader", "/figures/paper/?period=2026-H2", 200),
        ("clerk", "/figures/all/?period=2025-Q3", 200), ("clerk", "/figures/pictures/nothing.svg", 404),
        ("clerk", "/figures/?period=0001-01-01~0001-03-31", 422), ("clerk", "/figures/?period=9999-12-31~9999-12-31", 422),
        ("clerk", "/figures/registered/?cursor=x", 422), ("dispatcher", f"/figures/?area={FENGPU_VILLAGES[0]}", 200),
        ("clerk", f"/figures/?area=u{'9' * 5000}", 404), ("clerk", f"/figures/open/?cursor={'9' * 30}", 422),
        ("clerk", f"/figures/registered/?cursor=2026-11-01~{'9' * 30}", 422),
    ],
)  # fmt: skip
@time_machine.travel(NOVEMBER, tick=False)
def test_addresses_answer_or_say_why_not(world: World, who: str, path: str, status: int) -> None:
    world.register(spot=Spot(village_code=FENGPU_VILLAGES[0]))
    page = text_of(client_of(world, who), path, status)
    assert re.search(r"[\u4e00-\u9fff]", page)


@time_machine.travel(NOVEMBER, tick=False)
def test_a_picture_by_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.register()
    handed: list[bytes] = []

    def png(svg: bytes) -> bytes:
        handed.append(svg)
        return b"png"

    monkeypatch.setattr(press, "png", png)
    client = client_of(world, "clerk")
    assert client.get("/figures/pictures/trend.png").content == b"png"
    assert b"<polyline" in handed[0]
    assert "凤埔乡" in handed[0].decode()
    answer = client.get("/figures/pictures/tiles.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert "凤埔" in answer.content.decode()


@time_machine.travel(NOVEMBER, tick=False)
def test_places_whose_grids_are_all_drawn_are_a_map_and_the_others_tiles(world: World) -> None:
    world.register()
    client = client_of(world, "clerk")
    assert 'class="picture-area' not in text_of(client, "/figures/")
    assert "还没有画范围" in text_of(client, "/figures/pictures/map.svg", 404)
    drawn.draw(FENGPU_VILLAGES)
    page = text_of(client, "/figures/")
    assert page.count('class="picture-area') == 2
    assert "<title>凤埔村：1 件</title>" in page
    assert "际头村" in text_of(client, "/figures/pictures/map.svg")
    Grid.objects.filter(village_id=FENGPU_VILLAGES[1]).update(
        geometry=None, west=None, south=None, east=None, north=None
    )
    index.forget()
    assert 'class="picture-area' not in text_of(client, "/figures/")  # one place alone is no map


def test_a_picture_is_set_as_png() -> None:
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20"/></svg>'
    )
    assert press.png(svg).startswith(b"\x89PNG")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_leader_goes_from_the_card_to_the_demand(browser_page: Page, sign_in: Any, world: World) -> None:
    case = world.at("reported")
    sign_in(user_of(world, "dispatcher"))
    for width in (PHONE, DESK):
        set_width(browser_page, width)
        browser_page.goto("/figures/?period=2026")
        expect(browser_page.get_by_role("heading", name="登记诉求的走势")).to_be_visible()
        browser_page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
        assert_no_sideways_scroll(browser_page)
        assert_axe_clean(browser_page)
    browser_page.get_by_role("link", name="凤埔乡", exact=True).first.click()
    browser_page.get_by_role("link", name="凤埔村", exact=True).first.click()
    browser_page.get_by_role("link", name=re.compile("登记诉求")).first.click()
    expect(browser_page.get_by_text("共 1 条记录")).to_be_visible()
    assert_axe_clean(browser_page)
    browser_page.get_by_role("link", name=case.number).click()
    expect(browser_page.get_by_text(case.number).first).to_be_visible()
    browser_page.goto("/figures/wall/?period=2026")
    expect(browser_page.get_by_text("截至").first).to_be_visible()
    assert_axe_clean(browser_page)


def test_nothing_is_compared_with_a_time_before_the_first_record(world: World) -> None:
    compared, dashed = "比上期多 1 件", "实线是本期，虚线是上期。"
    with time_machine.travel(NOVEMBER, tick=False):
        world.register()
        client = client_of(world, "clerk")
        for path in ("/figures/", "/figures/wall/", "/figures/paper/", "/figures/registered/"):
            page = text_of(client, path)
            assert not re.search(r"多 1 件|持平", page), path
            assert dashed not in page
        assert "和上期没有可比的数" in text_of(client, "/figures/registered/")
    with time_machine.travel(NOVEMBER + timedelta(30), tick=False):
        world.register()
        world.register()
        page = text_of(client_of(world, "clerk"), "/figures/")
        assert compared in page
        assert dashed in page
        assert "比去年同期" not in page


def test_where_nothing_was_ever_recorded_nothing_is_compared(world: World) -> None:
    client = client_of(world, "clerk")
    for path in ("/figures/", "/figures/wall/", "/figures/paper/", "/figures/registered/"):
        page = text_of(client, path)
        assert "持平" not in page, path
        assert "实线是本期，虚线是上期。" not in page
    assert text_of(client, "/figures/").count("和上期没有可比的数") == 10
    assert "和上期没有可比的数" in text_of(client, "/figures/registered/")


def test_an_empty_dashboard_says_what_will_come(world: World) -> None:
    client = client_of(world, "clerk")
    for path in ("/figures/", "/figures/wall/", "/figures/paper/"):
        assert "登记第一件以后" in text_of(client, path)
    assert "—<small>" not in text_of(client, "/figures/")
    world.register()
    assert "登记第一件以后" not in text_of(client, "/figures/")


def test_a_downloaded_dashboard_can_be_added_up_and_its_records_found(world: World, settings: Any) -> None:
    settings.MINFU_PUBLIC_URL = "https://minfu.example"
    world.register()
    client = client_of(world, "clerk")
    client.post("/lists/figures.dashboard/export/", {"format": "csv"})
    run = ExportRun.objects.get()
    assert run.file_name.startswith("凤埔乡 指标 ")
    lines = list(csv.DictReader(io.StringIO(runs.file_of(run).decode("utf-8-sig"))))
    told = {line["指标"]: line for line in lines if line["地方或单位"] == "凤埔乡"}
    assert (told["登记诉求"]["数值"], told["满意率"]["数值"]) == ("1", "—")
    assert told["登记诉求"]["记录在"].startswith("https://minfu.example/figures/registered/?")


def test_places_with_long_names_can_be_told_apart_in_a_picture(world: World) -> None:
    for number, village in enumerate(Division.objects.filter(level="village", parent__code=FENGPU)):
        village.name = f"积石山保安族东乡族撒拉族自治县大河家镇第{number}社区居民委员会"
        village.save()
    index.forget()
    picture = text_of(client_of(world, "clerk"), "/figures/pictures/tiles.svg")
    assert picture.count(">积石山保安族东乡<") == 2
    assert [line for line in re.findall(r">([^<>]+)</text>", picture) if "镇第" in line] == [
        "河家镇第0社区",
        "河家镇第1社区",
    ]


def test_a_long_span_of_days_is_drawn_whole_and_no_further(world: World) -> None:
    for day in ((1, 10), (1, 20), (6, 10), (6, 25)):
        with time_machine.travel(datetime(2026, *day, 2, tzinfo=UTC), tick=False):
            world.register()
    with time_machine.travel(NOVEMBER, tick=False):
        feed.catch_up()
        board = Dashboard(areas.own(world.clerk), periods.parse("2026-01-15~2026-06-20"))
        assert [one.now for one in board.trend] == [1, 0, 0, 0, 0, 1]
        client = client_of(world, "clerk")
        for one in board.trend:
            assert f"共 {one.now} 条记录" in text_of(client, one.href)


def test_the_trend_begins_with_the_first_month_of_records(world: World) -> None:
    with time_machine.travel(datetime(2026, 3, 10, 2, tzinfo=UTC), tick=False):
        world.register()
    with time_machine.travel(NOVEMBER, tick=False):
        feed.catch_up()
        page = text_of(client_of(world, "clerk"), "/figures/?period=2026-H1")
    rows = dict(re.findall(r'<th scope="row">(\d) 月</th><td class="num">(?:<a [^>]+>)?(\d*)', page))
    assert rows == {"1": "", "2": "", "3": "1", "4": "0", "5": "0", "6": "0"}
