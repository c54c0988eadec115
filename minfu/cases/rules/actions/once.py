"""Registering exactly once, however often a form is sent: on a double click, a reload, a phone that found its signal again."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor, system
from minfu.cases import events
from minfu.cases.models import Case, Urgency
from minfu.cases.rules import alike
from minfu.cases.rules.actions._base import subject
from minfu.cases.rules.actions.merge import merge
from minfu.cases.rules.actions.register import register
from minfu.cases.rules.intake import Intake
from minfu.kernel import record
from minfu.kernel.errors import Refused
from minfu.kernel.record import Fact
from minfu.kernel.tongue import kept

_KEY = "case_once_per_source"


def register_once(
    *, actor: Actor, intake: Intake, advised: Sequence[str] = (), joins: int | None = None
) -> Case:
    """Register a demand whose ``source`` and ``external_id`` name the form it came by; the same form again returns it.

    Only whoever sent the form (the same post, or the resident who holds its unguessable id) gets it back. ``advised``: codes
    of the channels the resident was told of and did not choose; that is recorded. ``joins``: the demand that
    whoever reports says is the same; this one is merged into it at once, with a receipt of its own. Raises as ``register`` does.
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
            return _joined(actor, case, joins) if joins else case
    except IntegrityError as error:
        known = sent_before(actor, intake.source, intake.external_id) if _KEY in str(error) else None
        if known is None:
            raise
        return known


@transaction.atomic
def register_joining(*, actor: Actor, intake: Intake, joins: int) -> Case:
    """Register a demand and merge it into the one that whoever reports says is the same (its id), where that can be.

    It keeps its own receipt and is asked with the other. Raises as ``register`` does.
    """
    return _joined(actor, register(actor=actor, intake=intake), joins)


def _joined(actor: Actor, case: Case, into_id: int) -> Case:
    """Merge a demand just registered into the one it is said to repeat; it stays one of its own where that cannot be.

    The other may have ended meanwhile. What is urgent goes its own way: somebody has to look at once.
    """
    if case.urgency == Urgency.URGENT or not case.is_open or not alike.may_join(actor, case, into_id):
        return case
    why = kept(_("反映人说，和先前反映的是同一件事。"))
    try:
        with transaction.atomic():
            return merge(actor=system(actor.door), case_id=case.pk, into_id=into_id, reason=why)
    except Refused:
        return case


def sent_before(actor: Actor, source: str, external_id: str) -> Case | None:
    """Return the demand that this form has already become, None if it has not (or another post sent it)."""
    return Case.objects.filter(source=source, external_id=external_id, registered_by_id=actor.post_id).first()
