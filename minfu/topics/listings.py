"""Topics as a table: rows as on the board, hottest first. Numbers of people, never who."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.kernel import clock
from minfu.kernel.listings import Asked, Column, Listing, register
from minfu.places import index
from minfu.places.codes import place_name
from minfu.topics import rights, states
from minfu.topics.models import Membership, Topic
from minfu.topics.rules import access

#: The tabs of the board: label, and the states of each.
TABS = {
    "open": (_("关注中"), (states.OPEN,)),
    "matters": (_("每月一题"), (states.TAKEN, states.REPORTED)),
    "solved": (_("已解决"), (states.SOLVED,)),
    "dismissed": (_("已搁置"), (states.DISMISSED,)),
}
#: Since when something must have come in; "" for any time.
SPANS = {"7": _("近 7 天"), "30": _("近 30 天"), "90": _("近 90 天")}
_CODE = 12
#: How codes of townships end; those of villages end otherwise.
_TOWNSHIPS_END = "000"


def tab_of(asked: Asked) -> str:
    """Return the tab an address names, the first for none."""
    name = asked.get("tab", "")
    return name if name in TABS else "open"


def place_of(asked: Asked) -> str:
    """Return the township or village an address names, "" for none."""
    code = asked.get("place", "")
    return code if len(code) == _CODE and code.isascii() and code.isdigit() else ""


def rows(actor: Actor, asked: Asked) -> Any:
    """Return the topics of a tab the actor may see, hottest first."""
    found = access.shown_to(actor).filter(state__in=TABS[tab_of(asked)][1])
    if place := place_of(asked):
        if place.endswith(_TOWNSHIPS_END):
            found = found.filter(townships__contains=[place])
        else:
            found = found.filter(pk__in=Membership.objects.filter(village_code=place).values("topic"))
    if asked.get("span") in SPANS:
        found = found.filter(last_at__gte=clock.now() - timedelta(days=int(asked["span"])))
    return found.select_related("owner").order_by("-heat", "-pk")


def after(found: Any, cursor: str) -> Any:
    """Return what comes after a row ("heat_id", as ``cursor_of`` gives it); all for what is none."""
    heat, _line, pk = cursor.partition("_")
    try:
        hot, key = float(heat), int(pk)
    except ValueError:
        return found
    if not 0 <= hot < float("inf") or not 0 < key < 2**63:
        return found
    return found.filter(Q(heat__lt=hot) | Q(heat=hot, pk__lt=key))


def cursor_of(row: Topic) -> str:
    """Return where the page after a row begins."""
    return f"{row.heat!r}_{row.pk}"


def where(row: Topic) -> str:
    """Return the place that holds all of a topic, in words."""
    known = index.current()
    names = [place_name(known.divisions[code].name) for code in row.townships if code in known.divisions]
    if row.place in known.divisions and row.place not in row.townships:
        return " ".join([*names, place_name(known.divisions[row.place].name)])
    return "、".join(names)


register(
    Listing(
        name="topics.board",
        title=_("专题"),
        right=rights.VIEW,
        screen=reverse_lazy("topics:board"),
        rows=rows,
        keys=("tab", "place", "span"),
        named=lambda _actor, asked: TABS[tab_of(asked)][0],
        columns=(
            Column(_("名称"), lambda row: row.title),
            Column(_("状态"), lambda row: states.TOPIC[row.state].label),
            Column(_("地点"), where),
            Column(_("反映人数"), lambda row: row.people),
            Column(_("近 30 天人数"), lambda row: row.recent),
            Column(_("件数"), lambda row: row.demands),
            Column(_("最早"), lambda row: row.first_at),
            Column(_("最近"), lambda row: row.last_at),
            Column(_("责任单位"), lambda row: row.owner.name if row.owner else ""),
            Column(_("完成日期"), lambda row: row.due_on),
        ),
    )
)
