"""Which periods a form asks about, and when each is due."""

from datetime import date, datetime

from minfu.figures import door as figures
from minfu.kernel import calendar, clock
from minfu.returns.models import Form, Frequency


def kind_of(form: Form) -> str:
    """Return the kind of period a form asks about."""
    return figures.period(form.period).kind if form.frequency == Frequency.ONCE else form.frequency


def due(form: Form) -> list[str]:
    """Return the periods a form in force has to be filled in for by today: those that ended since it was let in."""
    if form.frequency == Frequency.ONCE:
        return [form.period]
    found, since = [], form.approved_on or clock.today()
    period = figures.period_of(form.frequency, since)
    while period.end < clock.today() and period.end <= form.ends_on:
        found.append(period.key)
        period = period.after()
    return found


def due_on(form: Form, asked: datetime) -> tuple[date, int]:
    """Return the day a copy asked for now is due, in working days, not after the form's end, and the calendar's version."""
    working = calendar.current()
    moment = working.add(asked, calendar.workdays(form.due_workdays))
    return min(clock.day(moment), form.ends_on), working.version
