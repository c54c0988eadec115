"""The workbook handed back: its numbers, and everything else as it came, byte for byte."""

import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from lxml import etree

from minfu.files.tests import making
from minfu.workbooks.rules import package, writing
from minfu.workbooks.rules.package import MAIN, place_of


def rich() -> bytes:
    """Return a workbook with what others lose: picture, chart, validations, conditional formats, comment, defined name."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet("表")
    red = book.add_format({"bg_color": "#ffdddd", "border": 2, "font_name": "仿宋"})
    page.write("A1", "村名", red)
    page.write("B1", "受理数", red)
    for row in range(1, 4):
        page.write(row, 0, f"第{row}村", red)
        page.write_blank(row, 1, None, red)
    page.write_formula("B5", "=SUM(B2:B4)", red, 0)
    page.data_validation("B2:B4", {"validate": "integer", "criteria": ">=", "value": 0})
    page.conditional_format("B2:B4", {"type": "data_bar", "data_bar_2010": True})
    page.conditional_format("B2:B4", {"type": "icon_set", "icon_style": "3_arrows"})
    page.write_comment("B1", "从系统取数")
    page.insert_image("D1", "章.png", {"image_data": io.BytesIO(making.picture("PNG"))})
    chart = book.add_chart({"type": "column"})
    assert chart is not None
    chart.add_series({"values": "=表!$B$2:$B$4"})
    page.insert_chart("D8", chart)
    page.freeze_panes(1, 1)
    page.set_landscape()
    book.add_worksheet("汇总").write_formula("A1", "=表!B5", None, 0)
    book.add_worksheet("说明").write("A1", "不动")
    book.define_name("受理", "=表!$B$2:$B$4")
    book.close()
    return out.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}


def without_values(part: bytes, *changed: str) -> bytes:
    """Return a sheet as it is compared: without what stands in the changed cells and what was kept of formulas."""
    root = etree.fromstring(part)
    for cell in root.iter(f"{{{MAIN}}}c"):
        if cell.get("r") in changed or cell.find(f"{{{MAIN}}}f") is not None:
            cell.attrib.pop("t", None)
            for child in cell.findall(f"{{{MAIN}}}v") + cell.findall(f"{{{MAIN}}}is"):
                cell.remove(child)
    return etree.tostring(root, method="c14n")


def cell_of(part: bytes, name: str) -> etree._Element:
    return next(one for one in etree.fromstring(part).iter(f"{{{MAIN}}}c") if one.get("r") == name)


#: What the reader of this test would lose if it wrote the file.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
SHEETS = {0: "xl/worksheets/sheet1.xml", 1: "xl/worksheets/sheet2.xml", 2: "xl/worksheets/sheet3.xml"}


def test_everything_but_the_cells_stays_byte_for_byte() -> None:
    data = rich()
    values: dict[writing.Where, writing.Value] = {
        (0, 1, 1): Decimal(12),
        (0, 2, 1): Decimal("7.5"),
        (0, 3, 1): "无",
    }
    before, after = parts(data), parts(writing.filled(data, SHEETS, values, {}))
    assert list(before) == list(after)
    changed = {name for name in before if before[name] != after[name]}
    # The sheet that is filled and the one whose formula reads it; the workbook asked to be worked out already.
    assert changed == {SHEETS[0], SHEETS[1]}
    for name in changed:
        assert without_values(before[name], "B2", "B3", "B4") == without_values(after[name], "B2", "B3", "B4")
    sheet = openpyxl.load_workbook(io.BytesIO(writing.filled(data, SHEETS, values, {})))["表"]
    assert [sheet[name].value for name in ("B2", "B3", "B4", "B5")] == [12, 7.5, "无", "=SUM(B2:B4)"]
    assert sheet["B2"].fill.start_color.rgb == "FFFFDDDD"
    # No reader is shown the sum that stood there before.
    for name, cell in ((SHEETS[0], "B5"), (SHEETS[1], "A1")):
        assert b"<v>" in etree.tostring(cell_of(before[name], cell))
        assert b"<v>" not in etree.tostring(cell_of(after[name], cell))


def test_comments_are_added_beside_those_that_are_there() -> None:
    data = rich()
    notes = {(0, 1, 1): "来源：登记诉求", (0, 0, 1): "不写在已有批注的格里", (2, 0, 0): "另一张表"}
    filled = writing.filled(data, SHEETS, {(0, 1, 1): 12}, notes)
    before, after = parts(data), parts(filled)
    book = openpyxl.load_workbook(io.BytesIO(filled))
    assert book["表"]["B2"].comment.text == "来源：登记诉求"
    assert book["表"]["B1"].comment.text == "从系统取数"
    assert book["说明"]["A1"].comment.text == "另一张表"
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {
        SHEETS[0], SHEETS[1], SHEETS[2], "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml", "[Content_Types].xml",
    }  # fmt: skip
    assert {name for name in after if name not in before} == {
        "xl/comments2.xml", "xl/drawings/vmlDrawing2.vml", "xl/worksheets/_rels/sheet3.xml.rels",
    }  # fmt: skip


def test_a_source_of_last_time_gives_way_to_that_of_this_time() -> None:
    first = writing.filled(
        rich(), SHEETS, {(0, 1, 1): 12}, {(0, 1, 1): "来源：上半年", (0, 2, 1): "来源：手填"}
    )
    again = writing.filled(
        first, SHEETS, {(0, 1, 1): 7}, {(0, 0, 1): "不写", (0, 1, 1): "来源：下半年", (0, 3, 1): "新的"}
    )
    sheet = openpyxl.load_workbook(io.BytesIO(again))["表"]
    told = {name: sheet[name].comment.text for name in ("B1", "B2", "B3", "B4")}
    assert told == {"B1": "从系统取数", "B2": "来源：下半年", "B3": "来源：手填", "B4": "新的"}
    assert b"<v:shape " in parts(again)["xl/drawings/vmlDrawing1.vml"]
    shapes = etree.fromstring(parts(again)["xl/drawings/vmlDrawing1.vml"]).findall(
        "{urn:schemas-microsoft-com:vml}shape"
    )
    assert len({one.get("id") for one in shapes}) == len(shapes) == 4


def test_a_cell_and_a_row_that_are_not_there_are_added_in_their_place() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet()
    page.write("A1", "甲")
    page.write("C1", "丙")
    page.write("A9", "末")
    book.close()
    filled = writing.filled(out.getvalue(), {0: SHEETS[0]}, {(0, 0, 1): 5, (0, 4, 2): 6}, {})
    sheet = openpyxl.load_workbook(io.BytesIO(filled))["Sheet1"]
    assert (sheet["B1"].value, sheet["C5"].value, sheet["A9"].value) == (5, 6, "末")
    root = etree.fromstring(parts(filled)[SHEETS[0]])
    places = [place_of(one.get("r")) for one in root.iter(f"{{{MAIN}}}c")]
    assert places == sorted(places)


@pytest.mark.parametrize("name", ["A0x", "", "1A", "ABCD1"])
def test_what_is_no_name_of_a_cell(name: str) -> None:
    with pytest.raises(ValueError, match=name or "^$"):
        package.place_of(name)
