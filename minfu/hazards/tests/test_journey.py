"""A hazard on its way: found, graded, rectified by a date, checked by another, until it is gone; and its demand."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from minfu.cases.models import Case
from minfu.cases.rules import actions as demands
from minfu.cases.tests.world import World
from minfu.hazards import events
from minfu.hazards.models import Evidence, Hazard, Inspection
from minfu.hazards.rules import access, actions
from minfu.hazards.tests import story
from minfu.kernel import clock, jobs, record
from minfu.kernel.errors import Forbidden, Invalid, Missing, Refused
from minfu.kernel.steps import StepRefused
from minfu.notices.models import Notice


def case_of(row: Hazard) -> Case:
    return Case.objects.get(pk=row.case_id)


def names(row: Hazard) -> list[str]:
    return [event.name for event in record.history((events.SUBJECT, row.pk))]


def test_a_file_opens_when_a_hazard_is_taken_in_hand_with_the_photos_that_came(world: World) -> None:
    photo = story.photo(world.clerk)
    case = story.told(world, file_ids=[photo])
    assert not Hazard.objects.exists()
    demands.accept(actor=world.officer, case_id=case.pk)
    row = Hazard.objects.get(case_id=case.pk)
    assert (row.state, row.number, row.unit_id) == ("found", case.number, world.officer.unit_id)
    assert [(one.file_id, one.when) for one in row.evidence.all()] == [(photo, "before")]
    assert not row.alarms.exists()


def test_found_graded_rectified_checked_gone(world: World) -> None:
    row = story.opened(world)
    row = actions.grade(actor=world.officer, pk=row.pk, code="major")
    assert (row.state, row.grade is not None and row.grade.name) == ("rectifying", "重大隐患")
    assert row.due_at is not None
    assert row.due_at > clock.now() + timedelta(days=29)
    actions.measure(actor=world.officer, pk=row.pk, what="拉了警戒线，两户先住亲戚家。")
    photo = story.photo(world.officer)
    row = actions.report(actor=world.officer, pk=row.pk, what="拆了危墙。", files=[photo])
    assert (row.state, case_of(row).state) == ("inspecting", "reported")
    assert case_of(row).reports.get().text == "拆了危墙。"
    row = actions.inspect(actor=world.clerk, pk=row.pk, gone=True, finding="到现场看，墙已拆净。")
    assert (row.state, case_of(row).state) == ("gone", "asking")
    assert row.ended_at is not None
    assert case_of(row).reports.get().finding == "到现场看，墙已拆净。"
    assert names(row) == [
        events.OPENED, events.GRADED, events.MEASURED, events.EVIDENCE_ADDED, events.REPORTED, events.GONE,
    ]  # fmt: skip
    assert row.evidence.get(file_id=photo).when == Evidence.When.AFTER


def test_a_check_that_finds_it_still_there_begins_another_round(world: World) -> None:
    row = story.reported(world)
    row = actions.inspect(actor=world.clerk, pk=row.pk, gone=False, finding="还有半截墙没拆。")
    assert (row.state, row.rounds, case_of(row).state) == ("rectifying", 1, "handling")
    assert row.due_at is not None
    assert timedelta(days=6) < row.due_at - clock.now() < timedelta(days=13)
    assert Notice.objects.get(template="hazards.not_gone_notice").unit_id == row.unit_id
    for round_ in (1, 2):
        actions.report(actor=world.officer, pk=row.pk, what=f"第{round_}次再拆。")
        on = story.today() + timedelta(days=3)
        row = actions.inspect(actor=world.clerk, pk=row.pk, gone=False, finding="还有。", again_on=on)
    assert row.rounds == 3
    actions.report(actor=world.officer, pk=row.pk, what="全拆了。")
    row = actions.inspect(actor=world.clerk, pk=row.pk, gone=True, finding="没有了。")
    assert (row.state, row.inspections.count(), row.rectifications.count()) == ("gone", 4, 4)


def test_who_rectified_does_not_check(world: World) -> None:
    row = story.reported(world)
    for name in ("officer", "worker"):
        with pytest.raises(Forbidden):
            actions.inspect(actor=world.actors[name], pk=row.pk, gone=True, finding="好了")
    with pytest.raises(IntegrityError), transaction.atomic():
        Inspection.objects.create(
            hazard=row, rectifier=row.unit, unit=row.unit, gone=True, finding="绕过", at=clock.now()
        )


def test_who_helped_does_not_check_either(world: World) -> None:
    row = story.graded(world)
    called = demands.call_help(
        actor=world.officer, case_id=row.case_id, unit_id=world.units["fengpu"].pk, task="来帮忙拆"
    )
    demands.help_step(actor=world.clerk, help_id=called.pk, step="finish", result="拆了")
    actions.report(actor=world.officer, pk=row.pk, what="一起拆的。")
    with pytest.raises(Forbidden, match="参与整改"):
        actions.inspect(actor=world.clerk, pk=row.pk, gone=True, finding="没有了")
    row = actions.inspect(actor=world.dispatcher, pk=row.pk, gone=True, finding="县里去看的，没有了。")
    assert row.state == "gone"


def test_the_unit_in_charge_may_raise_a_grade_but_only_the_desk_lowers_it(world: World) -> None:
    row = story.graded(world, "minor")
    row = actions.grade(actor=world.officer, pk=row.pk, code="major")
    with pytest.raises(Forbidden) as refused:
        actions.grade(actor=world.officer, pk=row.pk, code="minor", reason="其实没事")
    assert refused.value.code == "lowered_by_the_desk"
    with pytest.raises(Invalid):
        actions.grade(actor=world.clerk, pk=row.pk, code="minor")
    row = actions.grade(actor=world.clerk, pk=row.pk, code="minor", reason="看过，墙是稳的")
    assert row.grade is not None
    assert row.grade.code == "minor"
    with pytest.raises(Invalid):
        actions.grade(actor=world.clerk, pk=row.pk, code="nothing")


def test_only_the_desk_moves_the_date_and_finds_that_it_is_none(world: World) -> None:
    row = story.graded(world)
    later: dict[str, Any] = {"pk": row.pk, "due_on": story.today() + timedelta(days=20), "reason": "等材料"}
    with pytest.raises(Forbidden):
        actions.set_date(actor=world.officer, **later)
    with pytest.raises(Invalid):
        actions.set_date(actor=world.clerk, **{**later, "due_on": story.today() - timedelta(days=1)})
    row = actions.set_date(actor=world.clerk, **later)
    assert (row.calendar_version, Notice.objects.filter(template="hazards.date_set_notice").count()) == (0, 1)
    with pytest.raises(Forbidden):
        actions.dismiss(actor=world.officer, pk=row.pk, reason="没事")
    row = actions.dismiss(actor=world.clerk, pk=row.pk, reason="是抹灰裂，不是墙裂。")
    assert (row.state, case_of(row).state) == ("none", "reported")
    with pytest.raises(Forbidden):  # who found so does not verify it
        demands.verify(actor=world.clerk, case_id=row.case_id, finding="没事")
    demands.verify(actor=world.dispatcher, case_id=row.case_id, finding="看了照片，确实没事")


def test_photos_are_never_required_and_only_ones_own(world: World) -> None:
    row = story.reported(world)
    assert not row.evidence.exists()
    mine, other = story.photo(world.officer), story.photo(world.worker)
    with pytest.raises(Invalid):
        actions.add_evidence(actor=world.officer, pk=row.pk, files=[other])
    with pytest.raises(Invalid):
        actions.add_evidence(actor=world.officer, pk=row.pk, files=[])
    actions.add_evidence(actor=world.officer, pk=row.pk, files=[mine])
    assert row.evidence.get().when == "after"
    with pytest.raises(Invalid):
        actions.add_evidence(actor=world.officer, pk=row.pk, files=[mine])
    jobs.run_waiting()
    assert access.get_file_for(world.clerk, row.pk, mine).pk == mine
    with pytest.raises(Missing):
        access.get_file_for(world.other_clerk, row.pk, mine)
    with pytest.raises(Missing):
        access.get_file_for(world.clerk, row.pk, other)


# --- the demand and its hazard ---------------------------------------------------------------------------------------


def test_what_is_done_on_the_demand_is_done_on_the_hazard(world: World) -> None:
    row = story.opened(world)  # nobody graded it: a small thing, done at once from the field
    demands.report(actor=world.officer, case_id=row.case_id, what="当场钉牢了。")
    row = story.fresh(row)
    assert (row.state, row.rectifications.get().text) == ("inspecting", "当场钉牢了。")
    demands.send_back(actor=world.clerk, case_id=row.case_id, finding="还松")
    row = story.fresh(row)
    assert (row.state, row.rounds, row.grade is not None and row.grade.code) == ("rectifying", 1, "minor")
    demands.report(actor=world.officer, case_id=row.case_id, what="换了新的。")
    demands.verify(actor=world.clerk, case_id=row.case_id, finding="去看过，牢了。")
    row = story.fresh(row)
    assert (row.state, row.inspections.order_by("-pk")[0].unit_id) == ("gone", world.clerk.unit_id)


def test_photos_of_the_report_come_along(world: World) -> None:
    row = story.opened(world)
    photo = story.photo(world.officer)
    demands.add_files(actor=world.officer, case_id=row.case_id, file_ids=[photo])
    demands.report(actor=world.officer, case_id=row.case_id, what="好了。")
    assert row.evidence.get(file_id=photo).when == "after"


def test_a_demand_that_cannot_be_reported_keeps_the_hazard_where_it_is(world: World) -> None:
    row = story.graded(world)
    demands.call_help(actor=world.officer, case_id=row.case_id, unit_id=world.units["road"].pk, task="来看看")
    with pytest.raises(Refused) as refused:
        actions.report(actor=world.officer, pk=row.pk, what="好了")
    assert refused.value.code == "demand_not_ready"
    assert story.fresh(row).state == "rectifying"
    assert not row.rectifications.exists()


def test_a_withdrawn_demand_ends_its_hazard(world: World) -> None:
    row = story.graded(world)
    demands.withdraw(actor=world.clerk, case_id=row.case_id, reason="说错了地方")
    assert story.fresh(row).state == "dropped"
    with pytest.raises(StepRefused):
        actions.grade(actor=world.officer, pk=row.pk, code="minor")


def test_a_reassigned_hazard_takes_its_file_along(world: World) -> None:
    row = story.graded(world)
    other = world.units["350922204201"]
    demands.reassign(actor=world.clerk, case_id=row.case_id, unit_id=other.pk, reason="是邻村的屋")
    with pytest.raises(Refused):
        actions.report(actor=world.officer, pk=row.pk, what="好了")
    neighbour = replace(world.officer, unit_id=other.pk)
    demands.accept(actor=neighbour, case_id=row.case_id)
    row = story.fresh(row)
    assert (row.unit_id, names(row)[-1], Hazard.objects.count()) == (other.pk, events.HANDED_OVER, 1)


def test_what_is_not_solved_gets_a_new_file_with_the_next_lead(world: World) -> None:
    row = story.reported(world)
    actions.inspect(actor=world.clerk, pk=row.pk, gone=True, finding="没有了")
    case = case_of(row)
    demands.confirm(actor=world.resident(case), case_id=case.pk, outcome="not_solved", remark="又裂了")
    demands.assign(actor=world.clerk, case_id=case.pk, unit_id=world.officer.unit_id or 0, reason="再去")
    demands.accept(actor=world.officer, case_id=case.pk)
    assert list(Hazard.objects.order_by("pk").values_list("state", flat=True)) == ["gone", "found"]


# --- who sees it -----------------------------------------------------------------------------------------------------


def test_areas_bind_and_restricted_ones_are_for_who_works_on_them(world: World) -> None:
    here = story.opened(world)
    hidden = story.opened(world, mode="confidential")

    def sees(row: Hazard) -> set[str]:
        found = set()
        for name, actor in world.actors.items():
            try:
                access.get_for(actor, row.pk)
                found.add(name)
            except Missing:
                continue
        return found

    county = {"dispatcher", "dispatcher2", "auditor"}
    assert sees(here) == {"officer", "worker", "clerk", "leader", *county}
    assert sees(hidden) == {"officer", "clerk", "leader", *county}  # the leader is of the desk's own unit
