"""How much there is by month, township and category: of months that are over, without restricted matters. For open data."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils.translation import gettext as _

from minfu.figures.rules import feed, keys, registry
from minfu.figures.rules.formula import Count
from minfu.kernel.errors import Invalid

_READ = """
    SELECT date_trunc('month', c.day)::date, c.township, u.key, sum(u.number)::int
      FROM figures_cell c CROSS JOIN LATERAL unnest(c.keys, c.numbers) AS u (key, number)
     WHERE NOT c.secret AND c.day < %(before)s AND u.key = ANY (%(keys)s) GROUP BY 1, 2, 3
"""


@dataclass(frozen=True)
class Monthly:
    """How many there are in a month, a township ("" where the place is not known) and a category ("" where none is)."""

    month: date
    township: str
    category: str
    number: int


def monthly(name: str, before: date) -> list[Monthly]:
    """Return how much of a counted indicator there is by month, before a day that begins one. Nothing of restricted matters.

    Raises ``Invalid`` for an indicator that is no plain count, or not counted by category.
    """
    found = registry.indicator(name)
    count = found.formula
    if not isinstance(count, Count):
        raise Invalid({"indicator": [_("“%(title)s”不是件数，不能按月公开。") % {"title": found.title}]})
    while not feed.catch_up(feed.BATCH, wait=True).whole:
        pass
    if not keys.has_split(count, "category"):
        raise Invalid(
            {"indicator": [_("“%(title)s”没有按类别统计，不能按月公开。") % {"title": found.title}]}
        )
    book = keys.book()
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"before": before, "keys": book.of_count(count, "category")})
        rows = [
            Monthly(month, township, book.by_number[key].value, number)
            for month, township, key, number in cursor.fetchall()
        ]
    return sorted(_together(rows), key=lambda one: (one.month, one.township, one.category))


def _together(rows: Iterable[Monthly]) -> Iterator[Monthly]:
    """Yield one row for all marks a count counts."""
    numbers: dict[tuple[date, str, str], int] = defaultdict(int)
    for row in rows:
        numbers[row.month, row.township, row.category] += row.number
    for of, number in numbers.items():
        yield Monthly(*of, number)
