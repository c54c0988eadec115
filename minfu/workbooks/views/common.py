"""What the screens share: the steps as buttons, and the sheets of a form as tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from minfu.accounts.actor import Actor
from minfu.figures import door as figures
from minfu.kernel import record
from minfu.kernel.errors import Refused
from minfu.kernel.step_buttons import buttons
from minfu.kernel.step_pages import Page
from minfu.workbooks import events, states
from minfu.workbooks.models import Workbook
from minfu.workbooks.rules import access
from minfu.workbooks.rules.package import Grid
from minfu.workbooks.rules.reading import Cell, Filling

_RARE = frozenset({"reopen", "drop", "settle"})
#: Steps that have a page of their own; cells are filled on the form's page.
STEPS = ("settle", "finish", "reopen", "drop")
#: Rows and columns of a sheet shown on the screen; more only as far as there are cells to fill.
MOST_ROWS, MOST_COLUMNS = 300, 60


@dataclass(frozen=True)
class Shown:
    """A cell as the screen shows it: its text or what is known, over how many rows and columns it goes."""

    text: str
    rows: int
    columns: int
    cell: Cell | None = None
    #: A text of the form, a formula, a number that stood there, or empty.
    look: str = "words"
    fault: str = ""
    typed: str = ""


def page_of(row: Workbook) -> Page:
    """Return what stands around a step's form."""
    return Page((events.SUBJECT, row.pk), str(row), reverse("workbooks:workbook", args=[row.pk]))


def context(
    actor: Actor,
    filling: Filling,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what the page of a form needs; ``typed`` and ``faults``: what came back because it cannot stand."""
    row = filling.row
    steps = [step for step in access.next_steps(actor, row) if step.name in STEPS]
    first = "finish" if row.period and not filling.counts["likely"] else ""
    main, rare = buttons(
        steps, first=first, rare=_RARE, address=lambda name: reverse("workbooks:step", args=[row.pk, name])
    )
    return {
        "row": row,
        "filling": filling,
        "sheets": [
            (
                grid.name,
                *_parted(
                    number, grid, filling, list(_rows(number, grid, filling, typed or {}, faults or {}))
                ),
            )
            for number, grid in enumerate(filling.book.sheets)
            if not grid.hidden and any(cell.slot.sheet == number for cell in filling.cells.values())
        ],
        "faults": faults or {},
        "is_open": row.state == states.OPEN and any(step.name == "settle" for step in steps),
        "area": _area(actor, row),
        "period": figures.period(row.period).label if row.period else "",
        "main": main,
        "rare": rare,
        "table": states.WORKBOOK,
        "history": list(record.history((events.SUBJECT, row.pk)))[::-1],
    }


def _area(actor: Actor, row: Workbook) -> str:
    try:
        return figures.area_for(actor, row.area).name
    except Refused:
        return row.area


def _parted(
    number: int, grid: Grid, filling: Filling, rows: list[list[Shown]]
) -> tuple[list[list[Shown]], list[list[Shown]]]:
    """Return the rows above the first cell to fill, which stay in sight, and the others; nothing merged goes over the line."""
    first = min((one.slot.row for one in filling.cells.values() if one.slot.sheet == number), default=0)
    while first and any(top < first <= bottom for top, _left, bottom, _right in grid.merges):
        first -= 1
    return rows[:first], rows[first:]


def _rows(
    number: int, grid: Grid, filling: Filling, typed: Mapping[str, str], faults: Mapping[str, Any]
) -> Iterator[list[Shown]]:
    """Yield the rows of a sheet as the screen shows them, merged cells once."""
    places = {
        (one.slot.row, one.slot.column): one for one in filling.cells.values() if one.slot.sheet == number
    }
    rows = min(grid.size[0], max([MOST_ROWS, *(row + 1 for row, _column in places)]))
    columns = min(grid.size[1], max([MOST_COLUMNS, *(column + 1 for _row, column in places)]))
    for row in range(rows):
        shown = []
        for column in range(columns):
            if grid.anchor(row, column) != (row, column):
                continue
            _top, _left, bottom, right = grid.span(row, column)
            over = (min(bottom, rows - 1) - row + 1, min(right, columns - 1) - column + 1)
            shown.append(_shown(grid, (row, column), over, places, typed, faults))
        yield shown


def _shown(
    grid: Grid,
    place: tuple[int, int],
    over: tuple[int, int],
    places: Mapping[tuple[int, int], Cell],
    typed: Mapping[str, str],
    faults: Mapping[str, Any],
) -> Shown:
    cell, held = places.get(place), grid.at(*place)
    if cell is not None:
        key = cell.slot.key
        fault = "".join(faults.get(key, []))
        return Shown(cell.shown, *over, cell, cell.status, fault, typed.get(key, cell.told))
    if held.formula is not None:
        return Shown("", *over, look="formula")
    return Shown(held.text, *over, look="kept" if held.number else "words")
