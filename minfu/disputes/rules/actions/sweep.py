"""Reminders of days that come: the court's term, follow-up visits. Safe to run twice and by several workers."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor, system
from minfu.disputes import events, states
from minfu.disputes.models import Agreement, Mediation, Visit
from minfu.disputes.rules import terms
from minfu.disputes.rules.actions._base import Change
from minfu.disputes.texts import CONFIRM_SOON, PARTY_CONFIRM_SOON, VISIT_DUE
from minfu.kernel import calendar, clock
from minfu.notices.outbox import To

BATCH = 100


def sweep(*, actor: Actor | None = None) -> int:
    """Send the reminders that are due; return how many rows were looked at."""
    actor = actor or system()
    count = 0
    while done := _batch(actor):
        count += done
    return count


@transaction.atomic
def _batch(actor: Actor) -> int:
    now = clock.now()
    open_ = {"mediation__state__in": states.MEDIATION.open_codes}
    agreements = list(
        Agreement.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .filter(remind_at__lte=now)
        .order_by("remind_at")[:BATCH]
    )
    visits = list(
        Visit.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .filter(remind_at__lte=now, **open_)
        .order_by("remind_at")[:BATCH]
    )
    for row in agreements:
        _court(row, actor, now)
    for one in visits:
        one.remind_at = None
        one.save(update_fields=["remind_at"])
        change = _change(one.mediation_id, actor, now)
        change.tell(To(unit_id=change.row.unit_id), VISIT_DUE, number=change.row.number)
        change.fact(events.REMINDED, what=str(_("回访")))
        change.done()
    return len(agreements) + len(visits)


def _change(pk: int, actor: Actor, now: datetime) -> Change:
    row = Mediation.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    return Change(actor=actor, row=row, target=row.state, at=now)


def _court(row: Agreement, actor: Actor, now: datetime) -> None:
    """Remind of the court's term once; after its last day it has lapsed."""
    if row.confirmation != "possible" or row.confirm_until is None or row.confirm_last is None:
        row.remind_at = None
        row.save(update_fields=["remind_at"])
        return
    today, working = timezone.localdate(now), calendar.current()
    if today > row.confirm_last:
        row.confirmation, row.remind_at = states.CONFIRMATION.check(row.confirmation, "lapse"), None
        row.save(update_fields=["confirmation", "remind_at"])
        return
    # Looked at once more, after the last day on which it is accepted.
    row.remind_at = working.next_daytime(terms.end_of(row.confirm_last))
    row.save(update_fields=["remind_at"])
    change = _change(row.mediation_id, actor, now)
    if today <= row.confirm_until:
        until = calendar.day_text(row.confirm_until, today)
        change.tell(To(unit_id=change.row.unit_id), CONFIRM_SOON, number=change.row.number, until=until)
        change.tell_parties(PARTY_CONFIRM_SOON, until=until)
    change.fact(events.REMINDED, what=str(_("司法确认")))
    change.done()


def recount(*, actor: Actor | None = None) -> int:
    """Count the court's last days again after the working calendar changed, with a trace; return how many moved."""
    actor = actor or system()
    working, moved = calendar.current(), 0
    stale = Agreement.objects.filter(confirmation="possible", effective_on__isnull=False)
    for pk in stale.exclude(calendar_version=working.version).values_list("pk", flat=True):
        moved += _recounted(pk, actor)
    return moved


@transaction.atomic
def _recounted(pk: int, actor: Actor) -> bool:
    working = calendar.current()
    row = Agreement.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    if row.confirm_until is None or row.confirm_last is None:
        return False
    last = working.next_workday(row.confirm_until)
    before, row.calendar_version = row.confirm_last, working.version
    row.confirm_last = last
    row.save(update_fields=["calendar_version", "confirm_last"])
    if last == before:
        return False
    change = _change(row.mediation_id, actor, clock.now())
    change.fact(events.RECOUNTED, **{"from": before.isoformat(), "to": last.isoformat()})
    change.done()
    return True
