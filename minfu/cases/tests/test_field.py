"""Grid workers and village officers in the field: what is to do, report, done; once, however often it arrives."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from minfu.accounts.models import Post
from minfu.cases.models import Case, CaseFile, Category
from minfu.cases.rules import actions, catalog
from minfu.cases.tests.desk import sign_in
from minfu.cases.tests.residents import words
from minfu.cases.tests.world import FENGPU_VILLAGES, SINCE, World
from minfu.files.models import StoredFile
from minfu.files.tests import making
from minfu.places import index
from minfu.places.models import Grid

JSON = {"Accept": "application/json"}


def told(world: World, **more: Any) -> dict[str, Any]:
    """Return what a worker types."""
    return {
        "token": "phone-1",
        "door": "visit",
        "kind": "hazard",
        "description": "桥栏杆断了一段",
        "grid": str(world.grid.pk),
        "address": "村口石桥",
        **more,
    }


@pytest.fixture
def worker(world: World) -> Client:
    return sign_in("worker")


def test_the_worker_starts_at_their_grids(worker: Client, world: World) -> None:
    case = world.register()
    assert worker.get("/", follow=True).redirect_chain[-1][0] == reverse("cases:field")
    page = words(worker.get(reverse("cases:field")))
    assert "凤埔村 第一网格" in page
    assert case.description in page
    assert "签收" in page


def test_what_one_reported_is_a_list_of_its_own(worker: Client, world: World) -> None:
    worker.post(
        reverse("cases:field_report"), told(world, kind="consultation", grid="elsewhere", address="达才村")
    )
    case = Case.objects.get()
    assert case.description not in words(worker.get(reverse("cases:field")))
    for name in ("registered", "area"):
        assert case.description in words(worker.get(reverse("cases:field"), {"list": name}))
    assert "这里没有" in words(worker.get(reverse("cases:field"), {"list": "helping"}))
    assert worker.get(reverse("cases:field"), {"list": "all' OR 1=1"}).status_code == 302


def test_the_bar_of_a_grid_worker_leads_to_the_field_and_not_to_the_desk(
    worker: Client, world: World
) -> None:
    world.register()
    html = worker.get(reverse("cases:field")).content.decode()
    assert f'href="{reverse("cases:inbox")}"' not in html
    assert '<span class="count">1</span>' in html.split('class="tabbar"')[1]
    officer = sign_in("officer").get(reverse("cases:field")).content.decode()
    assert f'href="{reverse("cases:inbox")}"' in officer


def test_nothing_to_do_says_what_one_may_do(worker: Client) -> None:
    assert "没有要办的事" in words(worker.get(reverse("cases:field")))


def test_accept_and_done_in_two_taps(worker: Client, world: World) -> None:
    case = world.register()
    for _n in range(2):
        answer = worker.post(reverse("cases:field_accept", args=[case.pk]), follow=True)
        assert "不能" not in words(answer)
    case.refresh_from_db()
    assert case.state == "handling"
    url = reverse("cases:field_done", args=[case.pk])
    photo = SimpleUploadedFile("后.jpg", making.picture(), "image/jpeg")
    for more in ({"photos": photo}, {}):
        answer = worker.post(url, {"text": "换了灯泡，已亮", "settled_level": "grid", **more})
        assert answer.status_code == 302
    case.refresh_from_db()
    assert (case.state, case.settled_level, case.reports.count()) == ("reported", "grid", 1)
    assert case.files.get().what == "work"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"text": ""}, "请填写“做了什么"),
        ({"text": "水" * 3001}, "最多 3000 字"),
        ({"settled_level": "moon"}, "没有这个选项"),
    ],
)
def test_a_report_of_work_that_cannot_be_taken_is_told(
    worker: Client, world: World, change: dict[str, str], sentence: str
) -> None:
    case = world.at("handling")
    url = reverse("cases:field_done", args=[case.pk])
    answer = worker.post(url, {"text": "修好了", "settled_level": "grid", **change})
    assert answer.status_code == 422
    assert sentence in words(answer)


def test_done_before_accepting_is_refused_with_a_sentence(worker: Client, world: World) -> None:
    case = world.register()
    answer = worker.post(
        reverse("cases:field_done", args=[case.pk]), {"text": "修好了", "settled_level": "grid"}
    )
    assert answer.status_code == 409
    assert "不能“报告办结”" in words(answer)


def test_an_own_finding_lands_in_its_grid(worker: Client, world: World) -> None:
    photo = SimpleUploadedFile("桥.jpg", making.picture(), "image/jpeg")
    answer = worker.post(reverse("cases:field_report"), told(world, photos=photo, urgent="on"), follow=True)
    case = Case.objects.get()
    assert (case.door, case.grid, case.urgency, case.mode) == ("visit", world.grid, "urgent", "anonymous")
    assert CaseFile.objects.get().case == case
    assert case.address in words(answer)


def test_what_is_typed_in_the_field_suggests_categories_and_what_is_the_same(
    worker: Client, world: World
) -> None:
    form = worker.get(reverse("cases:field_report")).content.decode()
    assert f'data-suggest="{reverse("cases:suggest")}"' in form
    assert "data-hints" in form
    first = world.register(description="村口石桥的桥栏杆断了一段，孩子走过危险")
    typed = {"description": "石桥桥栏杆断了一段，路灯不亮", "address": "", "category": "", "joins": ""}
    page = worker.post(reverse("cases:suggest"), {**typed, "grid": str(world.grid.pk)}).content.decode()
    assert 'data-pick="category"' in page
    assert f'data-pick="joins" data-value="{first.pk}"' in page
    assert 'data-pick="village"' not in page, "the grid says where"
    for grid in ("elsewhere", "999999999999999999999", "²", ""):
        assert worker.post(reverse("cases:suggest"), {**typed, "grid": grid}).status_code == 200


def test_a_finding_said_to_be_the_same_joins_the_other_with_its_own_receipt(
    worker: Client, world: World
) -> None:
    first = world.register(description="村口石桥的桥栏杆断了一段")
    worker.post(reverse("cases:field_report"), told(world, joins=str(first.pk)))
    case = Case.objects.exclude(pk=first.pk).get()
    assert case.merged_into == first
    assert case.receipt not in ("", first.receipt)


def test_of_several_grids_none_is_chosen_beforehand_but_the_last_one_used(
    worker: Client, world: World
) -> None:
    url = reverse("cases:field_report")
    assert worker.get(url).context["form"]["grid"].value() == str(world.grid.pk), "the only one"
    typed, village = told(world), world.grid.village
    second = Grid.objects.create(
        code=village.code + "1002", name="第二网格", village=village, valid_from=SINCE
    )
    Post.objects.get(pk=world.worker.post_id or 0).grids.add(second)
    index.forget()
    page = worker.get(url)
    assert page.context["form"]["grid"].value() is None
    assert "checked" not in page.content.decode().split('name="grid"', 1)[1].split("</fieldset>", 1)[0]
    refused = worker.post(url, {**typed, "grid": ""})
    assert refused.status_code == 422
    assert "请选在哪个网格" in words(refused)
    assert not Case.objects.exists()
    assert worker.post(url, {**typed, "grid": str(second.pk)}).status_code == 302
    assert Case.objects.get().grid == second
    assert worker.get(url).context["form"]["grid"].value() == str(second.pk)


def test_on_behalf_of_a_resident_hands_over_the_receipt(worker: Client, world: World) -> None:
    more = {"door": "proxy", "name": "林小满", "phone": "13800001234"}
    page = words(worker.post(reverse("cases:field_report"), told(world, **more), follow=True))
    case = Case.objects.get()
    assert (case.door, case.mode) == ("proxy", "named")
    assert case.reporter is not None
    assert case.receipt[:4] in page
    assert "13800001234" not in page


def test_the_same_form_again_is_the_same_demand(worker: Client, world: World) -> None:
    url = reverse("cases:field_report")
    photo = SimpleUploadedFile("桥.jpg", making.picture(), "image/jpeg")
    first = worker.post(url, told(world, photos=photo), headers=JSON)
    again = worker.post(url, told(world, photos=SimpleUploadedFile("桥.jpg", making.picture())), headers=JSON)
    assert first.json() == again.json()
    assert Case.objects.count() == 1
    assert StoredFile.objects.count() == 1
    # A form of another person's phone that happens to carry the same token is a demand of its own.
    other = sign_in("officer").post(url, told(world, description="别的事"), headers=JSON)
    assert other.json() != first.json()
    assert Case.objects.count() == 2


def test_elsewhere_the_words_tell_the_place(worker: Client, world: World) -> None:
    worker.post(reverse("cases:field_report"), told(world, grid="elsewhere", address="达才村大路上"))
    assert Case.objects.get().village_code == "350922101201"


def test_the_questions_of_a_category_are_asked(worker: Client, world: World) -> None:
    question = {"key": "length", "text": "大约缺多长？", "type": "text", "required": True, "choices": []}
    Category.objects.filter(code="040101").update(questions=[question])
    catalog.forget()
    url = reverse("cases:field_report")
    answer = worker.post(url, told(world, category="040101"))
    assert answer.status_code == 422
    assert "大约缺多长" in words(answer)
    worker.post(url, told(world, category="040101", q_length="两米"))
    assert Case.objects.get().details[0]["answer"] == "两米"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"description": ""}, "请填写“什么事”"),
        ({"description": "🔥🔥"}, "不能只有表情"),
        ({"description": "水" * 100_000}, "最多 10,000 字"),
        ({"grid": "999999"}, "没有这个选项"),
        ({"grid": "x' OR 1=1"}, "没有这个选项"),
        ({"door": "phone"}, "没有这个选项"),
        ({"door": "proxy", "phone": "123"}, "电话"),
        ({"category": "999999"}, "没有这个选项"),
        ({"token": ""}, "请填写"),
    ],
)
def test_bad_input_is_told_and_registers_nothing(
    worker: Client, world: World, change: dict[str, str], sentence: str
) -> None:
    photo = SimpleUploadedFile("桥.jpg", making.picture(), "image/jpeg")
    answer = worker.post(reverse("cases:field_report"), told(world, photos=photo, **change))
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert (Case.objects.count(), StoredFile.objects.count()) == (0, 0)
    json = worker.post(reverse("cases:field_report"), told(world, **change), headers=JSON)
    assert (json.status_code, bool(json.json()["problems"])) == (422, True)


def test_a_bad_photo_is_told_at_its_field(worker: Client, world: World) -> None:
    bad = SimpleUploadedFile("桥.jpg", b"MZ" + b"\0" * 500, "image/jpeg")
    answer = worker.post(reverse("cases:field_report"), told(world, photos=bad))
    assert "只接收照片" in words(answer)
    assert Case.objects.count() == 0


def test_another_grids_demand_is_not_there(world: World) -> None:
    case = world.register(spot=_spot(FENGPU_VILLAGES[1]))
    client = sign_in("worker")
    for name in ("field_case", "field_done"):
        assert client.get(reverse(f"cases:{name}", args=[case.pk])).status_code == 404
    assert client.post(reverse("cases:field_accept", args=[case.pk])).status_code == 404


def _spot(code: str) -> Any:
    from minfu.cases.rules.intake import Spot

    return Spot(village_code=code)


@pytest.mark.parametrize("name", ["water", "auditor", "administrator"])
def test_others_have_no_field(world: World, name: str) -> None:
    client = sign_in(name)
    assert client.get(reverse("cases:field")).status_code == 403
    if name != "water":
        assert client.post(reverse("cases:field_report"), told(world)).status_code == 403


def test_the_contact_stays_masked_and_asks_why(worker: Client, world: World) -> None:
    case = world.register()
    html = worker.get(reverse("cases:field_case", args=[case.pk])).content.decode()
    assert "138****1234" in html
    assert reverse("cases:reveal", args=[case.pk]) in html
    secret = world.register(mode="confidential")
    actions.accept(actor=world.officer, case_id=secret.pk)
    assert worker.get(reverse("cases:field_case", args=[secret.pk])).status_code == 404
