"""Receivers that fail, ask for time, are gone or answer with malice: tried again, left alone, given up, believed in nothing."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings

from minfu.cases.tests.api import Caller
from minfu.kernel import clock, outward, record
from minfu.notices.models import Notice
from minfu.webhooks import events
from minfu.webhooks.models import Delivery
from minfu.webhooks.rules import backoff, endpoints
from minfu.webhooks.tests.conftest import Hook
from minfu.webhooks.tests.receiver import Message, Receiver, answering


def test_a_failure_is_tried_again_under_the_same_id_ever_later(
    told: Hook, receiver: Receiver, clock_stands: Any
) -> None:
    receiver.reply = answering(503, "还没有准备好".encode())
    told.world.register()
    told.work()
    one = told.log()[0]
    assert (one.state, one.attempts, one.status, one.answer) == ("waiting", 1, 503, "还没有准备好")
    waits = [one.due_at - clock.now()]
    while waits[-1] < timedelta(hours=5):
        clock_stands.shift(max(waits[-1], timedelta(hours=1, minutes=20)))
        told.work()
        waits.append(Delivery.objects.get(pk=one.pk).due_at - clock.now())
    assert all(pause <= wait <= pause * 1.2 for pause, wait in zip(backoff.PAUSES, waits, strict=False))
    receiver.reply = answering(200)
    clock_stands.shift(timedelta(hours=7))
    told.work()
    assert {row.state for row in told.log()} == {"sent"}
    assert (told.row.failures, told.row.failing_since) == (0, None)
    ids = [message.id for message in receiver.got if message.id == one.message_id]
    assert len(ids) == len(waits) + 1


@pytest.mark.parametrize(
    ("said", "pause"),
    [
        ("120", timedelta(seconds=120)),
        ("Sun, 22 Nov 2026 04:10:00 GMT", timedelta(minutes=10)),
        ("999999999999", timedelta(hours=1)),  # bounded: a slip of the receiver's does not stop it for days
        ("Sun, 22 Nov 2026 03:00:00 GMT", None),
        ("0", None), ("-5", None), ("soon", None), ("", None), ("1e9", None), ("٣", None),
    ],
)  # fmt: skip
def test_when_to_come_again_is_read(said: str, pause: timedelta | None) -> None:
    assert backoff.asked(said, datetime(2026, 11, 22, 4, 0, tzinfo=UTC)) == pause


@pytest.mark.parametrize("status", [429, 503])
def test_a_receiver_that_asks_for_time_is_given_it(
    told: Hook, receiver: Receiver, clock_stands: Any, status: int
) -> None:
    """Too many at once, not now: that is said of the address, and all that waits for it waits."""
    receiver.reply = answering(status, b"", **{"Retry-After": "1800"})
    told.world.at("reported")
    told.work()
    assert len(receiver.got) == 1
    assert told.log()[0].due_at - clock.now() == timedelta(minutes=30)
    receiver.reply = answering(200)
    clock_stands.shift(timedelta(minutes=29))
    assert told.work() == 0
    clock_stands.shift(timedelta(minutes=2))
    told.work()
    assert {row.state for row in told.log()} == {"sent"}


def test_of_another_failure_only_the_change_waits(told: Hook, receiver: Receiver, clock_stands: Any) -> None:
    receiver.reply = answering(500, b"", **{"Retry-After": "1800"})
    told.world.at("reported")
    told.work()
    assert len(receiver.got) == backoff.FAILURES
    assert told.log()[0].due_at - clock.now() == timedelta(minutes=30)


def test_the_log_keeps_every_try_also_those_before_it_was_sent_again(
    told: Hook, receiver: Receiver, clock_stands: Any
) -> None:
    told.world.register()
    begun = clock.now()
    receiver.reply = answering(503, "还没有准备好".encode())
    told.work()
    one = told.log()[0]
    receiver.reply = answering(200, b"ok")
    clock_stands.shift(timedelta(minutes=1))
    told.work()
    endpoints.replay(told.pk, one.pk, actor=told.world.administrator)
    told.work()
    one.refresh_from_db()
    assert [(entry["status"], entry["answer"]) for entry in one.tries] == [
        (503, "还没有准备好"), (200, "ok"), (200, "ok"),
    ]  # fmt: skip
    assert [entry["at"] - begun for entry in one.tries_in_order()] == [
        timedelta(0), timedelta(minutes=1), timedelta(minutes=1),
    ]  # fmt: skip
    assert all(entry["took_ms"] >= 0 for entry in one.tries)
    caller = Caller(told.world, "administrator")
    shown = caller.get(f"/admin/webhooks/{told.pk}/deliveries").json()["items"]
    assert [entry["status"] for item in shown if item["id"] == one.pk for entry in item["tries"]] == [
        503,
        200,
        200,
    ]


def test_nobody_answered_is_a_try_too(
    told: Hook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outward, "_public", lambda _ip: False)
    told.world.register()
    told.work()
    (entry,) = told.log()[0].tries
    assert entry["status"] is None
    assert "内部网络" in entry["answer"]


def test_one_that_is_never_taken_is_given_up_and_stops_no_other(
    told: Hook, receiver: Receiver, clock_stands: Any
) -> None:
    def reply(message: Message) -> tuple[int, dict[str, str], bytes]:
        return (500 if json.loads(message.body)["type"] == "cases.assigned" else 200), {}, b""

    receiver.reply = reply
    told.world.at("reported")
    told.work()
    assert {row.state for row in told.log() if row.kind != "cases.assigned"} == {"sent"}
    lost = next(row for row in told.log() if row.kind == "cases.assigned")
    for _try in range(len(backoff.PAUSES)):
        clock_stands.move_to(lost.due_at, tick=False)
        told.work()
        lost.refresh_from_db()
    assert (lost.state, lost.attempts) == ("failed", len(backoff.PAUSES) + 1)
    assert told.row.is_on


def test_an_address_that_fails_is_left_alone_and_at_last_switched_off(
    told: Hook, receiver: Receiver, clock_stands: Any
) -> None:
    receiver.reply = answering(500)
    for _number in range(4):
        told.world.register()
    told.work()
    assert len(receiver.got) == backoff.FAILURES  # the rest is not even tried
    assert told.work() == 0
    clock_stands.shift(timedelta(hours=settings.MINFU_WEBHOOK_OFF_HOURS + 1))
    told.work()
    assert (told.row.is_on, told.row.off_why) == (False, "failing")
    notice = Notice.objects.get(template=events.GIVEN_UP)
    assert notice.user_id == told.world.administrator.user_id
    assert record.history((events.SUBJECT, told.pk))[-1].name == events.GIVEN_UP
    tried = len(receiver.got)
    late = told.world.register()
    told.work()
    assert len(receiver.got) == tried
    receiver.reply = answering(200)
    endpoints.switch(told.pk, on=True, actor=told.world.administrator)
    told.work()
    assert {row.state for row in told.log()} == {"sent"}
    assert late.number in {row.number for row in told.log()}  # nothing of the time between is lost


def test_gone_is_gone(told: Hook, receiver: Receiver) -> None:
    receiver.reply = answering(410)
    told.world.register()
    told.work()
    assert (len(receiver.got), told.row.is_on, told.row.off_why) == (1, False, "gone")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(told: Hook, receiver: Receiver, status: int) -> None:
    receiver.reply = answering(status, Location=f"http://127.0.0.1:{receiver.port}/elsewhere")
    told.world.register()
    told.work()
    assert {message.path for message in receiver.got} == {"/hook"}
    assert (told.log()[0].state, told.log()[0].status) == ("waiting", status)


def test_who_never_answers_is_given_up_on(told: Hook, receiver: Receiver, settings: Any) -> None:
    settings.MINFU_WEBHOOK_SECONDS = 1

    def reply(_message: Message) -> tuple[int, dict[str, str], bytes]:
        receiver.done.wait(60)
        return 200, {}, b""

    receiver.reply = reply
    told.world.register()
    assert told.work() == len(told.log())
    row = told.log()[0]
    assert (row.state, row.status, row.answer) == ("waiting", None, "对方网站太慢，没有等到答复。")
    assert row.took_ms is not None
    assert row.took_ms >= 900


def test_of_a_hostile_answer_little_is_read_and_nothing_kept_raw(told: Hook, receiver: Receiver) -> None:
    receiver.reply = answering(200, b"\x00\x1b[31m<script>" + "长".encode() * 5_000_000)
    told.world.register()
    told.work()
    row = told.log()[0]
    assert (row.state, len(row.answer)) == ("sent", 200)
    assert row.answer.startswith("[31m<script>长")


def test_a_compressed_answer_is_not_unpacked(told: Hook, receiver: Receiver) -> None:
    receiver.reply = answering(200, b"\x1f\x8b" + b"\x00" * 1000, **{"Content-Encoding": "gzip"})
    told.world.register()
    told.work()
    assert told.log()[0].state == "sent"
