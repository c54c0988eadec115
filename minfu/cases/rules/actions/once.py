"""Registering exactly once, however often a form is sent: on a double click, a reload, a phone that found its signal again."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from minfu.accounts.actor import Actor
from minfu.cases import events
from minfu.cases.models import Case
from minfu.cases.rules.actions._base import subject
from minfu.cases.rules.actions.register import register
from minfu.cases.rules.intake import Intake
from minfu.kernel import record
from minfu.kernel.record import Fact

_KEY = "case_once_per_source"


def register_once(*, actor: Actor, intake: Intake, advised: Sequence[str] = ()) -> Case:
    """Register a demand whose ``source`` and ``external_id`` name the form it came by; the same form again returns it.

    Only whoever sent the form (the same post, or the resident who holds its unguessable id) gets it back. ``advised``: codes
    of the channels the resident was told of and did not choose; that is recorded. Raises as ``register`` does.
    """
    if not intake.external_id:
        raise ValueError("a form sent once has an id")
    if (known := sent_before(actor, intake.source, intake.external_id)) is not None:
        return known
    try:
        with transaction.atomic():
            case = register(actor=actor, intake=intake)
            if advised:
                record.append(
                    subject(case), [Fact(events.ADVISED, {"to": code}) for code in advised], actor.stamp
                )
            return case
    except IntegrityError as error:
        known = sent_before(actor, intake.source, intake.external_id) if _KEY in str(error) else None
        if known is None:
            raise
        return known


def sent_before(actor: Actor, source: str, external_id: str) -> Case | None:
    """Return the demand that this form has already become, None if it has not (or another post sent it)."""
    return Case.objects.filter(source=source, external_id=external_id, registered_by_id=actor.post_id).first()
