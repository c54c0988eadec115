"""Numbers count for who was responsible on that day: villages merge, households move, people change posts; what was stays."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import time_machine

from minfu.accounts.access import actor_for
from minfu.accounts.rules import posts
from minfu.accounts.rules.posts import PostTerms
from minfu.cases.door import in_hand
from minfu.cases.models import Case
from minfu.cases.rules import actions
from minfu.cases.rules.intake import Spot
from minfu.cases.tests.api import Caller
from minfu.cases.tests.screens import client_of, user_of
from minfu.cases.tests.world import FENGPU, FENGPU_VILLAGES, World
from minfu.figures import door
from minfu.figures.rules import feed
from minfu.kernel.errors import Missing
from minfu.kernel.record import Stamp
from minfu.places import changes, index
from minfu.places.models import Grid
from minfu.registry.vault import Contact

OCTOBER = datetime(2026, 10, 20, 2, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 10, 2, tzinfo=UTC)
OLD, NEW = FENGPU_VILLAGES


def number(world: World, name: str, area: str, when: str) -> int:
    """Return a figure as the county reads it."""
    return int(door.figure(world.auditor, name, area, when).top)


def merged() -> None:
    """Merge the first village into the second."""
    Grid.objects.update(valid_to=date(2026, 11, 1))
    changes.end_division(
        stamp=Stamp("system", "job"),
        code=OLD,
        on=date(2026, 11, 1),
        successor_code=NEW,
        reason="古政〔2026〕9号",
    )
    index.forget()


def test_a_merged_village_keeps_its_days_and_the_other_answers_from_then_on(world: World) -> None:
    with time_machine.travel(OCTOBER, tick=False):
        case = world.at("asking")
        ended = world.at("solved")
        waits = world.register()
    with time_machine.travel(NOVEMBER, tick=False):
        merged()
        assert actions.follow_mergers() == 2
        assert actions.follow_mergers() == 0
        for one in (case, ended, waits):
            one.refresh_from_db()
        assert (case.village_code, waits.village_code, ended.village_code) == (NEW, NEW, OLD)
        assert case.grid_id is None
        assert "凤埔村已并入" in case.place_reason
        actions.confirm(actor=world.resident(case), case_id=case.pk, outcome="solved", satisfaction=4)
        assert [number(world, "registered", place, "2026-10") for place in (OLD, NEW, FENGPU)] == [3, 0, 3]
        assert [number(world, "solved", place, "2026-11") for place in (OLD, NEW, FENGPU)] == [0, 1, 1]
        assert [number(world, "open", place, "2026-11") for place in (OLD, NEW, FENGPU)] == [0, 1, 1]
        assert in_hand.number(NEW, None, late=False) == 1
        names = [one.name for one in door.areas_below(door.area_for(world.auditor, FENGPU))]
        assert names == ["际头村", "凤埔村（已并入际头村）"]
        page = door.records_of(world.auditor, "registered", OLD, "2026-10")
        assert len(page.records) == 3
        assert {one.place for one in page.records} == {OLD}
        before = number(world, "registered", OLD, "2026")
        feed.rebuild()
        assert number(world, "registered", OLD, "2026") == before == 3


@time_machine.travel(NOVEMBER, tick=False)
def test_who_takes_another_post_takes_no_numbers_along(world: World) -> None:
    world.at("solved")
    first, second = (f"u{world.units[code].pk}" for code in FENGPU_VILLAGES)
    assert door.figure(world.officer, "solved", first, "2026-11").value == 1
    moved = replace(world.officer, unit_id=world.units[NEW].pk, area=NEW)  # another post of the same person
    assert number(world, "solved", first, "2026-11") == 1
    assert door.figure(moved, "solved", second, "2026-11").value == 0
    with pytest.raises(Missing):
        door.figure(moved, "solved", first, "2026-11")


def read(world: World, name: str, area: str, when: str) -> tuple[int, list[str]]:
    """Return a figure as a program of the county reads it, and the numbers of the demands behind it."""
    auditor, where = Caller(world, "auditor"), {"area": area, "period": when}
    found = auditor.get(f"/figures/{name}", where).json()
    listed = auditor.get(f"/figures/{name}/records", where).json()["items"]
    return int(found["value"]), [one["number"] for one in listed]


def move_house(world: World, case: Case) -> None:
    """Let a resident move to the second village: their address is corrected, and the demand placed where they live now."""
    asked = actions.ask_about_data(
        actor=world.resident(case), case_id=case.pk, wish="correct", words="搬家了",
        contact=Contact(name="林小满", phone="13800001234", address="际头村 12 号"),
    )  # fmt: skip
    actions.decide_data_request(actor=world.clerk, request_id=asked.pk, granted=True)
    actions.place(actor=world.clerk, case_id=case.pk, village_code=NEW)


def test_a_household_that_moves_leaves_what_was_and_counts_anew_where_it_lives(world: World) -> None:
    with time_machine.travel(OCTOBER, tick=False):
        case = world.at("handling")
    with time_machine.travel(NOVEMBER, tick=False):
        move_house(world, case)
        actions.report(actor=world.officer, case_id=case.pk, what="换了灯泡，已亮。")
        actions.verify(actor=world.clerk, case_id=case.pk, finding="现场看过，路灯已亮。")
        actions.confirm(actor=world.resident(case), case_id=case.pk, outcome="solved", satisfaction=4)
        again = world.register(spot=Spot(village_code=NEW))  # the same person, from the new house
        for name, when, old, new in (
            ("registered", "2026-10", [case.number], []),
            ("registered", "2026-11", [], [again.number]),
            ("solved", "2026-10", [], []),
            ("solved", "2026-11", [], [case.number]),
        ):
            told = [read(world, name, place, when) for place in (OLD, NEW)]
            assert told == [(len(old), old), (len(new), new)], (name, when)
        feed.rebuild()
        assert read(world, "registered", OLD, "2026-10") == (1, [case.number])
        assert read(world, "registered", FENGPU, "2026")[0] == 2


@time_machine.travel(NOVEMBER, tick=False)
def test_who_is_given_a_post_in_another_unit_works_for_that_unit_from_then_on(world: World) -> None:
    before = world.at("solved")
    first, second = (f"u{world.units[code].pk}" for code in FENGPU_VILLAGES)
    today, user = date(2026, 11, 10), user_of(world, "officer")
    here = f"/figures/solved/?area={first}&period=2026-11"
    assert client_of(world, "officer").get(here).status_code == 200
    posts.end_post(world.officer.post_id or 0, ends_on=today, reason="工作调动", actor=world.administrator)
    terms = PostTerms(unit_id=world.units[NEW].pk, role="village_officer", area=NEW, starts_on=today)
    posts.give_post(user.pk, terms, actor=world.administrator)
    moved = actor_for(user, None, "screen")
    assert moved is not None
    assert moved.unit_id == world.units[NEW].pk
    world.actors["officer"] = moved
    assert read(world, "solved", first, "2026-11") == (1, [before.number])
    assert read(world, "solved", second, "2026-11") == (0, [])
    after = world.at("solved", spot=Spot(village_code=NEW))
    assert read(world, "solved", first, "2026-11") == (1, [before.number])
    assert read(world, "solved", second, "2026-11") == (1, [after.number])
    assert client_of(world, "officer").get(here).status_code == 404
    assert after.number in client_of(world, "officer").get(here.replace(first, second)).content.decode()
