"""Numbers are queries over the history: as many as their records, whoever looks, counted step by step or all anew."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import translation

from minfu.accounts.actor import system
from minfu.cases.rules import actions
from minfu.cases.rules.intake import Spot
from minfu.cases.tests.world import FENGPU, FENGPU_VILLAGES, PINGHU, World
from minfu.figures import door
from minfu.figures.models import Bucket, Cell
from minfu.figures.rules import feed
from minfu.kernel.errors import Invalid, Missing

NOVEMBER = datetime(2026, 11, 10, 2, tzinfo=UTC)  # a Tuesday, 10:00 in China
MONTH = "2026-11"


def number(name: str, area: str = "", when: str = MONTH, **more: Any) -> Any:
    """Return a figure as the software itself reads it."""
    return door.figure(more.get("actor", system()), name, area, when)


def answer(world: World, outcome: str, stars: int | None, **more: Any) -> Any:
    """Bring a demand to an answer."""
    case = world.at("asking", **more)
    return actions.confirm(
        actor=world.resident(case), case_id=case.pk, outcome=outcome, satisfaction=stars, remark="看过了"
    )


@time_machine.travel(NOVEMBER, tick=False)
def test_what_is_registered_counts_where_it_lies_and_for_whose_it_is(world: World) -> None:
    world.register()
    world.register(spot=Spot(village_code=FENGPU_VILLAGES[1]))
    world.register(actor=world.dispatcher, kind="wrongdoing", spot=Spot(village_code=FENGPU_VILLAGES[0]))
    assert number("registered").value == 3
    # A restricted one counts in the county and for its unit, at no place below.
    assert number("registered", FENGPU).value == 2
    assert number("registered", FENGPU_VILLAGES[0]).value == 1
    assert number("registered", PINGHU).value == 0
    assert number("registered", "", "2026-10").value == 0
    parts = door.split(system(), "registered", "place", "", MONTH)
    assert {part.label: part.number for part in parts} == {"凤埔乡": 2, "平湖镇": 0}
    kinds = {part.key: part.number for part in door.split(system(), "registered", "kind", "", MONTH)}
    assert sum(number or 0 for number in kinds.values()) == 3
    assert kinds["wrongdoing"] == 1


@time_machine.travel(NOVEMBER, tick=False)
def test_the_three_rates_with_both_weightings(world: World) -> None:
    answer(world, "solved", 5)
    answer(world, "solved", 3)
    answer(world, "partly", 3)
    answer(world, "not_solved", None)
    assert number("solving").value == Decimal("62.5")  # (2 + 0.5) / 4
    assert number("solving_plain").value == Decimal(50)
    assert (number("satisfaction").top, number("satisfaction").whole) == (Decimal("2.6"), 3)
    assert number("satisfaction_plain").value == Decimal(100)
    assert number("reopened").value == 1
    assert number("response").value == Decimal(100)  # the answer is a contact in time
    assert number("in_time").value == Decimal(100)
    three = number("three_rates")
    assert three.value is not None
    assert three.shown == "82.2%"  # 0.30 × 100 + 0.35 × 62.5 + 0.35 × 86.67
    assert "0.350" not in three.told
    assert "0.35 × 解决率" in three.told


def test_who_never_acts_is_late_all_the_same(world: World) -> None:
    with time_machine.travel(NOVEMBER, tick=False) as clock:
        case = world.at("handling")
        clock.shift(timedelta(days=14))
        actions.sweep()
        assert (number("in_time").top, number("in_time").whole) == (0, 1)
        assert (number("response").top, number("response").whole) == (0, 1)
        assert number("in_time", f"u{world.units[FENGPU_VILLAGES[0]].pk}").whole == 1
        actions.report(actor=world.officer, case_id=case.pk, what="换好了。")
        actions.verify(actor=world.clerk, case_id=case.pk, finding="看过了。")
        # Found done later it does not count twice, and how long it took is known.
        assert (number("in_time").top, number("in_time").whole) == (0, 1)
        assert number("duration").value == 14
        [part] = door.split(system(), "duration", "level", "", MONTH)
        assert (part.key, part.number, part.told) == ("village", 1, 14)


def test_each_level_has_its_own_median_and_all_have_one(world: World) -> None:
    """Two levels that took as long are told apart, and one number stands for both where nobody asks for levels."""
    with time_machine.travel(NOVEMBER, tick=False) as clock:
        cases = [world.at("handling"), world.at("handling"), world.at("handling")]
        for days, level, case in zip((2, 0, 3), ("village", "township", "village"), cases, strict=True):
            clock.shift(timedelta(days=days))
            actions.report(actor=world.officer, case_id=case.pk, what="换好了。", settled_level=level)
            actions.verify(actor=world.clerk, case_id=case.pk, finding="看过了。")
        feed.catch_up()
        assert number("duration").value == 2
        parts = door.split(system(), "duration", "level", "", MONTH)
        assert [(part.key, part.number, part.told) for part in parts] == [
            ("township", 1, 2),
            ("village", 2, 2),
        ]
        feed.rebuild()
        assert door.split(system(), "duration", "level", "", MONTH) == parts


def test_a_report_sent_back_is_no_work_done(world: World) -> None:
    with time_machine.travel(NOVEMBER, tick=False) as clock:
        case = world.at("reported")
        actions.send_back(actor=world.clerk, case_id=case.pk, finding="还是不亮。")
        assert number("in_time").whole == 0
        assert number("verified").shown == "0.0%"
        clock.shift(timedelta(days=20))
        actions.report(actor=world.officer, case_id=case.pk, what="换好了。")
        actions.verify(actor=world.clerk, case_id=case.pk, finding="看过了。")
        assert (number("in_time").top, number("in_time").whole) == (0, 1)
        assert number("verified").shown == "50.0%"


@time_machine.travel(NOVEMBER, tick=False)
def test_it_counts_for_who_was_responsible_that_day(world: World) -> None:
    first, second = (world.units[code].pk for code in FENGPU_VILLAGES)
    case = world.at("asking")
    actions.confirm(
        actor=world.resident(case), case_id=case.pk, outcome="not_solved", remark="又坏了", satisfaction=1
    )
    actions.assign(actor=world.dispatcher, case_id=case.pk, unit_id=second, reason="改由际头村协助")
    assert number("reopened", f"u{first}").value == 1
    assert number("reopened", f"u{second}").value == 0
    assert number("in_time", f"u{first}").whole == 1


@time_machine.travel(NOVEMBER, tick=False)
def test_counted_step_by_step_or_all_anew_it_is_the_same(world: World) -> None:
    for outcome, stars in (("solved", 5), ("partly", None), ("not_solved", 2)):
        answer(world, outcome, stars)
        feed.catch_up()
    world.at("reported")
    feed.catch_up()
    before = (_rows(Cell), _rows(Bucket))
    assert feed.rebuild() == sum(len(cell.events) for cell in Cell.objects.all())
    assert (_rows(Cell), _rows(Bucket)) == before
    assert before[0]


def _rows(model: Any) -> list[Any]:
    return sorted(model.objects.values_list())


@time_machine.travel(NOVEMBER, tick=False)
def test_the_records_are_as_many_as_the_number_and_what_one_may_not_open_is_told(world: World) -> None:
    world.register()
    hidden = world.register(
        actor=world.dispatcher, kind="wrongdoing", spot=Spot(village_code=FENGPU_VILLAGES[0])
    )
    found = number("registered")
    page = door.records_of(world.auditor, "registered", "", MONTH)
    assert len(page.records) == found.value == 2
    assert page.hidden == 0
    # Whoever holds the unit that works on it sees it; the county's figures read by one who may not open it show a gap.
    unit = f"u{hidden.holder_id}"
    assert number("registered", unit).value == len(
        door.records_of(system(), "registered", unit, MONTH).records
    )
    ours = door.records_of(world.clerk, "registered", FENGPU, MONTH)
    assert len(ours.records) == number("registered", FENGPU).value == 1


@time_machine.travel(NOVEMBER, tick=False)
def test_what_moved_away_stands_in_its_place_hidden(world: World) -> None:
    case = world.register()
    actions.place(actor=world.dispatcher, case_id=case.pk, village_code="350922101200")
    page = door.records_of(world.officer, "registered", FENGPU_VILLAGES[0], MONTH)
    assert number("registered", FENGPU_VILLAGES[0]).value == len(page.records) == 1
    # The village's officer still works on it; another of the township does not.
    assert page.hidden == 0


@time_machine.travel(NOVEMBER, tick=False)
def test_pages_of_records_hold_each_once(world: World) -> None:
    for _number in range(7):
        world.register()
    seen, cursor = [], ""
    while True:
        page = door.records_of(world.clerk, "registered", FENGPU, MONTH, cursor=cursor, size=3)
        seen += [record.case.pk for record in page.records]
        cursor = page.next
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 7


@time_machine.travel(NOVEMBER, tick=False)
def test_what_is_settled_between_two_pages_makes_no_other_vanish(world: World) -> None:
    rows = [world.at("asking") for _number in range(5)]
    first = door.records_of(world.clerk, "open", FENGPU, MONTH, size=2)
    gone = first.records[0].case
    actions.confirm(actor=world.resident(gone), case_id=gone.pk, outcome="solved", satisfaction=5)
    seen = [one.case.pk for one in first.records]
    while first.next:
        first = door.records_of(world.clerk, "open", FENGPU, MONTH, cursor=first.next, size=2)
        seen += [one.case.pk for one in first.records]
    assert seen == [one.pk for one in rows]


@time_machine.travel(NOVEMBER, tick=False)
def test_what_there_is_now(world: World) -> None:
    world.at("solved")
    world.at("handling")
    assert number("open").value == 1
    assert (
        number("open", FENGPU).value == len(door.records_of(world.clerk, "open", FENGPU, MONTH).records) == 1
    )
    assert number("overdue").value == 0
    with time_machine.travel(NOVEMBER + timedelta(days=30), tick=False):
        assert number("overdue", FENGPU_VILLAGES[0]).value == 1
        assert number("overdue", PINGHU).value == 0


@pytest.mark.parametrize(
    ("who", "area", "seen"),
    [
        ("clerk", FENGPU, True), ("clerk", FENGPU_VILLAGES[0], True), ("clerk", PINGHU, False), ("clerk", "", False),
        ("officer", FENGPU_VILLAGES[0], True), ("officer", FENGPU, False), ("auditor", "", True),
        ("water", "", False), ("dispatcher", PINGHU, True), ("clerk", "999999999999", False), ("clerk", "u99999", False),
    ],
)  # fmt: skip
@time_machine.travel(NOVEMBER, tick=False)
def test_one_reads_the_figures_of_ones_own_area(world: World, who: str, area: str, *, seen: bool) -> None:
    actor = world.actors[who]
    if seen:
        assert door.figure(actor, "registered", area, MONTH).value == 0
        return
    with pytest.raises(Missing):
        door.figure(actor, "registered", area, MONTH)


@time_machine.travel(NOVEMBER, tick=False)
def test_what_cannot_be_said_is_refused_with_a_sentence(world: World) -> None:
    with pytest.raises(Missing, match="没有安装"):
        number("projects_started")
    with pytest.raises(Invalid, match="还没有开始"):
        number("registered", "", "2027-01")
    with pytest.raises(Invalid, match="没有“昨天”这个时段"):
        number("registered", "", "昨天")
    assert number("solving").shown == "—"
    assert world


@time_machine.travel(NOVEMBER, tick=False)
def test_a_published_figure_stays_and_a_change_shows(world: World) -> None:
    answer(world, "solved", 5)
    with pytest.raises(Invalid, match="还没有结束"):
        door.publish(actor=world.dispatcher, name="registered", area="", when=MONTH)
    with time_machine.travel(NOVEMBER + timedelta(days=40), tick=False):
        row = door.publish(actor=world.dispatcher, name="solving", area="", when=MONTH, used_in="月报")
        assert (row.value, row.rows) == ("100.0%", 1)
        assert not door.correction(row).changed
        with translation.override("en"):
            told = door.publish(actor=world.dispatcher, name="registered", area="", when=MONTH)
            assert (told.value, told.query["title"]) == ("1 件", "登记诉求")
            assert door.correction(told).now.shown != told.value
            assert not door.correction(told).changed  # another language is no other number
        Cell.objects.all().delete()
        Bucket.objects.all().delete()
        changed = door.correction(row)
        assert changed.changed
        assert "定稿时 100.0%（1 条记录）" in changed.words
