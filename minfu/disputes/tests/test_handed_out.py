"""A desk hands a resident what is held of them: what it may see anyway, every look recorded, nothing of anybody else."""

import json
from typing import Any

import pytest
from django.test import Client

from minfu.cases import events
from minfu.cases.models import Case, Mode
from minfu.cases.rules import actions
from minfu.cases.rules.intake import Person, Spot
from minfu.cases.tests.screens import client_of
from minfu.cases.tests.world import PINGHU_VILLAGES, World
from minfu.disputes.tests import story
from minfu.hazards.tests import story as hazards
from minfu.kernel.errors import Forbidden, Invalid, Missing
from minfu.kernel.models import Event
from minfu.registry.models import Reveal

SEEN = "核对了身份证"


def handed(client: Client, case: Case, explanation: str = SEEN) -> Any:
    return client.post(f"/cases/{case.pk}/hand-out/", {"explanation": explanation})


def test_a_desk_hands_over_demands_mediations_and_hazards(world: World) -> None:
    row = story.agreed(world)
    hazards.opened(world)
    case = Case.objects.get(pk=row.case_id)
    client = client_of(world, "clerk")
    assert "怎样确认是本人" in client.get(f"/cases/{case.pk}/hand-out/").content.decode()
    answer = handed(client, case)
    assert answer["Content-Disposition"].startswith("attachment")
    told = json.loads(answer.content)
    assert [one["类型"] for one in told] == ["矛盾纠纷", "隐患", "人民调解", "隐患"]
    assert told[0]["姓名"] == "林小满"
    assert "陈阿福" not in answer.content.decode()
    looks = Reveal.objects.filter(purpose="own_request")
    assert {look.explanation for look in looks} == {SEEN}
    assert looks.count() == 2, "one for each demand with a contact"
    fact = Event.objects.get(name=events.DATA_HANDED_OUT, subject_id=case.pk)
    assert fact.reason == SEEN


def test_what_the_desk_does_not_see_is_not_in_it_and_not_said_to_exist(world: World) -> None:
    case = world.register()
    elsewhere = world.register(spot=Spot(village_code=PINGHU_VILLAGES[0]))
    told = json.loads(handed(client_of(world, "clerk"), case).content)
    assert [one["编号"] for one in told] == [case.number]
    assert not Reveal.objects.filter(identity=elsewhere.reporter).exists()


def test_who_shares_the_telephone_under_another_name_is_somebody_else(world: World) -> None:
    case = world.register(person=Person(name="林大山", phone="13800001234"))
    world.register()
    assert [one["编号"] for one in json.loads(handed(client_of(world, "clerk"), case).content)] == [
        case.number
    ]


@pytest.mark.parametrize(
    ("name", "status"),
    [("officer", 200), ("leader", 403), ("auditor", 403), ("water", 404), ("other_clerk", 404)],
)
def test_only_whose_business_it_is(world: World, name: str, status: int) -> None:
    case = world.at("handling")
    assert client_of(world, name).get(f"/cases/{case.pk}/hand-out/").status_code == status
    assert handed(client_of(world, name), case).status_code == status


def test_nothing_leaves_without_saying_how_one_knows(world: World) -> None:
    case = world.register()
    assert handed(client_of(world, "clerk"), case, " ").status_code == 422
    with pytest.raises(Invalid):
        actions.hand_out(actor=world.clerk, case_id=case.pk, explanation=" ")
    with pytest.raises(Forbidden):
        actions.hand_out(actor=world.leader, case_id=case.pk, explanation=SEEN)
    anonymous = world.register(person=hazards.nobody(), mode=Mode.ANONYMOUS)
    with pytest.raises((Missing, Forbidden)):
        actions.hand_out(actor=world.clerk, case_id=anonymous.pk, explanation=SEEN)
    assert not Reveal.objects.exists()
    assert not Event.objects.filter(name=events.DATA_HANDED_OUT).exists()
