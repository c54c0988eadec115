"""Pickers: units, categories, places, as grouped choices. Plain selects without script; ``combo.js`` lets one type instead."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.accounts.models import Level
from minfu.cases.models import Case
from minfu.cases.rules import routing
from minfu.cases.rules.catalog import Catalog, UnitInfo
from minfu.kernel.widgets import Combo
from minfu.places import index
from minfu.places.codes import place_name
from minfu.places.locate import Candidate

Group = tuple[str, list[tuple[Any, str]]]
TOWNSHIP_DIGITS = 9


def _blank(groups: Iterable[Group]) -> list[Any]:
    return [("", _("请选择")), *((label, rows) for label, rows in groups if rows)]


# --- units -------------------------------------------------------------------------------------------------------


def suggestion(case: Case, catalog: Catalog) -> routing.Route | None:
    """Return where the rules would send the demand, with the reason; None when the county has no desk yet."""
    try:
        return routing.route(routing.matter_of(case, catalog), catalog)
    except routing.NoDesk:
        return None


def leads(actor: Actor, case: Case, catalog: Catalog, *, without: int | None = None) -> list[Any]:
    """Return the units the actor may give a demand to, the suggested one first, then by closeness to the place.

    ``without`` leaves one out: the present lead, when a form is first shown.
    """
    matter = routing.matter_of(case, catalog)

    def fits(unit: UnitInfo) -> bool:
        inside = unit.division.startswith(actor.area) or unit.kind == "department"
        return inside and unit.id != without and not routing.may_lead(unit, matter, catalog)

    route = suggestion(case, catalog)
    first = route.lead if route and route.lead and fits(route.lead) else None
    groups = _by_closeness(case.township_code or _own_township(actor), catalog, fits)
    return _blank([(_("建议"), [(first.id, first.name)] if first else []), *groups])


def helpers(case: Case, catalog: Catalog) -> list[Any]:
    """Return the units that may be called to help."""
    matter = routing.matter_of(case, catalog)

    def fits(unit: UnitInfo) -> bool:
        return unit.id != case.lead_id and not routing.may_help(unit, matter, catalog)

    return _blank(_by_closeness(case.township_code, catalog, fits))


def any_unit(catalog: Catalog) -> list[Any]:
    """Return every unit, for naming the one a complaint is about."""
    townships = sorted(
        {unit.division[:TOWNSHIP_DIGITS] for unit in catalog.units.values() if unit.level != Level.COUNTY}
    )
    names = index.current()
    groups: list[Group] = [(_("县级"), _rows(catalog, lambda unit: unit.level == Level.COUNTY))]
    for code in townships:
        label = names.label(code.ljust(12, "0"))
        groups.append((label, _rows(catalog, lambda unit, code=code: _of_township(unit, code))))  # type: ignore[misc]  # a lambda's default has no type of its own
    return _blank(groups)


def _of_township(unit: UnitInfo, prefix: str) -> bool:
    return unit.level != Level.COUNTY and unit.division.startswith(prefix)


def _own_township(actor: Actor) -> str:
    return (
        actor.area[:TOWNSHIP_DIGITS].ljust(12, "0")
        if actor.area and len(actor.area) >= TOWNSHIP_DIGITS
        else ""
    )


def _by_closeness(township: str, catalog: Catalog, fits: Callable[[UnitInfo], bool]) -> list[Group]:
    """Group units: the villages of the township, its stations, county departments, other desks."""
    here = township[:TOWNSHIP_DIGITS]
    return [
        (
            _("本乡镇的村（社区）"),
            _rows(
                catalog,
                lambda unit: (
                    bool(here)
                    and unit.level == Level.VILLAGE
                    and unit.division.startswith(here)
                    and fits(unit)
                ),
            ),
        ),
        (
            _("本乡镇站所"),
            _rows(
                catalog,
                lambda unit: unit.level == Level.TOWNSHIP and unit.division == township and fits(unit),
            ),
        ),
        (_("县级部门"), _rows(catalog, lambda unit: unit.level == Level.COUNTY and fits(unit))),
        (
            _("其他乡镇"),
            _rows(
                catalog,
                lambda unit: unit.level == Level.TOWNSHIP and unit.division != township and fits(unit),
            ),
        ),
    ]


def _rows(catalog: Catalog, keep: Callable[[UnitInfo], bool]) -> list[tuple[Any, str]]:
    units = sorted(catalog.units.values(), key=lambda unit: (unit.kind != "desk", unit.division, unit.name))
    return [(unit.id, unit.name) for unit in units if keep(unit)]


# --- categories --------------------------------------------------------------------------------------------------


def categories(catalog: Catalog) -> tuple[list[Any], dict[str, str]]:
    """Return the categories one can choose, grouped by their path, and the words each is found by."""
    parents = {code[:-2] for code in catalog.categories}
    groups: dict[str, list[tuple[Any, str]]] = {}
    words = {}
    for code, row in sorted(catalog.categories.items()):
        if code in parents:
            continue
        groups.setdefault(catalog.path(code[:-2]) or _("其他"), []).append((code, row.name))
        words[code] = f"{catalog.path(code)} {row.keywords} {code}"
    return _blank(groups.items()), words


# --- places ------------------------------------------------------------------------------------------------------


def villages(candidates: Sequence[Candidate] = ()) -> list[Any]:
    """Return the county's villages by township, those it may be first."""
    known = index.current()
    groups: dict[str, list[tuple[Any, str]]] = {}
    for code, row in sorted(known.divisions.items()):
        if row.level == "village" and not row.ended and row.parent:
            groups.setdefault(row.parent, []).append((code, place_name(row.name)))
    likely = [(one.code, one.label) for one in candidates if known.divisions[one.code].level == "village"]
    rest: list[Group] = [(known.label(parent), rows) for parent, rows in groups.items()]
    return _blank([(_("可能的地点"), likely), *rest])


def village_words() -> dict[str, str]:
    """Return the words a village is found by: its township's name and its code."""
    known = index.current()
    return {
        code: f"{known.label(code)} {code}"
        for code, row in known.divisions.items()
        if row.level == "village" and not row.ended
    }


class Villages(Combo):
    """A picker of villages; a form's field ``grid`` follows it where there is script."""

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        """Say where the grids of a village are asked for."""
        attrs: dict[str, Any] = super().build_attrs(base_attrs, extra_attrs)
        return {**attrs, "data-grids-url": reverse("cases:grid_options")}


def grids(village_code: str) -> list[Any]:
    """Return the grids of a village."""
    known = index.current()
    rows = sorted(
        (grid for grid in known.grids.values() if grid.village == village_code), key=lambda grid: grid.code
    )
    return [("", _("不清楚")), *((grid.id, grid.name) for grid in rows)]
