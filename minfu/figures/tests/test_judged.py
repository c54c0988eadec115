"""What two persons leave out of the rates."""

from datetime import UTC, datetime

import pytest
import time_machine

from minfu.accounts.actor import system
from minfu.cases.rules import actions
from minfu.cases.tests.world import World
from minfu.figures import door
from minfu.kernel.errors import Forbidden, Invalid, Missing, Refused
from minfu.kernel.models import Event

NOVEMBER = datetime(2026, 11, 10, 2, tzinfo=UTC)


def _asked(world: World, case_id: int) -> int:
    return door.ask_exclusion(actor=world.dispatcher, case_id=case_id, reason="force", why="台风停电")


@time_machine.travel(NOVEMBER, tick=False)
def test_a_rate_gets_better_only_by_two_hands(world: World) -> None:
    for outcome in ("solved", "not_solved"):
        case = world.at("asking")
        actions.confirm(
            actor=world.resident(case), case_id=case.pk, outcome=outcome, satisfaction=1, remark="说明"
        )

    def rate() -> str:
        return door.figure(system(), "solving", "", "2026-11").shown

    asked = _asked(world, case.pk)
    assert rate() == "50.0%"  # asking changes nothing
    with pytest.raises(Forbidden, match="须由另一人审核"):
        door.decide_exclusion(actor=world.dispatcher, exclusion_id=asked, grant=True, decision="同意")
    with pytest.raises(Forbidden):
        door.decide_exclusion(actor=world.clerk, exclusion_id=asked, grant=True, decision="同意")
    with pytest.raises(Refused, match="已经申请过"):
        _asked(world, case.pk)
    door.decide_exclusion(actor=world.dispatcher2, exclusion_id=asked, grant=True, decision="查证属实")
    assert rate() == "100.0%"
    assert door.figure(system(), "reopened", "", "2026-11").value == 1  # only rates leave it out
    door.end_exclusion(actor=world.dispatcher2, exclusion_id=asked, decision="查证有误")
    assert rate() == "50.0%"
    names = list(
        Event.objects.filter(subject_type="exclusion").order_by("seq").values_list("name", flat=True)
    )
    assert names == ["figures.exclusion_asked", "figures.exclusion_granted", "figures.exclusion_ended"]


@time_machine.travel(NOVEMBER, tick=False)
def test_what_may_not_be_asked(world: World) -> None:
    case = world.register()
    with pytest.raises(Invalid, match="请写明为什么"):
        door.ask_exclusion(actor=world.clerk, case_id=case.pk, reason="force", why=" ")
    with pytest.raises(Invalid, match="请选择剔除的原因"):
        door.ask_exclusion(actor=world.clerk, case_id=case.pk, reason="because", why="不想算")
    with pytest.raises(Missing):
        door.ask_exclusion(actor=world.other_clerk, case_id=case.pk, reason="force", why="不是本地的")
    with pytest.raises(Forbidden):
        door.ask_exclusion(actor=world.officer, case_id=case.pk, reason="force", why="村里不能申请")
    asked = door.ask_exclusion(actor=world.clerk, case_id=case.pk, reason="force", why="台风")
    with pytest.raises(Invalid, match="请写明审核意见"):
        door.decide_exclusion(actor=world.dispatcher, exclusion_id=asked, grant=False, decision="")
    door.decide_exclusion(actor=world.dispatcher, exclusion_id=asked, grant=False, decision="当天没有停电")
    with pytest.raises(Refused):
        door.decide_exclusion(actor=world.dispatcher, exclusion_id=asked, grant=True, decision="又同意了")
