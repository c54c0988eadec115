"""Which ways a notice takes to the outside: deliveries, written once when it is due."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from minfu.accounts.models import Delegation, Post
from minfu.kernel import calendar, clock, gate
from minfu.notices import rights, states
from minfu.notices.kinds import KINDS, Address
from minfu.notices.models import Channel, Delivery, Notice, Reach, Urgency, Why
from minfu.notices.rules import backoff, counted, secrets, ways
from minfu.registry import vault

BATCH = 200


@dataclass(frozen=True)
class Holder:
    """Somebody who acts in a unit now."""

    user_id: int
    unit_id: int
    role: str


@dataclass
class People:
    """Who can be reached outside, read once for a batch: who acts in which unit, and who wants what."""

    holders: list[Holder]
    reaches: dict[tuple[int, int], Reach] = field(default_factory=dict)

    def of(self, notice: Notice) -> list[Holder]:
        """Return who a notice to staff is for: whoever handles the unit's matters, or the one person (in each of their posts)."""
        if notice.user_id is not None:
            return [one for one in self.holders if one.user_id == notice.user_id]
        return [
            one
            for one in self.holders
            if one.unit_id == notice.unit_id and rights.READ_UNIT in gate.rights_of(one.role)
        ]


def plan(most: int = 20_000) -> int:
    """Decide the ways of every notice that is due; return how many. Safe by several at once: rows are claimed."""
    done = 0
    while done < most:
        count = _batch()
        done += count
        if count < BATCH:
            break
    return done


@transaction.atomic
def _batch() -> int:
    now = clock.now()
    rows = list(
        Notice.objects.filter(planned=False, not_before__lte=now)
        .select_related("identity")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("not_before", "pk")[:BATCH]
    )
    if not rows:
        return 0
    channels = list(ways.active())
    people = _people(rows, now)
    planned, phoned = [], []
    for notice in rows:
        notice.planned = True
        found = (
            _of_resident(notice, channels, now)
            if notice.identity_id
            else _of_staff(notice, channels, people, now)
        )
        planned += found
        if notice.identity_id and not found and notice.state == states.PENDING:
            give_to_desk(notice, Why.NO_WAY)
            phoned.append(notice)
    Delivery.objects.bulk_create(planned, ignore_conflicts=True)
    Notice.objects.filter(pk__in=[one.pk for one in rows]).update(planned=True)
    Notice.objects.bulk_update(phoned, _GIVEN)
    return len(rows)


def _people(rows: Iterable[Notice], now: datetime) -> People:
    """Return who acts in the units, or is the person, that these notices are for, and whom they let reach them."""
    units = {row.unit_id for row in rows if row.unit_id}
    users = {row.user_id for row in rows if row.user_id}
    if not units and not users:
        return People([])
    today = timezone.localdate(now)
    held = Post.objects.filter(Q(unit_id__in=units) | Q(user_id__in=users), period__contains=today)
    holders = {
        Holder(*row)
        for row in held.filter(user__is_active=True, unit__is_active=True).values_list(
            "user_id", "unit_id", "role"
        )
    }
    lent = Delegation.objects.filter(
        Q(post__unit_id__in=units) | Q(to_id__in=users),
        starts_at__lte=now,
        ends_at__gt=now,
        to__is_active=True,
    )
    holders |= {
        Holder(*row)
        for row in lent.filter(post__period__contains=today).values_list(
            "to_id", "post__unit_id", "post__role"
        )
    }
    reaches = Reach.objects.filter(user_id__in={one.user_id for one in holders})
    ordered = sorted(holders, key=lambda one: (one.user_id, one.unit_id, one.role))
    return People(ordered, {(row.user_id, row.channel_id): row for row in reaches})


# --- residents ---


def _has_number(notice: Notice) -> bool:
    return notice.identity is not None and vault.has_phone(notice.identity)


def _of_resident(notice: Notice, channels: list[Channel], now: datetime) -> list[Delivery]:
    """Return the delivery by the first channel that reaches residents; the next one's turn comes when it failed."""
    way = next_way(notice, channels, set())
    return [_delivery(notice, way, f"i{notice.identity_id}", now)] if way else []


def next_way(notice: Notice, channels: Iterable[Channel], tried: set[int]) -> Channel | None:
    """Return the first channel to residents not tried yet; None when there is none, or they left no number."""
    if not _has_number(notice):
        return None
    fitting = (
        one
        for one in channels
        if one.for_residents
        and one.pk not in tried
        and (not one.alarms_only or notice.urgency == Urgency.ALARM)
    )
    return next(fitting, None)


# --- staff ---


def _of_staff(notice: Notice, channels: list[Channel], people: People, now: datetime) -> list[Delivery]:
    """Return a delivery for each way by which someone is reached; for an alarm that reaches nobody, one for a desk to phone."""
    if notice.state != states.PENDING:
        return []
    found: dict[tuple[int, str], Delivery] = {}
    for channel in channels:
        if not channel.for_staff or (channel.alarms_only and notice.urgency != Urgency.ALARM):
            continue
        for delivery in _by(channel, notice, people, now):
            found.setdefault((channel.pk, delivery.recipient), delivery)
    if not found and notice.urgency == Urgency.ALARM:
        return _nobody(notice, people, now)
    return list(found.values())


def _by(channel: Channel, notice: Notice, people: People, now: datetime) -> list[Delivery]:
    """Return the deliveries of a staff notice by one channel."""
    address = KINDS[channel.kind].address
    if address == Address.NONE:
        reader = f"u{notice.user_id}" if notice.user_id else f"g{notice.unit_id}"
        return [_delivery(notice, channel, reader, now, unit_id=notice.unit_id, user_id=notice.user_id)]
    if address == Address.GROUP:
        if channel.unit_id is not None and channel.unit_id == notice.unit_id:
            return [_delivery(notice, channel, f"g{notice.unit_id}", now, unit_id=notice.unit_id)]
        return []
    return [
        _delivery(notice, channel, f"u{one.user_id}", now, unit_id=one.unit_id, user_id=one.user_id)
        for one in people.of(notice)
        if allowed(channel, one.role) and _wanted(people.reaches.get((one.user_id, channel.pk)), notice)
    ]


def allowed(channel: Channel, role: str) -> bool:
    """Tell whether a post lets one use a channel for one's own notices."""
    return channel.for_staff and (not channel.roles or role in channel.roles)


def _wanted(reach: Reach | None, notice: Notice) -> bool:
    """Tell whether somebody gave an address and wants this: alarms come to every address given."""
    return reach is not None and (reach.is_on or notice.urgency == Urgency.ALARM)


def _nobody(notice: Notice, people: People, now: datetime) -> list[Delivery]:
    """Return the alarm as a delivery that failed already: it stands on the desk's list until somebody phoned."""
    unit_id = notice.unit_id or next((one.unit_id for one in people.of(notice)), None)
    row = _delivery(notice, None, f"g{unit_id}", now, unit_id=unit_id, user_id=notice.user_id)
    row.state, row.fault, row.done_at = states.FAILED, Why.NO_WAY.value, now
    return [row]


# --- both ---


def _delivery(
    notice: Notice,
    channel: Channel | None,
    recipient: str,
    now: datetime,
    *,
    unit_id: int | None = None,
    user_id: int | None = None,
) -> Delivery:
    due = due_at(notice, channel, now)
    return Delivery(
        notice=notice,
        channel=channel,
        recipient=recipient,
        user_id=user_id,
        unit_id=unit_id,
        urgency=notice.urgency,
        created_at=now,
        due_at=due,
        give_up_at=backoff.give_up_at(notice.urgency, due),
    )


def due_at(notice: Notice, channel: Channel | None, now: datetime) -> datetime:
    """Return when a message is due: an ordinary one after the channel's window, in the daytime; others at once."""
    if notice.urgency != Urgency.NORMAL or channel is None:
        return now
    return calendar.current().next_daytime(now + timedelta(minutes=channel.digest_minutes))


def try_next(notice: Notice, *, why: Why) -> None:
    """Let a resident's notice take the next way after one failed; without one, a desk phones. Under the notice's lock."""
    now = clock.now()
    if why == Why.FAILED:
        tried = set(notice.deliveries.values_list("channel_id", flat=True))
        way = next_way(notice, ways.active(), tried)
        if way is not None:
            row = _delivery(notice, way, f"i{notice.identity_id}", now)
            row.due_at = now if notice.urgency != Urgency.NORMAL else calendar.current().next_daytime(now)
            row.save(force_insert=True)
            return
    give_to_desk(notice, why)
    notice.save(update_fields=_GIVEN)
    counted.failed(notice)


_GIVEN = ["state", "why", "secret", "secret_until"]


def give_to_desk(notice: Notice, why: Why) -> None:
    """Let a desk phone, with the secrets it reads out and no others. Does not save."""
    notice.state = states.NOTICE.check(notice.state, "give_to_desk")
    notice.why = why
    secrets.give_to_desk(notice)
