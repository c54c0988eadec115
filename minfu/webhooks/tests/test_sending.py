"""Changes sent to a real receiver: signed, in order, at least once, and to none who answers badly for ever."""

from datetime import timedelta
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
from minfu.kernel import clock, outward
from minfu.kernel.errors import Invalid
from minfu.kernel.models import Event
from minfu.registry import keys, rotation
from minfu.webhooks.models import Delivery, Endpoint
from minfu.webhooks.rules import endpoints, secrets, sending
from minfu.webhooks.tests.conftest import Hook, hook
from minfu.webhooks.tests.receiver import Receiver, answering


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
