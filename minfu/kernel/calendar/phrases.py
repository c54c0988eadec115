"""Saying deadlines: what people read on a screen, and how they can check a count day by day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from minfu.kernel.calendar.core import CHINA, Calendar, Remaining
from minfu.kernel.calendar.durations import Duration, Unit


@dataclass(frozen=True)
class Line:
    """One line of an explanation: the day, its number in the count (None when it does not count), the sentence."""

    day: date
    number: int | None
    text: str


_WEEKDAYS = (
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
)


def weekday(day: date) -> str:
    """Return the short name of the day of the week."""
    return str(_WEEKDAYS[day.weekday()])


def day_text(day: date, today: date | None = None) -> str:
    """Return e.g. ``11月27日 周五``, with the year when it is not that of ``today``."""
    return _day_text(day, today is not None and day.year != today.year, get_language())


@lru_cache(maxsize=4096)
def _day_text(day: date, with_year: bool, _language: str | None) -> str:  # noqa: FBT001 - called in one place
    """Say a day in the language that is spoken now; a page of a list says the same few dozens."""
    pattern = _("Y年n月j日") if with_year else _("n月j日")
    return _("%(date)s %(weekday)s") % {"date": date_format(day, pattern), "weekday": weekday(day)}


def phrase(calendar: Calendar, now: datetime, due: datetime, unit: Unit = Unit.WORKDAYS) -> str:
    """Return e.g. ``11月27日 周五，还剩 3 个工作日``; hours are told when the limit is in hours or within the day."""
    local, today = due.astimezone(CHINA), now.astimezone(CHINA).date()
    when = _("今天") if local.date() == today else day_text(local.date(), today)
    if local.time() != calendar.office.close or local.date() == today:
        when = f"{when} {local:%H:%M}"
    return _until(calendar.remaining(now, due), unit, get_language()) % {"when": when}


@lru_cache(maxsize=4096)
def _until(left: Remaining, unit: Unit, _language: str | None) -> str:
    """Say how long it is in the language that is spoken now, ``%(when)s`` still open."""
    pattern = _("%(when)s，已超期 %(length)s") if left.overdue else _("%(when)s，还剩 %(length)s")
    return pattern % {"when": "%(when)s", "length": _length(left, unit)}


def _length(left: Remaining, unit: Unit) -> str:
    """Return how long in the largest unit that is not zero, beginning with the deadline's own."""
    if unit is Unit.WORKDAYS and left.workdays:
        return str(Duration(left.workdays, unit))
    if left.days and (unit is Unit.DAYS or left.hours >= 2 * 24):
        return str(Duration(left.days, Unit.DAYS))
    return str(Duration(left.hours, Unit.HOURS)) if left.hours else _("不到 1 小时")


def explain(calendar: Calendar, start: datetime, duration: Duration) -> list[Line]:
    """Return how a deadline was counted, one line for the start, one for each day, one for the due moment."""
    local, due = start.astimezone(CHINA), calendar.add(start, duration)
    first = _("%(when)s %(time)s 起算，期限 %(length)s。") % {
        "when": day_text(local.date()),
        "time": f"{local:%H:%M}",
        "length": duration,
    }
    lines = [Line(local.date(), None, first)]
    if duration.unit is not Unit.HOURS:
        lines += _days(calendar, local.date(), due.date(), duration)
    last = _("%(when)s %(time)s 到期。") % {
        "when": day_text(due.date(), local.date()),
        "time": f"{due:%H:%M}",
    }
    if duration.unit is not Unit.HOURS and calendar.deadline(start, duration).estimated:
        last += _("其中有的年份放假通知尚未发布，按推算的法定假日计算，通知导入后会重新计算。")
    return [*lines, Line(due.date(), None, last)]


def _days(calendar: Calendar, start: date, due: date, duration: Duration) -> list[Line]:
    """Return a line for each day from the day after the start to the due day."""
    lines, number = [], 0
    for offset in range(1, (due - start).days + 1):
        day = start + timedelta(days=offset)
        worked, name = calendar.is_workday(day), calendar.name(day)
        counts = number < duration.amount and (duration.unit is Unit.DAYS or worked)
        counts = counts and duration.unit is not Unit.WORKHOURS
        number += counts
        what = {"day": day_text(day, start), "why": _why(worked, name), "n": number}
        if duration.unit is Unit.WORKHOURS:
            text = _("%(day)s：%(why)s。") % what
        elif counts:
            text = _("%(day)s：%(why)s，第 %(n)d 天。") % what
        elif number < duration.amount:
            text = _("%(day)s：%(why)s，不计。") % what
        else:
            text = _("%(day)s：%(why)s，届满之日遇休息日，顺延。") % what
        lines.append(Line(day, number if counts else None, text))
    if lines and duration.unit is not Unit.WORKHOURS and lines[-1].number is None:
        closing = _("%(day)s：顺延后的第一个工作日。") % {"day": day_text(due, start)}
        lines[-1] = Line(due, None, closing)
    return lines


def _why(worked: bool, name: str) -> str:  # noqa: FBT001 - called in one place
    """Say what kind of day it is."""
    if name:
        return name if worked else _("%(name)s放假") % {"name": name}
    return _("工作日") if worked else _("休息日")
