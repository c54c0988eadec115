"""Immediate danger: told at once at any hour, round after round, until a person acknowledges."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction

from minfu.accounts.actor import resident
from minfu.accounts.models import Unit
from minfu.cases.rules import actions as demands
from minfu.cases.tests.world import COUNTY, World
from minfu.hazards.models import Alarm, AlarmStep, Hazard
from minfu.hazards.rules import access, actions, calls
from minfu.hazards.tests import story
from minfu.kernel import clock, composed
from minfu.kernel.errors import Forbidden, Invalid, Refused
from minfu.kernel.steps import StepRefused
from minfu.notices.models import Notice, Urgency
from minfu.notices.outbox import To

CHINA = ZoneInfo("Asia/Shanghai")
NIGHT = datetime(2026, 11, 18, 2, 30, tzinfo=CHINA)


def told() -> Counter[str]:
    """Return who was told of alarms so far, by unit or user name, how often."""
    rows = Notice.objects.filter(template__in=["hazards.alarm", "hazards.alarm_again"]).select_related(
        "unit", "user"
    )
    return Counter(str(row.unit or row.user) for row in rows)


def test_danger_at_night_is_told_at_once_whoever_reports_it(world: World) -> None:
    with time_machine.travel(NIGHT, tick=False):
        alarm = story.danger(world, resident(), person=story.nobody(), mode="anonymous")
        notices = list(Notice.objects.filter(template="hazards.alarm"))
        assert {notice.urgency for notice in notices} == {Urgency.ALARM}
        assert {notice.not_before for notice in notices} == {NIGHT}
        assert told() == {"凤埔村村委会": 1, "凤埔乡民富中心": 1}
    assert (alarm.state, alarm.stage, alarm.next_at) == ("sounding", 1, NIGHT + timedelta(minutes=10))
    assert alarm.hazard.state == "found"
    assert alarm.hazard.unit_id == world.officer.unit_id


def test_it_goes_round_after_round_until_a_person_acknowledges(world: World) -> None:
    emergency = Unit.objects.create(
        name="县应急管理局", kind="department", duty="emergency", level="county", division_id=COUNTY
    )
    with time_machine.travel(NIGHT, tick=False) as now:
        alarm = story.danger(world)
        assert actions.sweep_alarms() == 0
        now.shift(timedelta(minutes=10))
        assert actions.sweep_alarms() == 1
        assert told()["leader"] == told()["古田县民富中心"] == 1
        now.shift(timedelta(minutes=10))
        assert actions.sweep_alarms() == 1
        assert told()[emergency.name] == 1
        for _round in range(3):  # the last round again and again
            now.shift(timedelta(minutes=15))
            assert actions.sweep_alarms() == 1
        assert told()[emergency.name] == 4
        alarm.refresh_from_db()
        assert (alarm.stage, alarm.calls.filter(unit=emergency).count()) == (3, 1)
        actions.acknowledge(
            actor=world.officer, pk=alarm.hazard_id, alarm_id=alarm.pk, doing="已让三户撤到村部，我在现场。"
        )
        now.shift(timedelta(hours=5))
        assert actions.sweep_alarms() == 0
    answered = Notice.objects.filter(template="hazards.acknowledged")
    assert {str(row.unit or row.user) for row in answered} >= {emergency.name, "leader", "凤埔乡民富中心"}
    alarm.refresh_from_db()
    assert (alarm.state, alarm.acknowledged_by_user_id) == ("acknowledged", world.officer.user_id)


def test_who_is_told_sees_it_and_may_acknowledge(world: World) -> None:
    AlarmStep.objects.create(
        stage=1, whom="unit", unit=world.units["road"], wait_minutes=5, valid_from=story.today(), source="试"
    )
    alarm = story.danger(world)
    assert access.get_for(world.road, alarm.hazard_id).pk == alarm.hazard_id
    assert [one.pk for one in access.sounding_for(world.road)] == [alarm.pk]
    assert sum(composed.counts(access.waits(world.road))) == 1
    actions.acknowledge(actor=world.road, pk=alarm.hazard_id, alarm_id=alarm.pk, doing="派车去了")
    assert sum(composed.counts(access.waits(world.road))) == 0


def test_who_raised_it_does_not_acknowledge_it(world: World) -> None:
    row = story.graded(world)
    alarm = actions.raise_alarm(actor=world.worker, pk=row.pk, reason="墙开始掉砖了，路上有小孩")
    with pytest.raises(Refused) as refused:
        actions.raise_alarm(actor=world.clerk, pk=row.pk, reason="同上")
    assert refused.value.code == "alarm_open"
    with pytest.raises(Forbidden):
        actions.acknowledge(actor=world.worker, pk=row.pk, alarm_id=alarm.pk, doing="我在")
    with pytest.raises(IntegrityError), transaction.atomic():
        Alarm.objects.filter(pk=alarm.pk).update(
            state="acknowledged", acknowledged_by_user_id=world.worker.user_id, next_at=None
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Alarm.objects.filter(pk=alarm.pk).update(state="acknowledged", next_at=None)  # nobody
    with pytest.raises(Invalid):
        actions.acknowledge(actor=world.officer, pk=row.pk, alarm_id=alarm.pk, doing=" ")
    # the worker's own unit is told too: its other people must know
    assert told()["凤埔村村委会"] == 1
    actions.acknowledge(actor=world.leader, pk=row.pk, alarm_id=alarm.pk, doing="我带队去")
    with pytest.raises(StepRefused):
        actions.acknowledge(actor=world.officer, pk=row.pk, alarm_id=alarm.pk, doing="我也去")
    actions.end_alarm(actor=world.officer, pk=row.pk, alarm_id=alarm.pk, ending="人撤了，路封了")
    alarm.refresh_from_db()
    assert (alarm.state, story.fresh(row).state) == ("over", "rectifying")


def test_the_auditor_looks_and_answers_nothing(world: World) -> None:
    alarm = story.danger(world)
    with pytest.raises(Forbidden):
        actions.acknowledge(actor=world.auditor, pk=alarm.hazard_id, alarm_id=alarm.pk, doing="看看")
    assert list(access.sounding_for(world.auditor)) == []


def test_a_grade_of_immediate_danger_raises_it(world: World) -> None:
    row = story.graded(world, "immediate")
    assert row.alarms.get().state == "sounding"
    assert row.due_at is not None
    assert row.due_at - clock.now() < timedelta(hours=25)


def test_taking_the_demand_in_hand_acknowledges(world: World) -> None:
    alarm = story.danger(world)
    demands.accept(actor=world.officer, case_id=alarm.hazard.case_id)
    alarm.refresh_from_db()
    assert (alarm.state, alarm.acknowledged_by_user_id) == ("acknowledged", world.officer.user_id)


def test_who_reported_it_and_takes_it_in_hand_still_waits_for_another(world: World) -> None:
    alarm = story.danger(world, world.officer)
    demands.accept(actor=world.officer, case_id=alarm.hazard.case_id)
    alarm.refresh_from_db()
    assert alarm.state == "sounding"


def test_a_demand_that_turns_out_to_be_dangerous_raises_it(world: World) -> None:
    case = world.register()
    demands.classify(
        actor=world.clerk, case_id=case.pk, category_code="040101", kind="hazard", urgency="urgent"
    )
    assert Alarm.objects.get().hazard.case_id == case.pk


def test_nobody_is_woken_for_what_is_not_urgent_or_comes_from_a_table(world: World) -> None:
    story.told(world)
    world.register(kind="request", urgency="urgent")
    story.told(world, urgency="urgent", door="import")
    assert not Alarm.objects.exists()


def test_what_is_gone_or_withdrawn_sounds_no_more(world: World) -> None:
    alarm = story.danger(world)
    demands.withdraw(actor=world.clerk, case_id=alarm.hazard.case_id, reason="报错了")
    alarm.refresh_from_db()
    assert (alarm.state, alarm.next_at) == ("over", None)
    row = story.reported(world)
    actions.raise_alarm(actor=world.officer, pk=row.pk, reason="又掉砖")
    actions.inspect(actor=world.clerk, pk=row.pk, gone=True, finding="清光了")
    assert row.alarms.get().state == "over"


# --- who is told: the list ----------------------------------------------------------------------------------------------


def test_the_list_by_category_and_area(world: World) -> None:
    AlarmStep.objects.all().delete()
    day = story.today()

    def line(stage: int, whom: str, **more: object) -> None:
        AlarmStep.objects.create(stage=stage, whom=whom, wait_minutes=7, valid_from=day, source="试", **more)

    row = story.opened(world)
    fallback = calls.rounds(row, day)
    assert [one.stage for one in fallback] == [1]
    assert To(unit_id=world.units["county"].pk) in fallback[0].readers
    line(1, "village", category="02")  # another category
    line(1, "township", area="350922204")
    line(2, "duty", duty="emergency")  # there is no such department
    line(4, "post", post_id=world.leader.post_id)
    found = calls.rounds(row, day)
    assert [(one.stage, one.readers) for one in found] == [
        (1, (To(unit_id=world.units["fengpu"].pk),)),
        (4, (To(user_id=world.leader.user_id),)),
    ]
    assert calls.after(found, 1).stage == 4
    assert calls.after(found, 4).stage == 4


def test_a_line_names_exactly_one(world: World) -> None:
    for wrong in (
        {"whom": "unit"},
        {"whom": "post"},
        {"whom": "duty"},
        {"whom": "county", "duty": "water"},
        {"whom": "county", "unit_id": world.units["road"].pk},
        {"whom": "county", "wait_minutes": 0},
        {"whom": "county", "stage": 10},
    ):
        row = AlarmStep(
            **{"stage": 1, "wait_minutes": 5, "valid_from": story.today(), "source": "试", **wrong}
        )
        with pytest.raises(Invalid):
            actions.add_call(actor=world.dispatcher, row=row)


def test_the_list_is_dated_and_kept_at_the_county(world: World) -> None:
    row = AlarmStep.objects.filter(whom="leaders").get()
    tomorrow = story.today() + timedelta(days=1)
    with pytest.raises(Forbidden):
        actions.end_call(actor=world.clerk, pk=row.pk, on=tomorrow, reason="换人")
    with pytest.raises(Invalid):
        actions.end_call(actor=world.dispatcher, pk=row.pk, on=story.today() - timedelta(days=1), reason="换")
    actions.end_call(actor=world.dispatcher, pk=row.pk, on=tomorrow, reason="县里确定")
    hazard: Hazard = story.opened(world)
    leader = To(user_id=world.leader.user_id)
    assert any(leader in one.readers for one in calls.rounds(hazard, story.today()))
    assert not any(leader in one.readers for one in calls.rounds(hazard, tomorrow))
