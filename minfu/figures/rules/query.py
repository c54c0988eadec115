"""How much there is: sums of the buckets. A page asks once for all its figures of an area and period."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from minfu.figures.models import Exclusion, Fact
from minfu.figures.rules.areas import Area
from minfu.figures.rules.formula import Count, Middle, Share
from minfu.figures.rules.periods import Period

Found = dict[tuple[str, str], int]
#: A count, and what it is split by in the buckets: "" (in all), "level", "hours".
Wanted = tuple[Count, str]
_PART = (
    "SELECT {columns} FROM figures_bucket WHERE area = ANY(%s) AND grain = %s AND split = ANY(%s)"
    " AND what = ANY(%s) AND day >= %s AND day <= %s"
)
_BY_AREA = "SELECT area, what, mark, split, value, sum(number) FROM ({parts}) AS b GROUP BY 1, 2, 3, 4, 5"
_BY_VALUE = "SELECT mark, value, sum(number) FROM ({parts}) AS b GROUP BY 1, 2"


def wanted(formula: Any) -> list[Wanted]:
    """Return which counts a formula needs, and by what."""
    if isinstance(formula, Middle):
        return [(formula.whole, "hours")]
    by_level = isinstance(formula, Share) and formula.by_level
    return [(count, "level" if by_level or count.levels else "") for count in formula.needs()]


def numbers(
    areas: Collection[Area], period: Period, counts: Iterable[Wanted]
) -> dict[str, dict[Wanted, Found]]:
    """Return, by area, how many facts there are of each count by (mark, level), or (level, hours) for hours."""
    asked = list(dict.fromkeys(counts))
    found: dict[str, dict[Wanted, Found]] = {
        area.key: {one: defaultdict(int) for one in asked} for area in areas
    }
    if asked:
        for area, what, mark, split, value, number in _summed(areas, period, asked):
            _sort_in(found[area], asked, (what, mark, split, value), int(number))
        _take_off(areas, period, found, [one for one in asked if one[0].judged])
    return found


def _sort_in(
    found: dict[Wanted, Found], asked: Sequence[Wanted], row: tuple[str, str, str, str], number: int
) -> None:
    what, mark, split, value = row
    for count, by in asked:
        if count.what != what or by != split:
            continue
        if by == "hours":
            level, _slash, hours = value.partition("/")
            if count.takes(mark, level):
                found[count, by][level, hours] += number
        elif count.takes(mark, value):
            found[count, by][mark, value] += number


def _summed(areas: Collection[Area], period: Period, asked: Sequence[Wanted]) -> list[tuple[Any, ...]]:
    parts, values = _parts(
        period,
        "area, what, mark, split, value, number",
        [area.key for area in areas],
        {count.what for count, _by in asked},
        {by for _count, by in asked},
    )
    return _all(
        _BY_AREA.format(parts=parts),
        values,
    )


def _parts(
    period: Period, columns: str, keys: Collection[str], whats: Collection[str], splits: Collection[str]
) -> tuple[str, list[Any]]:
    """Return a statement's parts, one for each stretch of months or days, and their values."""
    parts, values = [], []
    for grain, first, last in period.pieces():
        parts.append(_PART.format(columns=columns))
        values += [list(keys), grain, list(splits), list(whats), first, last]
    return " UNION ALL ".join(parts), values


def _all(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _take_off(
    areas: Collection[Area], period: Period, found: dict[str, dict[Wanted, Found]], judged: Sequence[Wanted]
) -> None:
    """Take off what two persons left out of the rates: few facts, read once for all areas."""
    if not judged or not Exclusion.objects.filter(state="granted").exists():
        return
    whats = {count.what for count, _by in judged}
    rows = excluded(Fact.objects.filter(what__in=whats, day__gte=period.start, day__lte=period.end))
    for fact in rows:
        for area in areas:
            if not _lies_in(fact, area):
                continue
            for count, by in judged:
                if count.what == fact.what and count.takes(fact.mark, fact.level):
                    found[area.key][count, by][fact.mark, fact.level if by else ""] -= 1


def _lies_in(fact: Fact, area: Area) -> bool:
    """Tell whether a fact counts in an area, as the buckets do it."""
    if not area.column:
        return True
    return getattr(fact, area.column) == area.value and (area.level == "unit" or not fact.secret)


def granted() -> QuerySet[Exclusion, int]:
    """Return the demands left out of the rates."""
    return Exclusion.objects.filter(state="granted").values_list("case_id", flat=True)


def excluded(rows: QuerySet[Fact]) -> QuerySet[Fact]:
    """Return those of the facts that are left out of the rates."""
    return rows.filter(subject_id__in=granted())


def facts(area: Area, period: Period, whats: Collection[str]) -> QuerySet[Fact]:
    """Return the facts of an area and period, the newest first; those of restricted matters at no place below the county."""
    rows = Fact.objects.filter(what__in=list(whats), day__gte=period.start, day__lte=period.end)
    if area.column:
        rows = rows.filter(**{area.column: area.value})
        if area.level != "unit":
            rows = rows.filter(secret=False)
    return rows.order_by("-day", "-event_id")


def rows_of(count: Count, area: Area, period: Period, *, left_out: bool = False) -> QuerySet[Fact]:
    """Return the facts a count counts; or, of a judged one, those left out."""
    rows = facts(area, period, [count.what])
    if count.marks:
        rows = rows.filter(mark__in=count.marks)
    if count.levels:
        rows = rows.filter(level__in=count.levels)
    if left_out:
        return excluded(rows)
    return rows.exclude(subject_id__in=granted()) if count.judged else rows


def by_day(
    area: Area, period: Period, counts: Iterable[Count], grain: str = "d"
) -> dict[date, dict[Count, int]]:
    """Return how many facts there are of each count by day, or by month (``grain`` "m", of whole months)."""
    asked = list(counts)
    statement = (
        "SELECT day, what, mark, sum(number) FROM figures_bucket WHERE area = %s AND grain = %s AND split = ''"
        " AND what = ANY(%s) AND day >= %s AND day <= %s GROUP BY 1, 2, 3"
    )
    values = [area.key, grain, [count.what for count in asked], period.start, period.end]
    found: dict[date, dict[Count, int]] = defaultdict(lambda: defaultdict(int))
    for day, what, mark, number in _all(statement, values):
        for count in asked:
            if count.what == what and count.takes(mark, ""):
                found[day][count] += int(number)
    return found


def by_value(area: Area, period: Period, count: Count, split: str) -> dict[str, int]:
    """Return how many facts there are of a count by kind, door, category (first level) or level."""
    parts, values = _parts(period, "mark, value, number", [area.key], [count.what], [split])
    found: dict[str, int] = defaultdict(int)
    for mark, value, number in _all(_BY_VALUE.format(parts=parts), values):
        if count.takes(mark, value if split == "level" else ""):
            found[value] += int(number)
    return dict(found)
