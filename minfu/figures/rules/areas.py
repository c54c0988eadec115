"""Whose figures: the county, a township, a village, a unit; and who may read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.accounts.models import Role, Unit
from minfu.figures import rights
from minfu.kernel import gate
from minfu.kernel.errors import Missing
from minfu.kernel.pages import number_of
from minfu.places import index
from minfu.places.codes import place_name

Level = Literal["county", "township", "village", "unit"]
#: Digits of the code of a county and of a township.
COUNTY, TOWNSHIP, CODE = 6, 9, 12
#: The key of the county in the buckets.
WHOLE = "c"
#: Who sees only what their unit does, wherever it is.
_BY_UNIT = (Role.DEPARTMENT_HANDLER, Role.MEDIATOR)


@dataclass(frozen=True)
class Area:
    """A place or unit figures are of. ``key``: "c", a 12-digit code, or "u" and a unit's number, as in an address."""

    key: str
    name: str
    level: Level
    #: Of a unit: its number and the code of its division.
    unit_id: int | None = None
    code: str = ""
    #: No longer in force: it keeps the figures of its days.
    former: bool = False

    @property
    def column(self) -> str:
        """Return the column of a fact that says whether it lies here; empty for the county."""
        return {"county": "", "unit": "unit_id"}.get(self.level, self.level)

    @property
    def value(self) -> str | int:
        """Return what stands in that column."""
        return self.unit_id if self.unit_id is not None else self.code


def area(key: str) -> Area:
    """Return an area by its key, or by the leading digits of a code; empty means the county. ``Missing`` for no such place."""
    key = key.strip()
    known = index.current()
    if key in ("", WHOLE) or key.ljust(CODE, "0") == known.county:
        county = known.divisions.get(known.county)
        return Area(WHOLE, county.name if county else _("全县"), "county", code=known.county)
    if key.startswith("u"):
        return _unit(key[1:])
    place = known.divisions.get(key.ljust(CODE, "0"))
    if place is None or place.level not in ("township", "village"):
        raise _absent()
    return Area(place.code, known.label(place.code), place.level, code=place.code)  # type: ignore[arg-type]  # one of the two


def _unit(digits: str) -> Area:
    row = Unit.objects.exclude(kind=Unit.Kind.PARTNER).filter(pk=number_of(digits) or 0).first()
    if row is None:
        raise _absent()
    return Area(f"u{row.pk}", row.name, "unit", unit_id=row.pk, code=row.division_id)


def _absent() -> Missing:
    return Missing(_("没有找到这个地方或单位，或您无权查看它的指标。"))


def area_for(actor: Actor, key: str) -> Area:
    """Return an area whose figures the actor may read; ``Missing`` whether it is absent or not for this actor."""
    found = area(key)
    if not may_read(actor, found):
        raise _absent()
    return found


def may_read(actor: Actor, found: Area) -> bool:
    """Tell whether the actor may read an area's figures: of their area and what lies in it, and of their own unit."""
    if actor.is_system:
        return True
    gate.check(actor, rights.VIEW)
    if found.unit_id is not None and actor.is_of(found.unit_id):
        return True
    if by_unit(actor):
        return False
    if len(actor.area) <= COUNTY:
        return True
    return found.level != "county" and found.code.startswith(actor.area)


def by_unit(actor: Actor) -> bool:
    """Tell whether an actor reads only what is of their own unit, wherever it is."""
    return actor.role in _BY_UNIT


def own(actor: Actor) -> Area:
    """Return the area an actor begins with: that of their post, or their unit."""
    if by_unit(actor) and actor.unit_id is not None:
        return area(f"u{actor.unit_id}")
    return area(actor.area)


def below(found: Area) -> list[Area]:
    """Return the places an area consists of, in the order of their codes, ended ones at the end; a village or unit has none."""
    wanted = {"county": "township", "township": "village"}.get(found.level)
    known = index.current()
    prefix = found.code[:TOWNSHIP] if found.level == "township" else found.code[:COUNTY]
    rows = [row for row in known.divisions.values() if row.level == wanted and row.code.startswith(prefix)]
    rows.sort(key=lambda row: (row.ended, row.code))
    return [
        Area(row.code, place_name(row.name) + _former(row), wanted, code=row.code, former=row.ended)  # type: ignore[arg-type]  # one of the two
        for row in rows
    ]


def _former(row: index.Known) -> str:
    """Say of a place that is no more where it went: it keeps the figures of its days."""
    if not row.ended:
        return ""
    then = index.current().current(row.code)
    return _("（已并入%(name)s）") % {"name": place_name(then.name)} if then else _("（已撤销）")


def units_in(found: Area) -> Sequence[Area]:
    """Return the units of an area: those whose place lies in it; the county's own departments and desks in the county."""
    rows = Unit.objects.exclude(kind=Unit.Kind.PARTNER).order_by("level", "division_id", "pk")
    if found.level == "unit":
        return []
    prefix = {"county": settings.MINFU_COUNTY, "township": found.code[:TOWNSHIP]}.get(found.level, found.code)
    found_rows = rows.filter(division__code__startswith=prefix).values_list("pk", "name", "division_id")
    return [Area(f"u{pk}", name, "unit", unit_id=pk, code=code) for pk, name, code in found_rows]
