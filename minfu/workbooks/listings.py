"""Forms from above as a table: rows as in the list, never what a cell says."""

from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.kernel.listings import Asked, Column, Listing, register
from minfu.workbooks import rights, states
from minfu.workbooks.rules import access

#: The tabs of the list: label, and the states of each.
TABS = {
    "open": (_("正在填"), (states.OPEN,)),
    "done": (_("已填好"), (states.DONE,)),
    "dropped": (_("已作废"), (states.DROPPED,)),
}


def tab_of(asked: Asked) -> str:
    """Return the tab an address names, the first for none."""
    name = asked.get("tab", "")
    return name if name in TABS else "open"


def rows(actor: Actor, asked: Asked) -> Any:
    """Return the forms of a tab the actor may see, newest first."""
    found = access.visible_to(actor).filter(state__in=TABS[tab_of(asked)][1])
    return found.select_related("unit").order_by("-pk")


register(
    Listing(
        name="workbooks.list",
        title=_("上级报表"),
        right=rights.VIEW,
        screen=reverse_lazy("workbooks:list"),
        rows=rows,
        keys=("tab",),
        named=lambda _actor, asked: TABS[tab_of(asked)][0],
        columns=(
            Column(_("名称"), lambda row: row.title),
            Column(_("单位"), lambda row: row.unit.name),
            Column(_("时段"), lambda row: row.period),
            Column(_("状态"), lambda row: states.WORKBOOK[row.state].label),
            Column(_("上传时间"), lambda row: row.begun_at),
            Column(_("填好时间"), lambda row: row.ended_at),
        ),
    )
)
