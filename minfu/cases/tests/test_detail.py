"""What each reader sees of a demand: masked, hidden, or told."""

import pytest
from django.db import connection

from minfu.accounts.actor import resident
from minfu.cases.rules import access, actions, counts, detail, lists
from minfu.cases.rules.intake import Person
from minfu.cases.tests.world import FENGPU, FENGPU_VILLAGES, World
from minfu.kernel.errors import Invalid


def test_reporters_are_masked_and_hidden_from_those_reported(world: World) -> None:
    case = world.register(kind="complaint", complained_unit_id=world.units[FENGPU_VILLAGES[0]].pk)
    shown = detail.reporter(world.clerk, case)
    assert shown.masked is not None
    assert (shown.masked.name, shown.masked.phone) == ("林*", "138****1234")
    hidden = detail.reporter(world.officer, case)
    assert (hidden.known, hidden.masked) == (False, None)
    assert detail.reporter(world.auditor, case).masked is None


def test_the_residents_history_leaves_out_what_colleagues_say(world: World) -> None:
    case = world.at("handling")
    actions.remark(actor=world.clerk, case_id=case.pk, what="这家老板脾气不好")
    staff = [line.reason for line in detail.detail(world.clerk, case).history]
    told = [line.reason for line in detail.history_for_resident(case)]
    assert "这家老板脾气不好" in staff
    assert "这家老板脾气不好" not in told


def test_next_steps_are_those_that_may_be_taken(world: World) -> None:
    case = world.register()
    assert {step.name for step in access.next_steps(world.officer, case)} >= {"accept", "object", "remark"}
    assert "assign" not in {step.name for step in access.next_steps(world.officer, case)}
    assert {step.name for step in access.next_steps(world.resident(case), case)} == {"withdraw", "add_words"}
    stranger = resident(case_id=case.pk, proof="receipt")
    assert {step.name for step in access.next_steps(stranger, case)} == {"add_words"}
    assert access.next_steps(world.auditor, case) == []


def test_counts_equal_the_rows_before_and_after_folding(world: World) -> None:
    for state in ("assigned", "handling", "asking", "solved"):
        world.at(state)
    before = counts.of_area(world.clerk)
    assert before == {"assigned": 1, "handling": 1, "asking": 1, "solved": 1}
    assert actions.fold_tallies() > 0
    assert counts.of_area(world.clerk) == before
    assert counts.of_area(world.other_clerk) == {}


def test_counts_that_went_wrong_are_rebuilt_from_the_demands(world: World) -> None:
    for state in ("assigned", "handling"):
        world.at(state)
    actions.fold_tallies()
    world.at("handling")
    right = counts.of_area(world.clerk)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_tally SET count = count + 5")
    assert counts.of_area(world.clerk) != right
    counts.rebuild()
    assert counts.of_area(world.clerk) == right == {"assigned": 1, "handling": 2}
    assert actions.fold_tallies() == 0


def test_a_telephone_number_finds_nothing_that_would_tell_who_reported(world: World) -> None:
    phone = "13800009999"
    plain = world.register(person=Person(phone=phone))
    world.register(person=Person(phone=phone), mode="confidential", category_code="040101")
    found = lists.select(world.dispatcher, "all", lists.Filters(text=phone))
    assert [case.pk for case in found] == [plain.pk]
    with pytest.raises(Invalid):
        lists.select(world.officer, "all", lists.Filters(text=phone))


def test_pages_follow_each_other_without_gap_or_repeat(world: World) -> None:
    made = {world.register().pk for _ in range(7)}
    seen: list[int] = []
    cursor = ""
    while True:
        page = lists.page(lists.select(world.clerk, "area", lists.Filters()), cursor=cursor, size=3)
        seen += [case.pk for case in page.cases]
        if not page.next:
            break
        cursor = page.next
    assert len(seen) == len(set(seen))
    assert set(seen) == made


def test_no_figure_of_a_place_tells_of_a_restricted_demand(world: World) -> None:
    secret = world.register(kind="wrongdoing", complained_unit_id=world.units["fengpu"].pk)
    plain = world.register()
    assert counts.of_area(world.clerk) == {plain.state: 1}
    assert sum(counts.of_area(world.dispatcher).values()) == 2
    assert counts.of_unit(secret.holder_id) == {secret.state: 1}
    assert counts.open_by("village_code", FENGPU[:9]) == {plain.village_code: {plain.state: 1}}
    places = {plain.village_code: {plain.state: 1}, "": {secret.state: 1}}
    assert counts.open_by("village_code", "") == places
    both = counts.open_by("township_code", "", placed=True)
    assert {code: sum(by_state.values()) for code, by_state in both.items()} == {FENGPU: 2}
    actions.withdraw(actor=world.dispatcher, case_id=secret.pk, reason="不用了")
    counts.rebuild()
    assert counts.of_area(world.clerk) == {plain.state: 1}
    assert sum(counts.of_area(world.dispatcher).values()) == 2
