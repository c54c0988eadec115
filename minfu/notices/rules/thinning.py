"""Deliveries that came to their end long ago are deleted, and the deletion is recorded.

What still asks for somebody stays however old it is: what is on its way, and alarms that nobody has phoned about yet. The
notice itself stays with its matter; only by which channel and when it went out is forgotten.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet

from minfu.accounts.actor import system
from minfu.kernel import clock, dated, record
from minfu.notices import events, states
from minfu.notices.models import Delivery, Keeping, Urgency
from minfu.notices.rules.configure import SUBJECT

#: How long the log is kept where the county has set nothing (a default of ours), in months.
MONTHS = 12
#: A month counts so many days here: a day more or less harms nobody.
DAYS_A_MONTH = 31
BATCH = 5000


class Thinned(NamedTuple):
    """What one run did."""

    deleted: int
    before: datetime


def months() -> int:
    """Return how many months the log is kept today."""
    row = dated.on(Keeping, dated.today()).order_by("-valid_from").first()
    return row.months if row else MONTHS


def _over(before: datetime) -> QuerySet[Delivery]:
    ended = Q(state__in=[states.SENT, states.DROPPED, states.TOLD])
    given_up = Q(state__in=[states.FAILED, states.UNKNOWN]) & ~Q(urgency=Urgency.ALARM)
    # What was given up before it was taken has no end of its own.
    old = Q(done_at__lt=before) | Q(done_at__isnull=True, give_up_at__lt=before)
    return Delivery.objects.filter(ended | given_up, old)


def thin(*, most: int = BATCH) -> Thinned:
    """Delete up to ``most`` deliveries that ended before the log's time, and record how many; safe to run twice at once."""
    kept = months()
    before = clock.now() - timedelta(days=kept * DAYS_A_MONTH)
    with transaction.atomic():
        found = _over(before).select_for_update(of=("self",), skip_locked=True).order_by("pk")
        ids = list(found.values_list("pk", flat=True)[:most])
        deleted = Delivery.objects.filter(pk__in=ids).delete()[0]
        if deleted:
            said = {"deleted": deleted, "before": before.isoformat(), "months": kept}
            record.append(SUBJECT, [record.Fact(events.DELIVERIES_DELETED, said)], system().stamp)
    return Thinned(deleted, before)
