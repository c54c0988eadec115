"""Ways a demand seldom goes: requests left open, old pauses, merged ones whose main one ends, alarms that fail."""

from datetime import datetime, timedelta
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import DatabaseError

from minfu.cases import events
from minfu.cases.models import Approval, Case, CaseFile, Category, Deadline
from minfu.cases.rules import actions, catalog
from minfu.cases.rules.intake import Intake, Spot
from minfu.cases.tests.world import FENGPU_VILLAGES, World
from minfu.files.models import StoredFile
from minfu.kernel import calendar
from minfu.kernel.errors import Refused
from minfu.kernel.models import Event
from minfu.kernel.record import Stamp
from minfu.notices.models import Notice

sweeping = import_module("minfu.cases.rules.actions.sweep")  # the package names its function so
CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=CHINA)


def _ask(world: World, case: Case, until: datetime) -> Approval:
    return actions.ask_pause(
        actor=world.officer, case_id=case.pk, until=until.date(), ground="expert", reason="鉴定"
    )


def test_a_request_that_lapsed_with_its_lead_stops_no_later_one(world: World) -> None:
    case = world.at("handling")
    _ask(world, case, datetime.now(CHINA) + timedelta(days=5))
    village = world.units[FENGPU_VILLAGES[0]]
    other = world.units[FENGPU_VILLAGES[1]]
    actions.reassign(actor=world.clerk, case_id=case.pk, unit_id=other.pk, reason="在际头村")
    assert not case.deadlines.filter(clock="approve", state="running").exists()
    actions.reassign(actor=world.clerk, case_id=case.pk, unit_id=village.pk, reason="还是凤埔村")
    actions.accept(actor=world.officer, case_id=case.pk)
    assert _ask(world, case, datetime.now(CHINA) + timedelta(days=5)).state == "asked"


def test_a_second_pause_lasts_as_long_as_it_was_granted(world: World) -> None:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        case = world.at("handling")
        first = _ask(world, case, MONDAY + timedelta(days=1))
        actions.decide(actor=world.clerk, approval_id=first.pk, grant=True)
        traveller.shift(timedelta(days=1))
        assert actions.resume_ended() == 1
        second = _ask(world, case, MONDAY + timedelta(days=10))
        actions.decide(actor=world.clerk, approval_id=second.pk, grant=True)
        assert actions.resume_ended() == 0
        case.refresh_from_db()
        assert case.state == "paused"
        traveller.move_to(MONDAY + timedelta(days=10))
        assert actions.resume_ended() == 1


def test_what_is_done_after_the_end_does_not_move_the_end(world: World) -> None:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        case, other = world.at("solved"), world.register()
        ended = case.closed_at
        traveller.shift(timedelta(days=3))
        actions.link(actor=world.clerk, case_id=case.pk, other_id=other.pk)
    case.refresh_from_db()
    assert case.closed_at == ended


def test_a_demand_in_the_village_is_not_made_a_departments_there(world: World) -> None:
    case = world.at("handling")
    with pytest.raises(Refused) as refusal:
        actions.classify(actor=world.clerk, case_id=case.pk, category_code="040201")
    assert "县级部门" in str(refusal.value)
    actions.reassign(actor=world.clerk, case_id=case.pk, unit_id=world.units["water"].pk, reason="取水")
    case = actions.classify(actor=world.dispatcher, case_id=case.pk, category_code="040201")
    assert case.lead == world.units["water"]


def test_an_objection_is_not_overruled_against_the_list_of_duties(world: World) -> None:
    case = world.register()
    actions.object_to(actor=world.officer, case_id=case.pk, reason="不归村里")
    Category.objects.filter(code="040101").update(reserved=True)
    catalog.forget()
    with pytest.raises(Refused):
        actions.overrule(actor=world.clerk, case_id=case.pk, decision="你们办")


def test_a_demand_does_not_go_back_by_itself_to_who_objected_rightly(world: World) -> None:
    case = world.register()
    actions.object_to(actor=world.officer, case_id=case.pk, reason="不归村里")
    actions.uphold(actor=world.clerk, case_id=case.pk, decision="属实")
    case = actions.classify(actor=world.clerk, case_id=case.pk, category_code="040101", urgency="urgent")
    assert (case.state, case.lead_id) == ("waiting", None)


def test_the_countys_desk_leads_nothing_it_would_verify_itself(world: World) -> None:
    case = world.register(spot=Spot())
    with pytest.raises(Refused):
        actions.assign(actor=world.dispatcher, case_id=case.pk, unit_id=world.units["county"].pk)


def test_who_was_merged_in_goes_on_when_the_main_demand_is_taken_back(world: World) -> None:
    main, other = world.register(), world.register()
    actions.merge(actor=world.clerk, case_id=other.pk, into_id=main.pk)
    actions.withdraw(actor=world.resident(main), case_id=main.pk, reason="不用了")
    other.refresh_from_db()
    assert (other.state, other.merged_into_id) == ("assigned", None)
    assert other.deadlines.filter(clock="resolve", state="running").exists()


def test_those_merged_in_go_on_when_the_main_demand_is_split_or_sent_elsewhere(world: World) -> None:
    part = Intake(door="phone", description="路灯坏了")
    for end in ("divert", "split"):
        main, other = world.register(), world.register()
        actions.merge(actor=world.clerk, case_id=other.pk, into_id=main.pk)
        if end == "divert":
            actions.divert(actor=world.clerk, case_id=main.pk, diversion_code="petition")
        else:
            actions.split(actor=world.clerk, case_id=main.pk, parts=[part, part])
        other.refresh_from_db()
        assert (other.state, other.merged_into_id) == ("assigned", None)


def test_undoing_a_merge_gives_back_those_that_came_with_it(world: World) -> None:
    first, second, third = (world.register() for _ in range(3))
    actions.merge(actor=world.clerk, case_id=first.pk, into_id=second.pk)
    actions.merge(actor=world.clerk, case_id=second.pk, into_id=third.pk)
    first.refresh_from_db()
    assert first.merged_into == third
    actions.unmerge(actor=world.clerk, case_id=second.pk, reason="不是一件事")
    first.refresh_from_db()
    assert first.merged_into == second


def test_what_was_open_ends_with_a_demand_taken_back(world: World) -> None:
    case = world.at("handling")
    asked = _ask(world, case, datetime.now(CHINA) + timedelta(days=5))
    row = actions.call_help(actor=world.officer, case_id=case.pk, unit_id=world.units["road"].pk, task="来")
    actions.withdraw(actor=world.resident(case), case_id=case.pk, reason="不用了")
    asked.refresh_from_db()
    row.refresh_from_db()
    assert (asked.state, row.state) == ("dropped", "released")


def test_who_is_answered_at_the_desk_is_told(world: World) -> None:
    case = world.register(kind="consultation", spot=Spot())
    actions.answer(actor=world.dispatcher, case_id=case.pk, answer_text="每周一办理")
    assert Notice.objects.filter(identity=case.reporter_id, event=events.ANSWERED).count() == 1


def test_parts_carry_the_photos_and_the_clock_of_the_whole(world: World) -> None:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        case = world.register(spot=Spot())
        stored = StoredFile.objects.create(
            name="路灯.jpg", media_type="image/jpeg", size=1, created_at=MONDAY, path="ab/cd"
        )
        CaseFile.objects.create(case=case, file=stored, added_at=MONDAY)
        due = case.deadlines.get(clock="resolve").due_at
        traveller.shift(timedelta(days=3))
        part = Intake(
            door="phone",
            description="路灯坏了",
            category_code="040101",
            spot=Spot(village_code=FENGPU_VILLAGES[0]),
        )
        actions.split(actor=world.dispatcher, case_id=case.pk, parts=[part, part])
    for one in Case.objects.filter(split_from=case):
        resolve = one.deadlines.get(clock="resolve")
        assert (resolve.started_at, resolve.due_at, one.due_at) == (case.registered_at, due, due)
        assert [row.file_id for row in one.files.all()] == [stored.pk]


def test_two_alarms_of_one_demand_leave_it_at_the_higher_desk(world: World) -> None:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        case = world.register()
        traveller.shift(timedelta(days=2))
        rows = list(case.deadlines.filter(clock__in=["accept", "contact"]).order_by("pk"))
        Deadline.objects.filter(pk=rows[0].pk).update(stage=2, alarm_at=MONDAY)
        Deadline.objects.filter(pk=rows[1].pk).update(stage=1, alarm_at=MONDAY)
        actions.sweep()
    case.refresh_from_db()
    assert case.escalated_to == "county"


def test_one_bad_alarm_stops_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = sweeping._sound
    with time_machine.travel(MONDAY, tick=False) as traveller:
        good, bad = world.register(), world.register()
        bad_row = bad.deadlines.get(clock="accept")
        traveller.shift(timedelta(days=2))
        Deadline.objects.exclude(clock="accept").update(alarm_at=None)
        Deadline.objects.filter(pk=bad_row.pk).update(alarm_at=MONDAY)

        def fail(row: Deadline, *rest: Any) -> Any:
            if row.pk == bad_row.pk:
                raise DatabaseError("broken")
            return sound(row, *rest)

        monkeypatch.setattr(sweeping, "_sound", fail)
        actions.sweep(most=1)
        assert Event.objects.filter(subject_id=good.pk, name=events.ESCALATED).exists()
        good_row = good.deadlines.get(clock="accept")
        bad_row.refresh_from_db()
        assert bad_row.alarm_at == MONDAY + timedelta(days=1)
        assert good_row.stage > 0


def test_a_calendar_that_changed_during_a_pause_counts_when_it_ends(world: World) -> None:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        case = world.at("handling")
        asked = _ask(world, case, MONDAY + timedelta(days=9))
        actions.decide(actor=world.clerk, approval_id=asked.pk, grant=True)
        free = "date,is_workday,name\n2026-11-24,0,县庆\n".encode()
        calendar.import_notice(free, source="县通知", stamp=Stamp(kind="system", door="test"))
        actions.recount()
        traveller.shift(timedelta(days=2))
        case = actions.resume(actor=world.officer, case_id=case.pk)
        assert case.due_at is not None
        # five working days from Monday the 16th, two paused, the 24th off: Thursday the 26th
        assert case.due_at.astimezone(CHINA).date().isoformat() == "2026-11-26"
