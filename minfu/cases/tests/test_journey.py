"""Whole journeys through the verbs, refused steps beside allowed ones."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from minfu.cases import events
from minfu.cases.models import Case, Deadline
from minfu.cases.rules import access, actions
from minfu.cases.rules.intake import Intake, Person, Spot
from minfu.cases.tests.world import FENGPU_VILLAGES, World
from minfu.kernel import record
from minfu.kernel.errors import Forbidden, Invalid, Missing, Refused, Stale
from minfu.kernel.steps import StepRefused
from minfu.notices.models import Notice

CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=CHINA)


def names(case: Case) -> list[str]:
    return [event.name for event in record.history((events.SUBJECT, case.pk))]


def test_from_the_first_word_to_the_residents_solved(world: World) -> None:
    case = world.register()
    assert case.state == "assigned"
    assert case.lead == world.units[FENGPU_VILLAGES[0]]
    assert case.desk == world.units["fengpu"]
    assert {row.clock for row in case.deadlines.all()} == {"accept", "contact", "resolve"}

    case = actions.accept(actor=world.officer, case_id=case.pk)
    case = actions.note(actor=world.officer, case_id=case.pk, what="电话联系,约明天上门。", contacted=True)
    case = actions.report(actor=world.officer, case_id=case.pk, what="换了灯泡。", settled_level="village")
    assert case.holder == world.units["fengpu"]
    case = actions.verify(actor=world.clerk, case_id=case.pk, finding="现场看过。")
    assert case.state == "asking"
    case = actions.confirm(actor=world.resident(case), case_id=case.pk, outcome="solved", satisfaction=5)

    assert case.state == "solved"
    assert case.closed_at is not None
    assert case.satisfaction == 5
    assert set(case.deadlines.values_list("state", flat=True)) == {"met"}
    assert names(case) == [
        events.REGISTERED, events.ASSIGNED, events.ACCEPTED, events.CONTACTED,
        events.REPORTED, events.VERIFIED, events.CONFIRMED,
    ]  # fmt: skip


def test_the_unit_in_charge_neither_verifies_nor_confirms(world: World) -> None:
    case = world.at("reported")
    with pytest.raises(Forbidden):
        actions.verify(actor=world.officer, case_id=case.pk, finding="自己看过")
    township = world.register(category_code="040102")
    actions.accept(actor=world.clerk, case_id=township.pk)
    actions.report(actor=world.clerk, case_id=township.pk, what="换了线。")
    with pytest.raises(Forbidden):
        actions.verify(actor=world.clerk, case_id=township.pk, finding="自己看过")
    actions.verify(actor=world.dispatcher, case_id=township.pk, finding="电话核实")
    with pytest.raises(Forbidden):
        actions.confirm(actor=world.clerk, case_id=township.pk, outcome="solved")
    assert actions.confirm(actor=world.dispatcher, case_id=township.pk, outcome="solved").state == "solved"


def test_not_solved_reopens_above_and_then_at_the_county(world: World) -> None:
    case = world.at("asking")
    with pytest.raises(Invalid):
        actions.confirm(actor=world.resident(case), case_id=case.pk, outcome="not_solved")
    case = actions.confirm(
        actor=world.resident(case), case_id=case.pk, outcome="not_solved", remark="还是黑的"
    )
    assert (case.state, case.reopened, case.lead_id) == ("waiting", 1, None)
    assert case.holder == world.units["fengpu"]
    assert case.deadlines.filter(state="running", round=2).count() == 3

    case = actions.assign(actor=world.clerk, case_id=case.pk, unit_id=world.units[FENGPU_VILLAGES[0]].pk)
    case = actions.accept(actor=world.officer, case_id=case.pk)
    case = actions.report(actor=world.officer, case_id=case.pk, what="换了整盏灯。")
    case = actions.verify(actor=world.clerk, case_id=case.pk, finding="看过")
    case = actions.confirm(actor=world.resident(case), case_id=case.pk, outcome="not_solved", remark="又坏了")
    assert case.holder == world.units["county"]


def test_unconfirmed_needs_three_different_days(world: World) -> None:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        case = world.at("asking")
        for day in range(3):
            with pytest.raises(Refused):
                actions.close_unconfirmed(actor=world.clerk, case_id=case.pk)
            actions.attempt(actor=world.clerk, case_id=case.pk, reached=False)
            actions.attempt(actor=world.clerk, case_id=case.pk, reached=False, channel="message")
            if day < 2:
                traveller.shift(timedelta(days=1))
        case = actions.close_unconfirmed(actor=world.clerk, case_id=case.pk)
    assert case.state == "unconfirmed"


def test_unplaced_waits_at_the_county_with_its_clock_running(world: World) -> None:
    case = world.register(spot=Spot(), description="A市A3区大道旁有人占道经营", category_code="")
    assert (case.state, case.village_code) == ("waiting", "")
    assert case.holder == world.units["county"]
    assert case.deadlines.filter(clock="resolve", state="running").exists()
    with pytest.raises(Missing):
        actions.place(actor=world.clerk, case_id=case.pk, village_code=FENGPU_VILLAGES[0])
    case = actions.place(actor=world.dispatcher, case_id=case.pk, village_code=FENGPU_VILLAGES[0])
    assert (case.state, case.holder) == ("waiting", world.units["fengpu"])
    case = actions.classify(actor=world.clerk, case_id=case.pk, category_code="040101")
    assert (case.state, case.lead) == ("assigned", world.units[FENGPU_VILLAGES[0]])


def test_objection_once_decided_above_while_the_clock_runs(world: World) -> None:
    case = world.register()
    due = case.due_at
    case = actions.object_to(actor=world.officer, case_id=case.pk, reason="这段路归交通局管")
    assert (case.state, case.holder) == ("objected", world.units["fengpu"])
    assert case.deadlines.get(clock="resolve").state == "running"
    with pytest.raises(Forbidden):
        actions.overrule(actor=world.officer, case_id=case.pk, decision="不行")
    case = actions.overrule(actor=world.clerk, case_id=case.pk, decision="村道由村管护")
    assert (case.state, case.due_at) == ("assigned", due)
    with pytest.raises(Refused) as refusal:
        actions.object_to(actor=world.officer, case_id=case.pk, reason="再说一次")
    assert refusal.value.code == "objected_before"

    other = world.register()
    actions.object_to(actor=world.officer, case_id=other.pk, reason="这段路归交通局管")
    other = actions.uphold(actor=world.clerk, case_id=other.pk, decision="确属县道")
    assert (other.state, other.lead_id, other.holder) == ("waiting", None, world.units["fengpu"])
    other = actions.assign(actor=world.clerk, case_id=other.pk, unit_id=world.units["road"].pk)
    assert other.desk == world.units["county"]


def test_objection_comes_within_its_limit(world: World) -> None:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        case = world.register()
        traveller.shift(timedelta(days=2))
        with pytest.raises(Refused) as refusal:
            actions.object_to(actor=world.officer, case_id=case.pk, reason="太晚了")
    assert refusal.value.code == "objection_late"


def test_reserved_matters_never_go_down(world: World) -> None:
    case = world.register(category_code="040201")
    assert case.lead == world.units["water"]
    actions.object_to(actor=world.water, case_id=case.pk, reason="不是我局")
    actions.uphold(actor=world.dispatcher, case_id=case.pk, decision="再看")
    with pytest.raises(Refused) as refusal:
        actions.assign(actor=world.dispatcher, case_id=case.pk, unit_id=world.units[FENGPU_VILLAGES[0]].pk)
    assert refusal.value.code == "may_not_lead"
    again = actions.assign(
        actor=world.dispatcher2,
        case_id=case.pk,
        unit_id=world.units["water"].pk,
        reason="职责清单写明归水利局",
    )
    assert again.state == "assigned"


def test_helpers_have_their_own_deadline_and_record(world: World) -> None:
    case = world.at("handling")
    help_row = actions.call_help(
        actor=world.officer, case_id=case.pk, unit_id=world.units["water"].pk, task="请来抽水"
    )
    assert case.deadlines.filter(clock="help", unit=world.units["water"], state="running").exists()
    with pytest.raises(Refused):
        actions.report(actor=world.officer, case_id=case.pk, what="好了")
    with pytest.raises(Missing):
        actions.help_step(actor=world.road, help_id=help_row.pk, step="come")
    actions.help_step(actor=world.water, help_id=help_row.pk, step="come")
    with pytest.raises(Forbidden):
        actions.help_step(actor=world.officer, help_id=help_row.pk, step="finish", result="我替他说完成")
    actions.help_step(actor=world.water, help_id=help_row.pk, step="finish", result="抽了两车水")
    assert not case.deadlines.filter(clock="help", state="running").exists()
    assert actions.report(actor=world.officer, case_id=case.pk, what="好了").state == "reported"


def test_extension_needs_a_second_person_and_comes_once(world: World) -> None:
    case = world.at("handling")
    before = case.deadlines.get(clock="resolve").due_at
    asked = actions.ask_extension(
        actor=world.officer, case_id=case.pk, amount=5, ground="complex", reason="要等材料"
    )
    assert case.deadlines.get(clock="resolve").due_at == before
    with pytest.raises(Forbidden):
        actions.decide(actor=world.officer, approval_id=asked.pk, grant=True)
    actions.decide(actor=world.leader, approval_id=asked.pk, grant=True)
    assert case.deadlines.get(clock="resolve").due_at > before
    with pytest.raises(Refused) as refusal:
        actions.ask_extension(actor=world.officer, case_id=case.pk, amount=1, ground="complex", reason="再延")
    assert refusal.value.code == "extended_before"


def test_nobody_approves_their_own_request(world: World) -> None:
    case = world.register(category_code="040102")
    actions.accept(actor=world.clerk, case_id=case.pk)
    asked = actions.ask_pause(
        actor=world.clerk,
        case_id=case.pk,
        until=(datetime.now(CHINA) + timedelta(days=9)).date(),
        ground="expert",
        reason="鉴定",
    )
    with pytest.raises(Forbidden):
        actions.decide(actor=world.clerk, approval_id=asked.pk, grant=True)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_approval SET decided_by_user_id = asked_by_user_id, state = 'granted' WHERE id = %s",
            [asked.pk],
        )
    actions.decide(actor=world.dispatcher, approval_id=asked.pk, grant=True)
    case.refresh_from_db()
    assert case.state == "paused"
    assert case.deadlines.get(clock="resolve").state == "paused"


def test_a_pause_moves_the_due_moment_by_the_time_it_stood(world: World) -> None:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        case = world.at("handling")
        before = case.deadlines.get(clock="resolve").due_at
        asked = actions.ask_pause(
            actor=world.officer,
            case_id=case.pk,
            until=(MONDAY + timedelta(days=9)).date(),
            ground="expert",
            reason="鉴定",
        )
        actions.decide(actor=world.clerk, approval_id=asked.pk, grant=True)
        traveller.shift(timedelta(days=2))
        actions.resume(actor=world.officer, case_id=case.pk)
        after = case.deadlines.get(clock="resolve").due_at
    assert (after - before) == timedelta(days=2)  # Monday 23 to Wednesday 25: two working days


def test_a_pause_that_ran_out_resumes_by_itself(world: World) -> None:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        case = world.at("handling")
        asked = actions.ask_pause(
            actor=world.officer,
            case_id=case.pk,
            until=(MONDAY + timedelta(days=3)).date(),
            ground="expert",
            reason="鉴定",
        )
        actions.decide(actor=world.clerk, approval_id=asked.pk, grant=True)
        assert actions.resume_ended() == 0
        traveller.shift(timedelta(days=3))
        assert actions.resume_ended() == 1
        case.refresh_from_db()
    assert case.state == "handling"


def test_merge_and_undo_leave_clocks_and_reporters_right(world: World) -> None:
    main, double = world.register(), world.at("handling")
    clocks = dict(double.deadlines.values_list("clock", "due_at"))
    running = set(double.deadlines.filter(state="running").values_list("clock", flat=True))
    merged = actions.merge(actor=world.clerk, case_id=double.pk, into_id=main.pk, reason="同一盏灯")
    assert (merged.state, merged.merged_into_id) == ("merged", main.pk)
    assert not double.deadlines.filter(state__in=["running", "paused"]).exists()

    undone = actions.unmerge(actor=world.clerk, case_id=double.pk, reason="不是同一盏")
    assert (undone.state, undone.merged_into_id) == ("handling", None)
    assert dict(double.deadlines.values_list("clock", "due_at")) == clocks
    assert set(double.deadlines.filter(state="running").values_list("clock", flat=True)) == running
    assert undone.reporter_id == merged.reporter_id
    assert events.TOOK_IN in names(main)
    assert events.GAVE_BACK in names(main)


def test_those_merged_in_are_asked_with_the_main_demand(world: World) -> None:
    main, double = world.register(), world.register(person=Person(name="陈阿福", phone="13900001234"))
    actions.merge(actor=world.clerk, case_id=double.pk, into_id=main.pk)
    world._verify(world._report(world._accept(main)))
    asked = set(
        Notice.objects.filter(event=events.VERIFIED, identity__isnull=False).values_list(
            "subject_id", flat=True
        )
    )
    assert asked == {main.pk, double.pk}


def test_a_stale_page_is_refused_and_says_who_was_faster(world: World) -> None:
    case = world.register()
    read = case.version
    actions.accept(actor=world.officer, case_id=case.pk)
    with pytest.raises(Stale) as refusal:
        actions.object_to(actor=world.officer, case_id=case.pk, reason="不归我", version=read)
    assert "签收" in str(refusal.value.message)


def test_a_step_out_of_turn_names_the_present_state(world: World) -> None:
    case = world.register()
    with pytest.raises(StepRefused) as refusal:
        actions.report(actor=world.officer, case_id=case.pk, what="好了")
    assert "待签收" in str(refusal.value.message)


def test_postgresql_itself_refuses_other_transitions(world: World) -> None:
    case = world.register()
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state="solved")
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.bulk_create([Case(**{**_columns(case), "receipt": "000000000001", "state": "solved"})])


def _columns(case: Case) -> dict[str, object]:
    skip = {"id", "is_open"}
    return {f.attname: getattr(case, f.attname) for f in Case._meta.concrete_fields if f.attname not in skip}


def test_areas_bind(world: World) -> None:
    case = world.register()
    for actor in (world.other_clerk, world.other_officer, world.water, world.administrator, world.mediator):
        with pytest.raises(Missing):
            access.get_case_for(actor, case.pk)
    for actor in (world.worker, world.officer, world.clerk, world.leader, world.dispatcher, world.auditor):
        assert access.get_case_for(actor, case.pk).grid_id == world.grid.pk
    next_door = world.register(spot=Spot(village_code=FENGPU_VILLAGES[1]))
    for actor in (world.worker, world.officer):
        with pytest.raises(Missing):
            access.get_case_for(actor, next_door.pk)


def test_who_is_complained_about_never_leads_and_never_sees_who_complained(world: World) -> None:
    village = world.units[FENGPU_VILLAGES[0]]
    case = world.register(kind="complaint", complained_unit_id=village.pk)
    assert case.lead_id is None
    assert case.holder == world.units["fengpu"]
    assert not access.may_see_reporter(world.officer, case)
    assert not access.may_see_reporter(world.worker, case)
    assert access.may_see_reporter(world.clerk, case)
    with pytest.raises(Refused):
        actions.assign(actor=world.clerk, case_id=case.pk, unit_id=village.pk)

    about_township = world.register(kind="complaint", complained_unit_id=world.units["fengpu"].pk)
    assert about_township.holder == world.units["county"]
    assert not access.may_see_reporter(world.clerk, about_township)
    assert access.may_see_reporter(world.dispatcher, about_township)

    wrongdoing = world.register(kind="wrongdoing", complained_unit_id=village.pk)
    with pytest.raises(Missing):
        access.get_case_for(world.officer, wrongdoing.pk)


def test_bad_intake_names_every_field(world: World) -> None:
    with pytest.raises(Invalid) as refusal:
        world.register(
            description="😀😀😀",
            kind="rumour",
            category_code="999999",
            person=Person(name="林" * 50, phone="12345", id_number="110105194912310021"),
            occurred_at=datetime.now(CHINA) + timedelta(days=365),
        )
    assert {"description", "kind", "category", "name", "phone", "id_number", "occurred_at"} <= set(
        refusal.value.fields
    )
    with pytest.raises(Invalid) as refusal:
        world.register(description="长" * 100_000)
    assert "100,000" in refusal.value.fields["description"][0]
    assert Case.objects.count() == 0


def test_due_moments_follow_the_working_calendar(world: World) -> None:
    with time_machine.travel(MONDAY, tick=False):
        case = world.register()
    resolve = Deadline.objects.get(case=case, clock="resolve")
    assert resolve.due_at.astimezone(CHINA).date().isoformat() == "2026-11-23"
    assert resolve.calendar_version > 0


def test_a_second_import_of_the_same_row_is_refused_by_the_database(world: World) -> None:
    world.register(source="热线", external_id="1")
    with pytest.raises(IntegrityError), transaction.atomic():
        world.register(source="热线", external_id="1")


def test_one_demand_of_several_matters_is_split_and_keeps_its_reporter(world: World) -> None:
    village = world.units[FENGPU_VILLAGES[0]]
    case = world.register(
        spot=Spot(), kind="complaint", complained_unit_id=village.pk, description="路灯坏,水也停了"
    )
    parts = [
        Intake(
            door="phone", description=text, category_code="040101", spot=Spot(village_code=FENGPU_VILLAGES[0])
        )
        for text in ("路灯坏了", "水停了")
    ]
    with pytest.raises(Invalid):
        actions.split(actor=world.dispatcher, case_id=case.pk, parts=parts[:1])
    made = actions.split(actor=world.dispatcher, case_id=case.pk, parts=parts, reason="两件事")
    case.refresh_from_db()
    assert case.state == "split"
    assert [one.reporter_id for one in made] == [case.reporter_id] * 2
    assert all(one.lead_id != village.pk for one in made), "the unit complained about gets none of the parts"
    assert all(one.split_from_id == case.pk for one in made)


def test_related_demands_are_linked_once(world: World) -> None:
    one, other = world.register(), world.register()
    actions.link(actor=world.clerk, case_id=one.pk, other_id=other.pk)
    with pytest.raises(Refused):
        actions.link(actor=world.clerk, case_id=other.pk, other_id=one.pk)
    with pytest.raises(Invalid):
        actions.link(actor=world.clerk, case_id=one.pk, other_id=one.pk)


def test_diverted_tells_where_to_go_and_ends(world: World) -> None:
    case = world.register(spot=Spot(), category_code="")
    diverted = actions.divert(actor=world.dispatcher, case_id=case.pk, diversion_code="petition")
    assert diverted.state == "diverted"
    assert not diverted.deadlines.filter(state="running").exists()
    at_once = world.register(diversion_code="petition")
    assert (at_once.state, at_once.diversion_id) == ("diverted", diverted.diversion_id)


def test_a_consultation_is_answered_at_the_desk_and_a_request_is_not(world: World) -> None:
    case = world.register(kind="consultation", spot=Spot(), category_code="")
    answered = actions.answer(actor=world.dispatcher, case_id=case.pk, answer_text="带身份证到窗口办理。")
    assert answered.state == "asking"
    request = world.register(spot=Spot(), category_code="")
    with pytest.raises(Refused):
        actions.answer(actor=world.dispatcher, case_id=request.pk, answer_text="知道了")


def test_a_correction_names_real_choices_and_moves_the_limits(world: World) -> None:
    case = world.register()
    for name, value in (("kind", "rumour"), ("urgency", "soonish")):
        wrong: dict[str, Any] = {name: value}
        with pytest.raises(Invalid) as refusal:
            actions.classify(actor=world.clerk, case_id=case.pk, category_code="040102", **wrong)
        assert set(refusal.value.fields) == {name}
    before = case.due_at
    case = actions.classify(actor=world.clerk, case_id=case.pk, category_code="040102", urgency="urgent")
    assert before is not None
    assert case.due_at is not None
    assert case.due_at < before, "an urgent matter has twenty-four hours from its registration"


def test_what_nobody_could_verify_is_not_handed_out(world: World) -> None:
    case = world.register(category_code="", spot=Spot())
    with pytest.raises(Refused) as refusal:
        actions.assign(actor=world.dispatcher, case_id=case.pk, unit_id=world.units["county"].pk)
    assert refusal.value.code == "may_not_lead"


def test_requests_lapse_with_the_lead_that_made_them(world: World) -> None:
    case = world.at("handling")
    actions.ask_extension(actor=world.officer, case_id=case.pk, amount=1, ground="complex", reason="难")
    actions.reassign(actor=world.clerk, case_id=case.pk, unit_id=world.units["fengpu"].pk, reason="由乡里办")
    assert case.approvals.get().state == "dropped"
    assert not case.deadlines.filter(clock="approve", state="running").exists()


def test_who_was_merged_in_goes_on_when_the_main_demand_is_withdrawn(world: World) -> None:
    main, double = world.register(), world.at("handling")
    actions.merge(actor=world.clerk, case_id=double.pk, into_id=main.pk)
    actions.withdraw(actor=world.resident(main), case_id=main.pk, reason="自己修好了")
    double.refresh_from_db()
    assert (double.state, double.merged_into_id) == ("handling", None)
    assert double.deadlines.filter(clock="resolve", state="running").exists()
