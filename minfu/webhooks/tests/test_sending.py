"""Changes sent to a real receiver: signed, in order, at least once, and to none who answers badly for ever."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from minfu.accounts import partners
from minfu.cases.models import Case
from minfu.cases.rules import actions
from minfu.cases.rules.intake import Spot
from minfu.cases.tests.api import Caller
from minfu.cases.tests.world import PINGHU_VILLAGES, World
from minfu.kernel import clock, outward, record
from minfu.kernel.errors import Invalid
from minfu.kernel.models import Event
from minfu.notices.models import Notice
from minfu.registry import keys, rotation
from minfu.webhooks import events
from minfu.webhooks.models import Delivery, Endpoint
from minfu.webhooks.rules import backoff, endpoints, secrets, sending
from minfu.webhooks.tests.conftest import Hook, hook
from minfu.webhooks.tests.receiver import Message, Receiver


def answering(status: int, body: bytes = b"", **headers: str) -> Any:
    return lambda _message: (status, headers, body)


def test_what_happens_is_sent_signed_and_in_order_as_the_feed_tells_it(
    told: Hook, receiver: Receiver
) -> None:
    case = told.world.at("reported")
    assert told.work() == len(receiver.got)
    sent = [message.verified(told.secret) for message in receiver.got]
    assert [one["id"] for one in sent] == sorted(one["id"] for one in sent)
    kinds = [one["type"] for one in sent]
    assert (kinds[0], kinds[-1]) == ("cases.registered", "cases.reported")
    start = Event.objects.earliest("pk").pk - 1
    feed = Caller(told.world, "clerk").get("/changes", {"cursor": str(max(start, 0))}).json()["items"]
    for one, entry in zip(sent, feed, strict=True):
        entry["data"]["href"] = settings.MINFU_PUBLIC_URL + entry["data"]["href"]
        assert one == entry
    assert {one["data"]["number"] for one in sent} == {case.number}
    assert [row.state for row in told.log()] == ["sent"] * len(sent)
    assert told.work() == 0
    first = told.log()[0]
    assert (first.attempts, first.status, first.message_id) == (1, 204, receiver.got[0].id)
    assert told.row.last_sent_at is not None


def test_nothing_of_people_is_sent(told: Hook, receiver: Receiver) -> None:
    case = told.world.register(description="我家门口的井盖坏了")
    actions.remark(actor=told.world.clerk, case_id=case.pk, what="林小满说很急")
    told.work()
    everything = b"".join(message.body for message in receiver.got).decode()
    assert "cases.remarked" in everything
    assert not [
        word
        for word in ("井盖", "林小满", "13800001234", case.receipt, "clerk", "值班")
        if word in everything
    ]


def test_the_signature_is_that_of_the_specification() -> None:
    body = b'{"test": 2432232314}'
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    at = clock.now().replace(microsecond=0)
    made = secrets.headers("msg_p5jXN8AQM9LWM0D4loKWxJek", at, body, [secret])
    expected = Webhook(secret).sign("msg_p5jXN8AQM9LWM0D4loKWxJek", at, body.decode())
    assert made["webhook-signature"] == expected
    assert Webhook(secret).verify(body, made) == {"test": 2432232314}
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body + b" ", made)
    with pytest.raises(WebhookVerificationError):
        Webhook(secrets.new()).verify(body, made)


def test_only_the_kinds_chosen_and_only_what_the_system_may_see(world: World, receiver: Receiver) -> None:
    some = hook(world, receiver.url, "cases.accepted")
    world.at("reported")
    world.register(world.other_clerk, spot=Spot(village_code=PINGHU_VILLAGES[0]))
    secret = world.register(mode="confidential")
    some.work()
    assert [one.verified(some.secret)["type"] for one in receiver.got] == ["cases.accepted"]
    assert secret.number not in str(receiver.got)


def test_what_became_restricted_meanwhile_is_not_sent(told: Hook, receiver: Receiver) -> None:
    receiver.reply = answering(500)
    case = told.world.register()
    told.work()
    tried = len(receiver.got)
    Case.objects.filter(pk=case.pk).update(restricted=True)
    Delivery.objects.update(due_at=clock.now())
    Endpoint.objects.update(rest_until=None)
    assert told.work() == 0
    assert len(receiver.got) == tried
    assert {row.state for row in told.log()} == {"dropped"}


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


def test_a_partner_in_a_named_network_is_reached_and_nobody_else(
    told: Hook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(outward, "_public", lambda _ip: False)  # all the world is inside
    settings.MINFU_WEBHOOK_NETWORKS = ["127.0.0.0/30"]  # what no county can set stands for its network
    told.world.register()
    told.work()
    assert {row.state for row in told.log()} == {"sent"}
    settings.MINFU_WEBHOOK_NETWORKS = ["10.20.30.0/24"]
    before = len(receiver.got)
    told.world.register()
    told.work()
    assert len(receiver.got) == before
    terms = endpoints.Terms("内网", "http://10.20.30.5/hook")
    assert endpoints.change(told.pk, terms, actor=told.world.administrator).url == terms.url
    for other in ("http://10.20.31.5/hook", "http://127.0.0.1/hook", "http://169.254.169.254/hook"):
        with pytest.raises(Invalid) as refused:
            endpoints.change(told.pk, endpoints.Terms("内网", other), actor=told.world.administrator)
        assert list(refused.value.fields) == ["url"]


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


def test_an_address_that_leads_inside_is_not_asked(
    told: Hook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Registered when its name led outside; now it leads inside."""
    monkeypatch.setattr(outward, "_public", lambda _ip: False)
    told.world.register()
    told.work()
    row = told.log()[0]
    assert (receiver.got, row.state, row.status) == ([], "waiting", None)
    assert "内部网络" in row.answer


def test_a_secret_is_changed_without_a_gap(told: Hook, receiver: Receiver, clock_stands: Any) -> None:
    renewed = endpoints.renew_secret(told.pk, hours=24, actor=told.world.administrator)
    assert renewed != told.secret
    told.world.register()
    told.work()
    for secret in (told.secret, renewed):
        assert Webhook(secret).verify(receiver.got[0].body, receiver.got[0].headers)
    clock_stands.shift(timedelta(hours=25))
    told.world.register()
    told.work()
    late = receiver.got[-1]
    assert late.headers["webhook-signature"].count("v1,") == 1
    assert secrets.current(told.row, clock.now()) == [renewed]


def test_the_secret_is_sealed_and_sealed_anew(told: Hook, receiver: Receiver) -> None:
    endpoints.renew_secret(told.pk, hours=24, actor=told.world.administrator)
    before = bytes(told.row.secret), bytes(told.row.former_secret or b"")
    assert told.secret.encode() not in before[0] + before[1]
    old = keys.ring().current
    rotation.rotate(actor=told.world.administrator)
    keys.forget()
    assert rotation.old_keys()[old] >= 2
    for _number in rotation.renew():
        pass
    assert rotation.old_keys()[old] == 0
    told.world.register()
    told.work()
    assert receiver.got[0].verified(told.secret)


def test_again_and_since_a_moment(told: Hook, receiver: Receiver, clock_stands: Any) -> None:
    told.world.register()
    clock_stands.shift(timedelta(hours=2))
    moment = clock.now()
    late = told.world.register()
    told.work()
    sent = [message.id for message in receiver.got]
    first = told.log()[0]
    endpoints.replay(told.pk, first.pk, actor=told.world.administrator)
    told.work()
    assert [message.id for message in receiver.got[len(sent) :]] == [first.message_id]
    receiver.got.clear()
    number = endpoints.replay_since(told.pk, moment, actor=told.world.administrator)
    told.work()
    mine = [row.message_id for row in told.log() if row.number == late.number]
    assert ([message.id for message in receiver.got], number) == (mine, len(mine))


def test_a_system_that_is_stopped_is_told_nothing(told: Hook, receiver: Receiver, clock_stands: Any) -> None:
    told.world.register()
    partners.stop(told.system.pk, reason="不再对接", actor=told.world.administrator)
    clock_stands.shift(timedelta(days=1))
    assert told.work() == 0
    assert receiver.got == []


def queries_of_registering(world: World) -> int:
    """Return how many statements registering takes, without now and then asking whether the catalogue changed."""

    def once() -> int:
        with CaptureQueriesContext(connection) as queries:
            world.register()
        return len(queries)

    return min(once() for _time in range(3))


def test_registering_costs_no_query_more(world: World, receiver: Receiver) -> None:
    without = queries_of_registering(world)
    hook(world, receiver.url)
    assert queries_of_registering(world) == without


def test_the_log_is_forgotten_after_its_time(told: Hook, receiver: Receiver, clock_stands: Any) -> None:
    told.world.register()
    told.work()
    clock_stands.shift(timedelta(days=settings.MINFU_WEBHOOK_KEEP_DAYS, hours=1))
    told.world.register()
    told.work()
    recent = {row.pk for row in told.log() if row.created_at > clock.now() - timedelta(hours=1)}
    assert sending.forget_old() > 0
    assert {row.pk for row in told.log()} == recent
    assert recent
