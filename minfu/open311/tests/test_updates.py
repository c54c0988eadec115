"""mySociety's service request updates, both ways."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from minfu.cases.models import Case
from minfu.cases.rules import actions, published
from minfu.cases.tests.world import World
from minfu.files.tests import making
from minfu.kernel import record, seals
from minfu.kernel.models import Event
from minfu.open311 import statuses
from minfu.open311.tests.calling import Caller

NOW = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def test_every_turn_and_every_state_has_a_status() -> None:
    from minfu.cases import states

    assert set(statuses.OF_EVENT) == set(published.TURNS)
    assert set(statuses.OF_STATE) == {state.code for state in states.CASE.states}
    told = {status for status, _said in (*statuses.OF_EVENT.values(), *statuses.OF_OUTCOME.values())}
    assert told | set(statuses.OF_STATE.values()) <= set(statuses.EXTENDED)


def test_what_happened_is_told_without_the_words_of_it(world: World, anyone: Caller, monday: Any) -> None:
    case = world.register()
    for act in (
        lambda: actions.accept(actor=world.officer, case_id=case.pk),
        lambda: actions.note(actor=world.officer, case_id=case.pk, what="王小明家电话打过"),
        lambda: actions.report(actor=world.officer, case_id=case.pk, what="王小明家门口换了灯"),
        lambda: actions.verify(actor=world.clerk, case_id=case.pk, finding="王小明说好了"),
        lambda: actions.confirm(
            actor=world.resident(case), case_id=case.pk, outcome="not_solved", remark="王小明家还黑"
        ),
    ):
        monday.shift(timedelta(minutes=1))
        act()
    found = anyone.get("servicerequestupdates", "service_request_updates")
    assert {one["service_request_id"] for one in found} == {case.number}
    assert [(one["status"], one["description"]) for one in found] == [
        ("open", "已交给凤埔村村委会。"),
        ("in_progress", "凤埔村村委会已接手办理。"),
        ("investigating", "凤埔村村委会报告已办好，等待核实。"),
        ("investigating", "已核实，等居民确认。"),
        ("open", "居民说没有解决。"),
        ("open", "居民说没有解决，已交凤埔乡民富中心重新办理。"),
    ]
    assert "王小明" not in anyone.last.content.decode()
    assert len({one["update_id"] for one in found}) == len(found)


def test_dates_and_pages(world: World, anyone: Caller, monday: Any) -> None:
    for _one in range(3):
        world.at("handling")
        monday.shift(timedelta(days=1))
    seals.seal(Event.objects.latest("pk").pk)
    ask = lambda **query: anyone.get("servicerequestupdates", "service_request_updates", **query)  # noqa: E731 - a shorthand of this test
    everything = [one["update_id"] for one in ask()]
    assert len(everything) == 6
    second = ask(start_date="2026-11-17T00:00:00Z", end_date="2026-11-17T23:59:59Z")
    assert [one["update_id"] for one in second] == everything[2:4]
    assert ask(start_date="2026-11-18T00:00:00Z")[0]["update_id"] == everything[4]
    assert ask(end_date="2026-11-16T01:59:59Z") == []
    monday.shift(timedelta(days=30))
    assert ask() == []
    assert [one["update_id"] for one in ask(start_date="2026-11-18T00:00:00Z", page_size="1")] == everything[
        4:5
    ]
    address = anyone.last["Link"].split(">")[0].removeprefix("<")
    answer = anyone.client.get("/" + address.split("/", 3)[3])
    assert [one["update_id"] for one in answer.json()] == everything[5:]
    for wrong in ({"start_date": "x"}, {"cursor": "x"}, {"cursor": "9" * 30}, {"page_size": "0"}):
        anyone.get("servicerequestupdates", "errors", expects=400, **wrong)


def test_a_seal_saves_reading_the_history_from_its_beginning(world: World, monday: Any) -> None:
    world.at("handling")
    seals.seal(Event.objects.latest("pk").pk)
    monday.shift(timedelta(days=1))
    span = published.Span(NOW + timedelta(hours=12), NOW + timedelta(days=2))
    assert seals.before(span.since) > 0
    assert seals.before(NOW) == 0
    case = world.register()
    assert [turn.number for turn in published.turns(None, span, size=10)[0]] == [case.number]


def test_a_long_history_is_read_in_bounded_steps(
    world: World, anyone: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _one in range(4):
        world.register()
    monkeypatch.setattr(published, "BATCH", 1)
    monkeypatch.setattr(published, "BATCHES", 2)
    found = anyone.get("servicerequestupdates", "service_request_updates")
    seen = len(found)
    while "Link" in anyone.last:
        address = anyone.last["Link"].split(">")[0].removeprefix("<")
        anyone.last = anyone.client.get("/" + address.split("/", 3)[3])
        seen += len(anyone.last.json())
    assert (len(found), seen) == (2, 4)


# --- handed on ------------------------------------------------------------------------------------------------------


def update(number: str, **more: Any) -> dict[str, Any]:
    said = {
        "service_request_id": number,
        "update_id": "7781",
        "status": "OPEN",
        "updated_datetime": "2026-11-16T02:00:00Z",
        "description": "今晚还是不亮",
        **more,
    }
    return {name: value for name, value in said.items() if value is not None}


def post(caller: Caller, said: dict[str, Any], **more: Any) -> Any:
    return caller.post("servicerequestupdates", said, "service_request_update_created", **more)


def test_words_reach_whoever_has_the_demand_once(world: World, system: Caller) -> None:
    number = system.hand_in()
    first = post(system, update(number))
    assert post(system, update(number)) == first
    assert (
        post(system, update(number), form="xml").findtext("request_update/update_id") == first[0]["update_id"]
    )
    case = Case.objects.get()
    (added,) = [one for one in record.history(("case", case.pk)) if one.name == "cases.words_added"]
    assert (str(added.pk), added.reason, added.door) == (first[0]["update_id"], "今晚还是不亮", "open311")
    second = post(system, update(number, update_id="7782"))
    assert second != first


def test_a_status_changes_nothing_but_is_told(world: World, system: Caller) -> None:
    number = system.hand_in()
    for status in ("FIXED", "closed"):
        post(system, update(number, status=status, update_id=status))
    case = Case.objects.get()
    assert case.state == "assigned"
    said = [one.reason for one in record.history(("case", case.pk)) if one.name == "cases.words_added"]
    assert said == ["今晚还是不亮\n（来源系统的状态：FIXED）", "今晚还是不亮\n（来源系统的状态：CLOSED）"]


def test_files_with_words(system: Caller) -> None:
    number = system.hand_in()
    photo = SimpleUploadedFile("灯.jpg", making.picture())
    post(system, {**update(number, description=None), "media": photo}, multipart=True)
    assert [row.what for row in Case.objects.get().files.all()] == ["added"]
    again = SimpleUploadedFile("灯.jpg", making.picture())
    post(system, {**update(number, description=None), "media": again}, multipart=True)
    assert Case.objects.get().files.count() == 1


WRONG: tuple[tuple[int, dict[str, Any]], ...] = (
    (400, {"service_request_id": None}),
    (404, {"service_request_id": "20200101-0000001"}),
    (404, {"service_request_id": "x"}),
    (400, {"update_id": None}),
    (400, {"update_id": "9" * 201}),
    (400, {"description": None}),
    (400, {"description": "长" * 3001}),
    (400, {"status": "gone"}),
    (400, {"updated_datetime": "gestern"}),
    (400, {"media_url": "http://10.0.0.1/a.jpg"}),
    (404, {"jurisdiction_id": "x"}),
)


@pytest.mark.parametrize(("expects", "more"), WRONG, ids=str)
def test_wrong_updates(system: Caller, expects: int, more: dict[str, Any]) -> None:
    number = system.hand_in()
    system.post("servicerequestupdates", update(number, **more), expects=expects)
    assert len(record.history(("case", Case.objects.get().pk))) == 2


def test_a_number_with_another_day_is_nobodys(system: Caller) -> None:
    number = system.hand_in().replace("20261116", "20261115")
    system.post("servicerequestupdates", update(number), expects=404)
    assert len(record.history(("case", Case.objects.get().pk))) == 2


def test_nobody_adds_to_what_another_handed_in(world: World, system: Caller, stranger: Caller) -> None:
    number, web = system.hand_in(), world.register().number
    stranger.post("servicerequestupdates", update(number), expects=404)
    stranger.post("servicerequestupdates", update(web), expects=404)
    assert "cases.words_added" not in [one.name for one in record.history(("case", Case.objects.first().pk))]  # type: ignore[union-attr]  # there is one


def test_an_ended_demand_takes_no_more_words(world: World, system: Caller) -> None:
    number = system.hand_in()
    case = Case.objects.get()
    actions.withdraw(actor=world.resident(case), case_id=case.pk, reason="自己修好了")
    (error,) = system.post("servicerequestupdates", update(number), expects=400)
    assert error["code"] == 400
