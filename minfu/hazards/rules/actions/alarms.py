"""The alarm path: told at once at any hour, round after round, until a person acknowledges."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor, system
from minfu.hazards import events, states
from minfu.hazards.models import Alarm, Call, Hazard
from minfu.hazards.rules import access, calls
from minfu.hazards.rules.actions._base import Change, on, take
from minfu.hazards.texts import ACKNOWLEDGED, ALARM, ALARM_AGAIN
from minfu.kernel import clock
from minfu.kernel.errors import Forbidden, Refused
from minfu.kernel.record import Stamp
from minfu.language.asked import text
from minfu.notices.outbox import To
from minfu.places import index

BATCH = 50


@transaction.atomic
def raise_alarm(*, actor: Actor, pk: int, reason: str, version: int | None = None) -> Alarm:
    """Raise the alarm: danger is immediate. Whoever is on the list is told in this very transaction."""
    change = take(actor, pk, "raise_alarm", version=version)
    why = text(reason, "reason", _("请写明什么险情、有没有人受威胁。"), longest=1000)
    if change.row.alarms.filter(state__in=states.ALARM.open_codes).exists():
        raise Refused(_("警报已经拉响，不用再拉。"), code="alarm_open")
    alarm = sound(change, actor, why)
    change.done()
    if alarm is None:
        raise AssertionError("an alarm was not open a moment ago")
    return alarm


def sound(change: Change, actor: Actor | None, why: str) -> Alarm | None:
    """Raise the alarm within another step, unless one is open already."""
    row = change.row
    if row.alarms.filter(state__in=states.ALARM.open_codes).exists():
        return None
    alarm = Alarm.objects.create(
        hazard=row,
        reason=why,
        raised_at=change.at,
        raised_by_label=change.stamp.label,
        raised_by_user_id=actor.user_id if actor is not None else None,
    )
    change.fact(events.ALARM_RAISED, why, alarm=alarm.pk)
    _next_round(change, alarm)
    return alarm


def _next_round(change: Change, alarm: Alarm) -> None:
    """Tell the next round, and say when the one after it is told if nobody acknowledges."""
    row = change.row
    told = calls.after(calls.rounds(row, change.today), alarm.stage)
    again = alarm.stage > 0
    known = set(alarm.calls.values_list("unit_id", "user_id"))
    alarm.stage = max(told.stage, alarm.stage)
    alarm.next_at = change.at + told.wait
    alarm.save(update_fields=["stage", "next_at"])
    fresh = [one for one in told.readers if (one.unit_id, one.user_id) not in known]
    Call.objects.bulk_create(
        Call(alarm=alarm, unit_id=one.unit_id, user_id=one.user_id, stage=alarm.stage, at=change.at)
        for one in fresh
    )
    for reader in told.readers:
        _tell(change, alarm, reader, again=again)
    change.fact(events.ALARM_TOLD, whom=_names(told.readers), stage=alarm.stage)


def _tell(change: Change, alarm: Alarm, reader: To, *, again: bool) -> None:
    row = change.row
    context: dict[str, Any] = {"number": row.number, "what": change.label, "where": where(row)}
    if again:
        change.tell(reader, ALARM_AGAIN, **context, stage=alarm.stage)
    else:
        change.tell(reader, ALARM, **context)


def where(row: Hazard) -> str:
    """Return the place in words, from the township down."""
    return index.current().label(row.division_id)


def _names(readers: tuple[To, ...]) -> str:
    """Return whom a round told, for the history: units by name, persons by their number only."""
    from minfu.accounts.models import Unit, User

    units = Unit.objects.filter(pk__in=[one.unit_id for one in readers if one.unit_id]).order_by("pk")
    people = User.objects.filter(pk__in=[one.user_id for one in readers if one.user_id]).order_by("pk")
    return "、".join([*(unit.name for unit in units), *(one.name for one in people)])


@transaction.atomic
def acknowledge(*, actor: Actor, pk: int, alarm_id: int, doing: str, version: int | None = None) -> Alarm:
    """Acknowledge, as a person who did not raise it, and say what is being done. Everybody told so far learns of it."""
    change = on(actor, pk, version)
    alarm = access.get_alarm_for(change.row, alarm_id)
    access.permit(actor, change.row, states.ALARM.step("acknowledge"))
    said = text(doing, "doing", _("请写明您怎么处理，例如“我正赶过去，已让两户先撤出来”。"), longest=1000)
    states.ALARM.check(alarm.state, "acknowledge")
    if alarm.raised_by_user_id is not None and alarm.raised_by_user_id == actor.user_id:
        raise Forbidden(_("拉响警报的人不能自己确认，要等别的人确认。"), code="second_person")
    answered(change, alarm, said)
    change.done()
    return alarm


def answered(change: Change, alarm: Alarm, said: str) -> None:
    """Let a person's answer stop the rounds."""
    stamp = change.stamp
    alarm.state = states.ALARM.check(alarm.state, "acknowledge")
    alarm.next_at, alarm.acknowledged_at = None, change.at
    alarm.acknowledged_by_id, alarm.acknowledged_by_user_id = stamp.post_id, stamp.user_id
    alarm.acknowledged_by_label, alarm.doing = stamp.label, said
    alarm.save()
    change.fact(events.ALARM_ACKNOWLEDGED, said, alarm=alarm.pk)
    for call in alarm.calls.order_by("pk"):
        reader = To(unit_id=call.unit_id, user_id=call.user_id)
        change.tell(reader, ACKNOWLEDGED, number=change.row.number, who=stamp.label)


@transaction.atomic
def end_alarm(*, actor: Actor, pk: int, alarm_id: int, ending: str, version: int | None = None) -> Alarm:
    """Say that the danger is under control; the hazard itself is rectified in its own time."""
    change = on(actor, pk, version)
    alarm = access.get_alarm_for(change.row, alarm_id)
    access.permit(actor, change.row, states.ALARM.step("end"))
    said = text(ending, "ending", _("请写明险情怎样解除的。"), longest=1000)
    alarm.state = states.ALARM.check(alarm.state, "end")
    alarm.over_at, alarm.ending = change.at, said
    alarm.save(update_fields=["state", "over_at", "ending"])
    change.fact(events.ALARM_OVER, said, alarm=alarm.pk)
    change.done()
    return alarm


def lapse(change: Change) -> None:
    """End what still sounds: the hazard is no more."""
    for alarm in change.row.alarms.filter(state__in=states.ALARM.open_codes):
        alarm.state = states.ALARM.check(alarm.state, "lapse")
        alarm.over_at, alarm.next_at = change.at, None
        alarm.save(update_fields=["state", "over_at", "next_at"])
        change.fact(events.ALARM_OVER, "", alarm=alarm.pk)


def sweep_alarms() -> int:
    """Tell the next round of every alarm nobody has acknowledged in time; return how many. At any hour, every minute."""
    count = 0
    for hazard_id in _due(clock.now()):
        count += _sweep_one(hazard_id)
    return count


def _due(now: datetime) -> list[int]:
    rows = Alarm.objects.filter(next_at__lte=now).order_by("next_at")
    return list(rows.values_list("hazard_id", flat=True)[:BATCH])


@transaction.atomic
def _sweep_one(hazard_id: int) -> int:
    """Tell one alarm's next round; 0 when another worker, or a person, was faster."""
    rows = Hazard.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    row = rows.filter(pk=hazard_id).first()
    if row is None:
        return 0
    alarm = row.alarms.filter(next_at__lte=clock.now()).first()
    if alarm is None:
        return 0
    stamp: Stamp = system().stamp
    change = Change(stamp=stamp, row=row, target=row.state, at=clock.now())
    _next_round(change, alarm)
    change.done()
    return 1
