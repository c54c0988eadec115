"""The calendar in the database: the one in force, and how a yearly notice changes it."""

import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.kernel import clock, record
from minfu.kernel.calendar.core import Calendar
from minfu.kernel.calendar.durations import Quiet, office_hours_from
from minfu.kernel.calendar.table import ESTIMATED, Day, official_years, parse_notice, shipped_days
from minfu.kernel.errors import Invalid, Missing
from minfu.kernel.models import CalendarDay, CalendarVersion
from minfu.kernel.quiet_models import QuietHours

#: Seconds for which a process trusts the calendar it holds before it asks for the newest version again.
CHECK_EVERY_SECONDS = 10
#: Seconds after an import in which this process asks every time: its transaction may still be rolled back.
_WATCH_SECONDS = 600
#: Recorded about ("calendar", version); data: version, source, and changes as [date, before, after] (1 = worked).
IMPORTED = record.event("kernel.calendar_imported", gettext_lazy("导入了工作日历"))

Key = tuple[int, str, datetime | None]


@dataclass(frozen=True)
class Change:
    """A day that is worked in one version and not in the other."""

    date: date
    before: bool
    after: bool
    name: str


@dataclass(frozen=True)
class NamedDay:
    """A day off or made up: is it worked, what it is called, the document it rests on, whether it is only estimated."""

    day: date
    worked: bool
    name: str
    source: str
    estimated: bool


@dataclass(frozen=True)
class Imported:
    """What an import did: the version now in force, whether it is new, and the days that changed."""

    version: int
    new: bool
    changes: tuple[Change, ...]


class _Held:
    """The calendar this process holds, and until when it may be used without asking."""

    calendar: Calendar | None = None
    key: Key = (0, "", None)
    trusted_until = 0.0
    watch_until = 0.0


def current() -> Calendar:
    """Return the calendar in force. Held in process; a newer version is seen within ``CHECK_EVERY_SECONDS``."""
    held, moment = _Held, time.monotonic()
    if held.calendar is not None and moment < held.trusted_until:
        return held.calendar
    quiet = QuietHours.objects.order_by("-set_at").values("set_at")[:1]
    found = (
        CalendarVersion.objects.order_by("-number").values_list("number", "digest", Subquery(quiet)).first()
    )
    newest: Key = found or (0, "", None)
    if held.calendar is None or held.key != newest:
        held.calendar = _build(_rows().values(), newest[0], _quiet()) if newest[0] else shipped()
        held.key = newest
    held.trusted_until = 0.0 if moment < held.watch_until else moment + CHECK_EVERY_SECONDS
    return held.calendar


def shipped() -> Calendar:
    """Return the calendar minfu ships with (version 0), without asking the database."""
    return _build(shipped_days(), 0)


def at_version(number: int) -> Calendar:
    """Return the calendar as it was at a version, to explain a deadline counted then. ``Missing`` if there is none."""
    if not CalendarVersion.objects.filter(number=number).exists():
        raise Missing(_("没有第 %(number)d 版工作日历。") % {"number": number})
    rows = _rows()
    later = CalendarVersion.objects.filter(number__gt=number).order_by("-number")
    for undo in later.values_list("undo", flat=True):
        for day_text, before in undo.items():
            day = date.fromisoformat(day_text)
            rows.pop(day, None)
            if before is not None:
                rows[day] = Day(day, **before)
    return _build(rows.values(), number)


def import_notice(data: bytes, *, source: str, stamp: record.Stamp) -> Imported:
    """Import a State Council notice (CSV ``date,is_workday,name``) and make the new version the one in force.

    Estimates of a year the notice covers (it names National Day) give way to it; other rows are added or corrected.
    The same notice again changes nothing. Records ``kernel.calendar_imported``, by which open deadlines are recounted
    in the same transaction. ``Invalid`` names the wrong lines, or asks for the source document.
    """
    if not source.strip():
        raise Invalid({"source": [_("请写明依据的文件，例如：国办发明电〔2025〕7号。")]})
    return _merge(parse_notice(data, source=source.strip()[:200]), source.strip()[:200], stamp)


def preview_notice(data: bytes, *, source: str) -> tuple[Change, ...]:
    """Return the days an import of this notice would change, without changing anything. ``Invalid`` as the import does."""
    notice, old = parse_notice(data, source=source.strip()[:200]), _rows()
    new = merged(old, notice)
    years = {day.year for day in old.keys() | new.keys() if old.get(day) != new.get(day)}
    return differences(_build(old.values(), 0), _build(new.values(), 0), years)


@dataclass(frozen=True)
class Year:
    """A year of the calendar in force: its working days, whether its notice is still to come, its named days in order."""

    workdays: int
    estimated: bool
    named: list[NamedDay]


def year(number: int) -> Year:
    """Return a year of the calendar in force."""
    working = current()
    return Year(
        workdays=working.workdays_between(date(number - 1, 12, 31), date(number, 12, 31)),
        estimated=working.is_estimated(date(number, 6, 1)),
        named=_named_days(number),
    )


def _named_days(year: int) -> list[NamedDay]:
    """Return the days of a year that have a name, in order."""
    working = current()
    sources = dict(CalendarDay.objects.filter(date__year=year).values_list("date", "source_doc"))
    days = (
        date(year, 1, 1) + timedelta(days=number) for number in range(date(year, 12, 31).timetuple().tm_yday)
    )
    return [
        NamedDay(
            day=day,
            worked=working.is_workday(day),
            name=working.name(day),
            source=sources.get(day, ""),
            estimated=working.is_estimated(day),
        )
        for day in days
        if working.name(day)
    ]


def load_shipped() -> Imported:
    """Load the notices minfu ships with; rows a county imported itself are never overwritten. Safe to repeat."""
    official = set(CalendarDay.objects.exclude(status=ESTIMATED).values_list("date", flat=True))
    days = [day for day in shipped_days() if day.date not in official]
    stamp = record.Stamp(kind="system", door="command", label=_("系统"))
    return _merge(days, _("软件随附的放假通知"), stamp)


def merged(old: Mapping[date, Day], notice: Iterable[Day]) -> dict[date, Day]:
    """Return the rows after a notice: it replaces estimates of the years it covers; an estimate replaces no notice."""
    notice = list(notice)
    covered = official_years(notice)
    rows = {day: row for day, row in old.items() if row.status != ESTIMATED or day.year not in covered}
    official = official_years(rows.values()) | covered
    for row in notice:
        if row.status != ESTIMATED or (row.date.year not in official and row.date not in rows):
            rows[row.date] = row
    return rows


def differences(old: Calendar, new: Calendar, years: Iterable[int]) -> tuple[Change, ...]:
    """Return the days of some years that are worked in one calendar and not in the other, in order."""
    found = []
    for year in sorted(set(years)):
        day = date(year, 1, 1)
        while day.year == year:
            before, after = old.is_workday(day), new.is_workday(day)
            if before != after:
                found.append(Change(day, before, after, new.name(day) or old.name(day)))
            day += timedelta(days=1)
    return tuple(found)


@transaction.atomic
def _merge(notice: list[Day], source: str, stamp: record.Stamp) -> Imported:
    """Write a notice as a new version, unless it changes nothing."""
    last = CalendarVersion.objects.select_for_update().order_by("-number").first()
    number = last.number if last else 0
    old = _rows()
    new = merged(old, notice)
    if new == old:
        return Imported(number, new=False, changes=())
    number += 1
    touched = [day for day in old.keys() | new.keys() if old.get(day) != new.get(day)]
    CalendarDay.objects.filter(date__in=touched).delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(
            date=row.date, is_workday=row.is_workday, name=row.name, source_doc=row.source, status=row.status
        )
        for row in (new[day] for day in touched if day in new)
    )
    before, after = _build(old.values(), number - 1), _build(new.values(), number)
    changes = differences(before, after, (day.year for day in touched))
    CalendarVersion.objects.create(
        number=number,
        imported_at=clock.now(),
        source=source,
        digest=_digest(new.values()),
        undo={day.isoformat(): _stored(old[day]) if day in old else None for day in sorted(touched)},
    )
    forget()
    if last:
        record.begin(("calendar", number), [_fact(number, source, changes)], stamp)
    return Imported(number, new=True, changes=changes)


def _fact(number: int, source: str, changes: tuple[Change, ...]) -> record.Fact:
    """Return what the history keeps of an import."""
    pairs = [[one.date.isoformat(), int(one.before), int(one.after)] for one in changes]
    return record.Fact(IMPORTED, {"version": number, "source": source, "changes": pairs})


def forget() -> None:
    """Let this process ask again: at once, and on every use while the import may still be rolled back."""
    _Held.calendar = None
    _Held.trusted_until = 0.0
    _Held.watch_until = time.monotonic() + _WATCH_SECONDS


def _build(days: Iterable[Day], version: int, quiet: Mapping[date, Quiet] | None = None) -> Calendar:
    """Return a calendar with the office hours of this installation."""
    return Calendar(days, version=version, hours=office_hours_from(settings), quiet=quiet)


def _quiet() -> dict[date, Quiet]:
    """Return the hours in which nobody is disturbed, by the day from which they hold."""
    rows = QuietHours.objects.values_list("valid_from", "starts", "ends")
    return {since: (starts, ends) for since, starts, ends in rows}


def _rows() -> dict[date, Day]:
    """Return the table's rows by date."""
    values = CalendarDay.objects.values_list("date", "is_workday", "name", "source_doc", "status")
    return {row[0]: Day(*row) for row in values}


def _stored(row: Day) -> dict[str, Any]:
    """Return a row, without its date, as it is kept for going back to an older version."""
    return {key: value for key, value in asdict(row).items() if key != "date"}


def _digest(rows: Iterable[Day]) -> str:
    """Return the SHA-256 over all rows in order of date, in hexadecimal."""
    listed = [
        [row.date.isoformat(), row.is_workday, row.name, row.source, row.status]
        for row in sorted(rows, key=lambda one: one.date)
    ]
    return hashlib.sha256(json.dumps(listed, ensure_ascii=False).encode()).hexdigest()
