"""Counting deadlines in the calendar of China. Pure: no database; a ``Calendar`` never changes once made.

The rules and their reasons stand in docs/decisions/deadlines.md: counting starts the day after (起算次日), a due day ends when
the office closes, a due day that is a day off moves to the next working day, hours run by the clock.
"""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from minfu.kernel.calendar.durations import Duration, OfficeHours, Quiet, Unit, is_quiet
from minfu.kernel.calendar.table import Day, default_workday, estimate, official_years

CHINA = ZoneInfo("Asia/Shanghai")
#: Days counted by table look-up; others are counted one by one.
_FIRST = date(2010, 1, 1).toordinal()
_LAST = date(2060, 12, 31).toordinal()
_NOON = time(12)


@dataclass(frozen=True)
class Deadline:
    """When something is due, the calendar version it was counted with, and whether an estimated year was touched."""

    due: datetime
    calendar_version: int
    estimated: bool


@dataclass(frozen=True)
class Remaining:
    """How long until a due moment, or, when ``overdue``, how long since it: whole working days, days, hours."""

    workdays: int
    days: int
    hours: int
    overdue: bool


class Calendar:
    """The working calendar at one version."""

    def __init__(
        self,
        days: Iterable[Day],
        *,
        version: int = 0,
        hours: OfficeHours | None = None,
        quiet: Mapping[date, Quiet] | None = None,
    ):
        """Index ``days`` (the exceptions to the plain week); takes some 20 ms, once per version and process.

        ``quiet``: hours in which nobody is disturbed, by the day from which they hold; before the first, those of ``hours``.
        """
        rows = list(days)
        self.version = version
        self.office = hours or OfficeHours()
        self._quiet = sorted((quiet or {}).items())
        self._years = official_years(rows)
        self._days = {one.date: one for one in rows}
        self._estimates: dict[int, dict[date, str]] = {}
        self._workdays = array("i")
        self._passed = array("i")
        for ordinal in range(_FIRST, _LAST + 1):
            if self.is_workday(date.fromordinal(ordinal)):
                self._workdays.append(ordinal)
            self._passed.append(len(self._workdays))

    # --- single days ---

    def is_workday(self, day: date) -> bool:
        """Tell whether ``day`` is worked, make-up working days included."""
        known = self._days.get(day)
        if known:
            return known.is_workday
        if day.year not in self._years and day in self._estimated_off(day.year):
            return False
        return default_workday(day)

    def name(self, day: date) -> str:
        """Return why the day differs from the plain week (春节, 国庆节调休上班 …), or an empty text."""
        known = self._days.get(day)
        if known:
            return known.name
        return "" if day.year in self._years else self._estimated_off(day.year).get(day, "")

    def is_estimated(self, day: date) -> bool:
        """Tell whether the day lies in a year whose notice is not known yet."""
        return day.year not in self._years

    def _estimated_off(self, year: int) -> dict[date, str]:
        """Return the estimated days off of a year without a notice (computed once)."""
        if year not in self._estimates:
            self._estimates[year] = estimate(year)
        return self._estimates[year]

    def next_workday(self, day: date) -> date:
        """Return ``day`` if it is worked, else the next working day (顺延)."""
        return date.fromordinal(self._roll(day.toordinal()))

    def workdays_between(self, after: date, until: date) -> int:
        """Return how many working days lie after ``after`` up to and including ``until``; 0 when there are none."""
        a, b = after.toordinal(), until.toordinal()
        if a >= b:
            return 0
        if a >= _FIRST and b <= _LAST:
            return self._passed[b - _FIRST] - self._passed[a - _FIRST]
        return sum(self.is_workday(date.fromordinal(one)) for one in range(a + 1, b + 1))

    def _roll(self, ordinal: int) -> int:
        """Return the ordinal itself if that day is worked, else the next working day's."""
        return ordinal if self.is_workday(date.fromordinal(ordinal)) else self._nth_after(ordinal, 1)

    def _nth_after(self, ordinal: int, count: int) -> int:
        """Return the ordinal of the ``count``-th (≥ 1) working day after a day."""
        if _FIRST <= ordinal <= _LAST:
            index = self._passed[ordinal - _FIRST] + count - 1
            if index < len(self._workdays):
                return self._workdays[index]
        while count:
            ordinal += 1
            count -= self.is_workday(date.fromordinal(ordinal))
        return ordinal

    def _closing(self, ordinal: int) -> datetime:
        """Return the moment the office closes on a day."""
        return datetime.combine(date.fromordinal(ordinal), self.office.close, tzinfo=CHINA)

    # --- deadlines ---

    def add(self, start: datetime, duration: Duration) -> datetime:
        """Return when a duration that starts at ``start`` (aware) is over, in China's time; never before ``start``.

        Counting starts the day after; the due day ends when the office closes; a due day off moves to the next working
        day. Amount 0 means by the end of the same working day (or of the next, after closing). ValueError if naive.
        """
        local = _local(start)
        if duration.unit is Unit.HOURS:
            return _plus(local, timedelta(hours=duration.amount))
        if duration.unit is Unit.WORKHOURS:
            return self._add_office_seconds(local, duration.amount * 3600)
        today = local.toordinal()
        if duration.amount == 0:
            due = self._closing(self._roll(today))
            return due if due >= local else self._closing(self._nth_after(today, 1))
        if duration.unit is Unit.WORKDAYS:
            return self._closing(self._nth_after(today, duration.amount))
        return self._closing(self._roll(today + duration.amount))

    def deadline(self, start: datetime, duration: Duration) -> Deadline:
        """Return what a subject stores: the due moment, this calendar's version, and whether it may still move."""
        due = self.add(start, duration)
        first, last = _local(start).year, due.year
        estimated = any(year not in self._years for year in range(first, last + 1))
        return Deadline(due, self.version, estimated and duration.unit is not Unit.HOURS)

    def remaining(self, now: datetime, due: datetime) -> Remaining:
        """Return how long is left until ``due``, or how long it has been overdue."""
        overdue = now > due
        early, late = sorted((_local(now), _local(due)))
        return Remaining(
            workdays=self.workdays_between(early.date(), late.date()),
            days=(late.date() - early.date()).days,
            hours=(late - early) // timedelta(hours=1),
            overdue=overdue,
        )

    def shift_for_pause(self, due: datetime, unit: Unit, paused: datetime, resumed: datetime) -> datetime:
        """Return where a due moment moves when its clock stood from ``paused`` to ``resumed`` (aware moments).

        Hours move by what passed, office hours by what the office was open. Of days and working days, each one whose
        noon lay within the pause is given back. Who was in time when pausing has at least the rest of the working day
        on which work resumes. Never earlier than ``due``; ``ValueError`` if it resumes before it paused.
        """
        start, end, old = _local(paused), _local(resumed), _local(due)
        if end < start:
            raise ValueError("a pause cannot end before it starts")
        if unit is Unit.HOURS:
            return _plus(old, end - start)
        if unit is Unit.WORKHOURS:
            return max(old, self._add_office_seconds(old, self.office_seconds(start, end)))
        first = start.toordinal() - (start.time() <= _NOON)
        last = end.toordinal() - (end.time() <= _NOON)
        given = max(last - first, 0)
        if unit is Unit.WORKDAYS:
            given = self.workdays_between(date.fromordinal(first), date.fromordinal(last))
        moved = max(old, self.add(old, Duration(given, unit))) if given else old
        return max(moved, self.add(end, Duration(0, unit))) if start <= old and end > start else moved

    # --- office hours and nights ---

    def office_seconds(self, start: datetime, end: datetime) -> int:
        """Return for how many seconds the office was open from ``start`` to ``end``; 0 when ``end`` is not later."""
        return max(0, self._position(_local(end)) - self._position(_local(start)))

    def _position(self, local: datetime) -> int:
        """Return the office seconds from the first day of the table to a moment."""
        day = local.date()
        before = self.workdays_between(date.fromordinal(_FIRST), day - timedelta(days=1))
        today = self.office.seconds_before(local.time()) if self.is_workday(day) else 0
        return before * self.office.seconds + today

    def _add_office_seconds(self, local: datetime, seconds: int) -> datetime:
        """Return when ``seconds`` of office time after a moment have passed; the end of a span, not the next start."""
        if seconds == 0:
            return local
        today = self.office.seconds_before(local.time()) if self.is_workday(local.date()) else 0
        whole, rest = divmod(today + seconds - 1, self.office.seconds)
        ordinal = local.toordinal()
        if whole or not self.is_workday(local.date()):
            ordinal = self._nth_after(ordinal, whole + (not self.is_workday(local.date())))
        return datetime.combine(date.fromordinal(ordinal), time(), tzinfo=CHINA) + self.office.after(rest + 1)

    def quiet_on(self, day: date) -> Quiet:
        """Return the hours in which nobody is disturbed on a day."""
        held = [quiet for since, quiet in self._quiet if since <= day]
        return held[-1] if held else self.office.quiet

    def next_daytime(self, moment: datetime) -> datetime:
        """Return ``moment`` if people may be disturbed then, else the next end of the quiet hours."""
        local = _local(moment)
        if not is_quiet(self.quiet_on(local.date()), local.time()):
            return local
        morning = self._end_of_quiet(local.date())
        return morning if morning > local else self._end_of_quiet(local.date() + timedelta(days=1))

    def _end_of_quiet(self, day: date) -> datetime:
        return datetime.combine(day, self.quiet_on(day)[1], tzinfo=CHINA)


def _local(moment: datetime) -> datetime:
    """Return a moment in China's time; ValueError for one without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(CHINA)


def _plus(local: datetime, length: timedelta) -> datetime:
    """Return the moment ``length`` of real time later (not of wall time), in China's time."""
    return (local.astimezone(UTC) + length).astimezone(CHINA)
