"""Bringing messages out: claimed and committed before a server is asked, marked after it answered.

A message is sent at most once by each channel: what a killed worker leaves in ``sending`` is never sent again, because
nobody knows whether it went out; somebody phones. See docs/decisions/deliveries-at-most-once.md.
"""

import logging
import time
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

from django.core.signing import BadSignature
from django.db import transaction
from django.db.models import F, Q, QuerySet

from minfu.kernel import calendar, clock, codes
from minfu.kernel.errors import Invalid
from minfu.notices import states, texts
from minfu.notices.kinds import KINDS, Address, Kind, order_for
from minfu.notices.models import Channel, Delivery, Health, Notice, Reach, Urgency, Why
from minfu.notices.rules import backoff, catching, planning, sealed, ways
from minfu.notices.rules.composing import Message, compose
from minfu.notices.rules.courier import Courier
from minfu.notices.sender import SENT, UNKNOWN, WRONG, Outcome
from minfu.registry import vault
from minfu.registry.keys import KeyRingError

log = logging.getLogger(__name__)

#: Seconds after which one job ends and lets others have their turn.
SHIFT_SECONDS = 8.0
#: Notices one message holds at most.
MOST_TOGETHER = 100
#: A message still being sent after so long was left behind by a worker that is gone.
LEFT_BEHIND = timedelta(minutes=2)
#: What says something about one reader and nothing about the channel; and of that, what will not change by trying again.
_OF_READER = frozenset({"recipient", "landline", "address"})
_HOPELESS = frozenset({"landline", "address"})


def channels_with_work() -> list[int]:
    """Return the channels that have something due and are not being left alone."""
    now = clock.now()
    waiting = Delivery.objects.filter(state=states.WAITING, due_at__lte=now)
    ids = set(_at_this_hour(waiting, now).values_list("channel_id", flat=True).distinct())
    return [one.pk for one in ways.active() if one.pk in ids and not is_closed(one, now)]


def is_closed(channel: Channel, now: datetime) -> bool:
    """Tell whether a channel is left alone because it failed again and again."""
    until = Health.objects.filter(channel=channel).values_list("closed_until", flat=True).first()
    return until is not None and until > now


def _at_this_hour(rows: QuerySet[Delivery], now: datetime) -> QuerySet[Delivery]:
    """Leave ordinary messages out at night, also those that were due before and could not be sent."""
    return rows if calendar.current().next_daytime(now) == now else rows.exclude(urgency=Urgency.NORMAL)


def deliver(channel_id: int, *, courier: Courier | None = None, seconds: float = SHIFT_SECONDS) -> int:
    """Send what is due by one channel, for some seconds; return how many messages were tried.

    Ends early when the channel fails so often that it is left alone. ``courier``: one that runs already, and goes on
    running. Never called inside a transaction.
    """
    until, tried = time.monotonic() + seconds, 0
    with nullcontext(courier) if courier else Courier() as program:
        while time.monotonic() < until:
            channel = ways.active().filter(pk=channel_id).first()
            if channel is None or is_closed(channel, clock.now()):
                break
            bundle = take(channel)
            if not bundle:
                break
            tried += 1
            mark(channel, bundle, send(channel, bundle, program))
    return tried


# --- claiming ---


def take(channel: Channel) -> list[Delivery]:
    """Claim the next message of a channel and commit that: its deliveries are being sent now. Nothing due: an empty list."""
    while True:
        with transaction.atomic():
            rows = _next(channel)
            if not rows:
                return []
            needed = [row for row in rows if row.notice.state == states.PENDING]
            dropped = [row.pk for row in rows if row.notice.state != states.PENDING]
            now = clock.now()
            Delivery.objects.filter(pk__in=dropped).update(state=states.DROPPED, done_at=now)
            for row in needed:
                row.state, row.taken_at, row.bundle = states.SENDING, now, needed[0].pk
                row.attempts += 1
            Delivery.objects.bulk_update(needed, ["state", "taken_at", "bundle", "attempts"])
        if needed:
            return needed


def _next(channel: Channel) -> list[Delivery]:
    """Return the most urgent delivery due, and the ordinary ones that wait for the same reader; all locked."""
    now = clock.now()
    waiting = (
        Delivery.objects.filter(channel=channel, state=states.WAITING)
        .select_related("notice", "notice__identity")
        .select_for_update(of=("self",), skip_locked=True)
    )
    due = _at_this_hour(waiting.filter(due_at__lte=now), now)
    head = due.order_by("-urgency", "due_at", "pk").first()
    if head is None or head.urgency != Urgency.NORMAL:
        return [head] if head else []
    together = waiting.filter(_same_reader(head), urgency=Urgency.NORMAL).exclude(pk=head.pk)
    return [head, *together.order_by("pk")[: MOST_TOGETHER - 1]]


def _same_reader(delivery: Delivery) -> Q:
    """Return what is for the same reader; each demand has an identity of its own, so a resident's number tells."""
    if delivery.notice.identity is None:
        return Q(recipient=delivery.recipient)
    return Q(notice__identity__phone_index=delivery.notice.identity.phone_index)


# --- sending ---


class Unfit(Exception):  # noqa: N818 - an answer, not an error
    """A message that cannot be put together; says why in a short code."""


#: What it means when putting a message together fails.
_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (Invalid, "settings"), (BadSignature, "key"), (KeyRingError, "key"), (vault.TamperedError, "key"),
)  # fmt: skip


def send(channel: Channel, bundle: Sequence[Delivery], courier: Courier) -> Outcome:
    """Hand one message over and say how it went. Only here, and only for this moment, the reader's address is known."""
    kind = KINDS[channel.kind]
    if kind.address == Address.NONE:
        return Outcome(SENT)  # kept in the house, when it is marked
    try:
        order, message = _put_together(channel, kind, bundle)
    except Exception as error:  # noqa: BLE001 - one message that cannot be put together must not stop the others
        return Outcome(WRONG, _reason(error, bundle[0]))
    return courier.send(order, message)


def _reason(error: Exception, delivery: Delivery) -> str:
    """Return the short code of what is wrong; what nobody foresaw is logged too, without texts and addresses."""
    if isinstance(error, Unfit):
        return str(error)
    known = next((code for kind, code in _REASONS if isinstance(error, kind)), "")
    if not known:
        log.error("delivery %s cannot be put together: %s", delivery.pk, type(error).__name__)
    return known or type(error).__name__[:30]


def _put_together(channel: Channel, kind: Kind, bundle: Sequence[Delivery]) -> tuple[dict[str, Any], Message]:
    address, language = _reader(kind.address, bundle[0])
    if kind.address != Address.GROUP and not address:
        raise Unfit("address")
    if kind.address == Address.PHONE and not codes.is_mobile(address):
        raise Unfit("landline")
    order = order_for(kind, {**channel.settings, **sealed.secrets_of(channel)}, address)
    sign = str(channel.settings.get("sign", ""))
    return order, compose(bundle, kind, sign=sign, language=language)


def _reader(wanted: Address, delivery: Delivery) -> tuple[str, str]:
    """Return where the reader is reached ("" when they are no longer) and their language ("" for the county's)."""
    if wanted == Address.GROUP:
        return "", ""
    about = delivery.notice
    if about.identity is not None:
        return vault.phone_for_sending(about.identity), texts.language_of(
            about.subject_type, about.subject_id
        )
    reach = Reach.objects.filter(user=delivery.user, channel=delivery.channel).first()
    return (sealed.address_of(reach), reach.language) if reach else ("", "")


# --- marking ---


@transaction.atomic
def mark(channel: Channel, bundle: Sequence[Delivery], outcome: Outcome) -> None:
    """Write down how a message went: sent, to be tried again, failed, or unknown; and what that says of the channel."""
    rows = list(
        Delivery.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=[row.pk for row in bundle], state=states.SENDING, taken_at=bundle[0].taken_at)
        .order_by("pk")
    )
    if outcome.outcome == SENT:
        _sent(rows)
        if KINDS[channel.kind].address == Address.NONE:
            catching.keep(channel, bundle)
    elif outcome.outcome == UNKNOWN:
        end(rows, states.UNKNOWN, _code(outcome), Why.UNKNOWN)
    else:
        _failed(rows, _code(outcome), hopeless=outcome.detail in _HOPELESS)
    _note_health(channel, outcome)


def _code(outcome: Outcome) -> str:
    return f"{outcome.outcome} {outcome.detail}".strip()[:40]


def _sent(rows: Sequence[Delivery]) -> None:
    now = clock.now()
    for row in rows:
        row.state, row.done_at, row.fault = states.SENT, now, ""
    Delivery.objects.bulk_update(rows, ["state", "done_at", "fault"])
    Notice.objects.filter(
        pk__in=[row.notice_id for row in rows], identity__isnull=False, state=states.PENDING
    ).update(state=states.SENT, done_at=now, secret=None, secret_until=None)


def _failed(rows: Sequence[Delivery], fault: str, *, hopeless: bool) -> None:
    """Put off what may be tried again; end what was tried often enough, or is hopeless."""
    now, ended = clock.now(), []
    for row in rows:
        pause = backoff.pause(row.urgency, row.attempts)
        if hopeless or pause is None or now + pause >= row.give_up_at:
            ended.append(row)
            continue
        row.state, row.due_at, row.fault, row.taken_at = states.WAITING, now + pause, fault, None
        row.save(update_fields=["state", "due_at", "fault", "taken_at"])
    end(ended, states.FAILED, fault, Why.FAILED)


def end(rows: Sequence[Delivery], state: str, fault: str, why: Why) -> None:
    """End deliveries that did not arrive for certain; a resident's notice takes the next way, or a desk phones."""
    now = clock.now()
    for row in rows:
        row.state, row.done_at, row.fault = state, now, fault or row.fault
    Delivery.objects.bulk_update(rows, ["state", "done_at", "fault"])
    waiting = Notice.objects.select_for_update(of=("self",), no_key=True).select_related("identity", "desk")
    waiting = waiting.filter(
        pk__in=[row.notice_id for row in rows], identity__isnull=False, state=states.PENDING
    )
    for notice in waiting.order_by("pk"):
        planning.try_next(notice, why=why)


def _note_health(channel: Channel, outcome: Outcome) -> None:
    """Write down how a channel fares; after failures in a row it is left alone for a while."""
    now = clock.now()
    if outcome.outcome == SENT:
        Health.objects.update_or_create(
            channel=channel, defaults={"failures": 0, "closed_until": None, "last_sent_at": now}
        )
        return
    fault = {"last_fault": _code(outcome), "last_fault_at": now}
    if outcome.detail in _OF_READER:
        Health.objects.update_or_create(channel=channel, defaults=fault)
        return
    health, _new = Health.objects.get_or_create(channel=channel)
    Health.objects.filter(pk=health.pk).update(failures=F("failures") + 1, **fault)
    health.refresh_from_db(fields=["failures"])
    rest = backoff.rest(health.failures)
    if rest is not None:
        Health.objects.filter(pk=health.pk).update(closed_until=now + rest)
        log.warning(
            "channel %s failed %d times in a row and is left alone for %s", channel.pk, health.failures, rest
        )


# --- what was left behind, and what waited too long ---


def recover() -> int:
    """End deliveries whose worker was killed while it sent them, as unknown; return how many."""
    gone = Delivery.objects.filter(state=states.SENDING, taken_at__lt=clock.now() - LEFT_BEHIND)
    return _end_some(gone, states.UNKNOWN, "unknown worker", Why.UNKNOWN)


def give_up() -> int:
    """End deliveries that waited too long, or whose channel was switched off; return how many.

    What was never tried because no worker ran is still tried, unless the reader waited for it that very moment.
    """
    now = clock.now()
    waiting = Delivery.objects.filter(state=states.WAITING)
    open_ids = [one.pk for one in ways.active()]
    closed_ids = [pk for pk in open_ids if is_closed(Channel(pk=pk), now)]
    off = ~Q(channel_id__in=open_ids)
    old = Q(give_up_at__lte=now) & (
        ~Q(urgency=Urgency.NORMAL) | Q(attempts__gt=0) | Q(channel_id__in=closed_ids)
    )
    return _end_some(waiting.filter(off), states.FAILED, "off", Why.FAILED) + _end_some(
        waiting.filter(old), states.FAILED, "", Why.FAILED
    )


@transaction.atomic
def _end_some(rows: QuerySet[Delivery], state: str, fault: str, why: Why) -> int:
    found = list(rows.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:500])
    end(found, state, fault, why)
    return len(found)
