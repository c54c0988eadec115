"""Each resident whose demand was merged into another says how it went; one "not solved" brings the main demand back."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from minfu.cases import events
from minfu.cases.models import Case, TimeLimit
from minfu.cases.rules import access, actions, catalog
from minfu.cases.rules.intake import Person
from minfu.cases.tests.desk import sign_in, take, text
from minfu.cases.tests.residents import words
from minfu.cases.tests.world import World
from minfu.kernel import record
from minfu.kernel.errors import Forbidden, Refused
from minfu.notices.models import Notice

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
STILL_DARK = "我门口那盏还不亮"


def joined(world: World, *, mode: str = "named", verified: bool = True) -> tuple[Case, Case]:
    """Return a demand that was done and verified, and one that had been merged into it."""
    main = world.at("handling", person=Person(name="林小满", phone="13800001234"))
    other = world.register(mode=mode, person=Person(name="周小溪", phone="13800005678"))
    actions.merge(actor=world.clerk, case_id=other.pk, into_id=main.pk)
    if verified:
        do(world, main)
    return Case.objects.get(pk=main.pk), Case.objects.get(pk=other.pk)


def do(world: World, main: Case) -> None:
    actions.report(actor=world.officer, case_id=main.pk, what="修好了。")
    actions.verify(actor=world.clerk, case_id=main.pk, finding="看过")


def no(world: World, other: Case) -> Case:
    return actions.confirm_merged(
        actor=world.resident(other), case_id=other.pk, outcome="not_solved", remark=STILL_DARK
    )


def names(case: Case) -> list[str]:
    return [event.name for event in record.history((events.SUBJECT, case.pk))]


@pytest.mark.parametrize("main_says", [None, "solved", "partly", "explained"])
def test_one_not_solved_reopens_upward_whatever_the_main_ones_reporter_said(
    client: Client, world: World, main_says: str | None
) -> None:
    main, other = joined(world)
    if main_says:
        actions.confirm(actor=world.resident(main), case_id=main.pk, outcome=main_says, satisfaction=5)
    no(world, other)
    main.refresh_from_db()
    other.refresh_from_db()
    assert (main.state, main.reopened, main.lead_id, main.closed_at) == ("waiting", 1, None, None)
    assert main.holder == world.units["fengpu"], "the level above the village"
    assert other.state == "merged"
    assert {row.clock for row in main.deadlines.filter(state="running", round=2)} == {
        "dispatch", "contact", "resolve",
    }  # fmt: skip
    assert names(main)[-2:] == [events.MERGED_NOT_SOLVED, events.REOPENED]
    last = record.history((events.SUBJECT, main.pk))[-2]
    assert (last.reason, last.data) == (STILL_DARK, {"case": other.pk})
    for unit in (main.desk_id, world.officer.unit_id or 0):
        assert Notice.objects.filter(event=events.REOPENED, unit_id=unit, subject_id=main.pk).exists()
    assert STILL_DARK in text(sign_in("clerk").get(f"/cases/{main.pk}/"))
    assert "一起反映的居民说没有解决" in words(client.get(f"/f/{main.receipt}/"))


def test_also_when_the_main_ones_reporter_was_not_reached(world: World) -> None:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        main, other = joined(world)
        for _day in range(3):
            actions.attempt(actor=world.clerk, case_id=main.pk, reached=False)
            traveller.shift(timedelta(days=1))
        actions.close_unconfirmed(actor=world.clerk, case_id=main.pk)
        no(world, other)
        main.refresh_from_db()
        assert main.state == "waiting"


def test_after_the_time_for_answering_it_is_told_and_recorded_and_decided_by_people(world: World) -> None:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        main, other = joined(world)
        actions.confirm(actor=world.resident(main), case_id=main.pk, outcome="solved")
        traveller.shift(timedelta(days=30))
        no(world, other)
        main.refresh_from_db()
    assert main.state == "solved"
    assert names(main)[-1] == events.MERGED_NOT_SOLVED
    assert Notice.objects.filter(template=events.MERGED_NOT_SOLVED, unit=main.desk).count() == 1


def test_content_residents_change_nothing_and_answer_once_in_a_round(world: World) -> None:
    main, other = joined(world)
    actions.confirm(actor=world.resident(main), case_id=main.pk, outcome="solved")
    actions.confirm_merged(actor=world.resident(other), case_id=other.pk, outcome="solved", satisfaction=4)
    main.refresh_from_db()
    assert main.state == "solved"
    with pytest.raises(Refused) as twice:
        no(world, other)
    assert twice.value.code == "answered_before"


@pytest.mark.parametrize("limits", ["with", "without"])
def test_the_next_round_asks_them_again(world: World, limits: str) -> None:
    if limits == "without":
        TimeLimit.objects.filter(clock="confirm").delete()
        catalog.forget()
    main, other = joined(world)
    no(world, other)
    with pytest.raises(Refused) as early:
        no(world, other)
    assert early.value.code == "not_asked_yet"
    actions.assign(actor=world.clerk, case_id=main.pk, unit_id=world.officer.unit_id or 0)
    actions.accept(actor=world.officer, case_id=main.pk)
    do(world, main)
    no(world, other)
    main.refresh_from_db()
    assert (main.state, main.reopened, main.holder) == ("waiting", 2, world.units["county"])


def test_what_was_said_in_confidence_stays_with_its_demand(world: World) -> None:
    main, other = joined(world, mode="confidential")
    no(world, other)
    line = record.history((events.SUBJECT, main.pk))[-2]
    assert (line.name, line.reason) == (events.MERGED_NOT_SOLVED, "")


def test_a_desk_that_did_not_do_the_work_writes_down_what_they_said(world: World) -> None:
    main, other = joined(world)
    assert "confirm_merged" in {step.name for step in access.next_steps(world.clerk, other)}
    assert "confirm_merged" not in {step.name for step in access.next_steps(world.officer, other)}
    with pytest.raises(Forbidden):
        actions.confirm_merged(actor=world.officer, case_id=other.pk, outcome="solved")
    assert "居民评价结果" in text(sign_in("clerk").get(f"/cases/{other.pk}/"))
    answer = take(
        sign_in("clerk"), other, "confirm_merged", outcome="not_solved", satisfaction="", remark=STILL_DARK
    )
    assert answer.status_code == 302
    main.refresh_from_db()
    assert main.state == "waiting"
    assert not other.answers.get().by_resident


def test_a_desk_is_not_asked_for_their_word_before_the_work_is_verified(world: World) -> None:
    _main, other = joined(world, verified=False)
    assert "confirm_merged" not in {step.name for step in access.next_steps(world.clerk, other)}
    with pytest.raises(Refused) as early:
        actions.confirm_merged(actor=world.clerk, case_id=other.pk, outcome="solved")
    assert early.value.code == "not_asked_yet"
