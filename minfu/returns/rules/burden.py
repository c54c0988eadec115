"""What forms cost: cells, minutes, the share that filled itself in; by unit that asks, month by month. No person is timed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from minfu.kernel import clock, dated
from minfu.kernel.errors import Invalid
from minfu.kernel.pages import number_of
from minfu.returns.models import Copy, Rate

if TYPE_CHECKING:
    from minfu.returns.rules.known import Cell

#: Months shown.
MONTHS = 12
#: Shipped until a county measured its own: a proposal.
SHIPPED = (("number", "3"), ("text", "8"), ("date", "1"))
SINCE = date(2020, 1, 1)


@dataclass(frozen=True)
class Line:
    """What one unit asked for in one month."""

    month: date
    unit: str
    forms: int
    copies: int
    asked: int
    by_itself: int
    minutes: Decimal
    #: None: of all units together.
    unit_id: int | None = None

    @property
    def query(self) -> str:
        """Return what of an address names the copies behind the numbers."""
        unit = f"&unit={self.unit_id}" if self.unit_id else ""
        return f"?month={self.month:%Y-%m}{unit}"

    @property
    def cells(self) -> int:
        """Return the fields of all copies."""
        return self.asked + self.by_itself

    @property
    def share(self) -> int | None:
        """Return how many of a hundred cells filled themselves in; None where there are none."""
        return round(100 * self.by_itself / self.cells) if self.cells else None

    @property
    def hours(self) -> Decimal:
        """Return the hours all copies took together."""
        return (self.minutes / 60).quantize(Decimal("0.1"))


def rates(day: date) -> dict[str, Decimal]:
    """Return the minutes of each kind of field on a day."""
    return {one.kind: one.minutes for one in dated.on(Rate, day)}


def weigh(copy: Copy, cells: Sequence["Cell"], minutes: Mapping[str, Decimal]) -> None:
    """Write into a copy what it costs."""
    asked = [one for one in cells if one.asked]
    copy.cells_asked, copy.cells_self = len(asked), len(cells) - len(asked)
    copy.minutes = sum((minutes.get(one.field.kind, Decimal(0)) for one in asked), Decimal(0))


def lines(of: QuerySet[Copy] | None = None) -> list[Line]:
    """Return what each unit asked for in each of the last months, the newest first; of certain copies, if told which."""
    today = clock.today()
    months = today.year * 12 + today.month - MONTHS
    first = date(months // 12, months % 12 + 1, 1)
    found = (
        (Copy.objects.filter(asked_at__date__gte=first) if of is None else of)
        .annotate(month=TruncMonth("asked_at"))
        .values("month", "form__unit", "form__unit__name")
        .annotate(
            forms=Count("form", distinct=True), copies=Count("pk"), asked=Sum("cells_asked"),
            by_itself=Sum("cells_self"), spent=Sum("minutes"),
        )
        .order_by("-month", "form__unit__name", "form__unit")
    )  # fmt: skip
    return [
        Line(
            clock.day(one["month"]).replace(day=1), one["form__unit__name"], one["forms"], one["copies"], one["asked"],
            one["by_itself"], one["spent"], one["form__unit"],
        )
        for one in found
    ]  # fmt: skip


def month_of(text: str) -> date:
    """Return the first day of a month as addresses name it: 2026-11; of this month for none. ``Invalid`` for another text."""
    if not text:
        return clock.today().replace(day=1)
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month, no moment
    except ValueError:
        raise Invalid({"month": [_("请写年和月，例如 2026-11。")]}) from None


def unit_of(text: str) -> int | None:
    """Return the number of a unit as addresses name it, None for none. ``Invalid`` for another text, never all units."""
    number = number_of(text)
    if text and number is None:
        raise Invalid({"unit": [_("筛选条件“%(value)s”不存在，请重新选择。") % {"value": text[:20]}]})
    return number


def counted(month: date, unit_id: int | None = None) -> QuerySet[Copy]:
    """Return the copies that count in a month: of one unit's forms, or of all."""
    following = (month + timedelta(days=31)).replace(day=1)
    rows = Copy.objects.filter(asked_at__date__gte=month, asked_at__date__lt=following)
    return rows if unit_id is None else rows.filter(form__unit_id=unit_id)


def whole(month: date, unit_id: int | None = None) -> Line:
    """Return the numbers of a month: of one unit's forms, or of all together."""
    found = lines(counted(month, unit_id))
    return _sum(month, found, unit_id)


def months(found: Sequence[Line]) -> list[Line]:
    """Return the months of all units together, the oldest first, empty ones too."""
    today = clock.today()
    made = []
    for back in range(MONTHS - 1, -1, -1):
        number = today.year * 12 + today.month - 1 - back
        month = date(number // 12, number % 12 + 1, 1)
        made.append(_sum(month, [one for one in found if one.month == month]))
    return made


def _sum(month: date, own: Sequence[Line], unit_id: int | None = None) -> Line:
    return Line(
        month, own[0].unit if unit_id and own else "", sum(one.forms for one in own), sum(one.copies for one in own),
        sum(one.asked for one in own), sum(one.by_itself for one in own), sum((one.minutes for one in own), Decimal(0)),
        unit_id,
    )  # fmt: skip


def load_defaults() -> int:
    """Load the shipped minutes that are not there yet; return how many."""
    rows = [
        {"kind": kind, "minutes": Decimal(minutes), "valid_from": SINCE, "source": "设计建议：县里实测后替换"}
        for kind, minutes in SHIPPED
    ]
    return dated.ship(Rate, ("kind",), rows)
