"""Spans of time figures speak of, each with the same span before it to compare with. In China's time."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from minfu.kernel import clock
from minfu.kernel.calendar import CHINA


@dataclass(frozen=True)
class Period:
    """From ``start`` to ``end``, both included; aware moments."""

    start: datetime
    end: datetime

    def before(self, length: timedelta) -> "Period":
        """Return the same span, ``length`` earlier."""
        return Period(self.start - length, self.end - length)


def today() -> Period:
    """Return today up to now."""
    return _days_back(0)


def this_week() -> Period:
    """Return this week from Monday up to now."""
    return _days_back(clock.now().astimezone(CHINA).weekday())


def four_weeks() -> Period:
    """Return the last 28 days, today included."""
    return _days_back(27)


def _days_back(days: int) -> Period:
    now = clock.now().astimezone(CHINA)
    return Period(datetime.combine(now.date() - timedelta(days=days), time(), tzinfo=CHINA), now)
