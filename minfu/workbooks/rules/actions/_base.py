"""What every verb does in the same way: fetch with the right, lock, check the step, write, record."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.kernel import clock, record
from minfu.kernel.errors import Stale
from minfu.kernel.record import Fact
from minfu.workbooks import events, states
from minfu.workbooks.models import Workbook
from minfu.workbooks.rules import access


@dataclass
class Change:
    """One step on one locked form."""

    actor: Actor
    row: Workbook
    target: str
    at: datetime

    def done(self, name: str, *fields: str, **data: Any) -> Workbook:
        """Write the form (``fields`` besides the usual ones) and its history."""
        row = self.row
        row.state = self.target
        row.version += 1
        row.updated_at = self.at
        row.ended_at = None if states.WORKBOOK[self.target].is_open else self.at
        row.save(update_fields={*fields, "state", "version", "updated_at", "ended_at"})
        record.append(
            (events.SUBJECT, row.pk), [Fact(name, {**data, "version": row.version})], self.actor.stamp
        )
        return row


def take(actor: Actor, pk: int, name: str, version: int | None) -> Change:
    """Return the change for step ``name``, the form locked and the step allowed; raise the refusal otherwise."""
    row = access.get_for(actor, pk, lock=True)
    if version is not None and version != row.version:
        raise Stale(
            _("这张表刚被别人更新。您填写的内容还在，请看过最新情况后再提交一次。"),
            extra={"version": row.version, "state": row.state},
        )
    return Change(actor, row, access.demand(actor, row, name), clock.now())
