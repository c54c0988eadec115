"""The API's side of notices: what the screens do, programs can do, with the same rights and the same sentences."""

import pytest
import time_machine

from minfu.accounts.models import Unit
from minfu.accounts.tests import people
from minfu.accounts.tests.program import Program
from minfu.notices.models import Channel
from minfu.notices.outbox import To
from minfu.notices.rules import sealed
from minfu.notices.tests import making
from minfu.notices.tests.making import http_server
from minfu.notices.tests.outside import NOON, queue, resident, work

pytestmark = pytest.mark.django_db


def program(role: str, where: Unit | None = None) -> Program:
    people.staff(role, role, where or people.county_unit())
    return Program(role)


@pytest.fixture
def admin() -> Program:
    return program("administrator")


@pytest.fixture
def dispatcher() -> Program:
    return program("county_dispatcher")


def test_a_channel_is_made_tried_and_changed_and_its_secrets_are_never_told(admin: Program) -> None:
    kinds = {one["kind"]: one for one in admin.ask("get", "/channels/kinds")}
    assert "catcher" not in kinds
    assert [one["name"] for one in kinds["wecom_bot"]["fields"] if one["secret"]] == ["key"]
    with http_server() as server:
        given = {
            "name": "短信平台",
            "kind": "sms",
            "settings": {"url": server.url, "format": "json", "phone_field": "to", "text_field": "text"},
            "secrets": {"password": "very-secret"},
            "for_residents": True,
        }
        made = admin.ask("post", "/channels", given, status=201)
        assert (made["secrets"], made["version"], made["fault"]) == (["password"], 1, "")
        tried = admin.ask("post", f"/channels/{made['id']}/test", {"address": "13800001234"})
        assert tried == {"outcome": "sent", "explanation": ""}
        server.status = 403
        again = admin.ask("post", f"/channels/{made['id']}/test", {"address": "13800001234"})
        assert again["explanation"] == "服务器拒绝了，状态码 403。"
    changed = admin.ask("put", f"/channels/{made['id']}", {**given, "secrets": {}, "order": 5, "version": 1})
    assert (changed["order"], changed["secrets"]) == (5, ["password"])
    stale = admin.ask("put", f"/channels/{made['id']}", {**given, "version": 1}, status=409)
    assert "刚刚有人改过" in stale["detail"]
    assert admin.ask("get", f"/channels/{made['id']}") == changed
    assert "very-secret" not in str(admin.ask("get", "/channels"))
    assert sealed.secrets_of(Channel.objects.get()) == {"password": "very-secret"}


def test_a_channel_that_makes_no_sense_is_refused_at_its_field(admin: Program, dispatcher: Program) -> None:
    given = {"name": "短信", "kind": "sms", "settings": {"url": "x"}, "for_residents": True}
    refused = admin.ask("post", "/channels", given, status=422)
    assert {one["field"] for one in refused["errors"]} == {"format", "phone_field", "text_field"}
    admin.ask("get", "/channels/99", status=404)
    dispatcher.ask("post", "/channels", given, status=403)


@time_machine.travel(NOON, tick=False)
def test_words_are_judged_previewed_saved_and_given_back(dispatcher: Program) -> None:
    words = {"title": "{number} 快到期", "body": "请在{due}前办好。"}
    seen = dispatcher.ask("post", "/texts/test.due/zh-hans/preview", words)
    assert seen["body"] == "请在11月27日 周五前办好。"
    wrong = dispatcher.ask("post", "/texts/test.due/zh-hans/preview", {**words, "body": "{x}"}, status=422)
    assert "没有“{x}”这个变量" in wrong["detail"]
    terms = {"valid_from": "2026-11-23", "source": "县里确定"}
    saved = dispatcher.ask("put", "/texts/test.due/zh-hans", {**words, **terms})
    assert (saved["own"], saved["body"]) == (True, words["body"])
    listed = {one["key"]: one for one in dispatcher.ask("get", "/texts")}
    assert listed["test.due"] == saved
    assert (listed["test.alarm"]["urgency"], listed["test.code"]["placeholders"][0]["secret"]) == (
        "alarm",
        True,
    )
    back = dispatcher.ask("post", "/texts/test.due/zh-hans/shipped", terms)
    assert (back["own"], back["body"]) == (False, "请在 {due} 前办结。")
    dispatcher.ask("get", "/texts?language=fr", status=404)
    dispatcher.ask("put", "/texts/test.none/zh-hans", {**words, **terms}, status=404)


@time_machine.travel(NOON, tick=False)
def test_quiet_hours(dispatcher: Program) -> None:
    setting = {"valid_from": None, "starts": "21:00", "ends": "07:30", "source": ""}
    assert dispatcher.ask("get", "/quiet-hours") == [setting]
    given = {"starts": "22:00", "ends": "06:00", "valid_from": "2026-11-24", "source": "夏季作息"}
    assert dispatcher.ask("post", "/quiet-hours", given) == [given, setting]
    today = {**given, "valid_from": "2026-11-23"}
    assert dispatcher.ask("post", "/quiet-hours", today) == [given, today]


@time_machine.travel(NOON, tick=False)
def test_the_log_and_the_catcher(dispatcher: Program, settings) -> None:
    settings.MINFU_DEMO = True
    caught = making.channel("catcher", for_residents=True)
    queue(resident(), "test.link", link="https://x/abc")
    queue(resident(phone="0593-3881234"))
    work()
    first = dispatcher.ask("get", "/deliveries?limit=1")
    second = dispatcher.ask("get", f"/deliveries?limit=1&cursor={first['next_cursor']}")
    row = second["items"][0]
    assert (row["reader"], row["channel"], row["state"], row["title"]) == ("居民", caught.pk, "sent", "进展")
    assert second["next_cursor"] == ""
    assert dispatcher.ask("get", "/deliveries?state=failed")["items"] == []
    kept = dispatcher.ask("get", "/caught")
    assert kept[-1]["reader"] == "王* 138****1234"
    assert kept[-1]["body"] == "请点 https://x/abc"


def test_staff_choose_where_they_are_reached() -> None:
    clerk = program("township_clerk", people.unit())
    assert clerk.ask("get", "/me/channels") == []
    settings = {"host": "x", "port": "25", "security": "insecure", "sender": "a@b.example"}
    way = making.channel("mail", settings=settings, for_staff=True)
    chosen = clerk.ask("put", f"/me/channels/{way.pk}", {"address": "clerk@b.example", "is_on": False})
    assert (chosen["address"], chosen["is_on"], chosen["wants"]) == ("cl***@b.example", False, "email")
    assert clerk.ask("get", "/me/channels") == [chosen]
    clerk.ask("put", f"/me/channels/{way.pk + 1}", {"address": "clerk@b.example"}, status=404)
    clerk.ask("delete", f"/me/channels/{way.pk}", status=204)
    assert clerk.ask("get", "/me/channels")[0]["address"] == ""


def test_alarms_that_reached_nobody_are_told_by_phone() -> None:
    clerk = program("township_clerk", people.unit())
    with time_machine.travel(NOON, tick=False):
        alarm = queue(To(unit_id=people.unit().pk), "test.alarm")
        work()
    listed = clerk.ask("get", "/alarms/to-phone")
    assert (listed[0]["id"], listed[0]["body"]) == (alarm.pk, "请马上到场。")
    clerk.ask("post", f"/alarms/{alarm.pk}/told", status=204)
    clerk.ask("post", f"/alarms/{alarm.pk}/told", status=404)
    assert clerk.ask("get", "/alarms/to-phone") == []
