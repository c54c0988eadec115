"""The county's configuration of notices, through its screens: channels, words, quiet hours, the log."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from minfu.accounts.models import Role, User
from minfu.accounts.tests import people
from minfu.kernel import calendar, record
from minfu.notices import texts
from minfu.notices.models import Caught, Channel, Delivery, Wording
from minfu.notices.outbox import To
from minfu.notices.rules import configure, sealed, ways
from minfu.notices.tests import making
from minfu.notices.tests.making import http_server
from minfu.notices.tests.outside import NOON, queue, resident, work

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)


def signed_in(client: Client, role: str, where=None) -> Client:
    user = people.person(f"{role}1")
    people.post(user, role, where or people.county_unit())
    client.force_login(user)
    return client


@pytest.fixture
def admin(client: Client) -> Client:
    return signed_in(client, "administrator")


@pytest.fixture
def dispatcher() -> Client:
    return signed_in(Client(), "county_dispatcher")


SMS = {
    "name": "短信平台", "is_active": "on", "for_residents": "on", "digest_minutes": "10", "order": "100",
    "own_url": "https://sms.example.gov.cn/send", "own_format": "json", "own_phone_field": "mobile",
    "own_text_field": "text", "own_password": "very-secret", "own_user": "minfu",
}  # fmt: skip


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


# --- channels ---


def test_an_administrator_adds_a_channel_and_its_secret_is_never_seen_again(admin: Client) -> None:
    assert "还没有发送渠道" in page(admin, "/notices/config/")
    form = page(admin, "/notices/config/new/sms/")
    assert "短信签名" in form
    answer = admin.post("/notices/config/new/sms/", SMS)
    row = Channel.objects.get()
    assert answer["Location"] == f"/notices/config/{row.pk}/"
    assert sealed.secrets_of(row) == {"password": "very-secret"}
    assert "very-secret" not in str(Channel.objects.values())
    shown = page(admin, f"/notices/config/{row.pk}/")
    assert "very-secret" not in shown
    assert "https://sms.example.gov.cn/send" in shown
    assert "短信平台" in page(admin, "/notices/config/")
    assert ways.current().residents
    told = record.history(configure.SUBJECT)[0]
    assert (told.name, told.data["secrets_changed"]) == ("notices.channel_set", ["password"])
    assert "very-secret" not in str(told.data)


def test_a_secret_left_empty_stays_and_a_minus_takes_it_away(admin: Client) -> None:
    admin.post("/notices/config/new/sms/", SMS)
    row = Channel.objects.get()
    address = f"/notices/config/{row.pk}/"
    admin.post(address, {**SMS, "own_password": "", "own_sign": "【古田】", "version": "1"})
    row.refresh_from_db()
    assert (sealed.secrets_of(row), row.settings["sign"]) == ({"password": "very-secret"}, "【古田】")
    admin.post(address, {**SMS, "own_password": "-", "version": "2"})
    row.refresh_from_db()
    assert sealed.secrets_of(row) == {}


def test_two_administrators_at_once_do_not_overwrite_each_other(admin: Client) -> None:
    admin.post("/notices/config/new/sms/", SMS)
    row = Channel.objects.get()
    assert admin.post(f"/notices/config/{row.pk}/", {**SMS, "version": "1"}).status_code == 302
    late = admin.post(f"/notices/config/{row.pk}/", {**SMS, "name": "别的", "version": "1"})
    assert "刚刚有人改过这个渠道" in late.content.decode()
    row.refresh_from_db()
    assert row.name == "短信平台"


@pytest.mark.parametrize(
    ("kind", "more", "sentence"),
    [
        ("sms", {"own_url": "sms.example.cn"}, "请填写完整的地址"),
        ("sms", {"own_extra": "abc"}, "应写成“名称=内容”"),
        ("sms", {"own_url": ""}, "请填写“接口地址”"),
        ("sms", {"for_residents": ""}, "请至少选择一种接收人"),
        ("sms", {"digest_minutes": "2000"}, "不能大于 1440"),
        ("wecom_bot", {"own_key": "abc", "for_staff": "on"}, "请选择这个群属于哪个单位"),
        ("wecom_bot", {"own_key": "含有中文", "for_staff": "on", "unit_id": "UNIT"}, "这样的设置无法使用"),
        ("other", {"own_url": "nonsense://x", "for_staff": "on", "unit_id": "UNIT"}, "这样的设置无法使用"),
    ],
)
def test_settings_that_make_no_sense_are_told_at_their_field(admin: Client, kind, more, sentence) -> None:
    unit = str(people.unit().pk)
    given = {name: unit if value == "UNIT" else value for name, value in {**SMS, **more}.items()}
    answer = admin.post(f"/notices/config/new/{kind}/", given)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Channel.objects.exists()


def test_the_same_name_twice_is_refused(admin: Client) -> None:
    admin.post("/notices/config/new/sms/", SMS)
    assert "已有同名的渠道" in admin.post("/notices/config/new/sms/", SMS).content.decode()


def test_where_real_people_live_there_is_no_catcher(admin: Client, settings) -> None:
    assert admin.get("/notices/config/new/catcher/").status_code == 404
    settings.MINFU_DEMO = True
    assert admin.get("/notices/config/new/catcher/").status_code == 200


def test_a_dispatcher_sees_channels_and_does_not_change_them(dispatcher: Client) -> None:
    row = making.gateway("https://sms.example.cn/")
    assert row.name in page(dispatcher, "/notices/config/")
    assert dispatcher.get(f"/notices/config/{row.pk}/").status_code == 403
    assert dispatcher.post("/notices/config/new/sms/", SMS).status_code == 403


def test_configuration_is_the_countys(client: Client) -> None:
    signed_in(client, "administrator", people.unit())
    for address in ("", "texts/", "quiet/", "keeping/", "sent/", "caught/"):
        assert client.get(f"/notices/config/{address}").status_code == 403


# --- the test message ---


def test_a_test_message_says_how_it_went_and_forgets_the_address(admin: Client) -> None:
    with http_server() as server:
        row = making.gateway(server.url, settings={"sign": "【古田】"})
        sent = admin.post(f"/notices/config/{row.pk}/try/", {"address": "138 0000 1234"}, follow=True)
        assert "服务器已接收测试消息" in sent.content.decode()
        assert server.taken[0].json == {
            "mobile": "13800001234",
            "text": "【古田】这是一条测试消息。收到它，说明这个渠道已经可以使用。",
        }
        server.status = 403
        refused = admin.post(f"/notices/config/{row.pk}/try/", {"address": "13800001234"}, follow=True)
    assert "服务器拒绝了，状态码 403。" in refused.content.decode()
    tried = [event.data["detail"] for event in record.history(configure.SUBJECT)]
    assert tried == ["", "403"]
    assert "13800001234" not in str([event.data for event in record.history(configure.SUBJECT)])


def test_a_test_message_needs_an_address_of_the_right_sort(admin: Client) -> None:
    row = making.gateway("http://127.0.0.1:1")
    for address, sentence in (
        ("0593-3881234", "固定电话收不到短信"),
        ("123", "手机号应为 11 位"),
        ("", "请填写"),
    ):
        answer = admin.post(f"/notices/config/{row.pk}/try/", {"address": address})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()


# --- words ---


def edit(client: Client, key: str = "test.due", **more: str) -> Any:
    given = {
        "title": "{number} 快到期",
        "body": "请在{due}前办好。",
        "valid_from": "2026-11-23",
        "source": "县里确定",
    }
    return client.post(f"/notices/config/texts/{key}/zh-hans/", {**given, "save": "1", **more})


@pytest.fixture
def noon() -> Iterator[Any]:
    """Let it be noon of a working day."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def test_the_county_says_it_in_its_own_words_from_a_day_on(noon, dispatcher: Client) -> None:
    texts.describe("due", "期限", "11月27日")
    listed = page(dispatcher, "/notices/config/texts/")
    assert "请在 11月27日 前办结。" in listed
    assert "{due}</code> 期限" in page(dispatcher, "/notices/config/texts/test.due/zh-hans/")
    assert edit(dispatcher, valid_from="2026-11-24").status_code == 302
    words = ("test.due", {"number": "N1", "due": "明天"})
    assert texts.words(*words).body == "请在 明天 前办结。"
    noon.move_to(datetime(2026, 11, 23, 16, 0, tzinfo=UTC))  # midnight
    assert texts.words(*words) == texts.Words("N1 快到期", "请在明天前办好。")
    dispatcher.force_login(User.objects.get())  # the session of noon is over
    assert "本县文字" in page(dispatcher, "/notices/config/texts/")
    back = {"valid_from": "2026-11-24", "source": "还是原来的好"}
    dispatcher.post("/notices/config/texts/test.due/zh-hans/shipped/", back)
    assert texts.words(*words).body == "请在 明天 前办结。"
    assert Wording.objects.count() == 1, "the version of that very day was replaced"
    assert [event.name for event in record.history(configure.SUBJECT)] == ["notices.wording_set"] * 2


def test_a_preview_shows_and_saves_nothing(noon, dispatcher: Client) -> None:
    texts.describe("due", "期限", "11月27日")
    given = {
        "title": "{number} 快到期",
        "body": "就在{due}!",
        "valid_from": "2026-11-23",
        "source": "县里确定",
        "preview": "1",
    }
    answer = dispatcher.post("/notices/config/texts/test.due/zh-hans/", given)
    assert "<dd>就在11月27日!</dd>" in answer.content.decode()
    assert not Wording.objects.exists()


@pytest.mark.parametrize(
    ("key", "more", "sentence"),
    [
        (
            "test.due",
            {"body": "{name}你好"},
            "没有“{name}”这个变量。这条通知可用的变量：{due}(期限)、{number}(",
        ),
        ("test.due", {"body": "{due"}, "大括号没有成对"),
        ("test.due", {"body": "{due!r}"}, "大括号里只能写变量名"),
        ("test.due", {"body": "{due:>10}"}, "大括号里只能写变量名"),
        ("test.due", {"body": "{0}"}, "没有“{0}”这个变量"),
        ("test.due", {"title": "", "body": "x"}, "请填写“标题”"),
        ("test.code", {"title": "a", "body": "您好"}, "这里必须有“{code}”"),
        ("test.code", {"title": "{code}", "body": "{code}", "spoken": "{code}"}, "只能给居民本人看"),
        ("test.link", {"title": "a", "body": "{link}", "spoken": "请点{link}"}, "只能给居民本人看"),
        ("test.due", {"valid_from": "2026-11-22"}, "生效日期不能早于今天"),
        ("test.due", {"source": " "}, "请填写“依据或原因”"),
    ],
)
def test_words_that_make_no_sense_are_told_at_their_field(
    noon, dispatcher: Client, key, more, sentence
) -> None:
    texts.describe("due", "期限", "11月27日")
    answer = edit(dispatcher, key, **more)
    assert answer.status_code == 422
    assert sentence in answer.content.decode().replace("&quot;", '"')
    assert not Wording.objects.exists()


def test_braces_themselves_can_be_said(noon, dispatcher: Client) -> None:
    edit(dispatcher, body="{{注意}} {due}")
    assert texts.words("test.due", {"number": "1", "due": "明天"}).body == "{注意} 明天"


def test_an_unknown_text_or_language_is_not_there(dispatcher: Client) -> None:
    for rest in ("test.none/zh-hans/", "test.due/fr/"):
        assert dispatcher.get(f"/notices/config/texts/{rest}").status_code == 404
        assert dispatcher.post(f"/notices/config/texts/{rest}shipped/").status_code == 404


def test_every_placeholder_of_every_room_is_explained() -> None:
    names = {
        name
        for text in texts.registered().values()
        if not text.key.startswith("test.")
        for name in text.names
    }
    assert names
    silent = sorted(name for name in names if str(texts.placeholder(name).label) == name)
    assert not silent, f"say with texts.describe what these stand for: {silent}"


# --- quiet hours ---


def test_quiet_hours_hold_from_their_day(noon, dispatcher: Client) -> None:
    assert "今天从 21:00 到 07:30 不发通知" in page(dispatcher, "/notices/config/quiet/")
    given = {"starts": "22:00", "ends": "06:00", "valid_from": "2026-11-24", "source": "夏季作息"}
    assert dispatcher.post("/notices/config/quiet/", given).status_code == 302
    assert "夏季作息" in page(dispatcher, "/notices/config/quiet/")
    assert calendar.current().quiet_on(date(2026, 11, 24))[0].hour == 22
    same = dispatcher.post("/notices/config/quiet/", {**given, "ends": "22:00"})
    assert "不能是同一时刻" in same.content.decode()


# --- the log, and the catcher ---


def test_the_log_says_what_became_of_messages_and_never_where_to(noon, dispatcher: Client) -> None:
    assert "没有发送记录" in page(dispatcher, "/notices/config/sent/")
    with http_server() as good, http_server(status=504) as bad:
        first = making.gateway(good.url, order=1)
        queue(resident())
        work()
        first.is_active = False
        first.save()
        making.gateway(bad.url, order=2)
        queue(resident())
        work()
    shown = page(dispatcher, "/notices/config/sent/")
    assert "居民" in shown
    assert "不确定是否送达（504）" in shown
    words = re.sub(r"\w{64}", "", shown)  # a form's token may hold any letters
    for hidden in ("13800001234", "138****1234", "王", "N1", "明天"):
        assert hidden not in words
    only_bad = page(dispatcher, "/notices/config/sent/?state=unknown")
    assert only_bad.count("<tr data-row>") == 1
    assert page(dispatcher, "/notices/config/sent/?state=x&channel=y&after=z").count("<tr data-row>") == 2


def test_the_log_turns_pages(dispatcher: Client) -> None:
    way = making.gateway("http://127.0.0.1:1")
    for _turn in range(45):
        queue(resident())
    now = datetime(2026, 11, 23, tzinfo=UTC)
    from minfu.notices.models import Notice

    Delivery.objects.bulk_create(
        Delivery(notice=row, channel=way, recipient="i", created_at=now, due_at=now, give_up_at=now)
        for row in Notice.objects.all()
    )
    first = page(dispatcher, "/notices/config/sent/")
    assert first.count("<tr data-row>") == 40
    after = first.split("after=")[1].split('"')[0]
    assert page(dispatcher, f"/notices/config/sent/?after={after}").count("<tr data-row>") == 5


def test_what_the_catcher_kept_is_shown_in_a_demo_alone(noon, dispatcher: Client, settings) -> None:
    settings.MINFU_DEMO = True
    making.channel("catcher", for_residents=True)
    queue(resident(), "test.link", link="https://x/abc")
    queue(To(unit_id=people.unit().pk))
    work()
    shown = page(dispatcher, "/notices/config/caught/")
    assert "请点 https://x/abc" in shown
    assert "王* 138****1234" in shown
    assert "13800001234" not in shown
    settings.MINFU_DEMO = False
    assert Caught.objects.exists()
    assert "请点" not in page(dispatcher, "/notices/config/caught/")


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PARTNER])  # a program has no screens
def test_who_may_configure(role) -> None:
    client = signed_in(Client(), role)
    assert User.objects.exists()
    configures = role in {"administrator", "county_dispatcher"}
    for address in ("", "texts/", "quiet/", "keeping/", "sent/", "caught/"):
        assert client.get(f"/notices/config/{address}").status_code == (200 if configures else 403)
    assert client.get("/notices/config/new/sms/").status_code == (200 if role == "administrator" else 403)
