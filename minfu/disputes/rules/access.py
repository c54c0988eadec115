"""Who sees which mediation and plays which part in it. The one door in: ``get_for``.

Confidential: whoever does not work on it does not see it, leaders of the area included. Whoever must stand aside does not see it
any more.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.accounts.models import Level, Role, Unit
from minfu.disputes import rights, states
from minfu.disputes.models import Mediation, Party, Recusal, Replacement, Seat, Session
from minfu.kernel.composed import Question
from minfu.kernel.errors import Forbidden, Missing
from minfu.kernel.gate import check
from minfu.kernel.steps import StateTable, Step

COUNTY, TOWNSHIP, VILLAGE = 6, 9, 12  # digits of an area
SITTING = ("named", "seated")


def visible(actor: Actor) -> Q:
    """Return the condition under which the actor may see a mediation; the same for screens, API and papers."""
    if actor.is_system:
        return Q()
    if actor.kind != "staff" or not actor.may(rights.VIEW):
        return Q(pk__in=[])
    return _reach(actor) & ~Exists(_stands_aside(actor)) & ~Exists(_own_party(actor))


def _reach(actor: Actor) -> Q:
    if actor.role in (Role.COUNTY_DISPATCHER, Role.AUDITOR) and len(actor.area) <= COUNTY:
        return Q()
    seat = Seat.objects.filter(mediation=OuterRef("pk"), user_id=actor.user_id or 0, post=actor.post_id)
    sits = Q(Exists(seat.filter(state__in=SITTING)))
    if actor.role == Role.GRID_WORKER:
        return Q(unit_id=actor.unit_id, grid_id__in=actor.grid_ids) | sits
    return Q(unit_id=actor.unit_id) | Q(desk_id=actor.unit_id) | sits


def _stands_aside(actor: Actor) -> QuerySet[Recusal]:
    return Recusal.objects.filter(mediation=OuterRef("pk"), user_id=actor.user_id or 0)


def _own_party(actor: Actor) -> QuerySet[Party]:
    """Parties that are the actor's own unit, or the township (its desk) or village the actor's area lies in."""
    own = Q(unit_id=actor.unit_id)
    if len(actor.area) >= TOWNSHIP:
        township = actor.area[:TOWNSHIP]
        own |= Q(unit__kind=Unit.Kind.DESK, unit__division__code=township.ljust(VILLAGE, "0"))
    if len(actor.area) == VILLAGE:
        own |= Q(unit__kind=Unit.Kind.VILLAGE, unit__division__code=actor.area)
    return Party.objects.filter(own, mediation=OuterRef("pk"), unit__isnull=False)


def visible_to(actor: Actor) -> QuerySet[Mediation]:
    """Return the mediations the actor may see."""
    return Mediation.objects.filter(visible(actor))


def get_for(actor: Actor, pk: int, *, lock: bool = False) -> Mediation:
    """Return one, locked for change if asked; ``Missing`` whether it is absent or not for this actor."""
    rows = visible_to(actor)
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise _absent()
    return found


def _absent() -> Missing:
    return Missing(_("没有找到这件调解，或您无权查看。"))


def get_party_for(mediation: Mediation, party_id: int) -> Party:
    """Return a party of a mediation that was fetched for the actor."""
    found = mediation.parties.filter(pk=party_id).first()
    if found is None:
        raise _absent()
    return found


def get_seat_for(mediation: Mediation, seat_id: int) -> Seat:
    """Return a mediator's seat."""
    found = mediation.seats.filter(pk=seat_id).first()
    if found is None:
        raise _absent()
    return found


def get_session_for(mediation: Mediation, session_id: int) -> Session:
    """Return a sitting."""
    found = mediation.sessions.filter(pk=session_id).first()
    if found is None:
        raise _absent()
    return found


def get_replacement_for(mediation: Mediation, pk: int) -> Replacement:
    """Return a request for another mediator."""
    found = mediation.replacements.filter(pk=pk).select_related("seat").first()
    if found is None:
        raise _absent()
    return found


# --- Parts -----------------------------------------------------------------------------------------------------------


def _is_lead(actor: Actor, row: Mediation) -> bool:
    if actor.unit_id is None or row.unit_id != actor.unit_id:
        return False
    return actor.role != Role.GRID_WORKER or row.grid_id in actor.grid_ids


def _is_desk(actor: Actor, row: Mediation) -> bool:
    return actor.unit_id is not None and (
        row.desk_id == actor.unit_id or actor.role == Role.COUNTY_DISPATCHER
    )


def _sits(actor: Actor, row: Mediation, *states_: str) -> bool:
    """Tell whether this very person, in this post, has a seat: whoever acts for them on leave has declared nothing."""
    return any(
        seat.user_id == actor.user_id and seat.post_id == actor.post_id and seat.state in states_
        for seat in row.seats.all()
    )


def _is_mediator(actor: Actor, row: Mediation) -> bool:
    return _sits(actor, row, "seated")


_PARTS: dict[str, Callable[[Actor, Mediation], bool]] = {
    "lead": _is_lead,
    "desk": _is_desk,
    "mediator": _is_mediator,
    "named": lambda actor, row: _sits(actor, row, "named"),
    "worker": lambda actor, row: _is_lead(actor, row) or _is_mediator(actor, row),
    "lead_or_desk": lambda actor, row: _is_lead(actor, row) or _is_desk(actor, row),
    "worker_or_desk": lambda actor, row: (
        _is_lead(actor, row) or _is_desk(actor, row) or _sits(actor, row, *SITTING)
    ),
    "second": lambda actor, row: _is_lead(actor, row) or _is_desk(actor, row),
    "system": lambda actor, _row: actor.is_system,
}

_REFUSALS = {
    "lead": _("这件调解由其他单位承办，您不能代它操作。"),
    "mediator": _("只有本件的调解员可以这样做。请先选定调解员，并由本人声明没有回避情形。"),
    "named": _("须由被请的调解员本人声明。"),
    "worker": _("只有承办单位和本件的调解员可以这样做。"),
    "lead_or_desk": _("只有承办单位或它的上级平台可以这样做。"),
    "worker_or_desk": _("只有承办单位、调解员或上级平台可以这样做。"),
    "second": _("只有承办单位或它的上级平台可以决定。"),
    "system": _("这一步随诉求自动进行。"),
}


def may_take(actor: Actor, row: Mediation, step: Step) -> bool:
    """Tell whether the actor has the right and plays the part a step asks for, the state left aside."""
    if actor.is_system:
        return True
    return actor.may(step.right) and _PARTS[step.by](actor, row)


def demand(actor: Actor, row: Mediation, name: str, target: str = "") -> str:
    """Return the state step ``name`` leads to; raise the refusal if right, part or state do not allow it."""
    permit(actor, row, states.MEDIATION.step(name))
    return states.MEDIATION.check(row.state, name, target)


def permit(actor: Actor, row: Mediation, step: Step) -> None:
    """Raise the refusal unless the actor has the right and plays the part a step asks for."""
    if not actor.is_system:
        check(actor, step.right)
    if not may_take(actor, row, step):
        raise Forbidden(_REFUSALS[step.by])


def next_steps(actor: Actor, row: Mediation) -> list[Step]:
    """Return the steps the actor may take now: the buttons of the screen and ``next_steps`` of the API."""
    found = [step for step in states.MEDIATION.next_steps(row.state) if may_take(actor, row, step)]
    return [step for step in found if step.by != "system" and _sensible(step, row)]


def _sensible(step: Step, row: Mediation) -> bool:
    """Leave out what would be refused anyway: consent when all agreed, a court that was never asked."""
    parties = list(row.parties.all())
    agreement = next((one for one in row.agreements.all() if one.stands), None)
    facts: dict[str, bool] = {
        "consent": any(party.consents is None for party in parties),
        "decline": bool(parties),
        "remove_party": any(party.consents is None for party in parties),
        "begin": ready(row) == "",
        "recuse": any(seat.state in SITTING for seat in row.seats.all()),
        "ask_replacement": any(seat.state == "seated" for seat in row.seats.all()),
        "apply": agreement is not None and agreement.confirmation in ("possible", "lapsed"),
        "court": agreement is not None and agreement.confirmation == "applied",
    }
    return facts.get(step.name, True)


def ready(row: Mediation) -> str:
    """Return "" when mediation may begin, else the sentence that says what is missing."""
    parties, seats = list(row.parties.all()), list(row.seats.all())
    if {party.side for party in parties} != set(Party.Side.values):
        return str(_("请先登记双方当事人。"))
    if any(not party.consents for party in parties):
        return str(_("还有当事人没有表示同意调解。双方都同意才能开始。"))
    if any(seat.state == "named" for seat in seats):
        return str(_("被请的调解员还没有声明有无回避情形。"))
    if not any(seat.state == "seated" for seat in seats):
        return str(_("请先选定调解员。"))
    return ""


def seat_steps(actor: Actor, row: Mediation, seat: Seat) -> list[Step]:
    """Return what the actor may do about a seat directly: declare, if it is theirs."""
    own = seat.user_id == actor.user_id and seat.post_id == actor.post_id
    return _of(states.SEAT, seat.state, actor, row, {"declare"}) if own else []


def session_steps(actor: Actor, row: Mediation, session: Session) -> list[Step]:
    """Return what the actor may do about a sitting while mediation goes on."""
    return (
        _of(states.SESSION, session.state, actor, row, {"hold", "cancel"})
        if row.state == states.MEDIATING
        else []
    )


def may_decide(actor: Actor, row: Mediation, asked: Replacement) -> bool:
    """Tell whether the actor may decide a request: of lead or desk, not the mediator concerned, not who wrote it down."""
    concerned = (asked.mediator_user_id, asked.written_by_user_id)
    return (
        asked.state == "asked"
        and row.state in states.BEFORE_AGREEMENT
        and may_take(actor, row, states.REPLACEMENT.step("grant"))
        and actor.user_id not in concerned
    )


def _of(table: StateTable, code: str, actor: Actor, row: Mediation, names: set[str]) -> list[Step]:
    steps = table.next_steps(code)
    return [step for step in steps if step.name in names and may_take(actor, row, step)]


# --- Who may mediate -------------------------------------------------------------------------------------------------


def belongs_to(unit: Unit, other: Unit) -> bool:
    """Tell whether ``unit`` is ``other`` or is governed by it: everyone in the township of a desk, in the village of a committee.

    A station or department governs nobody.
    """
    governs = {
        (Unit.Kind.DESK, Level.TOWNSHIP): TOWNSHIP,
        (Unit.Kind.VILLAGE, Level.VILLAGE): VILLAGE,
    }
    digits = governs.get((Unit.Kind(other.kind), Level(other.level)))
    below = digits is not None and unit.division_id[:digits] == other.division_id[:digits]
    return unit.pk == other.pk or below


def waits(actor: Actor) -> list[Question]:
    """Ask which mediations wait for the actor's unit, up to 99."""
    return [] if actor.unit_id is None else [Question(_waiting, actor, actor.unit_id)]


def _waiting(actor: Actor, unit_id: int) -> QuerySet[Mediation, Any]:
    rows = visible_to(actor).filter(unit_id=unit_id, state__in=states.BEFORE_AGREEMENT)
    return rows.order_by().values("pk")[:99]
