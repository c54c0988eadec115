"""The feed of changes misses nothing that is committed late; the control shows that the largest number would."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.db.models import Max

from minfu.cases import events
from minfu.cases.rules import actions, catalog, changes
from minfu.cases.tests.world import World, build
from minfu.kernel import seals
from minfu.kernel.models import Event
from minfu.places import index

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> Iterator[World]:
    index.forget()
    catalog.forget()
    yield build()
    catalog.forget()
    index.forget()


@contextmanager
def under_way(world: World, case_id: int) -> Iterator[threading.Event]:
    """Have somebody remark on a demand in a transaction that lasts until the event yielded is set."""
    written, end = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                actions.remark(actor=world.clerk, case_id=case_id, what="慢")
                written.set()
                end.wait(60)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(60)
    try:
        yield end
    finally:
        end.set()
        thread.join(60)


def remarks(world: World, after: int, upto: int) -> tuple[list[int], int]:
    found = changes.read(world.dispatcher, after, upto=upto, size=100, only={events.REMARKED})
    return [one.case_id for one in found.changes], found.reached


def test_what_is_committed_late_is_not_missed(world: World) -> None:
    slow, quick = world.register(), world.register()
    cursor = seals.settled()
    seen: list[int] = []
    with under_way(world, slow.pk) as end:
        actions.remark(actor=world.clerk, case_id=quick.pk, what="快")
        found, cursor = remarks(world, cursor, seals.settled())
        seen += found
        assert seen == []  # the quick one has the larger number: it waits for the slow one
        end.set()
    found, cursor = remarks(world, cursor, seals.settled())
    assert [*seen, *found] == [slow.pk, quick.pk]
    assert remarks(world, cursor, seals.settled()) == ([], cursor)


def test_control_up_to_the_largest_number_the_late_one_is_missed(world: World) -> None:
    slow, quick = world.register(), world.register()

    def largest() -> int:
        return int(Event.objects.aggregate(largest=Max("id"))["largest"])

    cursor = largest()
    seen: list[int] = []
    with under_way(world, slow.pk) as end:
        actions.remark(actor=world.clerk, case_id=quick.pk, what="快")
        found, cursor = remarks(world, cursor, largest())
        seen += found
        end.set()
    found, cursor = remarks(world, cursor, largest())
    assert [*seen, *found] == [quick.pk]  # the slow one is there and nobody is ever told


def test_while_a_long_transaction_writes_the_feed_stands_at_the_last_seal(world: World) -> None:
    case = world.register()
    upto = seals.settled()
    with under_way(world, case.pk):
        assert seals.horizon(patience_seconds=0.1) is None
        assert seals.settled(patience_seconds=0.1) == 0  # nothing was sealed yet
        seals.seal(upto)
        assert seals.settled(patience_seconds=0.1) == upto
    assert seals.settled() > upto


def test_readers_and_locks_on_rows_are_not_waited_for(world: World) -> None:
    case = world.register()
    last = Event.objects.latest("pk").pk
    read, end = threading.Event(), threading.Event()

    def reading() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("select pg_current_xact_id(), count(*) from record_event")
                cursor.execute("select id from cases_case where id = %s for update", [case.pk])
                read.set()
                end.wait(60)
        finally:
            connection.close()

    thread = threading.Thread(target=reading)
    thread.start()
    assert read.wait(60)
    try:
        assert seals.horizon(patience_seconds=0.1) == last
    finally:
        end.set()
        thread.join(60)
