"""Where staff want to be reached, within what their post allows; alarms that reached nobody."""

from typing import Any

import pytest
import time_machine
from django.test import Client

from minfu.accounts.models import User
from minfu.accounts.tests import people
from minfu.kernel import record
from minfu.kernel.errors import Forbidden, Invalid, Missing
from minfu.notices import outbox
from minfu.notices.models import Channel, Delivery, Reach
from minfu.notices.outbox import To
from minfu.notices.rules import alarms, planning, reaching, sealed
from minfu.notices.tests import making
from minfu.notices.tests.outside import NIGHT, NOON, queue, work

pytestmark = pytest.mark.django_db

MAIL = {"host": "127.0.0.1", "port": "1", "security": "insecure", "sender": "a@b.example"}


def mail(**more: Any) -> Channel:
    return making.channel("mail", settings=MAIL, for_staff=True, **more)


@pytest.fixture
def clerk(client: Client) -> Client:
    """A township clerk at work."""
    actor = people.staff("a")
    client.force_login(User.objects.get(pk=actor.user_id or 0))
    return client


def test_one_chooses_among_what_the_post_allows(clerk: Client) -> None:
    assert "只有站内通知" in clerk.get("/notices/mine/").content.decode()
    mine, theirs = mail(name="县局邮箱"), mail(name="领导邮箱", roles=["township_leader"])
    making.channel("wecom_bot", name="工作群", for_staff=True, unit=people.unit(), secrets={"key": "k"})
    making.gateway("http://127.0.0.1:1", name="居民短信")
    shown = clerk.get("/notices/mine/").content.decode()
    assert "县局邮箱" in shown
    for hidden in ("领导邮箱", "工作群", "居民短信"):
        assert hidden not in shown
    assert (
        clerk.post(f"/notices/mine/{mine.pk}/", {"address": "clerk@b.example", "is_on": "on"}).status_code
        == 302
    )
    assert clerk.post(f"/notices/mine/{theirs.pk}/", {"address": "x@b.example"}).status_code == 404
    row = Reach.objects.get()
    assert (row.channel, row.is_on, sealed.address_of(row)) == (mine, True, "clerk@b.example")
    assert b"clerk" not in bytes(row.address)
    shown = clerk.get("/notices/mine/").content.decode()
    assert "cl***@b.example" in shown
    assert "clerk@b.example" not in shown


def test_an_address_stays_until_it_is_deleted(clerk: Client) -> None:
    way = mail()
    address = f"/notices/mine/{way.pk}/"
    clerk.post(address, {"address": "clerk@b.example", "is_on": "on"})
    clerk.post(address, {"address": ""})
    assert (Reach.objects.get().is_on, sealed.address_of(Reach.objects.get())) == (False, "clerk@b.example")
    clerk.post(f"{address}forget/")
    clerk.post(f"{address}forget/")
    assert not Reach.objects.exists()


@pytest.mark.parametrize("wrong", ["", "clerk", "a b@c.example"])
def test_an_address_that_is_none_is_told_at_its_field(clerk: Client, wrong) -> None:
    answer = clerk.post(f"/notices/mine/{mail().pk}/", {"address": wrong, "is_on": "on"})
    assert answer.status_code == 422
    assert "请填写" in answer.content.decode()
    assert not Reach.objects.exists()


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("sms", "138 0000 1234", "0593-3881234"),
        ("wecom_app", "zhang_san", "@all"),
        ("wecom_app", "a-b.c", "a|b"),
    ],
)
def test_each_channel_takes_its_own_sort_of_address(kind, good, bad) -> None:
    way, actor = making.channel(kind, for_staff=True), people.staff("a")
    with pytest.raises(Invalid):
        reaching.save(way.pk, bad, is_on=True, actor=actor)
    assert reaching.save(way.pk, good, is_on=True, actor=actor).masked


def test_what_nobody_can_open_any_more_is_asked_for_again() -> None:
    way, actor = mail(), people.staff("a")
    reaching.save(way.pk, "a@b.example", is_on=True, actor=actor)
    Reach.objects.update(address=b"k9.xxxxxxxxxxxxxxxxxxxxxx")
    assert reaching.choices(actor)[0].masked == "（打不开，请重新填写）"
    with pytest.raises(Missing):
        reaching.save(way.pk + 1, "a@b.example", is_on=True, actor=actor)
    with pytest.raises(Invalid):
        reaching.save(way.pk, "", is_on=True, language="fr", actor=actor)


# --- alarms that reached nobody ---


def test_an_alarm_that_reached_nobody_stands_on_the_desks_list_until_someone_is_told(clerk: Client) -> None:
    with time_machine.travel(NIGHT, tick=False):
        clerk.force_login(User.objects.get())
        village = people.unit("甲一村村委会", "village", people.VILLAGE)
        village.phone = "0593-3881234"
        village.save()
        alarm = queue(To(unit_id=village.pk), "test.alarm")
        queue(To(unit_id=people.unit("乙镇便民服务中心", "desk", people.OTHER_TOWNSHIP).pk), "test.alarm")
        planning.plan()
        shown = clerk.get("/notices/phone/").content.decode()
        assert "甲一村村委会" in shown
        assert 'href="tel:0593-3881234"' in shown
        assert "请马上到场。" in shown
        assert "乙镇" not in shown
        dispatcher = people.staff("c", "county_dispatcher", people.county_unit())
        assert outbox.count_to_phone(dispatcher) == 2
        assert clerk.post(f"/notices/{alarm.pk}/alarm-told/").status_code == 302
        assert clerk.post(f"/notices/{alarm.pk}/alarm-told/").status_code == 404
        assert outbox.count_to_phone(dispatcher) == 1
    row = Delivery.objects.get(notice=alarm)
    assert (row.state, row.done_by_label) == ("told", "甲镇便民服务中心 · 平台值班员")
    event = record.history(("notice", alarm.pk))[-1]
    assert (event.name, event.data["subject"]) == ("notices.alarm_told", ["test", 1])


@time_machine.travel(NOON, tick=False)
def test_an_alarm_that_failed_on_its_only_way_stands_there_and_one_that_was_read_does_not() -> None:
    clerk, other = people.staff("a"), people.staff("b")
    way = mail()
    making.reach(clerk.user_id or 0, way, "a@b.example")
    making.reach(other.user_id or 0, way, "b@b.example")
    alarm = queue(To(unit_id=clerk.unit_id), "test.alarm")
    work()
    assert alarms.to_phone(clerk) == [], "it is still being tried"
    with time_machine.travel(NOON.replace(hour=5), tick=False):
        work()
        assert [one.notice for one in alarms.to_phone(clerk)] == [alarm]
        assert len(alarms.to_phone(clerk)) == 1, "once, however many were to get it"
        outbox.mark_read([alarm.pk], actor=clerk)
        assert alarms.to_phone(clerk) == []
        with pytest.raises(Missing):
            alarms.mark_told(alarm.pk, actor=clerk)
    with pytest.raises(Forbidden):
        alarms.mark_told(alarm.pk, actor=people.staff("d", "township_leader"))


@time_machine.travel(NOON, tick=False)
def test_when_one_of_several_was_reached_nobody_phones() -> None:
    from minfu.notices.tests.making import mail_server

    with mail_server() as box:
        way = making.channel("mail", settings={**MAIL, "port": str(box.port)}, for_staff=True)
        clerk, other = people.staff("a"), people.staff("b")
        making.reach(clerk.user_id or 0, way, "a@b.example")
        making.reach(other.user_id or 0, way, "nobody@b.example")
        queue(To(unit_id=clerk.unit_id), "test.alarm")
        work()
        with time_machine.travel(NOON.replace(hour=5), tick=False):
            work()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent", "failed"}
    assert alarms.to_phone(clerk) == []


def test_a_number_that_gets_no_text_messages_is_phoned_at_once() -> None:
    from minfu.notices.tests.outside import resident

    with time_machine.travel(NOON, tick=False):
        making.gateway("http://127.0.0.1:1")
        notice = queue(resident(phone="0593-3881234"))
        work()
    notice.refresh_from_db()
    row = Delivery.objects.get()
    assert (row.fault, row.attempts, notice.state, notice.why) == (
        "wrong landline",
        1,
        "no_channel",
        "failed",
    )
