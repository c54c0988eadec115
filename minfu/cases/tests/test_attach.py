"""Photos and files are added to a demand at the desk and in the field: checked as everywhere, once, and back where one was."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from minfu.cases.models import Case, CaseFile
from minfu.cases.rules import actions
from minfu.cases.tests.desk import sign_in
from minfu.cases.tests.residents import words
from minfu.cases.tests.world import FENGPU_VILLAGES, PINGHU_VILLAGES, World
from minfu.files.models import StoredFile
from minfu.files.tests import making
from minfu.kernel import jobs, record


def photo(name: str = "灯.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, making.picture(), "image/jpeg")


def url(case: Case, query: str = "") -> str:
    return reverse("cases:attach", args=[case.pk]) + query


def add(client: Client, case: Case, *files: Any, token: str = "t-1", query: str = "", **more: Any) -> Any:
    return client.post(url(case, query), {"token": token, "photos": list(files)}, **more)


@pytest.mark.parametrize(
    ("name", "query", "back"),
    [("officer", "?scope=lead", "cases:case"), ("worker", "?back=field", "cases:field_case")],
)
def test_files_are_added_and_one_is_back_where_one_was(
    world: World, name: str, query: str, back: str
) -> None:
    case = world.register(actor=world.worker, door="visit") if name == "worker" else world.at("handling")
    client = sign_in(name)
    page = client.get(reverse(back, args=[case.pk]) + query)
    assert url(case, query) in page.content.decode()
    answer = add(client, case, photo(), photo("杆.jpg"), query=query)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse(back, args=[case.pk]))
    assert [row.what for row in case.files.all()] == ["work", "work"]
    assert "已添加 2 个附件" in words(client.get(answer.headers["Location"]))
    jobs.run_waiting()
    shown = client.get(reverse(back, args=[case.pk]) + query).content.decode()
    assert shown.count("?thumbnail") == 2


def test_the_same_form_again_adds_nothing(world: World) -> None:
    case = world.at("handling")
    client = sign_in("officer")
    for _n in range(2):
        answer = add(client, case, photo())
        assert answer.status_code == 302
        assert answer.headers["Location"] == reverse("cases:case", args=[case.pk])
    assert (CaseFile.objects.count(), StoredFile.objects.count()) == (1, 1)
    assert [one.name for one in record.history(("case", case.pk))].count("cases.file_added") == 1
    assert add(client, case, photo(), token="t-2").status_code == 302
    assert CaseFile.objects.count() == 2


def test_a_phone_that_sends_later_is_answered_without_a_page(world: World) -> None:
    case = world.at("handling")
    json = {"Accept": "application/json"}
    client = sign_in("officer")
    for _n in range(2):
        answer = add(client, case, photo(), query="?back=field", headers=json)
        assert answer.json() == {"url": reverse("cases:field_case", args=[case.pk])}
    assert CaseFile.objects.count() == 1
    bad = SimpleUploadedFile("灯.jpg", b"MZ" + b"\0" * 500)
    refused = add(client, case, bad, token="t-2", headers=json)
    assert refused.status_code == 422
    assert "只接收照片" in refused.json()["problems"][0]


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([], "请先选择照片或文件"),
        ([SimpleUploadedFile("灯.jpg", b"MZ" + b"\0" * 500)], "只接收照片"),
        ([SimpleUploadedFile("灯.jpg", b"")], "空的"),
        ([SimpleUploadedFile("灯.mp4", b"\0\0\0\x18ftypmp42" + b"\0" * 500)], "暂不接收视频"),
    ],
)
def test_what_cannot_be_taken_is_told_at_the_field_and_nothing_is_kept(
    world: World, files: list[SimpleUploadedFile], sentence: str
) -> None:
    case = world.at("handling")
    answer = add(sign_in("officer"), case, photo(), *files) if files else add(sign_in("officer"), case)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert (CaseFile.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_too_many_files_of_one_demand_are_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("minfu.cases.rules.actions.papers.MOST_FILES", 1)
    case = world.at("handling")
    answer = add(sign_in("officer"), case, photo(), photo("杆.jpg"))
    assert answer.status_code == 422
    assert "最多 1 个附件" in words(answer)
    assert StoredFile.objects.count() == 0


def test_who_has_no_part_neither_sees_the_button_nor_adds(world: World) -> None:
    case = world.at("handling")
    for name, status in (("water", 404), ("other_clerk", 404), ("auditor", 403), ("mediator", 404)):
        client = sign_in(name)
        assert client.get(url(case)).status_code == status, name
        assert add(client, case, photo()).status_code == status, name
    assert url(case) not in sign_in("auditor").get(reverse("cases:case", args=[case.pk])).content.decode()
    assert StoredFile.objects.count() == 0


def test_an_ended_demand_takes_no_more(world: World) -> None:
    case = world.at("solved")
    client = sign_in("officer")
    assert url(case) not in client.get(reverse("cases:case", args=[case.pk])).content.decode()
    assert add(client, case, photo()).status_code == 403


def test_who_helps_may_add(world: World) -> None:
    case = world.at("handling")
    actions.call_help(actor=world.officer, case_id=case.pk, unit_id=world.units["road"].pk, task="请派登高车")
    assert add(sign_in("road"), case, photo()).status_code == 302


# --- back to the field ---------------------------------------------------------------------------------------------


def test_a_step_opened_in_the_field_leads_back_to_the_field(world: World) -> None:
    case = world.at("handling")
    client = sign_in("officer")
    page = client.get(reverse("cases:field_case", args=[case.pk])).content.decode()
    step = reverse("cases:step", args=[case.pk, "note"]) + "?back=field"
    assert step in page
    form = client.get(step)
    assert f'href="{reverse("cases:field_case", args=[case.pk])}"' in form.content.decode()
    answer = client.post(step, {"text": "约好明天上门", "contacted": "on"})
    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("cases:field_case", args=[case.pk])
    assert "现在“办理中”" in words(client.get(answer.headers["Location"]))


def test_when_the_demand_is_gone_from_sight_the_field_shows_its_list(world: World) -> None:
    case = world.at("handling")
    unit = world.units[PINGHU_VILLAGES[0]]
    called = actions.call_help(actor=world.officer, case_id=case.pk, unit_id=unit.pk, task="请来认路")
    client = sign_in("other_officer")
    step = reverse("cases:help", args=[called.pk, "decline"]) + "?back=field"
    assert step in client.get(reverse("cases:field_case", args=[case.pk])).content.decode()
    answer = client.post(step, {"result": "那片不归我们村"})
    assert answer.headers["Location"] == reverse("cases:field")
    assert "已转出" in words(client.get(reverse("cases:field")))


def _grid(world: World) -> Any:
    from minfu.cases.rules.intake import Spot

    return Spot(village_code=FENGPU_VILLAGES[0], grid_id=world.grid.pk)


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example/", "/login/", "javascript:alert(1)", ""]
)
def test_nobody_is_sent_elsewhere(world: World, back: str) -> None:
    case = world.at("handling")
    client = sign_in("officer")
    answer = client.post(
        reverse("cases:step", args=[case.pk, "note"]), {"text": "约好明天上门"}, query_params={"back": back}
    )
    assert answer.headers["Location"] == reverse("cases:case", args=[case.pk])


def test_whoever_has_no_field_is_not_sent_there(world: World) -> None:
    case = world.at("handling")
    answer = sign_in("clerk").post(
        reverse("cases:step", args=[case.pk, "remark"]) + "?back=field", {"text": "请抓紧"}
    )
    assert answer.headers["Location"] == reverse("cases:case", args=[case.pk])


def test_a_notice_or_a_number_leads_a_grid_worker_to_the_page_for_a_phone(world: World) -> None:
    case = world.at("handling", spot=_grid(world))
    for name, page in (("worker", "cases:field_case"), ("officer", "cases:case")):
        client = sign_in(name)
        target = reverse(page, args=[case.pk])
        found = client.post("/search/", {"q": case.number}, follow=True)
        opened = client.get(reverse("cases:case", args=[case.pk]), follow=True)
        assert found.request["PATH_INFO"] == opened.request["PATH_INFO"] == target
