"""When nobody is disturbed. Pure."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

#: The country has one civil time.
ZONE = ZoneInfo("Asia/Shanghai")
#: Reminders wait from the evening to the morning.
EVENING, MORNING = time(21, 0), time(8, 0)


def by_day(moment: datetime) -> datetime:
    """Return ``moment``, or the next 08:00 (China time) when it falls between 21:00 and 08:00."""
    local = moment.astimezone(ZONE)
    if MORNING <= local.time() < EVENING:
        return moment
    day = local.date() + timedelta(days=1) if local.time() >= EVENING else local.date()
    return datetime.combine(day, MORNING, ZONE)
