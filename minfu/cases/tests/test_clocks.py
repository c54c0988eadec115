"""Reminders before, escalation after, never at night; a new calendar moves open deadlines with a trace."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from minfu.cases import events
from minfu.cases.models import Case, Deadline
from minfu.cases.rules import actions, deadlines
from minfu.cases.tests.world import World
from minfu.kernel import calendar
from minfu.kernel.errors import Refused
from minfu.kernel.models import Event
from minfu.kernel.record import Stamp
from minfu.notices.models import Notice

CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=CHINA)
SYSTEM = Stamp(kind="system", door="test")


def of(case: Case, name: str) -> list[Event]:
    return list(Event.objects.filter(subject_type="case", subject_id=case.pk, name=name).order_by("seq"))


def test_a_reminder_comes_before_and_an_escalation_after(world: World) -> None:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        case = world.register()
        actions.accept(actor=world.officer, case_id=case.pk)
        actions.note(actor=world.officer, case_id=case.pk, what="已联系", contacted=True)
        assert actions.sweep() == 0
        resolve = case.deadlines.get(clock="resolve")
        traveller.move_to(resolve.due_at - timedelta(hours=20))
        actions.sweep()
        assert len(of(case, events.REMINDED)) == 1
        assert of(case, events.ESCALATED) == []
        traveller.move_to(resolve.due_at + timedelta(hours=16))
        actions.sweep()
        assert [event.data["to"] for event in of(case, events.ESCALATED)] == [world.units["fengpu"].pk]
        case.refresh_from_db()
        assert case.escalated_to == "township"
        told = Notice.objects.filter(event=events.ESCALATED).values_list("unit_id", flat=True)
        assert set(told) == {case.lead_id, world.units["fengpu"].pk}
        whats = Notice.objects.filter(event=events.ESCALATED).values_list("context__what", flat=True)
        assert all(what.endswith(" · 办结") for what in whats)
        traveller.move_to(resolve.due_at + timedelta(days=14))
        actions.sweep()
        case.refresh_from_db()
        assert case.escalated_to == "county"
        assert actions.sweep() == 0


def test_nothing_sounds_at_night(world: World) -> None:
    with time_machine.travel(MONDAY.replace(hour=20), tick=False) as traveller:
        case = world.register(urgency="urgent")
        contact = case.deadlines.get(clock="contact")
        assert contact.due_at.astimezone(CHINA).hour == 22
        traveller.shift(timedelta(hours=4))
        assert actions.sweep() == 0
        traveller.move_to(MONDAY.replace(hour=8) + timedelta(days=1))
        assert actions.sweep() > 0
    for row in Deadline.objects.exclude(alarm_at=None):
        at = row.alarm_at.astimezone(CHINA).time() if row.alarm_at else time(12)
        assert time(7, 30) <= at < time(21)


def test_a_clock_met_late_is_missed(world: World) -> None:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        case = world.register()
        traveller.shift(timedelta(days=3))
        actions.accept(actor=world.officer, case_id=case.pk)
    assert case.deadlines.get(clock="accept").state == "missed"


def test_work_sent_back_was_never_done(world: World) -> None:
    case = world.at("reported")
    before = case.deadlines.get(clock="resolve")
    assert before.state == "met"
    actions.send_back(actor=world.clerk, case_id=case.pk, finding="灯还是不亮")
    after = case.deadlines.get(clock="resolve")
    assert (after.state, after.due_at, after.ended_at) == ("running", before.due_at, None)


def test_reassigning_does_not_stop_the_clock(world: World) -> None:
    case = world.at("handling")
    due = case.due_at
    case = actions.reassign(
        actor=world.clerk, case_id=case.pk, unit_id=world.units["fengpu"].pk, reason="由乡里办"
    )
    resolve = case.deadlines.get(clock="resolve")
    assert (resolve.state, resolve.due_at, resolve.unit) == ("running", due, world.units["fengpu"])


def test_a_new_calendar_moves_open_deadlines_and_says_so(world: World) -> None:
    with time_machine.travel(MONDAY, tick=False):
        case, closed = world.register(), world.at("solved")
        before = case.due_at
        frozen = closed.deadlines.get(clock="resolve").due_at
        notice = "date,is_workday,name\n2026-11-18,0,县庆\n".encode()
        calendar.import_notice(notice, source="县政府通知〔2026〕1号", stamp=SYSTEM)
        assert actions.recount() > 0
        case.refresh_from_db()
        assert case.due_at is not None
        assert before is not None
        assert case.due_at - before == timedelta(days=1)
        trace = of(case, events.RECOUNTED)
        assert {event.data["clock"] for event in trace} >= {"resolve"}
        assert trace[0].data["calendar"] == calendar.current().version
        assert closed.deadlines.get(clock="resolve").due_at == frozen
        assert actions.recount() == 0


def test_an_extension_is_no_longer_than_the_limit_itself(world: World) -> None:
    case = world.at("handling")
    with pytest.raises(Refused):
        actions.ask_extension(
            actor=world.officer, case_id=case.pk, amount=6, ground="complex", reason="再给些时间"
        )


def test_a_clock_that_is_not_paused_cannot_resume(world: World) -> None:
    row = world.register().deadlines.get(clock="resolve")
    with pytest.raises(ValueError, match="not paused"):
        deadlines.resume(row, row.started_at, calendar.current())


def test_a_recount_keeps_what_a_pause_added(world: World) -> None:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        case = world.at("handling")
        asked = actions.ask_pause(
            actor=world.officer,
            case_id=case.pk,
            until=(MONDAY + timedelta(days=9)).date(),
            ground="expert",
            reason="鉴定",
        )
        actions.decide(actor=world.clerk, approval_id=asked.pk, grant=True)
        traveller.shift(timedelta(days=2))
        paused = actions.resume(actor=world.officer, case_id=case.pk).due_at
        calendar.import_notice(
            "date,is_workday,name\n2026-11-24,0,县庆\n".encode(), source="县通知", stamp=SYSTEM
        )
        actions.recount()
        case.refresh_from_db()
        assert case.due_at is not None
        assert paused is not None
        assert case.due_at - paused == timedelta(days=1)
