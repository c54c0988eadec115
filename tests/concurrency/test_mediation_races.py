"""Two people at once on one mediation, and on a mediation and its demand. Each race with the control that shows the damage."""

import threading
from collections.abc import Iterator
from functools import partial

import pytest
from django.db import transaction

from minfu.cases.models import Case
from minfu.cases.rules import actions as demands
from minfu.cases.rules import catalog
from minfu.cases.tests.world import World, build
from minfu.disputes.models import Mediation, Visit
from minfu.disputes.rules import actions, outside
from minfu.disputes.rules.defaults import load_defaults
from minfu.disputes.tests import story
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


def test_one_of_two_ends_it(world: World) -> None:
    row = story.held(world)
    fail = partial(actions.fail, actor=world.mediator, pk=row.pk, ground="absent", ways=["court"])
    agree = partial(actions.agree, actor=world.mediator, pk=row.pk, terms_=story.terms("oral"))
    results = at_once(fail, agree, fail, agree)
    ended = [result for result in results if isinstance(result, Mediation)]
    assert len(ended) == 1, results
    assert all(isinstance(result, Refused) for result in results if result not in ended), results
    row.refresh_from_db()
    assert Case.objects.get(pk=row.case_id).reports.count() == 1
    assert (row.state == "keeping") == row.agreements.filter(stands=True).exists()


def test_reporting_the_demand_and_ending_the_mediation_do_not_deadlock(world: World) -> None:
    for _attempt in range(4):
        row = story.held(world)
        results = at_once(
            partial(actions.settle, actor=world.officer, pk=row.pk, what="自己说和了"),
            partial(demands.report, actor=world.officer, case_id=row.case_id, what="办好了"),
            partial(demands.withdraw, actor=world.clerk, case_id=row.case_id, reason="不争了"),
        )
        assert all(isinstance(one, Mediation | Case | Refused) for one in results), results
        assert Mediation.objects.get(pk=row.pk).state in ("settled", "dropped")


def test_control_locked_the_other_way_round_they_deadlock(world: World) -> None:
    row = story.held(world)
    both_hold = threading.Barrier(2)

    def mediation_first() -> None:
        with transaction.atomic():
            Mediation.objects.select_for_update().get(pk=row.pk)
            both_hold.wait(timeout=60)
            outside.lock(row.case_id)

    def demand_first() -> None:
        with transaction.atomic():
            outside.lock(row.case_id)
            both_hold.wait(timeout=60)
            Mediation.objects.select_for_update().get(pk=row.pk)

    results = at_once(mediation_first, demand_first)
    assert [type(one).__name__ for one in results if one is not None] == ["OperationalError"]


def test_a_seat_and_a_recusal_at_once_leave_nobody_sitting_who_must_stand_aside(world: World) -> None:
    for _attempt in range(4):
        row = story.opened(world)
        seat = actions.seat(actor=world.officer, pk=row.pk, post_id=world.mediator.post_id or 0)
        at_once(
            partial(actions.declare, actor=world.mediator, pk=row.pk, seat_id=seat.pk),
            partial(actions.recuse, actor=world.clerk, pk=row.pk, seat_id=seat.pk, ground="kin"),
        )
        seat.refresh_from_db()
        assert (seat.state, row.recusals.count()) == ("recused", 1)


def test_several_workers_remind_once(world: World) -> None:
    row = story.agreed(world)
    Visit.objects.filter(mediation=row).update(remind_at=row.opened_at)
    results = at_once(*[actions.sweep] * 4)
    assert sum(results) == 1
    assert Notice.objects.filter(template="disputes.visit_due").count() == 1
    assert Event.objects.filter(name="disputes.reminded").count() == 1
