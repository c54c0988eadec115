"""Of what time an answer speaks, and of which place or unit."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from minfu.accounts.actor import system
from minfu.accounts.models import Unit
from minfu.answers.models import Item, Span, Whose
from minfu.figures import door as figures
from minfu.kernel import clock
from minfu.kernel.errors import Invalid, Missing


@dataclass(frozen=True)
class Slot:
    """A period's key or a day, and the last day it speaks of."""

    key: str
    as_of: date
    label: str


def _is_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-01-01") else None
    except ValueError:
        return None


def asked(item: Item, period: str) -> Slot:
    """Return the slot a reader asks for: of a standing item the day, or the last day of a period; empty is today."""
    if item.span == Span.STANDING:
        day = clock.today() if not period else _is_day(period) or figures.period(period).end
        return Slot(day.isoformat(), day, day.isoformat())
    found = figures.period(period)
    return Slot(found.key, found.end, found.label)


def told(item: Item, period: str) -> Slot:
    """Return the slot an answer is told for; ``Invalid`` at ``period`` for one that does not fit or is not over."""
    if item.span == Span.STANDING:
        day = (
            clock.today() if not period else _is_day(period) or min(figures.period(period).end, clock.today())
        )
        if day > clock.today():
            raise Invalid({"period": [_("“截至”的日期还没有到，请填今天或以前的日期。")]})
        return Slot(day.isoformat(), day, day.isoformat())
    found = figures.period(period)
    if found.kind != item.span:
        wanted = {"name": item.name, "span": Span(item.span).label}
        raise Invalid({"period": [_("“%(name)s”是%(span)s填一次的，请选择相应的时段。") % wanted]})
    if not found.is_over:
        raise Invalid(
            {"period": [_("“%(label)s”还没有结束，数还不完整，结束后再填。") % {"label": found.label}]}
        )
    return Slot(found.key, found.end, found.label)


def label(key: str, span: str) -> str:
    """Return a slot as people read it."""
    return _("截至 %(day)s") % {"day": key} if span == Span.STANDING else figures.period(key).label


def area(item: Item, key: str) -> figures.Area:
    """Return the place or unit of a key; ``Invalid`` at ``area`` when the item is not told for such a one."""
    try:
        found = figures.area_for(system(), key)
    except Missing:
        raise Invalid({"area": [_("没有找到这个地方或单位，请重新选择。")]}) from None
    if (found.unit_id is not None) != (item.whose == Whose.UNIT):
        sentence = _("“%(name)s”按单位填。") if item.whose == Whose.UNIT else _("“%(name)s”按地方填。")
        raise Invalid({"area": [sentence % {"name": item.name}]})
    return found


def area_of(item: Item, unit: Unit) -> str:
    """Return the key under which a unit answers an item: itself, or the place it is of."""
    if item.whose == Whose.UNIT:
        return f"u{unit.pk}"
    return "c" if unit.division_id.endswith("000000") else unit.division_id


def area_label(key: str) -> str:
    """Return the name of a place or unit, its key when there is none any more."""
    try:
        return figures.area_for(system(), key).name
    except Missing:
        return key
