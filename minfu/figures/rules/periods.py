"""Spans of days figures speak of: week, month, quarter, half-year, year, or from day to day. In China's time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.kernel import clock
from minfu.kernel.errors import Invalid

Kind = Literal["week", "month", "quarter", "half", "year", "days"]
KINDS: tuple[Kind, ...] = ("week", "month", "quarter", "half", "year")
#: What the kinds are called.
NAMES: dict[Kind, Any] = {
    "week": gettext_lazy("周"), "month": gettext_lazy("月"), "quarter": gettext_lazy("季度"),
    "half": gettext_lazy("半年"), "year": gettext_lazy("年"),
}  # fmt: skip
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_LONGEST = 366 * 10
#: No demand is older; every period has one before it, and one after.
_YEARS = range(2000, 2101)
_FORMS = {
    "week": r"(\d{4})-W(\d{2})",
    "month": r"(\d{4})-(\d{2})",
    "quarter": r"(\d{4})-Q([1-4])",
    "half": r"(\d{4})-H([12])",
    "year": r"(\d{4})",
    "days": r"(\d{4}-\d{2}-\d{2})~(\d{4}-\d{2}-\d{2})",
}


@dataclass(frozen=True)
class Period:
    """From ``start`` to ``end``, both included."""

    kind: Kind
    start: date
    end: date

    @property
    def key(self) -> str:
        """Return how an address names the period: 2026-W47, 2026-11, 2026-Q4, 2026-H2, 2026, 2026-01-01~2026-02-03."""
        year, month = self.start.year, self.start.month
        if self.kind == "week":
            iso = self.start.isocalendar()
            return f"{iso.year}-W{iso.week:02d}"
        if self.kind == "days":
            return f"{self.start}~{self.end}"
        number = (month - 1) // _MONTHS[self.kind] + 1
        return {
            "month": f"{year}-{month:02d}",
            "quarter": f"{year}-Q{number}",
            "half": f"{year}-H{number}",
            "year": str(year),
        }[self.kind]

    @property
    def label(self) -> str:
        """Return what people call it."""
        start, end = self.start, self.end
        words = {
            "year": start.year, "month": start.month, "number": (start.month - 1) // _MONTHS.get(self.kind, 1) + 1,
            "start": _day(start), "end": _day(end), "week": start.isocalendar().week, "iso": start.isocalendar().year,
        }  # fmt: skip
        if self.kind == "half":
            return (_("%(year)s 年上半年") if start.month == 1 else _("%(year)s 年下半年")) % words
        return {
            "week": _("%(iso)s 年第 %(week)s 周（%(start)s至%(end)s）"),
            "month": _("%(year)s 年 %(month)s 月"),
            "quarter": _("%(year)s 年第 %(number)s 季度"),
            "year": _("%(year)s 年"),
            "days": _("%(start)s至%(end)s") if start.year == end.year else f"{start} — {end}",
        }[self.kind] % words

    @property
    def is_over(self) -> bool:
        """Tell whether its last day has passed."""
        return self.end < clock.today()

    @property
    def is_to_come(self) -> bool:
        """Tell whether it has not begun yet."""
        return self.start > clock.today()

    @property
    def last(self) -> date:
        """Return its last day that is not in the future."""
        return max(min(self.end, clock.today()), self.start)

    def before(self) -> "Period":
        """Return the period of the same kind before this one; of a running one only as many days as have passed of this."""
        if self.kind == "days":
            length = (self.end - self.start).days + 1
            return Period("days", self.start - timedelta(length), self.start - timedelta(1))
        whole = of(self.kind, self.start - timedelta(1))
        return whole if self.is_over else whole.cut(self)

    def former(self) -> "Period":
        """Return the whole period before this one, also of a running one."""
        return self.before() if self.kind == "days" else of(self.kind, self.start - timedelta(1))

    def a_year_before(self) -> "Period":
        """Return the same period of the year before; of a running one only as many days as have passed of this."""
        if self.kind == "week":
            whole = of("week", self.start - timedelta(weeks=52))
        elif self.kind == "days":
            whole = Period("days", _year_back(self.start), _year_back(self.end))
        else:
            whole = of(self.kind, _year_back(self.start))
        return whole if self.is_over else whole.cut(self)

    def cut(self, running: "Period") -> "Period":
        """Return the first days of this period, as many as have passed of a running one."""
        passed = (running.last - running.start).days
        end = min(self.start + timedelta(passed), self.end)
        return self if end == self.end else Period("days", self.start, end)

    def after(self) -> "Period":
        """Return the period after this one."""
        if self.kind == "days":
            length = (self.end - self.start).days + 1
            return Period("days", self.end + timedelta(1), self.end + timedelta(length))
        return of(self.kind, self.end + timedelta(1))

    def pieces(self) -> list[tuple[str, date, date]]:
        """Return the whole quarters, months and single days it consists of: grain, first and last start."""
        first = self.start if self.start.day == 1 else _next_month(self.start)
        behind = _next_month(self.end)
        last = (
            behind if (behind - timedelta(1)) == self.end else self.end.replace(day=1)
        )  # first day not in a whole month
        if last <= first or self.kind == "week":
            return [("d", self.start, self.end)]
        found = _quarters(first, last)
        if self.start < first:
            found.append(("d", self.start, first - timedelta(1)))
        if last <= self.end:
            found.append(("d", last, self.end))
        return found

    def days(self) -> list[date]:
        """Return its days."""
        return [self.start + timedelta(number) for number in range((self.end - self.start).days + 1)]


def _quarters(first: date, behind: date) -> list[tuple[str, date, date]]:
    """Return the whole quarters and months from one first of a month to before another."""
    start, end = first, behind
    while start < behind and start.month % 3 != 1:
        start = _next_month(start)
    while end > start and end.month % 3 != 1:
        end = (end - timedelta(1)).replace(day=1)
    parts = (("m", first, start), ("q", start, end), ("m", end, behind))
    return [(grain, one, other - timedelta(1)) for grain, one, other in parts if one < other]


def _day(day: date) -> str:
    return _("%(month)s 月 %(day)s 日") % {"month": day.month, "day": day.day}


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(32)).replace(day=1)


def _year_back(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year - 1, day=28)


def of(kind: Kind, day: date) -> Period:
    """Return the period of a kind that a day lies in."""
    if kind == "week":
        start = day - timedelta(day.weekday())
        return Period("week", start, start + timedelta(6))
    months = _MONTHS[kind]
    start = date(day.year, (day.month - 1) // months * months + 1, 1)
    end = start
    for _number in range(months):
        end = _next_month(end)
    return Period(kind, start, end - timedelta(1))


def current(kind: Kind = "month") -> Period:
    """Return the period of a kind that today lies in."""
    return of(kind, clock.today())


def past(kind: Kind) -> Iterator[Period]:
    """Yield the periods of a kind that are over, the newest first, without end."""
    period = current(kind)
    while True:
        period = period.former()
        yield period


def parse(text: str) -> Period:
    """Read a period as an address names it; ``Invalid`` at field ``period`` for another text."""
    try:
        for kind, form in _FORMS.items():
            if found := re.fullmatch(form, text.strip()):
                return _read(kind, found.groups())
    except ValueError:
        pass
    raise Invalid({"period": [_("没有“%(text)s”这个时段，请重新选择。") % {"text": text[:30]}]})


def _read(kind: str, parts: tuple[str, ...]) -> Period:
    if kind == "days":
        start, end = (date.fromisoformat(part) for part in parts)
        if start.year not in _YEARS or end.year not in _YEARS or not 0 <= (end - start).days <= _LONGEST:
            raise ValueError(parts)
        return Period("days", start, end)
    year = int(parts[0])
    if year not in _YEARS:
        raise ValueError(parts)
    if kind == "week":
        return of("week", date.fromisocalendar(year, int(parts[1]), 1))
    number = int(parts[1]) if len(parts) > 1 else 1
    return of(kind, date(year, (number - 1) * _MONTHS[kind] + 1, 1))  # type: ignore[arg-type]  # one of the kinds with months
