"""A form as it stands now: each cell with what it asks for, what is known, what was said and typed."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minfu.accounts.actor import Actor
from minfu.figures import door as figures
from minfu.files import door as files
from minfu.kernel import clock
from minfu.kernel.errors import Invalid, Refused
from minfu.workbooks import states
from minfu.workbooks.models import Memory, Workbook
from minfu.workbooks.rules import county, facts, layout, marks, matching, package, titles
from minfu.workbooks.rules.layout import Form, Slot
from minfu.workbooks.rules.meaning import Known, Match
from minfu.workbooks.rules.numbers import as_number
from minfu.workbooks.rules.package import Book
from minfu.workbooks.rules.values import Value, values

#: Cells that share a reason, from how many on it is said once above the form instead of in each of them.
MANY = 3


@dataclass(frozen=True)
class Cell:
    """A cell of the form. ``status``: sure, confirmed (a person said so), told, known (told before), likely, wait, ask, text."""

    slot: Slot
    match: Match
    status: str
    value: Value
    told: str = ""
    #: What was typed here last time.
    hint: str = ""

    @property
    def is_filled(self) -> bool:
        """Tell whether a number is written into the workbook."""
        return self.status in ("sure", "confirmed", "told", "known")

    @property
    def is_asked(self) -> bool:
        """Tell whether somebody has to do something."""
        return self.status in ("ask", "likely", "told")

    @property
    def written(self) -> Decimal | int | str:
        """Return what is written into the workbook."""
        if self.status != "told":
            return self.value.number if self.value.number is not None else ""
        return as_number(self.told, percent=self.slot.percent)

    @property
    def shown(self) -> str:
        """Return what people read."""
        return self.told if self.status == "told" else self.value.shown


@dataclass(frozen=True)
class Filling:
    """A form with its cells by key, and what has to be said of it as a whole."""

    row: Workbook
    book: Book
    form: Form
    cells: Mapping[str, Cell]
    warnings: tuple[str, ...]

    @cached_property
    def counts(self) -> dict[str, int]:
        """Return how many cells are filled, to be confirmed, to be asked."""
        every = [one.status for one in self.cells.values()]
        return {
            "filled": sum(one.is_filled for one in self.cells.values()),
            **{
                name: every.count(name)
                for name in ("sure", "confirmed", "told", "known", "likely", "wait", "ask", "text")
            },
        }

    @cached_property
    def shared(self) -> dict[str, int]:
        """Return the reasons why nothing is known that many cells share, and how many: they are said once for all."""
        return _shared(self.cells)

    @cached_property
    def firsts(self) -> dict[str, str]:
        """Return where the first cell stands that is filled, to be confirmed, to be asked: its id on the page."""
        found: dict[str, str] = {}
        for one in self.cells.values():
            found.setdefault("filled" if one.is_filled else one.status, f"c{one.slot.sheet}{one.slot.name}")
        return found


def open_file(row: Workbook) -> bytes:
    """Return the workbook as it was uploaded."""
    with files.open_clean(row.file) as file:
        return file.read()


def read_form(data: bytes) -> tuple[Book, Form]:
    """Read a workbook and its layout. ``Invalid`` on ``file`` for what cannot be read, or has nothing to fill in."""
    book = package.read(data)
    form = layout.read(book)
    if not form.slots:
        if form.filled:
            raise Invalid({"file": [_("这张表已经填满了，没有空格。请上传空表。")]})
        raise Invalid({"file": [_("没有找到要填的空格。请确认传的是要填的那张表，表头和空格都在。")]})
    return book, form


def first_look(form: Form, own: str) -> tuple[str, str]:
    """Return the area a form is of, within ``own``, and the key of the period its titles name (empty: none)."""
    found = titles.period_of(form, clock.today())
    return titles.area_of(form, county.lexicon(), own), found.key if found else ""


def filling(actor: Actor, row: Workbook) -> Filling:
    """Return a form as it stands now for an actor; one that is finished as it was written."""
    book, form = read_form(open_file(row))
    matches = matched(row, form)
    if row.state == states.DONE:
        return Filling(row, book, form, {key: _stored(one, row) for key, one in matches.items()}, ())
    known = values(actor, matches.values())
    hints = _hints(row)
    cells = {
        key: _cell(row, one, known.get(key, Value(why=one.why)), hints.get(key, ""))
        for key, one in matches.items()
    }
    cells |= _told_before(actor, row, cells)
    return Filling(row, book, form, cells, tuple(_warnings(row, book, cells)))


def matched(row: Workbook, form: Form) -> dict[str, Match]:
    """Return what the cells of a form ask for, as people said where they did."""
    period, found = marks.period_of(row.period), marks.period_of(row.found)
    today = clock.today()
    known = Known(county.lexicon(), county.kinds(today), row.area, today, period, found)
    told = matching.match(form, known)
    return {
        key: marks.applied(row.marks[key], one, row.area, period) if key in row.marks else one
        for key, one in told.items()
    }


def _hints(row: Workbook) -> dict[str, str]:
    memory = Memory.objects.filter(unit_id=row.unit_id, digest=row.digest).first()
    return dict(memory.told) if memory and memory.period != row.period else {}


def _cell(row: Workbook, match: Match, value: Value, hint: str) -> Cell:
    key = match.slot.key
    if key in row.told:
        return Cell(match.slot, match, "told", value, row.told[key], hint)
    if match.is_text:
        return Cell(match.slot, match, "text", value)
    if match.meaning is None or value.number is None:
        return Cell(match.slot, match, "ask", value, hint=hint)
    if value.runs and not row.until_today:
        return Cell(match.slot, match, "wait", value)
    if key in row.marks:
        return Cell(match.slot, match, "confirmed", value)
    return Cell(match.slot, match, match.status, value)


def _told_before(actor: Actor, row: Workbook, cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """Return the cells nobody has to fill in: what they ask was told already, for this place and period."""
    asked = [one.match for key, one in cells.items() if one.status == "ask" and key not in row.marks]
    found = {}
    for key, known in facts.known(asked).items():
        told = {
            "unit": known.told_by or _("系统"),
            "at": f"{clock.day(known.told_at):%Y-%m-%d}",
            "source": known.source,
        }
        source = _("%(unit)s %(at)s 填报，%(source)s") % told
        if not _may_read(actor, known.area):
            continue
        number = known.value if isinstance(known.value, Decimal) else as_number(known.text)
        if isinstance(number, Decimal):
            shown = f"{number.normalize():,f}"
            if cells[key].slot.percent:
                number /= 100
            value = Value(number, shown, known.href, source, answer=known.id)
            found[key] = replace(cells[key], status="known", value=value)
    return found


def _may_read(actor: Actor, area: str) -> bool:
    """Tell whether the actor may read the numbers of a place or unit."""
    try:
        figures.area_for(actor, area)
    except Refused:
        return False
    return True


def _stored(match: Match, row: Workbook) -> Cell:
    kept: Mapping[str, Any] | None = (row.filled or {}).get(match.slot.key)
    if kept is None:
        return Cell(match.slot, match, "text" if match.is_text else "ask", Value())
    if kept["by"] == "told":
        return Cell(match.slot, match, "told", Value(source=kept["source"]), kept["text"])
    value = Value(Decimal(kept["number"]), kept["text"], kept["href"], kept["source"])
    return Cell(match.slot, match, "confirmed", value)


def _warnings(row: Workbook, book: Book, cells: Mapping[str, Cell]) -> list[str]:
    """Return what has to be said of a form before anybody trusts it."""
    said = []
    if not row.period:
        said.append(_("表上没有写明时段，请先选填哪一段时间的数。"))
    waiting = sum(one.value.runs for one in cells.values())
    if waiting and not row.until_today:
        sentence = _("有 %(n)d 格的时段还没有结束，现在不填。要填截至今天的数，请在“改地方和时段”里勾选。")
        said.append(sentence % {"n": waiting})
    elif waiting:
        said.append(_("有 %(n)d 格的时段还没有结束，填的是截至今天的数，来源里写明。") % {"n": waiting})
    early = [one.value.since for one in cells.values() if one.value.since is not None]
    if early:
        sentence = _("有 %(n)d 格的时段从民富系统有记录（%(day)s）以前开始，填的只是有记录以来的数，请核对。")
        said.append(sentence % {"n": len(early), "day": min(early).isoformat()})
    if book.outside:
        sentence = _(
            "表里有公式引用别的文件（%(names)s），这里取不到，公式原样留着。请在 Excel 里核对这些格。"
        )
        said.append(sentence % {"names": "、".join(book.outside[:3])})
    hidden = sum(one.hidden for one in book.sheets)
    if hidden:
        said.append(
            ngettext("有 %(n)d 张隐藏的工作表，没有填。", "有 %(n)d 张隐藏的工作表，没有填。", hidden)
            % {"n": hidden}
        )
    said += [_("有 %(n)d 格：%(why)s") % {"n": n, "why": why} for why, n in _shared(cells).items()]
    said += _areas_refused(cells)
    return said


def _shared(cells: Mapping[str, Cell]) -> dict[str, int]:
    whys = Counter(one.value.why for one in cells.values() if one.status == "ask" and one.value.source)
    return {why: n for why, n in whys.items() if why and n >= MANY}


def _areas_refused(cells: Mapping[str, Cell]) -> list[str]:
    """Say once for all how many cells the actor may not read."""
    refused = sum(
        one.match.meaning is not None and one.status == "ask" and not one.value.source
        for one in cells.values()
    )
    return (
        [_("有 %(n)d 格的数您无权查看或现在取不到，原因写在格里；没有用部分数代替。") % {"n": refused}]
        if refused
        else []
    )


def check_area(actor: Actor, key: str) -> str:
    """Return the key of an area the actor may read; ``Invalid`` on ``area`` for another."""
    try:
        return figures.area_for(actor, key).key
    except Refused as refusal:
        raise Invalid({"area": [str(refusal.message)]}) from refusal
