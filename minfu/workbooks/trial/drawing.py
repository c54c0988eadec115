"""Drawing a form: a workbook from what stands where. For the trial, tests and the demo."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import xlsxwriter
from xlsxwriter.utility import xl_cell_to_rowcol, xl_rowcol_to_cell

#: A cell of a reference answer that has to be asked.
ASK = "ask"


@dataclass(frozen=True)
class Sheet:
    """A sheet: texts, numbers and formulas by cell or merged range; ranges with a border; ranges that show percent."""

    name: str
    cells: Mapping[str, str | float]
    box: Sequence[str] = ()
    percent: Sequence[str] = ()
    hidden: bool = False


@dataclass(frozen=True)
class Paper:
    """A form of the trial: its make, its sheets, and what each cell asks for, written by hand (``answers`` by "0!B5")."""

    name: str
    sheets: Sequence[Sheet]
    answers: Mapping[str, str] = field(default_factory=dict)

    def data(self) -> bytes:
        """Return the workbook."""
        return drawn(self.sheets)


def drawn(sheets: Sequence[Sheet]) -> bytes:
    """Return the workbook of some sheets, as a county's office would make it: 宋体, borders, titles in the middle."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for sheet in sheets:
        _draw(book, sheet)
    book.close()
    return out.getvalue()


def _draw(book: xlsxwriter.Workbook, sheet: Sheet) -> None:
    page = book.add_worksheet(sheet.name)
    looks = {
        (border, percent): book.add_format(
            {
                "font_name": "宋体",
                "align": "center",
                "valign": "vcenter",
                "text_wrap": True,
                **({"border": 1} if border else {}),
                **({"num_format": "0.0%"} if percent else {}),
            }
        )
        for border in (False, True)
        for percent in (False, True)
    }
    boxed, shares = _places(sheet.box), _places(sheet.percent)
    for place in sorted(boxed):
        page.write_blank(*place, None, looks[True, place in shares])
    for where, what in sheet.cells.items():
        first, _colon, last = where.partition(":")
        place = xl_cell_to_rowcol(first)
        look = looks[place in boxed, place in shares]
        if last:
            page.merge_range(*place, *xl_cell_to_rowcol(last), what, look)
        else:
            page.write(*place, what, look)
    page.set_column(0, 20, 12)
    if sheet.hidden:
        page.hide()


def _places(ranges: Sequence[str]) -> set[tuple[int, int]]:
    found = set()
    for one in ranges:
        first, _colon, last = one.partition(":")
        top, left = xl_cell_to_rowcol(first)
        bottom, right = xl_cell_to_rowcol(last or first)
        found |= {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
    return found


def cross(columns: Mapping[str, str], rows: Mapping[int, str], sheet: int = 0) -> dict[str, str]:
    """Return answers of a table by hand: each column's and row's share, joined (``registered`` and ``@350922204201#2026-H1``).

    A share that is ``ask`` makes the cell one that is asked; an empty column or row has no cells to fill.
    """
    return {
        f"{sheet}!{letter}{row}": ASK if ASK in (column, line) else _joined(column, line)
        for letter, column in columns.items()
        for row, line in rows.items()
        if column and line
    }


def _joined(*shares: str) -> str:
    """Return what, place and period in their order, whichever share names them."""
    told = {"": "", "@": "", "#": ""}
    for share in shares:
        sign = ""
        for character in share:
            if character in "@#":
                sign = character
            told[sign] += character
    return told[""] + told["@"] + told["#"]


def cell(row: int, column: int) -> str:
    """Return a cell's name."""
    return str(xl_rowcol_to_cell(row, column))
