"""Restricted demands in a reader's figures: not everyone may open each of them, nor see where it lies."""

from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, QuerySet

from minfu.accounts.actor import Actor
from minfu.accounts.models import Role
from minfu.cases.models import Case
from minfu.cases.rules import access, lists
from minfu.kernel import composed


@dataclass(frozen=True)
class Apart:
    """Open restricted demands of one holder, place and state by which a reader's lists differ from the public figures."""

    holder: int
    township: str
    village: str
    state: str
    late: bool
    number: int


def is_placed(actor: Actor) -> bool:
    """Tell whether the reader's figures begin with all of the area, restricted demands where they lie, and leave some out.

    So it is in the county; elsewhere they begin with what is public, and some are added.
    """
    return len(actor.area) <= access.COUNTY and actor.role != Role.PARTNER


def differing(actor: Actor) -> QuerySet[Case]:
    """Return by which demands the reader's lists differ from the figures they begin with: few, and found by an index.

    In a township or village those they may open besides; in the county, whose figures know all, those they may not. Another
    system's figures are the tallies alone.
    """
    rows = Case.objects.filter(access.area(actor), restricted=True).order_by()
    if actor.role == Role.PARTNER:
        return rows.none()
    seen = access.visible(actor)
    return rows.filter(~seen if is_placed(actor) else seen)


def in_hand(actor: Actor) -> list[Apart]:
    """Return the open ones of them, grouped. One statement over an index of their own."""
    return [Apart(*row) for row in composed.rows(_in_hand, actor)]


def _in_hand(actor: Actor) -> QuerySet[Case, Any]:
    late = ExpressionWrapper(lists.overdue(), output_field=BooleanField())
    rows = differing(actor).filter(is_open=True)
    return rows.values_list("holder_id", "township_code", "village_code", "state", late, Count("pk"))
