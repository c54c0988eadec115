"""Tables of other systems: what is proposed, confirmed once, remembered for the next; and every way it goes wrong."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from minfu.cases.models import Case, TableRun
from minfu.cases.tests.desk import sign_in
from minfu.cases.tests.world import World
from minfu.files.sheets import Glimpse
from minfu.kernel import clock
from minfu.kernel.models import Event
from minfu.tables import events, headers, held, importers, tasks
from minfu.tables.models import HeldTable, Layout
from minfu.tables.tests.foreign import ROWS, book, table, upload

pytestmark = pytest.mark.django_db
MINE = {
    "col_0": "external_id",
    "col_1": "occurred_at",
    "col_2": "name",
    "col_3": "phone",
    "col_4": "description",
}

HOMES = ("城东街道12号楼", "凤埔村3组5号", "太阳新城小区3栋")
PEOPLE = ("张三", "李四", "王小明")


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def test_a_table_of_another_system_is_explained_once_and_then_goes_straight_through(world: World) -> None:
    clerk = sign_in("clerk")
    page = upload(clerk, table())
    assert page.startswith("/imports/columns/")
    assert not Case.objects.exists()
    shown = text(clerk, page)
    for secret in ("林小满", "13800001234", "13800005678", "陈大勇", "7654321", "2组"):
        assert secret not in shown, secret
    assert "林*" in shown
    assert "138****1234" in shown
    for key in ("external_id", "occurred_at", "name", "phone", "description", "address"):
        assert f'<option value="{key}" selected' in shown, key
    answer = clerk.post(page, {**MINE, "col_5": "address", "title_row": "0", "remember": "on"})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert "新增 3 件" in text(clerk, answer["Location"])
    case = Case.objects.get(external_id="GD-1")
    assert (case.source, case.description) == ("12345热线", ROWS[0][4])
    assert not HeldTable.objects.exists()
    (said,) = Event.objects.filter(name=events.COLUMNS_REMEMBERED)
    assert said.actor_user_id == world.clerk.user_id
    assert "来电" not in str(said.data)

    more = upload(
        clerk, table(("GD-4", "2026-11-21", "赵六", "13900001111", "桥栏杆松了，很危险。", "凤埔乡", "", ""))
    )
    assert more.startswith("/cases/tables/")
    assert "按上次的对应关系" in text(clerk, more)
    assert Case.objects.count() == 4


def test_what_a_column_can_be_is_said_in_the_readers_language(world: World) -> None:
    clerk = sign_in("clerk")
    page = upload(clerk, table())
    clerk.cookies["django_language"] = "en"
    assert "Time reported" in text(clerk, page)
    clerk.cookies["django_language"] = "zh-hant"
    assert "反映時間" in text(clerk, page)


def test_memory_is_the_units_and_can_be_changed_and_forgotten(world: World) -> None:
    clerk, other = sign_in("clerk"), sign_in("other_clerk")
    clerk.post(upload(clerk, table()), {**MINE, "title_row": "0", "remember": "on"})
    row = Layout.objects.get()
    assert row.unit_id == world.clerk.unit_id
    assert "来电内容 → 反映内容" in text(clerk, "/imports/layouts/")
    assert "来电内容" not in text(other, "/imports/layouts/")
    assert other.get(f"/imports/layouts/{row.pk}/").status_code == 404
    assert other.post(f"/imports/layouts/{row.pk}/forget/").status_code == 404
    assert upload(other, table()).startswith("/imports/columns/")

    assert "来电内容" in text(clerk, f"/imports/layouts/{row.pk}/")
    changed = clerk.post(f"/imports/layouts/{row.pk}/", {**MINE, "col_5": "address", "title_row": "0"})
    assert changed.status_code == 302, changed.content.decode()[:3000]
    row.refresh_from_db()
    assert row.chosen["places"]["address"] == 5
    wrong = clerk.post(f"/imports/layouts/{row.pk}/", {"col_0": "external_id", "title_row": "0"})
    assert "还没有说哪一列是“反映内容”" in wrong.content.decode()
    assert wrong.status_code == 422

    assert clerk.post(f"/imports/layouts/{row.pk}/forget/").status_code == 302
    assert not Layout.objects.exists()
    names = (
        Event.objects.filter(name__startswith="tables.columns").order_by("pk").values_list("name", flat=True)
    )
    assert list(names) == [events.COLUMNS_REMEMBERED] * 2 + [events.COLUMNS_FORGOTTEN]
    assert upload(clerk, table()).startswith("/imports/columns/")


def test_what_is_not_to_be_remembered_is_not_and_known_titles_need_no_question(world: World) -> None:
    clerk = sign_in("clerk")
    clerk.post(upload(clerk, table()), {**MINE, "title_row": "0"})
    assert Case.objects.count() == 3
    assert not Layout.objects.exists()
    known = "反映内容,電話\n路灯坏了好几天,13800001234\n".encode()
    assert upload(clerk, known).startswith("/cases/tables/")
    assert upload(clerk, known, ask="on").startswith("/imports/columns/")


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"col_4": "description", "col_5": "description"}, "E 列和 F 列都选了“反映内容”"),
        ({"col_0": "external_id"}, "还没有说哪一列是“反映内容”"),
        ({"col_4": "moons"}, "没有这个选项"),
        ({"col_4": "description", "title_row": "1"}, "第 2 行像是内容，不像标题"),
        ({"col_4": "description", "title_row": "9"}, "第 10 行没有标题"),
    ],
)
def test_a_wrong_explanation_is_said_and_imports_nothing(
    world: World, sent: dict[str, str], sentence: str
) -> None:
    clerk = sign_in("clerk")
    page = upload(clerk, table())
    answer = clerk.post(page, {"title_row": "0", "remember": "on", **sent})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Case.objects.exists()
    assert not Layout.objects.exists()
    assert HeldTable.objects.count() == 1


def test_titles_below_the_tables_name_merged_traditional_twice_and_empty(world: World) -> None:
    clerk = sign_in("clerk")
    rows = [
        ["2026年11月熱線工單匯總表", "", "", "", "", ""],
        ["", "聯繫人", "", "工單", "", ""],
        ["流水號", "姓名", "電話", "來電內容", "", "電話"],
        ["GD-1", "林小满", "13800001234", "村口的路灯坏了三天", "凤埔乡凤埔村", "13800009999"],
    ]
    page = upload(clerk, book(rows, merge=["A1:F1", "B2:C2"]), "热线.xlsx")
    shown = text(clerk, page)
    assert '<option value="2" selected>' in shown
    assert "E 列</span> （没有标题）" in shown
    assert "13800009999" not in shown
    twice = clerk.post(page, {"title_row": "2", "col_2": "phone", "col_5": "phone", "col_3": "description"})
    assert "C 列和 F 列都选了“电话”" in twice.content.decode()
    answer = clerk.post(
        page,
        {
            "title_row": "2",
            "col_0": "external_id",
            "col_3": "description",
            "col_4": "address",
            "col_5": "phone",
        },
    )
    assert "新增 1 件" in text(clerk, answer["Location"])
    case = Case.objects.get()
    assert (case.external_id, case.address) == ("GD-1", "凤埔乡凤埔村")


def test_titles_in_two_rows_and_another_row_chosen(world: World) -> None:
    clerk = sign_in("clerk")
    rows = [["编号", "反映人", ""], ["", "姓名", "电话"], ["1", "林小满", "13800001234"]]
    page = upload(clerk, book([[*row, text] for row, text in zip(rows, ("说了什么", "", "路灯坏了三天了"), strict=True)],
                  merge=["A1:A2", "B1:C1", "D1:D2"]), "双层.xlsx")  # fmt: skip
    shown = text(clerk, page)
    assert (
        '<option value="1" selected>' in shown
    )  # the lower row, its empty titles told by the cells merged with those above
    assert "A 列</span> 编号" in shown
    assert "D 列</span> 说了什么" in shown
    assert "第 1 行" in text(clerk, f"{page}?row=0")
    assert "没有标题，请选另一行" in text(clerk, f"{page}?row=77", 422)
    merged = clerk.post(page, {"title_row": "0", "col_3": "description"})
    assert "合并单元格" in merged.content.decode()
    answer = clerk.post(page, {"title_row": "1", "col_1": "name", "col_3": "description", "remember": "on"})
    assert "新增 1 件" in text(clerk, answer["Location"])
    again = book([["编号", "反映人", "", "说了什么"], ["", "姓名", "电话", ""], ["2", "王五", "", "水管漏了三天"]],
                 merge=["A1:A2", "B1:C1", "D1:D2"])  # fmt: skip
    assert "按上次的对应关系" in text(clerk, upload(clerk, again, "双层2.xlsx"))


def test_a_waiting_table_is_sealed_its_owners_alone_and_for_a_day(world: World) -> None:
    clerk = sign_in("clerk")
    page = upload(clerk, table())
    row = HeldTable.objects.get()
    assert b"13800001234" not in bytes(row.payload)
    assert "还等您核对" in text(clerk, "/cases/import/")
    for who in ("dispatcher", "other_clerk", "officer", "administrator"):
        assert sign_in(who).get(page).status_code == 404, who
        assert sign_in(who).post(f"{page}drop/").status_code == 404, who
    with time_machine.travel(clock.now() + held.KEPT + timedelta(minutes=1), tick=False):
        assert "已自动删除" in text(sign_in("clerk"), page, 404)
        tasks.clear_held()
    assert not HeldTable.objects.exists()


def test_a_waiting_table_is_deleted_on_wish_and_only_some_wait(world: World) -> None:
    clerk = sign_in("clerk")
    first, *_rest, last = [upload(clerk, table()) for _turn in range(held.MOST + 1)]
    assert HeldTable.objects.count() == held.MOST
    assert clerk.get(first).status_code == 404
    assert clerk.post(f"{last}drop/").status_code == 302
    assert clerk.get(last).status_code == 404
    again = clerk.post(last, {**MINE, "title_row": "0"})
    assert again.status_code == 404
    assert not Case.objects.exists()


def test_a_file_without_rows_or_with_wrong_ones_is_told_after_explaining_too(world: World) -> None:
    clerk = sign_in("clerk")
    page = upload(clerk, table(("", "", "", "", "", "", "", "")))
    answer = clerk.post(page, {**MINE, "title_row": "0", "remember": "on"})
    assert "没有要导入的行" in answer.content.decode()
    assert not Layout.objects.exists()
    page = upload(clerk, table(("1", "昨天", "", "", "路灯坏了好几天", "", "", "")))
    answer = clerk.post(page, {**MINE, "title_row": "0", "remember": "on"})
    assert "一行也没有导入" in text(clerk, answer["Location"])
    assert Layout.objects.exists()
    assert TableRun.objects.get().outcome["bad"] == 1


def test_titles_of_demands_are_shown_and_addresses_and_people_in_them_are_not() -> None:
    columns = importers.get("cases.import").columns
    matters = ["凤埔村路灯坏了没人修", "太阳新城小区停车乱", "咨询医保"]
    titles = [
        ["标题", "诉求标题", "地点", "主题", "标题"],
        *zip(matters, matters, matters, HOMES, PEOPLE, strict=True),
    ]
    seen = headers.look(Glimpse(tuple(map(tuple, titles))), columns, 0).guesses
    assert list(seen[0].samples) == list(seen[1].samples) == matters
    assert seen[2].samples == ("凤埔村****", "太阳新城小区****", "****")
    assert seen[3].samples == ("城东街道****", "凤埔村3组****号", "太阳新城小区****")
    assert seen[4].samples == ("张*", "李*", "王*")
