"""What every verb does in the same way: fetch with the right, lock, check the step, write, record."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.files import door as files
from minfu.hazards import events, states
from minfu.hazards.models import Evidence, Hazard
from minfu.hazards.rules import access, counted, outside
from minfu.hazards.texts import ALARMS
from minfu.kernel import calendar, clock, record
from minfu.kernel.calendar import Calendar
from minfu.kernel.errors import Invalid, Stale
from minfu.kernel.record import Fact, Stamp
from minfu.kernel.tongue import of_county
from minfu.notices import outbox
from minfu.notices.models import Notice

#: Photos and documents of one hazard.
MOST_FILES = 40
#: Columns every step may change.
USUAL = ("state", "version", "updated_at", "ended_at", "look_at", "stage")


@dataclass
class Change:
    """One step on one locked hazard: collects what is to be written, and writes it once with ``done``."""

    stamp: Stamp
    row: Hazard
    target: str
    at: datetime
    facts: list[Fact] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    @property
    def today(self) -> date:
        """Return the day of the step."""
        return timezone.localdate(self.at)

    @property
    def calendar(self) -> Calendar:
        """Return the working calendar."""
        return calendar.current()

    @property
    def label(self) -> str:
        """Say in a few words what the hazard is."""
        return self.row.category or str(_("隐患"))

    def fact(self, name: str, reason: str = "", **data: Any) -> None:
        """Remember what is to be recorded; the version it leads to tells a double click from a second step."""
        known = {"case": self.row.case_id, "version": self.row.version + 1}
        self.facts.append(Fact(name, {**data, **known}, reason))

    def tell(self, to: outbox.To, template: str, *, reminder: bool = False, **context: Any) -> None:
        """Remember a message; none to the unit that acts, unless it is an alarm: its other people must know."""
        own = to.unit_id is not None and to.unit_id == self.stamp.unit_id
        if own and template not in ALARMS:
            return
        subject = (events.SUBJECT, self.row.pk)
        self.notices.append(
            outbox.build(to, template, context, subject=subject, at=self.at, reminder=reminder)
        )

    def due_text(self) -> str:
        """Return the day by which it must be rectified, as people say it."""
        due = self.row.due_at
        with of_county():
            return calendar.day_text(timezone.localdate(due), self.today) if due else ""

    def done(self, *fields: str) -> Hazard:
        """Write the hazard (``fields`` besides the usual ones), its history and messages."""
        row = self.row
        row.state = self.target
        row.version += 1
        row.updated_at = self.at
        if not states.HAZARD[self.target].is_open:
            row.ended_at = row.ended_at or self.at
        if self.target != states.RECTIFYING:
            row.look_at = None
        row.save(update_fields={*fields, *USUAL})
        outbox.send(self.notices)
        record.append((events.SUBJECT, row.pk), counted.stamped(self.facts, row), self.stamp)
        return row


def take(actor: Actor, pk: int, name: str, *, version: int | None = None, target: str = "") -> Change:
    """Return the change for step ``name``, the hazard locked and the step allowed; raise the refusal otherwise."""
    if name in states.CLOSING:
        outside.lock(access.get_for(actor, pk).case_id)
    row = access.get_for(actor, pk, lock=True)
    fresh(row, version)
    target = access.demand(actor, row, name, target)
    return Change(stamp=actor.stamp, row=row, target=target, at=clock.now())


def on(actor: Actor, pk: int, version: int | None) -> Change:
    """Return a change that leaves the hazard's state as it is, for steps of what hangs on it."""
    row = access.get_for(actor, pk, lock=True)
    fresh(row, version)
    return Change(stamp=actor.stamp, row=row, target=row.state, at=clock.now())


def fresh(row: Hazard, version: int | None) -> None:
    """Raise ``Stale`` when somebody changed the hazard since it was read."""
    if version is not None and version != row.version:
        raise Stale(
            _("这处隐患刚被别人更新。您填写的内容还在，请看过最新情况后再提交一次。"),
            extra={"version": row.version, "state": row.state},
        )


def attach(change: Change, actor: Actor, file_ids: Sequence[UUID], when: str) -> None:
    """Add photos the actor uploaded; photos are never required. ``Invalid`` for another's file, or too many."""
    if not file_ids:
        return
    row = change.row
    taken = Evidence.objects.filter(file_id__in=file_ids).exists()
    if taken or not files.are_from(actor.user_id, file_ids):
        raise Invalid({"files": [_("没有找到这个附件，请重新上传。")]})
    keep(row, file_ids, when, change.at)
    change.fact(events.EVIDENCE_ADDED, when=when, files=len(file_ids))


def keep(row: Hazard, file_ids: Sequence[UUID], when: str, at: datetime) -> None:
    """Keep photos with the hazard; ``Invalid`` when there would be too many."""
    if row.evidence.count() + len(file_ids) > MOST_FILES:
        raise Invalid({"files": [_("一处隐患最多 %(max)s 个附件。") % {"max": MOST_FILES}]})
    Evidence.objects.bulk_create(
        Evidence(hazard=row, file_id=one, when=when, round=row.rounds, added_at=at) for one in file_ids
    )
