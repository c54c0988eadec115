"""The same request sent again, or twice at once, has one effect. Stale pages, stable pages of lists."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections

from minfu.cases.models import Case
from minfu.cases.rules import catalog
from minfu.cases.tests.api import STORY, Caller
from minfu.cases.tests.world import World, build
from minfu.kernel import clock, kept, tasks
from minfu.kernel.kept_models import KeptAnswer
from minfu.kernel.models import Event
from minfu.places import index


@pytest.fixture
def clerk(world: World) -> Caller:
    """A program of the township's desk."""
    return Caller(world, "clerk")


def test_sent_again_it_is_answered_again_and_done_once(clerk: Caller) -> None:
    first = clerk.post("/cases", STORY, key="abc")
    again = clerk.post("/cases", STORY, key="abc")
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert (first["ETag"], first["Location"]) == (again["ETag"], again["Location"])
    assert (first.get(kept.REPLAYED), again.get(kept.REPLAYED)) == (None, "true")
    assert Case.objects.count() == 1


def test_without_a_key_it_is_done_twice(clerk: Caller) -> None:
    clerk.post("/cases", STORY)
    clerk.post("/cases", STORY)
    assert Case.objects.count() == 2


def test_a_key_serves_one_request_only(clerk: Caller) -> None:
    clerk.post("/cases", STORY, key="abc")
    other = clerk.post("/cases", {**STORY, "description": "另一件事"}, key="abc")
    assert other.status_code == 422
    assert other.json()["code"] == "idempotency_key_reused"
    assert "请换一个新的值" in other.json()["detail"]
    step = clerk.post(f"/cases/{Case.objects.get().pk}/steps/remark", {"text": "看看"}, key="abc")
    assert step.json()["code"] == "idempotency_key_reused"
    assert Case.objects.count() == 1


def test_a_step_sent_again_is_answered_although_its_state_has_moved_on(world: World, clerk: Caller) -> None:
    case = clerk.register()
    officer = Caller(world, "officer")
    path, body = f"/cases/{case['id']}/steps/accept", {"version": case["version"]}
    first = officer.post(path, body, key="k")
    again = officer.post(path, body, key="k")
    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert officer.post(path, body, key="k2").status_code == 409
    assert Event.objects.filter(name="cases.accepted").count() == 1


def test_a_refusal_is_not_kept(clerk: Caller) -> None:
    assert clerk.post("/cases", {**STORY, "description": "😀"}, key="k").status_code == 422
    assert clerk.post("/cases", STORY, key="k").status_code == 201
    assert KeptAnswer.objects.count() == 1


def test_two_callers_may_choose_the_same_key(world: World, clerk: Caller) -> None:
    clerk.post("/cases", STORY, key="1")
    assert Caller(world, "other_clerk").post("/cases", STORY, key="1").get(kept.REPLAYED) is None
    assert Case.objects.count() == 2


@pytest.mark.parametrize("key", ["x" * 256, "汉字", "a\tb"])
def test_a_key_that_is_none_is_refused(clerk: Caller, key: str) -> None:
    refused = clerk.post("/cases", STORY, key=key)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == kept.HEADER
    assert not Case.objects.exists()


def test_keys_are_kept_for_two_days(clerk: Caller) -> None:
    clerk.post("/cases", STORY, key="abc")
    with time_machine.travel(clock.now() + timedelta(hours=47)):
        tasks.forget_old_rows()
        assert KeptAnswer.objects.count() == 1
    with time_machine.travel(clock.now() + timedelta(hours=49)):
        tasks.forget_old_rows()
        assert not KeptAnswer.objects.exists()


def test_no_secret_and_no_contact_data_is_kept(world: World, clerk: Caller) -> None:
    case = clerk.register()
    clerk.post(f"/cases/{case['id']}/reveal", {"purpose": "contact", "explanation": "核实"}, key="r")
    clerk.post("/tokens", {"username": "clerk", "password": "Wrong-2026-x"}, key="t")
    assert not KeptAnswer.objects.exists()


# --- At once ------------------------------------------------------------------------------------------------------


@pytest.fixture
def open_world(transactional_db: None) -> Iterator[World]:
    """A county that other connections can see."""
    index.forget()
    catalog.forget()
    yield build()
    catalog.forget()
    index.forget()


def at_once(call: Callable[[], Any], times: int = 4) -> list[Any]:
    """Make the same call from several threads at the same moment."""
    barrier, results = threading.Barrier(times), []

    def run() -> None:
        try:
            barrier.wait(timeout=60)
            results.append(call())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=180)
    return results


def test_twice_at_once_is_done_once(open_world: World) -> None:
    clerk = Caller(open_world, "clerk")
    answers = at_once(lambda: clerk.post("/cases", STORY, key="double-click"))
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.content for answer in answers}) == 1
    assert sorted(answer.get(kept.REPLAYED) or "" for answer in answers) == ["", "true", "true", "true"]
    assert Case.objects.count() == 1
    assert Event.objects.filter(name="cases.registered").count() == 1


def test_control_without_keeping_the_answer_it_is_done_every_time(
    open_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "_keep", lambda *_row: None)
    clerk = Caller(open_world, "clerk")
    at_once(lambda: clerk.post("/cases", STORY, key="double-click"))
    assert Case.objects.count() == 4


def test_a_step_twice_at_once_is_taken_once(open_world: World) -> None:
    case = Caller(open_world, "clerk").register()
    officer = Caller(open_world, "officer")
    answers = at_once(lambda: officer.post(f"/cases/{case['id']}/steps/accept", {}, key="k"))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert Event.objects.filter(name="cases.accepted").count() == 1


# --- Stale ----------------------------------------------------------------------------------------------------------


def test_a_step_on_what_somebody_has_changed_is_refused(world: World, clerk: Caller) -> None:
    case = clerk.register()
    officer = Caller(world, "officer")
    officer.step(case["id"], "accept")
    path = f"/cases/{case['id']}/steps/reassign"
    body = {"unit": world.units["water"].pk, "reason": "改派"}
    for answer in (
        clerk.post(path, {**body, "version": 1}),
        clerk.post(path, body, headers={"If-Match": '"1"'}),
        clerk.post(path, body, headers={"If-Match": 'W/"1"'}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "stale")
        assert "签收" in answer.json()["detail"]
        assert answer.json()["version"] == 2
    assert clerk.post(path, body, headers={"If-Match": "x"}).status_code == 422
    done = clerk.post(path, body, headers={"If-Match": '"2"'})
    assert (done.status_code, done["ETag"]) == (200, '"3"')


# --- Pages ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", ["all", "area"])
def test_pages_neither_repeat_nor_skip_while_demands_come_in(clerk: Caller, scope: str) -> None:
    first = [clerk.register()["id"] for _number in range(7)]
    seen: list[int] = []
    query = {"scope": scope, "limit": "3"}
    while True:
        page = clerk.get("/cases", query).json()
        seen += [row["id"] for row in page["items"]]
        clerk.register()
        if not page["next_cursor"] or len(seen) > 30:
            break
        query["cursor"] = page["next_cursor"]
    assert len(seen) == len(set(seen))
    assert set(first) <= set(seen)


@pytest.mark.parametrize(
    "cursor", ["x", "MjAyNi0wMS0wMX41", "fn4=", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "____", "gIA="]
)
@pytest.mark.parametrize("scope", ["all", "area"])
def test_a_cursor_that_is_none_is_refused_or_finds_nothing(clerk: Caller, cursor: str, scope: str) -> None:
    clerk.register()
    answer = clerk.get("/cases", {"scope": scope, "cursor": cursor})
    assert answer.status_code in (200, 422), answer.content.decode()
    if answer.status_code == 422:
        assert "请回到第一页" in answer.json()["detail"]


def test_a_list_costs_the_same_queries_for_two_and_for_twelve(
    world: World, clerk: Caller, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "CHECK_SECONDS", 60.0)  # as in a county, where it is two
    for _number in range(12):
        world.at("reported")
    with django_assert_max_num_queries(5):
        assert len(clerk.get("/cases", {"scope": "inbox"}).json()["items"]) == 12
