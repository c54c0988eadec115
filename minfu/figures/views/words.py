"""A record in words: what of a demand was counted, where, and whose it was that day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.accounts.models import Unit
from minfu.cases import door as cases
from minfu.figures import door
from minfu.figures.rules.corrected import Changed
from minfu.figures.rules.formula import Indicator
from minfu.figures.rules.records import Record, weight_of
from minfu.places import index

MARKS = {
    "met": gettext_lazy("按期"),
    "missed": gettext_lazy("超期"),
    "passed": gettext_lazy("核实通过"),
    "sent_back": gettext_lazy("核实未通过"),
    "not_solved": gettext_lazy("没有解决"),
    "upheld": gettext_lazy("成立"),
    "overruled": gettext_lazy("不成立"),
    "again": gettext_lazy("改派"),
    "gone": gettext_lazy("已消除"),
    "agreed": gettext_lazy("达成协议"),
    "settled": gettext_lazy("自行和解"),
    "failed": gettext_lazy("调解不成"),
    "unsent": gettext_lazy("多次发送失败"),
    "unsure": gettext_lazy("不确定是否送达"),
    "declined": gettext_lazy("当事人不同意调解"),
    "not_gone": gettext_lazy("还在"),
    "kept": gettext_lazy("已履行"),
    "broken": gettext_lazy("没有履行"),
    "5": gettext_lazy("非常满意"),
    "4": gettext_lazy("满意"),
    "3": gettext_lazy("基本满意"),
    "2": gettext_lazy("不满意"),
    "1": gettext_lazy("非常不满意"),
}
LEVELS = {
    "household": gettext_lazy("户内化解"),
    "grid": gettext_lazy("网格化解"),
    "village": gettext_lazy("村级化解"),
    "township": gettext_lazy("乡镇化解"),
    "county": gettext_lazy("县级化解"),
}


@dataclass(frozen=True)
class Row:
    """A line of the list of records; empty but for ``hidden`` when the reader may not open the demand."""

    hidden: bool
    case: Any = None
    href: str = ""
    day: date | None = None
    what: str = ""
    unit: str = ""
    place: str = ""
    weight: str = ""


def rows(records: Sequence[Record], indicator: Indicator, weights: Any) -> list[Row]:
    """Return records as lines; units and places they counted for are asked once for all."""
    known = index.current()
    ids = {record.unit_id for record in records if record.unit_id}
    units = dict(Unit.objects.filter(pk__in=ids).values_list("pk", "name"))
    return [
        Row(hidden=True)
        if record.hidden
        else Row(
            hidden=False,
            case=record.case,
            href=door.href_of(record, indicator),
            day=record.day,
            what=_what(record),
            unit=units.get(record.unit_id or 0, ""),
            place=known.label(record.place) if record.place else _("地点待定"),
            weight=weight_of(indicator, record, weights),
        )
        for record in records
    ]


def changed(found: Sequence[Changed], indicator: Indicator, weights: Any) -> list[tuple[Row, str]]:
    """Return records that came to a published figure or went, as lines, each with why."""
    lines = rows([one.record for one in found], indicator, weights)
    return list(zip(lines, (one.why for one in found), strict=True))


def _what(record: Record) -> str:
    parts = [mark_label(record.mark), str(LEVELS.get(record.level, ""))]
    if record.hours is not None:
        parts.append(_("用时 %(days)s 天") % {"days": f"{record.hours / 24:.1f}"})
    return "，".join(part for part in parts if part)


def mark_label(mark: str) -> str:
    """Return what a mark of a fact means; a state of a demand is a mark too."""
    if mark in MARKS or not mark:
        return str(MARKS.get(mark, ""))
    return cases.state_label(mark)
