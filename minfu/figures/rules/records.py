"""The records behind a number: as many as it says. What a reader may not open stands in its place, without a word about it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice, pairwise
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.cases import door as cases
from minfu.cases.door import Door, Kind
from minfu.figures.rules import feed, history, keys, query, registry
from minfu.figures.rules.areas import COUNTY, Area
from minfu.figures.rules.formula import Count, Indicator, Mean, Stock
from minfu.figures.rules.history import FIRST, Fact
from minfu.figures.rules.periods import Period
from minfu.kernel import clock
from minfu.kernel.errors import Invalid
from minfu.kernel.pages import lost, number_of

PAGE = 50
#: Days after which an overdue demand is in the next group.
AGES = (1, 3, 7, 15, 30)
#: Stands in an address for those that have none.
NONE = "-"
#: Digits of a category's code.
_CODE = range(FIRST, 13)
#: Where a demand may be settled.
LEVELS = ("household", "grid", "village", "township", "county")


@dataclass(frozen=True)
class Asked:
    """What a list of records is narrowed to: one kind, door or category; or what two persons left out (``left_out``).

    ``age``: which group of ``AGES`` of what is overdue, from "0". ``level``: where it was settled.
    """

    kind: str = ""
    door: str = ""
    category: str = ""
    left_out: bool = False
    age: str = ""
    level: str = ""

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> "Asked":
        """Read it from an address."""
        said = {name: str(given.get(name) or "") for name in ("kind", "door", "category", "age", "level")}
        return cls(**said, left_out=given.get("left_out") == "1")

    @property
    def is_whole(self) -> bool:
        """Tell whether it is narrowed to nothing."""
        return not (self.narrowed or self.left_out or self.age or self.level)

    @property
    def narrowed(self) -> list[tuple[str, str]]:
        """Return all splits it is narrowed by, with their values."""
        pairs = (("kind", self.kind), ("door", self.door), ("category", self.category))
        return [pair for pair in pairs if pair[1]]

    @property
    def values(self) -> list[tuple[str, str]]:
        """Return the same as facts say it: an empty value for those that have none."""
        return [(split, "" if value == NONE else value) for split, value in self.narrowed]

    def of_level(self, count: Count) -> Count:
        """Return what of a count lies at the level it is narrowed to; all of it without one."""
        return replace(count, levels=("" if self.level == NONE else self.level,)) if self.level else count

    def check(self, indicator: Indicator) -> None:
        """Raise ``Invalid`` for what an indicator's records cannot be narrowed to, instead of listing others."""
        if self.is_whole:
            return
        told = {"title": indicator.title}
        if isinstance(indicator.formula, Mean):
            self._refuse(_("“%(title)s”由几个指标合成，没有自己的记录，不能筛选。请看组成它的指标。") % told)
        for split, value in self.narrowed:
            if value != NONE and not _is_value(split, value):
                self._refuse(_("筛选条件“%(value)s”不存在，请重新选择。") % {"value": value[:20]}, split)
        if self.level and (self.level not in (*LEVELS, NONE) or "level" not in indicator.splits):
            self._refuse(_("筛选条件“%(value)s”不存在，请重新选择。") % {"value": self.level[:20]}, "level")
        if self.left_out and not _is_judged(indicator):
            self._refuse(_("“%(title)s”不做考核剔除，没有已剔除的记录。") % told, "left_out")
        if self.age and not (indicator.name == "overdue" and self.age in map(str, range(len(AGES) + 1))):
            self._refuse(_("“%(title)s”不能按这样的超期天数筛选。") % told, "age")

    @staticmethod
    def _refuse(sentence: str, field: str = "indicator") -> None:
        raise Invalid({field: [sentence]})


def _is_value(split: str, value: str) -> bool:
    """Tell whether a kind, door or category may be called so; a category that is no longer in use may."""
    if split == "category":
        return len(value) in _CODE and value.isascii() and value.isdecimal()
    return value in (Kind if split == "kind" else Door).values


def _is_judged(indicator: Indicator) -> bool:
    rows = indicator.formula.rows()
    return isinstance(rows, Count) and rows.judged


@dataclass(frozen=True)
class Record:
    """One record: the demand (or another room's matter) if the reader may open it (None: not), and what of it was counted.

    ``mark`` and ``level`` are as counted, ``unit_id`` and ``place`` as they were on ``day``.
    """

    case: Any
    day: date | None
    mark: str = ""
    level: str = ""
    hours: int | None = None
    unit_id: int | None = None
    place: str = ""

    @property
    def hidden(self) -> bool:
        """Tell whether the reader has no right to it."""
        return self.case is None


@dataclass(frozen=True)
class Page:
    """One page of records; ``next`` is the cursor of the page after it, empty on the last. ``hidden``: how many of the page."""

    records: Sequence[Record]
    next: str

    @property
    def hidden(self) -> int:
        """Return how many of the page the reader may not open."""
        return sum(record.hidden for record in self.records)


def age_names() -> list[str]:
    """Return what the groups of ``AGES`` are called."""
    between = [_("%(from)s 到 %(to)s 天") % {"from": a, "to": b} for a, b in pairwise(AGES)]
    return [_("不到 1 天"), *between, _("超过 %(days)s 天") % {"days": AGES[-1]}]


def page(
    actor: Actor,
    name: str,
    area: Area,
    period: Period,
    *,
    cursor: str = "",
    asked: Asked | None = None,
    size: int = PAGE,
) -> Page:
    """Return a page of the records behind an indicator's number, narrowed to what is asked.

    The actor may read the area. All pages together hold exactly as many records as the number says (of a share: as many as it
    is divided by). Nothing for an indicator made of others: each of those has its own. ``Invalid`` for what it cannot be
    narrowed to.
    """
    indicator, asked = registry.indicator(name), asked or Asked()
    asked.check(indicator)
    if isinstance(indicator.formula, Stock):
        return _stock_page(actor, _standing_rows(indicator.formula, area, asked), cursor, size)
    feed.catch_up()
    count = indicator.formula.rows()
    if count is None:
        return Page([], "")
    found = _facts(asked.of_level(count), area, period, asked, _read(cursor) if cursor else None, size + 1)
    return _fact_page(actor, indicator.group, list(islice(found, size + 1)), size)


def number(formula: Count | Stock, area: Area, period: Period, asked: Asked) -> int:
    """Return how many records there are of a count, or of what there is now, narrowed: by buckets where they are counted
    apart, else in one statement over the cells of the area and period.
    """
    if isinstance(formula, Stock):
        return _standing_rows(formula, area, asked).order_by().count()
    formula = asked.of_level(formula)
    if asked.left_out:
        return len(_left_out(formula, area, period, asked))
    out = len(_left_out(formula, area, period, asked)) if formula.judged else 0
    split, value = asked.values[0] if len(asked.narrowed) == 1 else ("", "")
    if keys.has_split(formula, split) and (split != "category" or len(value) <= FIRST):
        return query.by_value(area, period, formula, split).get(value, 0) - out
    return history.number(formula, area, period, asked.values) - out


def _left_out(count: Count, area: Area, period: Period, asked: Asked) -> list[Fact]:
    """Return what two persons left out of a count, narrowed, the newest first."""
    return [
        fact
        for fact in history.left_out(period, {count.what})
        if count.judged
        and fact.is_of(count)
        and fact.lies_in(area)
        and all(fact.has(*one) for one in asked.values)
    ]


def _facts(
    count: Count, area: Area, period: Period, asked: Asked, after: tuple[date, int] | None, size: int
) -> Iterator[Fact]:
    """Yield the facts of a count, narrowed, the newest first."""
    if asked.left_out:
        found = _left_out(count, area, period, asked)
        yield from (fact for fact in found if after is None or fact.place_in_time < after)
    else:
        yield from history.newest_first(count, area, period, after=after, narrowed=asked.values, size=size)


def _fact_page(actor: Actor, group: str, found: Sequence[Fact], size: int) -> Page:
    shown = found[:size]
    records = opened(actor, group, shown)
    last = shown[-1] if len(found) > size else None
    return Page(records, f"{last.day.isoformat()}~{last.event_id}" if last else "")


def opened(actor: Actor, group: str, facts: Sequence[Fact]) -> list[Record]:
    """Return facts of a group of indicators as records; what the reader may not open stands in its place, hidden."""
    found = _opened(actor, {fact.subject_id for fact in facts}, group)
    return [
        Record(case, fact.day, fact.mark, fact.level, fact.hours, fact.unit_id, fact.place)
        if (case := found.get(fact.subject_id))
        else Record(None, None)
        for fact in facts
    ]


def _read(cursor: str) -> tuple[date, int]:
    """Return the day and event a page begins after."""
    day, _tilde, digits = cursor.partition("~")
    number = number_of(digits)
    try:
        first = date.fromisoformat(day)
    except ValueError:
        raise lost() from None
    if number is None:
        raise lost()
    return first, number


def _opened(actor: Actor, ids: set[int], group: str = "demands") -> dict[int, Any]:
    """Return those of the demands, or of another room's matters, that the actor may open."""
    if group != "demands":
        return {row.pk: row for row in registry.room(group).visible(actor).filter(pk__in=ids)}
    rows = cases.cases_for(actor).filter(pk__in=ids).select_related("category", "lead")
    return {case.pk: case for case in rows}


def _standing_rows(formula: Stock, area: Area, asked: Asked) -> QuerySet[Any]:
    """Return the demands there are now, narrowed."""
    place = "" if area.level in ("county", "unit") else area.code
    digits = place[:9] if area.level == "township" else place[: len(place) or COUNTY]
    rows = cases.in_hand.rows(digits, area.unit_id, late=formula.name == "overdue")
    for split, value in asked.values:
        rows = cases.in_hand.of(rows, split, value)
    return cases.in_hand.of_age(rows, int(asked.age), days=AGES) if asked.age else rows


def _stock_page(actor: Actor, rows: QuerySet[Any], cursor: str, size: int) -> Page:
    shown, following = cases.in_hand.page(rows, cursor, size)
    mine = _opened(actor, {one.pk for one in shown})
    records = [_standing(mine[one.pk]) if one.pk in mine else Record(None, None) for one in shown]
    return Page(records, following)


def _standing(case: Any) -> Record:
    """Return a demand in hand as a record."""
    due = clock.day(case.due_at) if case.due_at else None
    return Record(
        case, due, case.state, unit_id=case.holder_id, place=case.village_code or case.township_code
    )


def weight_of(indicator: Indicator, record: Record, weights: Any) -> str:
    """Return how much a record counts for the numerator of a share, as shown; empty where every record counts the same."""
    formula = indicator.formula
    if not indicator.is_share or isinstance(formula, (Count, Stock)) or formula.rows() is None:
        return ""
    weight = formula.weigh(record.mark, record.level, weights)  # type: ignore[union-attr]  # a share
    return f"{weight.normalize():f}"
