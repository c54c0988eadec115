"""The deadline sweep: reminders before, escalation after, never at night; pauses that ran out; counts folded.

Safe by several workers at once: rows are claimed with SKIP LOCKED. A batch that fails is tried row by row, so that one
bad row never stops everyone's escalation.
"""

import logging
from datetime import datetime, timedelta

from django.db import DatabaseError, connection, transaction

from minfu.accounts.actor import Actor, system
from minfu.cases import events
from minfu.cases.models import Case, Deadline
from minfu.cases.rules import catalog as catalogs
from minfu.cases.rules import counted, deadlines, messages
from minfu.cases.rules.actions import approvals
from minfu.cases.rules.catalog import Catalog
from minfu.kernel import calendar, clock, record
from minfu.kernel.calendar import Calendar
from minfu.kernel.errors import Refused
from minfu.kernel.record import Fact

log = logging.getLogger(__name__)

BATCH = 500
_ORDER = {"": 0, "village": 1, "township": 2, "county": 3}


def sweep(*, actor: Actor | None = None, most: int = 100_000) -> int:
    """Sound every alarm that is due now; return how many were sounded."""
    actor = actor or system()
    done = 0
    while done < most:
        try:
            count = _batch(actor)
        except DatabaseError:
            log.exception("a batch of alarms failed; trying them one by one")
            count = _one_by_one(actor)
        if count == 0:
            break
        done += count
    return done


def _claim(now: datetime, only: int | None) -> list[Deadline]:
    """Return due clocks whose rows and whose demands' rows are now locked by us; clocks of one demand share its row."""
    due = Deadline.objects.filter(state="running", alarm_at__lte=now)
    if only is not None:
        due = due.filter(pk=only)
    rows = list(
        due.select_related("case")
        .select_for_update(of=("self", "case"), skip_locked=True, no_key=True)
        .order_by("alarm_at")[:BATCH]
    )
    return _sharing(sorted(rows, key=lambda row: (row.case_id, row.pk)))


def _sharing(rows: list[Deadline]) -> list[Deadline]:
    """Let clocks of one demand hold the same object, so that what one writes on it the next one sees."""
    cases: dict[int, Case] = {}
    for row in rows:
        row.case = cases.setdefault(row.case_id, row.case)
    return rows


@transaction.atomic
def _batch(actor: Actor, only: int | None = None) -> int:
    now = clock.now()
    rows = _claim(now, only)
    if not rows:
        return 0
    catalog, working = catalogs.current(), calendar.current()
    facts: dict[int, list[Fact]] = {}
    notices, cases = [], {}
    for row in rows:
        fact, told, escalated = _sound(row, now, catalog, working)
        facts.setdefault(row.case_id, []).append(fact)
        limit = str(row.get_clock_display())
        notices += [messages.to_unit(unit_id, fact.name, row.case, at=now, limit=limit) for unit_id in told]
        if escalated:
            cases[row.case_id] = row.case
    Deadline.objects.bulk_update(rows, ["stage", "alarm_at"])
    if cases:
        Case.objects.bulk_update(cases.values(), ["escalated_to"])
    record.append_many({(events.SUBJECT, pk): list_ for pk, list_ in facts.items()}, actor.stamp)
    messages.send(notices)
    return len(rows)


def _sound(row: Deadline, now: datetime, catalog: Catalog, working: Calendar) -> tuple[Fact, set[int], bool]:
    """Move one clock to its next stage; return what to record, whom to tell, and whether it was escalated."""
    if now < row.due_at and row.stage == 0:
        row.stage = deadlines.REMINDED
        row.alarm_at = deadlines.next_alarm(row, working)
        return Fact(events.REMINDED, {"clock": row.clock, "unit": row.unit_id}), {row.unit_id}, False
    row.stage = deadlines.OVERDUE if row.stage < deadlines.OVERDUE else deadlines.COUNTY_KNOWS
    row.alarm_at = deadlines.next_alarm(row, working)
    desk = deadlines.escalation_desk(row, row.stage, catalog)
    case, told, escalated = row.case, {row.unit_id}, False
    if desk is not None:
        told.add(desk.id)
        if _ORDER[desk.level] > _ORDER[case.escalated_to]:
            case.escalated_to, escalated = desk.level, True
    data = {"clock": row.clock, "unit": row.unit_id, "to": desk.id if desk else None, "stage": row.stage}
    data |= counted.overdue(row)
    return Fact(events.ESCALATED, data), told, escalated


def _one_by_one(actor: Actor) -> int:
    """Sound alarms singly; a row that fails is put off by a day and named in the log."""
    count = 0
    for pk in list(
        Deadline.objects.filter(state="running", alarm_at__lte=clock.now()).values_list("pk", flat=True)[
            :BATCH
        ]
    ):
        try:
            count += _batch(actor, pk)
        except DatabaseError:
            log.exception("the alarm of clock %s failed; put off by a day", pk)
            with transaction.atomic():
                row = Deadline.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
                if row is not None and row.alarm_at is not None:
                    row.alarm_at += timedelta(days=1)
                    row.save(update_fields=["alarm_at"])
    return count


def resume_ended(*, actor: Actor | None = None) -> int:
    """Resume demands whose pause or deferral has run out; return how many."""
    actor = actor or system()
    count = 0
    for case_id in approvals.ended_by(clock.now()):
        try:
            approvals.resume(actor=actor, case_id=case_id)
            count += 1
        except Refused:
            continue  # somebody resumed it a moment ago
    return count


def fold_tallies() -> int:
    """Add the deltas to the counts and forget them; return how many were folded. One folder at a time is enough."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            WITH gone AS (
                DELETE FROM cases_tally_delta
                WHERE id IN (SELECT id FROM cases_tally_delta ORDER BY id LIMIT 50000 FOR UPDATE SKIP LOCKED)
                RETURNING holder_id, township_code, village_code, state, restricted, count
            ), summed AS (
                SELECT holder_id, township_code, village_code, state, restricted, sum(count) AS count, count(*) AS rows
                FROM gone GROUP BY 1, 2, 3, 4, 5
            ), folded AS (
                INSERT INTO cases_tally AS t (holder_id, township_code, village_code, state, restricted, count)
                SELECT holder_id, township_code, village_code, state, restricted, count FROM summed
                ON CONFLICT (holder_id, township_code, village_code, state, restricted)
                DO UPDATE SET count = t.count + excluded.count
            )
            SELECT coalesce(sum(rows), 0) FROM summed
            """
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def recount(*, actor: Actor | None = None, batch: int = BATCH) -> int:
    """Count open deadlines again after the working calendar changed, with a trace; return how many moved."""
    actor = actor or system()
    working = calendar.current()
    moved, last = 0, 0
    while True:
        with transaction.atomic():
            stale = Deadline.objects.filter(state="running", pk__gt=last).exclude(
                calendar_version=working.version
            )
            found = dict(stale.order_by("pk").values_list("pk", "case_id")[:batch])
            if not found:
                return moved
            last = max(found)
            moved += _recount_batch(_locked(found), actor, working)


def _locked(found: dict[int, int]) -> list[Deadline]:
    """Return clocks that still run, locked as every verb does it: demands first, in the order of their ids."""
    demands = Case.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=set(found.values()))
    cases = {case.pk: case for case in demands.order_by("pk")}
    rows = list(Deadline.objects.filter(pk__in=found, state="running").order_by("pk"))
    for row in rows:
        row.case = cases[row.case_id]
    return rows


def _recount_batch(rows: list[Deadline], actor: Actor, working: Calendar) -> int:
    facts: dict[tuple[str, int], list[Fact]] = {}
    cases = {}
    for row in rows:
        old = row.due_at
        if not deadlines.recount(row, working):
            continue
        data = {
            "clock": row.clock,
            "from": old.isoformat(),
            "to": row.due_at.isoformat(),
            "calendar": working.version,
        }
        facts.setdefault((events.SUBJECT, row.case_id), []).append(Fact(events.RECOUNTED, data))
        if row.clock == deadlines.Clock.RESOLVE:
            row.case.due_at = row.due_at
            cases[row.case_id] = row.case
    Deadline.objects.bulk_update(rows, ["due_at", "alarm_at", "calendar_version"])
    if cases:
        Case.objects.bulk_update(cases.values(), ["due_at"])
    record.append_many(facts, actor.stamp)
    return sum(len(list_) for list_ in facts.values())
