"""Figures and the records behind them as tables, by the house's one way to export."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.figures import rights, states
from minfu.figures.rules import areas, exclusions, figure, periods, published, records, registry, weights
from minfu.figures.rules.areas import Area
from minfu.figures.rules.periods import Period
from minfu.figures.rules.records import Asked as Narrowed
from minfu.figures.views import words
from minfu.kernel.listings import Asked, Column, Listing, register

_PAGE = 500


def _where(actor: Actor, asked: Asked) -> tuple[Area, Period]:
    area = areas.area_for(actor, asked.get("area") or areas.own(actor).key)
    return area, periods.parse(asked["period"]) if asked.get("period") else periods.current()


def _figures(actor: Actor, asked: Asked) -> Iterable[Any]:
    area, period = _where(actor, asked)
    wanted = [area, *areas.below(area), *areas.units_in(area)]
    names = [one.name for one in registry.indicators()]
    found = figure.of_areas(names, wanted, period)
    return [
        found[one.key, name] for one in wanted for name in names if found[one.key, name].rows or one == area
    ]


def _records(actor: Actor, asked: Asked) -> Iterator[Any]:
    area, period = _where(actor, asked)
    indicator = registry.indicator(asked.get("indicator", "registered"))
    held = weights.weights(indicator.weights(), period.last)
    narrowed = Narrowed.read(asked)
    cursor = ""
    while True:
        page = records.page(actor, indicator.name, area, period, cursor=cursor, asked=narrowed, size=_PAGE)
        yield from words.rows(page.records, indicator, held)
        cursor = page.next
        if not cursor:
            return


def _number(value: Decimal | int) -> int | float:
    """Return a number as a cell shows it: a count without a point."""
    return int(value) if value == int(value) else float(value)


def _named(actor: Actor, asked: Asked) -> str:
    area, period = _where(actor, asked)
    indicator = registry.indicator(asked["indicator"]) if asked.get("indicator") else None
    title, span = (indicator.title, indicator.span(period)) if indicator else (gettext("指标"), period.label)
    return f"{area.name} {title} {span}"


register(
    Listing(
        name="figures.dashboard",
        title=_("指标"),
        right=rights.VIEW,
        screen=reverse_lazy("figures:dashboard"),
        rows=_figures,
        keys=("area", "period"),
        named=_named,
        columns=(
            Column(_("地方或单位"), lambda one: one.area.name),
            Column(_("时段"), lambda one: one.period.label),
            Column(_("指标"), lambda one: one.indicator.title),
            Column(
                _("数值"), lambda one: one.text if one.value is None else _number(figure.rounded(one.value))
            ),
            Column(_("计量单位"), lambda one: one.indicator.unit),
            Column(_("分子"), lambda one: _number(one.top)),
            Column(_("分母"), lambda one: one.whole if one.indicator.has_whole else None),
            Column(_("算法"), lambda one: one.told),
            Column(_("截至"), lambda one: one.at),
            Column(_("工作日历版本"), lambda one: one.calendar_version),
            Column(_("记录在"), lambda one: f"{settings.MINFU_PUBLIC_URL}{one.href}"),
        ),
    )
)

register(
    Listing(
        name="figures.records",
        title=_("指标的记录"),
        right=rights.VIEW,
        screen=reverse_lazy("figures:index"),
        rows=_records,
        keys=("indicator", "area", "period", "kind", "door", "category", "level", "left_out", "age"),
        named=_named,
        columns=(
            Column(_("编号"), lambda row: _("您无权查看") if row.hidden else row.case.number),
            Column(_("日期"), lambda row: row.day),
            Column(_("情况"), lambda row: row.what),
            Column(_("计入"), lambda row: row.weight),
            Column(_("单位"), lambda row: row.unit),
            Column(_("地点"), lambda row: row.place),
        ),
    )
)

register(
    Listing(
        name="figures.exclusions",
        title=_("考核剔除"),
        right=rights.EXCLUSIONS,
        screen=reverse_lazy("figures:exclusions"),
        rows=lambda actor, _asked: exclusions.exclusions_for(actor),
        columns=(
            Column(_("原因"), lambda row: row.get_reason_display()),
            Column(_("说明"), lambda row: row.why),
            Column(_("状态"), lambda row: states.EXCLUSION[row.state].label),
            Column(_("申请单位"), lambda row: row.unit.name),
            Column(_("申请时间"), lambda row: row.asked_at),
            Column(_("审核意见"), lambda row: row.decision),
            Column(_("审核时间"), lambda row: row.decided_at),
        ),
    )
)

register(
    Listing(
        name="figures.published",
        title=_("指标定稿"),
        right=rights.VIEW,
        screen=reverse_lazy("figures:published"),
        rows=lambda actor, _asked: (published.shown(row) for row in published.published_for(actor)),
        columns=(
            Column(_("指标"), lambda one: one.title),
            Column(_("地方或单位"), lambda one: one.area),
            Column(_("时段"), lambda one: one.period),
            Column(_("数值"), lambda one: one.row.value),
            Column(_("算法"), lambda one: one.row.query["formula"]),
            Column(_("记录"), lambda one: one.row.rows),
            Column(_("校验值"), lambda one: one.row.digest),
            Column(_("用在哪里"), lambda one: one.row.used_in),
            Column(_("定稿时间"), lambda one: one.row.at),
        ),
    )
)
