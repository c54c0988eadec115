"""What the API says of a demand with all that hangs on it."""

from datetime import date, datetime
from uuid import UUID

from pydantic import ConfigDict

from minfu.cases.api.schemas import ROOT, CaseOut, Coded, Named, NextStep
from minfu.cases.models import Approval, Case, TimeLimit
from minfu.files.door import StoredFile
from minfu.kernel.api import Out


class AnswerOut(Out):
    """A question of the category, as asked at the time, and its answer."""

    question: str
    answer: str


class PlaceOut(Out):
    """How the place was found."""

    address: str
    longitude: float | None
    latitude: float | None
    method: str
    confidence: float
    reason: str


class ReporterOut(Out):
    """Who reported, masked; or the sentence that says why it is not shown."""

    known: bool
    sentence: str
    name: str
    phone: str
    id_number: str
    may_reveal: bool


class ClockOut(Out):
    """A clock."""

    clock: TimeLimit.Clock
    label: str
    unit: Named
    state: str
    round: int
    started_at: datetime
    due_at: datetime
    ended_at: datetime | None
    extension: int


class Row(Out):
    """Read from a row's own attributes."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)


class UnitRow(Row):
    """A unit."""

    id: int
    name: str


class ReportOut(Row):
    """A report of work done and what its verification found."""

    unit: UnitRow
    text: str
    settled_level: str
    reported_at: datetime
    passed: bool | None
    finding: str
    verified_at: datetime | None


class HelpOut(Out):
    """A call for help."""

    id: int
    unit: Named
    task: str
    state: str
    state_label: str
    called_at: datetime
    ended_at: datetime | None
    result: str
    next_steps: list[NextStep]


class ApprovalOut(Out):
    """A request for more time, a pause or a deferral."""

    id: int
    matter: Approval.Matter
    ground: str
    reason: str
    amount: int | None
    until: date | None
    state: str
    state_label: str
    unit: Named
    asked_at: datetime
    decision: str
    decided_at: datetime | None
    next_steps: list[NextStep]


class ObjectionOut(Row):
    """A unit's objection to an assignment."""

    unit: UnitRow
    reason: str
    basis: str
    made_at: datetime
    upheld: bool | None
    decision: str
    decided_at: datetime | None


class AttemptOut(Row):
    """An attempt to reach the resident."""

    at: datetime
    reached: bool
    channel: str
    note: str


class ResultOut(Row):
    """What the resident said of the result."""

    outcome: str
    satisfaction: int | None
    remark: str
    by_resident: bool
    proof: str
    """How the resident showed who they are: receipt, link or code; empty when a desk wrote it down."""
    at: datetime


class Related(Out):
    """Another demand."""

    id: int
    number: str
    href: str
    state: str
    state_label: str


class HistoryLine(Row):
    """A line of the history."""

    at: datetime
    who: str
    what: str
    reason: str
    details: list[str]
    event: str


class FileOut(Out):
    """A file of a demand. ``state`` says whether it has been checked; before, nobody can see it."""

    id: UUID
    name: str
    media_type: str
    size: int
    state: str
    state_label: str
    reason: str
    href: str
    """Where it is downloaded; empty while it belongs to no demand."""


class CaseDetail(CaseOut):
    """A demand with all that hangs on it."""

    description: str
    answers: list[AnswerOut]
    place: PlaceOut
    reporter: ReporterOut
    complained_unit: Named | None
    restricted: bool
    diversion: Coded | None
    merged_into: int | None
    """Null too when you may not see that demand."""
    split_from: int | None
    settled_level: str
    satisfaction: int | None
    source: str
    external_id: str
    occurred_at: datetime | None
    clocks: list[ClockOut]
    reports: list[ReportOut]
    helps: list[HelpOut]
    approvals: list[ApprovalOut]
    objections: list[ObjectionOut]
    attempts: list[AttemptOut]
    results: list[ResultOut]
    files: list[FileOut]
    related: list[Related]
    merged_in: list[Related]
    parts: list[Related]
    history: list[HistoryLine]


def file_out(row: StoredFile, case: Case | None = None) -> FileOut:
    """Return what is said of a file."""
    return FileOut(
        id=row.pk,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        state=row.state,
        state_label=row.state_label,
        reason=row.reason,
        href=f"{ROOT}/{case.pk}/files/{row.pk}" if case else "",
    )
