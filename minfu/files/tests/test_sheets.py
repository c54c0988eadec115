"""Tables people upload: every kind of file, every kind of damage; and tables they download."""

import csv
import gzip
import io
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from minfu.files.sheets import Column, Row, csv_lines, open_sheet, tables, write_xlsx
from minfu.files.sheets.values import cell_name
from minfu.files.tests.making import docx, xlsx
from minfu.kernel.errors import Invalid

COLUMNS = (
    Column("title", ("标题", "诉求标题"), required=True),
    Column("phone", ("电话", "联系电话")),
    Column("at", ("日期", "时间")),
)
HEAD = ["标题", "电话", "日期"]
OLD_XLS = Path(__file__).parent / "data" / "old.xls"


def rows_of(data: bytes, **options: int) -> list[Row]:
    return list(open_sheet(data, COLUMNS, most_rows=options.get("most_rows", 100_000)).rows())


def cells_of(data: bytes) -> list[dict[str, str]]:
    return [dict(row.cells) for row in rows_of(data)]


def refusal(data: bytes, **options: int) -> str:
    """Return the sentences that refuse a table."""
    with pytest.raises(Invalid) as refused:
        rows_of(data, **options)
    return "\n".join(refused.value.fields["file"])


ONE = {"title": "路灯不亮", "phone": "13800000000", "at": "2026-11-22"}


def test_xlsx_with_numbers_dates_and_rows_as_excel_counts_them() -> None:
    data = xlsx(
        [
            HEAD,
            ["路灯不亮", 13800000000, date(2026, 11, 22)],
            [],
            ["水管漏水", None, datetime(2026, 11, 22, 9, 5)],  # noqa: DTZ001 - read as Chinese time
        ]
    )
    rows = rows_of(data)
    assert [row.number for row in rows] == [2, 4]
    assert dict(rows[0].cells) == ONE
    assert dict(rows[1].cells) == {"title": "水管漏水", "phone": "", "at": "2026-11-22 09:05:00"}


def test_old_xls() -> None:
    sheet = open_sheet(OLD_XLS.read_bytes(), COLUMNS)
    assert (sheet.name, sheet.unknown) == ("诉求", ("数量",))
    assert [dict(row.cells) for row in sheet.rows()] == [ONE]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_csv_in_every_usual_encoding_and_delimiter(encoding, delimiter) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(
        [HEAD, ["路灯,不亮;\n第二行", "13800000000", "2026-11-22"]]
    )
    data = out.getvalue().encode(encoding)
    assert cells_of(data) == [{**ONE, "title": "路灯,不亮;\n第二行"}]
    assert cells_of(gzip.compress(data)) == [{**ONE, "title": "路灯,不亮;\n第二行"}]


def test_a_table_name_above_the_titles_is_passed_over() -> None:
    data = xlsx([["2026年诉求登记表"], [], HEAD, ["路灯不亮", "13800000000", "2026-11-22"]], merge=["A1:C1"])
    [row] = rows_of(data)
    assert (row.number, dict(row.cells)) == (4, ONE)


def test_titles_are_known_in_any_order_width_script_and_with_an_asterisk() -> None:
    data = "聯繫電話,備註,＊訴求 標題：,phone2\n13800000000,x,路灯不亮,\n".encode()
    sheet = open_sheet(data, COLUMNS)
    assert (sheet.places, sheet.unknown) == ({"phone": 0, "title": 2}, ("備註", "phone2"))
    assert [dict(row.cells) for row in sheet.rows()] == [{"phone": "13800000000", "title": "路灯不亮"}]


def test_a_long_number_typed_as_a_number_is_reported_at_its_row() -> None:
    [row] = rows_of(xlsx([HEAD, ["路灯不亮", 350922199001010017, ""]]))
    assert list(row.problems) == ["phone"]
    assert "设为文本" in row.problems["phone"]
    [fine] = rows_of(xlsx([HEAD, ["路灯不亮", "350922199001010017", ""]]))
    assert (fine.problems, fine.cells["phone"]) == ({}, "350922199001010017")


def test_formulas_count_with_the_value_they_last_had() -> None:
    data = xlsx([HEAD, ["=1+1", "", ""]])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, re.sub(rb"<v\s*/>|<v></v>", b"<v>2</v>", content))
    assert cells_of(out.getvalue()) == [{"title": "2", "phone": "", "at": ""}]


# --- refused ---


def test_merged_cells_are_named() -> None:
    data = xlsx([HEAD, *[["a", "b", "c"]] * 9], merge=["A3:A5", "B7:C8"])
    assert refusal(data) == "有 2 处合并单元格：A3:A5、B7:C8。请取消合并，在每一行填写完整后再导入。"


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"", "没有找到标题行"),
        ("姓名,年龄\n王,3\n".encode(), "没有找到标题行。第一行应写列名，例如：标题、电话、日期"),
        ("电话,日期\n1,2\n".encode(), "缺少必填的列“标题”。"),
        ("标题,诉求标题\na,b\n".encode(), "列“诉求标题”出现两次（A 列和 B 列）"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(500), "编码|不是表格"),
        (b"\x80\x81\xff\xff", "看不懂文件的文字编码"),
        (b"PK\x03\x04 not a zip", "已损坏"),
        (docx(), "这不是 Excel 文件"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000), "已损坏"),
        (OLD_XLS.read_bytes()[:2000], "已损坏"),
        (gzip.compress("标题\na".encode(), mtime=0)[:-6], "压缩文件已损坏"),
    ],
    ids=["empty", "titles", "missing", "twice", "photo", "bytes", "zip", "docx", "ole", "cut", "gzip"],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(data, part) -> None:
    assert re.search(part, refusal(data))


def told_or_read(data: bytes, **limits: int) -> str:
    """Return the sentence a table is refused with, "" for one that is read; anything else that is raised fails the test."""
    try:
        rows_of(data, **limits)
    except Invalid as refused:
        return str(refused)
    return ""


def test_any_damage_to_an_old_workbook_is_a_sentence() -> None:
    whole = OLD_XLS.read_bytes()
    assert not told_or_read(whole)
    said = set()
    for place in range(512, len(whole), 37):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        said.add(told_or_read(bytes(damaged)))
    sentences = {sentence for sentence in said if sentence}
    assert sentences, "no damage was noticed"
    assert all(re.search(r"[\u4e00-\u9fff].*。", sentence) for sentence in sentences), sentences


def test_too_many_rows_are_refused() -> None:
    data = xlsx([HEAD, *[["a", "b", "c"]] * 30])
    assert "超过 20 行" in refusal(data, most_rows=20)
    assert len(rows_of(data, most_rows=30)) == 30
    assert "超过 20 行" in refusal(("标题\n" + "a\n" * 21).encode(), most_rows=20)


@pytest.mark.parametrize(("cell", "part"), [("A1048576", "1048576 行"), ("XFD2", "16384 列")])
def test_a_stray_cell_far_out_does_not_fill_the_memory(cell, part) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet[cell] = "标题", "x"
    out = io.BytesIO()
    book.save(out)
    assert part in refusal(out.getvalue())


def test_bombs_are_refused(monkeypatch) -> None:
    bomb = xlsx([HEAD])
    out = io.BytesIO(bomb)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/media/a.bin", bytes(60 * 1024 * 1024))
    assert "解压后过大" in refusal(out.getvalue())
    monkeypatch.setattr(tables, "MOST_UNPACKED", 1024 * 1024)
    assert "解压后过大" in refusal(gzip.compress(bytes(2 * 1024 * 1024)))


def test_an_unpaired_quote_is_named_or_read() -> None:
    monstrous = '标题\n"' + "x" * (tables.MOST_IN_CELL + 10)
    assert "引号不成对" in refusal(monstrous.encode())


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_refused(data) -> None:
    said = told_or_read(data)
    assert not said or re.search(r"[\u4e00-\u9fff].*。", said), said


# --- written ---

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30).filter(
    lambda text: text == text.strip()
)


def written(titles: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    out = io.BytesIO()
    assert write_xlsx(out, titles, rows, name="诉求/导出") == len(rows)
    return out.getvalue()


@settings(max_examples=60)
@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=8))
@example([("'=1", "''-x"), ("=1", "'"), ("-5", "+8613800000000")])
def test_what_is_written_can_be_read_again(pairs) -> None:
    rows = [(title, phone, "") for title, phone in pairs]
    wanted = [{"title": a, "phone": b, "at": ""} for a, b, _ in rows if a or b]
    assert cells_of(written(HEAD, rows)) == wanted
    assert cells_of("".join(csv_lines(HEAD, rows)).encode()) == wanted


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_becomes_a_formula(text) -> None:
    [cell] = next(
        csv.reader(io.StringIO("".join(csv_lines(["标题"], [[text]]))[len("\ufeff标题\r\n") :], newline=""))
    )
    assert cell == f"'{text}"
    sheet = openpyxl.load_workbook(io.BytesIO(written(["标题"], [[text]]))).active
    assert sheet is not None
    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].quotePrefix


def test_numbers_days_and_moments_keep_their_kind() -> None:
    row = [
        -5,
        1.5,
        True,
        None,
        date(2026, 11, 22),
        datetime(2026, 11, 22, 1, 30, tzinfo=UTC),
        "350922199001010017",
    ]
    titles = list("abcdefg")
    book = openpyxl.load_workbook(io.BytesIO(written(titles, [row])))
    assert book.active is not None
    values = [cell.value for cell in next(book.active.iter_rows(min_row=2))]
    wall = datetime(2026, 11, 22, 9, 30)  # noqa: DTZ001 - spreadsheets know no zones
    midnight = datetime(2026, 11, 22)  # noqa: DTZ001 - read as Chinese time
    assert values == [-5, 1.5, True, None, midnight, wall, "350922199001010017"]
    line = "".join(csv_lines(titles, [row])).splitlines()[1]
    assert line == "-5,1.5,True,,2026-11-22,2026-11-22 09:30:00,350922199001010017"


def test_cell_names() -> None:
    assert [cell_name(0, 0), cell_name(4, 25), cell_name(2, 26), cell_name(0, 16383)] == [
        "A1",
        "Z5",
        "AA3",
        "XFD1",
    ]


def test_a_downloaded_table_is_read_and_printed_as_it_comes() -> None:
    out = io.BytesIO()
    write_xlsx(out, ["指标", "数值"], [["办结以后居民还没有答复的诉求", 36], ["按期办结率", 84.3]])
    sheet = openpyxl.load_workbook(out).worksheets[0]
    assert [sheet[name].number_format for name in ("A2", "B2", "B3", "B9")] == [
        "@",
        "General",
        "General",
        "General",
    ]
    assert sheet.column_dimensions["A"].width >= 28
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight, sheet.print_title_rows) == (
        "landscape", 0, "$1:$1",
    )  # fmt: skip
