"""Matters of other rooms count where they happen, confidential ones at no place below the county; a missing room says so."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps

from minfu.accounts.actor import system
from minfu.cases.tests.screens import client_of
from minfu.cases.tests.world import FENGPU, FENGPU_VILLAGES, PINGHU, World
from minfu.cases.texts import ONE_TIME_CODE
from minfu.disputes.rules import actions as mediations
from minfu.disputes.rules.defaults import load_defaults as load_disputes
from minfu.disputes.tests import story as quarrels
from minfu.figures import door
from minfu.figures.rules import registry
from minfu.hazards.rules import actions as hazards
from minfu.hazards.rules.defaults import load_defaults as load_hazards
from minfu.hazards.tests import story
from minfu.kernel import clock as clock_of_county
from minfu.kernel import record
from minfu.kernel.errors import Missing
from minfu.notices import outbox, states
from minfu.notices.models import Delivery, Why
from minfu.notices.rules import delivering, planning
from minfu.notices.tests import making
from minfu.topics.rules import actions as topics
from minfu.topics.tests import story as matters

NOVEMBER = datetime(2026, 11, 10, 2, tzinfo=UTC)
MONTH = "2026-11"


def number(name: str, area: str = "") -> Any:
    """Return a figure as the software itself reads it."""
    return door.figure(system(), name, area, MONTH)


def test_hazards_count_by_what_was_found_and_when(world: World) -> None:
    load_hazards()
    with time_machine.travel(NOVEMBER, tick=False) as clock:
        in_time = story.reported(world)
        late = story.graded(world)
        hazards.inspect(actor=world.clerk, pk=in_time.pk, gone=True, finding="现场看过，墙拆了。")
        clock.shift(timedelta(days=19))
        hazards.sweep_dates()
        hazards.report(actor=world.officer, pk=late.pk, what="拆了。")
        hazards.inspect(actor=world.clerk, pk=late.pk, gone=False, finding="还剩半堵。")
        assert number("hazards_found").value == number("hazards_found", FENGPU_VILLAGES[0]).value == 2
        assert number("hazards_found", PINGHU).value == 0
        assert number("hazards_gone").value == 1
        assert number("hazards_again").value == 1
        assert (number("hazards_in_time").top, number("hazards_in_time").whole) == (1, 2)
        page = door.records_of(world.clerk, "hazards_found", FENGPU, MONTH)
        assert {one.case for one in page.records} == {in_time, late}
        shown = client_of(world, "clerk").get(f"/figures/hazards_found/?period={MONTH}").content.decode()
        assert f'href="/hazards/{late.pk}/"' in shown


@time_machine.travel(NOVEMBER, tick=False)
def test_mediations_count_without_a_word_of_the_parties(world: World) -> None:
    load_disputes()
    row = quarrels.begun(world)
    mediations.settle(actor=world.mediator, pk=row.pk, what="说和了。")
    secret = quarrels.begun(world, mode="confidential")
    mediations.settle(actor=world.mediator, pk=secret.pk, what="说和了。")
    assert number("mediations").value == 2
    assert number("mediations", FENGPU).value == 1  # the confidential one at no place
    assert number("mediations", f"u{row.unit_id}").value == 2
    assert number("mediations_settled").shown == "100.0%"
    assert number("agreements_kept").shown == "—"
    page = door.records_of(world.auditor, "mediations", "", MONTH)
    assert len(page.records) == 2
    leader = door.records_of(world.actors["leader"], "mediations", FENGPU, MONTH)
    assert leader.hidden == len(leader.records) == 1  # confidential to those who work on it


def test_the_months_matters_count_for_the_unit_that_has_them(world: World) -> None:
    road = world.units["road"]
    with time_machine.travel(NOVEMBER, tick=False) as clock:
        pk = matters.everything(world, world.clerk, FENGPU_VILLAGES[0])["topic"]
        due = clock_of_county.today() + timedelta(days=5)
        topics.take_up(actor=world.leader, pk=pk, owner_id=road.pk, due_on=due, task="换路灯")
        topics.report(actor=world.road, pk=pk, result="换了。")
        clock.shift(timedelta(days=6))
        topics.send_back(actor=world.clerk, pk=pk, finding="还有两盏不亮。")
        topics.report(actor=world.road, pk=pk, result="都换了。")
        topics.verify(actor=world.clerk, pk=pk, finding="夜里看过。")
        assert number("topics_taken").value == number("topics_taken", FENGPU).value == 1
        assert number("topics_taken", PINGHU).value == 0
        assert number("topics_taken", f"u{road.pk}").value == 1
        assert number("topics_reported").value == 2
        assert (number("topics_in_time").top, number("topics_in_time").whole) == (1, 2)
        assert number("topics_solved", FENGPU_VILLAGES[0]).value == 1
        assert number("topics_passed").shown == "50.0%"
        shown = client_of(world, "clerk").get(f"/figures/topics_solved/?period={MONTH}").content.decode()
        assert f'href="/topics/{pk}/"' in shown


@time_machine.travel(NOVEMBER, tick=False)
def test_a_message_that_did_not_arrive_counts_for_the_desk_that_phones(world: World) -> None:
    making.gateway("http://127.0.0.1:1")
    case = world.register(world.clerk)
    to = outbox.To(identity_id=case.reporter_id, desk_id=world.clerk.unit_id)
    lost, unsure, sent = (
        outbox.queue(to, ONE_TIME_CODE, {"code": "493817"}, subject=("case", case.pk)) for _time in range(3)
    )
    planning.plan()
    Delivery.objects.update(state=states.SENDING)
    delivering.end(list(lost.deliveries.all()), states.FAILED, "refused 500", Why.FAILED)
    delivering.end(list(unsure.deliveries.all()), states.UNKNOWN, "unknown 504", Why.UNKNOWN)
    assert number("messages_failed").value == number("messages_failed", FENGPU).value == 2
    assert number("messages_failed", PINGHU).value == 0
    outbox.mark_told(lost.pk, actor=world.clerk)
    page = door.records_of(world.clerk, "messages_failed", FENGPU, MONTH)
    assert [one.case for one in page.records] == [unsure, lost]  # that somebody phoned since changes nothing
    assert sent not in [one.case for one in page.records]
    assert door.records_of(world.actors["leader"], "messages_failed", FENGPU, MONTH).hidden == 2
    shown = client_of(world, "clerk").get(f"/notices/{lost.pk}/failed/").content.decode()
    assert "多次发送失败" in shown
    assert f'href="/cases/{case.pk}/"' in shown
    assert client_of(world, "clerk").get(f"/notices/{sent.pk}/failed/").status_code == 404
    assert [one.name for one in record.history(("notice", lost.pk))] == ["notice.failed", "notice.told"]


@time_machine.travel(NOVEMBER, tick=False)
def test_an_indicator_of_a_room_that_is_not_installed_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apps, "is_installed", lambda app: app != "minfu.hazards")
    assert "hazards_found" not in {one.name for one in registry.indicators()}
    with pytest.raises(Missing, match="“登记隐患”来自“隐患”，这个功能没有安装"):
        number("hazards_found")
    assert world
