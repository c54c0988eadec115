"""Numbers into a workbook, everything else as it was: only cells change, and where sources are asked for, comments are added.

The parts of the container are copied byte for byte. In the parts of sheets that are filled only values of cells change; values
that Excel kept of formulas go, so that nobody reads an old sum, and the workbook asks to be worked out anew when it is opened.
"""

import io
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from lxml import etree

from minfu.workbooks.rules.comments import add_comments
from minfu.workbooks.rules.package import MAIN, Place, name_of, parsed, place_of

Value = Decimal | int | str
#: Sheet (from 0), row and column.
Where = tuple[int, int, int]


def filled(
    data: bytes, sheets: Mapping[int, str], values: Mapping[Where, Value], notes: Mapping[Where, str]
) -> bytes:
    """Return the workbook with values in its cells and comments at them. ``sheets``: the part of each sheet, by its number."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        entries = [(info, packed.read(info)) for info in packed.infolist()]
    parts = {info.filename: content for info, content in entries}
    changed: dict[str, bytes] = {}
    for number, part in sheets.items():
        here = {(row, column): value for (sheet, row, column), value in values.items() if sheet == number}
        text = _sheet(parts[part], here)
        if text is not None:
            changed[part] = text
    if changed:
        changed["xl/workbook.xml"] = _worked_out_anew(parts["xl/workbook.xml"])
    told: dict[str, dict[Place, str]] = defaultdict(dict)
    for (sheet, row, column), note in notes.items():
        told[sheets[sheet]][row, column] = note
    for part, some in told.items():
        changed.update(add_comments({**parts, **changed}, part, some))
    return _packed(entries, changed)


def _packed(entries: list[tuple[zipfile.ZipInfo, bytes]], changed: Mapping[str, bytes]) -> bytes:
    """Return the container with some parts changed or added, the others as they were and in their order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for info, content in entries:
            packed.writestr(info, changed.get(info.filename, content), compress_type=info.compress_type)
        known = {info.filename for info, _content in entries}
        for name in sorted(set(changed) - known):
            packed.writestr(
                zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0)), changed[name], zipfile.ZIP_DEFLATED
            )
    return out.getvalue()


def written(root: etree._Element) -> bytes:
    """Return a part as it lies in the container."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _sheet(data: bytes, values: Mapping[Place, Value]) -> bytes | None:
    """Return a sheet with values set and what was kept of formulas dropped; None when nothing changes."""
    root = parsed(data)
    stale = [
        kept
        for cell in root.iter(f"{{{MAIN}}}c")
        if cell.find(f"{{{MAIN}}}f") is not None and (kept := cell.find(f"{{{MAIN}}}v")) is not None
    ]
    if not values and not any("!" in (one.getparent().findtext(f"{{{MAIN}}}f") or "") for one in stale):
        return None
    for one in stale:
        cell = one.getparent()
        cell.remove(one)
        cell.attrib.pop("t", None)
    rows = {int(row.get("r", at + 1)) - 1: row for at, row in enumerate(root.iter(f"{{{MAIN}}}row"))}
    for (number, column), value in sorted(values.items()):
        if number not in rows:
            rows[number] = _new_row(root, number)
        _set(_cell(root, rows[number], number, column), value)
    return written(root)


def _new_row(root: etree._Element, number: int) -> etree._Element:
    """Return a row added where it belongs."""
    data = root.find(f"{{{MAIN}}}sheetData")
    made = etree.Element(f"{{{MAIN}}}row", r=str(number + 1))
    before = [row for row in data if int(row.get("r", "0")) <= number]
    data.insert(len(before), made)
    return made


def _cell(root: etree._Element, row: etree._Element, number: int, column: int) -> etree._Element:
    """Return the cell of a row in a column; one that is not there is added in the look of its row or column."""
    at = 0
    for position, cell in enumerate(row.iterchildren(f"{{{MAIN}}}c")):
        here = place_of(cell.get("r", ""))[1] if cell.get("r") else position
        if here == column:
            return cell
        if here < column:
            at = row.index(cell) + 1
    made = etree.Element(f"{{{MAIN}}}c", r=name_of(number, column))
    look = row.get("s") if row.get("customFormat") == "1" else _look_of_column(root, column)
    if look:
        made.set("s", look)
    row.insert(at, made)
    return made


def _look_of_column(root: etree._Element, column: int) -> str:
    for one in root.iter(f"{{{MAIN}}}col"):
        if int(one.get("min", "0")) <= column + 1 <= int(one.get("max", "0")):
            return str(one.get("style", ""))
    return ""


def _set(cell: etree._Element, value: Value) -> None:
    """Put a value into a cell and leave its look."""
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", None)
    if isinstance(value, str):
        cell.set("t", "inlineStr")
        text = etree.SubElement(etree.SubElement(cell, f"{{{MAIN}}}is"), f"{{{MAIN}}}t")
        text.text = value
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    else:
        etree.SubElement(cell, f"{{{MAIN}}}v").text = (
            f"{value:f}" if isinstance(value, Decimal) else str(value)
        )


#: What stands behind ``calcPr`` in a workbook: it goes before the first of them.
_BEHIND = frozenset(
    {
        "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing", "fileRecoveryPr",
        "webPublishObjects", "extLst",
    }
)  # fmt: skip


def _worked_out_anew(data: bytes) -> bytes:
    """Return the workbook's own part asking Excel to work out all formulas when it opens the file."""
    root = parsed(data)
    found = root.find(f"{{{MAIN}}}calcPr")
    if found is None:
        found = etree.Element(f"{{{MAIN}}}calcPr")
        behind = next((one for one in root if etree.QName(one).localname in _BEHIND), None)
        if behind is None:
            root.append(found)
        else:
            behind.addprevious(found)
    if found.get("fullCalcOnLoad") == "1":
        return data
    found.set("fullCalcOnLoad", "1")
    return written(root)
