"""What people decide about figures, on screens and over the API: left out by two persons, weighed from a day on, published."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from minfu.accounts.actor import system
from minfu.cases.models import Case
from minfu.cases.rules import actions
from minfu.cases.tests.api import Caller
from minfu.cases.tests.screens import client_of
from minfu.cases.tests.world import FENGPU, FENGPU_VILLAGES, PINGHU, World
from minfu.figures import door
from minfu.figures.models import Bucket, Cell, Exclusion, Published, Weight
from minfu.figures.rules import published
from minfu.kernel import listings
from minfu.kernel.errors import Missing

NOVEMBER = datetime(2026, 11, 10, 2, tzinfo=UTC)
MONTH = "2026-11"


def answered(world: World, outcome: str) -> Any:
    """Bring a demand to an answer."""
    case = world.at("asking")
    return actions.confirm(
        actor=world.resident(case), case_id=case.pk, outcome=outcome, satisfaction=3, remark="看过了"
    )


def page(client: Client, path: str, status: int = 200, **typed: Any) -> str:
    """Return a page's text, after a form was sent if something was typed."""
    answer = client.post(path, typed) if typed else client.get(path)
    assert answer.status_code == status, answer.content.decode()[:400]
    return answer.content.decode()


@time_machine.travel(NOVEMBER, tick=False)
def test_a_demand_is_left_out_by_two_persons_on_screens(world: World) -> None:
    answered(world, "solved")
    case = answered(world, "not_solved")
    clerk, one, other = (client_of(world, name) for name in ("clerk", "dispatcher", "dispatcher2"))
    listed = page(clerk, f"/figures/solving/?period={MONTH}")
    assert f"/figures/exclusions/new/?case={case.number}" in listed
    form = page(clerk, f"/figures/exclusions/new/?case={case.number}")
    assert f'value="{case.number}"' in form
    typed = {"case": case.number, "reason": "force", "why": "台风停电"}
    elsewhere = client_of(world, "other_clerk")
    assert "没有找到这件诉求" in page(elsewhere, "/figures/exclusions/new/", 422, **typed)
    page(clerk, "/figures/exclusions/new/", 302, **typed)
    row = Exclusion.objects.get()
    where = f"/figures/exclusions/{row.pk}/"
    assert "已经申请过" in page(one, "/figures/exclusions/new/", 409, **typed)
    assert 'name="step"' not in page(clerk, where)
    assert "考核剔除" in page(clerk, f"/cases/{case.pk}/")
    assert "请填写“审核意见”" in page(one, where, 422, step="grant", decision="")
    page(one, where, 302, step="grant", decision="查证属实")
    assert door.figure(system(), "solving", "", MONTH).shown == "100.0%"
    assert f"period={MONTH}&amp;left_out=1" in page(one, f"/figures/solving/?period={MONTH}")
    out = list(
        listings.get("figures.records").rows(
            world.dispatcher, {"indicator": "solving", "period": MONTH, "left_out": "1"}
        )
    )
    assert [row.case.number for row in out] == [case.number]
    assert "查证属实" in page(other, where)
    page(other, where, 302, step="end", decision="查证有误")
    assert door.figure(system(), "solving", "", MONTH).shown == "50.0%"
    assert "撤销剔除" in page(clerk, where)
    page(client_of(world, "officer"), "/figures/exclusions/", 403)


@time_machine.travel(NOVEMBER, tick=False)
def test_who_asked_does_not_decide(world: World) -> None:
    case = world.register()
    asked = door.ask_exclusion(actor=world.dispatcher, case_id=case.pk, reason="force", why="台风")
    one = client_of(world, "dispatcher")
    where = f"/figures/exclusions/{asked}/"
    assert "要由另一人审核" in page(one, where)
    page(one, where, 403, step="grant", decision="同意")
    assert Exclusion.objects.get().state == "asked"
    page(client_of(world, "other_clerk"), where, 404)


@time_machine.travel(NOVEMBER, tick=False)
def test_words_about_a_demand_that_is_hidden_are_hidden_and_not_decided_about(world: World) -> None:
    case = answered(world, "not_solved")
    asked = door.ask_exclusion(actor=world.clerk, case_id=case.pk, reason="unfound", why="查无此事")
    one, where = client_of(world, "dispatcher"), f"/figures/exclusions/{asked}/"
    assert "查无此事" in page(one, where)
    # It complains of the very unit that would decide.
    Case.objects.filter(pk=case.pk).update(restricted=True, complained_unit_id=world.units["county"].pk)
    page(one, where, 404)
    page(one, where, 404, step="grant", decision="同意")
    assert case.number not in page(one, "/figures/exclusions/")
    assert list(listings.get("figures.exclusions").rows(world.dispatcher, {})) == []
    assert Caller(world, "dispatcher").get(f"/exclusions/{asked}").status_code == 404
    assert Exclusion.objects.get().state == "asked"


@time_machine.travel(NOVEMBER, tick=False)
def test_a_weight_counts_from_its_day_on(world: World) -> None:
    answered(world, "partly")
    assert door.figure(system(), "solving", "", MONTH).shown == "50.0%"
    one = client_of(world, "dispatcher")
    typed = {"value": "0.25", "valid_from": "2026-11-10", "source": "县办〔2026〕1号"}
    assert "不能早于今天" in page(
        one, "/figures/weights/solving_partly/", 422, **typed | {"valid_from": "2026-10-01"}
    )
    assert "不能大于 1" in page(one, "/figures/weights/solving_partly/", 422, **typed | {"value": "2"})
    page(one, "/figures/weights/solving_partly/", 302, **typed)
    assert door.figure(system(), "solving", "", MONTH).shown == "25.0%"
    assert "0.25 × 部分解决" in door.figure(system(), "solving", "", MONTH).told
    assert "0.5 × 部分解决" in door.figure(system(), "solving", "", "2026-10").told
    assert "县办〔2026〕1号" in page(client_of(world, "auditor"), "/figures/weights/")
    page(client_of(world, "clerk"), "/figures/weights/solving_partly/", 403)
    page(one, "/figures/weights/nothing/", 404)


@time_machine.travel(NOVEMBER, tick=False)
def test_a_published_figure_stays_and_what_changed_since_is_told(world: World) -> None:
    answered(world, "solved")
    page(client_of(world, "dispatcher"), f"/figures/solving/publish/?area=c&period={MONTH}", 422)
    with time_machine.travel(NOVEMBER + timedelta(days=40), tick=False):
        one = client_of(world, "dispatcher")
        where = f"/figures/solving/publish/?area=c&period={MONTH}"
        assert f'href="/figures/solving/publish/?area=c&amp;period={MONTH}"' in page(
            one, f"/figures/solving/?area=c&period={MONTH}"
        )
        assert "100.0%" in page(one, where)
        page(one, where, 302, used_in="11 月简报")
        row = Published.objects.get()
        assert (row.value, row.used_in, row.rows) == ("100.0%", "11 月简报", 1)
        board = page(one, f"/figures/?area=c&period={MONTH}")
        assert f'href="/figures/published/{row.pk}/">定稿 100.0%</a>' in board
        assert "与定稿时一致" in page(one, f"/figures/published/{row.pk}/")
        Cell.objects.all().delete()
        Bucket.objects.all().delete()
        assert "定稿时 100.0%（1 条记录）" in page(one, f"/figures/published/{row.pk}/")
        assert "定稿 100.0% · 有更正" in page(one, f"/figures/?area=c&period={MONTH}")
        assert "定稿 100.0% · 有更正" in page(one, f"/figures/all/?area=c&period={MONTH}")
        page(client_of(world, "clerk"), f"/figures/published/{row.pk}/", 404)
        assert "11 月简报" not in page(client_of(world, "clerk"), "/figures/published/")
        assert "11 月简报" not in page(client_of(world, "road"), "/figures/published/")
        page(client_of(world, "leader"), f"/figures/solving/publish/?period={MONTH}", 403)


def corrected(world: World, name: str = "solving") -> tuple[Published, dict[str, Any]]:
    """Publish a figure from which one demand goes afterwards, to which one comes back and one comes late."""
    with time_machine.travel(NOVEMBER, tick=False):
        stays, goes, back = (answered(world, outcome) for outcome in ("solved", "not_solved", "not_solved"))
        asked = door.ask_exclusion(actor=world.clerk, case_id=back.pk, reason="force", why="台风停电")
        door.decide_exclusion(actor=world.dispatcher, exclusion_id=asked, grant=True, decision="属实")
    with time_machine.travel(NOVEMBER + timedelta(days=40), tick=False):
        row = door.publish(actor=world.dispatcher, name=name, area="", when=MONTH)
        assert "新计入" not in page(client_of(world, "dispatcher"), f"/figures/published/{row.pk}/")
        other = door.ask_exclusion(actor=world.clerk, case_id=goes.pk, reason="unfound", why="查无此事")
        door.decide_exclusion(actor=world.dispatcher, exclusion_id=other, grant=True, decision="属实")
        door.end_exclusion(actor=world.dispatcher2, exclusion_id=asked, decision="查证有误")
    with time_machine.travel(NOVEMBER + timedelta(days=1), tick=False):
        late = answered(
            world, "solved"
        )  # recorded after it was published, of a day of the month that is over
    return row, {"stays": stays, "goes": goes, "back": back, "late": late}


def hide(world: World, case: Any) -> None:
    """Restrict a demand, and complain of the county's desk, so that nobody there may open it."""
    Case.objects.filter(pk=case.pk).update(restricted=True, complained_unit_id=world.units["county"].pk)


def test_a_correction_leads_to_the_records_that_came_and_went_where_the_digest_proves_them(
    world: World,
) -> None:
    row, cases = corrected(world)
    stays, goes, back, late = (cases[name] for name in ("stays", "goes", "back", "late"))
    with time_machine.travel(NOVEMBER + timedelta(days=41), tick=False):
        one, where = client_of(world, "dispatcher"), f"/figures/published/{row.pk}/"
        told = page(one, where)
        assert "新计入 2 条，不再计入 1 条" in told
        came, went = told.split("<h2>不再计入的记录")
        for part, case, why in (
            (came, back, "撤销剔除，重新计入"), (came, late, "定稿以后记下的"), (went, goes, "经两人审核剔除"),
        ):  # fmt: skip
            assert f'href="/cases/{case.pk}/">{case.number}</a>' in part
            assert why in part
        assert stays.number not in told
        listed = page(one, f"/figures/solving/?area=c&period={MONTH}")
        assert all(case.number in listed for case in (stays, back, late))
        hide(world, late)
        assert late.number not in page(one, where)
        Cell.objects.all().delete()  # the history can no longer tell
        told = page(one, where)
        assert "说不出是哪几条变了" in told
        assert goes.number not in told


def test_programs_read_the_records_that_came_and_went_as_the_screen_lists_them(world: World) -> None:
    row, cases = corrected(world)
    goes, back, late = (cases[name] for name in ("goes", "back", "late"))
    with time_machine.travel(NOVEMBER + timedelta(days=41), tick=False):
        program, listed = Caller(world, "dispatcher"), f"/published-figures/{row.pk}/changes"
        told = program.get(listed).json()
        assert (told["changed"], told["proved"], told["came"], told["went"]) == (True, True, 2, 1)
        assert {(each["number"], each["href"], each["why"]) for each in told["new"]} == {
            (back.number, f"/cases/{back.pk}/", "撤销剔除，重新计入"),
            (late.number, f"/cases/{late.pk}/", "定稿以后记下的"),
        }
        assert [(each["number"], each["why"]) for each in told["gone"]] == [(goes.number, "经两人审核剔除")]
        assert Caller(world, "clerk").get(listed).status_code == 404  # of the county, not of a township
        assert program.get("/published-figures/999999/changes").status_code == 404
        hide(world, late)
        told = program.get(listed).json()
        assert late.number not in str(told)
        (hidden,) = (each for each in told["new"] if each["hidden"])
        assert (told["came"], len(told["new"]), hidden["href"], hidden["place"]) == (2, 2, "", "")
        Cell.objects.all().delete()  # the history can no longer tell
        told = program.get(listed).json()
        assert (told["proved"], told["new"], told["gone"]) == (False, [], [])


@pytest.mark.parametrize(
    ("name", "came", "marks"),
    [("satisfaction", 2, {"3"}), ("three_rates", 6, {"met", "3", "solved", "not_solved"})],
)
def test_what_came_and_went_is_shown_as_what_the_figure_counts_of_it(
    world: World, name: str, came: int, marks: set[str]
) -> None:
    """An answer of a resident counts as answered, as rated and as ended at once."""
    row, _cases = corrected(world, name)
    with time_machine.travel(NOVEMBER + timedelta(days=41), tick=False):
        told = Caller(world, "dispatcher").get(f"/published-figures/{row.pk}/changes").json()
        assert {each["mark"] for each in told["new"]} == marks
        assert told["came"] - told["went"] == door.correction(row).rows - row.rows
        assert (told["came"], len(told["new"])) == (came, came)


def test_what_is_left_out_is_found_to_the_first_and_last_moment_of_a_period(world: World) -> None:
    """October's last half-hour in UTC is November in China, whose days count."""
    edges = (datetime(2026, 10, 31, 16, 0, tzinfo=UTC), datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC))
    cases = []
    for moment in edges:
        with time_machine.travel(moment, tick=False):
            cases.append(answered(world, "not_solved"))
    with time_machine.travel(edges[1] + timedelta(days=9), tick=False):
        assert [door.figure(system(), "solving", "", f"2026-{m}").whole for m in (10, 11, 12)] == [0, 2, 0]
        for case in cases:
            asked = door.ask_exclusion(actor=world.clerk, case_id=case.pk, reason="force", why="台风停电")
            door.decide_exclusion(actor=world.dispatcher, exclusion_id=asked, grant=True, decision="属实")
        assert [door.figure(system(), "solving", "", f"2026-{m}").whole for m in (10, 11, 12)] == [0, 0, 0]
        one = client_of(world, "dispatcher")
        listed = page(one, f"/figures/solving/?area=c&period={MONTH}&left_out=1")
        assert all(case.number in listed for case in cases)
        program, asked_for = Caller(world, "dispatcher"), f"/figures/solving/records?area=c&period={MONTH}"
        told = program.get(f"{asked_for}&left_out=true").json()["items"]
        assert {each["number"] for each in told} == {case.number for case in cases}
        assert program.get(asked_for).json()["items"] == []
        assert program.get(asked_for.replace("solving", "registered") + "&left_out=true").status_code == 422


@time_machine.travel(NOVEMBER, tick=False)
def test_a_figures_page_reads_the_figure_and_the_one_before_together(world: World) -> None:
    answered(world, "solved")
    one = client_of(world, "dispatcher")
    one.get("/figures/solving/?area=c")  # what is new is counted
    with CaptureQueriesContext(connection) as asked:
        told = page(one, f"/figures/solving/?area=c&period={MONTH}")
    assert "没有可比的数" in told  # the month before
    statements = [each["sql"] for each in asked.captured_queries]
    assert sum("FROM figures_bucket" in each for each in statements) == 1
    assert sum("FROM figures_progress" in each for each in statements) <= 2  # of the number, of its records


@time_machine.travel(NOVEMBER, tick=False)
def test_programs_read_indicators_values_and_records(world: World) -> None:
    case = world.register()
    world.register(actor=world.dispatcher, kind="wrongdoing")
    clerk, leader = Caller(world, "clerk"), Caller(world, "dispatcher")
    listed = {one["name"]: one for one in clerk.get("/indicators").json()}
    assert "solving_partly" not in listed["solving"]["formula"]
    assert {"title", "meaning", "unit", "splits", "owner", "source", "valid_from", "valid_to"} <= set(
        listed["registered"]
    )
    assert clerk.get("/indicators?on=2019-12-31").json() == []
    value = clerk.get(f"/figures/registered?period={MONTH}").json()
    assert (value["value"], value["area"], value["rows"], value["published"]) == (1.0, FENGPU, 1, None)
    records = clerk.get(f"/figures/registered/records?period={MONTH}").json()
    assert [one["number"] for one in records["items"]] == [case.number]
    parts = leader.get(f"/figures/registered/split?by=kind&period={MONTH}").json()
    assert sum(one["number"] for one in parts["parts"]) == parts["whole"]["value"] == 2
    every = leader.get(f"/figures?names=registered,solving&period={MONTH}").json()
    assert [one["indicator"] for one in every] == ["registered", "solving"]
    assert clerk.get(f"/figures/registered?area={PINGHU}").status_code == 404
    assert "没有安装" in clerk.get("/figures/projects_started").json()["detail"]
    assert clerk.get("/figures/registered?period=2030").status_code == 422
    assert clerk.get("/figures/duration/split?by=level").json()["parts"] == []
    for split in ("registered/split?by=period", "registered/split?by=level", "open/split?by=kind"):
        refused = leader.get(f"/figures/{split}")
        assert refused.status_code == 422
        assert "可以按 place、unit" in refused.json()["detail"]


@time_machine.travel(NOVEMBER, tick=False)
def test_pages_of_records_over_the_api_hold_each_once(world: World) -> None:
    for _number in range(3):
        world.register()
    clerk, seen, cursor = Caller(world, "clerk"), [], ""
    while True:
        found = clerk.get(f"/figures/registered/records?limit=2&cursor={cursor}").json()
        seen += [one["number"] for one in found["items"]]
        cursor = found["next_cursor"]
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 3


@time_machine.travel(NOVEMBER, tick=False)
def test_programs_decide_with_the_same_rights(world: World) -> None:
    case = answered(world, "not_solved")
    clerk, one = Caller(world, "clerk"), Caller(world, "dispatcher")
    asked = clerk.post("/exclusions", {"case": case.pk, "reason": "force", "why": "台风停电"})
    assert asked.status_code == 201, asked.content
    where = f"/exclusions/{asked.json()['id']}"
    assert asked.json()["next_steps"] == []
    assert clerk.post(f"{where}/grant", {"decision": "同意"}).status_code == 403
    assert one.get(where).json()["next_steps"] == ["grant", "refuse"]
    assert one.post(f"{where}/grant", {"decision": "属实"}).json()["state"] == "granted"
    assert door.figure(system(), "solving", "", MONTH).whole == 0
    body = {"weight": 0.25, "valid_from": "2026-11-10", "source": "县里确定"}
    assert clerk.post("/figure-weights/solving_partly", body).status_code == 403
    assert one.post("/figure-weights/solving_partly", body).json()["value"] == 0.25
    assert Weight.objects.filter(key="solving_partly", valid_to=None).get().source == "县里确定"
    assert one.post("/figures/solving/publish", {"area": "c", "period": MONTH}).status_code == 422
    kept = one.post("/figures/solving/publish", {"area": "c", "period": "2026-10"})
    assert kept.status_code == 201
    found = one.get(f"/published-figures/{kept.json()['id']}").json()
    assert found["changed"] is False
    told = one.get(f"/published-figures/{kept.json()['id']}/changes").json()
    assert told == {
        "changed": False, "proved": True, "words": "与定稿时一致。", "came": 0, "went": 0, "new": [], "gone": [],
    }  # fmt: skip
    assert clerk.get(f"/published-figures/{kept.json()['id']}").status_code == 404


def test_a_township_reads_what_was_published_of_the_units_in_it_and_of_no_others(world: World) -> None:
    with time_machine.travel(NOVEMBER + timedelta(days=30), tick=False):
        for key in (FENGPU_VILLAGES[0], "road", "pinghu"):
            unit = world.units[key]
            door.publish(actor=world.dispatcher, name="registered", area=f"u{unit.pk}", when=MONTH)
        rows = published.published_for(world.clerk)
        assert [row.area for row in rows] == [f"u{world.units[FENGPU_VILLAGES[0]].pk}"]
        assert published.get_published_for(world.clerk, rows[0].pk) == rows[0]
        for row in Published.objects.exclude(pk=rows[0].pk):
            with pytest.raises(Missing):
                published.get_published_for(world.clerk, row.pk)


@pytest.mark.parametrize("name", ["figures.exclusions", "figures.published"])
@time_machine.travel(NOVEMBER, tick=False)
def test_lists_go_out_as_tables(world: World, name: str) -> None:
    case = world.register()
    door.ask_exclusion(actor=world.clerk, case_id=case.pk, reason="force", why="台风停电")
    door.publish(actor=world.dispatcher, name="registered", area="", when="2026-10")
    listing = listings.get(name)
    rows = list(listing.rows(world.dispatcher, {}))
    assert len(rows) == 1
    assert {"force" not in str(column.value(rows[0])) for column in listing.columns} == {True}
