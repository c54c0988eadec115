"""Figures counted while others write, read and commit late are those counted anew; the control shows what would be missed."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F

from minfu.cases.rules import actions, catalog
from minfu.cases.tests.world import World, build
from minfu.figures.models import Bucket, Fact, Progress
from minfu.figures.rules import feed
from minfu.places import index

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> Iterator[World]:
    index.forget()
    catalog.forget()
    yield build()
    catalog.forget()
    index.forget()


def _all() -> list[Any]:
    return [sorted(Fact.objects.values_list()), sorted(Bucket.objects.values_list())]


def _in_thread(work: Any) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@contextmanager
def registering_slowly(world: World) -> Iterator[None]:
    """Have somebody register a demand in a transaction that ends with the block."""
    written, end = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            world.register(description="慢慢写的一件")
            written.set()
            end.wait(60)

    thread = _in_thread(slow)
    assert written.wait(60)
    try:
        yield
    finally:
        end.set()
        thread.join(60)


def _count(what: str) -> int:
    rows = Bucket.objects.filter(area="c", grain="m", split="", what=what)
    return sum(rows.values_list("number", flat=True))


def test_what_is_committed_late_is_counted_once(world: World) -> None:
    world.register()
    feed.catch_up()
    with registering_slowly(world):
        world.register()
        feed.catch_up()
        assert _count("registered") == 2  # others are not waited for: what is there counts at once
        feed.catch_up()
    feed.catch_up()
    feed.catch_up()
    assert _count("registered") == 3
    before = _all()
    feed.rebuild()
    assert _all() == before


def test_control_who_goes_on_after_the_largest_number_misses_the_late_one(world: World) -> None:
    world.register()
    feed.catch_up()
    with registering_slowly(world):
        world.register()
        feed.catch_up()
        Progress.objects.update(upto=F("looked"))
    feed.catch_up()
    assert _count("registered") == 2


def test_many_write_and_read_at_once_and_all_anew_by_several_hands_is_the_same(world: World) -> None:
    failed: list[BaseException] = []
    done = threading.Event()

    def guarded(work: Any) -> Any:
        def run() -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - told below
                failed.append(error)

        return run

    def write() -> None:
        for _number in range(4):
            case = world.register()
            actions.accept(actor=world.officer, case_id=case.pk)
            actions.report(actor=world.officer, case_id=case.pk, what="换好了。")

    def read() -> None:
        while not done.is_set():
            feed.catch_up(3)

    readers = [_in_thread(guarded(read)) for _number in range(2)]
    writers = [_in_thread(guarded(write)) for _number in range(3)]
    for thread in writers:
        thread.join(120)
    done.set()
    for thread in readers:
        thread.join(60)
    assert not failed
    feed.keep_up()
    assert _count("registered") == 12
    before = _all()
    feed.rebuild(hands=2)
    assert _all() == before
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_indexes WHERE tablename = 'figures_fact' AND indexname LIKE 'fact_%'"
        )
        assert cursor.fetchone()[0] == len(Fact._meta.indexes)


def test_a_rebuild_that_was_interrupted_is_begun_again_and_nobody_reads_half(world: World) -> None:
    world.register()
    feed.catch_up()
    Progress.objects.update(building=True)
    Fact.objects.all().delete()
    with pytest.raises(feed.Building):
        feed.catch_up()
    feed.keep_up()
    assert _count("registered") == 1
    assert Fact.objects.filter(what="registered").count() == 1
