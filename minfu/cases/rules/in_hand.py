"""What is in hand now, for figures: as many as the tallies say, and which they are. Whoever lists them asks who may see each.

Restricted demands count for their holder and for the county, never for a township or village, as everywhere.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

from django.db.models import Count, Q, QuerySet

from minfu.cases import states
from minfu.cases.models import Case
from minfu.cases.rules import counts, lists
from minfu.cases.rules.access import COUNTY, TOWNSHIP
from minfu.kernel import clock

Key = Literal["holder_id", "township_code", "village_code"]


def _here(place: str, unit_id: int | None) -> Q:
    if unit_id is not None:
        return Q(holder_id=unit_id)
    if len(place) <= COUNTY:
        return Q()
    column = "township_code" if len(place) == TOWNSHIP else "village_code"
    return Q(**{column: place.ljust(12, "0"), "restricted": False})


def rows(place: str = "", unit_id: int | None = None, *, late: bool = False) -> QuerySet[Case]:
    """Return the open demands of a place (6, 9 or 12 digits) or held by a unit, those due first first."""
    found = Case.objects.filter(_here(place, unit_id), is_open=True)
    return (found.filter(lists.overdue()) if late else found).order_by("due_at", "pk")


def page(found: QuerySet[Case], cursor: str, size: int) -> tuple[list[Case], str]:
    """Return the page of ``rows`` after ``cursor``, keys and dates only, and the cursor of the next ("" on the last).

    A page begins after a demand, not after so many: one that is settled meanwhile makes no other one vanish.
    """
    rest = found.filter(lists.after(cursor, "due_at")) if cursor else found
    shown = list(rest.only("pk", "due_at")[: size + 1])
    more = len(shown) > size
    return shown[:size], lists.cursor_of(shown[size - 1], "due_at") if more else ""


def of(found: QuerySet[Case], split: str, value: str) -> QuerySet[Case]:
    """Narrow demands to a ``kind``, ``door`` or ``category`` (or one below it); an empty value means those that have none."""
    if split != "category":
        return found.filter(**{split: value})
    return found.filter(category__code__startswith=value) if value else found.filter(category=None)


def of_age(found: QuerySet[Case], group: int, *, days: Sequence[int]) -> QuerySet[Case]:
    """Narrow demands to one of the groups ``ages`` counts; there is one more than ``days``."""
    return found.filter(_spans(days, clock.now())[group])


def _spans(days: Sequence[int], at: datetime) -> list[Q]:
    ends = [at, *(at - timedelta(days=number) for number in days)]
    return [
        *(Q(due_at__lt=late, due_at__gte=early) for late, early in pairwise(ends)),
        Q(due_at__lt=ends[-1]),
    ]


def number(place: str = "", unit_id: int | None = None, *, late: bool = False) -> int:
    """Return how many there are."""
    if late:
        return rows(place, unit_id, late=True).order_by().count()
    if unit_id is not None:
        return sum(n for code, n in counts.of_unit(unit_id).items() if states.CASE[code].is_open)
    return sum(sum(by_state.values()) for by_state in counts.open_by("holder_id", place).values())


def numbers_by(key: Key, place: str = "", *, late: bool = False) -> dict[str, int]:
    """Return how many there are of a place by unit, township or village."""
    if not late:
        return {name: sum(found.values()) for name, found in counts.open_by(key, place).items()}
    found = rows(place, late=True).order_by()
    if key != "holder_id":
        found = found.filter(restricted=False)
    return {str(name): n for name, n in found.values_list(key).annotate(n=Count("pk"))}


def ages(
    place: str = "", unit_id: int | None = None, *, days: Sequence[int], at: datetime | None = None
) -> list[int]:
    """Return how many are overdue since at most ``days[0]`` days, more than that and at most ``days[1]`` … and longer."""
    spans = _spans(days, at or clock.now())
    counted = {f"n{place_}": Count("pk", filter=span) for place_, span in enumerate(spans)}
    found = rows(place, unit_id, late=True).order_by().aggregate(**counted)
    return [found[f"n{place_}"] for place_ in range(len(spans))]
