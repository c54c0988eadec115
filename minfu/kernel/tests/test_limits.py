"""Rate limits: windows, sentences, races."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from minfu.kernel import limits

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_the_window_starts_with_the_first_try_and_says_when_to_come_back() -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        assert [limits.hit("k", limit=3, seconds=600) for _ in range(3)] == [2, 1, 0]
        traveller.shift(timedelta(minutes=9, seconds=30))
        with pytest.raises(limits.TooMany, match=r"请在 12:10 之后再试") as refused:
            limits.hit("k", limit=3, seconds=600)
        assert refused.value.status == 429
        assert refused.value.extra["retry_after"] == 30
        traveller.shift(timedelta(seconds=31))
        assert limits.hit("k", limit=3, seconds=600) == 2


@pytest.mark.django_db
def test_trying_on_does_not_prolong_the_window() -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        for _ in range(10):
            try:
                limits.hit("k", limit=1, seconds=60)
            except limits.TooMany:
                traveller.shift(timedelta(seconds=7))
        assert limits.hit("k", limit=1, seconds=60) == 0


@pytest.mark.django_db
def test_the_time_said_is_never_too_early() -> None:
    with time_machine.travel(NOON.replace(second=20), tick=False) as traveller:
        limits.hit("k", limit=1, seconds=60)
        with pytest.raises(limits.TooMany, match="12:02"):
            limits.hit("k", limit=1, seconds=60)
        traveller.move_to(NOON + timedelta(minutes=2))
        limits.hit("k", limit=1, seconds=60)


@pytest.mark.django_db
def test_keys_do_not_meet_and_cannot_be_read_back() -> None:
    limits.hit("receipt:10.0.0.1", limit=1, seconds=60)
    assert limits.hit("receipt:10.0.0.2", limit=1, seconds=60) == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT l::text FROM kernel_limit l")
        assert not any("10.0.0" in row[0] for row in cursor.fetchall())


@pytest.mark.django_db
def test_forgetting() -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        limits.hit("a", limit=1, seconds=60)
        limits.hit("b", limit=1, seconds=6000)
        limits.forget("a")
        assert limits.hit("a", limit=1, seconds=60) == 0
        traveller.shift(timedelta(seconds=61))
        assert limits.forget_ended() == 1
        with pytest.raises(limits.TooMany):
            limits.hit("b", limit=1, seconds=6000)


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_exactly_the_limit_passes() -> None:
    def attempt(_: int) -> bool:
        try:
            limits.hit("race", limit=7, seconds=600)
        except limits.TooMany:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(40))) == 7


@pytest.mark.django_db
def test_the_table_costs_no_write_ahead_log() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'kernel_limit'")
        assert cursor.fetchone() == ("u",)
