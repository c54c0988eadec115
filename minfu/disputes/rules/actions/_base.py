"""What every verb does in the same way: fetch with the right, lock, check the step, write, record."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.disputes import events, states
from minfu.disputes.models import Mediation
from minfu.disputes.rules import access, counted, outside, terms
from minfu.disputes.texts import PATIENT
from minfu.kernel import clock, record
from minfu.kernel.errors import Invalid, Stale
from minfu.kernel.record import Fact
from minfu.notices import outbox
from minfu.notices.models import Notice

#: Columns every step may change.
USUAL = ("state", "version", "updated_at", "ended_at", "identity_until")
MAX_PAPER = 10_000  # characters of minutes, or of one part of an agreement


@dataclass
class Change:
    """One step on one locked mediation: collects what is to be written, and writes it once with ``done``."""

    actor: Actor
    row: Mediation
    target: str
    at: datetime
    facts: list[Fact] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    @property
    def today(self) -> date:
        """Return the day of the step."""
        return timezone.localdate(self.at)

    def fact(self, name: str, reason: str = "", **data: Any) -> None:
        """Remember what is to be recorded; the version it leads to tells a double click from a second step."""
        known = {"case": self.row.case_id, "version": self.row.version + 1}
        self.facts.append(Fact(name, {**data, **known}, reason))

    def tell(self, to: outbox.To, template: str, **context: Any) -> None:
        """Remember a message; what residents are told, and what is not pressing, waits for the morning."""
        self.notices.append(
            outbox.build(
                to,
                template,
                context,
                subject=(events.SUBJECT, self.row.pk),
                at=self.at,
                reminder=to.identity_id is not None or template in PATIENT,
            )
        )

    def tell_parties(self, template: str, **context: Any) -> None:
        """Remember a message to every party who left a number; the desk above rings up where nothing leaves the house."""
        for party in self.row.parties.filter(identity__phone_index__isnull=False).order_by("pk"):
            self.tell(outbox.To(identity_id=party.identity_id, desk_id=self.row.desk_id), template, **context)

    def done(self, *fields: str) -> Mediation:
        """Write the mediation (``fields`` besides the usual ones), its history and messages."""
        row = self.row
        row.state = self.target
        row.version += 1
        row.updated_at = self.at
        if not states.MEDIATION[self.target].is_open and row.ended_at is None:
            row.ended_at, row.identity_until = self.at, terms.kept_until(self.today)
        row.save(update_fields={*fields, *USUAL})
        outbox.send(self.notices)
        record.append((events.SUBJECT, row.pk), counted.stamped(self.facts, row), self.actor.stamp)
        return row


def take(actor: Actor, pk: int, name: str, *, version: int | None = None, target: str = "") -> Change:
    """Return the change for step ``name``, the mediation locked and the step allowed; raise the refusal otherwise."""
    if name in states.CLOSING:
        outside.lock(access.get_for(actor, pk).case_id)
    row = access.get_for(actor, pk, lock=True)
    fresh(row, version)
    target = access.demand(actor, row, name, target)
    return Change(actor=actor, row=row, target=target, at=clock.now())


def fresh(row: Mediation, version: int | None) -> None:
    """Raise ``Stale`` when somebody changed the mediation since it was read."""
    if version is not None and version != row.version:
        raise Stale(
            _("这件调解刚被别人更新。您填写的内容还在，请看过最新情况后再提交一次。"),
            extra={"version": row.version, "state": row.state},
        )


def not_future(value: date, name: str, today: date) -> date:
    """Return a day; ``Invalid`` at field ``name`` for one that has not come yet."""
    if value > today:
        raise Invalid({name: [_("日期不能在今天之后。")]})
    return value
