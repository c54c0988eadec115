"""The working calendar of China: which days are worked, when things are due, and how to say it.

``calendar.current()`` gives the calendar in force; everything it counts is pure and takes microseconds. Rules and reasons:
docs/decisions/deadlines.md.
"""

from minfu.kernel.calendar.core import CHINA, Calendar, Deadline, Remaining
from minfu.kernel.calendar.durations import (
    Duration,
    OfficeHours,
    Quiet,
    Unit,
    days,
    hours,
    is_quiet,
    workdays,
    workhours,
)
from minfu.kernel.calendar.phrases import Line, day_text, explain, phrase, weekday
from minfu.kernel.calendar.quiet import set_quiet_hours, standing_quiet_hours
from minfu.kernel.calendar.store import (
    IMPORTED,
    Change,
    Imported,
    NamedDay,
    Year,
    at_version,
    current,
    import_notice,
    load_shipped,
    preview_notice,
    shipped,
    year,
)
from minfu.kernel.calendar.table import Day

__all__ = [
    "CHINA",
    "IMPORTED",
    "Calendar",
    "Change",
    "Day",
    "Deadline",
    "Duration",
    "Imported",
    "Line",
    "NamedDay",
    "OfficeHours",
    "Quiet",
    "Remaining",
    "Unit",
    "Year",
    "at_version",
    "current",
    "day_text",
    "days",
    "explain",
    "hours",
    "import_notice",
    "is_quiet",
    "load_shipped",
    "phrase",
    "preview_notice",
    "set_quiet_hours",
    "shipped",
    "standing_quiet_hours",
    "weekday",
    "workdays",
    "workhours",
    "year",
]
