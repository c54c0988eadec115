"""The parts of a Word file that python-docx has no word for: fonts by script, grid, borders, fields, links."""

import math
from collections.abc import Sequence
from typing import Any

from docx.document import Document as Word
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph as Line
from docx.text.run import Run as Piece

from minfu.papers import texts
from minfu.papers.official import layout
from minfu.papers.official.model import Official, Table

#: How much closer characters of size 3 stand than they are wide, in twentieths of a point: 28 fit a line.
CLOSER = -5
HEADING_FONTS = (layout.HEI, layout.KAI, layout.FANG, layout.FANG)
#: Twentieths of a point, and eighths for borders: how Word counts.
TWIPS, EIGHTHS = 20, 8
#: From line to line in the imprint, and how many characters of 抄送 its first line and the next hold.
IMPRINT_PITCH, COPIES_FIRST, COPIES_NEXT = 22.0, 29, 26
#: Thick and thin lines of the imprint: 0.35 and 0.25 mm.
THICK, THIN = 0.35 * layout.MM, 0.25 * layout.MM
#: The page number's line above the lower edge of the page, in mm: its dash stands 7 mm below 版心.
FOOTER_UP = layout.BOTTOM - 7.0 - 3.0


def element(name: str, **attributes: object) -> Any:
    """Return an element ``w:name`` with attributes of the same namespace."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def font(piece: Piece, name: str, size: float | None = None) -> None:
    """Give a run a font for every script, and a size in points."""
    _fonts(piece._r.get_or_add_rPr(), name)  # noqa: SLF001 - python-docx has no door for East Asian fonts
    if size is not None:
        piece.font.size = Pt(size)


def _fonts(properties: Any, name: str) -> None:
    held = properties.get_or_add_rFonts()
    for key in list(held.attrib):
        del held.attrib[key]
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        held.set(qn(f"w:{script}"), name)


def styles(word: Word) -> None:
    """Make the styles: body, addressees, head, number, title, headings, attachment, table."""
    # Lines and characters are counted from the size that everything begins with.
    usual = word.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    _fonts(usual, layout.FANG)
    for size in usual.findall(qn("w:sz")) + usual.findall(qn("w:szCs")):
        size.set(qn("w:val"), str(round(layout.SIZE_3 * 2)))
    normal = word.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)  # noqa: S101 - python-docx's own template has it
    _shape(normal, layout.FANG, layout.SIZE_3)
    indent = 2 * layout.CELL
    for name, family, size, first in (
        ("公文正文", layout.FANG, layout.SIZE_3, indent),
        ("公文主送", layout.FANG, layout.SIZE_3, 0.0),
        ("公文附件", layout.HEI, layout.SIZE_3, 0.0),
        ("发文字号", layout.FANG, layout.SIZE_3, 0.0),
        ("发文机关标志", layout.TITLE, layout.HEAD_MOST, 0.0),
        ("公文表格", layout.FANG, 12.0, 0.0),
        ("公文表注", layout.HEI, 12.0, 0.0),
        ("公文版记", layout.FANG, layout.SIZE_4, 0.0),
    ):
        made = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        assert isinstance(made, ParagraphStyle)  # noqa: S101 - asked for just above
        made.base_style = normal
        made.quick_style = True
        _shape(made, family, size, indent=first)
    for name, family, size, first in (
        ("Title", layout.TITLE, layout.SIZE_2, 0.0),
        *((f"Heading {n}", HEADING_FONTS[n - 1], layout.SIZE_3, indent) for n in (1, 2, 3, 4)),
    ):
        known = word.styles[name]
        assert isinstance(known, ParagraphStyle)  # noqa: S101 - python-docx's own template has it
        _shape(known, family, size, indent=first)
        known.paragraph_format.keep_with_next = name != "Title"
    head = word.styles["发文机关标志"]
    assert isinstance(head, ParagraphStyle)  # noqa: S101 - made above
    head.font.color.rgb = RGBColor.from_string(layout.RED)
    for centred in ("发文机关标志", "Title"):
        known = word.styles[centred]
        assert isinstance(known, ParagraphStyle)  # noqa: S101 - made or shaped above
        known.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for small in ("公文表格", "公文表注"):
        known = word.styles[small]
        assert isinstance(known, ParagraphStyle)  # noqa: S101 - made above
        known.paragraph_format.line_spacing = Pt(18)
        known.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    imprint_style = word.styles["公文版记"]
    assert isinstance(imprint_style, ParagraphStyle)  # noqa: S101 - made above
    imprint_style.paragraph_format.line_spacing = Pt(IMPRINT_PITCH)


def _shape(style: ParagraphStyle, family: str, size: float, *, indent: float = 0.0) -> None:
    """Give a style font, size, the line pitch of the grid, and no colour, border or space of Word's own."""
    style.font.size = Pt(size)
    style.font.bold = style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    _fonts(style.element.get_or_add_rPr(), family)
    for spacing in style.element.rPr.findall(qn("w:spacing")):
        style.element.rPr.remove(spacing)
    if size == layout.SIZE_3:
        style.element.rPr.find(qn("w:sz")).addprevious(element("spacing", val=CLOSER))
    properties = style.element.get_or_add_pPr()
    # Neither snapped to the grid a second time nor parted from Latin letters and figures.
    for name in ("autoSpaceDE", "autoSpaceDN", "snapToGrid"):
        properties.append(element(name, val=0))
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)
    for gone in properties.findall(qn("w:contextualSpacing")):
        properties.remove(gone)
    shape = style.paragraph_format
    shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    shape.line_spacing = Pt(layout.WORD_PITCH)
    shape.space_before = shape.space_after = Pt(0)
    shape.first_line_indent = Pt(indent)
    shape.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    shape.widow_control = False


def page(word: Word, *, letter: bool, mark: str) -> None:
    """Set page, margins, the grid of 22 lines by 28 characters, and page numbers outside on both sides."""
    section = word.sections[0]
    section.page_width, section.page_height = Mm(layout.PAGE[0]), Mm(layout.PAGE[1])
    section.top_margin, section.bottom_margin = Mm(layout.TOP), Mm(layout.BOTTOM)
    section.left_margin, section.right_margin = Mm(layout.LEFT), Mm(layout.RIGHT)
    if letter:
        section.top_margin = Mm(layout.LETTER_DOWN)
    section.header_distance, section.footer_distance = Mm(15), Mm(FOOTER_UP)
    for known in section._sectPr.findall(qn("w:docGrid")):  # noqa: SLF001 - python-docx has no door for the grid
        section._sectPr.remove(known)  # noqa: SLF001 - as above
    # A grid of lines alone: office suites count a grid of characters differently, so styles say how close those stand.
    section._sectPr.append(element("docGrid", type="lines", linePitch=round(layout.WORD_PITCH * TWIPS)))  # noqa: SLF001 - as above
    word.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    _page_number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)
    headers = [section.header, section.even_page_header]
    if letter:
        section.different_first_page_header_footer = True
        headers.append(section.first_page_header)
        foot = section.first_page_footer.paragraphs[0]
        _border(foot, "top", "thinThickSmallGap", 2.25, layout.RED, 0)
        _widen(foot)
    for one in headers if mark else []:
        line = one.paragraphs[0]
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        piece = line.add_run(texts.tidy(mark))
        font(piece, layout.HEI, 12)
        piece.font.color.rgb = RGBColor.from_string(layout.RED)


def _page_number(line: Line, side: WD_ALIGN_PARAGRAPH) -> None:
    """Write — 1 —, one character away from the outer edge."""
    line.alignment = side
    edge = Pt(layout.SIZE_4)
    if side == WD_ALIGN_PARAGRAPH.RIGHT:
        line.paragraph_format.right_indent = edge
    else:
        line.paragraph_format.left_indent = edge
    line.paragraph_format.first_line_indent = Pt(0)
    line.paragraph_format.line_spacing = Pt(18)
    font(line.add_run("— "), layout.SONG, layout.SIZE_4)
    number = line.add_run()
    font(number, layout.SONG, layout.SIZE_4)
    for part in (
        element("fldChar", fldCharType="begin"),
        _instruction("PAGE"),
        element("fldChar", fldCharType="end"),
    ):
        number._r.append(part)  # noqa: SLF001 - python-docx has no door for fields
    font(line.add_run(" —"), layout.SONG, layout.SIZE_4)


def _instruction(text: str) -> Any:
    made = element("instrText")
    made.text = text
    return made


def _border(line: Line, side: str, kind: str, points: float, colour: str, space: float) -> None:
    """Give a paragraph a border on one side; ``space`` points lie between it and the text."""
    properties = line._p.get_or_add_pPr()  # noqa: SLF001 - python-docx has no door for borders
    borders = element("pBdr")
    borders.append(element(side, val=kind, sz=round(points * EIGHTHS), space=round(space), color=colour))
    # The schema wants borders before spacing and all that follows.
    after = next((one for one in properties if one.tag not in _BEFORE_BORDERS), None)
    if after is None:
        properties.append(borders)
    else:
        after.addprevious(borders)


_BEFORE_BORDERS = {
    qn(f"w:{name}")
    for name in ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr")
}
#: What a table says of itself, in the order the schema wants.
_TABLE_ORDER = [
    qn(f"w:{name}")
    for name in (
        "tblStyle",
        "tblpPr",
        "tblW",
        "jc",
        "tblInd",
        "tblBorders",
        "tblLayout",
        "tblCellMar",
        "tblLook",
    )
]


def red_rule(line: Line) -> None:
    """Draw the red line 4 mm below the number, as wide as 版心."""
    below = (layout.PITCH - layout.SIZE_3) / 2
    _border(line, "bottom", "single", 2.0, layout.RED, layout.RULE_DOWN * layout.MM - below)


def double_rule(line: Line) -> None:
    """Draw the red double line of a letter 4 mm below its name, 170 mm wide."""
    _border(line, "bottom", "thickThinSmallGap", 2.25, layout.RED, layout.RULE_DOWN * layout.MM)
    _widen(line)


def _widen(line: Line) -> None:
    out = Mm(-(layout.LETTER_LINE - layout.WIDTH) / 2)
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = out


def spread(line: Line, said: Sequence[str], wide: Length) -> None:
    """Spread texts over the line: the first left, the last right, one between in the middle."""
    line.alignment = WD_ALIGN_PARAGRAPH.LEFT
    stops = line.paragraph_format.tab_stops
    if len(said) > 2:  # noqa: PLR2004 - left, middle, right
        stops.add_tab_stop(Length(wide // 2), WD_TAB_ALIGNMENT.CENTER)
    stops.add_tab_stop(wide, WD_TAB_ALIGNMENT.RIGHT)
    line.add_run(texts.tidy("\t".join(said)))


def link(line: Line, text: str, address: str) -> None:
    """Add a link that looks like the text around it: documents are printed too."""
    number = line.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    made = OxmlElement("w:hyperlink")
    made.set(qn("r:id"), number)
    piece = element("r")
    said = element("t")
    said.text = text
    piece.append(said)
    made.append(piece)
    line._p.append(made)  # noqa: SLF001 - python-docx reads links but does not write them


def table(word: Word, one: Table) -> None:
    """Add a table with its caption above; its heading repeats on every page, its rows stay whole."""
    if one.caption:
        word.add_paragraph(texts.tidy(one.caption), style="公文表注").paragraph_format.keep_with_next = True
    made = word.add_table(rows=1, cols=len(one.titles))
    made.style, made.alignment, made.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    widths = one.widths or (1.0,) * len(one.titles)
    shares = [Mm(layout.WIDTH * width / sum(widths)) for width in widths]
    made.rows[0]._tr.get_or_add_trPr().append(element("tblHeader"))  # noqa: SLF001 - no door for it
    for cell, title in zip(made.rows[0].cells, one.titles, strict=True):
        line = cell.paragraphs[0]
        line.style = "公文表注"
        line.add_run(texts.tidy(title))
    for row in one.rows:
        for cell, runs in zip(made.add_row().cells, row, strict=True):
            line = cell.paragraphs[0]
            line.style = "公文表格"
            for run in runs:
                if run.link:
                    link(line, texts.tidy(run.text), run.link)
                else:
                    line.add_run(texts.tidy(run.text))
    # Word goes by the cells, other office suites by the grid.
    for column, width in zip(made.columns, shares, strict=True):
        column.width = width
    for held in made.rows:
        held._tr.get_or_add_trPr().insert(0, element("cantSplit"))  # noqa: SLF001 - no door for it
        for cell, width in zip(held.cells, shares, strict=True):
            cell.width = width


def imprint(word: Word, document: Official) -> None:
    """Add the imprint (版记) at the foot of the last page: a table that stands on the lower edge of 版心."""
    day = f"{layout.day_text(document.printed_on)}印发" if document.printed_on else ""
    rows = [(f"抄送：{document.copies.rstrip('。')}。",)] if document.copies else []
    said = [*rows, *([(document.printed_by, day)] if document.printed_by else [])]
    if not said:
        return
    made = word.add_table(rows=0, cols=1)
    high = 0.0
    for row in said:
        held = made.add_row()
        lines = (
            1 + max(0, math.ceil((layout.em(row[0]) - COPIES_FIRST) / COPIES_NEXT)) if len(row) == 1 else 1
        )
        held.height, held.height_rule = Pt(IMPRINT_PITCH * lines), WD_ROW_HEIGHT_RULE.EXACTLY
        high += IMPRINT_PITCH * lines
        line = held.cells[0].paragraphs[0]
        line.style = "公文版记"
        line.paragraph_format.left_indent = line.paragraph_format.right_indent = Pt(layout.SIZE_4)
        if len(row) == 1:
            line.paragraph_format.left_indent = Pt(4 * layout.SIZE_4)
            line.paragraph_format.first_line_indent = Pt(-3 * layout.SIZE_4)
            line.add_run(texts.tidy(row[0]))
        else:
            spread(line, row, Pt(layout.WIDTH * layout.MM - layout.SIZE_4))
    properties = made._tbl.tblPr  # noqa: SLF001 - no door for floating tables and borders
    down = (layout.PAGE[1] - layout.BOTTOM) * layout.MM - high
    places = {"vertAnchor": "page", "tblpXSpec": "center", "tblpY": round(down * TWIPS)}
    floating = element("tblpPr", horzAnchor="margin", **places)
    properties.append(floating)
    borders = element("tblBorders")
    for side, points in (("top", THICK), ("bottom", THICK), ("insideH", THIN)):
        borders.append(element(side, val="single", sz=round(points * EIGHTHS), space=0, color="000000"))
    properties.append(borders)
    margins = element("tblCellMar")
    for side in ("left", "right"):
        margins.append(element(side, w=0, type="dxa"))
    properties.append(margins)
    properties[:] = sorted(properties, key=lambda one: _TABLE_ORDER.index(one.tag))
    for row_held in made.rows:
        row_held.cells[0].width = Mm(layout.WIDTH)
    # Word wants a paragraph after a table; it takes no line.
    last = word.add_paragraph()
    last.paragraph_format.line_spacing = Pt(1)
