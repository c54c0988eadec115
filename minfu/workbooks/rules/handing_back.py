"""The workbook handed back: the file as it came, its numbers in their cells, and at each of them where it comes from."""

from django.conf import settings
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.workbooks.models import Workbook
from minfu.workbooks.rules import reading, writing
from minfu.workbooks.rules.reading import Cell


def workbook(actor: Actor, row: Workbook) -> bytes:
    """Return a form with what is known in its cells; cells nobody answered stay empty."""
    data = reading.open_file(row)
    filling = reading.filling(actor, row)
    cells = [one for one in filling.cells.values() if one.is_filled]
    places = {one.slot.key: (one.slot.sheet, one.slot.row, one.slot.column) for one in cells}
    values = {places[one.slot.key]: one.written for one in cells}
    notes = {places[one.slot.key]: note(one) for one in cells} if row.with_comments else {}
    sheets = {number: grid.part for number, grid in enumerate(filling.book.sheets)}
    return writing.filled(data, sheets, values, notes)


def note(cell: Cell) -> str:
    """Return what a cell's comment says: where its number comes from, and where its records are."""
    if cell.status == "told":
        return _("来源：本单位填写") + (f"\n{cell.value.source}" if cell.value.source else "")
    address = f"{settings.MINFU_PUBLIC_URL}{cell.value.href}" if cell.value.href else ""
    return _("来源：%(source)s") % {"source": cell.value.source} + (f"\n{address}" if address else "")
