"""The leader's figures: what is counted, that areas bind, that no person is counted."""

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from minfu.cases.forms.filters import FilterForm
from minfu.cases.models import Case
from minfu.cases.rules import actions, glance, lists
from minfu.cases.rules.glance import Glance
from minfu.cases.rules.intake import Spot
from minfu.cases.tests.screens import client_of
from minfu.cases.tests.world import FENGPU, PINGHU, PINGHU_VILLAGES, World
from minfu.kernel.errors import Forbidden

CHINA = ZoneInfo("Asia/Shanghai")
#: A Wednesday.
NOW = datetime(2026, 6, 10, 10, 0, tzinfo=CHINA)


def numbers(world: World, name: str = "leader") -> dict[str, int]:
    return {figure.key: figure.number for figure in Glance(getattr(world, name)).figures}


def elsewhere(world: World, **more: Any) -> Case:
    return world.register(actor=world.other_clerk, spot=Spot(village_code=PINGHU_VILLAGES[0]), **more)


def test_every_figure_counts_what_it_says(world: World) -> None:
    with time_machine.travel(NOW - timedelta(days=20), tick=False):
        world.register()
    with time_machine.travel(NOW - timedelta(days=8), tick=False):
        world.at("solved")  # last week, before the same moment
    with time_machine.travel(NOW - timedelta(days=1), tick=False):
        world.at("solved")
        world.at("asking")
        again = world.at("asking")
        actions.confirm(
            actor=world.resident(again),
            case_id=again.pk,
            outcome="not_solved",
            satisfaction=1,
            remark="还是不亮",
        )
    with time_machine.travel(NOW, tick=False):
        actions.sweep()
        world.register()
        figures = {figure.key: figure for figure in Glance(world.leader).figures}
        shown = {key: figure.number for key, figure in figures.items()}
    assert shown == {
        "today": 1, "open": 4, "overdue": 1, "escalated": 1, "asking": 1, "reopened": 1, "solved": 1,
    }  # fmt: skip
    assert figures["solved"].before == 1
    assert figures["today"].before == 3


def test_the_same_days_of_last_week_end_at_the_same_hour(world: World) -> None:
    with time_machine.travel(NOW - timedelta(days=7) + timedelta(hours=1), tick=False):
        world.at("solved")
    with time_machine.travel(NOW, tick=False):
        solved = next(figure for figure in Glance(world.leader).figures if figure.key == "solved")
        assert (solved.number, solved.before) == (0, 0)
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        solved = next(figure for figure in Glance(world.leader).figures if figure.key == "solved")
        assert (solved.number, solved.before) == (0, 1)
        assert "少 1" in solved.change


def test_the_area_of_the_post_binds(world: World) -> None:
    world.register()
    elsewhere(world)
    assert numbers(world)["open"] == 1
    assert numbers(world, "dispatcher")["open"] == 2
    assert {line.code for line in Glance(world.leader).places} == {"350922204200", "350922204201"}
    assert {line.code for line in Glance(world.dispatcher).places} == {FENGPU, PINGHU}
    assert [line.label for line in Glance(world.leader).units] == ["凤埔村村委会"]


def test_each_figure_leads_to_as_many_rows(world: World) -> None:
    with time_machine.travel(NOW - timedelta(days=20), tick=False):
        world.register()
        world.at("asking")
        paused = world.at("handling")
        Case.objects.filter(pk=paused.pk).update(state="paused")
    with time_machine.travel(NOW, tick=False):
        actions.sweep()
        world.at("solved")
        elsewhere(world)
        for who in ("leader", "dispatcher", "auditor"):
            for figure in Glance(getattr(world, who)).figures:
                assert behind(world, who, figure.query) == figure.number, (who, figure.key)


def behind(world: World, who: str, query: str) -> int:
    """Return how many demands stand in the list a figure leads to, as its reader sees it."""
    given = dict(parse_qsl(query.removeprefix("?")))
    scope = given.pop("scope")
    assert FilterForm(QueryDict(query.removeprefix("?")), actor=getattr(world, who)).is_valid()
    return lists.select(getattr(world, who), scope, lists.Filters.parse(given)).count()


def test_confidential_demands_count_for_a_reader_who_may_open_them_and_for_no_other(world: World) -> None:
    with time_machine.travel(NOW - timedelta(days=20), tick=False):
        # Fengpu's desk stands above the village that has them: its leader may open them.
        world.at("handling", mode="confidential")
        again = world.at("asking", mode="confidential")
        Case.objects.filter(pk=again.pk).update(reopened=1)
        hidden = world.register(mode="confidential")
        county = world.units["county"]
        Case.objects.filter(pk=hidden.pk).update(desk=county, lead=county, holder=county)
        about = world.register(mode="confidential", complained_unit_id=county.pk)
        assert about.restricted
        elsewhere(world, mode="confidential")
        lost = world.register(spot=Spot(), category_code="")
    with time_machine.travel(NOW, tick=False):
        actions.sweep()
        world.at("solved", mode="confidential")
        helped = elsewhere(world)
        Case.objects.filter(pk=helped.pk).update(lead=world.units["fengpu"])
        shown = {who: Glance(getattr(world, who)) for who in ("leader", "dispatcher", "auditor")}
        for who, glance_ in shown.items():
            for figure in glance_.figures:
                assert behind(world, who, figure.query) == figure.number, (who, figure.key)
            for line in [*glance_.places, *glance_.units, *glance_.levels, *glance_.settled]:
                assert behind(world, who, line.query) == line.open, (who, line)
            for line in [*glance_.places, *glance_.units, *glance_.levels]:
                assert behind(world, who, line.query + "&overdue=1") == line.overdue, (who, line)
            late = {line.label: line.overdue for line in glance_.places}
            assert sum(late.values()) == next(one.number for one in glance_.figures if one.key == "overdue")
        figures = {figure.key: figure.number for figure in shown["leader"].figures}
    assert lost.township_code == ""
    assert (figures["open"], figures["asking"], figures["solved"], figures["overdue"]) == (3, 1, 1, 3)
    assert {figure.key: figure.number for figure in shown["dispatcher"].figures}["open"] == 6


def test_units_and_levels_lead_to_their_rows(world: World) -> None:
    world.register()
    world.register(category_code="040102")
    shown = Glance(world.dispatcher)
    for line in shown.units:
        unit = line.query.rpartition("unit=")[2]
        found = lists.select(world.dispatcher, "area", lists.Filters(unit=unit)).count()
        assert found == line.open, line.label
    assert {line.level: line.open for line in shown.levels} == {"village": 1, "township": 1, "county": 0}


def test_where_it_was_settled(world: World) -> None:
    world.at("solved")
    world.at("asking")  # reported done, not confirmed: no figure counts it
    shown = Glance(world.leader)
    assert [line.open for line in shown.settled if line.open] == [1]
    settled = next(line for line in shown.settled if line.open)
    filters = lists.Filters(settled=settled.level)
    assert lists.select(world.leader, "solved_month", filters).count() == 1
    assert "1 件在村里就化解了" in shown.settled_sentence


def test_a_unit_filter_that_is_no_number_finds_nothing(world: World) -> None:
    world.register()
    assert not lists.select(world.leader, "area", lists.Filters(unit="1 or 1=1")).exists()


def test_counts_stop_at_a_bound(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glance, "MOST", 2)
    with time_machine.travel(NOW - timedelta(days=30), tick=False):
        for _ in range(4):
            world.register()
    with time_machine.travel(NOW, tick=False):
        overdue = next(figure for figure in Glance(world.leader).figures if figure.key == "overdue")
        held = next(figure for figure in Glance(world.leader).figures if figure.key == "open")
    assert overdue.number == 3
    assert overdue.shown == "2+"
    assert held.shown == "4"  # tallied, hence exact


def test_what_ended_is_paged_by_its_end(world: World) -> None:
    solved = [world.at("solved").pk for _ in range(5)]
    Case.objects.filter(pk=solved[0]).update(closed_at=NOW)
    with time_machine.travel(NOW, tick=False):
        rows = lists.select(world.leader, "solved_month", lists.Filters())
        seen, cursor = [], ""
        while True:
            page = lists.page(rows, cursor=cursor, size=2)
            seen += [case.pk for case in page.cases]
            if not (cursor := page.next):
                break
    assert sorted(seen) == sorted(solved)
    ends = [Case.objects.get(pk=pk).closed_at for pk in seen]
    assert ends == sorted(ends, reverse=True)  # type: ignore[type-var]  # none of them is empty


def test_the_longest_overdue_come_first(world: World) -> None:
    cases = []
    for days in (30, 40, 20):
        with time_machine.travel(NOW - timedelta(days=days), tick=False):
            cases.append(world.register())
    with time_machine.travel(NOW, tick=False):
        assert [case.pk for case in Glance(world.leader).overdue()] == [
            cases[1].pk, cases[0].pk, cases[2].pk,
        ]  # fmt: skip


def test_restricted_demands_count_for_the_county_only(world: World) -> None:
    with time_machine.travel(NOW - timedelta(days=30), tick=False):
        case = world.register(category_code="010101", mode="confidential")
        assert case.restricted
        county = world.units["county"]
        Case.objects.filter(pk=case.pk).update(desk=county, lead=county, holder=county)
    with time_machine.travel(NOW, tick=False):
        township, whole = Glance(world.leader), Glance(world.dispatcher)
        assert {figure.number for figure in township.figures} == {0}
        assert township.overdue() == []
        assert {figure.key: figure.number for figure in whole.figures}["overdue"] == 1


def test_without_the_right_there_is_no_glance(world: World) -> None:
    for name in ("clerk", "administrator", "worker", "water"):
        with pytest.raises(Forbidden):
            Glance(getattr(world, name))
        assert client_of(world, name).get("/cases/board/").status_code == 403


def test_the_page_the_paper_and_the_map(world: World) -> None:
    with time_machine.travel(NOW - timedelta(days=30), tick=False):
        world.register(description="桥面有大洞,<b>危险</b>")
    with time_machine.travel(NOW, tick=False):
        client = client_of(world, "leader")
        page = client.get("/cases/board/").content.decode()
        assert "凤埔乡今日态势" in page
        assert "&lt;b&gt;危险" in page
        assert "林小满" not in page
        paper = client.get("/cases/board/paper/").content.decode()
        assert "凤埔乡诉求办理态势" in paper
        assert '<svg xmlns="http://www.w3.org/2000/svg"' in paper
        assert "/cases/board/paper/</span>" in paper
        for told in (page, paper):  # a nought leads to its empty list, too
            assert not re.findall(r'<td class="num[^>]*>\s*\d', told)
            assert re.search(r'<td class="num"><a href="/cases/[?][^"]+">0</a>', told)
        assert client.get("/cases/board/map.json").json() == {"grids": []}


def test_the_map_carries_only_the_area(world: World) -> None:
    square = {
        "type": "Polygon",
        "coordinates": [[[118.7, 26.6], [118.71, 26.6], [118.71, 26.61], [118.7, 26.6]]],
    }
    grid = world.grid
    grid.geometry, grid.west, grid.south, grid.east, grid.north = square, 118.7, 26.6, 118.71, 26.61
    grid.save()
    world.register()
    grids = client_of(world, "leader").get("/cases/board/map.json").json()["grids"]
    assert [(one["name"], one["text"]) for one in grids] == [("凤埔村", "凤埔村：在办 1 件，超期 0 件")]
    assert "data-board-map" in client_of(world, "leader").get("/cases/board/").content.decode()
    other = Glance(world.leader)
    assert other.area == FENGPU[:9]


def test_the_page_costs_the_same_however_many_demands(world: World) -> None:
    def queries() -> int:
        client = client_of(world, "leader")
        client.get("/cases/board/")
        with CaptureQueriesContext(connection) as caught:
            client.get("/cases/board/")
        return sum("cases_" in query["sql"] for query in caught.captured_queries)

    with time_machine.travel(NOW - timedelta(days=30), tick=False):
        world.register()
    with time_machine.travel(NOW, tick=False):
        before = queries()
    with time_machine.travel(NOW - timedelta(days=30), tick=False):
        for _ in range(8):
            world.register()
    with time_machine.travel(NOW, tick=False):
        assert queries() == before
