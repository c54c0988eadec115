"""The county's quiet hours: dated, recorded, in force without a restart."""

from datetime import date, datetime, time

import pytest
import time_machine
from django.utils import timezone

from minfu.kernel import calendar, record
from minfu.kernel.calendar import CHINA
from minfu.kernel.errors import Invalid
from minfu.kernel.quiet_models import QuietHours

pytestmark = pytest.mark.django_db

STAMP = record.Stamp(kind="staff", door="screen", label="县平台 · 调度员")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=CHINA)
LATE = datetime(2026, 11, 24, 21, 30, tzinfo=CHINA)


def say(since: date, starts: time = time(22), ends: time = time(6), source: str = "县里确定") -> QuietHours:
    return calendar.set_quiet_hours((starts, ends), valid_from=since, source=source, stamp=STAMP)


@time_machine.travel(NOON, tick=False)
def test_new_hours_hold_from_their_day_and_are_recorded() -> None:
    assert calendar.current().next_daytime(LATE).time() == time(7, 30)
    say(date(2026, 11, 24))
    assert calendar.current().next_daytime(LATE) == LATE
    assert calendar.current().quiet_on(timezone.localdate()) == (time(21), time(7, 30))
    say(date(2026, 11, 24), time(20), time(8))
    assert calendar.current().next_daytime(LATE).time() == time(8)
    first, second = record.history(("quiet_hours", 1))
    assert first.data == {"on": "2026-11-24", "from": "22:00", "to": "06:00", "before": ""}
    assert second.data["before"] == "2026-11-24: 22:00-06:00"


@time_machine.travel(NOON, tick=False)
def test_what_stands_is_what_holds_today_and_what_will() -> None:
    with time_machine.travel(datetime(2026, 11, 1, 12, 0, tzinfo=CHINA), tick=False):
        say(date(2026, 11, 1))
        say(date(2026, 11, 20))
    say(date(2026, 12, 1))
    assert [row.valid_from.day for row in calendar.standing_quiet_hours()] == [1, 20]


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"since": date(2026, 11, 22)}, "valid_from"),
        ({"since": date(2026, 11, 23), "source": " "}, "source"),
        ({"since": date(2026, 11, 23), "starts": time(6)}, ""),
    ],
)
def test_hours_that_cannot_be_are_refused(more, field) -> None:
    with pytest.raises(Invalid) as refused:
        say(**more)
    assert list(refused.value.fields) == [field]
    assert not QuietHours.objects.exists()
