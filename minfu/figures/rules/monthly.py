"""How much there is by month, township and category: of months that are over, without restricted matters. For open data."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count as Number
from django.db.models.functions import Left, TruncMonth
from django.utils.translation import gettext as _

from minfu.figures.models import Fact
from minfu.figures.rules import feed, registry
from minfu.figures.rules.formula import Count
from minfu.kernel.errors import Invalid

#: Digits of a category of the first level.
FIRST_LEVEL = 2


@dataclass(frozen=True)
class Monthly:
    """How many there are in a month, a township ("" where the place is not known) and a category ("" where none is)."""

    month: date
    township: str
    category: str
    number: int


def monthly(name: str, before: date) -> list[Monthly]:
    """Return how much of a counted indicator there is by month, before a day that begins one. Nothing of restricted matters.

    Raises ``Invalid`` for an indicator that is no plain count, ``Building`` while everything is counted anew.
    """
    found = registry.indicator(name)
    count = found.formula
    if not isinstance(count, Count):
        raise Invalid({"indicator": [_("“%(title)s”不是件数，不能按月公开。") % {"title": found.title}]})
    while not feed.catch_up(feed.BATCH).whole:
        pass
    rows = Fact.objects.filter(what=count.what, secret=False, day__lt=before)
    if count.marks:
        rows = rows.filter(mark__in=count.marks)
    parts = rows.annotate(month=TruncMonth("day"), first=Left("category", FIRST_LEVEL))
    numbers = (
        parts.values_list("month", "township", "first")
        .annotate(number=Number("*"))
        .order_by("month", "township", "first")
    )
    return [Monthly(*row) for row in numbers]
