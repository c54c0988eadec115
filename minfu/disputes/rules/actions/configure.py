"""The room's configuration: terms and other ways, dated and with their source."""

from django.db import transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.disputes import events, rights
from minfu.disputes.models import Term, Way
from minfu.disputes.rules.access import COUNTY
from minfu.kernel import dated, gate, record
from minfu.kernel.errors import Forbidden
from minfu.kernel.record import Fact


def permit(actor: Actor) -> None:
    """Raise ``Forbidden`` unless the actor may configure, from a post at the county."""
    gate.check(actor, rights.CONFIGURE)
    if len(actor.area) > COUNTY:
        raise Forbidden(_("调解配置全县统一，只有县级岗位可以维护。"))


@transaction.atomic
def set_term(*, actor: Actor, row: Term) -> Term:
    """Start a new version of a term; the one before it ends on the same day. ``Invalid`` by field."""
    permit(actor)
    dated.renew(row, ("key",))
    _record(actor, events.TERM_SET, str(row), row, days=row.days)
    return row


@transaction.atomic
def set_way(*, actor: Actor, row: Way) -> Way:
    """Start a new version of another way, or a new one."""
    permit(actor)
    dated.renew(row, ("code",))
    _record(actor, events.WAY_SET, row.name, row, code=row.code)
    return row


def _record(actor: Actor, event: str, label: str, row: dated.Dated, **data: object) -> None:
    said = {"label": label, "on": row.valid_from.isoformat(), **data}
    record.alone(events.CONFIGURATION, Fact(event, said, row.source), actor.stamp)
