"""Dated weights: how much a part counts, since when, and by which source. No weight stands in the code of a formula."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.accounts.actor import Actor
from minfu.figures import events, rights
from minfu.figures.models import Weight
from minfu.figures.rules.areas import COUNTY
from minfu.kernel import dated, gate, record
from minfu.kernel.errors import Forbidden, Missing

#: What minfu ships (§3.2: a proposal, and what one county publishes); a county's own rows come after these.
SHIPPED = (
    ("solving_partly", "0.5", "设计建议：部分解决折半"),
    ("solving_explained", "0", "设计建议：认可解释不算解决"),
    ("satisfaction_basic", "0.8", "设计建议：基本满意折八成"),
    ("three_response", "0.30", "内蒙古准格尔旗公开的权重 30/35/35，县里可以改"),
    ("three_solving", "0.35", "内蒙古准格尔旗公开的权重 30/35/35，县里可以改"),
    ("three_satisfaction", "0.35", "内蒙古准格尔旗公开的权重 30/35/35，县里可以改"),
)
#: What people call each weight.
TITLES = {
    "solving_partly": gettext_lazy("解决率：部分解决算多少"),
    "solving_explained": gettext_lazy("解决率：认可解释算多少"),
    "satisfaction_basic": gettext_lazy("满意率：基本满意算多少"),
    "three_response": gettext_lazy("三率综合：响应率的权重"),
    "three_solving": gettext_lazy("三率综合：解决率的权重"),
    "three_satisfaction": gettext_lazy("三率综合：满意率的权重"),
}
SINCE = date(2020, 1, 1)


def load_defaults() -> int:
    """Load the shipped weights that are not there yet; return how many."""
    lines = [
        {"key": key, "value": Decimal(value), "valid_from": SINCE, "source": source}
        for key, value, source in SHIPPED
    ]
    return dated.ship(Weight, ("key",), lines)


def weights(names: Collection[str], on: date, rows: Sequence[Weight] | None = None) -> dict[str, Decimal]:
    """Return the weights in force on a day; where the county has no row at all for one, what is shipped.

    ``rows``: every version of all weights, by a caller who needs those of several days.
    """
    if not names:
        return {}
    shipped = {key: Decimal(value) for key, value, _source in SHIPPED if key in names}
    held = [
        row
        for row in (versions() if rows is None else rows)
        if row.key in names and row.valid_from <= on and (row.valid_to is None or row.valid_to > on)
    ]
    return shipped | {row.key: row.value for row in sorted(held, key=lambda row: row.valid_from)}


def title(key: str) -> str:
    """Return what people call a weight; ``Missing`` for one that no formula has."""
    if key not in TITLES:
        raise Missing(_("没有“%(key)s”这个权重。") % {"key": key[:40]})
    return str(TITLES[key])


def versions(key: str = "") -> QuerySet[Weight]:
    """Return every version of all weights, or of one, the newest of each first: figures of the past use the past ones."""
    rows = Weight.objects.order_by("key", "-valid_from")
    return rows.filter(key=key) if key else rows


def permit(actor: Actor) -> None:
    """Raise ``Forbidden`` unless the actor may set weights, from a post at the county."""
    gate.check(actor, rights.WEIGH)
    if len(actor.area) > COUNTY:
        raise Forbidden(_("权重全县统一，只有县级岗位可以维护。"))


@transaction.atomic
def set_weight(*, actor: Actor, key: str, value: Decimal, valid_from: date, source: str) -> Weight:
    """Start a new version of a weight on a day, today at the earliest: what was judged before stays judged as it was.

    Raises ``Missing`` for a weight there is not, ``Invalid`` by field.
    """
    permit(actor)
    label = title(key)
    row = Weight(key=key, value=value, valid_from=valid_from, source=source.strip())
    dated.renew(row, ("key",))
    told = {"label": label, "value": f"{value.normalize():f}", "on": valid_from.isoformat()}
    record.alone(events.CONFIGURATION, record.Fact(events.WEIGHT_SET, told, row.source), actor.stamp)
    return row
