"""From a notice to a message outside: ways, windows, nights, failures; against real servers on this machine."""

import logging
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from minfu.accounts.tests import people
from minfu.kernel import jobs
from minfu.notices import outbox, states, tasks
from minfu.notices.models import Delivery, Health, Notice, Urgency
from minfu.notices.outbox import To
from minfu.notices.rules import backoff, delivering, planning
from minfu.notices.rules.courier import Courier
from minfu.notices.tests import making
from minfu.notices.tests.making import free_port, http_server, mail_server
from minfu.notices.tests.outside import MORNING, NIGHT, NOON, PHONE, only, queue, resident, work
from minfu.registry import vault

pytestmark = pytest.mark.django_db

# --- to residents ---


@time_machine.travel(NOON, tick=False)
def test_a_resident_is_sent_their_message_and_the_number_stays_in_the_vault(caplog, capfd) -> None:
    caplog.set_level(logging.DEBUG)
    with http_server() as server:
        making.gateway(server.url, settings={"sign": "【古田民富】"})
        notice = queue(resident(), "test.link", link="https://x/abc")
        work()
        assert server.taken[0].json == {"mobile": PHONE, "text": "【古田民富】请点 https://x/abc"}
        work()
        assert len(server.taken) == 1
    notice.refresh_from_db()
    assert (notice.state, notice.secret) == (states.SENT, None)
    row = only()
    assert (row.state, row.attempts, row.done_at) == (states.SENT, 1, NOON)
    kept = str([list(model.objects.values()) for model in (Notice, Delivery, Health)])
    told = capfd.readouterr()
    for place in (kept, caplog.text, told.out, told.err):
        assert PHONE not in place
        assert "王小明" not in place


def test_planning_twice_plans_once() -> None:
    making.gateway("http://127.0.0.1:1")
    queue(resident())
    assert (planning.plan(), planning.plan()) == (1, 0)
    assert Delivery.objects.count() == 1


def test_who_left_no_number_is_phoned() -> None:
    making.gateway("http://127.0.0.1:1")
    identity = vault.create(vault.Contact("王小明"))
    notice = queue(To(identity_id=identity.pk), "test.link", link="https://x")
    planning.plan()
    notice.refresh_from_db()
    assert (notice.state, notice.why, notice.secret) == (states.NO_CHANNEL, "no_way", None)


def test_one_number_gets_one_message_for_several_matters() -> None:
    with time_machine.travel(NOON, tick=False) as traveller, http_server() as server:
        making.gateway(server.url, digest_minutes=10)
        for link in ("https://x/1", "https://x/2"):
            queue(resident(), "test.link", link=link)
        queue(resident(phone="13900001234"), "test.link", link="https://x/3")
        work()
        assert server.taken == []
        traveller.shift(timedelta(minutes=10))
        work()
    said = {taken.json["mobile"]: taken.json["text"] for taken in server.taken}
    assert said == {
        PHONE: "您有 2 条通知：1. 请点 https://x/1\n2. 请点 https://x/2",
        "13900001234": "请点 https://x/3",
    }


@time_machine.travel(NIGHT, tick=False)
def test_at_night_only_what_was_asked_for_and_alarms_go_out() -> None:
    with http_server() as server:
        making.gateway(server.url)
        queue(resident())
        queue(resident(), "test.now")
        work()
        assert [taken.json["text"] for taken in server.taken] == ["验证码 493817。"]
        assert only(state=states.WAITING).due_at == MORNING
        with time_machine.travel(MORNING, tick=False):
            work()
        assert len(server.taken) == 2


def test_what_was_due_in_the_evening_and_could_not_go_waits_for_the_morning() -> None:
    with http_server() as server:
        making.gateway(server.url)
        with time_machine.travel(NIGHT - timedelta(hours=3), tick=False):
            queue(resident())
            planning.plan()
        with time_machine.travel(NIGHT, tick=False):  # the worker was down in between
            work()
            assert server.taken == []
        with time_machine.travel(MORNING, tick=False):
            work()
        assert len(server.taken) == 1


# --- failures ---


def test_a_message_is_tried_again_with_pauses_then_by_the_next_channel_then_a_desk_phones() -> None:
    desk = people.unit()
    with (
        time_machine.travel(NOON, tick=False) as traveller,
        http_server(status=500) as bad,
        http_server(status=403) as worse,
    ):
        making.gateway(bad.url, order=1)
        making.gateway(worse.url, order=2)
        notice = queue(resident(desk), "test.link", link="https://x")
        tried = []
        for minute in (*range(8), 20, 21, 50, 51, 52, 56, 57, 71, 72, 101, 102, 120):
            traveller.move_to(NOON + timedelta(minutes=minute))
            before = len(bad.taken) + len(worse.taken)
            work()
            tried += [minute] * (len(bad.taken) + len(worse.taken) - before)
        notice.refresh_from_db()
        assert list(outbox.to_phone(people.staff("a"))) == [notice]
    assert tried == [0, 1, 6, 21, 51, 51, 52, 57, 72, 102]
    assert (len(bad.taken), len(worse.taken)) == (5, 5)
    assert set(Delivery.objects.values_list("state", "fault")) == {
        ("failed", "refused 500"), ("failed", "refused 403"),
    }  # fmt: skip
    assert (notice.state, notice.why, notice.secret) == (states.NO_CHANNEL, "failed", None)


@time_machine.travel(NOON, tick=False)
def test_a_message_that_may_have_arrived_is_not_sent_again_a_desk_asks() -> None:
    with http_server(status=504) as server:
        making.gateway(server.url)
        notice = queue(resident())
        work()
        work()
        assert len(server.taken) == 1
    notice.refresh_from_db()
    assert (notice.state, notice.why) == (states.NO_CHANNEL, "unknown")
    assert (only().state, only().fault) == (states.UNKNOWN, "unknown 504")


def test_a_server_that_hangs_is_left_after_the_deadline() -> None:
    import threading

    never = threading.Event()
    with http_server(before=lambda: never.wait(60)) as server:
        try:
            making.gateway(server.url)
            queue(resident(), "test.now")
            with Courier(1.5) as courier:
                work(courier=courier)
        finally:
            never.set()
    assert (only().state, only().fault) == (states.UNKNOWN, "unknown deadline")


@time_machine.travel(NOON, tick=False)
def test_what_a_killed_worker_left_is_not_sent_again() -> None:
    with http_server() as server:
        way = making.gateway(server.url)
        notice = queue(resident())
        planning.plan()
        delivering.take(way)  # and then the worker is killed
        work()
        assert only().state == states.SENDING
        with time_machine.travel(NOON + timedelta(minutes=3), tick=False):
            work()
            work()
        assert server.taken == []
    notice.refresh_from_db()
    assert (only().state, notice.state, notice.why) == ("unknown", "no_channel", "unknown")


@time_machine.travel(NOON, tick=False)
def test_an_answer_that_comes_after_the_message_was_given_up_changes_nothing() -> None:
    from minfu.notices.sender import Outcome

    way = making.gateway("http://127.0.0.1:1")
    queue(resident())
    planning.plan()
    bundle = delivering.take(way)
    with time_machine.travel(NOON + timedelta(minutes=3), tick=False):
        delivering.recover()
        delivering.mark(way, bundle, Outcome("sent"))
    assert only().state == states.UNKNOWN


def test_a_channel_that_fails_again_and_again_is_left_alone_and_comes_back() -> None:
    with time_machine.travel(NOON, tick=False) as traveller, http_server() as server:
        broken = making.gateway(f"http://127.0.0.1:{free_port()}")
        for number in range(5):
            queue(resident(phone=f"1380000000{number}"))
        work()
        health = Health.objects.get(channel=broken)
        assert (health.failures, health.closed_until) == (3, NOON + timedelta(minutes=1))
        assert health.last_fault == "unreachable connect"
        assert delivering.channels_with_work() == []
        assert Delivery.objects.filter(attempts=0).count() == 2
        broken.settings["url"] = server.url
        broken.save()
        traveller.shift(timedelta(minutes=1))
        work()
        assert len(server.taken) == 5
        health.refresh_from_db()
        assert (health.failures, health.closed_until) == (0, None)


@time_machine.travel(NOON, tick=False)
def test_one_wrong_address_says_nothing_about_the_channel() -> None:
    with mail_server() as box:
        settings = {
            "host": "127.0.0.1",
            "port": str(box.port),
            "security": "insecure",
            "sender": "a@b.example",
        }
        mail = making.channel("mail", settings=settings, for_staff=True)
        clerk = people.staff("a")
        making.reach(clerk.user_id or 0, mail, "nobody@b.example")
        queue(To(unit_id=clerk.unit_id))
        work()
    assert only().fault == "refused recipient"
    assert Health.objects.get().failures == 0


@time_machine.travel(NOON, tick=False)
def test_what_waits_for_a_channel_that_is_switched_off_goes_on_to_the_desk() -> None:
    way = making.gateway("http://127.0.0.1:1")
    notice = queue(resident())
    planning.plan()
    way.is_active = False
    way.save()
    work()
    notice.refresh_from_db()
    assert (only().fault, notice.state) == ("off", "no_channel")


@time_machine.travel(NOON, tick=False)
def test_a_channel_without_its_key_fails_loudly() -> None:
    way = making.gateway("http://127.0.0.1:1", secrets={"password": "x"})
    way.secrets = bytes(way.secrets).replace(b"k1.", b"k9.", 1)
    way.save()
    queue(resident())
    work()
    assert only().fault == "wrong key"


@time_machine.travel(NOON, tick=False)
def test_a_message_that_cannot_be_put_together_does_not_stop_the_others(caplog) -> None:
    with http_server() as server:
        making.gateway(server.url)
        broken = queue(resident())
        Notice.objects.filter(pk=broken.pk).update(template="test.gone")
        queue(resident(phone="13900001234"))
        work()
        assert len(server.taken) == 1
    assert only(notice=broken).fault == "wrong LookupError"
    assert "cannot be put together: LookupError" in caplog.text


@pytest.mark.parametrize("urgency", [Urgency.NORMAL, Urgency.ASKED, Urgency.ALARM])
def test_pauses_end_before_patience_does(urgency) -> None:
    waited, attempts = timedelta(), 1
    while (pause := backoff.pause(urgency, attempts)) is not None:
        waited, attempts = waited + pause, attempts + 1
    assert NOON + waited < backoff.give_up_at(urgency, NOON)
    rests = [backoff.rest(failures) for failures in range(2, 40)]
    assert rests[:4] == [None, timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert rests[-1] == timedelta(minutes=30)


# --- jobs ---


@time_machine.travel(NOON, tick=False)
def test_urgent_notices_start_the_worker_at_once_others_wait_for_the_minute() -> None:
    with http_server() as server:
        making.gateway(server.url)
        queue(resident())
        assert jobs.run_waiting() == 0
        queue(resident(), "test.now")
        assert jobs.run_waiting() == 2  # decide, then send
        assert len(server.taken) == 2


def test_a_channel_has_one_job_at_a_time() -> None:
    way = making.gateway("http://127.0.0.1:1")
    queue(resident(), "test.now")
    tasks.dispatch()
    tasks.dispatch()
    with connection.cursor() as cursor:
        cursor.execute(
            "select lock, queueing_lock from procrastinate_jobs where task_name = 'notices.deliver'"
        )
        assert cursor.fetchall() == [(f"notices.channel.{way.pk}",) * 2]
