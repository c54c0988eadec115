"""Clocks: when each is due, when its alarm sounds, how a pause and an extension move it.

Nothing here saves; callers do. The clock of a demand starts at its registration and only an approved pause or deferral
stops it: returning, objecting or reassigning never does.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.timezone import localdate

from minfu.accounts.models import Level
from minfu.cases.models import Case, Deadline, TimeLimit
from minfu.cases.rules.catalog import Catalog, UnitInfo
from minfu.kernel import rows
from minfu.kernel.calendar import Calendar, Duration, Unit

REMINDED, OVERDUE, COUNTY_KNOWS = 1, 2, 3

Clock = TimeLimit.Clock


def begin(
    clock: str, case: Case, unit_id: int, *, at: datetime, catalog: Catalog, calendar: Calendar
) -> Deadline | None:
    """Return an unsaved clock that starts at ``at``, or None when the county has set no limit for it."""
    # A demand keeps the version of its category it was given; the code outlives versions.
    code = case.category.code if case.category else ""
    limit = catalog.limit(clock, category=code, kind=case.kind, urgency=case.urgency)
    if limit is None:
        return None
    due = calendar.add(at, Duration(limit.amount, Unit(limit.measure)))
    row = rows.new(
        Deadline,
        case=case,
        clock=clock,
        unit_id=unit_id,
        amount=limit.amount,
        measure=limit.measure,
        remind_percent=limit.remind_percent,
        started_at=at,
        due_at=due,
        calendar_version=calendar.version,
        round=case.reopened + 1,
    )
    row.alarm_at = next_alarm(row, calendar)
    return row


def next_alarm(row: Deadline, calendar: Calendar) -> datetime | None:
    """Return when the sweep must look at the clock again, never at night; None after the last stage.

    Reminder before the end, then overdue (to the desk above), then, as much time again later, to the county.
    """
    length = row.due_at - row.started_at
    if row.stage == 0 and row.remind_percent:
        moment = row.due_at - length * row.remind_percent / 100
    elif row.stage < OVERDUE:
        moment = row.due_at
    elif row.stage < COUNTY_KNOWS:
        moment = row.due_at + max(length, timedelta(hours=1))
    else:
        return None
    return calendar.next_daytime(moment)


def extend(row: Deadline, amount: int, calendar: Calendar) -> None:
    """Give a clock ``amount`` more of its own measure, counted from its due moment; it sounds again from the reminder on."""
    row.extension = amount
    row.due_at = calendar.add(row.due_at, Duration(amount, Unit(row.measure)))
    _counted_with(row, calendar)
    row.stage = 0
    row.alarm_at = next_alarm(row, calendar)


def pause(row: Deadline, at: datetime) -> None:
    """Stop a running clock."""
    row.state, row.paused_at, row.alarm_at = "paused", at, None


def resume(row: Deadline, at: datetime, calendar: Calendar) -> None:
    """Let a paused clock go on; its due moment moves by the time it stood, in its own measure."""
    if row.paused_at is None:
        raise ValueError("the clock is not paused")
    before = row.due_at
    row.due_at = calendar.shift_for_pause(row.due_at, Unit(row.measure), row.paused_at, at)
    row.shifted += _between(before, row.due_at, row.measure, calendar)
    _counted_with(row, calendar)
    row.state, row.paused_at = "running", None
    row.alarm_at = next_alarm(row, calendar)


def finish(row: Deadline, at: datetime) -> None:
    """End a running clock: met if not later than its due moment, else missed."""
    row.state = "met" if at <= row.due_at else "missed"
    row.ended_at, row.alarm_at = at, None


def void(row: Deadline, at: datetime) -> None:
    """End a clock that no longer counts (merged, withdrawn, reassigned)."""
    row.state, row.ended_at, row.alarm_at = "void", at, None


def rerun(row: Deadline, calendar: Calendar, *, state: str = "running") -> None:
    """Let an ended clock go on as if it had never ended: its due moment stays what it was."""
    row.state, row.ended_at = state, None
    row.alarm_at = next_alarm(row, calendar) if state == "running" else None


def _between(start: datetime, end: datetime, measure: str, calendar: Calendar) -> int:
    """Return how many of ``measure`` lie between two due moments; 0 for hours."""
    first, last = localdate(start), localdate(end)
    if measure == TimeLimit.Measure.WORKDAYS:
        return calendar.workdays_between(first, last)
    return (last - first).days if measure == TimeLimit.Measure.DAYS else 0


def recount(row: Deadline, calendar: Calendar) -> bool:
    """Count a running clock again after the working calendar changed; tell whether its due moment moved.

    Limit, extension and what pauses added are counted anew from the start. Clock hours need no calendar.
    """
    row.calendar_version = calendar.version
    if row.measure == TimeLimit.Measure.HOURS:
        return False
    due = calendar.add(row.started_at, Duration(row.amount + row.extension + row.shifted, Unit(row.measure)))
    if due == row.due_at:
        return False
    row.due_at = due
    row.alarm_at = next_alarm(row, calendar)
    return True


def _counted_with(row: Deadline, calendar: Calendar) -> None:
    """Count a clock anew if the calendar changed since: a recount passes over clocks that stand still."""
    if row.calendar_version != calendar.version:
        recount(row, calendar)


def begin_at(row: Deadline, started_at: datetime, calendar: Calendar) -> None:
    """Let a fresh clock count from an earlier start: a part of a demand is as old as the whole."""
    row.started_at = started_at
    row.due_at = calendar.add(started_at, Duration(row.amount, Unit(row.measure)))
    row.alarm_at = next_alarm(row, calendar)


def main_due(rows: Iterable[Deadline]) -> datetime | None:
    """Return when the demand itself is due: its resolve clock, else the earliest running one."""
    running = [row for row in rows if row.state in ("running", "paused")]
    resolve = [row.due_at for row in running if row.clock == Clock.RESOLVE]
    return min(resolve or [row.due_at for row in running], default=None)


def escalation_desk(row: Deadline, stage: int, catalog: Catalog) -> UnitInfo | None:
    """Return the desk an overdue clock is brought to: the desk above the unit, at the last stage the county's."""
    unit = catalog.units.get(row.unit_id)
    if stage >= COUNTY_KNOWS or unit is None or unit.level in (Level.COUNTY, Level.TOWNSHIP):
        return catalog.county_desk
    return catalog.desk_above(unit)
