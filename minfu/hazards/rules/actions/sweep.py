"""Dates that are over, and dates counted again. Safe to run twice and by several workers."""

from django.db import transaction
from django.db.models import Q

from minfu.accounts.actor import system
from minfu.accounts.models import Level, Unit
from minfu.hazards import events, states
from minfu.hazards.models import Hazard
from minfu.hazards.rules import dates
from minfu.hazards.rules.actions._base import Change
from minfu.hazards.texts import OVERDUE
from minfu.kernel import calendar, clock
from minfu.notices.outbox import To

BATCH = 100


def sweep_dates() -> int:
    """Tell of hazards whose date is over: the unit and its desk, and after as much time again the county; return how many."""
    count = 0
    while done := _batch():
        count += done
    return count


@transaction.atomic
def _batch() -> int:
    now = clock.now()
    rows = Hazard.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
    found = list(rows.filter(look_at__lte=now).order_by("look_at")[:BATCH])
    for row in found:
        _overdue(row)
    return len(found)


def _overdue(row: Hazard) -> None:
    change = Change(stamp=system().stamp, row=row, target=row.state, at=clock.now())
    if row.counted_from is None or row.due_at is None or row.state != states.RECTIFYING:
        row.look_at = None
        row.save(update_fields=["look_at"])
        return
    row.stage += 1
    units = {row.unit_id, row.desk_id}
    if row.stage >= dates.COUNTY:
        county = Unit.objects.filter(kind=Unit.Kind.DESK, level=Level.COUNTY, is_active=True)
        units = set(county.values_list("pk", flat=True)) | {row.desk_id}
    for unit_id in sorted(units):
        change.tell(
            To(unit_id=unit_id),
            OVERDUE,
            reminder=True,
            number=row.number,
            what=change.label,
            due=change.due_text(),
        )
    names = Unit.objects.filter(pk__in=units).order_by("pk").values_list("name", flat=True)
    change.fact(events.OVERDUE, whom="、".join(names), stage=row.stage)
    row.look_at = dates.next_look(row.counted_from, row.due_at, row.stage, change.calendar)
    change.done()


def recount() -> int:
    """Count the open dates again after the working calendar changed, with a trace; return how many moved.

    Days set by hand stay; limits in hours need no calendar.
    """
    working, moved = calendar.current(), 0
    counted = Q(state=states.RECTIFYING, grade__isnull=False) & ~Q(calendar_version__in=[0, working.version])
    for pk in Hazard.objects.filter(counted).values_list("pk", flat=True):
        moved += _recounted(pk)
    return moved


@transaction.atomic
def _recounted(pk: int) -> bool:
    row = Hazard.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    working = calendar.current()
    if row.grade is None or row.counted_from is None or row.due_at is None or row.state != states.RECTIFYING:
        return False
    count = dates.due_again if row.rounds else dates.due
    before, row.due_at = row.due_at, count(row.grade, row.counted_from, working)
    row.calendar_version = working.version
    change = Change(stamp=system().stamp, row=row, target=row.state, at=clock.now())
    if row.due_at == before:
        row.save(update_fields=["calendar_version"])
        return False
    row.look_at = dates.next_look(row.counted_from, row.due_at, row.stage, working)
    moved = {"from": before.isoformat(), "to": row.due_at.isoformat()}
    change.fact(events.RECOUNTED, **moved)
    change.done("due_at", "calendar_version")
    return True
