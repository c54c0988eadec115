"""The API: the same verbs, rights and sentences."""

from datetime import timedelta
from typing import Any

from minfu.cases.tests.api import Caller
from minfu.cases.tests.world import World
from minfu.disputes import states
from minfu.disputes.tests import story
from minfu.kernel import clock
from minfu.site.api import api


def step(caller: Caller, pk: int, name: str, /, **body: Any) -> Any:
    answer = caller.post(f"/mediations/{pk}/steps/{name}", body)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json() if answer.content else None


def test_every_step_has_its_operation_with_the_right_of_the_table() -> None:
    found = {
        operation["operationId"]: operation["x-right"]
        for methods in api.get_openapi_schema()["paths"].values()
        for operation in methods.values()
    }
    for taken in states.MEDIATION.steps:
        if taken.by != "system":
            assert found[f"mediations_{taken.name}"] == taken.right


def test_from_the_file_to_the_kept_agreement(world: World) -> None:
    row = story.opened(world)
    officer, mediator = Caller(world, "officer"), Caller(world, "mediator")
    listed = officer.get("/mediations", {"case": row.case_id}).json()
    assert [one["id"] for one in listed["items"]] == [row.pk]
    shown = step(officer, row.pk, "add_party", side="b", name="陈阿福", phone="13900002222")
    assert shown["parties"][1]["name"] == "陈*"
    for party in shown["parties"]:
        step(officer, row.pk, "consent", party=party["id"], asked_by="in_person")
    offered = officer.get(f"/mediations/{row.pk}/candidates").json()
    post = next(one["post"] for one in offered if one["post"] == world.mediator.post_id)
    shown = step(officer, row.pk, "seat", post=post)
    assert mediator.get(f"/mediations/{row.pk}").json()["missing"]
    seat = shown["seats"][0]["id"]
    answer = mediator.post(f"/mediations/{row.pk}/seats/{seat}/declare", {})
    assert answer.json()["seats"][0]["state"] == "seated"
    shown = step(mediator, row.pk, "begin")
    assert "hold" in shown["next_steps"]
    held = {
        "starts_at": (clock.now() - timedelta(hours=1)).isoformat(),
        "place": "村部",
        "minutes": "都同意另开水沟。",
        "parties": [party["id"] for party in shown["parties"]],
        "seats": [seat],
    }
    step(mediator, row.pk, "hold", **held)
    told = story.terms()
    agreement = {
        "form": "oral",
        "facts": told.facts,
        "dispute": told.dispute,
        "content": told.content,
        "performance": told.performance,
        "agreed_on": told.agreed_on.isoformat(),
    }
    shown = step(mediator, row.pk, "agree", **agreement)
    assert (shown["state"], shown["agreement"]["confirmation"]) == ("keeping", "possible")
    assert officer.get(f"/cases/{row.case_id}").json()["state"] == "reported"
    shown = step(officer, row.pk, "visit", finding="kept", note="都好")
    assert shown["state"] == "kept"


def test_refusals_are_problems_with_the_sentence(world: World) -> None:
    row = story.opened(world)
    officer, stranger = Caller(world, "officer"), Caller(world, "other_officer")
    assert stranger.get(f"/mediations/{row.pk}").status_code == 404
    answer = officer.post(f"/mediations/{row.pk}/steps/begin", {})
    assert answer.status_code == 409
    assert answer.json()["code"] == "not_ready"
    answer = officer.post(f"/mediations/{row.pk}/steps/begin", {}, headers={"If-Match": '"99"'})
    assert answer.json()["code"] == "stale"
    answer = officer.post(f"/mediations/{row.pk}/steps/consent", {"party": 1, "asked_by": "dream"})
    assert answer.status_code == 422


def test_who_stands_aside_gets_no_more_than_that_it_was_written_down(world: World) -> None:
    row = story.begun(world)
    mediator = Caller(world, "mediator")
    seat = row.seats.get()
    assert step(mediator, row.pk, "recuse", seat=seat.pk, ground="kin") is None
    assert mediator.get(f"/mediations/{row.pk}").status_code == 404


def test_identities_only_for_a_purpose_and_never_kept(world: World) -> None:
    row = story.opened(world)
    party = story.party(world, row)
    officer = Caller(world, "officer")
    path = f"/mediations/{row.pk}/parties/{party}/reveal"
    assert officer.post(path, {"purpose": "mediate", "explanation": ""}).status_code == 422
    answer = officer.post(path, {"purpose": "mediate", "explanation": "约时间"}, key="again")
    assert answer.json()["name"] == "陈阿福"
    assert "Idempotency-Replayed" not in officer.post(
        path, {"purpose": "mediate", "explanation": "约时间"}, key="again"
    )
    assert Caller(world, "auditor").post(path, {"purpose": "mediate", "explanation": "查"}).status_code == 403


def test_the_same_key_decides_once(world: World) -> None:
    row = story.opened(world)
    officer = Caller(world, "officer")
    body = {"side": "b", "name": "陈阿福"}
    first = officer.post(f"/mediations/{row.pk}/steps/add_party", body, key="one")
    again = officer.post(f"/mediations/{row.pk}/steps/add_party", body, key="one")
    assert first.json() == again.json()
    assert row.parties.count() == 2


def test_the_configuration_over_the_api(world: World) -> None:
    administrator = Caller(world, "administrator")
    found = administrator.get("/mediation-config").json()
    assert {"key": "confirm", "days": 30}.items() <= next(
        one.items() for one in found["terms"] if one["key"] == "confirm"
    )
    day = (story.today() + timedelta(days=1)).isoformat()
    body = {"days": 20, "valid_from": day, "source": "县里确定"}
    assert administrator.post("/mediation-config/terms/visit", body).json()["days"] == 20
    assert administrator.post("/mediation-config/terms/visit", body).status_code == 422
    assert administrator.post("/mediation-config/terms/nothing", body).status_code == 422
    way = {"name": "行业调解", "advice": "请到行业调解组织。", "valid_from": day, "source": "县里确定"}
    assert administrator.post("/mediation-config/ways/trade", way).json()["code"] == "trade"
    assert Caller(world, "officer").get("/mediation-config").status_code == 403
