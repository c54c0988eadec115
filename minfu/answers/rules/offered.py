"""What one may choose: the places or units an actor tells an item for, and the times that are over."""

from datetime import date, timedelta

from minfu.accounts.actor import Actor, system
from minfu.accounts.models import Unit
from minfu.answers.models import Item, Whose
from minfu.answers.rules import access
from minfu.figures import door as figures
from minfu.kernel import clock

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
    found = figures.period(key(item.span, clock.today()))
    made = []
    for _number in range(PAST[item.span]):
        found = figures.period(key(item.span, found.start - timedelta(1)))
        made.append((found.key, found.label))
    return made


def key(span: str, day: date) -> str:
    """Return the key of the period of a span (week to year) that a day lies in."""
    iso = day.isocalendar()
    return {
        "week": f"{iso.year}-W{iso.week:02d}",
        "month": f"{day.year}-{day.month:02d}",
        "quarter": f"{day.year}-Q{(day.month + 2) // 3}",
        "half": f"{day.year}-H{(day.month + 5) // 6}",
        "year": str(day.year),
    }[span]
