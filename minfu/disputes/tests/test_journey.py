"""A dispute on its way: file, consent, mediators, sittings, agreement, follow-up; and the demand it hangs on."""

from datetime import timedelta
from typing import Any

import pytest

from minfu.cases.models import Case
from minfu.cases.rules import actions as demands
from minfu.cases.tests.world import World
from minfu.disputes import events
from minfu.disputes.models import Mediation
from minfu.disputes.rules import actions
from minfu.disputes.tests import story
from minfu.kernel import clock, record
from minfu.kernel.errors import Forbidden, Invalid, Refused
from minfu.kernel.steps import StepRefused
from minfu.notices.models import Notice


def case_of(row: Mediation) -> Case:
    return Case.objects.get(pk=row.case_id)


def names(row: Mediation) -> list[str]:
    return [event.name for event in record.history((events.SUBJECT, row.pk))]


def test_a_file_opens_when_a_dispute_is_taken_in_hand(world: World) -> None:
    case = world.register(kind="dispute")
    assert not Mediation.objects.exists()
    demands.accept(actor=world.officer, case_id=case.pk)
    row = Mediation.objects.get(case_id=case.pk)
    assert (row.state, row.number, row.unit_id) == ("asking", case.number, world.officer.unit_id)
    first = row.parties.get()
    assert (first.side, first.identity_id, first.consents) == ("a", case.reporter_id, None)
    event = record.history((events.SUBJECT, row.pk))[0]
    assert (event.name, event.actor_user_id) == (events.OPENED, world.officer.user_id)


def test_no_file_for_other_demands_and_no_party_who_wants_to_stay_unknown(world: World) -> None:
    other = world.register(kind="request")
    demands.accept(actor=world.officer, case_id=other.pk)
    assert not Mediation.objects.exists()
    row = story.opened(world, mode="confidential")
    assert not row.parties.exists()


def test_a_demand_that_becomes_a_dispute_in_hand_gets_its_file(world: World) -> None:
    case = world.at("handling")
    demands.classify(actor=world.clerk, case_id=case.pk, category_code="040101", kind="dispute")
    assert Mediation.objects.get().case_id == case.pk


def test_from_consent_to_a_signed_agreement_and_its_keeping(world: World) -> None:
    row = story.held(world)
    assert names(row)[-2:] == [events.BEGUN, events.SESSION_HELD]
    assert case_of(row).state == "handling"
    row = actions.agree(actor=world.mediator, pk=row.pk, terms_=story.terms())
    assert (row.state, case_of(row).state) == ("signing", "handling")
    row = actions.sign(actor=world.mediator, pk=row.pk, signed_on=story.today())
    agreement = row.agreements.get()
    assert (row.state, agreement.effective_on) == ("keeping", story.today())
    demand = case_of(row)
    report = demand.reports.get()
    assert (demand.state, demand.settled_level) == ("reported", "village")
    assert "协议" in report.text
    assert "水沟" not in report.text  # the demand tells how it came out, not what was agreed
    row = actions.visit(actor=world.mediator, pk=row.pk, finding="going", note="沟挖了一半")
    assert (row.state, row.visits.filter(made_at=None).count()) == ("keeping", 1)
    row = actions.visit(actor=world.officer, pk=row.pk, finding="kept", note="两家都说好了")
    assert (row.state, row.ended_at is not None) == ("kept", True)
    assert not row.visits.filter(made_at=None).exists()


def test_an_oral_agreement_is_in_effect_at_once(world: World) -> None:
    row = story.agreed(world, "oral")
    agreement = row.agreements.get()
    assert (row.state, agreement.form, agreement.effective_on) == ("keeping", "oral", agreement.agreed_on)
    assert case_of(row).state == "reported"


def test_who_refuses_is_not_mediated_and_is_told_where_to_turn(world: World) -> None:
    row = story.opened(world)
    other = story.party(world, row)
    refusal: dict[str, Any] = {"actor": world.officer, "pk": row.pk, "party_id": other, "asked_by": "phone"}
    with pytest.raises(Invalid) as nothing_told:
        actions.decline(**refusal, ways=[])
    assert "ways" in nothing_told.value.fields
    with pytest.raises(Invalid):
        actions.decline(**refusal, ways=["moon"])
    row = actions.decline(**refusal, ways=["court", "authority"])
    assert row.state == "declined"
    assert [way["name"] for way in row.ending.ways] == ["诉讼", "行政途径"]
    assert case_of(row).state == "reported"
    with pytest.raises(StepRefused):
        actions.begin(actor=world.officer, pk=row.pk)


def test_failure_ends_it_with_advice_and_reports_the_demand(world: World) -> None:
    row = story.held(world)
    row = actions.fail(
        actor=world.mediator, pk=row.pk, ground="no_agreement", ways=["court"], note="谁也不让"
    )
    assert (row.state, row.ending.ground) == ("failed", "no_agreement")
    assert "没有达成协议" in case_of(row).reports.get().text
    with pytest.raises(StepRefused):
        actions.agree(actor=world.mediator, pk=row.pk, terms_=story.terms())


def test_a_draft_that_is_not_signed_is_kept_but_stands_no_more(world: World) -> None:
    row = story.held(world)
    actions.agree(actor=world.mediator, pk=row.pk, terms_=story.terms())
    row = actions.reconsider(actor=world.mediator, pk=row.pk, reason="乙方要多给几天")
    assert (row.state, row.agreements.get().stands) == ("mediating", False)
    later = story.terms(content="乙方在十五日内另开一条水沟。")
    actions.agree(actor=world.mediator, pk=row.pk, terms_=later)
    row = actions.sign(actor=world.mediator, pk=row.pk, signed_on=story.today())
    assert row.agreements.get(stands=True).content == later.content
    assert row.agreements.count() == 2


def test_what_they_settle_themselves_needs_no_paper(world: World) -> None:
    row = story.opened(world)
    with pytest.raises(Invalid):
        actions.settle(actor=world.officer, pk=row.pk, what=" ")
    row = actions.settle(actor=world.officer, pk=row.pk, what="村口遇到,自己说和了")
    assert (row.state, case_of(row).state) == ("settled", "reported")


def test_a_broken_agreement_needs_advice(world: World) -> None:
    row = story.agreed(world)
    with pytest.raises(Invalid):
        actions.visit(actor=world.officer, pk=row.pk, finding="broken", note="一个月没动")
    row = actions.visit(actor=world.officer, pk=row.pk, finding="broken", note="一个月没动", ways=["court"])
    assert (row.state, row.ending.ground) == ("broken", "broken")


# --- the demand and its file -----------------------------------------------------------------------------------------


def test_an_untouched_file_lapses_when_the_demand_is_reported(world: World) -> None:
    row = story.opened(world)
    demands.report(actor=world.officer, case_id=row.case_id, what="劝好了。")
    row.refresh_from_db()
    assert row.state == "dropped"


def test_a_demand_under_mediation_is_reported_by_the_mediation_alone(world: World) -> None:
    row = story.ready(world)
    with pytest.raises(Refused) as refused:
        demands.report(actor=world.officer, case_id=row.case_id, what="办好了。")
    assert refused.value.code == "mediation_open"
    assert case_of(row).state == "handling"


def test_a_mediation_whose_demand_cannot_be_reported_stays_open(world: World) -> None:
    row = story.held(world)
    demands.call_help(
        actor=world.officer, case_id=row.case_id, unit_id=world.units["road"].pk, task="来看看沟"
    )
    with pytest.raises(Refused) as refused:
        actions.agree(actor=world.mediator, pk=row.pk, terms_=story.terms("oral"))
    assert refused.value.code == "demand_not_ready"
    assert "协办" in str(refused.value.message)
    assert story.fresh(row).state == "mediating"
    assert not row.agreements.exists()


def test_a_withdrawn_demand_ends_its_mediation(world: World) -> None:
    row = story.begun(world)
    demands.withdraw(actor=world.resident(case_of(row)), case_id=row.case_id, reason="不争了")
    row.refresh_from_db()
    assert (row.state, names(row)[-1]) == ("dropped", events.DROPPED)


def test_a_reassigned_dispute_takes_its_file_along(world: World) -> None:
    row = story.ready(world)
    unit = world.units["mediation"]
    demands.reassign(actor=world.clerk, case_id=row.case_id, unit_id=unit.pk, reason="村里调不动")
    with pytest.raises(Refused):  # the former lead can no longer end it: the demand waits for the new one
        actions.settle(actor=world.officer, pk=row.pk, what="好了")
    demands.accept(actor=world.mediator, case_id=row.case_id)
    row = story.fresh(row)
    assert (row.unit_id, Mediation.objects.count()) == (unit.pk, 1)
    assert names(row)[-1] == events.HANDED_OVER


def test_what_is_not_solved_gets_a_new_file_with_the_next_lead(world: World) -> None:
    row = story.agreed(world)
    demands.verify(actor=world.clerk, case_id=row.case_id, finding="问过两家。")
    demands.confirm(
        actor=world.resident(case_of(row)), case_id=row.case_id, outcome="not_solved", remark="沟没开"
    )
    unit = world.units["mediation"]
    demands.assign(actor=world.clerk, case_id=row.case_id, unit_id=unit.pk, reason="乡里来调")
    demands.accept(actor=world.mediator, case_id=row.case_id)
    found = list(Mediation.objects.order_by("pk").values_list("state", "unit_id"))
    assert found == [("keeping", world.officer.unit_id), ("asking", unit.pk)]


# --- consent, sittings, limits ---------------------------------------------------------------------------------------


def test_mediation_begins_only_with_both_sides_consent_and_a_mediator(world: World) -> None:
    row = story.opened(world)
    begin: dict[str, Any] = {"actor": world.officer, "pk": row.pk}
    with pytest.raises(Refused, match="双方当事人"):
        actions.begin(**begin)
    other = story.party(world, row)
    with pytest.raises(Refused, match="没有表示同意"):
        actions.begin(**begin)
    for one in row.parties.all():
        actions.consent(actor=world.officer, pk=row.pk, party_id=one.pk, asked_by="written")
    with pytest.raises(Refused, match="选定调解员"):
        actions.begin(**begin)
    seat = actions.seat(actor=world.officer, pk=row.pk, post_id=world.mediator.post_id or 0)
    with pytest.raises(Refused, match="还没有声明"):
        actions.begin(**begin)
    actions.declare(actor=world.mediator, pk=row.pk, seat_id=seat.pk)
    assert actions.begin(**begin).state == "mediating"
    with pytest.raises(StepRefused):
        actions.consent(actor=world.officer, pk=row.pk, party_id=other, asked_by="written")


def test_consent_once_and_not_taken_back_by_removal(world: World) -> None:
    row = story.opened(world)
    first = row.parties.get()
    with pytest.raises(Invalid):
        actions.consent(actor=world.officer, pk=row.pk, party_id=first.pk, asked_by="dream")
    actions.consent(actor=world.officer, pk=row.pk, party_id=first.pk, asked_by="phone")
    with pytest.raises(Refused):
        actions.consent(actor=world.officer, pk=row.pk, party_id=first.pk, asked_by="phone")
    with pytest.raises(Refused):
        actions.remove_party(actor=world.officer, pk=row.pk, party_id=first.pk)
    wrong = story.party(world, row, name="写错了")
    actions.remove_party(actor=world.officer, pk=row.pk, party_id=wrong)
    assert row.parties.count() == 1


def test_an_agreement_needs_a_sitting_and_sane_days(world: World) -> None:
    row = story.begun(world)
    with pytest.raises(Refused) as refused:
        actions.agree(actor=world.mediator, pk=row.pk, terms_=story.terms())
    assert refused.value.code == "no_session"
    tomorrow = story.today() + timedelta(days=1)
    with pytest.raises(Invalid):
        actions.hold(
            actor=world.mediator,
            pk=row.pk,
            sitting=story.sitting(row, starts_at=clock.now() + timedelta(hours=1)),
        )
    with pytest.raises(Invalid):
        actions.hold(actor=world.mediator, pk=row.pk, sitting=story.sitting(row, parties=[]))
    with pytest.raises(Invalid):
        actions.hold(actor=world.mediator, pk=row.pk, sitting=story.sitting(row, seats=[999_999]))
    actions.hold(actor=world.mediator, pk=row.pk, sitting=story.sitting(row))
    for wrong in (
        {"agreed_on": tomorrow},
        {"due_on": story.today() - timedelta(days=1)},
        {"content": "  "},
        {"facts": "长" * 10_001},
    ):
        with pytest.raises(Invalid):
            actions.agree(actor=world.mediator, pk=row.pk, terms_=story.terms(**wrong))
    actions.agree(actor=world.mediator, pk=row.pk, terms_=story.terms())
    with pytest.raises(Invalid):
        actions.sign(actor=world.mediator, pk=row.pk, signed_on=tomorrow)
    with pytest.raises(Invalid):
        actions.sign(actor=world.mediator, pk=row.pk, signed_on=story.today() - timedelta(days=1))


def test_an_arranged_sitting_tells_the_parties_and_may_be_called_off(world: World) -> None:
    row = story.begun(world)
    at = clock.now() + timedelta(days=3)
    with pytest.raises(Invalid):
        actions.plan(actor=world.mediator, pk=row.pk, starts_at=at + timedelta(days=100), place="村部")
    session = actions.plan(actor=world.mediator, pk=row.pk, starts_at=at, place="村部")
    told = Notice.objects.filter(template="disputes.session.resident")
    assert told.count() == 2
    assert {notice.desk_id for notice in told} == {row.desk_id}
    assert all("林小满" not in str(notice.context) for notice in told)
    actions.cancel(actor=world.mediator, pk=row.pk, session_id=session.pk, reason="下大雨")
    assert Notice.objects.filter(template="disputes.session_cancelled.resident").count() == 2
    with pytest.raises(StepRefused):
        actions.hold(actor=world.mediator, pk=row.pk, sitting=story.sitting(row), session_id=session.pk)


def test_only_the_mediator_holds_and_agrees(world: World) -> None:
    row = story.begun(world)
    for name in ("officer", "clerk"):
        with pytest.raises(Forbidden):
            actions.hold(actor=world.actors[name], pk=row.pk, sitting=story.sitting(row))
    actions.hold(actor=world.mediator, pk=row.pk, sitting=story.sitting(row))
    with pytest.raises(Forbidden):
        actions.agree(actor=world.officer, pk=row.pk, terms_=story.terms())
