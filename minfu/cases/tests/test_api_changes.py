"""The feed of changes: what happened since, in order, to the demands the caller may see, and no word of anybody's."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from minfu.accounts.models import Unit
from minfu.cases import events
from minfu.cases.models import Case
from minfu.cases.rules import actions, changes
from minfu.cases.rules.intake import Spot
from minfu.cases.tests.api import Caller
from minfu.cases.tests.test_api_keys import System, told
from minfu.cases.tests.world import FENGPU, PINGHU_VILLAGES, World
from minfu.kernel import clock, record
from minfu.kernel.models import Event


def now(caller: Caller) -> str:
    """Return where the feed stands."""
    start = told(caller.get("/changes"))
    assert (start["items"], start["more"]) == ([], False)
    return str(start["next_cursor"])


def follow(caller: Caller, cursor: str, limit: int = 200) -> tuple[list[dict[str, Any]], str]:
    """Read on until nothing is left."""
    found, more = [], True
    while more:
        page = told(caller.get("/changes", {"cursor": cursor, "limit": limit}))
        found += page["items"]
        cursor, more = page["next_cursor"], page["more"]
    return found, cursor


def test_a_demands_way_is_told_in_order_and_only_once(world: World) -> None:
    world.register()
    clerk = Caller(world, "clerk")
    cursor = now(clerk)
    case = world.at("solved")
    found, after = follow(clerk, cursor, limit=2)
    assert [row["type"] for row in found] == [row.name for row in record.history((events.SUBJECT, case.pk))]
    assert [row["id"] for row in found] == sorted(row["id"] for row in found)
    first = found[0]
    assert first == {
        "id": first["id"],
        "type": "cases.registered",
        "timestamp": first["timestamp"],
        "data": {
            "case_id": case.pk,
            "number": case.number,
            "label": "登记了诉求",
            "href": f"/api/v1/cases/{case.pk}",
        },
    }
    assert told(clerk.client.get(first["data"]["href"], headers=clerk._headers({})))["state"] == "solved"
    assert follow(clerk, after) == ([], after)


def test_no_word_and_no_name_is_told(world: World) -> None:
    clerk = Caller(world, "clerk")
    cursor = now(clerk)
    case = world.register(description="我家门口的井盖坏了")
    actions.remark(actor=world.clerk, case_id=case.pk, what="已电话联系林小满")
    text = clerk.get("/changes", {"cursor": cursor}).content.decode()
    assert "cases.remarked" in text
    assert not [word for word in ("井盖", "林小满", "13800001234", case.receipt) if word in text]


def test_a_system_is_told_of_its_area_and_of_nothing_restricted(world: World) -> None:
    reader, everywhere = System(world, "cases.read", area=FENGPU), Caller(world, "dispatcher")
    app = System(world, "cases.submit")
    cursor = now(reader)
    mine = world.register()
    other = world.register(world.other_clerk, spot=Spot(village_code=PINGHU_VILLAGES[0]))
    secret = world.register(mode="confidential")
    own = app.register()["id"]
    seen = {
        name: {row["data"]["case_id"] for row in follow(caller, cursor)[0]}
        for name, caller in (("reader", reader), ("all", everywhere), ("app", app))
    }
    assert seen == {"reader": {mine.pk, own}, "all": {mine.pk, other.pk, secret.pk, own}, "app": {own}}
    Case.objects.filter(pk=mine.pk).update(restricted=True)
    assert {row["data"]["case_id"] for row in follow(reader, cursor)[0]} == {own}
    for scope in ("figures.read", "open311.submit"):
        assert System(world, scope).get("/changes").status_code == 403


def test_the_unit_complained_about_is_told_what_its_history_tells_it(world: World) -> None:
    clerk = Caller(world, "officer")
    cursor = now(clerk)
    village = Unit.objects.get(pk=world.officer.unit_id or 0)
    case = world.register(kind="complaint", complained_unit_id=village.pk, category_code="040102")
    actions.remark(actor=world.clerk, case_id=case.pk, what="反映人怕村里知道")
    shown = told(clerk.get(f"/cases/{case.pk}/history"))
    found, _after = follow(clerk, cursor)
    assert [row["type"] for row in found] == [line["event"] for line in shown]
    assert "cases.remarked" not in {row["type"] for row in found}
    assert found


def test_since_a_moment(world: World, time_machine: Any) -> None:
    time_machine.move_to(clock.now())
    clerk = Caller(world, "clerk")
    world.register()
    time_machine.shift(timedelta(hours=2))
    moment = clock.now()
    late = world.register()
    page = told(clerk.get("/changes", {"since": moment.isoformat()}))
    assert {row["data"]["case_id"] for row in page["items"]} == {late.pk}
    assert told(clerk.get("/changes", {"since": moment.isoformat(), "cursor": "1"}), 422)["errors"]
    assert told(clerk.get("/changes", {"cursor": "x"}), 422)["errors"]


def test_a_page_looks_at_a_bounded_number_of_events(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "BATCH", 3)
    monkeypatch.setattr(changes, "BATCHES", 2)
    clerk = Caller(world, "other_clerk")
    cursor = now(clerk)
    for _number in range(8):
        world.register()  # none of it is the caller's
    mine = world.register(world.other_clerk, spot=Spot(village_code=PINGHU_VILLAGES[0]))
    with CaptureQueriesContext(connection) as looked:
        page = told(clerk.get("/changes", {"cursor": cursor}))
    assert (page["items"], page["more"]) == ([], True)
    assert int(page["next_cursor"]) < Event.objects.latest("pk").pk
    of_events = [query["sql"] for query in looked if 'FROM "record_event"' in query["sql"]]
    assert len(of_events) == 1 + 2  # how far they go, and two batches
    found, _after = follow(clerk, cursor)
    assert {row["data"]["case_id"] for row in found} == {mine.pk}


def test_every_kind_has_a_sentence_of_its_own() -> None:
    assert events.REGISTERED in changes.kinds()
    assert events.IMPORTED not in changes.kinds()
    assert not [name for name, sentence in changes.kinds().items() if "%" in str(sentence)]
