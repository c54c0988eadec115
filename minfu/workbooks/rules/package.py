"""An xlsx file as it lies on disk: its sheets as grids of cells, read from the parts, so that only cells need be changed.

The file has been through ``minfu.files`` before (bombs, macros, damage); entities of XML are never resolved.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO, Any

from django.utils.translation import gettext as _
from lxml import etree

from minfu.files.sheets import column_name
from minfu.kernel.errors import Invalid

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
#: Sheets, and cells of one sheet, beyond which nobody fills a form by hand.
MOST_SHEETS, MOST_CELLS = 30, 40_000
#: Rows and columns that are looked at, and merged cells of one sheet.
MOST_ROWS, MOST_COLUMNS, MOST_MERGES = 2_000, 200, 5_000
_PERCENT_FORMATS = frozenset({9, 10})
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
#: What reading half a container, or one packed in a way nobody here knows, raises.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, KeyError, ValueError, IndexError, OSError, etree.XMLSyntaxError,
)  # fmt: skip
_NAME = re.compile(r"([A-Z]{1,3})([0-9]{1,7})$")

Place = tuple[int, int]


@dataclass(frozen=True)
class Cell:
    """A cell: what stands in it. ``formula`` is its text without the sign; ``number``: a number was typed."""

    text: str = ""
    formula: str | None = None
    number: bool = False
    bordered: bool = False
    percent: bool = False


@dataclass(frozen=True)
class Grid:
    """A sheet: its cells by (row, column) from 0; what a merged cell covers leads to its first cell (``anchor``)."""

    name: str
    part: str
    cells: Mapping[Place, Cell]
    merges: tuple[tuple[int, int, int, int], ...] = ()
    hidden: bool = False

    @cached_property
    def anchors(self) -> dict[Place, Place]:
        """Return the first cell of each merged cell, by every place it covers."""
        return {
            (row, column): (top, left)
            for top, left, bottom, right in self.merges
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        }

    @cached_property
    def merged(self) -> dict[Place, tuple[int, int, int, int]]:
        """Return the merged cells by their first cell."""
        return {one[:2]: one for one in self.merges}

    @cached_property
    def size(self) -> Place:
        """Return how many rows and columns hold anything."""
        places = [
            place
            for place, cell in self.cells.items()
            if cell.text or cell.formula is not None or cell.bordered
        ]
        return max((row for row, _column in places), default=-1) + 1, max(
            (c for _r, c in places), default=-1
        ) + 1

    def anchor(self, row: int, column: int) -> Place:
        """Return the cell that holds what is seen at a place."""
        return self.anchors.get((row, column), (row, column))

    def at(self, row: int, column: int) -> Cell:
        """Return the cell seen at a place."""
        return self.cells.get(self.anchor(row, column), _NOTHING)

    def span(self, row: int, column: int) -> tuple[int, int, int, int]:
        """Return top, left, bottom and right of the (merged) cell at a place."""
        first = self.anchor(row, column)
        return self.merged.get(first, (*first, *first))


_NOTHING = Cell()


@dataclass(frozen=True)
class Book:
    """A workbook: its sheets, the files its formulas refer to, and its parts as they lie in the container."""

    sheets: tuple[Grid, ...]
    outside: tuple[str, ...]
    parts: Mapping[str, bytes] = field(repr=False)


def name_of(row: int, column: int) -> str:
    """Return a cell as Excel calls it: (0, 1) is B1."""
    return f"{column_name(column)}{row + 1}"


def place_of(name: str) -> Place:
    """Return row and column of a cell's name; ``ValueError`` for none."""
    found = _NAME.match(name.replace("$", ""))
    if not found:
        raise ValueError(name)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def refuse_old(head: bytes) -> None:
    """Raise ``Invalid`` on ``file`` for what Excel packs into another container: a password, or the old binary form."""
    if not head.startswith(_OLE):
        return
    if "EncryptedPackage".encode("utf-16-le") in head:
        raise _refused(_("表格设了打开密码，读不了。请用 Excel 或 WPS 取消密码、另存后再上传。"))
    raise _refused(
        _("这是旧版 .xls 表格，填好后保不住原来的格式。请用 Excel 或 WPS 打开，另存为 xlsx 后再上传。")
    )


def refuse_other(file: IO[bytes]) -> None:
    """Refuse what is no workbook at all, or half of one; ``file`` is left at its beginning.

    What takes files of every kind would say of these which kinds it takes. An empty file has a sentence of its own there.
    """
    head = file.read(len(_ZIP))
    file.seek(0)
    if not head:
        return
    if head != _ZIP:
        raise _refused(_("这不是 Excel 表格。请上传要填的 xlsx 表。"))
    try:
        with zipfile.ZipFile(file) as packed:
            names = packed.namelist()
    except _DAMAGED as error:
        raise _broken() from error
    file.seek(0)
    if "[Content_Types].xml" not in names:
        raise _refused(_("这不是 Excel 表格。请上传要填的 xlsx 表。"))


def _broken() -> Invalid:
    return _refused(_("表格已损坏，打不开。请用 Excel 或 WPS 打开检查，另存为 xlsx 后再上传。"))


def read(data: bytes) -> Book:
    """Read a workbook. Raises ``Invalid`` on ``file`` with a sentence for what cannot be read or is too large."""
    refuse_old(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = {name: packed.read(name) for name in packed.namelist()}
        return _book(parts)
    except Invalid:
        raise
    except _DAMAGED as error:
        raise _broken() from error


def parsed(data: bytes) -> etree._Element:
    """Return the root of a part; nothing outside it is read."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(data, parser)


def links(parts: Mapping[str, bytes], part: str) -> dict[str, tuple[str, str]]:
    """Return the relations of a part by id: their kind (last word of it) and where they lead."""
    data = parts.get(links_of(part))
    if data is None:
        return {}
    folder = posixpath.dirname(part)
    found = {}
    for one in parsed(data).iter(f"{{{PACKAGE}}}Relationship"):
        target = one.get("Target", "")
        if one.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        found[one.get("Id", "")] = (one.get("Type", "").rpartition("/")[2], target)
    return found


def links_of(part: str) -> str:
    """Return the part that holds the relations of a part."""
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels"


def _book(parts: Mapping[str, bytes]) -> Book:
    root = parsed(parts["xl/workbook.xml"])
    leads = links(parts, "xl/workbook.xml")
    rows = list(root.iter(f"{{{MAIN}}}sheet"))
    if len(rows) > MOST_SHEETS:
        sentence = _("这个文件有 %(n)d 张工作表，一次最多读 %(most)d 张。请只留下要填的几张，另存后再上传。")
        raise _refused(sentence % {"n": len(rows), "most": MOST_SHEETS})
    texts = _texts(parts)
    looks = _looks(parts)
    sheets = []
    for row in rows:
        kind, part = leads.get(row.get(f"{{{LINKS}}}id", ""), ("", ""))
        if kind == "worksheet" and part in parts:
            hidden = row.get("state", "visible") != "visible"
            sheets.append(_grid(row.get("name", ""), part, parts[part], (texts, looks), hidden=hidden))
    return Book(tuple(sheets), _outside(parts, leads), parts)


def _outside(parts: Mapping[str, bytes], leads: Mapping[str, tuple[str, str]]) -> tuple[str, ...]:
    """Return the names of the files that formulas refer to."""
    found = []
    for kind, part in leads.values():
        if kind == "externalLink":
            found += [target for _kind, target in links(parts, part).values()]
    return tuple(dict.fromkeys(one.replace("\\", "/").rpartition("/")[2] for one in found))


def _texts(parts: Mapping[str, bytes]) -> list[str]:
    """Return the texts that cells share; how they are read aloud in another script is left out."""
    data = parts.get("xl/sharedStrings.xml")
    if data is None:
        return []
    return [_joined(one) for one in parsed(data).iterchildren(f"{{{MAIN}}}si")]


def _joined(node: etree._Element) -> str:
    aloud = f"{{{MAIN}}}rPh"
    return "".join(
        one.text or ""
        for one in node.iter(f"{{{MAIN}}}t")
        if not any(up.tag == aloud for up in one.iterancestors())
    )


def _looks(parts: Mapping[str, bytes]) -> list[tuple[bool, bool]]:
    """Return of each style whether it draws a border, and whether it shows percent."""
    data = parts.get("xl/styles.xml")
    if data is None:
        return []
    root = parsed(data)
    percent = {
        int(one.get("numFmtId", "0"))
        for one in root.iter(f"{{{MAIN}}}numFmt")
        if "%" in re.sub(r'"[^"]*"|\\.', "", one.get("formatCode", ""))
    } | _PERCENT_FORMATS
    borders = [
        any(side.get("style", "none") != "none" for side in one)
        for group in root.iterchildren(f"{{{MAIN}}}borders")
        for one in group.iterchildren(f"{{{MAIN}}}border")
    ]
    found = []
    for group in root.iterchildren(f"{{{MAIN}}}cellXfs"):
        for one in group.iterchildren(f"{{{MAIN}}}xf"):
            border = int(one.get("borderId", "0"))
            found.append(
                (border < len(borders) and borders[border], int(one.get("numFmtId", "0")) in percent)
            )
    return found


def _grid(
    name: str, part: str, data: bytes, known: tuple[list[str], list[tuple[bool, bool]]], *, hidden: bool
) -> Grid:
    root = parsed(data)
    cells = dict(_cells(root, *known))
    if len(cells) > MOST_CELLS:
        raise _too_large(name, len(cells))
    merges = []
    for one in root.iter(f"{{{MAIN}}}mergeCell"):
        first, _colon, last = one.get("ref", "").partition(":")
        top, left = place_of(first)
        bottom, right = place_of(last or first)
        if top < MOST_ROWS and left < MOST_COLUMNS:
            merges.append((top, left, min(bottom, MOST_ROWS), min(right, MOST_COLUMNS)))
    # A handful of merged cells may cover a whole sheet; thousands that cover it again and again are no form.
    covered = sum((bottom - top + 1) * (right - left + 1) for top, left, bottom, right in merges)
    if len(merges) > MOST_MERGES or covered > 2 * MOST_ROWS * MOST_COLUMNS:
        raise _too_large(name, covered)
    return Grid(name, part, cells, tuple(merges), hidden)


def _too_large(name: str, cells: int) -> Invalid:
    sentence = _("工作表“%(name)s”有 %(n)s 格，太大了，不像一张要填的表。请只留下要填的部分，另存后再上传。")
    return _refused(sentence % {"name": name, "n": f"{cells:,}"})


def _cells(
    root: etree._Element, texts: list[str], looks: list[tuple[bool, bool]]
) -> Iterator[tuple[Place, Cell]]:
    for row_at, row in enumerate(root.iter(f"{{{MAIN}}}row")):
        number = int(row.get("r", row_at + 1)) - 1
        for column_at, node in enumerate(row.iterchildren(f"{{{MAIN}}}c")):
            at = place_of(node.get("r", "")) if node.get("r") else (number, column_at)
            if at[0] < MOST_ROWS and at[1] < MOST_COLUMNS:
                yield at, _cell(node, texts, looks)


def _cell(node: etree._Element, texts: list[str], looks: list[tuple[bool, bool]]) -> Cell:
    kind, style = node.get("t", "n"), int(node.get("s", "0"))
    bordered, percent = looks[style] if style < len(looks) else (False, False)
    formula = node.find(f"{{{MAIN}}}f")
    value = node.findtext(f"{{{MAIN}}}v") or ""
    inline = node.find(f"{{{MAIN}}}is")
    plain = value if inline is None else _joined(inline)
    text = texts[int(value)] if kind == "s" and value else plain
    return Cell(
        text=text.strip(),
        formula=None if formula is None else (formula.text or ""),
        number=kind == "n" and bool(value) and formula is None,
        bordered=bordered,
        percent=percent,
    )


def _refused(sentence: Any) -> Invalid:
    return Invalid({"file": [str(sentence)]})
