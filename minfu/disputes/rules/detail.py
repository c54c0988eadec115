"""Everything an actor may see of one mediation, in one place: the page, the papers and the API show the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.disputes import events, states
from minfu.disputes.models import Agreement, Ending, Mediation, Party, Replacement, Seat, Session, Visit
from minfu.disputes.rules import access
from minfu.kernel import record
from minfu.kernel.models import Event
from minfu.kernel.steps import State, Step
from minfu.registry import rights as registry_rights
from minfu.registry import vault

_NOBODY = vault.MaskedContact(name="", phone="", id_number="", address="", has_note=False)


@dataclass(frozen=True)
class PartyLine:
    """A party as the actor may see it: a unit by its name, a person masked."""

    party: Party
    side: str
    name: str
    masked: vault.MaskedContact
    may_reveal: bool

    @property
    def label(self) -> str:
        """Return the side and the (masked) name."""
        return f"{self.side} {self.name}"


@dataclass(frozen=True)
class SeatLine:
    """A mediator, and what the actor may do about it."""

    seat: Seat
    state: State
    steps: list[Step]


@dataclass(frozen=True)
class SessionLine:
    """A sitting with the names of who came."""

    session: Session
    state: State
    came: list[str]
    steps: list[Step]


@dataclass(frozen=True)
class Detail:
    """A mediation with all that hangs on it."""

    row: Mediation
    state: State
    parties: list[PartyLine]
    seats: list[SeatLine]
    replacements: list[tuple[Replacement, bool]]
    sessions: list[SessionLine]
    agreement: Agreement | None
    confirmation: State | None
    drafts: list[Agreement]
    ending: Ending | None
    visits: list[Visit]
    next_visit: date | None
    history: list[Event]
    next_steps: list[Step]
    #: What is missing before mediation may begin; empty when nothing is, or it has begun.
    missing: str


def detail(actor: Actor, row: Mediation) -> Detail:
    """Return what ``actor`` may see of ``row``, which they fetched through ``access``."""
    lines = parties(actor, row)
    seats = list(row.seats.select_related("unit").order_by("pk"))
    agreements = list(row.agreements.order_by("pk"))
    standing = next((one for one in agreements if one.stands), None)
    visits = list(row.visits.order_by("pk"))
    names = _names(lines, seats)
    return Detail(
        row=row,
        state=states.MEDIATION[row.state],
        parties=lines,
        seats=[SeatLine(one, states.SEAT[one.state], access.seat_steps(actor, row, one)) for one in seats],
        replacements=[
            (one, access.may_decide(actor, row, one))
            for one in row.replacements.select_related("seat").order_by("pk")
        ],
        sessions=[
            SessionLine(
                one,
                states.SESSION[one.state],
                [names[key] for key in _came(one) if key in names],
                access.session_steps(actor, row, one),
            )
            for one in row.sessions.order_by("starts_at", "pk")
        ],
        agreement=standing,
        confirmation=states.CONFIRMATION[standing.confirmation] if standing else None,
        drafts=[one for one in agreements if not one.stands],
        ending=Ending.objects.filter(mediation=row).first(),
        visits=[one for one in visits if one.made_at is not None],
        next_visit=next((one.due_on for one in visits if one.made_at is None), None) if row.is_open else None,
        history=list(reversed(record.history((events.SUBJECT, row.pk)))),
        next_steps=access.next_steps(actor, row),
        missing=access.ready(row) if row.state == states.ASKING else "",
    )


def parties(actor: Actor, row: Mediation) -> list[PartyLine]:
    """Return the parties, side by side, persons masked."""
    found = row.parties.select_related("identity", "unit").order_by("side", "pk")
    return [_party(actor, one) for one in found]


def _party(actor: Actor, party: Party) -> PartyLine:
    masked = vault.masked(party.identity) if party.identity else _NOBODY
    name = party.unit.name if party.unit else masked.name or _("身份信息已删除")
    return PartyLine(
        party=party,
        side=party.get_side_display(),
        name=name,
        masked=masked,
        may_reveal=party.identity is not None and not masked.erased and actor.may(registry_rights.REVEAL),
    )


Key = tuple[str, int]


def _names(lines: Sequence[PartyLine], seats: Sequence[Seat]) -> Mapping[Key, str]:
    parties_ = {("party", one.party.pk): one.label for one in lines}
    return parties_ | {("seat", one.pk): one.label for one in seats}


def _came(session: Session) -> list[Key]:
    keys: list[Any] = [("party", pk) for pk in session.parties]
    return keys + [("seat", pk) for pk in session.seats]
