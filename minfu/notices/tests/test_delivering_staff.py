"""Notices to staff outside the house: digests, who is reached by what, alarms; the demo's catcher."""

import email.policy
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from minfu.accounts.tests import people
from minfu.notices import outbox, states, tasks
from minfu.notices.kinds import KINDS
from minfu.notices.models import Caught, Delivery, Notice
from minfu.notices.outbox import To
from minfu.notices.rules import catching, composing, planning
from minfu.notices.tests import making
from minfu.notices.tests.making import http_server
from minfu.notices.tests.outside import NIGHT, NOON, PHONE, only, queue, resident, work

pytestmark = pytest.mark.django_db


def read(letter: Any) -> tuple[str, str]:
    message = email.message_from_bytes(letter.content, policy=email.policy.default)
    return message["Subject"], message.get_content().replace("\r\n", "\n")


def test_twenty_notices_are_one_letter(mail) -> None:
    box, channel = mail
    clerk = people.staff("a")
    making.reach(clerk.user_id or 0, channel, "clerk@b.example")
    with time_machine.travel(NOON, tick=False) as traveller:
        for number in range(20):
            queue(To(unit_id=clerk.unit_id), number=f"N{number}", due="明天")
            traveller.shift(timedelta(minutes=1))
            work()
        assert box.letters == []
        read_one = Notice.objects.get(context__number="N0")
        outbox.mark_read([read_one.pk], actor=clerk)
        traveller.shift(timedelta(minutes=10))
        work()
        traveller.shift(timedelta(hours=1))
        work()
    subject, body = read(box.letters[0])
    assert len(box.letters) == 1
    assert box.letters[0].rcpt_tos == ["clerk@b.example"]
    assert subject == "您有 19 条通知"
    assert body.startswith("1. N1 即将到期 请在 明天 前办结。\n2. N2 ")
    assert body.rstrip().endswith("/notices/")
    assert only(notice=read_one).state == states.DROPPED


@time_machine.travel(NOON, tick=False)
def test_a_single_notice_comes_with_the_address_of_its_matter(mail, settings) -> None:
    box, channel = mail
    settings.MINFU_PUBLIC_URL = "https://minfu.example"
    channel.digest_minutes = 0
    channel.save()
    clerk = people.staff("a")
    making.reach(clerk.user_id or 0, channel, "clerk@b.example", language="en")
    queue(To(user_id=clerk.user_id))
    work()
    assert read(box.letters[0]) == ("N1 即将到期", "请在 明天 前办结。\nhttps://minfu.example/test/1/\n")


@time_machine.travel(NOON, tick=False)
def test_a_units_notice_does_not_go_to_who_runs_the_software(mail) -> None:
    _box, channel = mail
    clerk, runs_it = people.staff("a"), people.staff("b", "administrator")
    assert clerk.unit_id == runs_it.unit_id
    for actor in (clerk, runs_it):
        making.reach(actor.user_id or 0, channel, "x@b.example")
    queue(To(unit_id=clerk.unit_id))
    queue(To(user_id=runs_it.user_id))
    planning.plan()
    readers = Delivery.objects.values_list("notice__unit_id", "user_id")
    assert set(readers) == {(clerk.unit_id, clerk.user_id), (None, runs_it.user_id)}


@time_machine.travel(NOON, tick=False)
def test_who_acts_in_the_unit_now_is_reached_if_they_want_and_their_post_allows(mail) -> None:
    _box, channel = mail
    wants, off, other_role = people.staff("a"), people.staff("b"), people.staff("c", "township_leader")
    silent = people.staff("d")
    for actor, more in ((wants, {}), (off, {"is_on": False}), (other_role, {})):
        making.reach(actor.user_id or 0, channel, "x@b.example", **more)
    channel.roles = ["township_clerk"]
    channel.save()
    queue(To(unit_id=wants.unit_id))
    alarm = queue(To(unit_id=wants.unit_id), "test.alarm")
    planning.plan()
    normal = set(Delivery.objects.exclude(notice=alarm).values_list("user_id", flat=True))
    urgent = set(Delivery.objects.filter(notice=alarm).values_list("user_id", flat=True))
    assert normal == {wants.user_id}
    assert urgent == {wants.user_id, off.user_id}
    assert silent.user_id not in urgent


@time_machine.travel(NIGHT, tick=False)
def test_an_alarm_goes_at_once_at_night_and_alone(mail) -> None:
    box, channel = mail
    clerk = people.staff("a")
    making.reach(clerk.user_id or 0, channel, "clerk@b.example")
    for _turn in range(3):
        queue(To(unit_id=clerk.unit_id))
    queue(To(unit_id=clerk.unit_id), "test.alarm")
    work()
    assert [read(letter)[0] for letter in box.letters] == ["【紧急】N1 现场有危险"]


@time_machine.travel(NOON, tick=False)
def test_the_robot_of_a_group_hears_of_its_unit_alone() -> None:
    unit, other = people.unit(), people.county_unit()
    with http_server() as server:
        making.channel(
            "wecom_bot", for_staff=True, unit=unit, settings={"base": server.url}, secrets={"key": "k"}
        )
        queue(To(unit_id=other.pk))
        queue(To(unit_id=unit.pk))
        work()
        assert len(server.taken) == 1
        assert server.taken[0].json["text"]["content"].startswith("N1 即将到期\r\n请在 明天 前办结。")


@time_machine.travel(NOON, tick=False)
def test_a_channel_for_alarms_carries_nothing_else() -> None:
    unit = people.unit()
    making.channel("catcher", for_staff=True, alarms_only=True)
    queue(To(unit_id=unit.pk))
    planning.plan()
    assert Delivery.objects.count() == 0


@time_machine.travel(NOON, tick=False)
def test_an_alarm_no_channel_takes_stands_on_a_list() -> None:
    unit = people.unit()
    queue(To(unit_id=unit.pk), "test.alarm")
    queue(To(unit_id=unit.pk))
    planning.plan()
    row = only()
    assert (row.channel_id, row.state, row.fault, row.unit_id) == (None, states.FAILED, "no_way", unit.pk)


# --- words ---


def test_a_long_digest_is_cut_not_split() -> None:
    notices = [
        Notice(template="test.due", context={"number": f"N{number}", "due": "明天" * 20}, unit_id=1)
        for number in range(30)
    ]
    rows = [Delivery(notice=notice) for notice in notices]
    sms = composing.compose(rows, KINDS["sms"], sign="【民富】")
    assert len(sms.body) == KINDS["sms"].longest
    assert sms.body.endswith("…")
    letter = composing.compose(rows, KINDS["mail"])
    assert letter.title == "您有 30 条通知"
    assert "\n20. " in letter.body
    assert "\n21. " not in letter.body
    assert "还有 10 条，请登录查看。" in letter.body


# --- the demo's catcher ---


@time_machine.travel(NOON, tick=False)
def test_the_catcher_keeps_what_would_have_gone_out_with_the_reader_masked(settings) -> None:
    settings.MINFU_DEMO = True
    unit = people.unit()
    making.channel("catcher", for_residents=True, for_staff=True)
    queue(resident(), "test.link", link="https://x/abc")
    queue(To(unit_id=unit.pk))
    work()
    caught = {row.reader: row.body for row in Caught.objects.all()}
    assert caught["王* 138****1234"] == "请点 https://x/abc"
    assert caught[unit.name].startswith("请在 明天 前办结。")
    assert PHONE not in str(list(Caught.objects.values()))
    with time_machine.travel(NOON + timedelta(days=15), tick=False):
        tasks.forget_caught()
    assert Caught.objects.count() == 0


def test_where_real_people_live_nothing_is_caught() -> None:
    making.channel("catcher", for_residents=True)
    notice = queue(resident())
    assert notice.state == states.NO_CHANNEL


@time_machine.travel(NOON, tick=False)
def test_in_the_demo_the_catcher_is_there_from_the_start(settings) -> None:
    settings.MINFU_DEMO = True
    assert catching.install() == catching.install()
    queue(resident(), "test.now")
    work()
    assert Caught.objects.get().body == "验证码 493817。"
