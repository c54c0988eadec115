"""The check of the history: names the first broken link, and a subject that vanished whole."""

import threading

import pgtrigger
import pytest
from django.db import connection

from minfu.kernel import record, seals
from minfu.kernel.models import Event, Seal

STAMP = record.Stamp(kind="system", door="test")


def quiet(done: int, total: int) -> None:
    """Take reports of progress and say nothing."""


@pytest.fixture(autouse=True)
def registered() -> None:
    """Register the event these tests record, once."""
    if "test.done" not in record.sentences():
        record.event("test.done", "测试")


@pytest.fixture
def events(transactional_db: None) -> list[Event]:
    """Return seven sealed events: three of one subject, four of another, in turns."""
    for number in range(3):
        record.append(("thing", 1), [record.Fact("test.done", {"n": number})], STAMP)
        record.append(("thing", 2), [record.Fact("test.done", {"n": number})], STAMP)
    record.append(("thing", 2), [record.Fact("test.done")], STAMP)
    rows = list(Event.objects.order_by("id"))
    seals.seal(rows[3].pk)
    seals.seal(rows[6].pk)
    return rows


def tamper(sql: str, *values: str | int | bytes) -> None:
    """Change the history past the triggers, as somebody with the database's password could."""
    with pgtrigger.ignore("kernel.Event:append_only"), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_whole_history_is_well_and_progress_is_told(events: list[Event]) -> None:
    assert seals.verify(quiet) is None
    assert [sealed.count for sealed in Seal.objects.order_by("id")] == [4, 3]


def test_sealing_again_adds_nothing(events: list[Event]) -> None:
    assert seals.seal(events[-1].pk) == 0


def test_changed_content_is_named(events: list[Event]) -> None:
    tamper("update record_event set data = '{\"n\": 9}' where id = %s", events[2].pk)
    broken = seals.verify(quiet)
    assert broken is not None
    assert (broken.subject, broken.seq, broken.event_id) == (("thing", 1), 2, events[2].pk)
    assert "改动" in broken.what


def test_changed_content_with_a_recomputed_hash_breaks_the_next_link(events: list[Event]) -> None:
    row = events[2]
    row.data = {"n": 9}
    tamper("update record_event set data = '{\"n\": 9}', hash = %s where id = %s", record.digest(row), row.pk)
    broken = seals.verify(quiet)
    assert broken is not None
    assert (broken.seq, broken.event_id) == (3, events[4].pk)
    assert "接不上" in broken.what


def test_missing_event_in_the_middle_is_named(events: list[Event]) -> None:
    tamper("delete from record_event where id = %s", events[2].pk)
    broken = seals.verify(quiet)
    assert broken is not None
    assert "第 2 条记录不见了" in broken.what


def test_last_event_cut_off_shows_in_the_seal(events: list[Event]) -> None:
    tamper("delete from record_event where id = %s", events[6].pk)
    broken = seals.verify(quiet)
    assert broken is not None
    assert "封存时有 3 条,现有 2 条" in broken.what


def test_vanished_subject_shows_in_the_seal(events: list[Event]) -> None:
    tamper("delete from record_event where subject_id = 1")
    broken = seals.verify(quiet)
    assert broken is not None
    assert broken.subject is None
    assert "封存时有 4 条,现有 2 条" in broken.what


def test_rewritten_chain_shows_in_the_seal(events: list[Event]) -> None:
    row = events[6]
    row.data = {"n": 9}
    tamper("update record_event set data = '{\"n\": 9}', hash = %s where id = %s", record.digest(row), row.pk)
    broken = seals.verify(quiet)
    assert broken is not None
    assert "与封存时不同" in broken.what


def test_horizon_waits_for_transactions_that_may_still_add(events: list[Event]) -> None:
    assert seals.horizon(patience_seconds=60) == events[-1].pk
    begun, end = threading.Event(), threading.Event()

    def long_transaction() -> None:
        from django.db import transaction

        try:
            with transaction.atomic():
                record.append(("thing", 3), [record.Fact("test.done")], STAMP)
                begun.set()
                end.wait(60)
        finally:
            connection.close()

    other = threading.Thread(target=long_transaction)
    other.start()
    assert begun.wait(60)
    try:
        assert seals.horizon(patience_seconds=0.1) is None
    finally:
        end.set()
        other.join()
    assert seals.horizon(patience_seconds=60) == events[-1].pk + 1


def test_empty_history_has_no_horizon(transactional_db: None) -> None:
    assert seals.horizon(0) is None
    assert seals.verify(quiet) is None
