"""What grid workers and village officers find in the navigation."""

from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.cases import rights
from minfu.cases.rules import lists
from minfu.kernel.menu import Entry, register, start_page


def _to_do(actor: Actor) -> int:
    """Return what waits in a grid worker's grids; of an officer the desk's entry tells it."""
    return lists.count_to_do(actor) if actor.role == "grid_worker" else 0


register(Entry(_("我的网格"), "cases:field", right=rights.FIELD, order=5, icon="grid", key="w", count=_to_do))
register(Entry(_("上报"), "cases:field_report", right=rights.FIELD, order=6, icon="camera", key="r"))
start_page("cases:field", "grid_worker")
