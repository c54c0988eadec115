"""Hazards as a table: rows as in the list."""

from typing import Any

from django.db.models import Q
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.hazards import rights, states
from minfu.hazards.models import Hazard
from minfu.hazards.rules import access
from minfu.kernel import clock
from minfu.kernel.listings import Asked, Column, Listing, register
from minfu.places import index
from minfu.places.codes import place_name

#: The tabs of the list: label, and what is in each.
TABS = {
    "open": (_("在办"), Q(state__in=states.HAZARD.open_codes)),
    "check": (_("待复查"), Q(state=states.INSPECTING)),
    "overdue": (_("超期"), Q(state=states.RECTIFYING)),
    "ended": (_("已销号"), Q(state__in=states.HAZARD.end_codes)),
}


def tab_of(asked: Asked) -> str:
    """Return the tab an address names, the first for none."""
    name = asked.get("tab", "")
    return name if name in TABS else "open"


def rows(actor: Actor, asked: Asked) -> Any:
    """Return the hazards of a tab the actor may see, newest first."""
    tab = tab_of(asked)
    found = access.visible_to(actor).filter(TABS[tab][1])
    if tab == "overdue":
        found = found.filter(due_at__lt=clock.now())
    return found.select_related("unit", "grade").order_by("-pk")


def where(row: Hazard, known: index.Index) -> list[str]:
    """Return the place from the township down."""
    codes = dict.fromkeys(code for code in (row.township_code, row.village_code) if code)
    named = [place_name(known.divisions[code].name) for code in codes if code in known.divisions]
    grid = known.grids.get(row.grid_id or 0)
    return [*named, grid.name] if grid else named


register(
    Listing(
        name="hazards.list",
        title=_("隐患"),
        right=rights.VIEW,
        screen=reverse_lazy("hazards:list"),
        rows=rows,
        keys=("tab",),
        named=lambda _actor, asked: TABS[tab_of(asked)][0],
        columns=(
            Column(_("编号"), lambda row: row.number),
            Column(_("状态"), lambda row: states.HAZARD[row.state].label),
            Column(_("级别"), lambda row: row.grade.name if row.grade else ""),
            Column(_("类别"), lambda row: row.category),
            Column(_("地点"), lambda row: " ".join(where(row, index.current()))),
            Column(_("整改单位"), lambda row: row.unit.name if row.unit else ""),
            Column(_("整改期限"), lambda row: row.due_at),
            Column(_("开始时间"), lambda row: row.opened_at),
            Column(_("结束时间"), lambda row: row.ended_at),
        ),
    )
)
