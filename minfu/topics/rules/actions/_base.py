"""What every verb does in the same way: lock, fetch with the right, check the step, write, record."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.kernel import clock, record
from minfu.kernel.errors import Stale
from minfu.kernel.record import Fact, Stamp
from minfu.notices import outbox
from minfu.notices.models import Notice
from minfu.topics import events, states
from minfu.topics.models import Progress, Topic
from minfu.topics.rules import access, counted, following

#: Columns every step may change.
USUAL = ("state", "pinned", "version", "updated_at")


@dataclass
class Change:
    """One step on one locked topic: collects what is to be written, and writes it once with ``done``."""

    stamp: Stamp
    row: Topic
    target: str
    at: datetime
    progress: Progress
    #: Other topics of which it changed what is in them.
    touched: set[int] = field(default_factory=set)
    facts: list[Fact] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    @property
    def today(self) -> date:
        """Return the day of the step."""
        return timezone.localdate(self.at)

    def fact(self, name: str, reason: str = "", **data: Any) -> None:
        """Remember what is to be recorded; the version it leads to tells a double click from a second step."""
        self.facts.append(Fact(name, {**data, "version": self.row.version + 1}, reason))

    def tell(self, unit_id: int | None, template: str, **context: Any) -> None:
        """Remember a message to a unit; none to the one that acts."""
        if unit_id is None or unit_id == self.stamp.unit_id:
            return
        subject = (events.SUBJECT, self.row.pk)
        self.notices.append(
            outbox.build(outbox.To(unit_id=unit_id), template, context, subject=subject, at=self.at)
        )

    def done(self, *fields: str) -> Topic:
        """Write the topic (``fields`` besides the usual ones), its history and messages; from now on it is people's."""
        row = self.row
        row.state, row.pinned, row.updated_at = self.target, True, self.at
        row.version += 1
        row.save(update_fields={*fields, *USUAL})
        outbox.send(self.notices)
        record.append((events.SUBJECT, row.pk), counted.stamped(self.facts, row, self.today), self.stamp)
        following.decided(self.progress, {row.pk, *self.touched})
        return row


def take(actor: Actor, pk: int, name: str, *, version: int | None = None) -> Change:
    """Return the change for step ``name``, the topic locked and the step allowed; raise the refusal otherwise.

    The row of the software's progress is locked first: while people decide, nothing moves.
    """
    access.permit(actor, access.get_for(actor, pk), states.TOPIC.step(name))
    progress = following.progress()
    row = access.get_for(actor, pk, lock=True)
    if version is not None and version != row.version:
        raise Stale(
            _("这个专题刚被别人更新。您填写的内容还在，请看过最新情况后再提交一次。"),
            extra={"version": row.version, "state": row.state},
        )
    target = access.demand(actor, row, name)
    return Change(stamp=actor.stamp, row=row, target=target, at=clock.now(), progress=progress)
