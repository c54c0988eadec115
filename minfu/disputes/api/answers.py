"""What the API says of mediations, and how it is made from them."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest

from minfu.accounts.actor import actor_of
from minfu.disputes import states
from minfu.disputes.models import Agreement, Mediation
from minfu.disputes.rules import access
from minfu.disputes.rules.detail import Detail, detail
from minfu.kernel.api import (
    Out,
    Page,
)

# --- what is told -----------------------------------------------------------------------------------------------------


class MediationLine(Out):
    """A mediation as lists show it."""

    id: int
    number: str
    case_id: int
    category: str
    state: str
    state_label: str
    unit: str
    opened_at: datetime
    version: int


class Mediations(Page):
    """A page of mediations, newest first."""

    items: list[MediationLine]


class PartyOut(Out):
    """A party: a unit by its name, a person masked."""

    id: int
    side: str
    name: str
    phone: str
    consents: bool | None
    """Null: not asked yet."""


class SeatOut(Out):
    """A mediator."""

    id: int
    label: str
    state: str


class SittingOut(Out):
    """A sitting."""

    id: int
    state: str
    starts_at: datetime
    place: str
    came: list[str]
    minutes: str


class AgreementOut(Out):
    """What was agreed, and what became of it in court."""

    form: str
    content: str
    performance: str
    agreed_on: date
    effective_on: date | None
    due_on: date | None
    confirmation: str
    confirm_until: date | None


class ReplacementOut(Out):
    """A request for another mediator."""

    id: int
    seat: int
    side: str
    reason: str
    state: str


class FollowUpOut(Out):
    """A follow-up."""

    made_at: datetime
    finding: str
    note: str


class MediationOut(MediationLine):
    """A mediation with all that hangs on it."""

    facts: str
    parties: list[PartyOut]
    seats: list[SeatOut]
    replacements: list[ReplacementOut]
    sessions: list[SittingOut]
    agreement: AgreementOut | None
    told_ways: list[str]
    """The other ways the parties were told of when it ended without success."""
    visits: list[FollowUpOut]
    next_visit: date | None
    missing: str
    """What is missing before it may begin; empty when nothing is."""
    next_steps: list[str]
    """Names of the steps the caller may take now: POST to `/mediations/{id}/steps/{name}`."""


def line(row: Mediation) -> dict[str, Any]:
    """Return a mediation as lists show it."""
    return {
        "id": row.pk,
        "number": row.number,
        "case_id": row.case_id,
        "category": row.category,
        "state": row.state,
        "state_label": str(states.MEDIATION[row.state].label),
        "unit": row.unit.name,
        "opened_at": row.opened_at,
        "version": row.version,
    }


def out(shown: Detail) -> MediationOut:
    """Return a mediation with all that hangs on it."""
    agreement = shown.agreement
    return MediationOut(
        **line(shown.row),
        facts=shown.row.facts,
        parties=[
            PartyOut(
                id=one.party.pk,
                side=one.party.side,
                name=one.name,
                phone=one.masked.phone,
                consents=one.party.consents,
            )
            for one in shown.parties
        ],
        seats=[SeatOut(id=one.seat.pk, label=one.seat.label, state=one.seat.state) for one in shown.seats],
        replacements=[
            ReplacementOut(id=one.pk, seat=one.seat_id, side=one.side, reason=one.reason, state=one.state)
            for one, _may in shown.replacements
        ],
        sessions=[
            SittingOut(
                id=one.session.pk,
                state=one.session.state,
                starts_at=one.session.starts_at,
                place=one.session.place,
                came=one.came,
                minutes=one.session.minutes,
            )
            for one in shown.sessions
        ],
        agreement=_agreement(agreement) if agreement else None,
        told_ways=[way["name"] for way in shown.ending.ways] if shown.ending else [],
        visits=[
            FollowUpOut(made_at=one.made_at, finding=one.finding, note=one.note)
            for one in shown.visits
            if one.made_at is not None
        ],
        next_visit=shown.next_visit,
        missing=shown.missing,
        next_steps=[step.name for step in shown.next_steps],
    )


def _agreement(row: Agreement) -> AgreementOut:
    names = AgreementOut.model_fields
    return AgreementOut(**{name: getattr(row, name) for name in names})


def shown_to(request: HttpRequest, pk: int) -> MediationOut:
    """Return a mediation as the caller may see it now; ``Missing`` if not at all."""
    actor = actor_of(request)
    return out(detail(actor, access.get_for(actor, pk)))
