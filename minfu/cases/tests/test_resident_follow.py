"""A resident follows, answers, adds, takes back; strangers with a receipt learn little, guessers nothing."""

import re
from datetime import datetime, timedelta
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from minfu.cases import events, states
from minfu.cases.models import Case
from minfu.cases.rules import actions, standing
from minfu.cases.rules.intake import Person
from minfu.cases.tests.desk import sign_in, text
from minfu.cases.tests.residents import Resident, words
from minfu.cases.tests.world import World
from minfu.cases.views import follow as views
from minfu.cases.views import public
from minfu.files import door as files
from minfu.files.tests import making
from minfu.kernel import codes, record
from minfu.kernel.errors import Forbidden
from minfu.kernel.steps import StepRefused
from minfu.notices import outbox
from minfu.notices.models import Notice
from minfu.registry import carrying, vault

CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=CHINA)
NOBODY = Person()


def page(client: Client, case: Case) -> str:
    answer = client.get(f"/f/{case.receipt}/")
    assert answer.status_code == 200
    return words(answer)


def prove(client: Client, case: Case) -> None:
    """Prove the number as a resident does: have the code sent, hear it, type it."""
    client.post(f"/f/{case.receipt}/prove/", {"send": "1"})
    assert client.post(f"/f/{case.receipt}/prove/", {"code": code_of(case)}).status_code == 302


def code_of(case: Case) -> str:
    """Return the code a desk reads out."""
    notice = Notice.objects.filter(template="cases.one_time_code", subject_id=case.pk).latest("pk")
    return re.findall(r"[0-9]{6}", outbox.spoken(notice).body)[0]


# --- finding it ----------------------------------------------------------------------------------------------------


NUMERALS = str.maketrans("0123456789", "零一二三四五六七八九")


@pytest.mark.parametrize("spell", [str, codes.show_receipt, "-".join, lambda code: code.translate(NUMERALS)])
def test_the_code_is_taken_however_it_is_written(client: Client, world: World, spell: Any) -> None:
    case = world.register()
    answer = client.post("/f/", {"code": spell(case.receipt)})
    assert answer["Location"] == f"/f/{case.receipt}/"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "12 位查询码"),
        ("1234", "现在是 4 位"),
        ("abc", "请只填数字"),
        ("1" * 80, "现在是 80 位"),
        ("x" * 81, "最多 80 个字"),
    ],
)
def test_a_wrong_code_is_told_what_is_wrong(client: Client, world: World, typed: str, sentence: str) -> None:
    answer = client.post("/f/", {"code": typed})
    assert answer.status_code == 422
    assert sentence in words(answer)


def test_a_wrong_digit_is_told_from_an_unknown_code(client: Client, world: World) -> None:
    case = world.register()
    wrong = case.receipt[:-1] + str((int(case.receipt[-1]) + 1) % 10)
    assert "可能有一位写错" in words(client.post("/f/", {"code": wrong}))
    unknown = client.post("/f/", {"code": codes.new_receipt()})
    assert unknown.status_code == 422
    assert "没有查到" in words(unknown)
    assert client.get(f"/f/{codes.new_receipt()}/").status_code == 404
    assert client.get("/f/not-a-code/").status_code == 404


def test_guessing_is_stopped_per_address(client: Client, world: World) -> None:
    case = world.register()
    for _n in range(public.WRONG_RECEIPTS_AN_HOUR):
        client.get(f"/f/{codes.new_receipt()}/")
    blocked = client.post("/f/", {"code": codes.new_receipt()})
    assert blocked.status_code == 429
    assert "之后再试" in words(blocked)
    # Whoever types their own code right still gets in, from the same house.
    assert client.get(f"/f/{case.receipt}/").status_code == 200


def test_one_receipt_is_not_opened_without_end(client: Client, world: World) -> None:
    case = world.register()
    with mock.patch.object(public, "OPENINGS_AN_HOUR", 2):
        assert [client.get(f"/f/{case.receipt}/").status_code for _n in range(3)] == [200, 200, 429]


# --- how it stands -------------------------------------------------------------------------------------------------


def test_each_state_is_told_in_plain_words_with_a_date(client: Client, world: World) -> None:
    with time_machine.travel(MONDAY, tick=False):
        case = world.register()
        assert "最晚 11月17日 周二" in page(client, case)
        actions.accept(actor=world.officer, case_id=case.pk)
        assert "凤埔村村委会正在办" in page(client, case)
        assert "最晚 11月23日 周一" in page(client, case)
        actions.report(actor=world.officer, case_id=case.pk, what="换了灯泡,已亮。")
        said = page(client, case)
        assert "正在核实" in said
        assert "换了灯泡" in said
        actions.verify(actor=world.clerk, case_id=case.pk, finding="看过")
        assert "办得怎么样，由您说了算" in page(client, case)
        prove(client, case)
        assert "这件事解决了吗" in page(client, case)


def test_an_overdue_promise_is_owned(client: Client, world: World) -> None:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        case = world.at("handling")
        traveller.shift(timedelta(days=30))
        said = page(client, case)
    assert "本该" in said
    assert "已经超过时限" in said


@pytest.mark.parametrize("state", [code for code, _label in states.CASE.choices])
def test_every_state_has_words_without_the_desks_language(world: World, state: str) -> None:
    case = world.register()
    case.state = state
    shown = standing.standing(case)
    assert shown.headline
    assert shown.now
    for word in ("派单", "签收", "办结报告", "工单", "%("):
        assert word not in shown.headline + shown.now + shown.next


def test_who_looked_at_the_contact_and_why_is_shown(client: Client, world: World) -> None:
    case = world.register()
    assert "还没有人看过" in page(client, case)
    assert case.reporter is not None
    vault.reveal(case.reporter, actor=world.clerk, purpose=vault.Purpose("contact", "电话核实路灯位置"))
    said = page(client, case)
    assert "凤埔乡民富中心" in said
    assert "电话核实路灯位置" not in said, "what a clerk wrote may name the resident"
    prove(client, case)
    said = page(client, case)
    assert "电话核实路灯位置" in said
    assert "联系本人了解情况" in said


# --- what needs a proof --------------------------------------------------------------------------------------------


def test_the_full_text_needs_the_one_time_code(client: Client, world: World) -> None:
    case = world.register(description="我家在三号楼,灯坏了")
    assert "三号楼" not in page(client, case)
    prove(client, case)
    assert "三号楼" in page(client, case)
    assert "138****1234" in page(client, case)
    assert "三号楼" not in page(Client(), case)


def test_the_proof_ends_by_itself(client: Client, world: World) -> None:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        case = world.register(description="我家在三号楼,灯坏了")
        prove(client, case)
        assert "三号楼" in page(client, case)
        traveller.shift(views.PROOF_LASTS + timedelta(seconds=1))
        assert "三号楼" not in page(client, case)


def test_without_a_number_the_receipt_is_enough(client: Client, world: World) -> None:
    case = world.register(mode="anonymous", person=NOBODY, description="三号楼的灯坏了")
    assert "三号楼" in page(client, case)
    assert client.get(f"/f/{case.receipt}/prove/").status_code == 302


def test_wrong_one_time_codes_run_out(client: Client, world: World) -> None:
    case = world.register()
    url = f"/f/{case.receipt}/prove/"
    client.post(url, {"send": "1"})
    right = code_of(case)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    for _n in range(5):
        answer = client.post(url, {"code": wrong})
        assert answer.status_code == 422
        assert "验证码不对" in words(answer)
    assert client.post(url, {"code": right}).status_code == 422


def test_codes_are_not_sent_without_end(client: Client, world: World) -> None:
    case = world.register()
    url = f"/f/{case.receipt}/prove/"
    answers = [client.post(url, {"send": "1"}).status_code for _n in range(4)]
    assert answers == [302, 302, 302, 429]


def test_the_desk_reads_the_code_out_where_no_message_leaves_the_house(client: Client, world: World) -> None:
    case = world.register()
    client.post(f"/f/{case.receipt}/prove/", {"send": "1"})
    row = Notice.objects.get(template="cases.one_time_code")
    assert (row.state, row.desk) == ("no_channel", case.desk)
    code = code_of(case)
    assert code in text(sign_in("clerk").get("/notices/phone/"))
    assert code not in str(Notice.objects.filter(pk=row.pk).values())
    outbox.mark_told(row.pk, actor=world.clerk)
    row.refresh_from_db()
    assert row.secret is None


def test_no_desk_reads_the_receipt_in_a_message_to_the_resident(world: World) -> None:
    case = world.at("asking")
    row = Notice.objects.get(template="cases.verified.resident")
    page = text(sign_in("clerk").get("/notices/phone/"))
    assert "请问解决了没有" in page
    for shown in (case.receipt, codes.show_receipt(case.receipt)):
        assert shown not in page + str(Notice.objects.filter(pk=row.pk).values())


def test_photos_need_the_proof_too(client: Client, world: World) -> None:
    photo = SimpleUploadedFile("a.jpg", making.picture(), "image/jpeg")
    case = Resident(client, {"what": {"description": "路灯坏了", "photos": photo}}).report()
    row = case.files.get().file
    files.check(row.pk)
    url = f"/f/{case.receipt}/photo/{row.pk}/"
    assert client.get(url).status_code == 404
    prove(client, case)
    answer = client.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert b"".join(getattr(answer, "streaming_content"))  # noqa: B009 - read to its end, it closes itself
    other = world.register(mode="anonymous", person=NOBODY)
    assert client.get(f"/f/{other.receipt}/photo/{row.pk}/").status_code == 404


@given(st.text(max_size=200))
def test_what_is_carried_opens_only_for_its_purpose(text: str) -> None:
    from django.core.signing import BadSignature

    sealed = carrying.seal(text, "report")
    assert carrying.unseal(sealed, "report") == text
    for wrong, purpose in (
        (sealed, "other"),
        (sealed[:-4] + "AAA=", "report"),
        ("k9." + sealed, "report"),
        ("", "report"),
    ):
        with pytest.raises(BadSignature):
            carrying.unseal(wrong, purpose)


# --- how it went ---------------------------------------------------------------------------------------------------


def test_solved_in_one_tap_and_a_second_tap_changes_nothing(client: Client, world: World) -> None:
    case = world.at("asking")
    prove(client, case)
    told = {"outcome": "solved", "satisfaction": "5", "remark": "", "version": str(case.version)}
    for _n in range(2):
        assert client.post(f"/f/{case.receipt}/answer/", told)["Location"] == f"/f/{case.receipt}/"
    case.refresh_from_db()
    assert (case.state, case.satisfaction) == ("solved", 5)
    assert case.answers.get().by_resident
    said = page(client, case)
    assert "您的评价：已解决" in said
    assert "没有查到" not in said


def test_not_solved_needs_a_sentence_and_goes_above(client: Client, world: World) -> None:
    case = world.at("asking")
    prove(client, case)
    url = f"/f/{case.receipt}/answer/"
    answer = client.post(url, {"outcome": "not_solved", "remark": "", "version": case.version})
    assert answer.status_code == 422
    assert "请说说哪里没有解决" in words(answer)
    client.post(url, {"outcome": "not_solved", "remark": "还是黑的", "version": case.version})
    case.refresh_from_db()
    assert (case.state, case.reopened) == ("waiting", 1)
    assert "您说没有解决" in page(client, case)


@pytest.mark.parametrize("told", [{}, {"outcome": "great"}, {"outcome": "solved", "satisfaction": "9"}])
def test_an_answer_that_was_not_offered_is_refused(
    client: Client, world: World, told: dict[str, str]
) -> None:
    case = world.at("asking")
    assert client.post(f"/f/{case.receipt}/answer/", told).status_code == 422
    case.refresh_from_db()
    assert case.state == "asking"


def test_a_stale_answer_is_told_and_not_taken(client: Client, world: World) -> None:
    case = world.at("asking")
    old = case.version
    actions.attempt(actor=world.clerk, case_id=case.pk, reached=True)
    answer = client.post(f"/f/{case.receipt}/answer/", {"outcome": "partly", "version": old}, follow=True)
    assert "刚被更新" in words(answer)
    case.refresh_from_db()
    assert case.state == "asking"


def test_nobody_is_asked_before_it_was_verified(client: Client, world: World) -> None:
    case = world.at("handling")
    assert "这件事解决了吗" not in page(client, case)
    answer = client.post(f"/f/{case.receipt}/answer/", {"outcome": "solved"}, follow=True)
    assert "不能“居民确认”" in words(answer)


# --- adding and taking back ----------------------------------------------------------------------------------------


def test_words_and_photos_reach_whoever_has_it(client: Client, world: World) -> None:
    case = world.at("handling")
    photo = SimpleUploadedFile("新.jpg", making.picture(), "image/jpeg")
    url = f"/f/{case.receipt}/add/"
    told = {"text": "昨晚又坏了一盏", "photos": photo, "seen": "0"}
    assert client.post(url, told).status_code == 302
    told = {"text": "昨晚又坏了一盏", "seen": "0"}
    assert client.post(url, told).status_code == 302  # the second tap
    lines = [event for event in record.history((events.SUBJECT, case.pk)) if event.name == events.WORDS_ADDED]
    assert [line.reason for line in lines] == ["昨晚又坏了一盏"]
    assert case.files.get().what == "added"
    assert Notice.objects.filter(template=events.WORDS_ADDED, unit=case.lead).count() == 1
    # Said in full only to whoever proved the number.
    assert "昨晚又坏了一盏" not in page(client, case)
    case.refresh_from_db()
    assert case.description == "村口路灯坏了，晚上看不见路"


def test_nothing_is_added_to_what_has_ended(client: Client, world: World) -> None:
    case = world.at("solved")
    assert "补充情况" not in page(client, case)
    answer = client.post(f"/f/{case.receipt}/add/", {"text": "还有"}, follow=True)
    assert "不能再补充" in words(answer)
    with pytest.raises(StepRefused):
        actions.add_words(actor=world.resident(case), case_id=case.pk, what="还有")


@pytest.mark.parametrize(("text", "sentence"), [("", "请填写“要补充什么？”"), ("水" * 3001, "最多 3000 字")])
def test_words_that_cannot_be_taken_are_told(client: Client, world: World, text: str, sentence: str) -> None:
    case = world.register()
    answer = client.post(f"/f/{case.receipt}/add/", {"text": text})
    assert answer.status_code == 422
    assert sentence in words(answer)


def test_a_bad_photo_adds_nothing_and_keeps_the_words(client: Client, world: World) -> None:
    case = world.register()
    bad = SimpleUploadedFile("a.jpg", b"MZ" + b"\0" * 500, "image/jpeg")
    answer = client.post(f"/f/{case.receipt}/add/", {"text": "看照片", "photos": bad})
    assert answer.status_code == 422
    assert "只接收照片" in words(answer)
    assert "看照片" in answer.content.decode()


def test_staff_do_not_speak_for_the_resident_here(world: World) -> None:
    case = world.register()
    for actor in (world.clerk, world.officer, world.dispatcher):
        with pytest.raises(Forbidden):
            actions.add_words(actor=actor, case_id=case.pk, what="代说")


def test_taking_back_needs_the_proof_and_a_reason(client: Client, world: World) -> None:
    case = world.at("handling")
    url = f"/f/{case.receipt}/withdraw/"
    assert client.post(url, {"reason": "修好了"})["Location"] == f"/f/{case.receipt}/prove/"
    prove(client, case)
    assert client.post(url, {"reason": " "}).status_code == 422
    client.post(url, {"reason": "自己修好了"})
    case.refresh_from_db()
    assert case.state == "withdrawn"
    assert client.post(url, {"reason": "再撤"}).status_code == 302
    assert "已撤回" in page(client, case)
