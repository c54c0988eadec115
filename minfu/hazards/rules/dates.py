"""By when a hazard must be rectified, and when somebody must look again. Pure but for the grades of a day."""

from datetime import date, datetime, timedelta

from minfu.hazards.models import Grade
from minfu.kernel import dated
from minfu.kernel.calendar import CHINA, Calendar, Duration, Unit

#: What has been sounded about a date: nothing, overdue to unit and desk, overdue to the county.
QUIET, OVERDUE, COUNTY = 0, 1, 2


def grades(day: date) -> list[Grade]:
    """Return the grades of a day, the gravest first."""
    return list(dated.on(Grade, day).order_by("-weight", "code"))


def due(grade: Grade, start: datetime, calendar: Calendar) -> datetime:
    """Return by when a hazard of this grade must be rectified, counted from ``start``."""
    return calendar.add(start, Duration(grade.amount, Unit(grade.measure)))


def due_again(grade: Grade, start: datetime, calendar: Calendar) -> datetime:
    """Return by when it must be rectified after a check found it still there."""
    return calendar.add(start, Duration(grade.again_amount, Unit(grade.again_measure)))


def end_of_day(day: date, calendar: Calendar) -> datetime:
    """Return when a day set by hand is over: when the office closes."""
    return datetime.combine(day, calendar.office.close, tzinfo=CHINA)


def next_look(start: datetime, end: datetime, stage: int, calendar: Calendar) -> datetime | None:
    """Return when the sweep looks at a date again: when it is over, then after as much time again; never at night."""
    if stage == QUIET:
        return calendar.next_daytime(end)
    if stage == OVERDUE:
        return calendar.next_daytime(end + max(end - start, timedelta(hours=1)))
    return None
