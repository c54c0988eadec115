"""The room's configuration: grades, and the list of who is told of an alarm; dated and with their source."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.hazards import events, rights
from minfu.hazards.models import AlarmStep, Grade
from minfu.hazards.rules.access import COUNTY
from minfu.kernel import dated, gate, record, validity
from minfu.kernel.errors import Forbidden, Invalid, Missing
from minfu.kernel.record import Fact


def permit(actor: Actor) -> None:
    """Raise ``Forbidden`` unless the actor may configure, from a post at the county."""
    gate.check(actor, rights.CONFIGURE)
    if len(actor.area) > COUNTY:
        raise Forbidden(_("隐患配置全县统一，只有县级岗位可以维护。"))


@transaction.atomic
def set_grade(*, actor: Actor, row: Grade) -> Grade:
    """Start a new version of a grade, or a new one. Hazards graded before keep theirs."""
    permit(actor)
    dated.renew(row, ("code",))
    _record(actor, events.GRADE_SET, row.name, row.valid_from, row.source)
    return row


@transaction.atomic
def add_call(*, actor: Actor, row: AlarmStep) -> AlarmStep:
    """Add a line to the list of who is told."""
    permit(actor)
    if row.valid_from < dated.today():
        raise Invalid({"valid_from": [_("生效日期不能早于今天：以前按当时的规定办。")]})
    validity.save(row)
    _record(actor, events.CALL_SET, str(row), row.valid_from, row.source)
    return row


@transaction.atomic
def end_call(*, actor: Actor, pk: int, on: date, reason: str) -> AlarmStep:
    """End a line on a day, the first on which it no longer holds. ``Missing`` for none, ``Invalid`` for a day that is past."""
    permit(actor)
    row = dated.standing(AlarmStep).select_for_update().filter(pk=pk).first()
    if row is None:
        raise Missing(_("没有找到这一行，可能已经失效。"))
    if not reason.strip():
        raise Invalid({"reason": [_("请写明依据。")]})
    if on < dated.today() or on <= row.valid_from:
        raise Invalid({"on": [_("失效日期不能早于今天，并且要晚于生效日期。")]})
    row.valid_to = on
    row.save(update_fields=["valid_to"])
    _record(actor, events.CALL_ENDED, str(row), on, reason.strip())
    return row


def _record(actor: Actor, event: str, label: str, on: date, reason: str) -> None:
    record.alone(
        events.CONFIGURATION, Fact(event, {"label": label, "on": on.isoformat()}, reason), actor.stamp
    )
