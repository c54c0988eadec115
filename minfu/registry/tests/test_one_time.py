"""One-time codes: six digits, ten minutes, five tries, once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from minfu.kernel.errors import Invalid
from minfu.kernel.limits import TooMany
from minfu.registry import one_time, vault
from minfu.registry.models import Identity, OneTimeCode

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.fixture
def identity(ring_file) -> Identity:
    """A resident who left a number."""
    return vault.create(vault.Contact("王小明", "13800001234"))


def wrong(code: str) -> str:
    """Return another code of six digits."""
    return f"{(int(code) + 1) % 10**6:06d}"


def test_a_code_works_once(identity: Identity) -> None:
    code = one_time.issue_code(identity)
    assert len(code) == 6
    assert code.isdigit()
    assert not one_time.check_code(identity, wrong(code))
    assert one_time.check_code(identity, f" {code} ")
    assert not one_time.check_code(identity, code)


def test_a_code_lives_ten_minutes(identity: Identity) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        early, late = one_time.issue_code(identity), ""
        traveller.shift(timedelta(minutes=9, seconds=59))
        assert one_time.check_code(identity, early)
        late = one_time.issue_code(identity)
        traveller.shift(timedelta(minutes=10))
        assert not one_time.check_code(identity, late)


def test_five_wrong_tries_spend_a_code(identity: Identity) -> None:
    code = one_time.issue_code(identity)
    for _ in range(5):
        assert not one_time.check_code(identity, wrong(code))
    assert not one_time.check_code(identity, code)


def test_the_fifth_try_may_still_be_right(identity: Identity) -> None:
    code = one_time.issue_code(identity)
    for _ in range(4):
        one_time.check_code(identity, wrong(code))
    assert one_time.check_code(identity, code)


def test_a_new_code_spends_the_old_one(identity: Identity) -> None:
    old, new = one_time.issue_code(identity), one_time.issue_code(identity)
    if old != new:
        assert not one_time.check_code(identity, old)
    assert one_time.check_code(identity, new)


def test_codes_are_rationed_per_number(identity: Identity) -> None:
    other = vault.create(vault.Contact("李", "13900001234"))
    with time_machine.travel(NOON, tick=False) as traveller:
        for _ in range(3):
            one_time.issue_code(identity)
        with pytest.raises(TooMany):
            one_time.issue_code(identity)
        one_time.issue_code(other)
        traveller.shift(timedelta(minutes=10, seconds=1))
        one_time.issue_code(identity)
        for _ in range(6):
            traveller.shift(timedelta(minutes=11))
            one_time.issue_code(identity)
        traveller.shift(timedelta(minutes=11))
        with pytest.raises(TooMany) as refused:
            one_time.issue_code(identity)
        assert refused.value.extra["retry_after"] > 3600


def test_without_a_number_there_is_no_code(ring_file) -> None:
    with pytest.raises(Invalid, match="没有留下手机号"):
        one_time.issue_code(vault.create(vault.Contact("无号")))


def test_a_code_is_for_one_identity(identity: Identity) -> None:
    other = vault.create(vault.Contact("李", "13900001234"))
    code = one_time.issue_code(identity)
    one_time.issue_code(other)
    OneTimeCode.objects.filter(identity=other).update(
        digest=OneTimeCode.objects.get(identity=identity).digest
    )
    assert not one_time.check_code(other, code)


def test_the_code_is_not_in_the_table(identity: Identity) -> None:
    code = one_time.issue_code(identity)
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(digest, 'escape') FROM registry_one_time_code")
        assert code not in cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_passes_and_tries_count(ring_file) -> None:
    identity = vault.create(vault.Contact("王小明", "13800001234"))
    code = one_time.issue_code(identity)

    def attempt(entered: str) -> bool:
        try:
            return one_time.check_code(identity, entered)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, [code] * 4)) == 1
    code = one_time.issue_code(identity)
    with ThreadPoolExecutor(4) as pool:
        assert not any(pool.map(attempt, [wrong(code)] * 12))
    assert OneTimeCode.objects.get(used_at=None).attempts == 5
