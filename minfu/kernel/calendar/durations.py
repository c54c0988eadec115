"""Lengths of time a rule may give, and the hours an office is open. Pure."""

import itertools
import re
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from minfu.kernel.errors import Invalid

#: Longest duration a rule may give, in its own unit: keeps a typing error from asking for the year 12000.
LONGEST = 10_000
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")


class Unit(TextChoices):
    """What a duration is counted in; fit for a model field's ``choices``."""

    HOURS = "hours", gettext_lazy("小时")
    WORKHOURS = "workhours", gettext_lazy("办公小时")
    DAYS = "days", gettext_lazy("自然日")
    WORKDAYS = "workdays", gettext_lazy("工作日")


@dataclass(frozen=True)
class Duration:
    """An amount (0 to 10,000) of one unit. Raises ``Invalid`` for another amount or an unknown unit.

    ``hours`` run by the clock day and night; ``workhours`` only while the office is open; ``days`` are natural days
    ("日"), ``workdays`` working days ("工作日").
    """

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        """Accept the unit's stored text too, and refuse what no rule can mean."""
        if type(self.unit) is not Unit:
            if self.unit not in Unit.values:
                raise Invalid({"unit": [_("不认识的期限单位“%(unit)s”。") % {"unit": self.unit}]})
            object.__setattr__(self, "unit", Unit(self.unit))
        if not 0 <= self.amount <= LONGEST:
            raise Invalid({"amount": [_("期限请填 0 到 %(most)d 之间的整数。") % {"most": LONGEST}]})

    def __str__(self) -> str:
        """Return the duration as people say it, in the user's language."""
        n = self.amount
        if self.unit is Unit.HOURS:
            said = ngettext("%(n)d 小时", "%(n)d 小时", n)
        elif self.unit is Unit.WORKHOURS:
            said = ngettext("%(n)d 个办公小时", "%(n)d 个办公小时", n)
        elif self.unit is Unit.DAYS:
            said = ngettext("%(n)d 天", "%(n)d 天", n)
        else:
            said = ngettext("%(n)d 个工作日", "%(n)d 个工作日", n)
        return said % {"n": n}


def hours(amount: int) -> Duration:
    """Return a duration in clock hours."""
    return Duration(amount, Unit.HOURS)


def workhours(amount: int) -> Duration:
    """Return a duration in office hours."""
    return Duration(amount, Unit.WORKHOURS)


def days(amount: int) -> Duration:
    """Return a duration in natural days."""
    return Duration(amount, Unit.DAYS)


def workdays(amount: int) -> Duration:
    """Return a duration in working days."""
    return Duration(amount, Unit.WORKDAYS)


def _spans(text: str) -> tuple[tuple[time, time], ...]:
    """Read ``08:00-12:00,14:30-17:30``; ValueError when it is anything else."""
    found = []
    for part in text.split(","):
        match = _SPAN.fullmatch(part.strip())
        if not match:
            raise ValueError(f"not a span of time like 08:00-12:00: {part!r}")
        h1, m1, h2, m2 = map(int, match.groups())
        found.append((time(h1, m1), time(h2, m2)))
    return tuple(found)


#: From when to when nobody is disturbed; may cross midnight.
Quiet = tuple[time, time]


def is_quiet(quiet: Quiet, at: time) -> bool:
    """Tell whether nobody should be disturbed at this time of day."""
    start, end = quiet
    return start <= at < end if start <= end else at >= start or at < end


@dataclass(frozen=True)
class OfficeHours:
    """When the office is open (ascending spans of one day) and when nobody is disturbed (may cross midnight)."""

    spans: tuple[tuple[time, time], ...] = ((time(8), time(12)), (time(14, 30), time(17, 30)))
    quiet: Quiet = (time(21), time(7, 30))

    def __post_init__(self) -> None:
        """Refuse (ValueError) spans that are empty or out of order."""
        flat = [moment for span in self.spans for moment in span]
        if not flat or any(a >= b for a, b in itertools.pairwise(flat)):
            raise ValueError(f"office hours must ascend: {self.spans}")

    @classmethod
    def parse(cls, spans: str, quiet: str) -> "OfficeHours":
        """Read the two settings, e.g. ``08:00-12:00,14:30-17:30`` and ``21:00-07:30``; ValueError if malformed."""
        return cls(_spans(spans), _spans(quiet)[0])

    @property
    def close(self) -> time:
        """Return the time of day at which the office closes and due days end."""
        return self.spans[-1][1]

    def seconds_before(self, at: time) -> int:
        """Return how many seconds the office was open before ``at`` on one day (whole seconds)."""
        moment = _seconds(at)
        return sum(max(0, min(moment, _seconds(end)) - _seconds(start)) for start, end in self.spans)

    @property
    def seconds(self) -> int:
        """Return how many seconds the office is open on a working day."""
        return self.seconds_before(time(23, 59, 59))

    def after(self, seconds: int) -> timedelta:
        """Return how long after midnight ``seconds`` (1 to ``self.seconds``) of office time have passed."""
        left = seconds
        for start, end in self.spans:
            length = _seconds(end) - _seconds(start)
            if left <= length:
                return timedelta(seconds=_seconds(start) + left)
            left -= length
        raise ValueError(f"the office is not open for {seconds} seconds")


def _seconds(at: time) -> int:
    """Return the seconds since midnight."""
    return at.hour * 3600 + at.minute * 60 + at.second


def office_hours_from(settings: Any) -> OfficeHours:
    """Return the office hours the installation is configured with; ValueError names a malformed setting."""
    return OfficeHours.parse(settings.MINFU_OFFICE_HOURS, settings.MINFU_QUIET_HOURS)
