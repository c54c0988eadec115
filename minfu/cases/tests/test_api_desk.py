"""The desk's larger work over the API: giving many away, tables in and out, the area at a glance, help while taking in."""

import io
from typing import Any

import openpyxl
import pytest

from minfu.cases.models import Case, TableRun
from minfu.cases.rules import tables
from minfu.cases.rules.intake import Spot
from minfu.cases.tests.api import Caller
from minfu.cases.tests.world import FENGPU, FENGPU_VILLAGES, PINGHU_VILLAGES, World
from minfu.kernel import jobs
from minfu.kernel.models import Event
from minfu.places.models import Grid

HEAD = "来源编号,反映内容,诉求类型,地址,姓名,电话\n"


@pytest.fixture
def clerk(world: World) -> Caller:
    return Caller(world, "clerk")


def told(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


# --- many at once ---


def test_many_are_given_away_and_each_refusal_is_told(world: World, clerk: Caller) -> None:
    waiting = [world.register(category_code="").pk for _time in range(2)]
    reserved = world.register(category_code="040201", spot=Spot(village_code=FENGPU))
    taken = world.register().pk
    foreign = world.register(
        world.other_clerk, category_code="", spot=Spot(village_code=PINGHU_VILLAGES[0])
    ).pk
    village = world.units[FENGPU_VILLAGES[0]].pk
    body = {"cases": [*waiting, reserved.pk, taken, foreign, waiting[0]], "unit": village, "reason": "请办理"}
    done = told(clerk.post("/cases/assign", body, key="bulk-1"))
    assert [row["id"] for row in done["done"]] == waiting
    assert {row["state"] for row in done["done"]} == {"assigned"}
    refused = {row["id"]: row for row in done["refused"]}
    assert set(refused) == {reserved.pk, taken, foreign}
    assert refused[foreign]["status"] == 404
    assert "县级部门办理" in refused[reserved.pk]["detail"]
    assert refused[taken]["status"] == 409
    assert told(clerk.post("/cases/assign", body, key="bulk-1")) == done
    assert Event.objects.filter(name="cases.assigned", subject_id__in=waiting).count() == 2


def test_giving_away_needs_the_right_and_at_least_one(world: World, clerk: Caller) -> None:
    body = {"cases": [world.register(category_code="").pk], "unit": world.units["water"].pk}
    assert Caller(world, "officer").post("/cases/assign", body).status_code == 403
    assert Caller(world, "leader").post("/cases/assign", body).status_code == 403
    empty = told(clerk.post("/cases/assign", {**body, "cases": []}), 422)
    assert empty["errors"][0]["field"] == "cases"


# --- import ---


def test_faulty_rows_are_named_by_row_and_column_and_hold_back_all(clerk: Caller) -> None:
    rows = HEAD + "1,村口路灯坏了,求助,凤埔乡凤埔村,王五,13800001234\n2,漏水,闲聊,,,\n3,,求助,,,\n"
    run = told(clerk.upload("/imports", rows.encode(), "诉求.csv", source="12345热线"), 202)
    assert (run["state"], run["is_open"], run["rows"], run["imported"], run["bad_rows"]) == (
        "done",
        False,
        3,
        0,
        2,
    )
    assert not Case.objects.exists()
    report = told(clerk.get(run["faults_href"].removeprefix("/api/v1")))
    assert [(line["row"], line["column"]) for line in report] == [(3, "诉求类型"), (4, "反映内容")]
    assert "“闲聊”无法识别" in report[0]["message"]
    looked = told(
        clerk.upload(
            "/imports", rows.encode(), "诉求.csv", source="12345热线", skip_bad="true", check_only="true"
        ),
        202,
    )
    assert (looked["imported"], looked["bad_rows"], looked["check_only"]) == (1, 2, True)
    assert not Case.objects.exists()
    assert Event.objects.filter(name="cases.imported").count() == 1  # a check is none
    good = told(clerk.upload("/imports", rows.encode(), "诉求.csv", source="12345热线", skip_bad="true"), 202)
    assert (good["imported"], Case.objects.get().door) == (1, "import")
    again = told(
        clerk.upload("/imports", rows.encode(), "诉求.csv", source="12345热线", skip_bad="true"), 202
    )
    assert (again["imported"], again["known_before"]) == (0, 1)
    assert [row["id"] for row in told(clerk.get("/imports"))] == [
        again["id"],
        good["id"],
        looked["id"],
        run["id"],
    ]


def test_a_large_table_is_followed_until_it_is_done(clerk: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "IMPORT_AT_ONCE", 2)
    rows = HEAD + "".join(f"{number},第{number}件路灯坏了,求助,,,\n" for number in range(4))
    sent = clerk.upload("/imports", rows.encode(), "诉求.csv", key="table-1", source="旧系统")
    run = told(sent, 202)
    assert (run["state"], run["is_open"], run["rows_total"]) == ("waiting", True, 4)
    assert (
        told(clerk.upload("/imports", rows.encode(), "诉求.csv", key="table-1", source="旧系统"), 202) == run
    )
    jobs.run_waiting()
    done = told(clerk.get(run["href"].removeprefix("/api/v1")))
    assert (done["state"], done["imported"], done["percent"]) == ("done", 4, 100)
    assert TableRun.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "source", "field"),
    [
        (b"", "热线", "file"),
        (b"x\ny\n", "热线", "file"),
        (HEAD.encode(), "热线", "file"),
        (b"\x89PNG", "", "source"),
    ],
)
def test_what_is_no_table_is_refused(clerk: Caller, data: bytes, source: str, field: str) -> None:
    refused = told(clerk.upload("/imports", data, "诉求.csv", source=source), 422)
    assert refused["errors"][0]["field"] == field
    assert not TableRun.objects.exists()


def test_runs_are_their_owners_and_of_their_kind(world: World, clerk: Caller) -> None:
    run = told(clerk.upload("/imports", (HEAD + "1,灯坏了,,,,\n").encode(), "a.csv", source="热线"), 202)
    other = Caller(world, "other_clerk")
    for path in ("", "/faults"):
        assert other.get(f"/imports/{run['id']}{path}").status_code == 404
    assert Caller(world, "officer").get("/imports").status_code == 403


def test_the_template_is_the_screens(clerk: Caller) -> None:
    answer = clerk.get("/imports/template.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert [cell.value for cell in book.worksheets[0][1]][:4] == ["来源编号", "反映时间", "标题", "反映内容"]
    refused = told(clerk.upload("/imports", answer.content, "模板.xlsx", source="热线"), 422)
    assert "没有要导入的行" in refused["detail"]


# --- at a glance ---


def test_the_board_is_the_leaders_and_of_their_area(world: World) -> None:
    world.register()
    world.register(world.other_clerk, spot=Spot(village_code=PINGHU_VILLAGES[0]))
    Grid.objects.update(
        geometry={"type": "Polygon", "coordinates": []}, west=118.7, south=26.6, east=118.8, north=26.7
    )
    shown = told(Caller(world, "leader").get("/board"))
    figures = {row["key"]: row["number"] for row in shown["figures"]}
    assert (shown["name"], figures["open"], figures["overdue"]) == ("凤埔乡", 1, 0)
    assert [(row["label"], row["open"]) for row in shown["units"]] == [("凤埔村村委会", 1)]
    assert {row["code"] for row in shown["places"]} == set(FENGPU_VILLAGES)
    county = told(Caller(world, "dispatcher").get("/board"))
    assert {row["key"]: row["number"] for row in county["figures"]}["open"] == 2
    drawn = told(Caller(world, "leader").get("/board/map"))
    assert [(row["name"], row["open"]) for row in drawn] == [("凤埔村", 1)]
    assert Caller(world, "officer").get("/board").status_code == 403
    assert Caller(world, "administrator").get("/board/map").status_code == 403


def test_a_figures_query_is_the_list_behind_it(world: World) -> None:
    world.register()
    leader = Caller(world, "leader")
    opened = next(row for row in told(leader.get("/board"))["figures"] if row["key"] == "open")
    assert (
        len(told(leader.client.get(f"/api/v1/cases?{opened['query']}", headers=leader._headers({})))["items"])
        == 1
    )
    unit = told(leader.get("/board"))["units"][0]
    listed = leader.client.get(f"/api/v1/cases?{unit['query']}", headers=leader._headers({}))
    assert len(told(listed)["items"]) == 1


def test_counts_name_the_short_lists(world: World, clerk: Caller) -> None:
    world.at("asking")
    found = told(clerk.get("/cases/counts"))
    assert (found["lists"], found["waiting"]) == ({"asking": "1"}, 1)


# --- taking in ---


def test_a_text_suggests_and_nothing_is_stored(world: World, clerk: Caller) -> None:
    found = told(clerk.post("/cases/suggest", {"description": "凤埔乡凤埔村村口路灯不亮"}))
    first = found["categories"][0]
    assert (first["code"], first["name"]) == ("040101", "公共设施 › 照明 › 路灯不亮")
    assert (first["words"], first["probability"]) == (["路灯不亮"], None)
    assert found["village"] == FENGPU_VILLAGES[0]
    place = found["places"][0]
    assert (place["code"], place["words"]) == (FENGPU_VILLAGES[0], ["凤埔乡", "凤埔村"])
    assert place["confidence"] == 0.95
    assert told(clerk.post("/cases/suggest", {"description": ""}))["categories"] == []
    assert Caller(world, "auditor").post("/cases/suggest", {"description": "灯"}).status_code == 403
    assert not Case.objects.exists()


def test_a_callers_earlier_demands_are_found_by_the_desk(world: World, clerk: Caller) -> None:
    case = world.register()
    body = {"phone": "138 0000 1234"}
    assert [row["id"] for row in told(clerk.post("/cases/earlier", body))] == [case.pk]
    assert told(Caller(world, "other_clerk").post("/cases/earlier", body)) == []
    assert Caller(world, "officer").post("/cases/earlier", body).status_code == 403
    assert clerk.post("/cases/earlier", {"phone": "王五"}).status_code == 422
