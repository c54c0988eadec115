"""The API: the same verbs, rights and sentences."""

from typing import Any

import ofdkit

from minfu.cases.tests.api import Caller
from minfu.documents import states
from minfu.documents.tests.story import TEXT, Story
from minfu.papers.tests import reading
from minfu.site.api import api

HEAD = {
    "head": "凤埔乡人民政府文件", "title": "关于群众诉求办理情况的报告", "addressees": "古田县人民政府", "signer": "黄堃",
    "signed_by": "凤埔乡人民政府",
}  # fmt: skip


def taken(caller: Caller, pk: int, name: str, /, **body: Any) -> Any:
    answer = caller.post(f"/documents/{pk}/steps/{name}", body)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def test_every_step_has_its_operation_with_the_right_of_the_table() -> None:
    found = {
        operation["operationId"]: operation["x-right"]
        for methods in api.get_openapi_schema()["paths"].values()
        for operation in methods.values()
    }
    for step in states.DOCUMENT.steps:
        if step.by != "system":
            assert found[f"documents_{step.name}"] == step.right


def test_from_a_template_to_its_files_and_back(story: Story) -> None:
    story.register()
    clerk, leader, dispatcher = (Caller(story.world, name) for name in ("clerk", "leader", "dispatcher"))
    unit = story.world.units["fengpu"].pk
    book = dispatcher.post("/document-registers", {"unit": unit, "form": "file", "word": "凤政"}).json()
    assert [one["label"] for one in dispatcher.get("/document-registers").json()] == [book["label"]]
    assert "halfyear" in {one["code"] for one in clerk.get("/document-templates").json()}
    asked = {"template": "halfyear", "area": "350922204", "period": "2026-H1"}
    row = clerk.post("/documents", asked).json()
    pk = row["id"]
    shown = taken(clerk, pk, "edit", text="办结12件。", **HEAD)
    assert shown["faults"] == [
        "第 1 行：“12”没有绑定数据。请写成 {{ figure 指标 }}；确需手写的，写成 {{ fixed 12 依据 }}。"
    ]
    refused = clerk.post(f"/documents/{pk}/steps/submit", {})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "text")
    shown = taken(clerk, pk, "edit", text=TEXT, version=shown["version"], **HEAD)
    assert [(one["name"], one["printed"]) for one in shown["figures"]] == [("registered", "1件")]
    assert shown["figures"][0]["href"] == "/figures/registered/?area=350922204000&period=2026-H1"
    taken(clerk, pk, "submit")
    stale = leader.post(f"/documents/{pk}/steps/approve", {"version": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    assert "approve" in leader.get(f"/documents/{pk}").json()["next_steps"]
    taken(leader, pk, "approve")
    [offered] = clerk.get(f"/documents/{pk}").json()["registers"]
    shown = taken(clerk, pk, "issue", register_id=offered["id"])
    assert (shown["number"], shown["state"], shown["registers"]) == ("凤政〔2026〕1号", "issued", [])
    assert "共登记诉求1件" in reading.text(clerk.get(f"/documents/{pk}/document.pdf").content)
    with ofdkit.open(clerk.get(f"/documents/{pk}/document.ofd").content) as exchanged:
        assert exchanged.info.custom_data == {"发文字号": "凤政〔2026〕1号"}
    assert clerk.get(f"/documents/{pk}/document.docx").content.startswith(b"PK")
    listed = dispatcher.get("/documents", {"state": "issued"}).json()["items"]
    assert [one["number"] for one in listed] == ["凤政〔2026〕1号"]
    draft = taken(clerk, pk, "replace")
    assert (draft["replaces"], draft["state"]) == (pk, "draft")
    taken(clerk, draft["id"], "drop", reason="不写了")
    taken(leader, pk, "withdraw", reason="依据废止")
    closed = dispatcher.post(f"/document-registers/{book['id']}/close", {}).json()
    assert closed["is_open"] is False


def test_drafts_of_others_are_not_there_and_rights_bind(story: Story) -> None:
    row = story.draft()
    for name in ("dispatcher", "other_clerk"):
        assert Caller(story.world, name).get(f"/documents/{row.pk}").status_code == 404
        assert Caller(story.world, name).get(f"/documents/{row.pk}/document.ofd").status_code == 404
    assert Caller(story.world, "auditor").get(f"/documents/{row.pk}").json()["next_steps"] == []
    assert Caller(story.world, "officer").get("/documents").status_code == 403
    assert Caller(story.world, "clerk").get("/document-registers").status_code == 403
