"""A form from its upload to the filled workbook: allowed beside refused."""

import io
import re
import zipfile
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from minfu.accounts.models import User
from minfu.answers import door as answers
from minfu.answers.models import Item
from minfu.cases.rules.intake import Spot
from minfu.cases.tests.world import FENGPU_VILLAGES, World
from minfu.kernel.errors import Forbidden, Invalid, Missing
from minfu.kernel.steps import StepRefused
from minfu.workbooks.models import Memory, Workbook
from minfu.workbooks.rules import access, actions, handing_back, reading
from minfu.workbooks.tests.story import VILLAGES, begun, registered, upload
from minfu.workbooks.trial.drawing import Sheet, drawn


def signed_in(client: Client, actor: Any) -> Client:
    client.force_login(
        User.objects.get(pk=actor.user_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def sheet_of(data: bytes, name: str = "附件1") -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))[name]


def test_from_the_empty_form_to_the_filled_one(world: World, client: Client) -> None:
    for _number in range(3):
        registered(world)
    registered(world, spot=Spot(village_code=FENGPU_VILLAGES[1]))
    registered(world, month=7)  # not of the half-year
    signed_in(client, world.clerk)
    answer = client.post(reverse("workbooks:begin"), {"file": upload(drawn([VILLAGES]))})
    row = Workbook.objects.get()
    assert answer["Location"] == reverse("workbooks:workbook", args=[row.pk])
    assert (row.area, row.period, row.title) == (
        "350922204000",
        "2026-H1",
        "凤埔乡2026年上半年群众诉求办理情况统计表",
    )
    page = client.get(answer["Location"]).content.decode()
    assert "走访农户" in page
    kept = {
        "version": row.version,
        "c:0!F3": "12",
        "c:0!F4": "7",
        "c:0!D3": "",
        "c:0!E3": "0",
        "c:0!E4": "0",
        "c:0!E5": "0",
    }
    assert client.post(answer["Location"], kept).status_code == 302
    back = client.get(reverse("workbooks:download", args=[row.pk]))
    sheet = sheet_of(back.content)
    assert [sheet[cell].value for cell in ("B3", "B4", "F3", "F4")] == [3, 1, 12, 7]
    assert sheet["B5"].value == "=SUM(B3:B4)"
    comment = sheet["B3"].comment.text
    assert "登记诉求，凤埔乡凤埔村" in comment
    assert "/figures/registered/?area=350922204200&period=2026-H1" in comment
    assert "2026年上半年" in comment.replace(" ", "")


def test_another_unit_sees_nothing_of_it(world: World, client: Client) -> None:
    row = begun(world)
    with pytest.raises(Missing):
        access.get_for(world.other_clerk, row.pk)
    signed_in(client, world.other_clerk)
    assert client.get(reverse("workbooks:download", args=[row.pk])).status_code == 404


def filled(row: Workbook, world: World) -> Any:
    """Return the first sheet of a form as it is handed back to the clerk."""
    book = openpyxl.load_workbook(
        io.BytesIO(handing_back.workbook(world.clerk, access.get_for(world.clerk, row.pk)))
    )
    return book.worksheets[0]


def statuses(row: Workbook, world: World) -> dict[str, str]:
    cells = reading.filling(world.clerk, access.get_for(world.clerk, row.pk)).cells
    return {cell.slot.name: cell.status for cell in cells.values()}


def test_what_was_said_once_is_sure_the_next_period_and_what_was_told_once_is_not_asked_again(
    world: World,
) -> None:
    registered(world)
    row = begun(world)
    assert statuses(row, world)["E3"] == "likely"
    assert filled(row, world)["E3"].value is None  # a guess is in no file
    with pytest.raises(Invalid, match="还有 3 格等您确认"):
        actions.finish(actor=world.clerk, pk=row.pk)
    told = {"0!F3": "12", "0!F4": "１，234"}
    actions.answer(actor=world.clerk, pk=row.pk, told=told, confirmed=["0!E3", "0!E4", "0!E5"])
    assert filled(row, world)["F4"].value == 1234
    # F: whoever answers for the place told it, so it is known in every other form of the period.
    known = answers.known_many([(Item.objects.get(name="走访农户").key, FENGPU_VILLAGES[0], "2026-H1")])
    assert [(one.text, one.told_by) for one in known.values()] == [("12", "凤埔乡民富中心")]
    again = begun(world)
    assert statuses(again, world)["F3"] == "known"
    assert "凤埔乡民富中心 2026-07-06 填报" in filled(again, world)["F3"].comment.text
    done = actions.finish(actor=world.clerk, pk=row.pk)
    assert done.state == "done"
    registered(world)  # later: what was written down stays
    assert filled(row, world)["B3"].value == 1
    later = Sheet("附件1", {**VILLAGES.cells, "A1:F1": "凤埔乡2026年6月群众诉求办理情况统计表"}, VILLAGES.box)
    june = begun(world, later)
    assert (june.period, june.digest) == ("2026-06", done.digest)
    assert statuses(june, world)["E3"] == "confirmed"
    assert reading.filling(world.clerk, june).cells["0!F3"].hint == "12"


def test_a_persons_word_wins_over_the_matcher_and_is_remembered(world: World) -> None:
    registered(world)
    row = begun(world)
    said = {
        "indicator": "registered",
        "part": "",
        "split": "kind=request",
        "area": FENGPU_VILLAGES[0],
        "shift": "year",
    }
    actions.mark(actor=world.clerk, pk=row.pk, key="0!C3", meaning=said)
    cell = reading.filling(world.clerk, access.get_for(world.clerk, row.pk)).cells["0!C3"]
    assert (cell.status, cell.match.meaning.short if cell.match.meaning else "") == (
        "confirmed", "registered;kind=request@350922204200#2026-H1",
    )  # fmt: skip
    actions.mark(actor=world.clerk, pk=row.pk, key="0!B3", meaning={"own": True})
    assert statuses(row, world)["B3"] == "ask"
    for wrong in (
        {**said, "split": "level=grid"},
        {**said, "shift": "morgen"},
        {**said, "area": "350922101000"},
    ):
        with pytest.raises(Invalid):
            actions.mark(actor=world.clerk, pk=row.pk, key="0!C3", meaning=wrong)
    with pytest.raises(Missing, match="没有安装"):
        actions.mark(actor=world.clerk, pk=row.pk, key="0!C3", meaning={**said, "indicator": "projects_done"})


def test_typing_what_is_no_number_keeps_nothing(world: World, client: Client) -> None:
    row = begun(world)
    signed_in(client, world.clerk)
    there = reverse("workbooks:workbook", args=[row.pk])
    answer = client.post(there, {"version": row.version, "c:0!F3": "十二", "c:0!F4": "3"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "请填数字，例如 12 或 87.5" in page
    assert 'value="十二"' in page
    assert Workbook.objects.get().told == {}
    client.post(there, {"version": row.version, "c:0!F3": "3"})
    assert (
        client.post(there, {"version": row.version, "c:0!F3": "4"}).status_code == 409
    )  # somebody was faster


def test_a_period_that_is_not_over_is_filled_in_only_when_asked(world: World) -> None:
    registered(
        world,
        month=7,
    )
    sheet = Sheet(
        "表",
        {"A1:B1": "凤埔乡2026年7月群众诉求统计表", "A2": "受理数（件）", "A3": "在办数（件）"},
        box=["A1:B3"],
    )
    row = begun(world, sheet)
    assert statuses(row, world) == {"B2": "wait", "B3": "sure"}
    said = " ".join(reading.filling(world.clerk, row).warnings)
    assert "有 1 格的时段还没有结束，现在不填" in said
    actions.settle(
        actor=world.clerk, pk=row.pk, area=row.area, period=row.period, until_today=True, with_comments=True
    )
    assert filled(row, world)["B2"].value == 1
    assert "截至 2026-07-06" in filled(row, world)["B2"].comment.text


def test_growth_is_worked_out_of_two_known_numbers_or_asked_with_the_reason(world: World) -> None:
    for month, times in ((3, 4), (4, 6)):
        for _time in range(times):
            registered(world, month=month)
    heads = {"A2": "指标", "B2": "本月数", "C2": "环比增长（%）", "D2": "上年同期", "E2": "同比增长（%）"}
    title = "凤埔乡2026年{}月群众诉求统计表"
    april, march = (
        begun(world, Sheet("表", {"A1:E1": title.format(month), **heads, "A3": "受理诉求"}, box=["A2:E3"]))
        for month in (4, 3)
    )
    assert statuses(april, world) == {"B3": "sure", "C3": "sure", "D3": "ask", "E3": "ask"}
    sheet = filled(april, world)
    assert [sheet[name].value for name in ("B3", "C3", "D3", "E3")] == [6, 50, None, None]
    assert "增长率：登记诉求" in sheet["C3"].comment.text
    cells = reading.filling(world.clerk, march).cells
    # What was before the first record is not known; it is no nought.
    for name in ("C3", "D3", "E3"):
        assert (cells[f"0!{name}"].status, "2026-03-01 以前没有记录" in cells[f"0!{name}"].value.why) == (
            "ask",
            True,
        )
    year = begun(
        world,
        Sheet(
            "表", {"A1:B1": title.format("1-4"), "A2": "指标", "B2": "合计", "A3": "受理诉求"}, box=["A2:B3"]
        ),
    )
    filling = reading.filling(world.clerk, year)
    assert filling.cells["0!B3"].value.number == 10
    assert "有 1 格的时段从民富系统有记录（2026-03-01）以前开始" in " ".join(filling.warnings)


def test_where_nothing_was_recorded_a_form_asks_and_says_why_once(world: World, client: Client) -> None:
    signed_in(client, world.clerk)
    row = begun(world)
    page = reverse("workbooks:workbook", args=[row.pk])
    for told, also in (("还没有记录", "B4"), ("2026-07-01 以前没有记录", "C4")):
        assert statuses(row, world)[also] == "ask"
        shown = client.get(page).content.decode()
        assert shown.count(f"民富系统里{' ' if told[0] == '2' else ''}{told}，这段时间的数请自己填。") == 1
        assert re.findall(r"有 (\d+) 格：民富系统里", shown) == ["10"]
        registered(world, month=7)


def test_rows_the_clerk_may_not_read_are_never_filled_in_part(world: World) -> None:
    cells = {
        "A1:B1": "2026年上半年群众诉求统计表",
        "A2": "村名",
        "B2": "受理数（件）",
        "A3": "凤埔村",
        "A4": "平湖村",
        "A5": "平湖镇",
    }
    row = begun(world, Sheet("表", cells, box=["A1:B5"]))
    registered(world, actor=world.other_clerk, spot=Spot(village_code="350922101200"))
    assert statuses(row, world) == {"B3": "sure", "B4": "ask", "B5": "ask"}
    filling = reading.filling(world.clerk, row)
    assert "您无权查看" in filling.cells["0!B4"].value.why
    assert "有 2 格的数您无权查看" in " ".join(filling.warnings)
    assert [filled(row, world)[name].value for name in ("B3", "B4", "B5")] == [0, None, None]


def test_a_form_without_a_period_asks_for_it(world: World) -> None:
    registered(world, month=6)
    sheet = Sheet(
        "表", {"A1:B1": "凤埔乡群众诉求统计表", "A2": "受理数（件）", "A3": "满意率（%）"}, box=["A1:B3"]
    )
    row = begun(world, sheet)
    assert row.period == ""
    assert "表上没有写明时段" in " ".join(reading.filling(world.clerk, row).warnings)
    actions.settle(
        actor=world.clerk, pk=row.pk, area=row.area, period="2026-06", until_today=False, with_comments=False
    )
    assert filled(row, world)["B2"].value == 1
    assert filled(row, world)["B2"].comment is None
    assert filled(row, world)["B3"].value is None  # nothing to divide by
    with pytest.raises(Invalid):
        actions.settle(
            actor=world.clerk,
            pk=row.pk,
            area="350922101000",
            period="2026-06",
            until_today=False,
            with_comments=False,
        )


def protected() -> bytes:
    """Return what Excel makes of a workbook with a password: a container whose one stream is the encrypted package."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(600)
        + "EncryptedPackage".encode("utf-16-le")
        + bytes(2000)
    )


def without(name: str) -> bytes:
    """Return a workbook that lacks a part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(drawn([VILLAGES]))) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
    return out.getvalue()


def merged_again_and_again(times: int) -> bytes:
    """Return a workbook whose sheet says so often that all of it is one cell."""
    out, all_of_it = io.BytesIO(), b'<mergeCell ref="A1:GR2000"/>' * times
    with zipfile.ZipFile(io.BytesIO(drawn([VILLAGES]))) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.namelist():
            text = old.read(entry)
            if entry == "xl/worksheets/sheet1.xml":
                text = re.sub(rb"<mergeCells.*?</mergeCells>", b"", text, flags=re.DOTALL)
                end = b"</sheetData><mergeCells>" + all_of_it + b"</mergeCells>"
                text = text.replace(b"</sheetData>", end)
            new.writestr(entry, text)
    return out.getvalue()


def packed(name: str) -> bytes:
    """Return a folder with one file, packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(name, b"x")
    return out.getvalue()


def spoiled(at: int, before: bytes = b"PK\x01\x02", to: int = 0xEB) -> bytes:
    """Return a workbook with another byte so far behind a mark of its container: of a part's line in the directory."""
    data = bytearray(drawn([VILLAGES]))
    data[data.index(before) + at] = to
    return bytes(data)


FULL = Sheet("表", {"A1": "村名", "B1": "受理数", "A2": "凤埔村", "B2": 2}, box=["A1:B2"])
BAD: dict[str, tuple[bytes, str]] = {
    "password": (protected(), "取消密码"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000), "另存为 xlsx"),
    "no table": (b"hello", "这不是 Excel 表格"),
    "empty": (b"", "空的"),
    "broken": (drawn([VILLAGES])[:2000], "已损坏"),
    "packed in a way of the future": (spoiled(6), "已损坏"),
    "packed with a password": (spoiled(8, to=0x01), "取消密码"),
    "a part is damaged": (spoiled(60, before=b"PK\x03\x04"), "已损坏"),
    "a packed folder called xlsx": (packed("表.txt"), "这不是 Excel 表格"),
    "a sheet is missing": (without("xl/sharedStrings.xml"), "已损坏"),
    "200 sheets": (drawn([Sheet(f"表{number}", {"A1": "甲"}) for number in range(200)]), "200 张工作表"),
    "merged again and again": (merged_again_and_again(500), "太大了"),
    "nothing to fill in": (drawn([Sheet("表", {"A1": "说明文字"})]), "没有找到要填的空格"),
    "full already": (drawn([FULL]), "已经填满"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_gets_a_sentence_that_says_what_to_do(world: World, client: Client, name: str) -> None:
    data, sentence = BAD[name]
    signed_in(client, world.clerk)
    answer = client.post(reverse("workbooks:begin"), {"file": upload(data)})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Workbook.objects.exists()


def test_formulas_that_refer_to_other_files_are_said_and_left(world: World) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(drawn([VILLAGES]))) as old, zipfile.ZipFile(data, "w") as new:
        for entry in old.namelist():
            text = old.read(entry)
            if entry == "xl/_rels/workbook.xml.rels":
                link = b'<Relationship Id="rX" Type="http://x/relationships/externalLink" Target="externalLinks/e1.xml"/>'
                text = text.replace(b"</Relationships>", link + b"</Relationships>")
            new.writestr(entry, text)
        new.writestr("xl/externalLinks/e1.xml", "<externalLink/>")
        new.writestr(
            "xl/externalLinks/_rels/e1.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" '
            'Type="http://x/externalLinkPath" Target="file:///D:/报表/县里总表.xlsx" TargetMode="External"/></Relationships>',
        )
    row = actions.begin(actor=world.clerk, upload=upload(data.getvalue()))
    assert "引用别的文件（县里总表.xlsx）" in " ".join(reading.filling(world.clerk, row).warnings)


def test_who_may_fill_in_and_take_back(world: World) -> None:
    row = begun(world)
    with pytest.raises(Forbidden):
        actions.begin(actor=world.auditor, upload=upload(drawn([VILLAGES])))
    with pytest.raises(Missing):
        actions.drop(actor=world.other_clerk, pk=row.pk)
    with pytest.raises(Forbidden):
        actions.drop(actor=world.auditor, pk=row.pk)
    actions.answer(actor=world.clerk, pk=row.pk, told={}, confirmed=["0!E3", "0!E4", "0!E5"])
    actions.finish(actor=world.clerk, pk=row.pk)
    with pytest.raises(StepRefused):
        actions.answer(actor=world.clerk, pk=row.pk, told={"0!F3": "1"})
    actions.reopen(actor=world.clerk, pk=row.pk)
    assert actions.drop(actor=world.clerk, pk=row.pk).state == "dropped"
    assert Memory.objects.count() == 1


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ({"A2": "序号", "B2": "姓名", "C2": "所在村", "D2": "慰问金（元）"}, {"A3": "1", "B3": "林小满", "C3": "凤埔村"}),
        ({"A2": "村名", "B2": "联系方式", "D2": "慰问金（元）"}, {"A3": "凤埔村", "B3": "13800001234"}),
        ({"A2": "事项", "D2": "慰问金（元）"}, {"A3": "发给13800001234"}),
    ],
)  # fmt: skip
def test_what_is_told_of_a_person_stays_in_the_form(
    world: World, head: dict[str, str], row: dict[str, str]
) -> None:
    sheet = Sheet("表", {"A1:D1": "凤埔乡2026年上半年慰问情况表", **head, **row}, box=["A2:D3"])
    form, before = begun(world, sheet), Item.objects.count()
    actions.answer(actor=world.clerk, pk=form.pk, told={"0!D3": "500"})
    form.refresh_from_db()
    assert form.told == {"0!D3": "500"}
    assert Item.objects.count() == before
