"""Finish a form, take it back, drop it. What was said of it is remembered for the next one of the same make."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.answers import door as answers
from minfu.kernel.errors import Invalid
from minfu.workbooks import events
from minfu.workbooks.models import Memory, Workbook
from minfu.workbooks.rules import marks, reading
from minfu.workbooks.rules.actions import _base
from minfu.workbooks.rules.reading import Cell

#: Where a form is; noted at the answers that were used in it.
PATH = "/workbooks/%s/"


@transaction.atomic
def finish(*, actor: Actor, pk: int, version: int | None = None) -> Workbook:
    """Write down what each cell is filled with. ``Invalid`` while likely numbers wait for a person's word."""
    change = _base.take(actor, pk, "finish", version)
    row = change.row
    filling = reading.filling(actor, row)
    if waiting := filling.counts["likely"]:
        raise Invalid({"": [_("还有 %(n)d 格等您确认。请先确认或改正，再写定。") % {"n": waiting}]})
    row.filled = {key: _kept(cell) for key, cell in filling.cells.items() if cell.is_filled}
    done = change.done(
        events.FINISHED, "filled", cells=sum(one["by"] == "figure" for one in row.filled.values())
    )
    _remember(row, filling)
    used = [cell.value.answer for cell in filling.cells.values() if cell.value.answer is not None]
    answers.note_use(actor=actor, answers=used, label=row.title, href=PATH % row.pk)
    return done


def _kept(cell: Cell) -> dict[str, Any]:
    if cell.status == "told":
        return {"by": "told", "text": cell.told, "source": cell.value.source}
    return {
        "by": "figure",
        "number": str(cell.value.number),
        "text": cell.value.shown,
        "href": cell.value.href,
        "source": cell.value.source,
    }


def _remember(row: Workbook, filling: reading.Filling) -> None:
    """Remember what was said of this form; what was matched surely needs no memory, and is better read anew."""
    period = marks.period_of(row.period)
    said = dict(row.marks)
    for key, cell in filling.cells.items():
        if cell.status == "confirmed" and cell.match.meaning is not None and key not in said:
            said[key] = marks.of(cell.match.meaning, row.area, period)
    Memory.objects.update_or_create(
        unit_id=row.unit_id,
        digest=row.digest,
        defaults={
            "area": row.area,
            "period": row.period,
            "marks": said,
            "told": row.told,
            "updated_at": row.updated_at,
        },
    )


@transaction.atomic
def reopen(*, actor: Actor, pk: int, version: int | None = None) -> Workbook:
    """Take a finished form back: its numbers are of now again."""
    change = _base.take(actor, pk, "reopen", version)
    change.row.filled = None
    return change.done(events.REOPENED, "filled")


@transaction.atomic
def drop(*, actor: Actor, pk: int, version: int | None = None) -> Workbook:
    """Give a form up: it is not filled in; it stays as history."""
    change = _base.take(actor, pk, "drop", version)
    return change.done(events.DROPPED)
