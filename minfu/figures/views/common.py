"""What every screen of figures reads from its address: area and period; and what it offers to choose."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.http import urlencode

from minfu.accounts.actor import Actor, actor_of
from minfu.cases import door as cases
from minfu.cases.door import Door, Kind
from minfu.figures.rules import areas, periods
from minfu.figures.rules.areas import Area
from minfu.figures.rules.periods import Period
from minfu.kernel import clock


@dataclass(frozen=True)
class Choice:
    """Something to choose: its name, the address it leads to, and whether it is chosen."""

    label: str
    query: str
    chosen: bool = False


def asked(request: HttpRequest) -> tuple[Area, Period]:
    """Return the area and the period an address names: the actor's own and this month unless it does.

    Raises ``Missing`` for an area that is not for them, ``Invalid`` for what is no period.
    """
    actor = actor_of(request)
    key = request.GET.get("area", "")
    area = areas.area_for(actor, key or areas.own(actor).key)
    text = request.GET.get("period", "")
    return area, periods.parse(text) if text else periods.current()


def query(area: Area, period: Period) -> str:
    """Return what of an address names area and period."""
    return "?" + urlencode({"area": area.key, "period": period.key})


def choices(actor: Actor, area: Area, period: Period) -> dict[str, Any]:
    """Return what a screen of figures offers to choose: kinds of periods, the ones beside, places above and below."""
    day = min(period.last, clock.today())
    kinds = [
        Choice(str(name), query(area, periods.of(kind, day)), period.kind == kind)
        for kind, name in periods.NAMES.items()
    ]
    after = period.after()
    return {
        "kinds": kinds,
        "former": query(area, period.former()),
        "next": "" if after.is_to_come else query(area, after),
        "path": [Choice(one.name, query(one, period)) for one in above(actor, area)],
    }


def above(actor: Actor, area: Area) -> list[Area]:
    """Return the areas an area lies in, as far as the actor may read them, the largest first."""
    if area.level == "county":
        return []
    keys = ["c"]
    if area.level in ("village", "unit"):
        keys.append(area.code[: areas.TOWNSHIP])
    found = []
    for key in keys:
        if key != "c" and key.endswith("000"):
            continue  # a unit of the county lies in no township
        one = areas.area(key)
        if one.key != area.key and areas.may_read(actor, one):
            found.append(one)
    return found


def names_of(split: str) -> dict[str, Any]:
    """Return what the values of a split are called."""
    if split == "kind":
        return dict(Kind.choices)
    if split == "door":
        return dict(Door.choices)
    return cases.category_names()
