"""Dated weights: how much a part counts, since when, and by which source. No weight stands in the code of a formula."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from minfu.figures.models import Weight

#: What minfu ships (§3.2: a proposal, and what one county publishes); a county's own rows come after these.
SHIPPED = (
    ("solving_partly", "0.5", "设计建议：部分解决折半"),
    ("solving_explained", "0", "设计建议：认可解释不算解决"),
    ("satisfaction_basic", "0.8", "设计建议：基本满意折八成"),
    ("three_response", "0.30", "内蒙古准格尔旗公开的权重 30/35/35，县里可以改"),
    ("three_solving", "0.35", "内蒙古准格尔旗公开的权重 30/35/35，县里可以改"),
    ("three_satisfaction", "0.35", "内蒙古准格尔旗公开的权重 30/35/35，县里可以改"),
)
SINCE = date(2020, 1, 1)


def load_defaults() -> int:
    """Load the shipped weights that are not there yet; return how many."""
    there = set(Weight.objects.values_list("key", flat=True))
    rows = [
        Weight(key=key, value=Decimal(value), valid_from=SINCE, source=source)
        for key, value, source in SHIPPED
        if key not in there
    ]
    return len(Weight.objects.bulk_create(rows))


def weights(names: Collection[str], on: date) -> dict[str, Decimal]:
    """Return the weights in force on a day; where the county has no row at all for one, what is shipped."""
    if not names:
        return {}
    shipped = {key: Decimal(value) for key, value, _source in SHIPPED if key in names}
    rows = Weight.objects.filter(key__in=set(names), valid_from__lte=on).exclude(valid_to__lte=on)
    return shipped | {row.key: row.value for row in rows.order_by("valid_from")}
