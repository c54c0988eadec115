"""What each step of a mediation needs."""

from typing import Annotated

from pydantic import Field, StringConstraints

from minfu.disputes.models import Agreement, Ending, Party, Recusal, Visit
from minfu.kernel.api import (
    Day,
    Id,
    In,
    Line,
    Moment,
    OneOf,
    Out,
)

Version = Annotated[int | None, Field(ge=1, le=2**31 - 1)]
Text = Annotated[str, StringConstraints(max_length=100_000, pattern=r"^[^\x00]*$")]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,20}$")]
Ids = Annotated[list[Id], Field(max_length=50)]
Codes = Annotated[list[Code], Field(max_length=20)]


# --- steps ------------------------------------------------------------------------------------------------------------


class MediationStep(In):
    """What every step takes."""

    version: Version = None
    """The version last seen, if not sent as `If-Match`; left out, the step is taken on any."""


class AddsParty(MediationStep):
    """Who it is: a person or organisation by name, or a unit of this county."""

    side: Annotated[str, OneOf(Party.Side)]
    name: Line = ""
    phone: Line = ""
    id_number: Line = ""
    address: Line = ""
    unit: Id | None = None


class NamesParty(MediationStep):
    """Which party."""

    party: Id


class PartyConsents(NamesParty):
    """How it was asked."""

    asked_by: Annotated[str, OneOf(Party.Way)]


class PartyDeclines(PartyConsents):
    """What the parties were told instead."""

    ways: Codes
    note: Text = ""


class ChoosesMediator(MediationStep):
    """Whom to ask; for oneself with the declaration."""

    post: Id
    declared: bool = False


class MediatorRecuses(MediationStep):
    """Who stands aside, and why."""

    seat: Id
    ground: Annotated[str, OneOf(Recusal.Ground)]
    note: Line = ""


class AsksReplacement(MediationStep):
    """Which side asks to replace whom, and why."""

    seat: Id
    side: Annotated[str, OneOf(Party.Side)]
    reason: Text


class ArrangesSitting(MediationStep):
    """When and where."""

    starts_at: Moment
    place: Line


class HoldsSitting(ArrangesSitting):
    """Who came and what was said; `session` when it had been arranged."""

    minutes: Text
    parties: Ids
    seats: Ids
    others: Line = ""
    session: Id | None = None


class AgreementIn(MediationStep):
    """What was agreed."""

    form: Annotated[str, OneOf(Agreement.Form)]
    facts: Text
    dispute: Text
    content: Text
    performance: Text
    agreed_on: Day
    due_on: Day | None = None


class SignsAgreement(MediationStep):
    """When the last party signed."""

    signed_on: Day


class SaysWhy(MediationStep):
    """Why, or how."""

    text: Text


class MediationFails(MediationStep):
    """Why it leads to nothing, and what the parties were told."""

    ground: Annotated[str, OneOf(Ending.Ground)]
    ways: Codes
    note: Text = ""


class FollowUp(MediationStep):
    """How the agreement is kept; `ways` when it is not."""

    finding: Annotated[str, OneOf(Visit.Finding)]
    note: Text
    ways: Codes = []


class AppliesToCourt(MediationStep):
    """When both sides asked which court."""

    applied_on: Day
    court: Line


class CourtDecides(MediationStep):
    """What the court decided."""

    confirmed: bool
    decided_on: Day
    number: Line = ""


class RulesOnReplacement(MediationStep):
    """Whether the mediator is replaced."""

    grant: bool
    decision: Text = ""


class WhyPartyIn(In):
    """For what purpose one looks, and an explanation."""

    purpose: Code
    explanation: Line


class PartyIdentity(Out):
    """A party in the clear."""

    name: str
    phone: str
    id_number: str
    address: str
