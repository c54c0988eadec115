"""Official documents: measured on the page against GB/T 9704, and read back from Word."""

import functools
import io
import itertools
import re
import zipfile
from dataclasses import replace
from datetime import date
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Length, Pt
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from minfu.kernel.errors import Invalid
from minfu.papers import fonts, press
from minfu.papers.official import Attachment, Heading, Kind, Official, Paragraph, Run, Table, layout, plain
from minfu.papers.official import pdf as as_pdf
from minfu.papers.official import word as as_word
from minfu.papers.tests import measure, reading

#: Counted on the page in mm: closer than a printer can place a character.
NEAR = 0.12
SENTENCE = "各村要把群众反映的问题当作自己的事来办逐件登记逐件答复到期没有办结的要说明原因并报告乡平台"
LINK = "https://minfu.invalid/records/1"
NOTICE = Official(
    kind=Kind.NOTICE,
    head="凤埔乡人民政府文件",
    title="凤埔乡人民政府关于做好2026年上半年\n群众诉求办理工作的通知",
    number="凤政〔2026〕7号",
    addressees="各村民委员会，乡直各单位",
    blocks=(
        Paragraph(plain(SENTENCE * 14 + "。")),
        Heading(1, plain("总体情况")),
        Paragraph((Run("上半年收到诉求"), Run("1234件", LINK), Run("，负责人黄堃、林昇、陈喆、张䶮。"))),
        Heading(2, plain("按时办结。"), plain("到期的都办结了。")),
        Heading(3, plain("分类情况")),
        Heading(4, plain("道路交通")),
        Table(("类别", "件数"), ((plain("道路"), plain("120")),), (2, 1), "分类统计"),
        Heading(1, plain("下一步工作")),
        Paragraph(plain("特此通知。")),
    ),
    attachments=(Attachment("诉求分类统计表", (Paragraph(plain("见表。")),)), Attachment("名单", (Paragraph(plain("略。")),))),
    units=("凤埔乡人民政府",),
    day=date(2026, 7, 6),
    urgency="特急",
    note="此件公开发布",
    copies="县人民政府办公室，县信访局，县政务服务中心，县农业农村局，县交通运输局，县水利局",
    printed_by="凤埔乡党政办公室",
    printed_on=date(2026, 7, 7),
)  # fmt: skip
REQUEST = replace(NOTICE, kind=Kind.REQUEST, signer="黄堃", addressees="古田县人民政府", attachments=())


@functools.cache
def printed(document: Official) -> bytes:
    return as_pdf.pdf(document)


@functools.cache
def pages(document: Official) -> list[list[measure.Row]]:
    return measure.pages(printed(document))


def row(rows: list[measure.Row], beginning: str) -> measure.Row:
    return next(one for one in rows if one.text.startswith(beginning))


def is_near(value: float, expected: float) -> bool:
    return abs(value - expected) <= NEAR


def wide(points: float) -> float:
    return points / layout.MM


# --- the page --------------------------------------------------------------------------------------------------------


def test_the_page_is_a4_and_every_font_is_embedded() -> None:
    assert reading.sizes(printed(NOTICE)) == {(210, 297)}
    assert all(reading.fonts(printed(NOTICE)).values())


def test_a_full_page_has_22_lines_of_28_characters() -> None:
    document = replace(
        NOTICE, blocks=(Paragraph(plain("字" * 28 * 60)),), attachments=(), copies="", printed_by=""
    )
    full = pages(document)[1]
    text = [one for one in full if "—" not in one.text]
    assert len(text) == layout.LINES
    assert {len(one.text) for one in text} == {layout.CHARACTERS}
    assert {one.signs[0].size for one in text} == {layout.SIZE_3}
    steps = [below.base - above.base for above, below in itertools.pairwise(text)]
    assert all(is_near(step, layout.HEIGHT / layout.LINES) for step in steps)
    assert all(is_near(one.left, layout.LEFT) for one in text)
    cells = [right.left - left.left for left, right in itertools.pairwise(text[0].signs)]
    assert all(is_near(cell, layout.WIDTH / layout.CHARACTERS) for cell in cells)
    # The first line begins at the top of 版心 and the last ends at its bottom: half a pitch around the middle of a character.
    middle = [one.base - wide(0.38 * layout.SIZE_3) for one in (text[0], text[-1])]
    half = layout.HEIGHT / layout.LINES / 2
    assert is_near(middle[0] - half, layout.TOP)
    assert is_near(middle[1] + half, layout.TOP + layout.HEIGHT)


def test_the_head_stands_where_the_standard_wants_it() -> None:
    first = pages(NOTICE)[0]
    head = row(first, "凤埔乡人民政府文件")
    assert is_near(head.base - wide(0.88 * head.signs[0].size), layout.TOP + layout.HEAD_DOWN)
    middle = (head.left + head.signs[-1].left + wide(head.signs[-1].size)) / 2
    assert is_near(middle, layout.LEFT + layout.WIDTH / 2)
    number = row(first, "凤政〔2026〕7号")
    empty = (number.base - wide(0.88 * layout.SIZE_3)) - (head.base + wide(0.12 * head.signs[0].size))
    assert empty >= 2 * wide(layout.PITCH)
    [rule] = measure.rules(printed(NOTICE))
    line = (rule[1] + rule[3]) / 2
    assert is_near(line - (number.base + wide(0.12 * layout.SIZE_3)), layout.RULE_DOWN)
    assert abs((rule[2] - rule[0]) - layout.WIDTH) <= 1.5  # the ends of a stroke count
    title = row(first, "凤埔乡人民政府关于")
    assert title.signs[0].size == layout.SIZE_2
    assert is_near(row(first, "各村民委员会").left, layout.LEFT)


def test_what_goes_up_names_who_signs_beside_the_number() -> None:
    line = next(one for one in pages(REQUEST)[0] if "签发人" in one.text)
    assert line.text == "凤政〔2026〕7号签发人：黄堃"
    assert (
        is_near(line.left, layout.LEFT + wide(layout.CELL)) or line.left > layout.LEFT
    )  # 〔 hangs in its cell
    end = line.signs[-1].left + wide(layout.SIZE_3)
    assert is_near(end, layout.LEFT + layout.WIDTH - wide(layout.CELL) + wide(layout.SIZE_3 - layout.CELL))


#: Where digits must be as wide as in 仿宋; without it documents are set in what is there, and lie a little otherwise.
needs_fang = pytest.mark.skipif(
    not any(fonts.BROUGHT.glob("FandolFang-*")), reason="set-up could not bring 仿宋: tools/setup.sh fonts"
)


@needs_fang
def test_page_numbers_stand_outside_7_mm_below() -> None:
    for number, rows in enumerate(pages(NOTICE), 1):
        foot = rows[-1]
        assert foot.text == f"—{number}—"
        assert foot.signs[0].size == layout.SIZE_4
        dash = foot.base - wide(0.38 * layout.SIZE_4)
        assert is_near(dash, layout.TOP + layout.HEIGHT + 7)
        right = layout.LEFT + layout.WIDTH - (foot.signs[-1].left + wide(layout.SIZE_4))
        gap = right if number % 2 else foot.left - layout.LEFT
        assert is_near(gap, wide(layout.SIZE_4))


@needs_fang
def test_signature_and_date_leave_room_for_the_seal() -> None:
    rows = next(rows for rows in pages(NOTICE) if any(one.text == "2026年7月6日" for one in rows))
    day, unit = row(rows, "2026年7月6日"), row(rows, "凤埔乡人民政府")
    # The end of the date leaves 4 characters; the unit is centred over it.
    end = day.left + wide(layout.em("2026年7月6日") * layout.CELL)
    assert abs(layout.LEFT + layout.WIDTH - end - 4 * wide(layout.CELL)) <= wide(0.2 * layout.CELL)
    middle = [
        (one.left + one.signs[-1].left + wide(layout.SIZE_3 * layout.em(one.signs[-1].text))) / 2
        for one in (day, unit)
    ]
    assert abs(middle[0] - middle[1]) <= wide(0.2 * layout.CELL)
    above = rows[rows.index(unit) - 1]
    assert above.text  # text or the note of attachments stands on the same page
    assert row(rows, "附件：1.诉求分类统计表").left > layout.LEFT + wide(1.9 * layout.CELL)


def test_the_imprint_ends_with_the_page() -> None:
    lines = measure.rules(printed(NOTICE), len(pages(NOTICE)) - 1)
    assert len(lines) == 3
    last = lines[-1]
    assert abs((last[1] + last[3]) / 2 - (layout.TOP + layout.HEIGHT)) <= 0.2
    rows = pages(NOTICE)[-1]
    assert row(rows, "抄送：").signs[0].size == layout.SIZE_4
    assert row(rows, "凤埔乡党政办公室").text.endswith("2026年7月7日印发")


def test_rare_characters_links_and_tables_are_there() -> None:
    text = reading.text(printed(NOTICE))
    assert all(name in text for name in ("黄堃", "林昇", "陈喆", "张䶮"))
    assert "〓" not in text
    links = [
        one.get_object()
        for page in PdfReader(io.BytesIO(printed(NOTICE))).pages
        for one in page.get("/Annots", ())
    ]
    assert {one["/A"]["/URI"] for one in links} == {LINK}
    for one in ("一、总体情况", "（一）按时办结。到期", "1.分类情况", "（1）道路交通", "二、下一步工作"):
        assert one in text


def test_letters_and_issues_have_heads_of_their_own() -> None:
    letter = replace(
        NOTICE, kind=Kind.LETTER, head="凤埔乡人民政府", attachments=(), urgency="", printed_by=""
    )
    rows = pages(letter)[0]
    head = row(rows, "凤埔乡人民政府")
    assert is_near(head.base - wide(0.88 * head.signs[0].size), layout.LETTER_DOWN)
    assert not any("—" in one.text for one in rows)  # the first page of a letter has no number
    lines = measure.rules(printed(letter))
    assert len(lines) == 4
    assert abs((lines[0][2] - lines[0][0]) - layout.LETTER_LINE) <= 1.5
    issue = replace(
        NOTICE, kind=Kind.BRIEFING, head="凤埔民情简报", number="第7期", attachments=(), addressees=""
    )
    assert "凤埔乡党政办公室第7期2026年7月6日" in reading.text(printed(issue))


def test_a_draft_and_a_withdrawn_one_say_so_on_every_page() -> None:
    marked = printed(replace(NOTICE, mark="草稿，未经批准不得印发"))
    assert all("草稿，未经批准不得印发" in one for one in reading.pages(marked))


# --- Word ------------------------------------------------------------------------------------------------------------


def word(document: Official) -> Any:
    return docx.Document(io.BytesIO(as_word.docx(document)))


def test_word_has_page_grid_styles_and_the_official_fonts() -> None:
    held = word(NOTICE)
    page = held.sections[0]
    measures = (
        page.page_width,
        page.page_height,
        page.top_margin,
        page.left_margin,
        page.right_margin,
        page.bottom_margin,
    )
    assert [round(one.mm) for one in measures] == [210, 297, 37, 28, 26, 35]
    body = held.styles["公文正文"]
    assert body.font.size.pt == layout.SIZE_3
    assert body.paragraph_format.line_spacing.pt * layout.LINES <= layout.HEIGHT * layout.MM
    assert (body.paragraph_format.line_spacing.pt + 0.1) * layout.LINES > layout.HEIGHT * layout.MM
    closer = int(body.element.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
    assert (layout.SIZE_3 + closer) * layout.CHARACTERS <= layout.WIDTH * layout.MM
    assert (layout.SIZE_3 + closer) * (layout.CHARACTERS + 1) > layout.WIDTH * layout.MM
    fonts = {
        name: held.styles[name].element.rPr.rFonts.get(qn("w:eastAsia"))
        for name in ("公文正文", "Title", "Heading 1", "Heading 2", "Heading 3", "发文机关标志")
    }
    assert fonts == {
        "公文正文": "仿宋_GB2312",
        "Title": "方正小标宋简体",
        "Heading 1": "黑体",
        "Heading 2": "楷体_GB2312",
        "Heading 3": "仿宋_GB2312",
        "发文机关标志": "方正小标宋简体",
    }


@pytest.mark.parametrize("document", [NOTICE, REQUEST], ids=["notice", "request"])
def test_word_says_what_the_pdf_says(document: Official) -> None:
    held = word(document)
    cells = [cell for table in held.tables for line in table.rows for cell in line.cells]
    lines = [*held.paragraphs, *(line for cell in cells for line in cell.paragraphs)]
    said = "".join("".join(line.text.split()) for line in lines)
    # Page numbers stand between the pieces of a long paragraph.
    on_paper = re.sub(r"—\d+—", "", reading.text(printed(document)))
    for line in lines:
        text = "".join(line.text.split())
        assert all(piece in on_paper for piece in text.split("。") if piece), text
    assert "1234件" in said
    addresses = [one.target_ref for one in held.part.rels.values() if one.is_external]
    assert addresses == [LINK]


def test_tables_keep_their_widths_and_their_rows_whole_in_any_office() -> None:
    made = word(NOTICE).tables[0]
    wide, narrow = (one.width for one in made.columns)
    assert abs(wide - 2 * narrow) < 3 * Pt(0.05)
    assert round(Length(wide + narrow).mm) == layout.WIDTH
    assert all([cell.width for cell in row.cells] == [wide, narrow] for row in made.rows)
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in made.rows)


def test_word_brings_no_picture_of_another_document() -> None:
    names = zipfile.ZipFile(io.BytesIO(as_word.docx(NOTICE))).namelist()
    assert "word/document.xml" in names
    assert not [name for name in names if "thumbnail" in name]


def test_word_numbers_pages_by_a_field_on_both_sides() -> None:
    held = word(NOTICE)
    assert held.settings.odd_and_even_pages_header_footer
    for foot in (held.sections[0].footer, held.sections[0].even_page_footer):
        assert "PAGE" in foot.paragraphs[0]._p.xml


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"title": " "}, "title"),
        ({"head": ""}, "head"),
        ({"head": "很" * 60}, "head"),
        ({"addressees": ""}, "addressees"),
        ({"kind": Kind.REQUEST, "signer": ""}, "signer"),
        ({"number": "凤政[2026]7号"}, "number"),
        ({"number": "凤政〔2026〕第7号"}, "number"),
        ({"number": "凤政〔2026〕07号"}, "number"),
        ({"blocks": (Heading(2, plain("越级")),)}, "blocks"),
        ({"blocks": (Heading(5, plain("五层")),)}, "blocks"),
        ({"blocks": (Heading(1, plain("太多")),) * 100}, "blocks"),
    ],
)
@pytest.mark.parametrize("write", [as_pdf.pdf, as_word.docx])
def test_what_the_layout_does_not_allow_is_refused_with_a_sentence(
    write: Any, change: dict[str, Any], part: str
) -> None:
    with pytest.raises(Invalid) as refused:
        write(replace(NOTICE, **change))
    assert list(refused.value.fields) == [part]


@given(
    st.text("政府办公室乡镇村委会", min_size=1, max_size=26),
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.data(),
)
def test_signatures_stay_on_the_page(unit: str, day: date, data: st.DataObject) -> None:
    right = layout.signature((unit,), day, sealed=data.draw(st.booleans()))
    gaps = [(right.units[0], layout.em(unit)), (right.day, layout.em(layout.day_text(day)))]
    assert all(gap >= 0 and gap + long <= layout.CHARACTERS for gap, long in gaps)


@given(st.integers(1, 99))
def test_headings_are_numbered_as_chinese_count(number: int) -> None:
    digits = {sign: value for value, sign in enumerate("零一二三四五六七八九")}
    text = layout.chinese(number)
    tens, found, ones = text.rpartition("十")
    value = digits[ones or "零"] + (10 * (digits[tens] if tens else 1) if found else 0)
    assert value == number


def test_fonts_of_official_documents_are_named_to_who_runs_the_house() -> None:
    found = press.fonts()
    assert found is not None
    assert set(found.official) == {"fang", "kai", "hei", "song", "title"}
