"""Answers as a table: rows as on the screen."""

from typing import Any

from django.db.models import Count
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.answers import rights
from minfu.answers.rules import access, matching, slots, values
from minfu.kernel import clock
from minfu.kernel.listings import Asked, Column, Listing, register

#: The tabs of the list.
TABS = {"mine": _("本单位填的"), "area": _("辖区的")}


def tab_of(asked: Asked) -> str:
    """Return the tab an address names, the first for none."""
    name = asked.get("tab", "")
    return name if name in TABS else "mine"


def rows(actor: Actor, asked: Asked) -> Any:
    """Return the answers in force of a tab, narrowed to names that hold a word, newest first."""
    found = access.visible_to(actor).filter(replaced_at__isnull=True)
    if tab_of(asked) == "mine":
        found = found.filter(unit_id=actor.unit_id or 0)
    if words := asked.get("q", "").strip():
        found = found.filter(item__in=matching.items_of_name(words[:60]))
    return found.select_related("item", "unit").annotate(used=Count("uses")).order_by("-pk")


def age_days(row: Any) -> int:
    """Return how many days ago an answer was told."""
    return (clock.today() - clock.day(row.told_at)).days


def place(row: Any) -> str:
    """Return the name of the place or unit an answer is of, without a look where its own unit is meant."""
    if row.unit_id is not None and row.area == f"u{row.unit_id}":
        return str(row.unit.name)
    return slots.area_label(row.area)


register(
    Listing(
        name="answers.list",
        title=_("填报过的数"),
        right=rights.VIEW,
        screen=reverse_lazy("answers:list"),
        rows=rows,
        keys=("tab", "q"),
        named=lambda _actor, asked: TABS[tab_of(asked)],
        columns=(
            Column(_("数据项"), lambda row: row.item.name),
            Column(_("编号"), lambda row: row.item.key),
            Column(
                _("数值"),
                lambda row: float(row.number) if row.number is not None else values.shown(row.item, row),
            ),
            Column(_("计量单位"), lambda row: row.item.measure),
            Column(_("地方或单位"), place),
            Column(_("时段"), lambda row: slots.label(row.slot, row.item.span)),
            Column(_("填报单位"), lambda row: row.unit.name if row.unit else ""),
            Column(_("来源"), lambda row: row.source),
            Column(_("填报时间"), lambda row: row.told_at),
            Column(_("已过天数"), age_days),
            Column(_("被引用次数"), lambda row: row.used),
        ),
    )
)
