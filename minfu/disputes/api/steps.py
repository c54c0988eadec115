"""Steps of a mediation: one operation per verb, each saying exactly what it needs."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import actor_of
from minfu.disputes import rights, states
from minfu.disputes.api.answers import MediationOut, shown_to
from minfu.disputes.api.base import ROOT, room
from minfu.disputes.api.bodies import (
    AddsParty,
    AgreementIn,
    AppliesToCourt,
    ArrangesSitting,
    AsksReplacement,
    ChoosesMediator,
    CourtDecides,
    FollowUp,
    HoldsSitting,
    MediationFails,
    MediationStep,
    MediatorRecuses,
    NamesParty,
    PartyConsents,
    PartyDeclines,
    PartyIdentity,
    RulesOnReplacement,
    SaysWhy,
    SignsAgreement,
    WhyPartyIn,
)
from minfu.disputes.rules import access, actions
from minfu.kernel.api import (
    Id,
    Operation,
    version_asked,
)
from minfu.kernel.steps import StateTable
from minfu.registry import rights as registry_rights
from minfu.registry.vault import Contact, Purpose


def _step(
    name: str, *, table: StateTable = states.MEDIATION, path: str = f"{ROOT}/steps"
) -> Callable[[Any], Any]:
    """Declare the operation of a step: its address, title and right follow from the table."""
    step = table.step(name)
    operation = Operation(step.label, step.right, MediationOut, versioned=True)
    return room.declare("POST", f"{path}/{name}", operation)


def _taken(
    request: HttpRequest, pk: int, body: MediationStep, verb: Callable[..., Any], **more: Any
) -> MediationOut:
    """Take a step and show the mediation after it."""
    verb(actor=actor_of(request), pk=pk, version=version_asked(request, body.version), **more)
    return shown_to(request, pk)


@_step("add_party")
def add_party(request: HttpRequest, mediation_id: Id, body: AddsParty) -> MediationOut:
    """Enter a party; who a person is goes into the vault."""
    contact = Contact(name=body.name, phone=body.phone, id_number=body.id_number, address=body.address)
    who = actions.Who(body.side, contact, body.unit)
    return _taken(request, mediation_id, body, actions.add_party, who=who)


@_step("remove_party")
def remove_party(request: HttpRequest, mediation_id: Id, body: NamesParty) -> MediationOut:
    """Take out a party entered by mistake."""
    return _taken(request, mediation_id, body, actions.remove_party, party_id=body.party)


@_step("consent")
def consent(request: HttpRequest, mediation_id: Id, body: PartyConsents) -> MediationOut:
    """Write down that a party agrees to mediation."""
    more = {"party_id": body.party, "asked_by": body.asked_by}
    return _taken(request, mediation_id, body, actions.consent, **more)


@_step("decline")
def decline(request: HttpRequest, mediation_id: Id, body: PartyDeclines) -> MediationOut:
    """End it: a party refuses. The demand is reported with it."""
    more = {"party_id": body.party, "asked_by": body.asked_by, "ways": body.ways, "note": body.note}
    return _taken(request, mediation_id, body, actions.decline, **more)


@_step("seat")
def seat(request: HttpRequest, mediation_id: Id, body: ChoosesMediator) -> MediationOut:
    """Choose a mediator."""
    more = {"post_id": body.post, "declared": body.declared}
    return _taken(request, mediation_id, body, actions.seat, **more)


@_step("declare", table=states.SEAT, path=f"{ROOT}/seats/{{seat_id}}")
def declare(request: HttpRequest, mediation_id: Id, seat_id: Id, body: MediationStep) -> MediationOut:
    """Declare, as who was asked, that nothing makes one stand aside."""
    return _taken(request, mediation_id, body, actions.declare, seat_id=seat_id)


@_step("recuse")
def recuse(request: HttpRequest, mediation_id: Id, body: MediatorRecuses) -> MediationOut | None:
    """Let a mediator stand aside. Who does so for themselves sees the mediation no more: the answer is empty."""
    actor = actor_of(request)
    actions.recuse(
        actor=actor,
        pk=mediation_id,
        version=version_asked(request, body.version),
        seat_id=body.seat,
        ground=body.ground,
        note=body.note,
    )
    still = access.visible_to(actor).filter(pk=mediation_id).exists()
    return shown_to(request, mediation_id) if still else None


@_step("ask_replacement")
def ask_replacement(request: HttpRequest, mediation_id: Id, body: AsksReplacement) -> MediationOut:
    """Write down that a side asks for another mediator."""
    more = {"seat_id": body.seat, "side": body.side, "reason": body.reason}
    return _taken(request, mediation_id, body, actions.ask_replacement, **more)


@room.declare(
    "POST",
    f"{ROOT}/replacements/{{replacement_id}}/decide",
    Operation(_("决定是否更换调解员"), rights.WORK, MediationOut, versioned=True),
)
def decide(
    request: HttpRequest, mediation_id: Id, replacement_id: Id, body: RulesOnReplacement
) -> MediationOut:
    """Decide whether a mediator is replaced; another person than the mediator and who wrote it down."""
    more = {"replacement_id": replacement_id, "grant": body.grant, "decision": body.decision}
    return _taken(request, mediation_id, body, actions.decide_replacement, **more)


@_step("begin")
def begin(request: HttpRequest, mediation_id: Id, body: MediationStep) -> MediationOut:
    """Begin: both sides agree and somebody mediates."""
    return _taken(request, mediation_id, body, actions.begin)


@_step("plan")
def plan(request: HttpRequest, mediation_id: Id, body: ArrangesSitting) -> MediationOut:
    """Arrange a sitting; the parties are told."""
    more = {"starts_at": body.starts_at, "place": body.place}
    return _taken(request, mediation_id, body, actions.plan, **more)


@_step("hold")
def hold(request: HttpRequest, mediation_id: Id, body: HoldsSitting) -> MediationOut:
    """Write down a sitting."""
    sitting = actions.Sitting(
        starts_at=body.starts_at,
        place=body.place,
        minutes=body.minutes,
        parties=body.parties,
        seats=body.seats,
        others=body.others,
    )
    return _taken(request, mediation_id, body, actions.hold, sitting=sitting, session_id=body.session)


@_step("cancel", table=states.SESSION, path=f"{ROOT}/sessions/{{session_id}}")
def cancel(request: HttpRequest, mediation_id: Id, session_id: Id, body: SaysWhy) -> MediationOut:
    """Call off an arranged sitting; the parties are told."""
    more = {"session_id": session_id, "reason": body.text}
    return _taken(request, mediation_id, body, actions.cancel, **more)


@_step("agree")
def agree(request: HttpRequest, mediation_id: Id, body: AgreementIn) -> MediationOut:
    """Write down what was agreed. An oral agreement is in effect at once and reports the demand."""
    terms = actions.Terms(**body.model_dump(exclude={"version"}))
    return _taken(request, mediation_id, body, actions.agree, terms_=terms)


@_step("sign")
def sign(request: HttpRequest, mediation_id: Id, body: SignsAgreement) -> MediationOut:
    """Note that every party has signed; the demand is reported with it."""
    return _taken(request, mediation_id, body, actions.sign, signed_on=body.signed_on)


@_step("reconsider")
def reconsider(request: HttpRequest, mediation_id: Id, body: SaysWhy) -> MediationOut:
    """Go back to mediating: the draft was not signed."""
    return _taken(request, mediation_id, body, actions.reconsider, reason=body.text)


@_step("settle")
def settle(request: HttpRequest, mediation_id: Id, body: SaysWhy) -> MediationOut:
    """Note that the sides made it up by themselves; the demand is reported with it."""
    return _taken(request, mediation_id, body, actions.settle, what=body.text)


@_step("fail")
def fail(request: HttpRequest, mediation_id: Id, body: MediationFails) -> MediationOut:
    """End a mediation that leads to nothing; the demand is reported with it."""
    more = {"ground": body.ground, "ways": body.ways, "note": body.note}
    return _taken(request, mediation_id, body, actions.fail, **more)


@_step("visit")
def visit(request: HttpRequest, mediation_id: Id, body: FollowUp) -> MediationOut:
    """Write down a follow-up."""
    more = {"finding": body.finding, "note": body.note, "ways": body.ways}
    return _taken(request, mediation_id, body, actions.visit, **more)


@_step("apply")
def apply(request: HttpRequest, mediation_id: Id, body: AppliesToCourt) -> MediationOut:
    """Note that both sides asked the court together."""
    more = {"applied_on": body.applied_on, "court": body.court}
    return _taken(request, mediation_id, body, actions.apply, **more)


@_step("court")
def court(request: HttpRequest, mediation_id: Id, body: CourtDecides) -> MediationOut:
    """Note what the court decided."""
    more = {"confirmed": body.confirmed, "decided_on": body.decided_on, "number": body.number}
    return _taken(request, mediation_id, body, actions.court, **more)


@room.post(
    f"{ROOT}/parties/{{party_id}}/reveal",
    _("查看当事人身份"),
    right=registry_rights.REVEAL,
    answer=PartyIdentity,
    keeps=False,
)
def reveal(request: HttpRequest, mediation_id: Id, party_id: Id, body: WhyPartyIn) -> PartyIdentity:
    """Return who a party is, for a stated purpose; recorded, and never kept for an idempotency key."""
    contact = actions.reveal(
        actor=actor_of(request),
        pk=mediation_id,
        party_id=party_id,
        purpose=Purpose(body.purpose, body.explanation),
    )
    return PartyIdentity(
        name=contact.name, phone=contact.phone, id_number=contact.id_number, address=contact.address
    )
