"""Indicators, their values, and the records behind a value."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field, StringConstraints

from minfu.accounts.actor import Actor, actor_of
from minfu.figures import door, rights
from minfu.figures.api.base import (
    IndicatorOut,
    Name,
    PublishedOut,
    Where,
    indicator_out,
    published_data,
    room,
)
from minfu.figures.rules import areas, figure, periods, published, records, registry, weights
from minfu.figures.rules.areas import Area
from minfu.figures.rules.figure import Figure
from minfu.figures.rules.formula import Indicator
from minfu.figures.rules.periods import Period
from minfu.figures.rules.published import Kept
from minfu.figures.rules.records import Asked, Record
from minfu.kernel import clock, pages
from minfu.kernel.api import Day, Out, Page, Paging


class IndicatorsQuery(Where):
    """Those in force on a day; all if none is given."""

    on: Day | None = None


class IndicatorValue(Out):
    """A value, and everything that says where it comes from."""

    indicator: str
    title: str
    area: str
    area_name: str
    period: str
    value: float | None
    """None where there is nothing to divide by; one digit after the point, as published."""
    shown: str
    unit: str
    numerator: float
    denominator: int | None
    formula: str
    rows: int
    """How many records stand behind it."""
    at: datetime
    upto_event: int
    """Up to which event of the history everything was counted."""
    whole: bool
    """Nothing that had happened by then was left out."""
    calendar_version: int
    href: str
    """The page of its records."""
    published: PublishedOut | None
    """As it was published last, if it was."""


class FigurePart(Out):
    """A part of a split; ``key`` is an area or unit, or the value of the column."""

    key: str
    label: str
    number: int | None
    value: float | None
    shown: str


class FigureSplit(Out):
    """A figure and its parts."""

    whole: IndicatorValue
    by: str
    parts: list[FigurePart]


class FigureRecord(Out):
    """A record behind a number. What the caller may not open is ``hidden`` and says nothing else."""

    hidden: bool
    number: str
    href: str
    day: date | None
    mark: str
    level: str
    hours: int | None
    unit: int | None
    place: str


class FigureRecords(Page):
    """A page of the records; all pages together hold exactly ``rows`` of them."""

    items: list[FigureRecord]


class FiguresQuery(Where):
    """Which figures: names parted by commas; empty for all."""

    names: Annotated[str, StringConstraints(max_length=1200, pattern=r"^[a-z0-9_,]*$")] = ""


class SplitQuery(Where):
    """By what."""

    by: Annotated[str, Field(json_schema_extra={"enum": sorted(registry.SPLITS - {"period"})})] = "place"


class RecordsQuery(Paging, Where):
    """Which of the records: of one kind, door, category or level; of what is overdue, by how long."""

    kind: Annotated[str, StringConstraints(max_length=12, pattern=r"^[a-z_-]*$")] = ""
    door: Annotated[str, StringConstraints(max_length=12, pattern=r"^[a-z_-]*$")] = ""
    category: Annotated[str, StringConstraints(pattern=r"^(-|\d{2,12})?$")] = ""
    age: Annotated[str, StringConstraints(pattern=r"^[0-9]?$")] = ""
    """Of what is overdue now: 0 for less than a day, 1 to 3, 3 to 7, 7 to 15, 15 to 30 days, 5 for longer."""
    level: Annotated[str, StringConstraints(max_length=12, pattern=r"^[a-z-]*$")] = ""
    """Where it was settled: household, grid, village, township, county; - for nowhere that is told."""
    left_out: bool = False
    """With it, those that two persons left out of a rate, instead of those it counts."""


@room.get("/indicators", _("指标目录"), right=rights.VIEW, answer=list[IndicatorOut])
def list_indicators(request: HttpRequest, query: Query[IndicatorsQuery]) -> list[IndicatorOut]:  # noqa: ARG001 - the same for every reader
    """List the indicators: name, meaning, formula, unit, what it may be split by, owner, source, days it holds."""
    return [_indicator(one) for one in registry.indicators(query.on)]


@room.get("/indicators/{name}", _("一个指标"), right=rights.VIEW, answer=IndicatorOut)
def show_indicator(request: HttpRequest, name: Name) -> IndicatorOut:  # noqa: ARG001 - the same for every reader
    """Show one indicator; 404 with a sentence for one there is not, or whose room is not installed."""
    return _indicator(registry.indicator(name))


@room.get("/figures", _("指标的数值"), right=rights.VIEW, answer=list[IndicatorValue])
def list_figures(request: HttpRequest, query: Query[FiguresQuery]) -> list[IndicatorValue]:
    """Return the values of several indicators of an area and period, read together and of the same moment."""
    area, period = _asked(actor_of(request), query)
    names = [name for name in query.names.split(",") if name] or [one.name for one in registry.indicators()]
    names = list(dict.fromkeys(names))
    found = figure.of_areas(names, [area], period)
    kept = published.kept(found.values())
    return [_figure(found[area.key, name], kept) for name in names]


@room.get("/figures/{name}", _("一个指标的数值"), right=rights.VIEW, answer=IndicatorValue)
def show_figure(request: HttpRequest, name: Name, query: Query[Where]) -> IndicatorValue:
    """Return the value of an indicator with its formula, its moment and the version of the working calendar."""
    area, period = _asked(actor_of(request), query)
    return _shown(name, area, period)


@room.get("/figures/{name}/split", _("指标的构成"), right=rights.VIEW, answer=FigureSplit)
def split_figure(request: HttpRequest, name: Name, query: Query[SplitQuery]) -> FigureSplit:
    """Return a figure by place, unit, kind, door, category or level. Parts by place do not hold restricted matters."""
    actor = actor_of(request)
    area, period = _asked(actor, query)
    parts = door.split(actor, name, query.by, area, period)
    return FigureSplit(whole=_shown(name, area, period), by=query.by, parts=[_part(one) for one in parts])


@room.get("/figures/{name}/records", _("指标的记录"), right=rights.VIEW, answer=FigureRecords)
def list_records(request: HttpRequest, name: Name, query: Query[RecordsQuery]) -> FigureRecords:
    """List the records behind a number, those the caller may not open as lines without a word."""
    actor = actor_of(request)
    area, period = _asked(actor, query)
    found = registry.indicator(name)
    narrowed = Asked(
        kind=query.kind,
        door=query.door,
        category=query.category,
        left_out=query.left_out,
        age=query.age,
        level=query.level,
    )
    cursor = pages.unpack(query.cursor) if query.cursor else ""
    page = records.page(actor, name, area, period, cursor=cursor, asked=narrowed, size=query.limit)
    following = pages.pack(page.next) if page.next else ""
    return FigureRecords(
        items=[FigureRecord(**record_data(one, found)) for one in page.records], next_cursor=following
    )


def _asked(actor: Actor, query: Where) -> tuple[Area, Period]:
    """Return the area and period asked for: the caller's own and this month unless told."""
    area = areas.area_for(actor, query.area or areas.own(actor).key)
    return area, periods.parse(query.period) if query.period else periods.current()


def _indicator(one: Any) -> IndicatorOut:
    return indicator_out(one, one.formula.told(weights.weights(one.weights(), clock.today())))


def _shown(name: str, area: Area, period: Period) -> IndicatorValue:
    found = figure.of_areas([name], [area], period)[area.key, name]
    return _figure(found, published.kept([found]))


def _figure(one: Figure, kept: dict[str, Kept]) -> IndicatorValue:
    last = kept.get(one.indicator.name)
    return IndicatorValue(
        **figure.as_data(one),
        shown=one.shown,
        rows=one.rows,
        whole=one.standing.whole,
        published=PublishedOut(**published_data(last.row)) if last else None,
    )


def _part(one: door.Part) -> FigurePart:
    made = one.figure
    value = made.value if made else one.told
    return FigurePart(
        key=one.key,
        label=one.label,
        number=one.number,
        value=None if value is None else float(figure.rounded(Decimal(value))),
        shown=made.shown if made else f"{one.told:,}",
    )


def record_data(one: Record, indicator: Indicator) -> dict[str, Any]:
    """Return a record as programs read it; one the caller may not open says nothing."""
    return {
        "hidden": one.hidden,
        "number": "" if one.hidden else one.case.number,
        "href": "" if one.hidden else door.href_of(one, indicator),
        "day": one.day,
        "mark": one.mark,
        "level": one.level,
        "hours": one.hours,
        "unit": one.unit_id,
        "place": one.place,
    }
