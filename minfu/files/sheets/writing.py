"""Writing tables people download: nothing in them is run as a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from django.utils.translation import gettext as _

from minfu.files.sheets.values import FORMULA_STARTS, safe_text
from minfu.kernel.calendar.core import CHINA

#: Marks a CSV file as UTF-8 for Excel.
BYTE_ORDER_MARK = "\ufeff"
_LONGEST_CELL = 32_767
_LONGEST_SHEET_NAME = 31
_LONGEST_HEADER = 120
_NOT_IN_SHEET_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))
_WIDEST, _NARROWEST = 60, 8
_MOMENT_WIDTH, _A4 = 18, 9


@dataclass(frozen=True)
class Watermark:
    """What makes a workbook traceable: label and text on a sheet in front, and a mark at every row, head and foot."""

    told: Sequence[tuple[str, str]]
    mark: str


def csv_lines(titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield a CSV file line by line (for a streaming answer): byte-order mark, titles, rows; texts are made safe."""
    yield BYTE_ORDER_MARK + _line(titles)
    for row in rows:
        yield _line(row)


def _line(cells: Sequence[Any]) -> str:
    """Return one line of CSV with its line end."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([_csv_cell(cell) for cell in cells])
    return out.getvalue()


def _csv_cell(value: Any) -> Any:
    """Return a cell for CSV: numbers as they are, moments in China's time, texts made safe."""
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return _wall(value).isoformat(sep=" ", timespec="seconds")
    return safe_text(str(value))


def _wall(moment: datetime) -> datetime:
    """Return a moment as the clock on the wall in China shows it, without a zone."""
    return moment.astimezone(CHINA).replace(tzinfo=None) if moment.tzinfo else moment


def write_xlsx(
    out: IO[bytes],
    titles: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    name: str = "",
    more: Sequence[tuple[str, Sequence[str], Iterable[Sequence[Any]]]] = (),
    watermark: Watermark | None = None,
) -> int:
    """Write a workbook to ``out`` and return the number of rows of data of its first sheet.

    ``more`` are further sheets behind it: name, titles, rows. A ``watermark`` puts a sheet in front that says what it is,
    its mark in a column at the end of every row, and in head and foot of every printed page.

    Texts stay texts (long numbers keep their digits, formulas and links are never made). Rows are written as they come,
    so that an export of any length needs little memory. Empty columns are formatted as text, fit for a template.
    """
    import xlsxwriter

    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    forms = _Forms(book)
    if watermark is not None:
        _write_sheet(book, forms, (_("说明"), [_("项目"), _("内容")], watermark.told))
        titles, rows = [*titles, _("水印")], ([*row, watermark.mark] for row in rows)
    count = _write_sheet(book, forms, (name, titles, rows))
    for one in more:
        _write_sheet(book, forms, one)
    if watermark is not None:
        for sheet in book.worksheets():
            sheet.set_header("&C" + watermark.mark.replace("&", "&&")[:_LONGEST_HEADER])
            sheet.set_footer("&C" + watermark.mark.replace("&", "&&")[:_LONGEST_HEADER] + " &P/&N")
    book.close()
    return count


def _write_sheet(book: Any, forms: "_Forms", told: tuple[str, Sequence[str], Iterable[Sequence[Any]]]) -> int:
    """Add a sheet (name, titles, rows) to a workbook and return its number of rows."""
    name, titles, rows = told
    sheet = book.add_worksheet(name.translate(_NOT_IN_SHEET_NAME)[:_LONGEST_SHEET_NAME] or None)
    widths = dict(enumerate(2 * len(title) + 4 for title in titles))
    for column, title in enumerate(titles):
        sheet.set_column(column, column, None, forms.text)
        sheet.write_string(0, column, title, forms.title)
    sheet.freeze_panes(1, 0)
    count = 0
    for count, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _write_cell(sheet, (count, column), value, forms)
            widths[column] = max(widths.get(column, 0), _width(value))
    for column, width in widths.items():
        sheet.set_column(column, column, min(max(width, _NARROWEST), _WIDEST), forms.text)
    _lay_out(sheet)
    return count


def _width(value: Any) -> int:
    """Return how many narrow characters a value takes in a cell; a Chinese one takes two."""
    if isinstance(value, datetime | date):
        return _MOMENT_WIDTH
    return 0 if value is None else len(str(value)[:_WIDEST].encode("gbk", "replace")) + 2


def _lay_out(sheet: Any) -> None:
    """Print a sheet on A4 across, all columns on one page, the titles at the head of each."""
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


class _Forms:
    """The formats of a workbook."""

    def __init__(self, book: Any) -> None:
        """Add them to the workbook."""
        self.title = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "num_format": "@"})
        self.text = book.add_format({"num_format": "@"})
        self.quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        self.number = book.add_format({"num_format": "General", "align": "right"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})


def _write_cell(sheet: Any, place: tuple[int, int], value: Any, forms: _Forms) -> None:
    """Write one cell by the type of its value."""
    if value is None:
        return
    if isinstance(value, bool | int | float):
        sheet.write(
            *place, value, forms.number
        )  # the column's format is text: sums typed below would stay words
    elif isinstance(value, datetime):
        sheet.write_datetime(*place, _wall(value), forms.moment)
    elif isinstance(value, date):
        sheet.write_datetime(*place, value, forms.day)
    else:
        text = str(value)[:_LONGEST_CELL]
        sheet.write_string(*place, text, forms.quoted if text.startswith(FORMULA_STARTS) else forms.text)
