"""Fill a form in: say what a cell asks for, confirm what is likely, type what nobody knows, choose place and period."""

import re
from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.figures import door as figures
from minfu.kernel.errors import Invalid
from minfu.kernel.text import narrowed
from minfu.workbooks import events
from minfu.workbooks.models import Workbook
from minfu.workbooks.rules import facts, marks, reading
from minfu.workbooks.rules.actions import _base
from minfu.workbooks.rules.marks import Mark
from minfu.workbooks.rules.numbers import as_number

_NUMBER = re.compile(r"-?(\d{1,3}(,\d{3})+|\d{1,13})(\.\d{1,4})?%?$")
_MOST_SHARE = 100
#: Words of a head or stub that asks by how much something changed, or how much of a plan was done: no part of a whole.
_NO_PART = re.compile(r"同比|环比|增|减|升|降|变化|[比较]上|[比较]去|較上|較去|完成|进度|進度|超额|超額")


@transaction.atomic
def answer(
    *,
    actor: Actor,
    pk: int,
    told: Mapping[str, str],
    confirmed: Collection[str] = (),
    version: int | None = None,
) -> Workbook:
    """Keep what was typed into cells (an empty text takes it back) and which likely numbers are right.

    ``Invalid`` by cell for what is no number; then nothing is kept.
    """
    change = _base.take(actor, pk, "answer", version)
    row = change.row
    filling = reading.filling(actor, row)
    faults: dict[str, list[str]] = {}
    kept = dict(row.told)
    for key, text in told.items():
        cell = filling.cells.get(key)
        if cell is None or not (cell.is_asked or cell.status == "wait"):
            continue
        plain = narrowed(text).strip().replace(" ", "")
        if not plain:
            kept.pop(key, None)
            continue
        if fault := _fault(plain, share=_is_share(cell)):
            faults[key] = [fault]
        kept[key] = plain
    if faults:
        raise Invalid(faults)
    period = marks.period_of(row.period)
    said = {
        key: marks.of(cell.match.meaning, row.area, period)
        for key in confirmed
        if (cell := filling.cells.get(key)) is not None
        and cell.status == "likely"
        and cell.match.meaning is not None
    }
    new = {key: kept[key] for key in kept if kept[key] != row.told.get(key)}
    facts.tell(actor, row, new, {key: filling.cells[key].match for key in new})
    changed = len(said) + sum(kept.get(key) != row.told.get(key) for key in {*kept, *row.told})
    row.told, row.marks = kept, {**row.marks, **said}
    return change.done(events.ANSWERED, "told", "marks", cells=changed)


def _is_share(cell: reading.Cell) -> bool:
    """Tell whether a cell asks for a part of a whole in percent."""
    if not (cell.slot.percent or cell.match.unit == "share"):
        return False
    return not any(_NO_PART.search(text) for text in (*cell.slot.head, *cell.slot.stub))


def _fault(text: str, *, share: bool) -> str:
    if not _NUMBER.match(text):
        return _("请填数字，例如 12 或 87.5。没有的填 0。")
    number = as_number(text)
    if share and not isinstance(number, str) and not 0 <= number <= _MOST_SHARE:
        return _("百分数在 0 到 100 之间。")
    return ""


@transaction.atomic
def mark(*, actor: Actor, pk: int, key: str, meaning: Mark, version: int | None = None) -> Workbook:
    """Say what one cell asks for (``marks.of``), or that it is filled in by hand (``marks.OWN``); it counts next time too."""
    change = _base.take(actor, pk, "mark", version)
    row = change.row
    _book, form = reading.read_form(reading.open_file(row))
    slot = next((one for one in form.slots if one.key == key), None)
    if slot is None:
        raise Invalid({"indicator": [_("这张表里没有这一格，请刷新后再试。")]})
    if not meaning.get("own"):
        _check(actor, meaning, row.area)
    row.marks = {**row.marks, key: dict(meaning)}
    row.told = {name: text for name, text in row.told.items() if name != key}
    return change.done(events.MARKED, "marks", "told", cell=slot.name)


def _check(actor: Actor, meaning: Mark, area: str) -> None:
    """Refuse an indicator there is not, a split it does not have, a place the actor may not read."""
    known = figures.indicator(meaning["indicator"])
    dimension = str(meaning["split"]).partition("=")[0]
    if dimension and dimension not in known.splits:
        raise Invalid({"split": [_("“%(title)s”不能这样分，请改选。") % {"title": known.title}]})
    if meaning["shift"] not in (*marks.SHIFTS, marks.AS_READ):
        raise Invalid({"shift": [_("没有这个时段，请重新选择。")]})
    reading.check_area(actor, meaning["area"] or area)


@transaction.atomic
def settle(
    *,
    actor: Actor,
    pk: int,
    area: str,
    period: str,
    until_today: bool,
    with_comments: bool,
    version: int | None = None,
) -> Workbook:
    """Choose whose figures and which period a form is filled with, and whether sources stand in comments at its cells."""
    change = _base.take(actor, pk, "settle", version)
    row = change.row
    row.area = reading.check_area(actor, area)
    chosen = figures.period(period)
    row.period, row.until_today, row.with_comments = chosen.key, until_today, with_comments
    words = {"area": figures.area_for(actor, row.area).name, "period": chosen.label}
    return change.done(events.SETTLED, "area", "period", "until_today", "with_comments", **words)
