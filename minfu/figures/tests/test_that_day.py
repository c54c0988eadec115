"""Numbers count for who was responsible on that day: villages merge and people change their posts, and what was stays."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import time_machine

from minfu.cases.door import in_hand
from minfu.cases.rules import actions
from minfu.cases.tests.world import FENGPU, FENGPU_VILLAGES, World
from minfu.figures import door
from minfu.figures.rules import feed
from minfu.kernel.errors import Missing
from minfu.kernel.record import Stamp
from minfu.places import changes, index
from minfu.places.models import Grid

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
