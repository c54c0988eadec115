"""A demand's whole way over the API: from a token to the resident's "solved", and around every corner."""

import io
from typing import Any

import pytest
from PIL import Image

from minfu.cases import states
from minfu.cases.api import steps
from minfu.cases.models import Case
from minfu.cases.tests.api import STORY, Caller
from minfu.cases.tests.world import FENGPU_VILLAGES, PINGHU_VILLAGES, World
from minfu.files.models import StoredFile
from minfu.kernel import jobs
from minfu.registry.models import Reveal
from minfu.site.api import api


@pytest.fixture
def callers(world: World) -> dict[str, Caller]:
    """A program for everyone in the county."""
    return {name: Caller(world, name) for name in world.actors}


def names(case: dict[str, Any]) -> list[str]:
    return [step["name"] for step in case["next_steps"]]


def ok(response: Any) -> Any:
    assert response.status_code in (200, 201), response.content.decode()
    return response.json()


def test_from_registration_to_the_residents_solved(callers: dict[str, Caller], world: World) -> None:
    clerk, officer = callers["clerk"], callers["officer"]
    case = clerk.register()
    assert (case["state"], case["lead"]["name"]) == ("assigned", "凤埔村村委会")
    assert case["number"] == Case.objects.get(pk=case["id"]).number
    assert len(case["receipt"]) >= 8

    row = ok(officer.get("/cases"))["items"][0]
    assert row["id"] == case["id"]
    assert row["receipt"] is None
    accept = next(step for step in row["next_steps"] if step["name"] == "accept")
    assert (accept["label"], accept["method"]) == ("签收", "POST")
    case = ok(officer.post(accept["href"].removeprefix("/api/v1"), {"version": row["version"]}))
    assert case["state"] == "handling"
    case = ok(officer.step(case["id"], "note", text="电话联系，约明天上门。", contacted=True))
    case = ok(officer.step(case["id"], "report", text="换了灯泡。", settled_level="village"))
    assert "verify" not in names(case)
    case = ok(clerk.step(case["id"], "verify", finding="现场看过。"))
    case = ok(clerk.step(case["id"], "confirm", outcome="solved", satisfaction=5))
    assert (case["state"], case["is_open"]) == ("solved", False)

    shown = ok(clerk.get(f"/cases/{case['id']}"))
    assert [line["event"].removeprefix("cases.") for line in shown["history"]] == [
        "registered", "assigned", "accepted", "contacted", "reported", "verified", "confirmed",
    ]  # fmt: skip
    assert shown["reporter"] == {
        "known": True, "sentence": "", "name": "林*", "phone": "138****1234", "id_number": "", "may_reveal": True,
    }  # fmt: skip
    assert {clock["state"] for clock in shown["clocks"]} == {"met"}
    assert shown["results"][0]["outcome"] == "solved"
    assert ok(clerk.get(f"/cases/{case['id']}/history")) == shown["history"]
    assert Case.objects.get().door == "api"


def test_objection_help_extension_and_not_solved(callers: dict[str, Caller], world: World) -> None:
    clerk, officer, leader = callers["clerk"], callers["officer"], callers["leader"]
    case = clerk.register()
    pk = case["id"]
    ok(officer.step(pk, "object", reason="归电力公司管。"))
    ok(clerk.step(pk, "overrule", decision="村里先办。"))
    ok(officer.step(pk, "accept"))
    ok(officer.step(pk, "call_help", unit=world.units["road"].pk, task="请派登高车。"))
    help_ = ok(callers["road"].get(f"/cases/{pk}"))["helps"][0]
    assert [step["name"] for step in help_["next_steps"]] == ["come", "finish", "decline"]
    ok(callers["road"].post(f"/helps/{help_['id']}/steps/come"))
    ok(callers["road"].post(f"/helps/{help_['id']}/steps/finish", {"result": "车已派。"}))
    ok(officer.step(pk, "ask_extension", amount=2, ground="weather", reason="连日大雨。"))
    request = ok(leader.get(f"/cases/{pk}"))["approvals"][0]
    assert [step["name"] for step in request["next_steps"]] == ["grant", "refuse"]
    assert ok(officer.get(f"/cases/{pk}"))["approvals"][0]["next_steps"] == []
    ok(leader.post(f"/approvals/{request['id']}/steps/grant"))
    ok(officer.step(pk, "report", text="换了灯泡。"))
    ok(clerk.step(pk, "verify", finding="看过。"))
    case = ok(clerk.step(pk, "confirm", outcome="not_solved", remark="还是不亮。"))
    assert (case["state"], case["reopened"], case["holder"]["name"]) == ("waiting", 1, "凤埔乡民富中心")
    shown = ok(callers["dispatcher"].get(f"/cases/{pk}"))
    assert shown["objections"][0]["upheld"] is False


def test_every_step_of_the_table_has_an_operation() -> None:
    ids = {
        operation.operation_id
        for view in steps.room.router.path_operations.values()
        for operation in view.operations
    }
    paths = set(steps.room.router.path_operations)
    by_approval = {"pause", "defer"}
    for step in (step for step in states.CASE.steps if step.by != "reporter"):  # residents' own
        assert (f"/cases/{{case_id}}/steps/{step.name}" in paths) == (step.name not in by_approval)
    for step in states.HELP.steps:
        assert f"/helps/{{help_id}}/steps/{step.name}" in paths
    assert len(ids) == len(paths)


#: Operations without a token: those that give one, and what was released for everyone.
OPEN_TO_ALL = {
    "accounts_issue", "accounts_choose_password", "public_list_solved", "public_one",
    "open_list_editions", "open_counts", "open_matters", "open_dictionary",
}  # fmt: skip


def test_every_operation_declares_its_right_and_every_right_is_checked() -> None:
    for bound in api._get_bound_routers():
        for view in bound.path_operations.values():
            for operation in view.operations:
                right = getattr(operation.view_func, "gate", "")
                assert right, operation.operation_id
                opened = right.startswith("open: ")
                assert opened == (not operation.auth_callbacks), operation.operation_id
                assert opened == (operation.operation_id in OPEN_TO_ALL)


def test_areas_bind(callers: dict[str, Caller]) -> None:
    case = callers["clerk"].register()
    pk = case["id"]
    for name in ("other_clerk", "other_officer", "water", "mediator"):
        caller = callers[name]
        assert caller.get("/cases", {"scope": "all"}).json()["items"] == []
        for path in (f"/cases/{pk}", f"/cases/{pk}/history", f"/cases/by-number/{case['number']}"):
            assert caller.get(path).status_code == 404
        if name in ("other_clerk", "other_officer"):
            assert caller.step(pk, "accept").status_code == 404
            assert caller.step(pk, "note", text="看看").status_code == 404
    absent = callers["other_clerk"].get(f"/cases/{pk + 1000}").json()
    assert callers["other_clerk"].get(f"/cases/{pk}").json() == absent


def test_the_administrator_sees_no_demand(callers: dict[str, Caller]) -> None:
    case = callers["clerk"].register()
    administrator = callers["administrator"]
    for path in ("/cases", f"/cases/{case['id']}", "/cases/counts", f"/cases/{case['id']}/history"):
        assert administrator.get(path).status_code == 403
    assert (
        administrator.post(
            f"/cases/{case['id']}/reveal", {"purpose": "contact", "explanation": "看"}
        ).status_code
        == 403
    )
    assert administrator.get("/me").status_code == 200


def test_the_auditor_reads_and_changes_nothing(callers: dict[str, Caller]) -> None:
    case = callers["clerk"].register()
    shown = ok(callers["auditor"].get(f"/cases/{case['id']}"))
    assert shown["next_steps"] == []
    assert shown["reporter"]["known"] is False
    assert shown["receipt"] is None
    assert callers["auditor"].step(case["id"], "remark", text="看过").status_code == 403


def test_contact_data_is_shown_for_a_purpose_and_recorded(callers: dict[str, Caller]) -> None:
    case = callers["clerk"].register()
    path = f"/cases/{case['id']}/reveal"
    refused = callers["officer"].post(path, {"purpose": "contact", "explanation": ""})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "explanation"
    assert not Reveal.objects.exists()
    shown = ok(
        callers["officer"].post(path, {"purpose": "contact", "explanation": "问清是哪盏灯"}, key="one")
    )
    assert (shown["name"], shown["phone"]) == ("林小满", "13800001234")
    assert Reveal.objects.get().explanation == "问清是哪盏灯"
    ok(callers["officer"].post(path, {"purpose": "contact", "explanation": "问清是哪盏灯"}, key="one"))
    assert Reveal.objects.count() == 2  # contact data is never kept for replay: each look is a look
    line = ok(callers["clerk"].get(f"/cases/{case['id']}/history"))[-1]
    assert (line["what"], line["details"]) == ("查看联系方式", ["用途：联系本人了解情况"])


def test_the_unit_complained_about_learns_nothing(callers: dict[str, Caller], world: World) -> None:
    case = callers["dispatcher"].register(
        kind="wrongdoing", complained_unit=world.units["fengpu"].pk, category="040102"
    )
    assert callers["clerk"].get(f"/cases/{case['id']}").status_code == 404
    assert (
        callers["clerk"]
        .post(f"/cases/{case['id']}/reveal", {"purpose": "contact", "explanation": "看"})
        .status_code
        == 404
    )
    assert case["lead"] is None or case["lead"]["id"] != world.units["fengpu"].pk


def test_desk_steps(callers: dict[str, Caller], world: World) -> None:
    clerk, dispatcher = callers["clerk"], callers["dispatcher"]
    lost = dispatcher.register(place={"address": ""}, category="")
    assert (lost["state"], lost["holder"]["name"]) == ("waiting", "古田县民富中心")
    assert [row["id"] for row in ok(dispatcher.get("/cases", {"scope": "unplaced"}))["items"]] == [lost["id"]]
    placed = ok(dispatcher.step(lost["id"], "place", village=FENGPU_VILLAGES[0], grid=world.grid.pk))
    assert placed["holder"]["name"] == "凤埔乡民富中心"
    classified = ok(clerk.step(lost["id"], "classify", category="040101", urgency="urgent"))
    assert (classified["state"], classified["urgency"]) == ("assigned", "urgent")
    again = ok(clerk.step(lost["id"], "reassign", unit=world.units["water"].pk, reason="涉及水利设施"))
    assert again["lead"]["name"] == "县水利局"

    twin = clerk.register()
    merged = ok(clerk.step(twin["id"], "merge", into=lost["id"]))
    assert merged["state"] == "merged"
    assert [row["id"] for row in ok(clerk.get(f"/cases/{lost['id']}"))["merged_in"]] == [twin["id"]]
    back = ok(clerk.step(twin["id"], "unmerge", reason="不是同一盏灯"))
    assert back["state"] == "assigned"
    ok(clerk.step(twin["id"], "link", other=lost["id"]))
    assert [row["id"] for row in ok(clerk.get(f"/cases/{twin['id']}"))["related"]] == [lost["id"]]

    parts = [
        {"description": "路灯不亮", "category": "040101", "place": {"village": FENGPU_VILLAGES[0]}},
        {"description": "水管漏水", "category": "040202", "place": {"village": FENGPU_VILLAGES[1]}},
    ]
    done = ok(clerk.step(twin["id"], "split", parts=parts))
    assert done["case"]["state"] == "split"
    assert [part["state"] for part in done["parts"]] == ["assigned", "assigned"]
    asked = clerk.register(kind="consultation", category="")
    assert "answer" in names(asked)
    assert ok(clerk.step(asked["id"], "answer", text="每周三办理。"))["state"] == "asking"
    elsewhere = clerk.register(category="")
    diverted = ok(clerk.step(elsewhere["id"], "divert", diversion="petition"))
    assert (diverted["state"], diverted["next_steps"]) == ("diverted", [])


def test_counts_follow(callers: dict[str, Caller]) -> None:
    callers["clerk"].register()
    assert ok(callers["officer"].get("/cases/counts")) == {
        "unit": {"assigned": 1},
        "area": {"assigned": 1},
        "waiting": 1,
        "lists": {},
    }
    assert ok(callers["other_clerk"].get("/cases/counts")) == {
        "unit": {},
        "area": {},
        "waiting": 0,
        "lists": {},
    }


def test_a_wrong_area_cannot_be_filtered_into(callers: dict[str, Caller]) -> None:
    callers["other_clerk"].register(place={"village": PINGHU_VILLAGES[0]})
    found = ok(callers["clerk"].get("/cases", {"scope": "all", "village": PINGHU_VILLAGES[0]}))
    assert found["items"] == []


def photo(name: str = "灯.jpg") -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(file, "JPEG")
    file.seek(0)
    file.name = name
    return file


def content(response: Any) -> bytes:
    """Read an answer to its end and close its file, but not the test's database connection with it."""
    data = b"".join(response.streaming_content)
    for close in response._resource_closers:
        close()
    return data


def upload(caller: Caller, file: io.BytesIO, **headers: str) -> Any:
    return caller.client.post("/api/v1/files", {"file": file}, headers=caller._headers(headers))


def test_photos_are_uploaded_checked_and_fetched_by_who_sees_the_demand(callers: dict[str, Caller]) -> None:
    clerk = callers["clerk"]
    sent = ok(upload(clerk, photo()))
    assert (sent["state"], sent["href"]) == ("quarantined", "")
    case = clerk.register(files=[sent["id"]])
    shown = ok(clerk.get(f"/cases/{case['id']}"))["files"][0]
    path = shown["href"].removeprefix("/api/v1")
    assert clerk.get(path).status_code == 409
    jobs.run_waiting()
    fetched = clerk.get(path)
    assert (fetched.status_code, content(fetched)[:2]) == (200, b"\xff\xd8")
    small = clerk.get(path, {"thumbnail": "true"})
    assert (small["Content-Type"], content(small)[:2]) == ("image/jpeg", b"\xff\xd8")
    assert callers["other_clerk"].get(path).status_code == 404
    other = clerk.register()
    assert clerk.get(f"/cases/{other['id']}/files/{sent['id']}").status_code == 404


def test_a_file_is_added_once_by_who_uploaded_it_and_has_a_part(callers: dict[str, Caller]) -> None:
    clerk, officer = callers["clerk"], callers["officer"]
    case = clerk.register()
    mine = ok(upload(officer, photo("修好.jpg")))["id"]
    path = f"/cases/{case['id']}/files"
    assert clerk.post(path, {"files": [mine]}).status_code == 422
    assert callers["auditor"].post(path, {"files": [mine]}).status_code == 403
    assert ok(officer.post(path, {"files": [mine]}))[0]["name"] == "修好.jpg"
    assert officer.post(path, {"files": [mine]}).status_code == 422
    stolen = clerk.post("/cases", {**STORY, "files": [mine]})
    assert stolen.json()["errors"][0]["field"] == "files"
    assert ok(clerk.get(f"/cases/{case['id']}/history"))[-1]["what"] == "添加附件"


def test_a_file_that_is_none_is_refused(callers: dict[str, Caller]) -> None:
    file = io.BytesIO(b"MZ\x90\x00" + b"\0" * 100)
    file.name = "photo.jpg"
    refused = upload(callers["clerk"], file)
    assert refused.status_code == 422
    assert refused["Content-Type"] == "application/problem+json"
    assert not StoredFile.objects.exists()


def test_a_resent_upload_is_kept_once(callers: dict[str, Caller]) -> None:
    first = upload(callers["clerk"], photo(), **{"Idempotency-Key": "u"})
    again = upload(callers["clerk"], photo(), **{"Idempotency-Key": "u"})
    assert ok(first) == ok(again)
    assert StoredFile.objects.count() == 1


def test_reference_lists(callers: dict[str, Caller]) -> None:
    clerk = callers["clerk"]
    assert {row["path"] for row in ok(clerk.get("/categories"))} >= {"公共设施 › 照明 › 路灯不亮"}
    assert ok(clerk.get("/diversions"))[0]["code"] == "petition"
    assert {"code": "solved", "name": "居民确认已解决"} in ok(clerk.get("/choices"))["states"]
    assert "县水利局" in {row["name"] for row in ok(clerk.get("/units"))}


def test_places_are_listed_and_located(callers: dict[str, Caller], world: World) -> None:
    clerk = callers["clerk"]
    below = ok(clerk.get("/divisions", {"parent": "350922204000"}))
    assert {row["name"] for row in below} == {"凤埔村", "际头村"}
    assert ok(clerk.get("/divisions/350922204200"))["level"] == "village"
    assert clerk.get("/divisions/110101001000").status_code == 404
    assert [row["id"] for row in ok(clerk.get("/grids", {"village": FENGPU_VILLAGES[0]}))["items"]] == [
        world.grid.pk
    ]
    found = ok(clerk.get("/locate", {"address": "凤埔乡凤埔村村口"}))
    assert (found["village"], found["sure"]) == (FENGPU_VILLAGES[0], True)
    lost = ok(clerk.get("/locate", {"address": "某处"}))
    assert (lost["village"], lost["sure"]) == ("", False)
    assert clerk.get("/locate", {"longitude": "118.7"}).status_code == 422


def test_notices_are_read_and_residents_phoned(callers: dict[str, Caller], world: World) -> None:
    case = world.at("asking")
    officer, clerk = callers["officer"], callers["clerk"]
    mine = ok(officer.get("/notices"))["items"]
    assert mine[-1]["subject_id"] == case.pk
    assert mine[-1]["unread"] is True
    assert ok(officer.post("/notices/read", {"ids": [row["id"] for row in mine]}))["count"] == len(mine)
    assert ok(officer.get("/notices"))["items"] == []
    assert ok(officer.get("/notices", {"unread": "false"}))["items"][0]["unread"] is False
    assert officer.get("/notices/to-phone").status_code == 403
    call = ok(clerk.get("/notices/to-phone"))["items"][0]
    assert ok(clerk.get("/notices/count"))["to_phone"] == 1
    assert (call["name"], call["phone"]) == ("林*", "138****1234")
    assert callers["other_clerk"].post(f"/notices/{call['id']}/told").status_code == 404
    assert ok(clerk.post(f"/notices/{call['id']}/told"))["count"] == 1
    assert ok(clerk.get("/notices/to-phone"))["items"] == []
