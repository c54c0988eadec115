"""Grading, measures, photos, rectifying, and the check by another."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.hazards import events, states
from minfu.hazards.models import Evidence, Grade, Hazard, Inspection, Rectification
from minfu.hazards.rules import access, dates
from minfu.hazards.rules.actions import alarms
from minfu.hazards.rules.actions._base import Change, attach, take
from minfu.hazards.texts import DATE_SET, NOT_GONE
from minfu.kernel import validity
from minfu.kernel.errors import Forbidden, Invalid
from minfu.language.asked import text
from minfu.notices.outbox import To

When = Evidence.When
#: How far ahead the desk may put the date.
FARTHEST = timedelta(days=366)


@transaction.atomic
def grade(*, actor: Actor, pk: int, code: str, reason: str = "", version: int | None = None) -> Hazard:
    """Say how grave it is; the date to rectify it follows. Only the desk above lowers a grade, with a reason.

    A grade of immediate danger raises the alarm.
    """
    change = take(actor, pk, "grade", version=version)
    row = change.row
    chosen = next((one for one in dates.grades(change.today) if one.code == code), None)
    if chosen is None:
        raise Invalid({"code": [_("请选择等级。")]})
    lower = row.grade is not None and chosen.weight < row.grade.weight
    if lower and not access.may_take(actor, row, states.HAZARD.step("set_date")):
        raise Forbidden(_("降低等级须由上级平台来定，整改单位不能自己降。"), code="lowered_by_the_desk")
    why = text(reason, "reason", _("降低等级请写明原因。") if lower else "", longest=1000)
    row.grade, row.counted_from = chosen, change.at
    row.due_at = dates.due(chosen, change.at, change.calendar)
    row.calendar_version = change.calendar.version
    _watch(change)
    change.fact(events.GRADED, why, grade=chosen.name, code=chosen.code, due=row.due_at.isoformat())
    if chosen.alarm:
        alarms.sound(change, actor, why or chosen.meaning)
    return change.done("grade", "counted_from", "due_at", "calendar_version")


def _watch(change: Change) -> None:
    """Let the sweep look at the date from now on."""
    row = change.row
    if row.counted_from is None or row.due_at is None:
        raise AssertionError("a date has its beginning and its end")
    row.stage = dates.QUIET
    row.look_at = dates.next_look(row.counted_from, row.due_at, row.stage, change.calendar)


@transaction.atomic
def set_date(*, actor: Actor, pk: int, due_on: date, reason: str, version: int | None = None) -> Hazard:
    """Move the date by which it must be rectified; the desk above does, with a reason."""
    change = take(actor, pk, "set_date", version=version)
    row = change.row
    why = text(reason, "reason", _("请写明为什么改期限。"), longest=1000)
    if not change.today <= due_on <= change.today + FARTHEST:
        raise Invalid({"due_on": [_("日期应在今天以后、%(days)s 天以内。") % {"days": FARTHEST.days}]})
    row.due_at, row.calendar_version = dates.end_of_day(due_on, change.calendar), 0
    _watch(change)
    change.fact(events.DATE_SET, why, due=change.due_text())
    change.tell(
        To(unit_id=row.unit_id), DATE_SET, number=row.number, what=change.label, due=change.due_text()
    )
    return change.done("due_at", "calendar_version")


@transaction.atomic
def measure(
    *, actor: Actor, pk: int, what: str, files: Sequence[UUID] = (), version: int | None = None
) -> Hazard:
    """Write down what was done until it is rectified: cordoned off, closed, people moved."""
    change = take(actor, pk, "measure", version=version)
    change.fact(events.MEASURED, text(what, "what", _("请写明采取了什么措施。")))
    attach(change, actor, files, _when(change.row))
    return change.done()


@transaction.atomic
def add_evidence(
    *, actor: Actor, pk: int, files: Sequence[UUID], when: str = "", version: int | None = None
) -> Hazard:
    """Add photos: of before or after, as the state suggests unless told. They are never required."""
    change = take(actor, pk, "add_evidence", version=version)
    if when and when not in When.values:
        raise Invalid({"when": [_("请选择是整改前还是整改后。")]})
    if not files:
        raise Invalid({"files": [_("请选择照片。")]})
    attach(change, actor, files, when or _when(change.row))
    return change.done()


def _when(row: Hazard) -> str:
    return When.AFTER if row.state == states.INSPECTING else When.BEFORE


@transaction.atomic
def report(
    *, actor: Actor, pk: int, what: str, files: Sequence[UUID] = (), version: int | None = None
) -> Hazard:
    """Report that it is rectified. Somebody of another unit checks."""
    change = take(actor, pk, "report", version=version)
    attach(change, actor, files, When.AFTER)
    rectified(change, text(what, "what", _("请写明怎么整改的。")))
    return change.done()


def rectified(change: Change, said: str) -> None:
    """Keep what the unit says it did."""
    Rectification.objects.create(
        hazard=change.row,
        unit_id=change.row.unit_id,
        post_id=change.stamp.post_id,
        text=said,
        at=change.at,
    )
    change.fact(events.REPORTED, said, unit=change.row.unit_id)


@transaction.atomic
def inspect(
    *,
    actor: Actor,
    pk: int,
    gone: bool,
    finding: str,
    files: Sequence[UUID] = (),
    again_on: date | None = None,
    version: int | None = None,
) -> Hazard:
    """Check, as somebody not of the unit that rectified it: gone, or still there and due again by a new date."""
    target = states.GONE if gone else states.RECTIFYING
    change = take(actor, pk, "inspect", version=version, target=target)
    said = text(finding, "finding", _("请写明怎样复查的、看到什么。"))
    if again_on is not None and not change.today <= again_on <= change.today + FARTHEST:
        raise Invalid({"again_on": [_("日期应在今天以后、%(days)s 天以内。") % {"days": FARTHEST.days}]})
    attach(change, actor, files, When.CHECK)
    inspected(change, said, again_on)
    return change.done("rounds", "grade", "counted_from", "due_at", "calendar_version")


def inspected(change: Change, said: str, again_on: date | None = None) -> None:
    """Keep what the check found. Still there: another round begins, with a date of its own."""
    row, gone = change.row, change.target == states.GONE
    check = Inspection(
        hazard=row,
        rectifier_id=row.unit_id,
        unit_id=change.stamp.unit_id,
        post_id=change.stamp.post_id,
        gone=gone,
        finding=said,
        at=change.at,
    )
    validity.save(check)
    if gone:
        alarms.lapse(change)
        change.fact(events.GONE, said, unit=row.unit_id)
        return
    row.rounds += 1
    row.grade = row.grade or _lightest(change)
    row.counted_from, row.calendar_version = change.at, change.calendar.version
    if again_on is not None:
        row.due_at, row.calendar_version = dates.end_of_day(again_on, change.calendar), 0
    else:
        row.due_at = dates.due_again(row.grade, change.at, change.calendar)
    _watch(change)
    change.fact(events.NOT_GONE, said, unit=row.unit_id, round=row.rounds)
    change.tell(
        To(unit_id=row.unit_id), NOT_GONE, number=row.number, what=change.label, due=change.due_text()
    )


def _lightest(change: Change) -> Grade:
    """Return the lightest grade: what nobody graded and is still there is at least that."""
    found = dates.grades(change.today)
    if not found:
        raise Invalid({"": [_("还没有设定隐患等级。请管理员在“隐患配置”里设定。")]})
    return found[-1]


@transaction.atomic
def dismiss(*, actor: Actor, pk: int, reason: str, version: int | None = None) -> Hazard:
    """Find, as the desk above, that it is no hazard."""
    change = take(actor, pk, "dismiss", version=version)
    why = text(reason, "reason", _("请写明为什么不构成隐患。"))
    alarms.lapse(change)
    change.fact(events.DISMISSED, why, unit=change.row.unit_id)
    return change.done()
