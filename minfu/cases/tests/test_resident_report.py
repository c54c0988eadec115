"""A resident reports by the web form: everything that can be told, everything that can go wrong, sent exactly once."""

import threading
from datetime import date
from typing import Any
from unittest import mock

import pytest
import segno
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from minfu.cases import events
from minfu.cases.models import Case, CaseFile, Category, Diversion
from minfu.cases.rules import catalog
from minfu.cases.tests.residents import Resident, words
from minfu.cases.tests.world import FENGPU_VILLAGES, World
from minfu.cases.views import draft as drafts
from minfu.cases.views import public
from minfu.files.models import StoredFile
from minfu.files.tests import making
from minfu.kernel import record
from minfu.places import posters
from minfu.registry import vault

SINCE = date(2026, 1, 1)


@pytest.fixture
def person(client: Client, world: World) -> Resident:
    return Resident(client)


@pytest.fixture
def channels(world: World) -> None:
    for code, name, emergency, keywords in (
        ("e110", "110 报警", True, "打架 抢劫"),
        ("court", "人民法院诉讼", False, "打官司 判决"),
        ("unlawful", "违法或违背公序良俗", False, "报复"),
    ):
        Diversion.objects.create(
            code=code, name=name, advice=f"请找{name}。", keywords=keywords, emergency=emergency,
            valid_from=SINCE, source="测试",
        )  # fmt: skip
    catalog.forget()


# --- the ordinary way ----------------------------------------------------------------------------------------------


def test_a_report_becomes_a_demand_with_a_receipt(person: Resident) -> None:
    case = person.report()
    assert person.asked == ["kind", "what", "topic", "where", "who", "contact", "check"]
    assert (case.door, case.kind, case.mode, case.village_code) == (
        "web",
        "request",
        "named",
        FENGPU_VILLAGES[0],
    )
    assert case.address == "小学门口"
    assert case.reporter is not None
    assert vault.masked(case.reporter).phone == "138****1234"
    page = words(person.client.get(person.url))
    assert f"{case.receipt[:4]} {case.receipt[4:8]} {case.receipt[8:]}" in page
    assert case.holder.name in page


def test_the_poster_of_a_grid_fills_in_the_place(client: Client, world: World) -> None:
    person = Resident(client, {"where": {"address": "老榕树下"}}, url=f"/r/g/{world.grid.qr_token}/")
    assert "凤埔村第一网格" in words(client.get(person.url))
    case = person.report()
    assert (case.door, case.grid_id, case.place_method) == ("qr", world.grid.pk, "qr")


def test_who_scanned_the_poster_may_mean_another_place(client: Client, world: World) -> None:
    elsewhere = Resident(
        client, {"where": {"elsewhere": "1", "address": ""}}, url=f"/r/g/{world.grid.qr_token}/"
    )
    elsewhere.until("where").post()
    assert elsewhere.question == "where"
    elsewhere.answers["where"] = {"village": "350922101200", "address": ""}
    case = elsewhere.report()
    assert (case.door, case.village_code) == ("web", "350922101200")


def test_an_old_poster_still_opens_the_form(client: Client, world: World) -> None:
    answer = client.get("/r/g/never-was-a-grid/")
    assert answer.status_code == 200
    assert "已经停用" in words(answer)
    case = Resident(client, url="/r/g/never-was-a-grid/").report()
    assert case.grid_id is None or case.place_method != "qr"


def test_the_poster_prints_the_address_of_this_form(client: Client, world: World) -> None:
    code = segno.make_qr(f"{settings.MINFU_PUBLIC_URL}/r/g/{world.grid.qr_token}/", error="q")
    assert code.svg_inline(border=4, omitsize=True, svgclass=None, lineclass=None).split("d=")[1] in (
        posters.svg(world.grid).decode()
    )
    path = posters.report_url(world.grid).removeprefix(settings.MINFU_PUBLIC_URL)
    assert "凤埔村第一网格" in words(client.get(path))


def test_place_is_read_from_words_and_shown_before_it_counts(client: Client, world: World) -> None:
    person = Resident(client, {"where": {"address": "达才村的大路上"}})
    person.until("place")
    page = words(client.get(person.url))
    assert "平湖镇达才村" in page
    person.answers["place"] = {"place": "350922101201"}
    assert person.report().village_code == "350922101201"


def test_a_place_read_wrongly_can_be_corrected(client: Client, world: World) -> None:
    person = Resident(
        client, {"where": {"address": "达才村的大路上"}, "place": {"place": "other", "village": ""}}
    )
    answer = person.until("place").post()
    assert answer.status_code == 422
    assert "请在这里选村" in words(answer)
    person.answers["place"] = {"place": "other", "village": "350922101200"}
    case = person.report()
    # Words and choice contradict each other: a desk looks at it, nothing is guessed.
    assert case.village_code == ""
    assert "达才村" in case.place_reason


def test_who_cannot_say_where_is_not_turned_away(client: Client, world: World) -> None:
    person = Resident(client, {"where": {"village": "unknown", "address": ""}})
    case = person.report()
    assert (case.state, case.village_code, case.holder) == ("waiting", "", world.units["county"])


def test_nothing_at_all_about_the_place_is_asked_again(client: Client, world: World) -> None:
    answer = Resident(client, {"where": {"village": "", "address": "  "}}).until("where").post()
    assert answer.status_code == 422
    assert "请写村名和地点" in words(answer)


# --- kinds, categories, units --------------------------------------------------------------------------------------


def test_categories_are_suggested_from_the_text_and_may_be_left_open(client: Client, world: World) -> None:
    Category.objects.filter(code="040101").update(
        keywords="路灯 灯不亮",
        questions=[{"key": "pole", "text": "灯杆上有编号吗？", "type": "text", "choices": []}],
    )
    catalog.forget()
    person = Resident(client, {"topic": {"topic": "040101"}, "questions": {"q_pole": "A-17"}})
    person.until("topic")
    page = words(client.get(person.url))
    assert page.index("路灯不亮") < page.index("不知道选哪个")
    case = person.report()
    assert case.category is not None
    assert case.category.code == "040101"
    assert case.details == [{"key": "pole", "question": "灯杆上有编号吗？", "answer": "A-17"}]


def test_a_category_that_does_not_exist_is_none(client: Client, world: World) -> None:
    assert Resident(client, {"topic": {"topic": "999999"}}).report().category is None


def test_the_unit_complained_about_neither_handles_nor_sees_it(client: Client, world: World) -> None:
    village = world.units[FENGPU_VILLAGES[0]]
    person = Resident(
        client,
        {"kind": {"kind": "complaint"}, "topic": {"topic": "040101"}, "about": {"unit": str(village.pk)}},
    )
    person.until("about")
    assert village.name in words(client.get(person.url))
    case = person.report()
    assert case.complained_unit == village
    assert case.holder != village


def test_another_unit_can_be_named(client: Client, world: World) -> None:
    answers = {"kind": {"kind": "complaint"}, "about": {"unit": "other", "other": ""}}
    person = Resident(client, answers)
    assert "请在这里选单位" in words(person.until("about").post())
    person.answers["about"] = {"unit": "other", "other": str(world.units["water"].pk)}
    assert person.report().complained_unit == world.units["water"]


# --- who -----------------------------------------------------------------------------------------------------------


def test_anonymous_keeps_nothing_even_after_a_change_of_mind(person: Resident) -> None:
    person.until("check")
    key = person.url.split("/")[2]
    person.client.post(f"/r/{key}/who/", {"mode": "anonymous"})
    person.answers["who"] = {"mode": "anonymous"}
    case = person.report()
    assert (case.mode, case.reporter) == ("anonymous", None)


def test_who_wanted_to_leave_a_number_and_left_none_is_told_before_sending(person: Resident) -> None:
    person.answers["contact"] = {"phone": "", "name": ""}
    person.until("check")
    assert "没有填" in words(person.client.get(person.url))


def test_confidential_needs_a_number_and_says_so(client: Client, world: World) -> None:
    person = Resident(client, {"who": {"mode": "confidential"}, "contact": {"phone": "", "name": ""}})
    answer = person.until("contact").post()
    assert answer.status_code == 422
    assert "请留下电话" in words(answer)
    person.answers["contact"] = {"phone": "0593 388 1234", "name": ""}
    case = person.report()
    assert (case.mode, case.restricted) == ("confidential", True)


def test_a_wrong_number_is_told_at_the_field_and_kept(client: Client, world: World) -> None:
    answer = Resident(client, {"contact": {"phone": "1380000", "name": "林小满"}}).until("contact").post()
    assert answer.status_code == 422
    assert "手机号应为 11 位" in words(answer)
    assert 'value="1380000"' in answer.content.decode()
    assert 'value="林小满"' in answer.content.decode()


def test_the_session_holds_nothing_readable(person: Resident) -> None:
    person.until("check")
    kept = str(dict(person.client.session))
    for secret in ("13800001234", "林小满", "路灯"):
        assert secret not in kept
    person.report()
    assert person.client.session[drafts.OPEN] == {}


# --- other channels ------------------------------------------------------------------------------------------------


def test_danger_is_shown_large_at_once_and_makes_it_urgent(client: Client, channels: None) -> None:
    text = {"description": "村口有人打架，快来人"}
    person = Resident(client, {"what": text, "danger": {"urgent": "yes"}})
    person.until("danger")
    html = client.get(person.url).content.decode()
    assert 'href="tel:110"' in html
    assert person.report().urgency == "urgent"


def test_another_channel_is_advised_and_sending_anyway_is_recorded(client: Client, channels: None) -> None:
    person = Resident(client, {"what": {"description": "跟邻居打官司判决下来了，他还来报复"}})
    person.until("check")
    page = words(client.get(person.url))
    assert "请找人民法院诉讼" in page
    assert "仍然提交" in page
    assert "公序良俗" not in page  # never said by a machine
    case = person.report()
    assert case.is_open
    told = [event for event in record.history((events.SUBJECT, case.pk)) if event.name == events.ADVISED]
    assert [event.data["to"] for event in told] == ["court"]


def test_going_elsewhere_is_recorded_and_has_a_receipt(client: Client, channels: None) -> None:
    person = Resident(client, {"what": {"description": "判决下来了"}, "check": {"go": "court"}})
    case = person.report()
    assert case.state == "diverted"
    assert "请找人民法院诉讼" in words(client.get(person.url))


def test_a_channel_that_was_not_offered_cannot_be_chosen(client: Client, channels: None) -> None:
    assert Resident(client, {"check": {"go": "petition"}}).report().is_open


# --- exactly once, nothing lost ------------------------------------------------------------------------------------


def test_sending_twice_is_one_demand_with_one_receipt(person: Resident) -> None:
    check_url = person.until("check").url
    person.post()
    again = person.client.post(check_url, {})
    assert again["Location"] == person.url
    assert person.client.get(check_url)["Location"] == person.url
    assert Case.objects.count() == 1


def test_two_clicks_under_way_at_once_are_one_demand(person: Resident) -> None:
    """The second click read the session before the first had changed it."""
    person.until("check")
    before = dict(person.client.session)
    person.post()
    session = person.client.session
    session.update({drafts.OPEN: before[drafts.OPEN], drafts.SENT: {}})
    session.save()
    key = person.url.split("/")[2]
    person.client.post(f"/r/{key}/check/", {})
    assert Case.objects.count() == 1
    assert person.client.session[drafts.SENT] == {key: Case.objects.get().receipt}


@pytest.mark.django_db(transaction=True)
def test_the_same_form_from_two_threads_is_one_demand(client: Client, world: World) -> None:
    person = Resident(client)
    person.until("check")
    barrier = threading.Barrier(2)
    seen: list[Any] = []

    def send() -> None:
        twin = Client()
        twin.cookies = client.cookies
        barrier.wait()
        seen.append(twin.post(person.url, {}).status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [302, 302]
    assert Case.objects.count() == 1


def test_answers_can_be_changed_from_the_last_page(person: Resident) -> None:
    person.until("check")
    key = person.url.split("/")[2]
    page = person.client.get(f"/r/{key}/what/").content.decode()
    assert "村口的路灯坏了三天" in page
    answer = person.client.post(f"/r/{key}/what/", {"description": "路灯昨天修好了，谢谢"})
    assert answer["Location"] == f"/r/{key}/check/"
    assert person.report().description == "路灯昨天修好了，谢谢"


def test_pages_out_of_order_lead_to_the_first_open_question(person: Resident) -> None:
    person.until("where")
    key = person.url.split("/")[2]
    assert person.client.get(f"/r/{key}/check/")["Location"] == f"/r/{key}/where/"
    assert person.client.get(f"/r/{key}/contact/")["Location"] == f"/r/{key}/where/"
    assert person.client.get(f"/r/{key}/nonsense/").status_code == 404


def test_a_session_that_ended_keeps_what_was_just_typed(person: Resident) -> None:
    person.until("what")
    person.client.session.flush()
    answer = person.client.post(person.url, {"description": "写了很久的一段话"})
    assert answer["Location"] != "/r/"
    fresh = answer["Location"].split("/")[2]
    assert "前面填的已经清除" in words(person.client.get(f"/r/{fresh}/kind/"))
    assert "写了很久的一段话" in person.client.get(f"/r/{fresh}/kind/", follow=True).content.decode() or (
        "写了很久的一段话"
        in (
            person.client.post(f"/r/{fresh}/kind/", {"kind": "request"}),
            person.client.get(f"/r/{fresh}/what/"),
        )[1].content.decode()
    )


def test_two_reports_side_by_side_do_not_mix(client: Client, world: World) -> None:
    one = Resident(client, {"what": {"description": "第一件事：路灯"}})
    two = Resident(client, {"what": {"description": "第二件事：水管"}})
    one.until("where")
    two.until("who")
    one.report()
    two.report()
    assert sorted(Case.objects.values_list("description", flat=True)) == ["第一件事：路灯", "第二件事：水管"]


def test_the_receipt_page_is_for_this_browser_alone(person: Resident) -> None:
    person.report()
    assert Client().get(person.url)["Location"] == "/f/"


# --- bad input -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "请写明要反映的事情"),
        ("   \n\t ", "请写明要反映的事情"),
        ("😡😡😡🔥", "不能只有表情或符号"),
        ("水" * 100_000, "反映内容有 100,000 字，最多 10,000 字"),
    ],
    ids=["empty", "blank", "emoji", "100000"],
)
def test_a_text_that_cannot_be_taken_is_told_and_kept(
    client: Client, world: World, text: str, sentence: str
) -> None:
    answer = Resident(client, {"what": {"description": text}}).until("what").post()
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert text.strip() in answer.content.decode()
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>路灯",
        "'; DROP TABLE cases_case; -- 路灯",
        "路灯\x00\u202e坏了\x07",
        "{{ 7*7 }} 路灯 %(x)s",
    ],
)
def test_hostile_text_is_text(client: Client, world: World, text: str) -> None:
    person = Resident(client, {"what": {"description": text}, "contact": {"name": text[:30], "phone": ""}})
    person.until("check")
    page = client.get(person.url).content.decode()
    assert "<script>alert" not in page
    case = person.report()
    assert "路灯" in case.description
    assert "\x00" not in case.description
    assert "<script>alert" not in client.get(f"/f/{case.receipt}/").content.decode()


@pytest.mark.parametrize("field", ["kind", "mode", "village", "place"])
def test_a_choice_that_was_not_offered_is_refused(client: Client, world: World, field: str) -> None:
    question = {"kind": "kind", "mode": "who", "village": "where", "place": "place"}[field]
    answers = {"where": {"address": "达才村", "village": ""}} if field == "place" else {}
    person = Resident(client, {**answers, question: {field: "x' OR 1=1"}})
    assert person.until(question).post().status_code == 422


def test_photos_are_kept_even_when_the_text_is_missing(client: Client, world: World) -> None:
    photo = SimpleUploadedFile("路灯.jpg", making.picture(), "image/jpeg")
    person = Resident(client, {"what": {"description": "", "photos": photo}})
    answer = person.until("what").post()
    assert answer.status_code == 422
    assert "路灯.jpg" in words(answer)
    person.answers["what"] = {"description": "路灯坏了"}
    case = person.report()
    assert CaseFile.objects.get(case=case).file.name == "路灯.jpg"


def test_photos_can_be_added_one_by_one_and_taken_away(client: Client, world: World) -> None:
    person = Resident(client).until("what")
    for name in ("a.jpg", "b.jpg"):
        photo = SimpleUploadedFile(name, making.picture(), "image/jpeg")
        answer = client.post(person.url, {"description": "", "photos": photo, "add": "1"})
        assert answer["Location"] == person.url
    first = StoredFile.objects.get(name="a.jpg")
    client.post(person.url, {"description": "写到一半", "remove": str(first.pk)})
    page = client.get(person.url).content.decode()
    assert "b.jpg" in page
    assert "a.jpg" not in page
    assert "写到一半" in page
    assert CaseFile.objects.filter(case=person.report()).count() == 1


def test_a_png_named_jpg_is_taken_for_what_it_is(client: Client, world: World) -> None:
    photo = SimpleUploadedFile("照片.jpg", making.picture("PNG"), "image/jpeg")
    person = Resident(client, {"what": {"description": "路灯坏了", "photos": photo}})
    row = CaseFile.objects.get(case=person.report()).file
    assert (row.name, row.media_type) == ("照片.png", "image/png")


def test_a_photo_of_50_megabytes_is_refused_and_the_text_stays(client: Client, world: World) -> None:
    huge = SimpleUploadedFile("大图.jpg", making.picture() + b"\0" * 50 * 1024 * 1024, "image/jpeg")
    answer = Resident(client, {"what": {"description": "路灯坏了", "photos": huge}}).until("what").post()
    assert answer.status_code == 422
    assert "超过 20 MB" in words(answer)
    assert "路灯坏了" in answer.content.decode()
    assert StoredFile.objects.count() == 0


def test_a_program_named_jpg_is_refused(client: Client, world: World) -> None:
    program = SimpleUploadedFile("照片.jpg", b"MZ\x90\x00" + b"\0" * 4000, "image/jpeg")
    answer = Resident(client, {"what": {"description": "路灯坏了", "photos": program}}).until("what").post()
    assert "只接收照片" in words(answer)


def test_no_more_than_six_photos(client: Client, world: World) -> None:
    photos = [SimpleUploadedFile(f"{n}.jpg", making.picture(), "image/jpeg") for n in range(8)]
    answer = Resident(client, {"what": {"description": "路灯坏了", "photos": photos}}).until("what").post()
    assert "最多 6 个附件" in words(answer)
    assert StoredFile.objects.count() == 6


def test_too_many_reports_from_one_address_wait_and_lose_nothing(person: Resident) -> None:
    person.until("check")
    with mock.patch.object(public, "REPORTS_AN_HOUR", 0):
        answer = person.post()
    assert answer.status_code == 429
    assert "尝试次数过多" in words(answer)
    assert Case.objects.count() == 0
    person.report()
    assert Case.objects.count() == 1


def test_pages_are_light(client: Client, world: World) -> None:
    person = Resident(client)
    for _turn in range(8):
        assert len(client.get(person.url).content) < 40_000
        if person.question == "check":
            break
        person.post()
