"""Documents as a table: rows as in the list, never what a draft says."""

from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.documents import rights, states
from minfu.documents.rules import access
from minfu.kernel.listings import Asked, Column, Listing, register

#: The tabs of the list: label, and the states of each.
TABS = {
    "open": (_("起草和审批"), (states.DRAFT, states.REVIEW, states.APPROVED)),
    "issued": (_("已印发"), (states.ISSUED,)),
    "ended": (_("已撤回、取代、作废"), tuple(states.DOCUMENT.end_codes)),
}


def tab_of(asked: Asked) -> str:
    """Return the tab an address names, the first for none."""
    name = asked.get("tab", "")
    return name if name in TABS else "open"


def rows(actor: Actor, asked: Asked) -> Any:
    """Return the documents of a tab the actor may see, newest first."""
    found = access.visible_to(actor).filter(state__in=TABS[tab_of(asked)][1])
    return found.select_related("unit").order_by("-pk")


register(
    Listing(
        name="documents.list",
        title=_("公文"),
        right=rights.VIEW,
        screen=reverse_lazy("documents:list"),
        rows=rows,
        keys=("tab",),
        named=lambda _actor, asked: TABS[tab_of(asked)][0],
        columns=(
            Column(_("发文字号"), lambda row: row.number),
            Column(_("文种"), lambda row: row.get_kind_display()),
            Column(_("标题"), lambda row: row.title),
            Column(_("单位"), lambda row: row.unit.name),
            Column(_("状态"), lambda row: states.DOCUMENT[row.state].label),
            Column(_("成文日期"), lambda row: row.day),
            Column(_("起草时间"), lambda row: row.begun_at),
        ),
    )
)
