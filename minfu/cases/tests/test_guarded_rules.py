"""Rules that hold whatever the county configures and whoever is in a hurry: wrongdoing, objections, grids, foreign ids."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from minfu.accounts.models import Level
from minfu.cases.models import Case, RoutingRule, TimeLimit
from minfu.cases.rules import actions, catalog, routing
from minfu.cases.rules.intake import Intake, Person, Spot
from minfu.cases.tests.api import Caller
from minfu.cases.tests.desk import sign_in, text
from minfu.cases.tests.world import FENGPU, FENGPU_VILLAGES, PINGHU_VILLAGES, World
from minfu.kernel.errors import Invalid, Refused
from minfu.places.models import Grid

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


# --- wrongdoing ----------------------------------------------------------------------------------------------------


def wrongdoing(world: World, **more: Any) -> Case:
    return world.register(kind="wrongdoing", description="有人挪用修路款", **more)


def test_wrongdoing_never_goes_to_a_village_whatever_the_rules_say(world: World) -> None:
    RoutingRule.objects.create(
        order=1, kind="wrongdoing", level="village", valid_from="2026-01-01", source="县里自己写的"
    )
    catalog.forget()
    case = wrongdoing(world)
    assert (case.state, case.lead, case.desk) == ("waiting", None, world.units["fengpu"])
    for village in FENGPU_VILLAGES:
        with pytest.raises(Refused) as refusal:
            actions.assign(actor=world.clerk, case_id=case.pk, unit_id=world.units[village].pk, reason="就近")
        assert refusal.value.code == "may_not_lead"
    assert world.units[FENGPU_VILLAGES[0]].name not in text(
        sign_in("clerk").get(f"/cases/{case.pk}/step/assign/")
    )
    led = actions.assign(actor=world.dispatcher, case_id=case.pk, unit_id=world.units["road"].pk)
    assert led.state == "assigned"


def test_wrongdoing_of_a_township_without_a_name_is_not_its_own_to_handle(world: World) -> None:
    """Known only to lie in Fengpu: whom else would it be about than Fengpu's own?"""
    now = catalog.current()
    matter = routing.Matter(
        kind="wrongdoing", urgency="normal", category=now.categories["040102"], township_code=FENGPU,
        village_code="", placed=True,
    )  # fmt: skip
    route = routing.route(matter, now)
    assert (route.lead, route.desk.level) == (None, Level.COUNTY)
    township = now.units[world.units["fengpu"].pk]
    assert routing.may_lead(township, matter, now)
    other = now.units[world.units["pinghu"].pk]
    assert not routing.may_lead(other, matter, now)


def test_a_lead_calls_no_village_to_help_with_wrongdoing_and_never_the_countys_desk(world: World) -> None:
    case = wrongdoing(world)
    actions.assign(actor=world.dispatcher, case_id=case.pk, unit_id=world.units["road"].pk)
    actions.accept(actor=world.road, case_id=case.pk)
    for name in (FENGPU_VILLAGES[0], "county"):
        with pytest.raises(Invalid) as refusal:
            actions.call_help(actor=world.road, case_id=case.pk, unit_id=world.units[name].pk, task="去问问")
        assert set(refusal.value.fields) == {"unit"}
    actions.call_help(actor=world.road, case_id=case.pk, unit_id=world.units["water"].pk, task="去问问")


def test_what_turns_out_to_be_wrongdoing_leaves_the_village_first(world: World) -> None:
    case = world.at("handling")
    with pytest.raises(Refused) as refusal:
        actions.classify(actor=world.clerk, case_id=case.pk, category_code="040101", kind="wrongdoing")
    assert refusal.value.code == "may_not_lead"
    actions.call_help(
        actor=world.officer, case_id=case.pk, unit_id=world.units[FENGPU_VILLAGES[1]].pk, task="帮忙"
    )
    actions.reassign(actor=world.clerk, case_id=case.pk, unit_id=world.units["road"].pk, reason="有人举报")
    with pytest.raises(Refused) as refusal:
        actions.classify(actor=world.dispatcher, case_id=case.pk, category_code="040101", kind="wrongdoing")
    assert refusal.value.code == "may_not_help"


def test_a_township_does_not_make_wrongdoing_into_something_else(world: World) -> None:
    case = wrongdoing(world)
    with pytest.raises(Refused) as refusal:
        actions.classify(actor=world.clerk, case_id=case.pk, category_code="040101", kind="consultation")
    assert refusal.value.code == "wrongdoing_stays"
    plain = world.register()
    with pytest.raises(Refused):
        actions.merge(actor=world.clerk, case_id=case.pk, into_id=plain.pk)
    spot = Spot(village_code=FENGPU_VILLAGES[0])
    parts = actions.split(
        actor=world.clerk,
        case_id=case.pk,
        parts=[
            Intake(door="web", description="修路款", kind="request", category_code="040101", spot=spot),
            Intake(door="web", description="水管款", kind="request", category_code="040101", spot=spot),
        ],
    )
    assert {(part.kind, part.state, part.lead_id) for part in parts} == {("wrongdoing", "waiting", None)}
    other = wrongdoing(world)
    changed = actions.classify(
        actor=world.dispatcher, case_id=other.pk, category_code="040101", kind="complaint"
    )
    assert (changed.kind, changed.restricted) == ("complaint", True)


# --- objections ----------------------------------------------------------------------------------------------------


def upheld(world: World) -> Case:
    case = world.register()
    actions.object_to(actor=world.officer, case_id=case.pk, reason="不是我村的路")
    return actions.uphold(actor=world.clerk, case_id=case.pk, decision="确实不是")


def test_a_unit_that_objected_rightly_is_not_given_it_again_by_the_same_desk(world: World) -> None:
    case = upheld(world)
    village = world.officer.unit_id or 0
    with pytest.raises(Refused) as refusal:
        actions.assign(actor=world.clerk, case_id=case.pk, unit_id=village, reason="还是你们办")
    assert refusal.value.code == "objection_upheld"
    with pytest.raises(Invalid) as unexplained:
        actions.assign(actor=world.dispatcher, case_id=case.pk, unit_id=village)
    assert set(unexplained.value.fields) == {"reason"}
    given = actions.assign(
        actor=world.dispatcher, case_id=case.pk, unit_id=village, reason="界线图显示是该村的路"
    )
    assert given.lead_id == village


def test_nor_by_reassigning_nor_in_bulk(world: World) -> None:
    case = upheld(world)
    village = world.officer.unit_id or 0
    actions.assign(actor=world.clerk, case_id=case.pk, unit_id=world.units[FENGPU_VILLAGES[1]].pk)
    with pytest.raises(Refused) as refusal:
        actions.reassign(actor=world.clerk, case_id=case.pk, unit_id=village, reason="换")
    assert refusal.value.code == "objection_upheld"
    other = upheld(world)
    answer = sign_in("clerk").post("/cases/bulk/", {"case": [other.pk], "unit": village, "reason": "批量"})
    assert "异议已经裁定成立" in text(answer)


def test_what_one_at_the_county_upheld_takes_another_person_to_overturn(world: World) -> None:
    case = world.register(category_code="040201")
    water = world.water.unit_id or 0
    actions.object_to(actor=world.water, case_id=case.pk, reason="不是我局")
    actions.uphold(actor=world.dispatcher, case_id=case.pk, decision="是")
    with pytest.raises(Refused):
        actions.assign(actor=world.dispatcher, case_id=case.pk, unit_id=water, reason="改主意了")
    actions.assign(actor=world.dispatcher2, case_id=case.pk, unit_id=water, reason="职责清单写明")


def test_an_objection_comes_within_its_limit_also_where_no_limit_for_accepting_is_set(world: World) -> None:
    TimeLimit.objects.filter(clock="accept").delete()
    catalog.forget()
    with time_machine.travel(MONDAY, tick=False) as traveller:
        case, other = world.register(), world.register()
        actions.reassign(
            actor=world.clerk, case_id=other.pk, unit_id=world.units[FENGPU_VILLAGES[1]].pk, reason="换"
        )
        traveller.shift(timedelta(days=10))
        with pytest.raises(Refused) as refusal:
            actions.object_to(actor=world.officer, case_id=case.pk, reason="不归我")
        assert refusal.value.code == "objection_late"
        # The time counts from the last assignment, not from the first.
        actions.reassign(
            actor=world.clerk, case_id=other.pk, unit_id=world.officer.unit_id or 0, reason="换回"
        )
        traveller.shift(timedelta(hours=3))
        assert actions.object_to(actor=world.officer, case_id=other.pk, reason="不归我").state == "objected"


def test_attempts_of_an_earlier_round_do_not_count_without_a_limit_for_confirming(world: World) -> None:
    TimeLimit.objects.filter(clock="confirm").delete()
    catalog.forget()
    with time_machine.travel(MONDAY, tick=False) as traveller:
        case = world.at("asking")
        for _day in range(3):
            actions.attempt(actor=world.clerk, case_id=case.pk, reached=False)
            traveller.shift(timedelta(days=1))
        actions.confirm(actor=world.resident(case), case_id=case.pk, outcome="not_solved", remark="还是黑的")
        actions.assign(actor=world.clerk, case_id=case.pk, unit_id=world.officer.unit_id or 0)
        actions.accept(actor=world.officer, case_id=case.pk)
        actions.report(actor=world.officer, case_id=case.pk, what="换了。")
        case = actions.verify(actor=world.clerk, case_id=case.pk, finding="看过")
        assert actions.failed_days(case) == 0
        with pytest.raises(Refused) as refusal:
            actions.close_unconfirmed(actor=world.clerk, case_id=case.pk)
    assert refusal.value.code == "attempts_missing"


# --- what a program names ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["unknown", "ended", "elsewhere"])
def test_a_grid_that_is_not_there_is_told_and_not_passed_over(world: World, kind: str) -> None:
    grid = world.grid.pk
    village = FENGPU_VILLAGES[0]
    if kind == "ended":
        Grid.objects.update(valid_to="2026-02-01")
    place = {
        "unknown": {"grid": 987654321},
        "ended": {"grid": grid},
        "elsewhere": {"grid": grid, "village": PINGHU_VILLAGES[0]},
    }[kind]
    caller = Caller(world, "clerk")
    answer = caller.post("/cases", {"description": "路灯坏了", "place": place})
    assert answer.status_code == 422
    assert "grid" in str(answer.json())
    assert not Case.objects.exists()
    if kind == "elsewhere":
        for named in (village, FENGPU):
            good = caller.post(
                "/cases", {"description": "路灯坏了", "place": {"grid": grid, "village": named}}
            )
            assert good.status_code == 201, good.json()


def test_no_id_of_a_demand_one_may_not_see_is_given_away(world: World) -> None:
    hidden = world.register(
        mode="confidential", kind="complaint", complained_unit_id=world.units[FENGPU_VILLAGES[0]].pk
    )
    seen = world.register(kind="complaint", complained_unit_id=world.units[FENGPU_VILLAGES[0]].pk)
    Case.objects.filter(pk=seen.pk).update(split_from=hidden.pk)
    merged, main = world.register(person=Person()), world.register(person=Person())
    actions.merge(actor=world.clerk, case_id=merged.pk, into_id=main.pk)
    Case.objects.filter(pk=main.pk).update(
        restricted=True, holder=world.units["road"], lead=world.units["road"]
    )
    officer, clerk = Caller(world, "officer"), Caller(world, "clerk")
    assert officer.get(f"/cases/{seen.pk}").json()["split_from"] is None
    assert officer.get(f"/cases/{merged.pk}").json()["merged_into"] is None
    assert clerk.get(f"/cases/{seen.pk}").json()["split_from"] == hidden.pk
    assert clerk.get(f"/cases/{merged.pk}").json()["merged_into"] == main.pk
    page = text(sign_in("officer").get(f"/cases/{merged.pk}/"))
    assert main.number not in page
