"""A figure: the value of an indicator for an area and a period, with everything that says where it comes from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from minfu.cases import door as cases
from minfu.figures.models import Weight
from minfu.figures.rules import areas, feed, query, registry, weights
from minfu.figures.rules.areas import Area
from minfu.figures.rules.feed import Standing
from minfu.figures.rules.formula import Indicator, Mean, Stock
from minfu.figures.rules.periods import Period
from minfu.figures.rules.query import Answer, Ask
from minfu.kernel import calendar, clock
from minfu.kernel.errors import Invalid

#: Where a figure's records are; the address is the same for screens and papers.
PATH = "/figures/%s/"


@dataclass(frozen=True)
class Figure:
    """A value, and the query that made it. ``value`` is None where there is nothing to divide by.

    ``top`` and ``whole``: numerator and denominator of a share; a plain number stands in ``top``. ``standing`` says up to which
    event everything was counted; ``told`` is the formula in words with the weights of the day.
    """

    indicator: Indicator
    area: Area
    period: Period
    value: Decimal | None
    top: Decimal | int
    whole: int
    told: str
    at: datetime
    standing: Standing
    calendar_version: int

    @property
    def text(self) -> str:
        """Return the number as people read it, without its unit: 1,234, 87.5, — for none."""
        if self.value is None:
            return "—"
        if self.indicator.has_decimals:
            return f"{rounded(self.value):,}"
        return f"{int(self.value):,}"

    @property
    def shown(self) -> str:
        """Return the number with its unit: 1,234 件, 87.5%, 2.3 天, — for none."""
        unit = str(self.indicator.unit)
        if self.value is None:
            return self.text
        return f"{self.text}{unit}" if unit == "%" else f"{self.text} {unit}"

    @property
    def query(self) -> str:
        """Return what of its address names area and period."""
        return urlencode({"area": self.area.key, "period": self.period.key})

    @property
    def href(self) -> str:
        """Return the address of the records behind the number."""
        return address(self.indicator.name, self.area, self.period)

    @property
    def rows(self) -> int:
        """Return how many records stand behind it."""
        return self.whole if self.indicator.has_whole else int(self.top)


def address(name: str, area: Area, period: Period) -> str:
    """Return where the records behind an indicator's number of an area and period are."""
    return PATH % name + "?" + urlencode({"area": area.key, "period": period.key})


def rounded(value: Decimal) -> Decimal:
    """Return a value with one digit after the point, as it is shown and published."""
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Change:
    """A figure beside an earlier one. ``recorded``: whether anything was recorded here before the earlier period began."""

    now: Figure
    before: Figure
    recorded: bool

    @property
    def by(self) -> Decimal | None:
        """Return by how much it changed, as shown; None when one of them has no value, or part of it was never recorded."""
        if not self.recorded or self.now.value is None or self.before.value is None:
            return None
        if self.now.indicator.has_decimals:
            return rounded(self.now.value) - rounded(self.before.value)
        return self.now.value - self.before.value

    @property
    def direction(self) -> int:
        """Return 1 when it grew, -1 when it fell, 0 when neither or unknown."""
        by = self.by or 0
        return (by > 0) - (by < 0)

    @property
    def words(self) -> str:
        """Say the change: 比上月多 12 件, 少 3.1 个百分点, 持平."""
        by = self.by
        if by is None:
            return _("没有可比的数")
        if not by:
            return _("持平")
        unit = _("个百分点") if self.now.indicator.is_share else str(self.now.indicator.unit)
        sentence = _("多 %(by)s %(unit)s") if by > 0 else _("少 %(by)s %(unit)s")
        return sentence % {"by": f"{abs(by):,}", "unit": unit}


def of_areas(
    names: Collection[str], wanted: Sequence[Area], period: Period, standing: Standing | None = None
) -> dict[tuple[str, str], Figure]:
    """Return figures of several areas by area and name, read in one statement; ``Invalid`` for the future.

    ``standing``: how far the caller has let everything be counted already.
    """
    standing = standing or feed.catch_up()
    asked = ask(names, wanted, period)
    return made(names, asked, query.answer([asked])[0], standing)


def beside(name: str, area: Area, period: Period) -> tuple[Figure, Change | None]:
    """Return a figure and how it stands beside the period before, read together; None for what there is only now.

    Raises ``Invalid`` for the future.
    """
    spans = [period] if registry.indicator(name).is_stock else [period, period.before()]
    standing = feed.catch_up()
    asks = [ask([name], [area], span) for span in spans]
    found = [
        made([name], one, said, standing)[area.key, name]
        for one, said in zip(asks, query.answer(asks), strict=True)
    ]
    return found[0], change(found[0], found[1], query.begun()) if found[1:] else None


def change(now: Figure, before: Figure, begun: date | None) -> Change:
    """Return a figure beside an earlier one; ``begun``: the day from which there are records, None while there are none."""
    return Change(now, before, recorded=begun is not None and begun <= before.period.start)


def ask(names: Collection[str], wanted: Sequence[Area], period: Period) -> Ask:
    """Return what has to be read for figures of several areas; ``Invalid`` for the future."""
    if period.is_to_come:
        sentence = _("“%(label)s”还没有开始，没有数字。请选择更早的时段。")
        raise Invalid({"period": [sentence % {"label": period.label}]})
    counts = [one for name in names for one in query.wanted(registry.indicator(name).formula)]
    return Ask(tuple(wanted), period, tuple(dict.fromkeys(counts)))


def made(
    names: Collection[str],
    asked: Ask,
    answer: Answer,
    standing: Standing,
    dated: Sequence[Weight] | None = None,
) -> dict[tuple[str, str], Figure]:
    """Return the figures made from what was read for them; ``dated``: every version of all weights, if read already."""
    indicators = [registry.indicator(name) for name in names]
    held = weights.weights({name for one in indicators for name in one.weights()}, asked.period.last, dated)
    stocks = {
        one.name: _stocks(one.formula, asked.areas) for one in indicators if isinstance(one.formula, Stock)
    }
    making = _Making(asked.period, standing, held, calendar.current().version, stocks)
    numbers = answer.by_area(asked)
    return {
        (area.key, one.name): making.figure(one, area, numbers[area.key])
        for area in asked.areas
        for one in indicators
    }


@dataclass(frozen=True)
class _Making:
    """What the figures of one reading share."""

    period: Period
    standing: Standing
    weights: dict[str, Decimal]
    calendar_version: int
    #: What there is now of each stock, by area.
    stocks: Mapping[str, Mapping[str, int]]

    def figure(self, one: Indicator, area: Area, numbers: dict[query.Wanted, query.Found]) -> Figure:
        formula = one.formula
        value: Decimal | None
        top: Decimal | int
        if isinstance(formula, Stock):
            number = self.stocks[one.name][area.key]
            value, top, whole = Decimal(number), number, 1
        else:
            needed = {count: numbers[count, by] for count, by in query.wanted(formula)}
            value, top, whole = formula.value(needed, self.weights)
        return Figure(
            indicator=one,
            area=area,
            period=self.period,
            value=value,
            top=top,
            whole=whole,
            told=formula.told(self.weights),
            at=clock.now(),
            standing=self.standing,
            calendar_version=self.calendar_version,
        )


#: By what the demands in hand of several areas are counted together.
_KEYS: dict[str, Literal["holder_id", "township_code", "village_code"]] = {
    "unit": "holder_id", "township": "township_code", "village": "village_code",
}  # fmt: skip


def _stocks(formula: Stock, wanted: Sequence[Area]) -> dict[str, int]:
    """Return how much there is now by area: of several units or places in a statement for all of one kind."""
    late, found = formula.name == "overdue", dict[str, int]()
    for level, key in _KEYS.items():
        some = [area for area in wanted if area.level == level]
        if len(some) > 1:
            townships = {area.code[: areas.TOWNSHIP] for area in some} if level == "village" else set()
            place = townships.pop() if len(townships) == 1 else ""
            numbers = cases.in_hand.numbers_by(key, place, late=late)
            found |= {area.key: numbers.get(str(area.value), 0) for area in some}
    return found | {area.key: _stock(formula, area) for area in wanted if area.key not in found}


def _stock(formula: Stock, area: Area) -> int:
    place = "" if area.level in ("county", "unit") else _digits(area)
    return cases.in_hand.number(place, area.unit_id, late=formula.name == "overdue")


def _digits(area: Area) -> str:
    return area.code[: areas.TOWNSHIP] if area.level == "township" else area.code


def parts_of(figure: Figure) -> list[tuple[Figure, str]]:
    """Return what a mean is made of: each part's figure, and its weight as shown."""
    formula = figure.indicator.formula
    if not isinstance(formula, Mean):
        return []
    held = weights.weights({weight for _part, weight in formula.parts}, figure.period.last)
    found = of_areas([part.name for part, _weight in formula.parts], [figure.area], figure.period)
    return [
        (found[figure.area.key, part.name], f"{held[weight].normalize():f}") for part, weight in formula.parts
    ]


def comparison(name: str, area: Area, period: Period, earlier: Period) -> Change:
    """Return a figure beside that of an earlier period."""
    found = [of_areas([name], [area], span)[area.key, name] for span in (period, earlier)]
    return change(found[0], found[1], query.begun())


def as_data(figure: Figure) -> dict[str, Any]:
    """Return a figure as programs read it."""
    return {
        "indicator": figure.indicator.name,
        "title": str(figure.indicator.title),
        "area": figure.area.key,
        "area_name": figure.area.name,
        "period": figure.period.key,
        "value": None if figure.value is None else float(rounded(figure.value)),
        "unit": str(figure.indicator.unit),
        "numerator": float(figure.top),
        "denominator": figure.whole if figure.indicator.has_whole else None,
        "formula": figure.told,
        "at": figure.at,
        "upto_event": figure.standing.upto,
        "calendar_version": figure.calendar_version,
        "href": figure.href,
    }
