"""Which periods a form asks about, and when each is due."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from minfu.figures import door as figures
from minfu.kernel import calendar, clock
from minfu.returns.models import Form, Frequency

#: How many past periods of each kind a form that is filled in once may ask about.
OFFERED = {"week": 6, "month": 6, "quarter": 4, "half": 3, "year": 2}


def key(kind: str, day: date) -> str:
    """Return the key of the period of a kind (week to year) that a day lies in."""
    iso = day.isocalendar()
    return {
        "week": f"{iso.year}-W{iso.week:02d}",
        "month": f"{day.year}-{day.month:02d}",
        "quarter": f"{day.year}-Q{(day.month + 2) // 3}",
        "half": f"{day.year}-H{(day.month + 5) // 6}",
        "year": str(day.year),
    }[kind]


def past(kind: str) -> Iterator[figures.Period]:
    """Yield the last periods of a kind that are over, the newest first."""
    found = figures.period(key(kind, clock.today()))
    for _number in range(OFFERED[kind]):
        found = figures.period(key(kind, found.start - timedelta(1)))
        yield found


def kind_of(form: Form) -> str:
    """Return the kind of period a form asks about."""
    return figures.period(form.period).kind if form.frequency == Frequency.ONCE else form.frequency


def due(form: Form) -> list[str]:
    """Return the periods a form in force has to be filled in for by today: those that ended since it was let in."""
    if form.frequency == Frequency.ONCE:
        return [form.period]
    found, since = [], form.approved_on or clock.today()
    period = figures.period(key(form.frequency, since))
    while period.end < clock.today() and period.end <= form.ends_on:
        found.append(period.key)
        period = figures.period(key(form.frequency, period.end + timedelta(1)))
    return found


def due_on(form: Form, asked: datetime) -> tuple[date, int]:
    """Return the day a copy asked for now is due, in working days, not after the form's end, and the calendar's version."""
    working = calendar.current()
    moment = working.add(asked, calendar.workdays(form.due_workdays))
    return min(clock.day(moment), form.ends_on), working.version
