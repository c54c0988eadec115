"""The operations of figures hang on this, and what several of them take and answer."""

from datetime import date, datetime
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, StringConstraints

from minfu.figures.models import Published
from minfu.figures.rules import published
from minfu.figures.rules.formula import Indicator
from minfu.kernel.api import Out, Room

room = Room("figures", _("指标"))

#: A place's code, "u" and a unit's number, or empty: the area of the caller's post.
AreaKey = Annotated[str, StringConstraints(max_length=20, pattern=r"^(c|\d{6,12}|u\d{1,18})?$")]
#: 2026-W47, 2026-11, 2026-Q4, 2026-H2, 2026, 2026-01-01~2026-02-03, or empty: this month.
PeriodKey = Annotated[str, StringConstraints(max_length=24, pattern=r"^[0-9WQH~-]*$")]
Name = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z][a-z0-9_]*$")]


class Where(BaseModel):
    """Of which area and period."""

    area: AreaKey = ""
    period: PeriodKey = ""


class IndicatorOut(Out):
    """An indicator, defined once."""

    name: str
    title: str
    meaning: str
    formula: str
    """In words, with the weights that hold today."""
    unit: str
    splits: list[str]
    """What it may be split by; never a person."""
    owner: str
    source: str
    group: str
    valid_from: date
    valid_to: date | None
    better: int
    """1: more is better; -1: less is; 0: neither."""
    is_stock: bool
    """It says what there is now, whatever the period."""


class PublishedOut(Out):
    """A figure as it was published: frozen."""

    id: int
    indicator: str
    title: str
    area: str
    area_name: str
    period: str
    value: str
    formula: str
    numerator: float
    denominator: int | None
    calendar_version: int
    rows: int
    digest: str
    """SHA-256 over the numbers of the records behind it."""
    used_in: str
    at: datetime


def indicator_out(one: Indicator, formula: str) -> IndicatorOut:
    """Return an indicator as programs read it."""
    return IndicatorOut(
        name=one.name,
        title=str(one.title),
        meaning=str(one.meaning),
        formula=formula,
        unit=str(one.unit),
        splits=list(one.splits),
        owner=str(one.owner),
        source=str(one.source),
        group=one.group,
        valid_from=date.fromisoformat(one.valid_from),
        valid_to=date.fromisoformat(one.valid_to) if one.valid_to else None,
        better=one.better,
        is_stock=one.is_stock,
    )


def published_data(row: Published) -> dict[str, Any]:
    """Return a published figure as programs read it."""
    told = row.query
    return {
        "id": row.pk,
        "indicator": row.indicator,
        "title": published.shown(row).title,
        "area": row.area,
        "area_name": told["area_name"],
        "period": row.period,
        "value": row.value,
        "formula": told["formula"],
        "numerator": told["numerator"],
        "denominator": told["denominator"],
        "calendar_version": told["calendar_version"],
        "rows": row.rows,
        "digest": row.digest,
        "used_in": row.used_in,
        "at": row.at,
    }
