"""The numbers of a form: what minfu knows now of each cell, as its reader may see it. Never a number that is partial."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.accounts.actor import Actor
from minfu.figures import door as figures
from minfu.figures.door import Area, Figure
from minfu.kernel.errors import Missing, Refused
from minfu.workbooks.rules.meaning import Match, Meaning
from minfu.workbooks.rules.spans import moved

Number = Decimal | int
#: An indicator, what it is split by, and the place.
_Parted = tuple[str, str, str]
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Value:
    """What is known of a cell: the number as it is written, as it is shown, where its records are, and where it comes from.

    ``number`` is None where there is none, and ``why`` says so. ``runs``: the period is not over.
    """

    number: Number | None = None
    shown: str = ""
    href: str = ""
    source: str = ""
    why: str = ""
    runs: bool = False
    #: The first day something was recorded here, where the period begins before it: the number may lack what was before.
    since: date | None = None
    #: The answer it is, where somebody told it.
    answer: int | None = None


def values(actor: Actor, matches: Iterable[Match]) -> dict[str, Value]:
    """Return what is known of the cells that ask for something, by key; the figures of a period are read together."""
    groups: dict[str, list[Match]] = defaultdict(list)
    every = list(matches)
    grown = [match for match in every if match.meaning is not None and match.meaning.grown]
    for match in every:
        if match.meaning is not None and not match.meaning.grown:
            groups[match.meaning.period].append(match)
    found: dict[str, Value] = {}
    for period, some in groups.items():
        try:
            found.update(_of_period(actor, period, some))
        except Refused as refusal:
            found.update({one.slot.key: Value(why=str(refusal.message)) for one in some})
    return found | (_growths(actor, grown) if grown else {})


def _growths(actor: Actor, matches: list[Match]) -> dict[str, Value]:
    """Return by how many percent numbers grew, by key; nothing where one of the two is not known, or was 0."""
    now = values(actor, [_at(match, match.meaning.period) for match in matches if match.meaning])
    then = values(actor, [_at(match, _earlier(match.meaning)) for match in matches if match.meaning])
    return {
        match.slot.key: _growth(now[match.slot.key], then[match.slot.key], percent=match.slot.percent)
        for match in matches
    }


def _at(match: Match, period: str) -> Match:
    """Return the match of the plain number that grew, of a period."""
    return replace(match, meaning=replace(match.meaning, grown="", period=period)) if match.meaning else match


def _earlier(meaning: Meaning) -> str:
    return moved(figures.period(meaning.period), {meaning.grown}).key


def _growth(now: Value, then: Value, *, percent: bool) -> Value:
    if now.number is None or then.number is None:
        return Value(source=now.source, href=now.href, why=now.why or then.why)
    if now.runs:
        return Value(source=now.source, href=now.href, why=_("这段时间还没有结束，不能算增长率。"))
    if not then.number:
        return Value(
            source=now.source, href=now.href, why=_("对比的那段时间是 0，不能算增长率，请按来文的要求填。")
        )
    grown = Decimal(now.number - then.number) / Decimal(then.number) * _HUNDRED
    shown = grown.quantize(Decimal("0.1"), ROUND_HALF_UP)
    source = _("增长率：%(now)s；对比的是%(then)s") % {"now": now.source, "then": then.source}
    return Value(shown / _HUNDRED if percent else shown, f"{shown:,}%", now.href, source)


def _of_period(actor: Actor, period: str, matches: list[Match]) -> dict[str, Value]:
    """Return the values of a period: the figures of all its places in one statement, those the actor may not read refused."""
    meanings = {match.slot.key: match.meaning for match in matches if match.meaning is not None}
    places = _readable(actor, {one.area for one in meanings.values()})
    read = figures.figures_of(
        actor, sorted({one.indicator for one in meanings.values()}), list(places.values()), period
    )
    parts: dict[_Parted, Mapping[str, Number | None]] = {}
    for one in meanings.values():
        asked = _parted(one)
        if one.split and one.area in places and asked not in parts:
            rows = figures.split(actor, one.indicator, asked[1], places[one.area], period)
            parts[asked] = {part.key: part.told for part in rows}
    begun = figures.begun()
    return {
        match.slot.key: _value(
            match,
            meaning,
            read[places[meaning.area].key, meaning.indicator],
            parts.get(_parted(meaning)),
            begun,
        )
        if (meaning := meanings[match.slot.key]).area in places
        else Value(why=_("您无权查看这个地方或单位的数，请有权的人填。"))
        for match in matches
    }


def _readable(actor: Actor, keys: Iterable[str]) -> dict[str, Area]:
    """Return the places and units, of those with these keys, whose figures the actor may read."""
    found = {}
    for key in keys:
        try:
            found[key] = figures.area_for(actor, key)
        except Missing:
            continue
    return found


def _parted(meaning: Meaning) -> _Parted:
    return meaning.indicator, meaning.split.partition("=")[0], meaning.area


def _value(
    match: Match,
    meaning: Meaning,
    figure: Figure,
    parts: Mapping[str, Number | None] | None,
    begun: date | None,
) -> Value:
    if (begun is None or figure.period.end < begun) and not figure.indicator.is_stock:
        return Value(source=told(figure, meaning), href=_href(figure, meaning), why=_unrecorded(begun))
    number = _number(meaning, figure, parts)
    runs = not figure.period.is_over and not figure.indicator.is_stock
    source = told(figure, meaning)
    if number is None:
        return Value(source=source, href=_href(figure, meaning), why=_("这段时间没有可以相除的记录，留空。"))
    shown = f"{number:,}"
    if match.slot.percent:
        number = Decimal(number) / _HUNDRED
        shown += "%"
    early = begun is not None and figure.period.start < begun and not figure.indicator.is_stock
    return Value(number, shown, _href(figure, meaning), source, runs=runs, since=begun if early else None)


def _unrecorded(begun: date | None) -> str:
    """Say that nothing was recorded at a time: a nought of then is none."""
    if begun is None:
        return _("民富系统里还没有记录，这段时间的数请自己填。")
    return _("民富系统里 %(day)s 以前没有记录，这段时间的数请自己填。") % {"day": begun.isoformat()}


def _number(meaning: Meaning, figure: Figure, parts: Mapping[str, Number | None] | None) -> Number | None:
    """Return the number a cell asks for. ``parts``: those of the split it asks a value of."""
    if parts is not None:
        part = parts.get(meaning.split.partition("=")[2])
        if figure.indicator.has_decimals:  # a median there is not is not nought
            return None if part is None else part * meaning.times
        return part or 0
    if meaning.part:
        return {"top": _whole(figure.top), "whole": figure.whole, "rest": figure.whole - _whole(figure.top)}[
            meaning.part
        ]
    if figure.value is None:
        return None
    return (
        Decimal(figure.text.replace(",", "")) * meaning.times
        if figure.indicator.has_decimals
        else int(figure.value)
    )


def _whole(number: Decimal | int) -> int:
    return int(number)


def _href(figure: Figure, meaning: Meaning) -> str:
    dimension, _equals, value = meaning.split.partition("=")
    return figure.href + (
        f"&{urlencode({dimension: value})}" if dimension in ("kind", "door", "category", "level") else ""
    )


#: What a part of a figure is called behind its title.
PARTS = {"top": gettext_lazy("分子"), "whole": gettext_lazy("分母"), "rest": gettext_lazy("分母减分子")}


def told(figure: Figure, meaning: Meaning) -> str:
    """Say where a number comes from: indicator, place, period and moment."""
    words: dict[str, Any] = {
        "title": str(figure.indicator.title) + (f"（{PARTS[meaning.part]}）" if meaning.part else ""),
        "area": figure.area.name
        + ("" if figure.area.level in ("county", "unit") else _("（保密事项只计入全县）")),
        "period": figure.period.label,
        "at": timezone.localtime(figure.at).strftime("%Y-%m-%d %H:%M"),
    }
    if figure.indicator.is_stock:
        return _("%(title)s，%(area)s，%(at)s 的数") % words
    if not figure.period.is_over:
        return _("%(title)s，%(area)s，%(period)s，截至 %(at)s") % words
    return _("%(title)s，%(area)s，%(period)s，%(at)s 取数") % words
