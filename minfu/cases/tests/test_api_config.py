"""The county's configuration over the API: versions from a day on, refusals by field, only from the county."""

from datetime import timedelta
from typing import Any

import pytest

from minfu.cases.models import Category, Retention, RoutingRule, TimeLimit
from minfu.cases.rules import catalog
from minfu.cases.rules.actions import configure
from minfu.cases.tests.api import Caller
from minfu.cases.tests.world import FENGPU, FENGPU_VILLAGES, World
from minfu.kernel import calendar, record
from minfu.kernel.models import CalendarVersion


def ahead(days: int = 1) -> str:
    return (configure.today() + timedelta(days=days)).isoformat()


def as_of(days: int) -> catalog.Catalog:
    return catalog.load(configure.today() + timedelta(days=days))


def told(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def fields(answer: Any) -> set[str]:
    return {one["field"] for one in told(answer, 422)["errors"]}


@pytest.fixture
def admin(world: World) -> Caller:
    return Caller(world, "administrator")


TERMS: dict[str, Any] = {"valid_from": ahead(), "source": "县办〔2026〕1号"}
LIMIT: dict[str, Any] = {"amount": 3, "measure": "workdays", **TERMS}
RULE: dict[str, Any] = {"order": 5, "category_code": "0401", "level": "township", **TERMS}
CATEGORY: dict[str, Any] = {"code": "040103", "name": "路灯常亮", "level": "village", **TERMS}


def test_a_limit_gets_a_new_version_and_a_faster_colleague_is_told(admin: Caller) -> None:
    row = TimeLimit.objects.get(clock="help")
    path = f"/config/limits/{row.pk}"
    new = told(admin.post(f"{path}/versions", LIMIT), 201)
    assert (new["clock"], new["amount"], new["valid_from"]) == ("help", 3, ahead())
    assert "还剩" in new["example"]
    row.refresh_from_db()
    assert row.valid_to == configure.today() + timedelta(days=1)
    assert told(admin.post(f"{path}/versions", LIMIT), 409)["code"] == "stale"
    past = {**LIMIT, "valid_from": ahead(-1)}
    assert fields(admin.post(f"/config/limits/{new['id']}/versions", past)) == {"valid_from"}
    assert fields(admin.post("/config/limits", {**LIMIT, "clock": "resolve"})) == {"clock"}  # there is one
    ended = told(admin.post(f"/config/limits/{new['id']}/end", {"on": ahead(9), "reason": "试行结束"}))
    assert ended["valid_to"] == ahead(9)
    change = told(admin.get("/config"))["changes"][0]
    assert change["what"] == f"时限 {new['label']} 自 {ahead(9)} 起失效"
    assert (change["reason"], change["data"]["row"]) == ("试行结束", new["id"])
    assert {event.door for event in record.history(configure.SUBJECT)} == {"api"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": 100_000}, "amount"),
        ({"measure": "moons"}, "measure"),
        ({"clock": "moons"}, "clock"),
        ({"kind": "gossip"}, "kind"),
        ({"urgency": "gossip"}, "urgency"),
        ({"category_code": "999999"}, "category_code"),
        ({"remind_percent": 95}, "remind_percent"),
        ({"source": " "}, "source"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_limit_is_refused_by_field(admin: Caller, change: dict[str, Any], field: str) -> None:
    before = TimeLimit.objects.count()
    body = {**LIMIT, "clock": "accept", "kind": "hazard", **change}
    assert fields(admin.post("/config/limits", body)) == {field}
    assert TimeLimit.objects.count() == before


def test_a_rule_is_made_tried_changed_and_ended(admin: Caller, world: World) -> None:
    imagined = {"category": "040101", "village": FENGPU_VILLAGES[0]}
    assert told(admin.get("/config/rules/try", imagined))["lead"] == "凤埔村村委会"
    made = told(admin.post("/config/rules", RULE), 201)
    later = told(admin.get("/config/rules/try", {**imagined, "day": ahead()}))
    assert (later["lead"], later["reason"]) == ("凤埔乡民富中心", "按派单规则第 5 条。")
    named = {**RULE, "order": 7, "level": "", "unit_id": world.units["water"].pk, "valid_from": ahead(2)}
    changed = told(admin.post(f"/config/rules/{made['id']}/versions", named), 201)
    assert (changed["says"], changed["order"]) == ("县水利局", 7)
    told(admin.post(f"/config/rules/{changed['id']}/end", {"on": ahead(3), "reason": "试行结束"}))
    listed = {row["id"] for row in told(admin.get("/config/rules"))}
    assert {made["id"], changed["id"]} <= listed
    assert as_of(4).rules == [RoutingRule.objects.get(order=10)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"level": ""}, "level"),
        ({"level": "grid"}, "level"),
        ({"level": "county"}, "duty"),
        ({"level": "county", "duty": "magic"}, "duty"),
        ({"order": 0}, "order"),
        ({"area": "350922999"}, "area"),
        ({"area": FENGPU}, "area"),
        ({"unit_id": 10**12}, "unit_id"),
        ({"category_code": "999999"}, "category_code"),
    ],
)
def test_a_wrong_rule_is_refused_by_field(admin: Caller, change: dict[str, Any], field: str) -> None:
    assert fields(admin.post("/config/rules", {**RULE, **change})) == {field}
    assert RoutingRule.objects.count() == 1


def test_a_category_with_questions_and_a_changed_one(admin: Caller) -> None:
    asks = [
        {"text": "灯杆编号", "required": True},
        {"text": "亮多久了", "type": "choice", "choices": ["一天", "一周"]},
    ]
    made = told(admin.post("/config/categories", {**CATEGORY, "questions": asks}), 201)
    assert (made["depth"], [one["key"] for one in made["questions"]]) == (3, ["q1", "q2"])
    kept = [{**made["questions"][1], "text": "亮了多久"}, {"text": "附近有没有人家"}]
    body = {**CATEGORY, "valid_from": ahead(2), "questions": kept}
    body.pop("code")
    again = told(admin.post("/config/categories/040103/versions", body), 201)
    assert [one["key"] for one in again["questions"]] == ["q2", "q1"]
    assert [row["valid_from"] for row in told(admin.get("/config/categories/040103"))] == [ahead(2), ahead()]
    parent = admin.post("/config/categories/0401/end", {"on": ahead(9), "reason": "合并"})
    assert told(parent, 409)["code"] == "has_children"
    told(admin.post("/config/categories/040103/end", {"on": ahead(9), "reason": "合并"}))
    assert told(admin.get("/config/categories/777777"), 404)


@pytest.mark.parametrize(
    "question",
    [
        {"text": " "},
        {"text": "长" * 101},
        {"text": "哪种", "type": "choice", "choices": ["一种"]},
        {"text": "哪种", "type": "choice", "choices": ["一种", "一种"]},
        {"text": "哪种", "type": "choice", "choices": ["a|b", "c"]},
        {"text": "哪种", "type": "text", "choices": ["一种", "两种"]},
        {"text": "哪种", "type": "magic"},
        {"text": "哪种", "key": "路灯"},
    ],
)
def test_a_wrong_question_is_refused(admin: Caller, question: dict[str, Any]) -> None:
    assert fields(admin.post("/config/categories", {**CATEGORY, "questions": [question]})) == {"questions"}
    assert not Category.objects.filter(code="040103").exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "04010"}, "code"),
        ({"code": "990101"}, "code"),
        ({"level": "moon"}, "level"),
        ({"duty": "magic"}, "duty"),
        ({"reserved": True}, "level"),
        ({"name": ""}, "name"),
        ({"name": "长" * 61}, "name"),
    ],
)
def test_a_wrong_category_is_refused_by_field(admin: Caller, change: dict[str, Any], field: str) -> None:
    assert fields(admin.post("/config/categories", {**CATEGORY, **change})) == {field}


def test_the_tree_goes_out_and_comes_in_again(admin: Caller) -> None:
    answer = admin.get("/config/categories/table.csv")
    table = answer.getvalue().decode()
    assert "040101,路灯不亮,村" in table
    changed = (table.replace("路灯不亮", "路灯坏了") + "040109,路灯太亮,村,,,,,\r\n").encode()
    path = "/config/categories/import"
    looked = told(admin.upload(path, changed, "tree.csv", check_only="true", **TERMS))
    assert ([(row["code"], row["is_new"]) for row in looked["entries"]], looked["taken_over"]) == (
        [("040101", False), ("040109", True)], False,
    )  # fmt: skip
    assert not Category.objects.filter(code="040109").exists()
    assert told(admin.upload(path, changed, "tree.csv", **TERMS))["taken_over"] is True
    assert as_of(1).categories["040101"].name == "路灯坏了"
    wrong = "代码,名称,责任层级\n040101,路灯,村\n040107,甲,月亮\n".encode()
    assert (
        "3: 责任层级“月亮”"
        in told(admin.upload(path, wrong, "tree.csv", check_only="true", **TERMS))["faults"][0]
    )
    assert fields(admin.upload(path, wrong, "tree.csv", **TERMS)) == {"file"}
    large = b"x" * (1024 * 1024 + 1)
    assert fields(admin.upload(path, large, "tree.csv", **TERMS)) == {"file"}


def test_channels_and_retention_are_versions_too(admin: Caller) -> None:
    row = told(admin.get("/config/diversions"))[0]
    body = {"name": "信访", "advice": "请到县信访局,解放路 1 号。", **TERMS, "valid_from": ahead(0)}
    changed = told(admin.post(f"/config/diversions/{row['id']}/versions", body), 201)
    assert (changed["code"], changed["valid_from"]) == ("petition", ahead(0))
    assert catalog.current().diversions["petition"].advice.endswith("1 号。")
    assert fields(admin.post("/config/diversions", {**body, "code": "信访"})) == {"code"}
    keep = told(admin.post("/config/retention", {"months": 24, "kind": "wrongdoing", **TERMS}), 201)
    assert (keep["about"], keep["months"]) == ("举报", 24)
    assert fields(admin.post("/config/retention", {"months": 0, **TERMS, "category_code": "04"})) == {
        "months"
    }
    assert Retention.objects.get(kind="wrongdoing").months == 24


def test_a_notice_is_checked_first_and_then_taken_over(admin: Caller) -> None:
    calendar.load_shipped()
    rows = "2027-10-01,0,国庆节\n2027-10-04,0,国庆节\n2027-10-09,1,国庆节调休\n".encode()
    source = {"source": "国办发明电〔2026〕9号"}
    before = CalendarVersion.objects.count()
    looked = told(admin.upload("/config/calendar/notices", rows, "2027.csv", check_only="true", **source))
    assert {"date": "2027-10-04", "before": True, "after": False, "name": "国庆节"} in looked["changes"]
    assert CalendarVersion.objects.count() == before
    done = told(admin.upload("/config/calendar/notices", rows, "2027.csv", **source))
    assert (done["taken_over"], done["changes"]) == (True, looked["changes"])
    assert told(admin.get("/config/calendar"))[0]["source"] == source["source"]
    year = told(admin.get("/config/calendar/2027"))
    assert year["estimated"] is False
    assert {
        "day": "2027-10-09",
        "worked": True,
        "name": "国庆节调休",
        "source": source["source"],
        "estimated": False,
    } in year["days"]
    assert told(admin.get("/config/calendar/2029"))["estimated"] is True
    from procrastinate.contrib.django.models import ProcrastinateJob

    assert ProcrastinateJob.objects.filter(task_name="cases.recount_deadlines").exists()
    wrong = "2027-13-01,0,元旦\n2027-01-02,也许,元旦\n".encode()
    refused = told(admin.upload("/config/calendar/notices", wrong, "2027.csv", **source), 422)
    assert "第 1 行" in refused["errors"][0]["message"]
    assert fields(admin.upload("/config/calendar/notices", rows, "2027.csv", source=" ")) == {"source"}


def test_only_the_county_configures(world: World) -> None:
    row = TimeLimit.objects.get(clock="help")
    for name in ("clerk", "officer", "leader", "auditor", "water"):
        assert Caller(world, name).post(f"/config/limits/{row.pk}/versions", LIMIT).status_code == 403
        assert Caller(world, name).get("/config").status_code == 403
    assert told(Caller(world, "dispatcher").get("/config"))["parts"][0]["name"] == "categories"
    from minfu.accounts.models import Post

    Post.objects.filter(user__username="administrator").update(area_id=FENGPU)
    local = Caller(world, "administrator")
    for path in (
        "/config",
        "/config/limits",
        "/config/duties",
        "/config/calendar/2026",
        "/config/categories",
    ):
        assert local.get(path).status_code == 403, path
    assert local.post(f"/config/limits/{row.pk}/versions", LIMIT).status_code == 403
    assert not TimeLimit.objects.filter(source=TERMS["source"]).exists()
