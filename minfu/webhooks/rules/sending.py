"""Bringing changes to an address, one after the other, at least once each, and writing down how it went."""

import ipaddress
import json
import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from minfu.accounts.actor import system as itself
from minfu.accounts.models import Post, Role
from minfu.cases import door
from minfu.kernel import clock, outward, record
from minfu.kernel.errors import Refused
from minfu.kernel.record import Fact
from minfu.notices import outbox
from minfu.webhooks import events, states, texts
from minfu.webhooks.models import Delivery, Endpoint
from minfu.webhooks.rules import backoff, secrets
from minfu.webhooks.rules.collecting import actor_of, standing

log = logging.getLogger(__name__)

#: Seconds after which one job ends and lets others have their turn.
SHIFT_SECONDS = 20.0
#: Characters of an answer that are kept.
ANSWER = 200
GONE = 410
#: Tries of one delivery that are kept: ten, and those by hand.
MOST_TRIES = 100
#: Answers that speak of the address, not of the message: too many at once, not now.
_BUSY = frozenset({429, 503})


@dataclass(frozen=True)
class Outcome:
    """How a try went: the answer's status (None when nobody answered) and beginning, and how long it took.

    ``retry_after``: when the receiver wants to be asked again, as it said so.
    """

    status: int | None
    answer: str
    took_ms: int
    retry_after: str = ""

    @property
    def is_taken(self) -> bool:
        """Tell whether the receiver took it: any status of 2xx, and nothing else."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - HTTP: success


def networks() -> list[outward.IPNetwork]:
    """Return the networks of the county's own that changes may be sent into."""
    return [ipaddress.ip_network(one) for one in settings.MINFU_WEBHOOK_NETWORKS]


def endpoints_with_work() -> list[int]:
    """Return the addresses that have something due and are not being left alone."""
    now = clock.now()
    due = Delivery.objects.filter(endpoint=OuterRef("pk"), state=states.WAITING, due_at__lte=now)
    found = Endpoint.objects.filter(Exists(due), pk__in=standing())
    rested = found.filter(Q(rest_until=None) | Q(rest_until__lte=now))
    return list(rested.order_by("pk").values_list("pk", flat=True))


def send_due(endpoint_id: int, *, seconds: float = SHIFT_SECONDS) -> int:
    """Send what is due to an address, in the order in which it happened, for some seconds; return how many were tried.

    Ends early when the address fails so often that it is left alone. Never called inside a transaction, nor twice at a time.
    """
    until, tried = time.monotonic() + seconds, 0
    while time.monotonic() < until and endpoint_id in endpoints_with_work():
        endpoint = Endpoint.objects.select_related("system__post__user").get(pk=endpoint_id)
        waiting = Delivery.objects.filter(endpoint=endpoint, state=states.WAITING, due_at__lte=clock.now())
        row = waiting.order_by("event_id").first()
        if row is None:
            break
        body = body_of(endpoint, row)
        if body is None:
            _drop(row)
            continue
        tried += 1
        mark(row, _send(endpoint, row, body))
    return tried


def body_of(endpoint: Endpoint, row: Delivery) -> bytes | None:
    """Return what is sent: the entry of the feed. None when the system may not see the demand any more."""
    actor = actor_of(endpoint.system)
    one = door.change(actor, row.event_id) if actor else None
    if one is None:
        return None
    return json.dumps(door.told(one, settings.MINFU_PUBLIC_URL), ensure_ascii=False).encode()


def _drop(row: Delivery) -> None:
    Delivery.objects.filter(pk=row.pk, state=states.WAITING).update(
        state=states.DROPPED, tried_at=clock.now()
    )


def _send(endpoint: Endpoint, row: Delivery, body: bytes) -> Outcome:
    """Send one message and say how it went; only here, for this moment, the secret is known."""
    begun, later = time.monotonic(), ""
    try:
        now = clock.now()
        signed = secrets.headers(row.message_id, now, body, secrets.current(endpoint, now))
        answer = outward.post(
            endpoint.url,
            body,
            signed,
            most_chars=ANSWER,
            seconds=settings.MINFU_WEBHOOK_SECONDS,
            networks=networks(),
        )
        status, text, later = answer.status, answer.beginning, answer.retry_after
    except Refused as refusal:
        status, text = None, str(refusal.message)
    except BadSignature:
        log.error("the secret of webhook %s cannot be opened: its key is gone", endpoint.pk)
        status, text = None, "key"
    return Outcome(status, text[:ANSWER], round(1000 * (time.monotonic() - begun)), later)


@transaction.atomic
def mark(row: Delivery, outcome: Outcome) -> None:
    """Write down how a try went: taken, to be tried again, or given up; and what that says of the address."""
    endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=row.endpoint_id)
    now, attempts = clock.now(), row.attempts + 1
    pause, asked = backoff.pause(attempts), backoff.asked(outcome.retry_after, now)
    state, due = states.SENT, row.due_at
    if not outcome.is_taken:
        state, due = (
            (states.WAITING, now + max(pause, asked or pause)) if pause else (states.FAILED, row.due_at)
        )
    _note(row, outcome)
    Delivery.objects.filter(pk=row.pk, state=states.WAITING).update(
        state=state,
        due_at=due,
        attempts=attempts,
        tried_at=now,
        status=outcome.status,
        answer=outcome.answer,
        took_ms=outcome.took_ms,
    )
    if outcome.is_taken:
        _well(endpoint)
    else:
        _ill(endpoint, outcome)


def _note(row: Delivery, outcome: Outcome) -> None:
    """Add a try to the log, whatever became of the delivery meanwhile."""
    tries = Delivery.objects.values_list("tries", flat=True).get(pk=row.pk)
    one = {
        "at": clock.now().isoformat(),
        "status": outcome.status,
        "answer": outcome.answer,
        "took_ms": outcome.took_ms,
    }
    Delivery.objects.filter(pk=row.pk).update(tries=[*tries, one][-MOST_TRIES:])


def _well(endpoint: Endpoint) -> None:
    """Note that an address takes what it is sent; after a failure, what waits for another try is tried at once."""
    now = clock.now()
    well: dict[str, Any] = {"failures": 0, "failing_since": None, "rest_until": None, "last_sent_at": now}
    Endpoint.objects.filter(pk=endpoint.pk).update(**well)
    if endpoint.failures >= backoff.FAILURES:
        Delivery.objects.filter(endpoint=endpoint, state=states.WAITING).update(due_at=now)


def _ill(endpoint: Endpoint, outcome: Outcome) -> None:
    """Note a failure; leave the address alone for a while, or for good when it has failed for too long."""
    now = clock.now()
    since, rest = endpoint.failing_since or now, backoff.rest(endpoint.failures + 1)
    asked = backoff.asked(outcome.retry_after, now) if outcome.status in _BUSY else None
    rest = max(filter(None, (rest, asked)), default=None)
    Endpoint.objects.filter(pk=endpoint.pk).update(
        failures=F("failures") + 1, failing_since=since, rest_until=now + rest if rest else None
    )
    if outcome.status == GONE:
        _give_up(endpoint, Endpoint.Why.GONE)
    elif now - since >= timedelta(hours=settings.MINFU_WEBHOOK_OFF_HOURS):
        _give_up(endpoint, Endpoint.Why.FAILING)


def _give_up(endpoint: Endpoint, why: str) -> None:
    """Switch an address off and tell the administrators; what happens meanwhile waits behind its cursor."""
    if not Endpoint.objects.filter(pk=endpoint.pk, is_on=True).update(is_on=False, off_why=why):
        return
    reason = str(Endpoint.Why(why).label)
    record.append((events.SUBJECT, endpoint.pk), [Fact(events.GIVEN_UP, {}, reason)], itself().stamp)
    outbox.send(
        [
            outbox.build(
                outbox.To(user_id=user_id),
                texts.STOPPED,
                {"endpoint": endpoint.label},
                subject=(events.SUBJECT, endpoint.pk),
            )
            for user_id in _administrators()
        ]
    )


def _administrators() -> list[int]:
    today = timezone.localdate(clock.now())
    held = Post.objects.filter(
        role=Role.ADMINISTRATOR, period__contains=today, user__is_active=True, unit__is_active=True
    )
    return sorted(set(held.values_list("user_id", flat=True)))


def forget_old() -> int:
    """Delete deliveries that are older than the log is kept and return how many."""
    before = clock.now() - timedelta(days=settings.MINFU_WEBHOOK_KEEP_DAYS)
    return Delivery.objects.filter(created_at__lt=before).delete()[0]
