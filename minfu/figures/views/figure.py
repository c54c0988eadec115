"""One figure: what it means, how it is made, and the records behind it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from minfu.accounts.actor import actor_of
from minfu.figures import rights
from minfu.figures.rules import figure, published, records, registry, weights
from minfu.figures.rules.areas import Area
from minfu.figures.rules.figure import Figure
from minfu.figures.rules.formula import Count, Stock
from minfu.figures.rules.periods import Period
from minfu.figures.rules.records import NONE, Asked
from minfu.figures.views import common, words
from minfu.kernel import gate

__all__ = ["index", "show"]


@gate.needs(rights.VIEW)
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the indicators with their meaning, formula and source, and their value for the area and period."""
    area, period = common.asked(request)
    names = [one.name for one in registry.indicators()]
    found = figure.of_areas(names, [area], period)
    kept = published.kept(found.values())
    context = {
        "area": area,
        "period": period,
        "where": common.query(area, period),
        "figures": [(found[area.key, name], kept.get(name)) for name in names],
    }
    return render(request, "figures/index.html", context | common.choices(actor_of(request), area, period))


@gate.needs(rights.VIEW)
@never_cache
@require_safe
def show(request: HttpRequest, name: str) -> HttpResponse:
    """Show a figure of an area and period and a page of its records."""
    actor, (area, period) = actor_of(request), common.asked(request)
    asked = Asked.read(request.GET)
    one, before = figure.beside(name, area, period)
    cursor = request.GET.get("cursor", "")
    page = records.page(actor, name, area, period, cursor=cursor, asked=asked)
    held = weights.weights(one.indicator.weights(), period.last)
    rows = words.rows(page.records, one.indicator, held)
    context = {
        "figure": one,
        "number": _number(one, area, period, asked),
        "narrowed": _narrowed(asked),
        "before": before,
        "parts": figure.parts_of(one),
        "rows": rows,
        "is_told": any(row.what for row in rows),
        "hidden": page.hidden,
        "is_whole": asked.is_whole,
        "further": _further(request, page.next),
        "export": "?"
        + urlencode({"indicator": name} | request.GET.dict() | {"area": area.key, "period": period.key}),
        "excluded": _left_out(one, area, period),
        "left_out": asked.left_out,
        "kept": published.kept([one]).get(name),
        "may_publish": published.may_publish(actor, one.indicator, period),
        "may_ask": _is_judged(one) and actor.may(rights.EXCLUDE),
        "area": area,
        "period": period,
        "where": common.query(area, period),
        "span": one.indicator.span(period),
    }
    return render(request, "figures/figure.html", context | common.choices(actor, area, period))


def _is_judged(one: Figure) -> bool:
    """Tell whether two persons may leave records out of the figure."""
    rows = one.indicator.formula.rows()
    return isinstance(rows, Count) and rows.judged


def _left_out(one: Figure, area: Area, period: Period) -> int:
    """Return how many records two persons left out of the figure."""
    rows = one.indicator.formula.rows()
    if not isinstance(rows, Count) or not rows.judged:
        return 0
    return records.number(rows, area, period, Asked(left_out=True))


def _number(one: Figure, area: Area, period: Period, asked: Asked) -> int:
    """Return how many records there are on all pages."""
    formula = one.indicator.formula
    found = formula if isinstance(formula, Stock) else formula.rows()
    return one.rows if found is None or asked.is_whole else records.number(found, area, period, asked)


def _narrowed(asked: Asked) -> str:
    """Say what the list is narrowed to."""
    said = [_("已剔除的")] if asked.left_out else []
    for split, value in asked.narrowed:
        said.append(_("未分类") if value == NONE else str(common.names_of(split).get(value, value)))
    if asked.level:
        said.append(str(words.LEVELS.get(asked.level, _("未分类"))))
    if asked.age:
        said.append(records.age_names()[int(asked.age)])
    return "、".join(said)


def _further(request: HttpRequest, cursor: str) -> str:
    if not cursor:
        return ""
    return "?" + urlencode({**request.GET.dict(), "cursor": cursor})
