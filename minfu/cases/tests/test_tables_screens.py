"""Import and export on screens: rights, all or nothing, the error report, large tables as jobs, bad files."""

import io
import re
import zipfile
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
import time_machine
from django.test import Client

from minfu.cases import tasks
from minfu.cases.models import Case, TableRun
from minfu.cases.rules import tables
from minfu.cases.tests.screens import client_of
from minfu.cases.tests.world import World
from minfu.kernel import clock, jobs
from minfu.kernel.models import Event
from minfu.tables.models import HeldTable
from tests.realdata import FOLDER, needs_real_data

HEAD = "来源编号,反映内容,诉求类型,地址,姓名,电话\n"


def upload(client: Client, data: bytes, name: str = "诉求.csv", status: int = 302, **more: Any) -> str:
    """Send a table; return the page it leads to, or the page that refuses it."""
    file = io.BytesIO(data)
    file.name = name
    answer = client.post("/cases/import/", {"file": file, "source": "12345热线", "how": "all", **more})
    assert answer.status_code == status, answer.content.decode()[:3000]
    return client.get(answer["Location"]).content.decode() if status == 302 else answer.content.decode()


def body(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content[:2000]
    return bytes(answer.getvalue())


@pytest.fixture
def clerk(world: World) -> Client:
    return client_of(world, "clerk")


def test_only_desks_import_and_only_those_with_the_right_export(world: World) -> None:
    allowed = {
        "/cases/import/": {"clerk", "dispatcher"},
        "/cases/import/template.xlsx": {"clerk", "dispatcher"},
        "/lists/cases.inbox/export/": {"clerk", "dispatcher", "leader", "auditor"},
    }
    for path, names in allowed.items():
        for name in (
            "clerk",
            "dispatcher",
            "leader",
            "auditor",
            "officer",
            "water",
            "administrator",
            "worker",
        ):
            expected = 200 if name in names else 403
            assert client_of(world, name).get(path).status_code == expected, (path, name)


def test_good_rows_become_demands_and_a_second_time_adds_none(clerk: Client) -> None:
    rows = HEAD + "1,村口路灯坏了,求助,凤埔乡凤埔村,王五,13800001234\n2,想问医保,咨询,,,\n"
    page = upload(clerk, rows.encode())
    assert "导入完成，新增 2 件" in page
    assert Case.objects.filter(source="12345热线", door="import").count() == 2
    assert "13800001234" not in page
    page = upload(clerk, rows.encode("gb18030"))
    assert "新增 0 件" in page
    assert Case.objects.count() == 2
    assert Event.objects.filter(name="cases.imported").count() == 2


def test_garbled_rows_are_repaired_said_and_kept_as_they_came(clerk: Client) -> None:
    garbled = "村口路灯坏了三天".encode().decode("gb18030")
    page = upload(
        clerk, (HEAD + f"1,{garbled},求助,,,\n2,水费&amp;电费太高,求助,,,\n3,路灯坏了,求助,,,\n").encode()
    )
    assert "修复了 2 处文字" in page
    assert "第 2 行，反映内容：修复了编码错误造成的乱码。" in page
    first, second, third = Case.objects.order_by("external_id")
    assert first.description == "村口路灯坏了三天"
    assert [one["answer"] for one in first.details] == [garbled]
    assert second.description == "水费&电费太高"
    assert [one["answer"] for one in second.details] == ["水费&amp;电费太高"]
    assert third.details == []
    assert "三天" not in str(Event.objects.get(name="cases.imported").data)


def test_one_bad_row_holds_back_all_unless_told_otherwise(clerk: Client) -> None:
    rows = HEAD + "1,村口路灯坏了,求助,,,\n2,漏水,闲聊,,,\n3,,求助,,,\n"
    page = upload(clerk, rows.encode())
    assert "有 2 行有问题，所以一行也没有导入" in page
    assert "“闲聊”无法识别" in page
    assert not Case.objects.exists()
    run = TableRun.objects.get()
    report = body(clerk.get(f"/cases/tables/{run.pk}/faults.csv")).decode("utf-8-sig").splitlines()
    assert report[0] == "行,列,问题"
    assert report[1].startswith("3,诉求类型,")
    page = upload(clerk, rows.encode(), how="skip")
    assert "新增 1 件" in page
    assert "下载错误报告" in page


def test_a_check_says_what_would_be_imported_and_imports_nothing(clerk: Client) -> None:
    rows = HEAD + "1,村口路灯坏了,求助,,,\n2,桥面塌了一块,求助,,,\n"
    page = upload(clerk, rows.encode(), how="check")
    assert "检查完成，可以导入 2 件；现在还没有导入" in page
    assert "去导入" in page
    assert not Case.objects.exists()
    assert not Event.objects.filter(name__in=["cases.imported", "cases.registered"]).exists()
    assert "新增 2 件" in upload(clerk, rows.encode())


def test_what_was_uploaded_is_sealed_and_then_forgotten(world: World) -> None:
    data = (HEAD + "1,村口路灯坏了,求助,,林小满,13800001234\n" * 1).encode()
    run = tables._begin(world.clerk, "a.csv", {"source": "热线", "skip_bad": False}, 1, data)
    run.refresh_from_db()
    assert run.payload is not None
    assert b"13800001234" not in bytes(run.payload)
    tables.run(run.pk)
    run.refresh_from_db()
    assert run.state == "done"
    assert run.payload is None
    tables.run(run.pk)  # a job that runs twice
    assert Case.objects.count() == 1


def test_a_large_table_is_a_job_with_progress(
    world: World, clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "IMPORT_AT_ONCE", 3)
    rows = HEAD + "".join(f"{number},第{number}件路灯坏了,求助,,,\n" for number in range(5))
    page = upload(clerk, rows.encode())
    assert "在排队" in page
    assert 'hx-trigger="every 2s"' in page
    run = TableRun.objects.get()
    assert jobs.run_waiting() >= 1
    part = clerk.get(f"/cases/tables/{run.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "新增 5 件" in part
    assert "<html" not in part
    assert "every 2s" not in part


def test_another_persons_import_is_not_found(world: World, clerk: Client) -> None:
    upload(clerk, (HEAD + "1,村口路灯坏了,求助,,,\n").encode())
    run = TableRun.objects.get()
    other = client_of(world, "other_clerk")
    for path in ("", "faults.csv", "download/"):
        assert other.get(f"/cases/tables/{run.pk}/{path}").status_code == 404
    assert client_of(world, "officer").get(f"/cases/tables/{run.pk}/").status_code == 403


def test_a_clerk_whose_post_ended_meanwhile_imports_nothing(world: World) -> None:
    data = (HEAD + "1,村口路灯坏了,求助,,,\n").encode()
    run = tables._begin(world.clerk, "a.csv", {"source": "热线", "skip_bad": False}, 1, data)
    run.user.is_active = False
    run.user.save()
    tables.run(run.pk)
    run.refresh_from_db()
    assert run.state == "failed"
    assert "岗位已经结束" in run.outcome["problem"]
    assert not Case.objects.exists()


def _merged() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["反映内容", "姓名"])
    sheet.append(["村口路灯坏了", ""])
    sheet.merge_cells("A2:B2")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", "<a/>")
        file.writestr("[Content_Types].xml", "<a/>")
        file.writestr("xl/worksheets/sheet1.xml", b"0" * 400_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "空"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "表格文件"),
        ("姓名,电话\n王五,138\n".encode(), "反映内容"),
        (HEAD.encode(), "没有要导入的行"),
        (b"PK\x03\x04broken", "打不开"),
    ],
)
def test_wrong_files_are_refused_with_a_sentence(clerk: Client, data: bytes, sentence: str) -> None:
    page = upload(clerk, data, status=422)
    assert sentence in page
    assert "12345热线" in page  # what was typed stays
    assert not TableRun.objects.exists()


def test_merged_cells_are_named_and_a_bomb_is_refused(clerk: Client) -> None:
    assert "合并" in upload(clerk, _merged(), "合并.xlsx", status=422)
    assert upload(clerk, _bomb(), "炸弹.xlsx", status=422)
    assert not Case.objects.exists()


def test_a_source_is_needed(clerk: Client) -> None:
    assert "请填写“数据来源”" in upload(clerk, (HEAD + "1,灯坏了,,,,\n").encode(), status=422, source=" ")


def test_the_template_has_an_example_that_is_never_imported(clerk: Client) -> None:
    data = body(clerk.get("/cases/import/template.xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["诉求", "怎么填"]
    first, told = book.worksheets
    assert [cell.value for cell in first[1]][:4] == ["来源编号", "反映时间", "标题", "反映内容"]
    assert told.max_row == first.max_column + 1
    assert "没有要导入的行" in upload(clerk, data, "模板.xlsx", status=422)
    first.append(["2", None, None, "村口路灯坏了"])
    out = io.BytesIO()
    book.save(out)
    assert "新增 1 件" in upload(clerk, out.getvalue(), "模板.xlsx")


def test_tables_are_cleared_after_some_days_and_lost_runs_given_up(world: World, clerk: Client) -> None:
    run = tables._begin(world.clerk, "a.csv", {"source": "热线", "skip_bad": False}, 1, b"x")
    with time_machine.travel(clock.now() + timedelta(days=4), tick=False):
        tasks.clear_tables()
    run.refresh_from_db()
    assert run.state == "failed"
    assert run.payload is None


@needs_real_data
@pytest.mark.realdata
def test_real_messages_go_in_as_a_job(world: World, clerk: Client) -> None:
    data = (FOLDER / "stream.csv.gz").read_bytes()
    page = upload(clerk, data, "stream.csv.gz", how="skip")
    assert "核对每一列是什么" in page
    places = {"col_0": "external_id", "col_2": "occurred_at", "col_3": "title", "col_4": "description"}
    for name, key in places.items():
        assert re.search(rf'name="{name}".*?<option value="{key}" selected', page, re.DOTALL), name
    waiting = HeldTable.objects.get()
    answer = clerk.post(f"/imports/columns/{waiting.pk}/", {**places, "title_row": "0", "remember": "on"})
    assert "在排队" in clerk.get(answer["Location"]).content.decode()
    jobs.run_waiting()
    run = TableRun.objects.get()
    assert run.outcome["rows"] == 4326
    assert run.outcome["imported"] + run.outcome["bad"] + run.outcome["known"] == 4326
    assert Case.objects.count() == run.outcome["imported"]
    assert "导入完成" in clerk.get(f"/cases/tables/{run.pk}/").content.decode()
