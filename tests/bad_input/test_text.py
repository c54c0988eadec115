"""Words, codes, numbers and dates that cannot be right."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from minfu.cases.models import Case
from minfu.cases.tests.api import Caller
from minfu.cases.tests.desk import sign_in, take
from minfu.cases.tests.world import World
from minfu.kernel import clock
from tests.bad_input.doors import DOORS, api, desk, said, table, typed, web

HOSTILE = "<script>alert(1)</script>'; DROP TABLE cases_case; --"


@pytest.mark.parametrize("door", DOORS)
def test_only_emoji_asks_for_words(world: World, door: str) -> None:
    answer = DOORS[door](world, description="😀👍🔥")
    assert answer.status == (200 if door == "table" else 422)
    assert "不能只有表情或符号" in answer.sentences
    assert "😀👍🔥" in answer.text or door in {"api", "table"}
    assert not Case.objects.exists()


@pytest.mark.parametrize("door", DOORS)
def test_a_hundred_thousand_characters_are_counted_and_kept(world: World, door: str) -> None:
    long = "路灯坏了没人管。" * 12_500
    answer = DOORS[door](world, description=long)
    assert answer.status in (200, 422)
    assert "10,000" in answer.sentences or "10000" in answer.sentences
    assert long in answer.text or door in {"api", "table"}
    assert not Case.objects.exists()


@pytest.mark.parametrize("door", DOORS)
def test_control_characters_are_left_out(world: World, door: str) -> None:
    answer = DOORS[door](
        world, description="路灯\x07坏了\x1b[31m\u202e\u200b三天\ud83d".replace("\ud83d", "")
    )
    assert answer.status in (200, 201, 302), answer.sentences
    case = Case.objects.get()
    assert "路灯坏了" in case.description
    assert not [one for one in case.description if ord(one) < 32 or one in "\u202e\u200b"]


@pytest.mark.parametrize("door", ["web", "desk", "api"])
def test_a_nul_never_reaches_the_database_and_never_breaks(world: World, door: str) -> None:
    answer = DOORS[door](world, description="路灯\x00坏了三天")
    assert answer.status in (200, 201, 302, 422)
    if answer.status == 422:
        assert "无法识别" in answer.sentences
        assert not Case.objects.exists()
    else:
        assert Case.objects.get().description == "路灯坏了三天"


def test_half_a_character_in_json_is_a_sentence(world: World) -> None:
    body = '{"description": "路灯\\ud83d坏了", "place": {}}'
    answer = said(Caller(world, "clerk").post("/cases", body))
    assert answer.status == 400
    assert "UTF-8" in answer.text
    assert not Case.objects.exists()


# --- codes and numbers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["1234 5678 9012", "12345", "abc", "一二三", HOSTILE, "9" * 60])
def test_a_wrong_receipt_is_told_and_stays_to_be_mended(client: Any, world: World, code: str) -> None:
    answer = said(client.post("/f/", {"code": code}))
    assert answer.status in (404, 422)
    assert code in answer.text
    assert "查询码" in answer.sentences
    assert "<script>alert" not in client.post("/f/", {"code": code}).content.decode()
    assert client.get(f"/f/{'1' * 12}/").status_code == 404


@pytest.mark.parametrize("number", ["20261122-9999999", "20261122", "x", HOSTILE, "2" * 200])
def test_a_number_that_names_nothing_is_told(world: World, number: str) -> None:
    page = said(sign_in("clerk").post("/search/", {"q": number}, follow=True))
    assert page.status in (200, 404, 422)
    assert ("没有找到" if page.status != 422 else "至少输入两个字") in page.sentences
    answer = Caller(world, "clerk").get(f"/cases/by-number/{number[:40].replace('/', '')}")
    assert answer.status_code in (404, 422)
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ({"category": "999999"}, "category"),
        ({"category": "路灯"}, "category"),
        ({"place": {"grid": 99_999_999}}, "grid"),
        ({"place": {"village": "12"}}, "village"),
        ({"complained_unit": 99_999_999}, "complained_unit"),
        ({"kind": "nonsense"}, "kind"),
        ({"person": {"phone": "1380000"}}, "phone"),
        ({"person": {"id_number": "110101199003070015"}}, "id_number"),
        ({"files": ["00000000-0000-0000-0000-000000000000"]}, "files"),
    ],
)  # fmt: skip
def test_a_wrong_code_is_told_at_its_field_by_the_api(world: World, what: dict[str, Any], field: str) -> None:
    answer = Caller(world, "clerk").post("/cases", {"description": "路灯坏了", **what})
    assert answer.status_code == 422, answer.content.decode()
    errors = answer.json()["errors"]
    assert any(field in one["field"] and one["message"] for one in errors), errors
    assert not Case.objects.exists()


@pytest.mark.parametrize("place", [{"village": "350922204999"}, {"qr": "no-such-poster"}])
def test_a_place_that_does_not_exist_waits_at_the_desk_above_and_says_why(
    world: World, place: dict[str, Any]
) -> None:
    answer = Caller(world, "clerk").post(
        "/cases", {"description": "路灯坏了", "category": "040101", "place": place}
    )
    assert answer.status_code == 201
    case = Case.objects.get()
    assert (case.state, case.village_code) == ("waiting", "")
    assert case.place_reason


def test_a_grid_that_does_not_exist_is_told_to_the_program_that_named_it(world: World) -> None:
    told = {"description": "路灯坏了", "category": "040101", "place": {"grid": 99_999_999}}
    answer = Caller(world, "clerk").post("/cases", told)
    assert answer.status_code == 422
    assert any("grid" in one["field"] and "网格" in one["message"] for one in answer.json()["errors"])
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ({"category": "999999"}, "没有这个选项"),
        ({"village": "350922204999"}, "没有这个选项"),
        ({"village": "", "grid": "99999999"}, "没有这个选项"),
        ({"phone": "1380000"}, "手机号应为 11 位"),
        ({"phone": "138OOOO1234"}, "只能有数字"),
        ({"mode": "anonymous"}, "匿名反映不保存姓名和电话"),
        ({"once": "no-uuid"}, "once"),
    ],
)  # fmt: skip
def test_a_wrong_code_is_told_at_its_field_by_the_form(
    world: World, what: dict[str, str], sentence: str
) -> None:
    answer = desk(world, **{"description": "村里的路灯坏了很久", **what})
    assert answer.status == 422
    assert sentence in answer.text
    assert "村里的路灯坏了很久" in answer.text
    assert not Case.objects.exists()


def test_an_eighteen_digit_number_with_a_wrong_check_digit_says_which_digit(world: World) -> None:
    answer = api(world, person={"name": "林小满", "id_number": "350922199003070015"})
    assert answer.status == 422
    assert "最后一位校验不符" in answer.text
    assert not Case.objects.exists()


# --- dates ---------------------------------------------------------------------------------------------------------


def test_a_date_of_next_year_is_refused_by_every_door_that_takes_one(world: World) -> None:
    far = clock.now() + timedelta(days=366)
    told = api(world, occurred_at=far.isoformat())
    assert (told.status, "时间在将来" in told.text) == (422, True)
    read = table(world, at=f"{far:%Y-%m-%d %H:%M}")
    assert "时间在将来" in read.sentences
    assert not Case.objects.exists()


@pytest.mark.parametrize("day", ["next year", "2026-02-30", "30.2.2026", "明天", "0000-00-00", "9" * 30])
def test_an_impossible_day_for_a_pause_is_told_and_kept(world: World, day: str) -> None:
    case = world.at("handling")
    until = (timezone.localdate(clock.now()) + timedelta(days=366)).isoformat() if day == "next year" else day
    answer = said(
        take(sign_in("officer"), case, "ask_pause", until=until, ground="expert", reason="等专家来看桥墩")
    )
    assert answer.status == 422
    assert "90 天以内" in answer.sentences or "不是有效的日期" in answer.sentences
    assert until in answer.text
    assert "等专家来看桥墩" in answer.text
    assert not case.approvals.exists()


# --- a sentence is all one gets: nothing of the page is lost -------------------------------------------------------


def test_everything_else_on_the_page_stays(world: World) -> None:
    answer = desk(world, phone="1", name="林大满", address="老榕树下", description="路灯坏了，晚上很黑")
    assert answer.status == 422
    for kept in ("林大满", "老榕树下", "路灯坏了，晚上很黑"):
        assert kept in answer.text
    assert re.search(rf'value="{typed()["village"]}"[^>]* selected', answer.text)
    page = web(world, description="😀")
    assert page.status == 422
