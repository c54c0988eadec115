"""People who want to look good, or to know who complained: what they might try, and what stops them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from minfu.accounts.access import actor_for
from minfu.accounts.actor import Actor
from minfu.accounts.models import Post, Role, User
from minfu.cases import events
from minfu.cases.models import Approval, Case, Help
from minfu.cases.rules import access, actions, detail
from minfu.cases.rules.intake import Intake, Person, Spot
from minfu.cases.rules.reporters import may_reveal
from minfu.cases.tests.desk import sign_in, text
from minfu.cases.tests.residents import words
from minfu.cases.tests.test_merged_answers import joined
from minfu.cases.tests.test_residents_answer import link_of, sent
from minfu.cases.tests.world import FENGPU, FENGPU_VILLAGES, SINCE, World
from minfu.kernel import record
from minfu.kernel.errors import Forbidden, Invalid, Missing, Refused
from minfu.kernel.steps import StepRefused
from minfu.notices.models import Notice
from minfu.registry.vault import Purpose

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
__all__ = ["sent"]  # a fixture


def second_post(world: World, who: str, unit: str, role: str = Role.VILLAGE_OFFICER) -> Actor:
    """Give someone a post in another unit as well; return them as they act in their first."""
    actor = world.actors[who]
    area = unit if unit in FENGPU_VILLAGES else FENGPU
    Post.objects.create(
        user_id=actor.user_id or 0, unit=world.units[unit], role=role, area_id=area, period=(SINCE, None)
    )
    found = actor_for(User.objects.get(pk=actor.user_id or 0), actor.post_id, "screen", second_factor=True)
    assert found is not None
    assert found.own_units == {actor.unit_id, world.units[unit].pk}
    return found


def asked_for_time(world: World, case: Case, actor: Actor) -> Approval:
    actions.accept(actor=actor, case_id=case.pk)
    return actions.ask_extension(actor=actor, case_id=case.pk, amount=1, ground="complex", reason="人手少")


# --- who wants to know who complained ------------------------------------------------------------------------------


def test_a_second_post_in_the_unit_complained_about_hides_the_complaint_in_the_first(world: World) -> None:
    village = FENGPU_VILLAGES[0]
    about: dict[str, Any] = {"kind": "complaint", "complained_unit_id": world.units[village].pk}
    secret, plain = world.register(**about, mode="confidential"), world.register(**about)
    clerk = world.clerk
    assert access.get_case_for(clerk, secret.pk) == secret
    both = second_post(world, "clerk", village)
    with pytest.raises(Missing):
        access.get_case_for(both, secret.pk)
    assert not detail.reporter(both, plain).known
    assert detail.reporter(clerk, plain).known
    with pytest.raises(Forbidden):
        actions.divert(actor=both, case_id=plain.pk, diversion_code="petition")


def test_seeing_a_demand_in_ones_area_is_no_reason_to_know_whose_it_is(world: World) -> None:
    case = world.register(category_code="040202")
    purpose = Purpose("contact", "想知道是谁说的")
    assert case.lead == world.units["water"]
    assert detail.reporter(world.officer, case).masked is not None
    assert not detail.reporter(world.officer, case).may_reveal
    with pytest.raises(Forbidden) as refusal:
        actions.reveal(actor=world.officer, case_id=case.pk, purpose=purpose)
    assert refusal.value.code == "not_ones_business"
    assert sign_in("officer").get(f"/cases/{case.pk}/reveal/").status_code == 403
    assert all(may_reveal(who, case) for who in (world.water, world.dispatcher, world.clerk))
    elsewhere = world.register(actor=world.dispatcher, category_code="040202")
    assert access.get_case_for(world.clerk, elsewhere.pk)
    assert not may_reveal(world.clerk, elsewhere), "neither took it in, nor is the desk"
    assert actions.reveal(actor=world.water, case_id=case.pk, purpose=purpose).contact.phone == "13800001234"


def test_after_the_end_only_the_desk_may_look(world: World) -> None:
    case = world.at("solved")
    assert not may_reveal(world.officer, case)
    assert may_reveal(world.clerk, case)
    helped = world.at("handling")
    actions.call_help(actor=world.officer, case_id=helped.pk, unit_id=world.road.unit_id or 0, task="帮忙")
    helped = Case.objects.get(pk=helped.pk)
    assert may_reveal(world.road, helped)
    Help.objects.update(state="declined")
    assert not may_reveal(world.road, Case.objects.get(pk=helped.pk))


# --- who wants their own work to look good -------------------------------------------------------------------------


def test_a_second_post_does_not_judge_the_first_ones_unit(world: World) -> None:
    case = world.at("reported")
    both = second_post(world, "clerk", FENGPU_VILLAGES[0])
    for name, given in (("verify", {"finding": "看过"}), ("send_back", {"finding": "没好"})):
        with pytest.raises(Forbidden):
            getattr(actions, name)(actor=both, case_id=case.pk, **given)
    actions.verify(actor=world.dispatcher, case_id=case.pk, finding="电话问过")
    with pytest.raises(Forbidden):
        actions.confirm(actor=both, case_id=case.pk, outcome="solved")


def test_time_is_granted_from_above_the_lead_and_not_beside_it(world: World) -> None:
    village = asked_for_time(world, world.register(), world.officer)
    assert actions.decide(actor=world.leader, approval_id=village.pk, grant=True).state == "granted"
    own = asked_for_time(world, world.register(category_code="040102"), world.clerk)
    of_department = asked_for_time(world, world.register(category_code="040202"), world.water)
    for asked in (own, of_department):
        with pytest.raises((Forbidden, Missing)):
            actions.decide(actor=world.leader, approval_id=asked.pk, grant=True)
        assert actions.decide(actor=world.dispatcher, approval_id=asked.pk, grant=True).state == "granted"


def test_nobody_grants_time_to_a_unit_of_their_own(world: World) -> None:
    asked = asked_for_time(world, world.register(), world.officer)
    both = second_post(world, "clerk", FENGPU_VILLAGES[0])
    with pytest.raises(Forbidden):
        actions.decide(actor=both, approval_id=asked.pk, grant=True)
    assert asked not in detail.detail(both, asked.case).to_decide


def test_an_objection_is_not_decided_by_ones_own_unit(world: World) -> None:
    case = world.register()
    actions.object_to(actor=world.officer, case_id=case.pk, reason="不归我")
    both = second_post(world, "clerk", FENGPU_VILLAGES[0])
    with pytest.raises(Forbidden):
        actions.uphold(actor=both, case_id=case.pk, decision="成立")
    # The person who objected for somebody on leave is the person who objected.
    standing_in = replace(world.clerk, user_id=world.officer.user_id)
    with pytest.raises(Forbidden):
        actions.uphold(actor=standing_in, case_id=case.pk, decision="成立")
    assert actions.uphold(actor=world.clerk, case_id=case.pk, decision="成立").state == "waiting"


def test_who_came_to_help_cannot_say_afterwards_that_it_never_did(world: World) -> None:
    """Lead and helper agree: the helper "declines" in the end, and verifies what it did."""
    case = world.at("handling")
    call = actions.call_help(
        actor=world.officer, case_id=case.pk, unit_id=world.clerk.unit_id or 0, task="帮忙"
    )
    actions.help_step(actor=world.clerk, help_id=call.pk, step="come")
    with pytest.raises(StepRefused):
        actions.help_step(actor=world.clerk, help_id=call.pk, step="decline", result="其实没去")
    with pytest.raises(IntegrityError, match="no step leads"), transaction.atomic():
        Help.objects.update(state="declined")
    actions.help_step(actor=world.officer, help_id=call.pk, step="release")
    actions.report(actor=world.officer, case_id=case.pk, what="好了")
    with pytest.raises(Forbidden):
        actions.verify(actor=world.clerk, case_id=case.pk, finding="看过")


def test_a_desk_that_answered_does_not_find_the_resident_out_of_reach(world: World) -> None:
    case = world.register(kind="consultation", category_code="")
    actions.answer(actor=world.clerk, case_id=case.pk, answer_text="每周三办理。")
    with pytest.raises(Forbidden):
        actions.attempt(actor=world.clerk, case_id=case.pk, reached=False)
    with pytest.raises(Forbidden):
        actions.close_unconfirmed(actor=world.clerk, case_id=case.pk)
    assert not {"attempt", "close_unconfirmed"} & {step.name for step in access.next_steps(world.clerk, case)}
    actions.attempt(actor=world.dispatcher, case_id=case.pk, reached=False)


def test_another_category_is_no_way_to_more_time(world: World) -> None:
    with time_machine.travel(MONDAY, tick=False):
        case = world.at("handling", urgency="urgent")
        due = case.due_at
        case = actions.classify(actor=world.clerk, case_id=case.pk, category_code="040101", urgency="normal")
        assert (case.urgency, case.due_at) == ("normal", due)
        later = actions.classify(
            actor=world.dispatcher, case_id=case.pk, category_code="040101", urgency="normal"
        )
        assert due is not None
        assert later.due_at is not None
        assert later.due_at > due
        waiting = world.register(category_code="", urgency="urgent")
        before = waiting.due_at
        now = actions.classify(
            actor=world.clerk, case_id=waiting.pk, category_code="040102", urgency="normal"
        )
        assert before is not None
        assert now.due_at is not None
        assert now.due_at > before, "until a unit has it, a correction is a correction"


def test_what_came_up_is_not_led_down_again_by_another_name(world: World) -> None:
    case = world.at("asking")
    case = actions.confirm(
        actor=world.resident(case), case_id=case.pk, outcome="not_solved", remark="还是黑的"
    )
    main = world.register()
    tries: list[tuple[Any, dict[str, Any]]] = [
        (actions.merge, {"into_id": main.pk}),
        (actions.divert, {"diversion_code": "petition"}),
        (
            actions.split,
            {"parts": [Intake(door="web", description=f"第{n}处", spot=Spot()) for n in range(2)]},
        ),
    ]
    for verb, given in tries:
        with pytest.raises(Refused) as refusal:
            verb(actor=world.clerk, case_id=case.pk, **given)
        assert refusal.value.code == "reopened"
    assert (
        actions.divert(actor=world.dispatcher, case_id=case.pk, diversion_code="petition").state == "diverted"
    )


def test_who_says_it_is_still_broken_is_not_merged_into_what_is_about_to_end(world: World) -> None:
    done, new = world.at("asking"), world.register()
    with pytest.raises(Invalid) as refusal:
        actions.merge(actor=world.clerk, case_id=new.pk, into_id=done.pk)
    assert "可能没有办好" in str(refusal.value.fields["into"])


def test_the_code_is_not_read_out_by_a_desk_that_did_the_work(client: Client, world: World) -> None:
    case = world.at("handling")
    call = actions.call_help(
        actor=world.officer, case_id=case.pk, unit_id=world.clerk.unit_id or 0, task="帮忙"
    )
    actions.help_step(actor=world.clerk, help_id=call.pk, step="finish", result="架了梯子")
    client.post(f"/f/{case.receipt}/prove/", {"send": "1"})
    assert Notice.objects.get(template="cases.one_time_code").desk == world.units["county"]


# --- what was noted of the resident --------------------------------------------------------------------------------


def noted(world: World, **more: Any) -> Case:
    """Return a demand that a clerk closed with what the resident is said to have said."""
    case = world.at("asking", **more)
    return actions.confirm(actor=world.clerk, case_id=case.pk, outcome="solved", satisfaction=5)


def test_the_residents_own_word_outweighs_what_a_clerk_wrote_down(client: Client, world: World) -> None:
    case = noted(world, mode="anonymous", person=Person())
    page = words(client.get(f"/f/{case.receipt}/"))
    assert "工作人员记下您说：已解决" in page
    assert "其实没有解决" in page
    url = f"/f/{case.receipt}/contest/"
    assert client.post(url, {"remark": " "}).status_code == 422
    for _tap in range(2):
        assert client.post(url, {"remark": "没有人来问过我"}).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.reopened, case.satisfaction) == ("waiting", 1, None)
    assert case.holder == world.units["fengpu"]
    answers = list(case.answers.order_by("pk").values_list("outcome", "by_resident", "proof"))
    assert answers == [("solved", False, ""), ("not_solved", True, "receipt")]
    assert [line.name for line in record.history((events.SUBJECT, case.pk))][-2:] == [
        events.CONFIRMED, events.REOPENED,
    ]  # fmt: skip


def test_where_a_number_was_left_contesting_needs_the_proof(client: Client, world: World) -> None:
    case = noted(world)
    answer = client.post(f"/f/{case.receipt}/contest/", {"remark": "没有人来问过我"})
    assert answer.status_code == 403
    assert "没有人来问过我" in words(answer), "what was typed is not lost"
    assert "用验证码确认是我" in words(answer)
    case.refresh_from_db()
    assert case.state == "solved"


def test_what_was_noted_is_sent_to_be_checked_and_the_link_contests(
    client: Client, world: World, sent: None
) -> None:
    case = noted(world)
    notice = Notice.objects.get(template="cases.confirmed.resident")
    assert notice.identity_id == case.reporter_id
    client.get(link_of(case))
    assert client.post(f"/f/{case.receipt}/contest/", {"remark": "不是我说的"}).status_code == 302
    case.refresh_from_db()
    assert case.state == "waiting"


def test_where_no_message_leaves_the_house_the_desk_is_not_asked_to_check_itself(world: World) -> None:
    noted(world)
    assert not Notice.objects.filter(template="cases.confirmed.resident").exists()
    assert "记下了居民的答复" not in text(sign_in("clerk").get("/notices/phone/"))


def test_not_reached_may_be_contested_and_both_only_for_a_time(world: World) -> None:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        late, unreached = noted(world), world.at("asking")
        for _day in range(3):
            actions.attempt(actor=world.clerk, case_id=unreached.pk, reached=False)
            traveller.shift(timedelta(days=1))
        actions.close_unconfirmed(actor=world.clerk, case_id=unreached.pk)
        reopened = actions.contest(actor=world.resident(unreached), case_id=unreached.pk, remark="我一直在家")
        assert reopened.state == "waiting"
        traveller.shift(timedelta(days=30))
        with pytest.raises(Refused) as refusal:
            actions.contest(actor=world.resident(late), case_id=late.pk, remark="没有")
    assert refusal.value.code == "contest_late"


def test_who_answered_themselves_does_not_contest_and_staff_never(world: World) -> None:
    own = world.at("solved")
    with pytest.raises(Refused):
        actions.contest(actor=world.resident(own), case_id=own.pk, remark="改主意")
    case = noted(world)
    for actor in (world.officer, world.clerk, world.dispatcher):
        with pytest.raises(Forbidden):
            actions.contest(actor=actor, case_id=case.pk, remark="代说")


def test_a_joined_residents_own_word_outweighs_the_note_too(world: World) -> None:
    main, other = joined(world)
    actions.confirm_merged(actor=world.clerk, case_id=other.pk, outcome="solved", satisfaction=5)
    with pytest.raises(Refused):
        actions.confirm_merged(actor=world.clerk, case_id=other.pk, outcome="solved")
    actions.confirm_merged(
        actor=world.resident(other), case_id=other.pk, outcome="not_solved", remark="没有人问过我"
    )
    main.refresh_from_db()
    assert main.state == "waiting"


# --- what waits for the resident -----------------------------------------------------------------------------------


def test_a_pause_for_the_resident_is_told_to_them_and_ends_when_they_answer(world: World) -> None:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        case = world.at("handling")
        until = (MONDAY + timedelta(days=60)).date()
        asked = actions.ask_pause(
            actor=world.officer, case_id=case.pk, until=until, ground="resident", reason="等照片"
        )
        actions.decide(actor=world.clerk, approval_id=asked.pk, grant=True)
        assert Notice.objects.filter(template="cases.paused.resident", identity=case.reporter).exists()
        traveller.shift(timedelta(days=3))
        case = actions.add_words(actor=world.resident(case), case_id=case.pk, what="是第三根电线杆")
    assert case.state == "handling"
    assert case.deadlines.get(clock="resolve").state == "running"
    assert Notice.objects.filter(template=events.RESUMED, unit=case.lead).exists()


def test_a_pause_for_others_goes_on_when_the_resident_adds_something(world: World) -> None:
    case = world.at("handling")
    until = (datetime.now(MONDAY.tzinfo) + timedelta(days=20)).date()
    asked = actions.ask_pause(
        actor=world.officer, case_id=case.pk, until=until, ground="expert", reason="等鉴定"
    )
    actions.decide(actor=world.clerk, approval_id=asked.pk, grant=True)
    assert not Notice.objects.filter(template="cases.paused.resident").exists()
    assert actions.add_words(actor=world.resident(case), case_id=case.pk, what="又裂了").state == "paused"
