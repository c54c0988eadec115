"""The day here is the day China's clocks show."""

from datetime import UTC, date, datetime

import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from minfu.kernel import clock


@given(st.datetimes(datetime(1950, 1, 1), datetime(2199, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds are naive
def test_a_moment_falls_on_the_day_django_says(moment: datetime) -> None:
    assert clock.day(moment) == timezone.localdate(moment)


@time_machine.travel("2026-11-22T15:59:59Z", tick=False)
def test_today_begins_at_midnight_in_china() -> None:
    assert clock.today() == date(2026, 11, 22)
    with clock.travel(datetime(2026, 11, 22, 16, tzinfo=UTC)):
        assert clock.today() == date(2026, 11, 23)
