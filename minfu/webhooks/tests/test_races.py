"""Several workers at once, and workers that die: nothing is missed, nothing is written down twice."""

from functools import partial
from typing import Any

import pytest

from minfu.kernel import jobs
from minfu.kernel.measures import measures
from minfu.kernel.models import Event
from minfu.webhooks import tasks
from minfu.webhooks.models import Delivery
from minfu.webhooks.rules import collecting, sending
from minfu.webhooks.tests.conftest import Hook
from minfu.webhooks.tests.receiver import Receiver
from tests.concurrency.test_races import at_once


@pytest.mark.django_db(transaction=True)
def test_workers_that_look_at_once_write_each_change_down_once(
    transactional_db: None, told: Hook, receiver: Receiver
) -> None:
    for _number in range(5):
        told.world.register()
    made = at_once(*[collecting.collect] * 4)
    happened = Event.objects.filter(subject_type="case").values_list("pk", flat=True)
    assert sum(made) == len(happened)
    assert [row.event_id for row in told.log()] == sorted(happened)


@pytest.mark.django_db(transaction=True)
def test_a_cursor_set_back_writes_nothing_down_twice(transactional_db: None, told: Hook) -> None:
    """The lock keeps workers apart; the constraint keeps each change to one row, whatever the cursor says."""
    told.world.register()
    upto = Event.objects.latest("pk").pk
    collecting._page_of(told.pk, upto)
    type(told.row).objects.filter(pk=told.pk).update(cursor=0)
    before = Delivery.objects.count()
    at_once(*[partial(collecting._page_of, told.pk, upto)] * 2)
    assert Delivery.objects.count() == before


def test_a_worker_that_dies_after_sending_sends_again_under_the_same_id(
    told: Hook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    told.world.register()

    def die(*_args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sending, "mark", die)
        with pytest.raises(KeyboardInterrupt):
            told.work()
    first = receiver.got[0]
    told.work()
    assert receiver.got[1].id == first.id
    assert receiver.got[1].body == first.body
    assert {row.state for row in told.log()} == {"sent"}


def test_the_jobs_do_it(told: Hook, receiver: Receiver) -> None:
    told.world.register()
    tasks.look()
    tasks.look()
    jobs.run_waiting()
    assert len(receiver.got) == len(told.log()) == 2
    tasks.forget_old()
    assert len(told.log()) == 2


def test_monitoring_sees_what_waits(told: Hook, receiver: Receiver) -> None:
    receiver.reply = lambda _message: (410, {}, b"")
    told.world.register()
    read = {one.name: one.read for one in measures() if "webhooks" in one.name}

    def figures() -> list[float]:
        return [next(iter(read[name]()))[1] for name in sorted(read)]

    collecting.collect()
    given_up, oldest, waiting = figures()
    assert (given_up, waiting) == (0, 2)
    assert oldest > 0
    told.work()
    assert figures() == [1, 0, 0]
