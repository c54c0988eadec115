"""What one may choose: the places or units an actor tells an item for, and the times that are over."""

from minfu.accounts.actor import Actor, system
from minfu.accounts.models import Unit
from minfu.answers.models import Item, Whose
from minfu.answers.rules import access
from minfu.figures import door as figures

#: How many past periods of each span are offered.
PAST = {"week": 8, "month": 12, "quarter": 6, "half": 4, "year": 3}


def areas(actor: Actor, item: Item) -> list[tuple[str, str]]:
    """Return the places or units of an item that the actor may tell, with their names."""
    if item.whose == Whose.UNIT:
        units = Unit.objects.filter(is_active=True).exclude(kind=Unit.Kind.PARTNER).order_by("level", "name")
        if item.owner_id is None or not actor.is_of(item.owner_id):
            units = units.filter(pk__in=[one for one in (actor.unit_id, *actor.own_units) if one])
        return [(f"u{one.pk}", one.name) for one in units]
    own = figures.area_for(system(), actor.area)  # whose figures one may read is another question
    found, below = [own], figures.areas_below(own)
    found += below
    if own.level == "county":
        found += [village for township in below for village in figures.areas_below(township)]
    return [(one.key, one.name) for one in found if not one.former and access.may_tell(actor, item, one)]


def periods(item: Item) -> list[tuple[str, str]]:
    """Return the last periods of an item's span that are over, the newest first."""
    return [(one.key, one.label) for one in figures.past(item.span, PAST[item.span])]
