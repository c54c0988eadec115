"""What every verb does in the same way: fetch with the right, lock, check the step, write, record."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.cases import events, states
from minfu.cases.models import Case, Deadline
from minfu.cases.rules import access, catalog, counted, deadlines, messages, retention
from minfu.kernel import calendar, clock, record
from minfu.kernel.errors import Invalid, Stale
from minfu.kernel.models import Event
from minfu.kernel.record import Fact


def subject(case: Case) -> tuple[str, int]:
    """Return how the history names a demand."""
    return events.SUBJECT, case.pk


@dataclass
class Change:
    """One step on one locked demand: collects what is to be written, and writes it once with ``done``."""

    actor: Actor
    case: Case
    target: str
    at: datetime
    before: str = ""
    facts: list[Fact] = field(default_factory=list)
    notices: list[Any] = field(default_factory=list)
    _residents: list[str] = field(default_factory=list)
    _clocks: list[Deadline] | None = None
    _new: list[Deadline] = field(default_factory=list)
    _touched: dict[int, Deadline] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Remember whose the demand was before the step: that unit's figures it counts in."""
        self._unit_id = self.case.lead_id or self.case.desk_id
        self._level = self.case.settled_level

    @property
    def catalog(self) -> catalog.Catalog:
        """Return the configuration."""
        return catalog.current()

    @property
    def calendar(self) -> calendar.Calendar:
        """Return the working calendar."""
        return calendar.current()

    def clocks(self) -> list[Deadline]:
        """Return the demand's clocks, ended ones included."""
        if self._clocks is None:
            self._clocks = list(self.case.deadlines.order_by("id"))
        return self._clocks

    def running(self, *names: str, unit_id: int | None = None) -> list[Deadline]:
        """Return the running clocks of the given names (all when none is named)."""
        return [
            row
            for row in self.clocks()
            if row.state == "running"
            and (not names or row.clock in names)
            and (unit_id is None or row.unit_id == unit_id)
        ]

    def finish(self, *names: str, unit_id: int | None = None) -> None:
        """End the named running clocks, met or missed."""
        for row in self.running(*names, unit_id=unit_id):
            deadlines.finish(row, self.at)
            self.touch(row)

    def begin(self, name: str, unit_id: int) -> Deadline | None:
        """Start a clock for a unit, if the county has set a limit for it."""
        row = deadlines.begin(
            name, self.case, unit_id, at=self.at, catalog=self.catalog, calendar=self.calendar
        )
        if row is not None:
            self._new.append(row)
        return row

    def void(self) -> dict[str, str]:
        """End every clock that still counts; return what each was, so that an undo can bring it back."""
        was = {}
        for row in self.clocks():
            if row.state in ("running", "paused"):
                was[str(row.pk)] = row.state
                deadlines.void(row, self.at)
                self.touch(row)
        return was

    def drop_requests(self) -> None:
        """Let open requests lapse: what the former lead asked for, or what an end has overtaken."""
        for approval in self.case.approvals.filter(state="asked"):
            approval.state, approval.decided_at = "dropped", self.at
            approval.save(update_fields=["state", "decided_at"])
            self.finish("approve")
            self.fact(events.APPROVAL_DROPPED, matter=approval.matter)

    def hand_over(self, unit_id: int) -> None:
        """Let the demand's own clocks (resolve, contact) count for another unit from now on; they keep running."""
        for row in self.clocks():
            if (
                row.state in ("running", "paused")
                and row.clock in ("resolve", "contact")
                and row.unit_id != unit_id
            ):
                row.unit_id = unit_id
                self.touch(row)

    def release_helpers(self) -> None:
        """Release whoever still helps: the demand has ended."""
        for row in self.case.helps.filter(state__in=("called", "coming")):
            row.state, row.ended_at = "released", self.at
            row.save(update_fields=["state", "ended_at"])
            self.fact(events.HELP_RELEASED, unit=row.unit_id)
            self.tell(row.unit_id, events.HELP_RELEASED)

    def touch(self, row: Deadline) -> None:
        """Remember a changed clock for writing."""
        self._touched[row.pk] = row

    def fact(self, name: str, reason: str = "", **data: Any) -> None:
        """Remember what is to be recorded."""
        self.facts.append(Fact(name, data, reason))

    def tell(self, unit_id: int | None, event: str) -> None:
        """Remember a message to a unit (nothing when there is no unit, or it is the actor's own)."""
        if unit_id is not None and unit_id != self.actor.unit_id:
            self.notices.append(messages.to_unit(unit_id, event, self.case, at=self.at))

    def tell_resident(self, event: str) -> None:
        """Remember a message to the reporter (and to those merged in), if they left a way to be reached."""
        self._residents.append(event)

    def done(self, *fields: str) -> Case:
        """Write the demand (``fields`` besides the usual ones), its clocks, history and messages."""
        case = self.case
        case.state = self.target
        case.version += 1
        case.updated_at = self.at
        closed = not states.CASE[self.target].is_open
        case.closed_at = (case.closed_at or self.at) if closed else None
        case.identity_until = retention.until(case, self.catalog)
        if self._touched:
            Deadline.objects.bulk_update(self._touched.values(), _CLOCK_FIELDS)
        if self._new:
            Deadline.objects.bulk_create(self._new)
        if self._touched or self._new:
            case.due_at = deadlines.main_due([*self.clocks(), *self._new]) or case.due_at
        case.save(
            update_fields={
                *fields,
                "state",
                "version",
                "updated_at",
                "closed_at",
                "due_at",
                *retention.FIELDS,
            }
        )
        record.append(subject(case), self._counted(), self.actor.stamp)
        for event in self._residents:  # what they are told depends on where the demand stands now
            self.notices += messages.to_residents(event, case, at=self.at)
        if self.before == states.ASKING and self.target != states.ASKING:
            messages.drop_questions(case)
        messages.send(self.notices)
        return case

    def _counted(self) -> list[Fact]:
        """Return what is to be recorded, with what of it counts in figures."""
        return counted.stamped(
            self.facts,
            self.case,
            unit_id=self._unit_id,
            level=self._level,
            before=self.before or self.case.state,
            ended=self._touched.values(),
            clocks=self._clocks or (),
            at=self.at,
        )


_CLOCK_FIELDS = (
    "state", "ended_at", "alarm_at", "paused_at", "due_at", "stage", "unit", "extension", "shifted", "calendar_version",
)  # fmt: skip


def take(actor: Actor, case_id: int, name: str, *, version: int | None = None, target: str = "") -> Change:
    """Return the change for step ``name``, the demand locked and the step allowed; raise the refusal otherwise."""
    case = access.get_case_for(actor, case_id, lock=True)
    if version is not None and version != case.version:
        raise Stale(stale_sentence(case), extra={"version": case.version, "state": case.state})
    target = access.demand(actor, case, name, target)
    return Change(actor=actor, case=case, target=target, at=clock.now(), before=case.state)


def stale_sentence(case: Case) -> str:
    """Say who changed the demand and when, in the user's language."""
    last = Event.objects.filter(subject_type=events.SUBJECT, subject_id=case.pk).order_by("-seq").first()
    if last is None:
        return _("这件诉求刚被别人更新，请查看最新情况后再操作。")
    return _("这件诉求刚被更新（%(who)s：%(what)s）。请查看最新情况后再操作，您填写的内容已保留。") % {
        "who": last.actor_label or _("系统"),
        "what": record.sentence(last.name),
    }


def unit(change: Change, unit_id: int, name: str = "unit") -> catalog.UnitInfo:
    """Return an active unit of the county; ``Invalid`` at field ``name`` for another."""
    found = change.catalog.units.get(unit_id)
    if found is None:
        raise Invalid({name: [_("没有找到这个单位，或它已停用。请重新选择。")]})
    return found


def lead_of(case: Case) -> int:
    """Return the unit in charge; a step taken by a lead has one."""
    if case.lead_id is None:
        raise AssertionError("a demand in work has a lead")
    return case.lead_id
