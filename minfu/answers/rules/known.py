"""What is known: looked up for one, or for many in one statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from minfu.answers.models import Answer, Item, Span
from minfu.answers.rules import slots, values
from minfu.answers.rules.values import Value
from minfu.kernel import clock


@dataclass(frozen=True)
class Known:
    """An answer in force: its value, whose it is and of when, who told it, where it stands."""

    id: int
    item_key: str
    name: str
    measure: str
    area: str
    #: A period's key; of a standing item the day.
    period: str
    value: Value
    #: The value as people read it, without its measure.
    text: str
    told_by: str
    told_at: datetime
    source: str
    href: str

    @property
    def age_days(self) -> int:
        """Return how many days ago it was told."""
        return (clock.today() - clock.day(self.told_at)).days


#: What is asked for: the key of an item, of a place or unit, of a period.
Asked = tuple[str, str, str]


def known_many(asked: Iterable[Asked]) -> dict[Asked, Known]:
    """Return what is known of what is asked, in one statement; of a standing item the newest up to the period's last day."""
    wanted = list(dict.fromkeys(asked))
    items = Item.objects.in_bulk({key for key, _area, _period in wanted}, field_name="key")
    found: dict[Asked, Known] = {}
    conditions, meant = Q(pk__in=()), []
    for one in wanted:
        key, area, period = one
        if (item := items.get(key)) is None:
            continue
        slot = slots.asked(item, period)
        narrowed = Q(as_of__lte=slot.as_of) if item.span == Span.STANDING else Q(slot=slot.key)
        conditions |= Q(item=item, area=area or "c") & narrowed
        meant.append((one, item, slot))
    rows = Answer.objects.filter(conditions, replaced_at__isnull=True).select_related("item", "unit")
    by_place: dict[tuple[int, str], list[Answer]] = {}
    for row in rows.order_by("-as_of") if meant else ():
        by_place.setdefault((row.item_id, row.area), []).append(row)
    for one, item, slot in meant:
        standing = item.span == Span.STANDING
        fits = (
            answer
            for answer in by_place.get((item.pk, one[1] or "c"), ())
            if (answer.as_of <= slot.as_of if standing else answer.slot == slot.key)
        )
        if (newest := next(fits, None)) is not None:
            found[one] = of(newest)
    return found


def of(row: Answer) -> Known:
    """Return an answer, fetched with its item and unit, as others read it."""
    item = row.item
    return Known(
        id=row.pk,
        item_key=item.key,
        name=item.name,
        measure=item.measure,
        area=row.area,
        period=row.slot,
        value=values.Typed(row.number, row.text, row.day).value,
        text=values.shown(item, row),
        told_by=row.unit.name if row.unit else "",
        told_at=row.told_at,
        source=row.source,
        href=row.href,
    )
