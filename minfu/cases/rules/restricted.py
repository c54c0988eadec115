"""Restricted demands in a reader's figures: tallies know them at no place, and not everyone may open each of them."""

from dataclasses import dataclass

from django.db.models import BooleanField, Count, ExpressionWrapper, QuerySet

from minfu.accounts.actor import Actor
from minfu.accounts.models import Role
from minfu.cases.models import Case
from minfu.cases.rules import access, lists


@dataclass(frozen=True)
class Apart:
    """Open restricted demands of one holder, place and state; ``seen``: the reader may open them."""

    holder: int
    township: str
    village: str
    state: str
    late: bool
    seen: bool
    number: int


def _of(actor: Actor) -> QuerySet[Case]:
    """Return the restricted demands of the reader's area; another system's figures are the tallies alone."""
    rows = Case.objects.filter(access.area(actor), restricted=True).order_by()
    return rows.none() if actor.role == Role.PARTNER else rows


def differing(actor: Actor) -> QuerySet[Case]:
    """Return by which demands the reader's lists differ from the public figures.

    In a township or village those they may open besides; in the county, whose figures know all, those they may not.
    """
    seen = access.visible(actor)
    return _of(actor).filter(~seen if len(actor.area) <= access.COUNTY else seen)


def in_hand(actor: Actor) -> list[Apart]:
    """Return the open restricted demands of the reader's area, grouped. One statement over an index of their own."""
    rows = _of(actor).filter(is_open=True)
    late = ExpressionWrapper(lists.overdue(), output_field=BooleanField())
    seen = ExpressionWrapper(access.visible(actor), output_field=BooleanField())
    names = ("holder_id", "township_code", "village_code", "state")
    grouped = rows.values_list(*names, late, seen, Count("pk"))
    # A unit that is not named makes a condition neither true nor false.
    return [
        Apart(holder, township, village, state, bool(is_late), bool(is_seen), number)
        for holder, township, village, state, is_late, is_seen, number in grouped
    ]
