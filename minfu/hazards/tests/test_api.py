"""The API: the same verbs, rights and sentences."""

from datetime import timedelta
from typing import Any

from minfu.cases.tests.api import Caller
from minfu.cases.tests.world import World
from minfu.hazards import states
from minfu.hazards.tests import story
from minfu.kernel import jobs
from minfu.site.api import api


def step(caller: Caller, pk: int, name: str, /, **body: Any) -> Any:
    answer = caller.post(f"/hazards/{pk}/steps/{name}", body)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def test_every_step_has_its_operation_with_the_right_of_the_table() -> None:
    found = {
        operation["operationId"]: operation["x-right"]
        for methods in api.get_openapi_schema()["paths"].values()
        for operation in methods.values()
    }
    for taken in states.HAZARD.steps:
        if taken.by != "system":
            assert found[f"hazards_{taken.name}"] == taken.right
    assert found["hazards_acknowledge"] == states.ALARM.step("acknowledge").right


def test_from_the_file_to_gone_with_photos(world: World) -> None:
    row = story.opened(world)
    officer, clerk = Caller(world, "officer"), Caller(world, "clerk")
    listed = officer.get("/hazards", {"case": row.case_id}).json()
    assert [one["id"] for one in listed["items"]] == [row.pk]
    shown = step(officer, row.pk, "grade", code="major")
    assert (shown["state"], shown["grade"]) == ("rectifying", "major")
    photo = str(story.photo(world.officer))
    shown = step(officer, row.pk, "report", what="加固了", files=[photo])
    assert shown["evidence"] == [{"file": photo, "when": "after"}]
    jobs.run_waiting()
    assert b"".join(clerk.get(f"/hazards/{row.pk}/photos/{photo}").streaming_content)
    shown = step(clerk, row.pk, "inspect", gone=False, finding="还晃")
    assert (shown["state"], shown["rounds"]) == ("rectifying", 1)
    step(officer, row.pk, "report", what="再加固")
    shown = step(clerk, row.pk, "inspect", gone=True, finding="稳了")
    assert (shown["state"], clerk.get(f"/cases/{row.case_id}").json()["state"]) == ("gone", "asking")


def test_an_alarm_over_the_api(world: World) -> None:
    row = story.graded(world)
    worker, clerk = Caller(world, "worker"), Caller(world, "clerk")
    shown = step(worker, row.pk, "raise_alarm", reason="掉砖了")
    alarm = shown["alarms"][0]
    assert (alarm["state"], alarm["stage"], alarm["next_steps"]) == ("sounding", 1, [])
    assert [one["id"] for one in clerk.get("/alarms").json()] == [alarm["id"]]
    path = f"/hazards/{row.pk}/alarms/{alarm['id']}"
    refused = worker.post(f"{path}/acknowledge", {"text": "我在"})
    assert (refused.status_code, refused.json()["code"]) == (403, "second_person")
    answered = clerk.post(f"{path}/acknowledge", {"text": "已派人"}).json()["alarms"][0]
    assert (answered["state"], answered["doing"], answered["next_at"]) == ("acknowledged", "已派人", None)
    assert clerk.get("/alarms").json() == []
    assert clerk.post(f"{path}/end", {"text": "人撤了"}).json()["alarms"][0]["state"] == "over"
    assert Caller(world, "auditor").get("/alarms").status_code == 403
    assert Caller(world, "other_clerk").post(f"{path}/end", {"text": "看看"}).status_code == 404


def test_the_configuration_over_the_api(world: World) -> None:
    administrator = Caller(world, "administrator")
    found = administrator.get("/hazard-config").json()
    assert [one["code"] for one in found["grades"]] == ["immediate", "major", "minor"]
    assert {one["whom"] for one in found["calls"]} >= {"village", "leaders", "duty"}
    day = (story.today() + timedelta(days=1)).isoformat()
    line = {"stage": 1, "whom": "county", "wait_minutes": 5, "valid_from": day, "source": "县里"}
    made = administrator.post("/hazard-config/calls", line)
    assert made.status_code == 201
    assert administrator.post("/hazard-config/calls", {**line, "whom": "unit"}).status_code == 422
    end = {"on": (story.today() + timedelta(days=5)).isoformat(), "reason": "县里"}
    assert administrator.post(f"/hazard-config/calls/{made.json()['id']}/end", end).status_code == 200
    grade = {
        "name": "较大隐患",
        "meaning": "两周内要排除",
        "weight": 2,
        "amount": 14,
        "measure": "days",
        "again_amount": 7,
        "again_measure": "days",
        "valid_from": day,
        "source": "县里",
    }
    assert administrator.post("/hazard-config/grades/medium", grade).json()["code"] == "medium"
    assert Caller(world, "clerk").get("/hazard-config").status_code == 403
