"""Uploaded bytes as rows of cells: xlsx and xls by calamine, CSV in whatever encoding and delimiter. Pure.

Everything here raises ``UnreadableError`` with a sentence for the user.
"""

import csv
import gzip
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from minfu.files import packed
from minfu.files.sheets.values import typed_text

if TYPE_CHECKING:
    import python_calamine

#: Unpacked bytes of a .gz beyond which it is refused.
MOST_UNPACKED = 512 * 1024 * 1024
#: Columns beyond which a sheet is taken for damaged (a stray cell far out), and cells held in memory at once.
MOST_COLUMNS = 300
MOST_CELLS = 20_000_000
#: Longest cell in characters (that of Excel is 32,767; CSV may be longer).
MOST_IN_CELL = 1_000_000
DELIMITERS = (",", "\t", ";", "|", "，")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_GZIP = b"\x1f\x8b"
_CELL = re.compile(rb"""<(?:\w+:)?c\s[^<>]*?\br\s*=\s*["']\s*([A-Za-z]{1,4})(\d{1,8})""")
_ROW = re.compile(rb"""<(?:\w+:)?row\s[^<>]*?\br\s*=\s*["']\s*(\d{1,9})""")
_CHUNK, _OVERLAP = 1024 * 1024, 512

Merged = tuple[tuple[int, int], tuple[int, int]]
#: Chooses among the readings of a CSV file: given its first rows, how many known titles are there.
Score = Callable[[Sequence[Sequence[Any]]], int]


class UnreadableError(ValueError):
    """A file that is no readable table; its text is the sentence for the user."""


@dataclass(frozen=True)
class Table:
    """A table: its name, an iterator over rows (the first is row 0), and merged ranges as zero-based corners."""

    name: str
    rows: Iterator[Sequence[Any]]
    merged: Sequence[Merged] = ()


def read_table(data: bytes, *, most_rows: int, score: Score) -> Table:
    """Return the first sheet of a workbook, or the rows of a CSV file (also packed as .gz), told by content."""
    if data.startswith(_GZIP):
        data = _unpacked(data)
    if data.startswith(b"PK"):
        return _workbook(data, most_rows, _check_xlsx)
    if data.startswith(_OLE):
        return _workbook(data, most_rows, None)
    return _csv(data, score)


def _unpacked(data: bytes) -> bytes:
    """Return the content of a .gz, unless it is a bomb."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            content = file.read(MOST_UNPACKED + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableError(_("压缩文件已损坏，打不开。")) from error
    if len(content) > MOST_UNPACKED:
        raise UnreadableError(_("文件解压后过大，请分成几个文件导入。"))
    return content


# --- workbooks ---


def _check_xlsx(data: bytes, most_rows: int) -> None:
    """Refuse a workbook that would harm: a zip bomb, or a cell so far out that its sheet fills the memory."""
    try:
        packed.check_container(io.BytesIO(data))
    except packed.UnsafeContainerError as error:
        raise UnreadableError(str(error)) from error
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        if packed.office_kind(frozenset(file.namelist())) != "xlsx":
            raise UnreadableError(_("这不是 Excel 文件。请另存为 xlsx 或 CSV 后再导入。"))
        for name in file.namelist():
            if name.lower().startswith("xl/worksheets/") and name.lower().endswith(".xml"):
                rows, columns = _extent(file, name)
                if rows > most_rows + 1000 or columns > MOST_COLUMNS or rows * columns > MOST_CELLS:
                    raise UnreadableError(_too_large(rows, columns, most_rows))


def _extent(file: zipfile.ZipFile, name: str) -> tuple[int, int]:
    """Return the last row and column (counted from 1) that a sheet's XML names."""
    last_row = last_column = 0
    tail = b""
    with file.open(name) as content:
        while chunk := content.read(_CHUNK):
            block = tail + chunk
            for letters, digits in _CELL.findall(block):
                last_row = max(last_row, int(digits))
                last_column = max(last_column, _column_number(letters))
            last_row = max([last_row, *map(int, _ROW.findall(block))])
            tail = block[-_OVERLAP:]
    return last_row, last_column


def _column_number(letters: bytes) -> int:
    """Return the number of a column: A → 1, AA → 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _too_large(rows: int, columns: int, most_rows: int) -> str:
    """Say that a sheet is too large and what to do."""
    if columns > MOST_COLUMNS:
        sentence = _("表格有 %(n)d 列，超过 %(most)d 列。请删掉右侧的空列再导入。")
        return sentence % {"n": columns, "most": MOST_COLUMNS}
    sentence = _("表格有 %(n)d 行，超过 %(most)d 行。请删掉末尾的空行，或分成几个文件导入。")
    return sentence % {"n": rows, "most": most_rows}


def _workbook(data: bytes, most_rows: int, check: Callable[[bytes, int], None] | None) -> Table:
    """Return the first visible sheet of a workbook."""
    if check:
        check(data, most_rows)
    import python_calamine

    damaged = _("文件已损坏，打不开。请用 Excel 或 WPS 重新保存后再导入。")
    try:
        return _first_sheet(python_calamine.load_workbook(io.BytesIO(data)))
    except python_calamine.PasswordError as error:
        raise UnreadableError(_("文件设有密码。请取消密码后再导入。")) from error
    except (python_calamine.CalamineError, OSError) as error:
        raise UnreadableError(damaged) from error
    except BaseException as error:
        # The reader is written in Rust; on damage nobody thought of it panics, which arrives as a BaseException.
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableError(damaged) from error


def _first_sheet(book: "python_calamine.CalamineWorkbook") -> Table:
    """Return the first sheet people see."""
    import python_calamine

    for sheet in book.sheets_metadata:
        if (
            sheet.visible == python_calamine.SheetVisibleEnum.Visible
            and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        ):
            found = book.get_sheet_by_name(sheet.name)
            return Table(found.name, iter(found.iter_rows()), found.merged_cell_ranges or ())
    raise UnreadableError(_("文件里没有工作表。"))


# --- CSV ---


def _csv(data: bytes, score: Score) -> Table:
    """Return the rows of a CSV file, with the delimiter under which its first rows hold most known titles."""
    text = _decoded(data)
    if "\x00" in text[:4096]:
        raise UnreadableError(_("这不是表格文件。请用 xlsx、xls 或 CSV 文件导入。"))
    best = max(DELIMITERS, key=lambda delimiter: _fit(_first_rows(text, delimiter), score, delimiter))
    return Table("CSV", _records(text, best))


def _fit(rows: list[list[str]], score: Score, delimiter: str) -> tuple[float, float, bool]:
    """Say how well a delimiter reads the first rows: known titles, or without any how many rows have the same width."""
    known = score(rows)
    widths = Counter(len(row) for row in rows if row)
    width, times = widths.most_common(1)[0] if widths else (0, 0)
    even = times / len(rows) if not known and width > 1 else 0.0
    return (known, even, delimiter == ",")


def _decoded(data: bytes) -> str:
    """Return the text of a CSV file: a byte-order mark decides, else UTF-8 if it is valid, else GB18030."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableError(_("看不懂文件的文字编码。请用 Excel 或 WPS 另存为 xlsx 后再导入。"))


def _first_rows(text: str, delimiter: str) -> list[list[str]]:
    """Return up to ten rows read with a delimiter; as many as can be read."""
    rows: list[list[str]] = []
    try:
        for record in _records(text[:65536], delimiter):
            rows.append(record)
            if len(rows) == 10:  # noqa: PLR2004 - rows enough to judge by
                break
    except UnreadableError:
        pass
    return rows


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    """Yield the records of a CSV text."""
    csv.field_size_limit(MOST_IN_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for record in reader:
            yield [typed_text(cell) for cell in record]
    except csv.Error as error:
        sentence = _("第 %(line)d 行附近的引号不成对，读不下去。请检查这一行，或另存为 xlsx 后再导入。")
        raise UnreadableError(sentence % {"line": reader.line_num}) from error
