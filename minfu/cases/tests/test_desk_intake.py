"""The clerk's form: registering by telephone, exactly once, with hints, questions, files, receipt and slip."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from minfu.cases.models import Case, Category, Diversion
from minfu.cases.rules import catalog
from minfu.cases.tests.desk import sign_in, text
from minfu.cases.tests.world import FENGPU_VILLAGES, SINCE, World
from minfu.kernel import clock
from minfu.places import index
from minfu.places.models import Division

URL = "/cases/new/"
HOSTILE = "<script>alert(1)</script>'; DROP TABLE cases_case; --"


def typed(**more: Any) -> dict[str, Any]:
    """Return a filled-in form."""
    return {
        "once": str(uuid4()), "door": "phone", "description": "村口路灯坏了", "kind": "request", "urgency": "normal",
        "category": "040101", "address": "", "village": FENGPU_VILLAGES[0], "grid": "", "mode": "named",
        "phone": "13800001234", "name": "林小满", "complained_unit": "", "diversion": "", **more,
    }  # fmt: skip


def photo(name: str = "a.jpg") -> SimpleUploadedFile:
    """Return a small picture."""
    held = BytesIO()
    Image.new("RGB", (40, 30), "red").save(held, "JPEG")
    return SimpleUploadedFile(name, held.getvalue(), "image/jpeg")


def test_a_call_becomes_a_demand_with_a_receipt_to_read_out(world: World) -> None:
    client = sign_in("clerk")
    assert client.get(URL).status_code == 200
    answer = client.post(URL, typed())
    case = Case.objects.get()
    assert answer.headers["Location"] == reverse("cases:receipt", args=[case.pk])
    assert (case.door, case.state, case.lead) == ("phone", "assigned", world.units[FENGPU_VILLAGES[0]])
    groups = [case.receipt[start : start + 4] for start in range(0, 12, 4)]
    for url in (answer.headers["Location"], reverse("cases:slip", args=[case.pk])):
        page = text(client.get(url))
        assert all(f"<span>{group}</span>" in page for group in groups)
        assert case.number in page


def test_the_receipt_is_only_for_who_registered_it_and_only_today(world: World) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        client = sign_in("clerk")
        client.post(URL, typed())
        url = reverse("cases:receipt", args=[Case.objects.get().pk])
        for other in ("officer", "dispatcher", "other_clerk"):
            assert sign_in(other).get(url).status_code == 404
        assert client.get(url).status_code == 200
        traveller.shift(timedelta(hours=13))
        assert sign_in("clerk").get(url).status_code == 404


def test_the_same_form_sent_twice_is_one_demand(world: World) -> None:
    client, form = sign_in("clerk"), typed()
    first, again = client.post(URL, form), client.post(URL, form)
    assert first.headers["Location"] == again.headers["Location"]
    assert Case.objects.count() == 1


def test_who_may_not_register_does_not(world: World) -> None:
    for name in ("auditor", "administrator"):
        client = sign_in(name)
        assert client.get(URL).status_code == 403
        assert client.post(URL, typed()).status_code == 403
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"description": ""}, "请填写“反映内容”。"),
        ({"description": "😀😀"}, "不能只有表情或符号"),
        ({"description": "长" * 100_000}, "请缩短"),
        ({"phone": "1380000"}, "电话"),
        ({"mode": "anonymous"}, "匿名反映不保存姓名和电话"),
        ({"mode": "confidential", "phone": ""}, "要求保密的请留下电话"),
        ({"village": "110101001001"}, "没有这个选项"),
        ({"category": HOSTILE}, "没有这个选项"),
        ({"door": "web"}, "没有这个选项"),
        ({"address": "地" * 300}, "最多 200 字"),
        ({"once": "x"}, "once"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_all_else_is_kept(
    world: World, wrong: dict[str, str], sentence: str
) -> None:
    answer = sign_in("clerk").post(URL, typed(name=HOSTILE[:30], **wrong))
    page = text(answer)
    assert answer.status_code == 422
    assert sentence in page
    assert "<script>alert" not in page
    assert HOSTILE[:30].replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#x27;") in page
    assert not Case.objects.exists()


def test_a_categorys_questions_are_asked_and_answered(world: World) -> None:
    Category.objects.filter(code="040101").update(
        questions=[
            {
                "key": "pole",
                "text": "灯杆上有编号吗？",
                "type": "choice",
                "required": True,
                "choices": ["有", "没有"],
            },
            {"key": "since", "text": "从哪天开始不亮？", "type": "date"},
        ]
    )
    catalog.forget()
    client = sign_in("clerk")
    asked = text(client.get(reverse("cases:questions"), {"category": "040101"}))
    assert "灯杆上有编号吗？" in asked
    assert 'name="q_pole"' in asked
    without = client.post(URL, typed())
    assert without.status_code == 422
    assert 'name="q_since"' in text(without)
    assert client.post(URL, typed(q_pole="没有", q_since="2026-11-01")).status_code == 302
    assert [row["answer"] for row in Case.objects.get().details] == ["没有", "2026-11-01"]


def test_the_text_suggests_category_place_and_emergency_numbers(world: World) -> None:
    Category.objects.filter(code="040101").update(keywords="路灯 不亮")
    Diversion.objects.create(
        code="e119",
        name="119 火警",
        advice="请立即拨打119。",
        keywords="着火",
        emergency=True,
        valid_from=SINCE,
        source="测试",
    )
    catalog.forget()
    page = text(
        sign_in("clerk").post(
            reverse("cases:suggest"), {"description": f"凤埔村路灯着火了 {HOSTILE}", "address": ""}
        )
    )
    assert "119 火警" in page
    assert page.index("119") < page.index("路灯不亮")
    assert 'data-pick="category" data-value="040101"' in page
    assert "地点已认出" in page
    assert "<script>alert" not in page


def suggested(user: str, description: str, address: str = "") -> str:
    return text(
        sign_in(user).post(reverse("cases:suggest"), {"description": description, "address": address})
    )


def test_a_place_is_suggested_with_the_words_that_tell_it_and_never_taken_from_where_the_caller_lives(
    world: World,
) -> None:
    sure = suggested("clerk", "我是达才村人，凤埔际头祠堂后面那条路塌了")
    assert "地点已认出" in sure
    assert "文中写有“凤埔、际头”，对应凤埔乡际头村。" in sure
    assert f'data-value="{FENGPU_VILLAGES[1]}"' in sure
    assert 'aria-keyshortcuts="Alt+0"' in sure
    unsure = suggested("clerk", "从凤埔村到际头村的路坏了")
    assert "地点还不确定" in unsure
    assert "依据：际头村" in unsure
    assert unsure.count('aria-keyshortcuts="Alt+0"') == 1
    # What the address does not settle, the text may.
    assert "对应凤埔乡际头村" in suggested("clerk", "际头村的路塌了", "祠堂后面")
    assert "data-pick" not in suggested("clerk", "有人吗")


def test_a_name_of_two_townships_is_settled_by_the_desk_that_types(world: World) -> None:
    for code in ("350922204250", "350922101250"):
        Division.objects.create(code=code, name="前山村委会", level="village", parent_id=code[:9] + "000")
    index.forget()
    for user, place in (("clerk", "凤埔乡前山村"), ("other_clerk", "平湖镇前山村")):
        assert f"对应{place}。" in suggested(user, "前山村的路塌了")
    page = suggested("dispatcher", "前山村的路塌了")
    assert "有2个地方叫这个名" in page
    assert page.count('data-pick="village"') == 2
    sign_in("clerk").post(URL, typed(description="前山村的路塌了", village=""))
    assert Case.objects.get().village_code == "350922204250"


def test_without_script_the_place_is_read_when_the_form_is_sent(world: World) -> None:
    form = typed(description="际头村祠堂后面的路塌了", address="", village="")
    assert sign_in("clerk").post(URL, form).status_code == 302
    case = Case.objects.get()
    assert (case.village_code, case.place_method) == (FENGPU_VILLAGES[1], "address")
    assert "际头村" in case.place_reason


@pytest.mark.parametrize("bad", ["村", "我" * 100_000, "Сломан фонарь", "际头村" * 3000, "\x00<b>\ud800"])
def test_any_text_is_answered_with_suggestions_or_none(world: World, bad: str) -> None:
    told = {"description": bad.encode("utf-8", "ignore").decode(), "address": ""}
    assert sign_in("clerk").post(reverse("cases:suggest"), told).status_code == 200


def test_earlier_demands_of_a_caller_are_for_desks_only_and_never_tell_who_reported_in_confidence(
    world: World,
) -> None:
    plain = world.register()
    secret = world.register(mode="confidential", description="保密的事")
    url = reverse("cases:earlier")
    page = text(sign_in("clerk").post(url, {"phone": "138 0000 1234"}))
    assert plain.number in page
    assert secret.number in page  # the desk in charge may know
    assert plain.number not in text(sign_in("other_clerk").post(url, {"phone": "13800001234"}))
    assert sign_in("officer").post(url, {"phone": "13800001234"}).status_code == 403
    assert text(sign_in("clerk").post(url, {"phone": HOSTILE})).strip() == ""


def test_photos_come_along_and_survive_a_form_sent_again(world: World, settings: Any) -> None:
    client = sign_in("clerk")
    wrong = client.post(URL, typed(description="", photos=[photo("现场.jpg")]))
    assert wrong.status_code == 422
    assert "现场.jpg" in text(wrong)
    kept = wrong.context["form"].data["kept"]
    bad = client.post(URL, typed(kept=kept, photos=[SimpleUploadedFile("x.jpg", b"MZ\x90\x00" * 40)]))
    assert bad.status_code == 422
    answer = client.post(URL, typed(kept=kept))
    assert answer.status_code == 302
    case = Case.objects.get()
    assert case.files.count() == 1
    file = case.files.get()
    url = reverse("cases:file", args=[case.pk, file.file_id])
    assert sign_in("other_clerk").get(url).status_code == 404
    assert client.get(url).status_code == 409  # still being checked
    other = world.register()
    assert client.get(reverse("cases:file", args=[other.pk, file.file_id])).status_code == 404


def test_somebody_elses_upload_cannot_be_taken(world: World) -> None:
    wrong = sign_in("officer").post(URL, typed(description="", photos=[photo()]))
    kept = wrong.context["form"].data["kept"]
    answer = sign_in("clerk").post(URL, typed(kept=kept))
    assert answer.status_code == 422
    assert "没有找到这个附件" in text(answer)


def test_what_belongs_elsewhere_is_told_and_recorded(world: World) -> None:
    client = sign_in("clerk")
    answer = client.post(URL, typed(diversion="petition"))
    case = Case.objects.get()
    assert case.state == "diverted"
    assert "请到县信访局。" in text(client.get(answer.headers["Location"]))


def test_the_grids_of_a_village_are_offered(world: World) -> None:
    page = text(sign_in("clerk").get(reverse("cases:grid_options"), {"village": FENGPU_VILLAGES[0]}))
    assert f'value="{world.grid.pk}"' in page
    assert "第一网格" not in text(sign_in("clerk").get(reverse("cases:grid_options"), {"village": HOSTILE}))
