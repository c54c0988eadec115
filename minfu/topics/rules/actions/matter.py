"""The month's matter (每月一题): one kind of thing, one unit, one date; reported by that unit, verified by another."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.accounts.models import Unit
from minfu.kernel import calendar
from minfu.kernel.errors import Invalid
from minfu.kernel.tongue import of_county
from minfu.language.asked import text
from minfu.topics import events
from minfu.topics.models import Topic
from minfu.topics.rules.actions._base import Change, take
from minfu.topics.texts import REPORTED, SENT_BACK, TAKEN_UP

#: How far ahead the date may lie.
FARTHEST = timedelta(days=366)
#: Kinds of units that can have a matter: those that handle demands.
KINDS = (Unit.Kind.DESK, Unit.Kind.DEPARTMENT)


def owners(row: Topic) -> "list[Unit]":
    """Return the units that may have the topic as the month's matter: of the county, and of the places it lies in."""
    units = Unit.objects.filter(is_active=True, kind__in=KINDS).exclude(kind=Unit.Kind.VILLAGE)
    county = units.filter(level="county").order_by("kind", "name")
    here = units.filter(division_id__in=row.townships).order_by("name")
    return [*here, *county]


@transaction.atomic
def take_up(
    *, actor: Actor, pk: int, owner_id: int, due_on: date, task: str, version: int | None = None
) -> Topic:
    """Take a topic up as the month's matter: whose it is, what is to be done, by when. The unit is told."""
    change = take(actor, pk, "take_up", version=version)
    row = change.row
    wrong: dict[str, list[str]] = {}
    owner = next((one for one in owners(row) if one.pk == owner_id), None)
    if owner is None:
        wrong["owner_id"] = [_("请选择责任单位。")]
    if not change.today < due_on <= change.today + FARTHEST:
        wrong["due_on"] = [_("完成日期应在今天以后、%(days)s 天以内。") % {"days": FARTHEST.days}]
    if owner is None or wrong:
        raise Invalid(wrong)
    row.task = text(task, "task", _("请写明要解决什么。"))
    row.owner, row.due_on, row.taken_at = owner, due_on, change.at
    row.result, row.solved_at = "", None
    change.fact(
        events.TAKEN_UP, row.task, unit=owner.pk, unit_name=owner.name, due=_due(change), people=row.people
    )
    change.tell(owner.pk, TAKEN_UP, topic=row.title, due=_due(change))
    return change.done("owner", "due_on", "task", "taken_at", "result", "solved_at")


def _due(change: Change) -> str:
    with of_county():
        return calendar.day_text(change.row.due_on, change.today) if change.row.due_on else ""


@transaction.atomic
def report(*, actor: Actor, pk: int, result: str, version: int | None = None) -> Topic:
    """Say, as the unit that has it, how the matter was solved. Another unit verifies."""
    change = take(actor, pk, "report", version=version)
    change.row.result = text(result, "result", _("请写明怎样解决的。"))
    change.fact(events.REPORTED, change.row.result)
    for unit in Unit.objects.filter(kind=Unit.Kind.DESK, level="county", is_active=True):
        change.tell(unit.pk, REPORTED, topic=change.row.title)
    return change.done("result")


@transaction.atomic
def verify(*, actor: Actor, pk: int, finding: str, version: int | None = None) -> Topic:
    """Find, as somebody not of the unit that had it, that the matter is solved."""
    change = take(actor, pk, "verify", version=version)
    change.row.solved_at = change.at
    change.fact(events.VERIFIED, text(finding, "finding", _("请写明怎样核实的、看到什么。")))
    return change.done("solved_at")


@transaction.atomic
def send_back(*, actor: Actor, pk: int, finding: str, version: int | None = None) -> Topic:
    """Find that it is not solved: the unit goes on, and is told."""
    change = take(actor, pk, "send_back", version=version)
    change.fact(events.SENT_BACK, text(finding, "finding", _("请写明还差在哪里。")))
    change.tell(change.row.owner_id, SENT_BACK, topic=change.row.title)
    return change.done()


@transaction.atomic
def put_down(*, actor: Actor, pk: int, reason: str, version: int | None = None) -> Topic:
    """Say, with a reason, that it is not the month's matter any more."""
    change = take(actor, pk, "put_down", version=version)
    change.row.owner, change.row.due_on, change.row.taken_at = None, None, None
    change.fact(events.PUT_DOWN, text(reason, "reason", _("请写明原因。"), longest=1000))
    return change.done("owner", "due_on", "taken_at")
