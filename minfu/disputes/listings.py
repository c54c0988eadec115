"""Mediations as a table: rows as in the list, never who quarrels with whom."""

from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.disputes import rights, states
from minfu.disputes.models import Mediation
from minfu.disputes.rules import access
from minfu.kernel.listings import Asked, Column, Listing, register
from minfu.places import index
from minfu.places.codes import place_name

#: The tabs of the list: label, and the states of each.
TABS = {
    "open": (_("调解中"), states.BEFORE_AGREEMENT),
    "keeping": (_("履行回访"), (states.KEEPING,)),
    "ended": (_("已结束"), tuple(states.MEDIATION.end_codes)),
}


def tab_of(asked: Asked) -> str:
    """Return the tab an address names, the first for none."""
    name = asked.get("tab", "")
    return name if name in TABS else "open"


def rows(actor: Actor, asked: Asked) -> Any:
    """Return the mediations of a tab the actor may see, newest first."""
    return (
        access.visible_to(actor)
        .filter(state__in=TABS[tab_of(asked)][1])
        .select_related("unit")
        .order_by("-pk")
    )


def where(row: Mediation, known: index.Index) -> list[str]:
    """Return the place from the township down."""
    codes = dict.fromkeys((row.division_id[:9] + "000", row.division_id))
    named = [place_name(known.divisions[code].name) for code in codes if code in known.divisions]
    grid = known.grids.get(row.grid_id or 0)
    return [*named, grid.name] if grid else named


register(
    Listing(
        name="disputes.list",
        title=_("矛盾调解"),
        right=rights.VIEW,
        screen=reverse_lazy("disputes:list"),
        rows=rows,
        keys=("tab",),
        named=lambda _actor, asked: TABS[tab_of(asked)][0],
        columns=(
            Column(_("编号"), lambda row: row.number),
            Column(_("状态"), lambda row: states.MEDIATION[row.state].label),
            Column(_("类别"), lambda row: row.category),
            Column(_("地点"), lambda row: " ".join(where(row, index.current()))),
            Column(_("承办单位"), lambda row: row.unit.name),
            Column(_("开始时间"), lambda row: row.opened_at),
            Column(_("结束时间"), lambda row: row.ended_at),
        ),
    )
)
