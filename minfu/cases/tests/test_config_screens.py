"""The configuration's screens: who may, what is refused, that nothing typed is lost."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from minfu.cases.models import Category, Diversion, RoutingRule, TimeLimit
from minfu.cases.rules import catalog
from minfu.cases.rules.actions import configure
from minfu.cases.tests.screens import client_of
from minfu.cases.tests.world import FENGPU_VILLAGES, World
from minfu.kernel import calendar, record
from minfu.kernel.models import CalendarVersion

PAGES = (
    "", "categories/", "categories/new/", "categories/new/?under=0401", "categories/0401/", "categories/export.csv",
    "categories/import/", "rules/", "rules/new/", "limits/", "limits/new/", "diversions/", "diversions/new/",
    "retention/", "retention/new/",
    "calendar/", "calendar/2027/", "calendar/import/", "limits/example/?amount=3&measure=workdays",
)  # fmt: skip


def text(client: Client, path: str, status: int = 200, **query: str) -> str:
    answer = client.get(f"/cases/config/{path}", query)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.getvalue().decode() if answer.streaming else answer.content.decode()


def post(client: Client, path: str, status: int = 302, **data: Any) -> str:
    answer = client.post(f"/cases/config/{path}", data)
    assert answer.status_code == status, answer.content.decode()[:4000]
    return answer.content.decode()


def ahead(days: int = 1) -> str:
    return (configure.today() + timedelta(days=days)).isoformat()


def as_of(days: int) -> catalog.Catalog:
    return catalog.load(configure.today() + timedelta(days=days))


@pytest.fixture
def admin(world: World) -> Client:
    return client_of(world, "administrator")


LIMIT: dict[str, Any] = {
    "amount": "3",
    "measure": "workdays",
    "remind_percent": "25",
    "source": "县办〔2026〕1号",
}
CATEGORY: dict[str, Any] = {
    "code": "040103", "name": "路灯常亮", "level": "village", "source": "测试",
    "q-TOTAL_FORMS": "0", "q-INITIAL_FORMS": "0",
}  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_administrators_open_every_page_and_others_none(world: World, path: str) -> None:
    assert text(client_of(world, "administrator"), path)
    text(client_of(world, "dispatcher"), path)
    for name in ("clerk", "leader", "auditor", "water"):
        text(client_of(world, name), path, status=403)


def test_an_administrator_configures_but_sees_no_demand(world: World) -> None:
    case = world.register()
    client = client_of(world, "administrator")
    assert client.get(f"/cases/{case.pk}/").status_code == 403
    assert client.get("/cases/").status_code == 403
    for path in PAGES:
        assert case.description not in text(client, path)


def test_a_limit_gets_a_new_version_and_the_old_one_ends(admin: Client) -> None:
    old = TimeLimit.objects.get(clock="resolve", kind="", urgency="", category_code="")
    post(admin, f"limits/{old.pk}/", **LIMIT, valid_from=ahead(3))
    old.refresh_from_db()
    assert old.valid_to == configure.today() + timedelta(days=3)
    find = {"category": "", "kind": "request", "urgency": "normal"}
    before, after = as_of(2).limit("resolve", **find), as_of(3).limit("resolve", **find)
    assert [limit and limit.amount for limit in (before, after)] == [5, 3]
    event = record.history(configure.SUBJECT)[-1]
    assert event.reason == "县办〔2026〕1号"
    assert event.data["columns"]["amount"] == 3
    assert "办结 3个工作日" in text(admin, "")


def test_a_day_in_the_past_is_refused_and_what_was_typed_stays(admin: Client) -> None:
    old = TimeLimit.objects.get(clock="resolve", kind="consultation")
    page = post(admin, f"limits/{old.pk}/", 422, **LIMIT, valid_from=ahead(-1))
    assert "生效日期不能早于今天" in page
    assert "县办〔2026〕1号" in page
    old.refresh_from_db()
    assert old.valid_to is None


def test_the_last_limit_for_resolve_cannot_be_ended_but_others_can(admin: Client) -> None:
    last = TimeLimit.objects.get(clock="resolve", kind="", urgency="", category_code="")
    page = post(admin, f"limits/{last.pk}/end/", 422, on=ahead(), reason="不要了")
    assert "通用的这一条不能取消" in page
    other = TimeLimit.objects.get(clock="resolve", kind="consultation")
    post(admin, f"limits/{other.pk}/end/", on=ahead(), reason="并入通用时限")
    assert as_of(1).limit("resolve", category="", kind="consultation", urgency="normal").amount == 5  # type: ignore[union-attr]  # there is one


def test_the_same_limit_is_not_made_twice(admin: Client) -> None:
    page = post(admin, "limits/new/", 422, **LIMIT, clock="verify", valid_from=ahead())
    assert "同样的已经有一条" in page


def test_two_who_change_the_same_version_do_not_overwrite_each_other(admin: Client) -> None:
    old = TimeLimit.objects.get(clock="verify")
    post(admin, f"limits/{old.pk}/", **LIMIT, valid_from=ahead())
    page = post(admin, f"limits/{old.pk}/", 422, **{**LIMIT, "amount": "9"}, valid_from=ahead(2))
    assert "可能刚有人改过" in page
    assert TimeLimit.objects.filter(clock="verify").count() == 2


def test_a_version_that_starts_today_unused_is_corrected_in_place(admin: Client) -> None:
    old = TimeLimit.objects.get(clock="verify")
    post(admin, f"limits/{old.pk}/", **LIMIT, valid_from=ahead(0))
    new = TimeLimit.objects.get(clock="verify", valid_to=None)
    post(admin, f"limits/{new.pk}/", **{**LIMIT, "amount": "4"}, valid_from=ahead(0))
    assert list(TimeLimit.objects.filter(clock="verify").order_by("pk").values_list("amount", flat=True)) == [
        2,
        4,
    ]
    assert catalog.current().limit("verify", category="", kind="request", urgency="normal").amount == 4  # type: ignore[union-attr]  # there is one


def test_an_example_is_counted_live(admin: Client) -> None:
    assert "还剩" in text(admin, "limits/example/", amount="3", measure="workdays")
    for amount, measure in (("x", "days"), ("3", "moons"), ("99999", "days")):
        assert "填好数量和单位" in text(admin, "limits/example/", amount=amount, measure=measure)


def test_a_category_in_use_since_today_takes_effect_tomorrow(world: World) -> None:
    Category.objects.filter(code="040101").update(valid_from=configure.today())
    catalog.forget()
    world.register()
    client = client_of(world, "administrator")
    page = post(client, "categories/040101/", 422, **{**CATEGORY, "code": "040101"}, valid_from=ahead(0))
    assert "已有诉求使用" in page
    post(client, "categories/040101/", **{**CATEGORY, "code": "040101"}, valid_from=ahead(1))
    assert [row.name for row in Category.objects.filter(code="040101").order_by("valid_from")] == [
        "路灯不亮",
        "路灯常亮",
    ]


def test_an_open_demand_keeps_its_categorys_limits_after_a_new_version(world: World) -> None:
    TimeLimit.objects.create(
        clock="verify", category_code="040101", amount=9, measure="workdays", valid_from=date(2026, 1, 1)
    )
    catalog.forget()
    case = world.at("handling")
    post(
        client_of(world, "administrator"),
        "categories/040101/",
        **{**CATEGORY, "code": "040101"},
        valid_from=ahead(0),
    )
    world._report(case)
    assert case.deadlines.get(clock="verify").amount == 9


def test_a_new_category_with_questions(admin: Client) -> None:
    asked: dict[str, Any] = {
        "q-TOTAL_FORMS": "3", "q-INITIAL_FORMS": "0",
        "q-0-text": "几盏灯?", "q-0-type": "number", "q-0-required": "on",
        "q-1-text": "", "q-1-type": "text",
        "q-2-text": "危险吗?", "q-2-type": "choice", "q-2-choices": "危险| 不危险",
    }  # fmt: skip
    post(admin, "categories/new/", **{**CATEGORY, **asked}, valid_from=ahead(0))
    row = Category.objects.get(code="040103")
    assert row.parent == Category.objects.get(code="0401")
    assert [(one["key"], one["type"], one["choices"]) for one in row.questions] == [
        ("q1", "number", []), ("q2", "choice", ["危险", "不危险"]),
    ]  # fmt: skip
    assert "几盏灯?" in text(admin, "categories/040103/")


def test_a_choice_needs_choices_and_the_question_stays(admin: Client) -> None:
    asked: dict[str, Any] = {
        "q-TOTAL_FORMS": "1",
        "q-INITIAL_FORMS": "0",
        "q-0-text": "危险吗?",
        "q-0-type": "choice",
        "q-0-choices": "危险",
    }
    page = post(admin, "categories/new/", 422, **{**CATEGORY, **asked}, valid_from=ahead())
    assert "至少要两个选项" in page
    assert "危险吗?" in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"code": "04x1"}, "2、4 或 6 位数字"),
        ({"code": "990101"}, "上级类别 9901 还没有"),
        ({"code": "040101"}, "同样的已经有一条"),
        ({"reserved": "on"}, "责任层级应是县"),
        ({"name": ""}, "请填写“名称”"),
        ({"source": " "}, "请填写“依据”"),
    ],
)
def test_wrong_categories_are_refused(admin: Client, wrong: dict[str, Any], sentence: str) -> None:
    assert sentence in post(admin, "categories/new/", 422, **{**CATEGORY, **wrong}, valid_from=ahead())


def test_a_category_with_children_is_not_ended_before_them(admin: Client) -> None:
    page = post(admin, "categories/0401/end/", 422, on=ahead(), reason="合并")
    assert "请先结束下级" in page
    post(admin, "categories/040101/end/", on=ahead(), reason="合并")
    assert "040101" not in as_of(1).categories
    assert "040101" in as_of(0).categories


def test_the_tree_is_searched(admin: Client) -> None:
    assert "040101 路灯不亮" in text(admin, "categories/", q="路灯")
    assert "没有找到" in text(admin, "categories/", q="飞船")


def test_the_tree_goes_out_and_comes_in_again(admin: Client) -> None:
    table = text(admin, "categories/export.csv")
    assert "040101,路灯不亮,村" in table
    changed = table.replace("路灯不亮", "路灯坏了") + "040109,路灯太亮,村,,,,,\r\n"
    file = BytesIO(changed.encode())
    file.name = "tree.csv"
    page = post(admin, "categories/import/", 200, file=file, source="县办〔2026〕2号", valid_from=ahead())
    assert "新增 1 个，修改 1 个" in page
    assert not Category.objects.filter(code="040109").exists()
    held = page.split('name="held" value="')[1].split('"')[0]
    post(admin, "categories/import/", held=held, source="县办〔2026〕2号", valid_from=ahead(), confirm="1")
    assert as_of(1).categories["040101"].name == "路灯坏了"
    assert as_of(0).categories["040101"].name == "路灯不亮"
    assert as_of(1).categories["040109"].parent.code == "0401"  # type: ignore[union-attr]  # there is one


def test_a_tree_with_wrong_rows_changes_nothing(admin: Client) -> None:
    table = "代码,名称,责任层级,由部门办理\n040101,路灯坏了,村,\n040109,甲,月亮,\n0401,照明,,也许\n"
    file = BytesIO(table.encode("gb18030"))
    file.name = "tree.csv"
    page = post(admin, "categories/import/", 200, file=file, source="测试", valid_from=ahead())
    assert "责任层级“月亮”应是" in page
    assert "“也许”应填“是”" in page
    held = page.split('name="held" value="')[1].split('"')[0]
    post(admin, "categories/import/", 422, held=held, source="测试", valid_from=ahead(), confirm="1")
    assert Category.objects.filter(code="040101").count() == 1
    post(admin, "categories/import/", 422, held="@@", source="测试", valid_from=ahead(), confirm="1")
    post(admin, "categories/import/", 422, source="测试", valid_from=ahead())


RULE: dict[str, Any] = {"order": "5", "category_code": "0401", "level": "township", "source": "测试"}


def test_a_rule_is_made_tried_and_ended(admin: Client) -> None:
    trial: dict[str, Any] = {
        "category": "040101",
        "kind": "request",
        "urgency": "normal",
        "village": FENGPU_VILLAGES[0],
        "day": "",
    }
    assert "凤埔村村委会" in text(admin, "rules/", **trial)
    post(admin, "rules/new/", **RULE, valid_from=ahead())
    assert "凤埔村村委会" in text(admin, "rules/", **trial)
    page = text(admin, "rules/", **{**trial, "day": ahead()})
    assert "<b>凤埔乡民富中心</b>" in page
    assert "按派单规则第 5 条" in page
    rule = RoutingRule.objects.get(order=5)
    post(admin, f"rules/{rule.pk}/", **{**RULE, "order": "7"}, valid_from=ahead(2))
    newer = RoutingRule.objects.get(order=7)
    post(admin, f"rules/{newer.pk}/end/", on=ahead(3), reason="试行结束")
    newer.refresh_from_db()
    assert newer.valid_to == configure.today() + timedelta(days=3)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"level": ""}, "请选择派往哪个单位，或派往哪一级"),
        ({"level": "county"}, "请选择哪个职责的部门"),
        ({"order": "0"}, "不能小于"),
        ({"kind": "gossip"}, "没有这个选项"),
    ],
)
def test_wrong_rules_are_refused(admin: Client, wrong: dict[str, Any], sentence: str) -> None:
    assert sentence in post(admin, "rules/new/", 422, **{**RULE, **wrong}, valid_from=ahead())


def test_a_diversion_is_changed(admin: Client) -> None:
    row = Diversion.objects.get(code="petition")
    told: dict[str, Any] = {"name": "信访", "advice": "请到县信访局,解放路 1 号。", "source": "县信访局告示"}
    post(admin, f"diversions/{row.pk}/", **told, valid_from=ahead(0))
    assert catalog.current().diversions["petition"].advice.endswith("1 号。")
    assert "解放路" in text(admin, "diversions/")


def test_pages_that_are_not_there(admin: Client) -> None:
    for path in ("categories/777777/", "rules/999999/", "moons/", "moons/new/"):
        text(admin, path, status=404)


def test_a_notice_is_shown_first_and_then_taken_in(admin: Client) -> None:
    calendar.load_shipped()
    rows = "2027-10-01,0,国庆节\n2027-10-04,0,国庆节\n2027-10-09,1,国庆节调休\n"
    file = BytesIO(rows.encode())
    file.name = "2027.csv"
    page = post(admin, "calendar/import/", 200, file=file, source="国办发明电〔2026〕9号")
    assert "2027年10月4日" in page
    before = CalendarVersion.objects.count()
    held = page.split('name="held" value="')[1].split('"')[0]
    post(admin, "calendar/import/", held=held, source="国办发明电〔2026〕9号", confirm="1")
    assert CalendarVersion.objects.count() == before + 1
    page = text(admin, "calendar/2027/")
    assert "正式：" in page
    assert "国办发明电〔2026〕9号" in page
    from procrastinate.contrib.django.models import ProcrastinateJob

    assert ProcrastinateJob.objects.filter(task_name="cases.recount_deadlines").exists()


def test_a_notice_with_wrong_lines_is_refused(admin: Client) -> None:
    file = BytesIO("2027-13-01,0,元旦\n2027-01-02,也许,元旦\n".encode())
    file.name = "2027.csv"
    page = post(admin, "calendar/import/", 422, file=file, source="测试")
    assert "第 1 行" in page
    assert "应写 1（上班）或 0（放假）" in page
    assert "测试" in page


def test_an_estimated_year_says_so(admin: Client) -> None:
    assert "推算：" in text(admin, "calendar/2029/")
