"""Who must stand aside does not mediate: not by any verb, and not by the database either."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from minfu.accounts.models import Post, User
from minfu.cases.rules import actions as demands
from minfu.cases.tests.world import World
from minfu.disputes.models import Mediation, Recusal, Replacement, Seat
from minfu.disputes.rules import access, actions
from minfu.disputes.rules.actions import Who
from minfu.disputes.tests import story
from minfu.kernel.errors import Forbidden, Invalid, Missing, Refused
from minfu.kernel.steps import StepRefused
from minfu.notices.models import Notice


def ask(world: World, row: Mediation, name: str, *, declared: bool = False) -> Seat:
    """Have the village ask someone to mediate."""
    post = world.actors[name].post_id or 0
    return actions.seat(actor=world.officer, pk=row.pk, post_id=post, declared=declared)


def test_who_is_asked_declares_in_person(world: World) -> None:
    row = story.opened(world)
    seat = ask(world, row, "mediator")
    assert seat.state == "named"
    assert Notice.objects.get(template="disputes.seat_asked").user_id == world.mediator.user_id
    with pytest.raises(Forbidden):
        actions.declare(actor=world.officer, pk=row.pk, seat_id=seat.pk)
    seat = actions.declare(actor=world.mediator, pk=row.pk, seat_id=seat.pk)
    assert (seat.state, seat.declared_at is not None) == ("seated", True)
    with pytest.raises(StepRefused):
        actions.declare(actor=world.mediator, pk=row.pk, seat_id=seat.pk)


def test_oneself_only_with_the_declaration(world: World) -> None:
    row = story.opened(world)
    with pytest.raises(Invalid) as refused:
        ask(world, row, "officer")
    assert "declared" in refused.value.fields
    assert ask(world, row, "officer", declared=True).state == "seated"
    with pytest.raises(Invalid, match="已经是调解员"):
        ask(world, row, "officer", declared=True)


def test_the_desk_that_verifies_does_not_mediate(world: World) -> None:
    row = story.opened(world)
    with pytest.raises(Invalid, match="上级平台"):
        ask(world, row, "clerk")
    with pytest.raises(Invalid):  # nor the dispatcher, who may act for any desk
        ask(world, row, "dispatcher")
    with pytest.raises(Invalid):  # nor whoever has no such duty
        ask(world, row, "auditor")
    offered = {post.user.username for post in actions.candidates(row)}
    assert {"officer", "worker", "mediator"} <= offered
    assert offered.isdisjoint({"clerk", "dispatcher", "auditor", "leader", "other_officer", "other_clerk"})


def test_the_unit_involved_neither_mediates_nor_sees(world: World) -> None:
    row = story.opened(world)
    unit = world.units["mediation"]
    actions.add_party(actor=world.officer, pk=row.pk, who=Who("b", unit_id=unit.pk))
    with pytest.raises(Invalid, match="涉事单位"):
        ask(world, row, "mediator")
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.create(
            mediation=row,
            post_id=world.mediator.post_id or 0,
            user_id=world.mediator.user_id or 0,
            unit=unit,
            label="绕过",
            named_at=row.opened_at,
        )


def test_a_unit_whose_people_sit_must_first_stand_aside(world: World) -> None:
    row = story.opened(world)
    story.seated(world, row)
    who = Who("b", unit_id=world.units["mediation"].pk)
    with pytest.raises(Invalid, match="回避"):
        actions.add_party(actor=world.officer, pk=row.pk, who=who)
    seat = row.seats.get()
    actions.recuse(actor=world.officer, pk=row.pk, seat_id=seat.pk, ground="unit")
    actions.add_party(actor=world.officer, pk=row.pk, who=who)
    with pytest.raises(Missing):
        access.get_for(world.mediator, row.pk)


def test_the_unit_in_charge_is_never_the_party(world: World) -> None:
    row = story.opened(world)
    for unit in (world.units["350922204200"], world.units["fengpu"]):
        with pytest.raises(Invalid, match="改派"):
            actions.add_party(actor=world.officer, pk=row.pk, who=Who("b", unit_id=unit.pk))


def test_a_party_by_name_does_not_mediate(world: World) -> None:
    row = story.opened(world)
    User.objects.filter(pk=world.mediator.user_id or 0).update(name="陈 阿福")
    story.party(world, row, name="陈 阿福")
    with pytest.raises(Invalid, match="同名"):
        ask(world, row, "mediator")


@pytest.mark.parametrize("ground", ["kin", "party", "interest"])
def test_kin_leave_at_once_and_never_come_back(world: World, ground: str) -> None:
    row = story.begun(world)
    seat = row.seats.get()
    actions.recuse(actor=world.mediator, pk=row.pk, seat_id=seat.pk, ground=ground)
    with pytest.raises(Missing):  # who stands aside does not see the file any more
        actions.hold(actor=world.mediator, pk=row.pk, sitting=story.sitting(row))
    with pytest.raises(Invalid, match="应当回避"):
        ask(world, row, "mediator")
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.filter(pk=seat.pk).update(state="seated")
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.create(
            mediation=row,
            post_id=seat.post_id,
            user_id=seat.user_id,
            unit_id=seat.unit_id,
            label="绕过",
            named_at=row.opened_at,
        )
    with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
        Recusal.objects.all().delete()


def test_without_a_mediator_nothing_is_held_until_another_sits(world: World) -> None:
    row = story.begun(world)
    actions.recuse(actor=world.clerk, pk=row.pk, seat_id=row.seats.get().pk, ground="kin")
    story.seated(world, row, world.officer)
    session = actions.hold(actor=world.officer, pk=row.pk, sitting=story.sitting(story.fresh(row)))
    assert session.state == "held"


def test_other_grounds_need_a_word(world: World) -> None:
    row = story.ready(world)
    seat = row.seats.get()
    with pytest.raises(Invalid):
        actions.recuse(actor=world.officer, pk=row.pk, seat_id=seat.pk, ground="other")
    with pytest.raises(Invalid):
        actions.recuse(actor=world.officer, pk=row.pk, seat_id=seat.pk, ground="mood")
    actions.recuse(actor=world.officer, pk=row.pk, seat_id=seat.pk, ground="other", note="曾与乙方吵架")
    assert seat.mediation.recusals.get().note == "曾与乙方吵架"


# --- a side asks for another ------------------------------------------------------------------------------------------


def asked(world: World, row: Mediation) -> Replacement:
    """Have the officer write down that side B wants another mediator."""
    seat = row.seats.get(state="seated")
    return actions.ask_replacement(
        actor=world.officer, pk=row.pk, seat_id=seat.pk, side="b", reason="他和甲方是牌友"
    )


def test_a_third_person_decides_on_a_replacement(world: World) -> None:
    row = story.begun(world)
    request = asked(world, row)
    for blocked in (
        lambda: actions.hold(actor=world.mediator, pk=row.pk, sitting=story.sitting(row)),
        lambda: asked(world, row),
    ):
        with pytest.raises(Refused) as refused:
            blocked()
        assert refused.value.code == "replacement_open"
    for name in ("mediator", "officer"):  # the mediator concerned, and who wrote it down
        with pytest.raises(Forbidden):
            actions.decide_replacement(
                actor=world.actors[name], pk=row.pk, replacement_id=request.pk, grant=False, decision="不换"
            )
    with pytest.raises(Invalid):  # a refusal needs its reasons
        actions.decide_replacement(actor=world.clerk, pk=row.pk, replacement_id=request.pk, grant=False)
    actions.decide_replacement(actor=world.clerk, pk=row.pk, replacement_id=request.pk, grant=True)
    assert row.seats.get().state == "replaced"
    with pytest.raises(StepRefused):
        actions.decide_replacement(actor=world.clerk, pk=row.pk, replacement_id=request.pk, grant=True)


def test_a_refused_replacement_lets_mediation_go_on(world: World) -> None:
    row = story.begun(world)
    request = asked(world, row)
    actions.decide_replacement(
        actor=world.dispatcher,
        pk=row.pk,
        replacement_id=request.pk,
        grant=False,
        decision="查过,没有牌友这回事",
    )
    session = actions.hold(actor=world.mediator, pk=row.pk, sitting=story.sitting(row))
    assert session.state == "held"


def test_postgresql_lets_nobody_decide_their_own_replacement(world: World) -> None:
    row = story.begun(world)
    request = asked(world, row)
    for user_id in (world.mediator.user_id, world.officer.user_id):
        with pytest.raises(IntegrityError), transaction.atomic():
            Replacement.objects.filter(pk=request.pk).update(decided_by_user_id=user_id)


def test_who_acts_for_a_mediator_on_leave_has_declared_nothing(world: World) -> None:
    row = story.begun(world)
    other = User.objects.create(username="deputy", name="代班")
    deputy = replace(world.mediator, user_id=other.pk, on_behalf_of_post_id=world.mediator.post_id)
    with pytest.raises((Missing, Forbidden)):
        actions.hold(actor=deputy, pk=row.pk, sitting=story.sitting(row))


def test_mediators_of_the_new_desk_leave_when_the_dispute_moves_up(world: World) -> None:
    row = story.opened(world)
    clerk_post = Post.objects.get(pk=world.mediator.post_id or 0)
    Post.objects.filter(pk=clerk_post.pk).update(
        unit=world.units["fengpu"]
    )  # sits at the desk that will not verify
    Mediation.objects.filter(pk=row.pk).update(desk=world.units["county"])
    story.seated(world, row)
    Mediation.objects.filter(pk=row.pk).update(desk=world.units["fengpu"])
    demands.reassign(
        actor=world.clerk, case_id=row.case_id, unit_id=world.units["350922204201"].pk, reason="邻村来调"
    )
    other = replace(world.officer, unit_id=world.units["350922204201"].pk)
    demands.accept(actor=other, case_id=row.case_id)
    assert row.seats.get().state == "replaced"
