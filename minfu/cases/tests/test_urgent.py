"""An urgent demand: whoever has to act is told at once, at any hour, in a message of its own."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from minfu.accounts.actor import resident
from minfu.cases.rules import actions
from minfu.cases.rules.intake import Intake, Spot
from minfu.cases.tests.world import FENGPU_VILLAGES, World
from minfu.kernel import jobs
from minfu.notices import outbox
from minfu.notices.models import Caught, Notice, Urgency
from minfu.notices.tests import making

NIGHT = datetime(2026, 11, 23, 23, 40, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def caught(settings) -> Iterator[None]:
    """A channel to staff that gathers ordinary messages for half an hour; at night."""
    settings.MINFU_DEMO = True
    making.channel("catcher", for_staff=True, digest_minutes=30)
    with time_machine.travel(NIGHT, tick=False):
        yield


def said() -> set[tuple[str, str]]:
    """Let the worker do what waits for it; return what went out: to whom and its title."""
    jobs.run_waiting()
    return {(row.reader, row.title.partition("，")[0]) for row in Caught.objects.all()}


def test_those_on_duty_hear_of_it_at_once_at_night_and_of_nothing_else(world: World, caught: None) -> None:
    world.register()
    assert said() == set(), "an ordinary one waits for the morning"
    case = world.register(actor=world.worker, door="visit", urgency="urgent")
    assert case.lead == world.units[FENGPU_VILLAGES[0]]
    assert said() == {("凤埔村村委会", "【紧急】紧急诉求"), ("凤埔乡民富中心", "【紧急】登记了一件紧急诉求")}
    assert {row.body.split()[0] for row in Caught.objects.all()} == {case.number}
    assert {row.count for row in Caught.objects.all()} == {1}


def test_a_residents_word_of_danger_without_a_place_reaches_the_desk(world: World, caught: None) -> None:
    intake = Intake(
        door="web",
        description="有人掉进水里",
        kind="request",
        mode="anonymous",
        urgency="urgent",
        spot=Spot(),
    )
    case = actions.register(actor=resident(), intake=intake)
    assert (case.state, said()) == ("waiting", {("古田县民富中心", "【紧急】紧急诉求")})


def test_who_registers_it_at_the_desk_is_not_told_what_they_know(world: World) -> None:
    world.register(urgency="urgent")
    told = Notice.objects.values_list("unit__name", "urgency")
    assert list(told) == [("凤埔村村委会", Urgency.ALARM)]


def test_handing_on_and_correcting_tell_the_new_holder_alone(world: World, caught: None) -> None:
    case = world.register()
    actions.accept(actor=world.officer, case_id=case.pk)
    actions.classify(
        actor=world.clerk, case_id=case.pk, category_code="040101", kind="request", urgency="urgent"
    )
    assert said() == {("凤埔村村委会", "【紧急】手里的一件诉求改为紧急")}
    Caught.objects.all().delete()
    actions.classify(
        actor=world.clerk, case_id=case.pk, category_code="040102", kind="request", urgency="urgent"
    )
    assert said() == set(), "it was urgent before"
    water = world.units["water"]
    actions.reassign(actor=world.dispatcher, case_id=case.pk, unit_id=water.pk, reason="由水利局办")
    assert said() == {("县水利局", "【紧急】紧急诉求")}
    Caught.objects.all().delete()
    actions.accept(actor=world.water, case_id=case.pk)
    actions.call_help(actor=world.water, case_id=case.pk, unit_id=world.units["road"].pk, task="封路")
    assert said() == {("县交通运输局", "【紧急】紧急诉求请求协办")}


def test_where_no_message_leaves_the_house_the_desk_phones(world: World) -> None:
    with time_machine.travel(NIGHT, tick=False):
        world.register(actor=world.worker, door="visit", urgency="urgent")
        assert outbox.count_to_phone(world.clerk) == 0
        jobs.run_waiting()
        assert outbox.count_to_phone(world.clerk) == 2
        assert outbox.count_to_phone(world.other_clerk) == 0


def test_a_table_of_old_matters_wakes_nobody(world: World) -> None:
    world.register(door="import", urgency="urgent")
    assert set(Notice.objects.values_list("urgency", flat=True)) == {Urgency.NORMAL}
    assert jobs.run_waiting() == 0
