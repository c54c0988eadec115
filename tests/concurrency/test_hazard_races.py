"""Several at once on one alarm and one hazard; each race with the control that shows the damage without the lock."""

import threading
from collections.abc import Iterator
from functools import partial

import pytest
from django.db import transaction

from minfu.cases.models import Case
from minfu.cases.rules import actions as demands
from minfu.cases.rules import catalog
from minfu.cases.tests.world import World, build
from minfu.hazards.models import Alarm, Hazard
from minfu.hazards.rules import actions
from minfu.hazards.rules.defaults import load_defaults
from minfu.hazards.tests import story
from minfu.kernel import clock
from minfu.kernel.errors import Refused
from minfu.kernel.models import Event
from minfu.notices.models import Notice
from minfu.places import index
from tests.concurrency.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> Iterator[World]:
    index.forget()
    catalog.forget()
    built = build()
    load_defaults()
    yield built
    catalog.forget()
    index.forget()


def overdue(world: World) -> Alarm:
    """Return an alarm whose next round is due."""
    alarm = story.danger(world)
    Alarm.objects.filter(pk=alarm.pk).update(next_at=clock.now())
    return alarm


def test_several_workers_tell_the_next_round_once(world: World) -> None:
    overdue(world)
    before = Notice.objects.filter(template="hazards.alarm_again").count()
    assert sum(at_once(*[actions.sweep_alarms] * 4)) == 1
    assert Event.objects.filter(name="hazards.alarm_told").count() == 2
    assert Notice.objects.filter(template="hazards.alarm_again").count() - before == 2  # leader and county


def test_control_without_the_lock_the_round_is_told_twice(world: World) -> None:
    alarm = overdue(world)
    both_read = threading.Barrier(2)

    def careless() -> bool:
        with transaction.atomic():
            due = Alarm.objects.filter(pk=alarm.pk, next_at__lte=clock.now()).exists()  # no lock
            both_read.wait(timeout=60)
            return due

    assert at_once(careless, careless) == [True, True]


def test_an_answer_and_the_next_round_at_once_end_in_silence(world: World) -> None:
    for _attempt in range(4):
        alarm = overdue(world)
        at_once(
            actions.sweep_alarms,
            partial(
                actions.acknowledge, actor=world.officer, pk=alarm.hazard_id, alarm_id=alarm.pk, doing="我在"
            ),
            actions.sweep_alarms,
        )
        alarm.refresh_from_db()
        assert (alarm.state, alarm.next_at) == ("acknowledged", None)


def test_one_of_several_acknowledges(world: World) -> None:
    alarm = story.danger(world)
    answer = [
        partial(actions.acknowledge, actor=actor, pk=alarm.hazard_id, alarm_id=alarm.pk, doing="我来")
        for actor in (world.officer, world.leader, world.dispatcher)
    ]
    results = at_once(*answer)
    assert sum(isinstance(one, Alarm) for one in results) == 1
    assert sum(isinstance(one, Refused) for one in results) == 2


def test_one_alarm_though_two_raise_it(world: World) -> None:
    row = story.graded(world)
    results = at_once(
        partial(actions.raise_alarm, actor=world.officer, pk=row.pk, reason="掉砖"),
        partial(actions.raise_alarm, actor=world.clerk, pk=row.pk, reason="掉砖"),
    )
    assert sum(isinstance(one, Alarm) for one in results) == 1, results
    assert row.alarms.count() == 1


def test_the_demand_and_the_hazard_moved_at_once_do_not_deadlock(world: World) -> None:
    for _attempt in range(4):
        row = story.graded(world)
        results = at_once(
            partial(actions.report, actor=world.officer, pk=row.pk, what="拆了"),
            partial(demands.report, actor=world.officer, case_id=row.case_id, what="拆了"),
            partial(demands.report, actor=world.officer, case_id=row.case_id, what="拆了"),
        )
        assert all(isinstance(one, Hazard | Case | Refused) for one in results), results
        assert row.rectifications.count() == 1
        assert Case.objects.get(pk=row.case_id).reports.count() == 1
        checks = at_once(
            partial(actions.inspect, actor=world.clerk, pk=row.pk, gone=True, finding="没了"),
            partial(demands.send_back, actor=world.dispatcher, case_id=row.case_id, finding="还在"),
        )
        assert sum(isinstance(one, Hazard | Case) for one in checks) == 1, checks
        both = (story.fresh(row).state, Case.objects.get(pk=row.case_id).state)
        assert both in {("gone", "asking"), ("rectifying", "handling")}
