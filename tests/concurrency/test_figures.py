"""Figures counted while others write, read and commit late are those counted anew; the control shows what would be missed."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from minfu.cases.rules import actions, catalog
from minfu.cases.tests.world import World, build
from minfu.figures.models import Bucket, Cell, Key, Progress
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
    return [sorted(Cell.objects.values_list()), sorted(Bucket.objects.values_list())]


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
    keys = set(Key.objects.filter(what=what, split="").values_list("pk", flat=True))
    rows = Bucket.objects.filter(area="c", grain="m", part=what)
    return sum(n for row in rows for key, n in zip(row.keys, row.numbers, strict=True) if key in keys)


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
        assert Progress.objects.get().missing  # the slow one's numbers
        Progress.objects.update(missing=[])
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


def test_counting_anew_while_others_write_loses_and_doubles_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.register()
    feed.catch_up()
    read, slow = feed._read_all, ExitStack()

    def read_and_wait(*values: Any) -> Any:
        """What happens between the reading and the writing of the new numbers."""
        found = read(*values)
        slow.enter_context(registering_slowly(world))
        world.register()
        feed.catch_up()
        assert _count("registered") == 2  # figures stay readable, and fresh
        return found

    monkeypatch.setattr(feed, "_read_all", read_and_wait)
    with slow:
        feed.rebuild()
        assert _count("registered") == 1
        feed.catch_up()
        assert _count("registered") == 2
    feed.catch_up()
    assert _count("registered") == 3
    before = _all()
    monkeypatch.undo()
    feed.rebuild()
    assert _all() == before


def test_numbers_that_never_come_are_forgotten_once_all_is_settled(world: World) -> None:
    world.register()
    feed.catch_up()
    feed.catch_up()
    with transaction.atomic():
        world.register()
        transaction.set_rollback(True)
    world.register()
    feed.catch_up()
    assert Progress.objects.get().missing
    feed.catch_up()
    assert not Progress.objects.get().missing
    assert _count("registered") == 2
