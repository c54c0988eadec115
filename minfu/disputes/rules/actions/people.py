"""Who takes part: parties and their consent, mediators and who must stand aside."""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.accounts.models import Post, Role, Unit
from minfu.disputes import events, rights, states
from minfu.disputes.models import Mediation, Party, Recusal, Replacement, Seat
from minfu.disputes.rules import access
from minfu.disputes.rules.actions._base import Change, fresh, take
from minfu.disputes.texts import REPLACEMENT_ASKED, SEAT_ASKED
from minfu.kernel import clock, gate, validity
from minfu.kernel.errors import Forbidden, Invalid, Refused
from minfu.kernel.gate import check
from minfu.language.asked import text
from minfu.notices.outbox import To
from minfu.registry import vault
from minfu.registry.vault import Contact

MOST_PARTIES = 20
MAX_NAME = 40
#: Who may sit: whoever works on mediations, but not the county's dispatcher, who decides about them.
_MAY_SIT = frozenset(gate.rights()[rights.WORK].roles) - {Role.COUNTY_DISPATCHER}


@dataclass(frozen=True)
class Who:
    """A party as told: a person or organisation, or a unit of this county. Nothing but what the mediation needs."""

    side: str
    contact: Contact = field(default_factory=Contact)
    unit_id: int | None = None


@transaction.atomic
def add_party(*, actor: Actor, pk: int, who: Who, version: int | None = None) -> Party:
    """Enter a party. A person's identity goes into the vault; a unit that is a party neither leads nor mediates."""
    change = take(actor, pk, "add_party", version=version)
    row = change.row
    if who.side not in Party.Side.values:
        raise Invalid({"side": [_("请选择是哪一方。")]})
    if row.parties.count() >= MOST_PARTIES:
        raise Refused(_("一件调解最多登记 %(most)s 位当事人。") % {"most": MOST_PARTIES})
    party = Party(mediation=row, side=who.side)
    if who.unit_id is not None:
        party.unit = _unit_party(row, who.unit_id, who.contact)
    else:
        party.identity = vault.create(_contact(who.contact))
    validity.save(party)
    change.fact(events.PARTY_ADDED, party=party.pk, side=party.side)
    change.done()
    return party


def _contact(told: Contact) -> Contact:
    name = text(told.name, "name", _("请填写姓名或名称。"), longest=MAX_NAME)
    address = text(told.address, "address", "", longest=100)
    return Contact(name=name, phone=told.phone, id_number=told.id_number, address=address)


def _unit_party(row: Mediation, unit_id: int, contact: Contact) -> Unit:
    """Return the unit that is a party, once nobody of it mediates or leads."""
    if contact.name.strip():
        raise Invalid({"unit": [_("当事人填姓名或选单位，只能填一样。")]})
    unit = Unit.objects.filter(pk=unit_id, is_active=True).first()
    if unit is None:
        raise Invalid({"unit": [_("没有找到这个单位，或它已停用。请重新选择。")]})
    if access.belongs_to(row.unit, unit):
        raise Invalid(
            {"unit": [_("承办单位就是一方当事人或归它管，不能由它调解。请平台把诉求改派给上一级。")]}
        )
    seats = row.seats.filter(state__in=access.SITTING).select_related("unit")
    if any(access.belongs_to(seat.unit, unit) for seat in seats):
        raise Invalid({"unit": [_("有调解员是这个单位的人。请先登记他回避。")]})
    return unit


@transaction.atomic
def remove_party(*, actor: Actor, pk: int, party_id: int, version: int | None = None) -> Mediation:
    """Take out a party that was entered by mistake; never one that has said yes."""
    change = take(actor, pk, "remove_party", version=version)
    party = access.get_party_for(change.row, party_id)
    if party.consents is not None:
        raise Refused(_("这位当事人已经表示过是否同意，不能去掉。"), code="party_asked")
    party.delete()
    change.fact(events.PARTY_REMOVED, party=party_id)
    return change.done()


@transaction.atomic
def consent(*, actor: Actor, pk: int, party_id: int, asked_by: str, version: int | None = None) -> Mediation:
    """Write down that a party agrees to mediation, and how it was asked. A refusal is ``decline``."""
    change = take(actor, pk, "consent", version=version)
    party = ask(change, party_id, asked_by, consents=True)
    change.fact(events.CONSENTED, party=party.pk, asked_by=asked_by)
    return change.done()


def ask(change: Change, party_id: int, asked_by: str, *, consents: bool) -> Party:
    """Write down what a party answered."""
    party = access.get_party_for(change.row, party_id)
    if asked_by not in Party.Way.values:
        raise Invalid({"asked_by": [_("请选择是怎样征求意见的。")]})
    if party.consents:
        raise Refused(_("这位当事人已经表示同意。"), code="consented")
    party.consents, party.asked_at, party.asked_by = consents, change.at, asked_by
    party.save(update_fields=["consents", "asked_at", "asked_by"])
    return party


# --- Mediators -------------------------------------------------------------------------------------------------------


def candidates(row: Mediation) -> list[Post]:
    """Return the posts whose holders may be asked to mediate: in office, near the place, nobody who must stand aside."""
    today = timezone.localdate(clock.now())
    posts = Post.objects.filter(role__in=_MAY_SIT, period__contains=today, unit__is_active=True)
    posts = posts.filter(user__is_active=True, area_id__in=_areas(row.division_id))
    found = posts.select_related("unit", "user").order_by("-area_id", "unit_id", "pk")
    return [post for post in found if not against(row, post)]


def _areas(code: str) -> list[str]:
    """Return the village, township and county a place lies in."""
    return [code, code[:9] + "000", code[:6] + "000000"]


def against(row: Mediation, post: Post) -> str:
    """Return "" if the holder of a post may sit, else the sentence that says what stands against it."""
    if post.unit_id == row.desk_id:
        return _("上级平台要核实结果，它的人不能当调解员。")
    if row.recusals.filter(user_id=post.user_id).exists():
        return _("这个人在本件中应当回避。")
    if any(seat.user_id == post.user_id and seat.state in access.SITTING for seat in row.seats.all()):
        return _("这个人已经是调解员。")
    parties = list(row.parties.select_related("unit", "identity"))
    if any(party.unit is not None and access.belongs_to(post.unit, party.unit) for party in parties):
        return _("涉事单位的人应当回避。")
    if any(
        party.identity is not None and vault.is_named(party.identity, post.user.name) for party in parties
    ):
        return _("与一方当事人同名：本人是当事人的应当回避，是重名的也请另选一位。")
    return ""


@transaction.atomic
def seat(*, actor: Actor, pk: int, post_id: int, declared: bool = False, version: int | None = None) -> Seat:
    """Choose a mediator. Oneself with the declaration that nothing makes one stand aside; another is asked to declare it."""
    change = take(actor, pk, "seat", version=version)
    today = timezone.localdate(change.at)
    post = (
        Post.objects.select_related("unit", "user")
        .filter(pk=post_id, role__in=_MAY_SIT, period__contains=today, unit__is_active=True)
        .first()
    )
    if post is None:
        raise Invalid({"post": [_("请从名单里选择在岗的人。")]})
    if said := against(change.row, post):
        raise Invalid({"post": [said]})
    own = post.user_id == actor.user_id
    if own and not declared:
        raise Invalid({"declared": [_("选自己当调解员的，请先声明没有应当回避的情形。")]})
    made = Seat.objects.create(
        mediation=change.row,
        post=post,
        user_id=post.user_id,
        unit=post.unit,
        label=f"{post.unit.name} · {post.user.name}",
        state="seated" if own else "named",
        named_at=change.at,
        declared_at=change.at if own else None,
    )
    change.fact(events.SEATED if own else events.SEAT_ASKED, seat=made.pk, who=made.label)
    if not own:
        change.tell(To(user_id=post.user_id), SEAT_ASKED, number=change.row.number)
    change.done()
    return made


def _on(actor: Actor, pk: int, version: int | None) -> Change:
    """Return a change that leaves the mediation's state as it is, for steps of what hangs on it."""
    row = access.get_for(actor, pk, lock=True)
    fresh(row, version)
    return Change(actor=actor, row=row, target=row.state, at=clock.now())


@transaction.atomic
def declare(*, actor: Actor, pk: int, seat_id: int, version: int | None = None) -> Seat:
    """Declare, as the person who was asked, that nothing makes one stand aside; from now on one mediates."""
    change = _on(actor, pk, version)
    found = access.get_seat_for(change.row, seat_id)
    check(actor, rights.WORK)
    if found.user_id != actor.user_id or found.post_id != actor.post_id:
        raise Forbidden(_("须由被请的调解员本人声明。"))
    found.state = states.SEAT.check(found.state, "declare")
    found.declared_at = change.at
    validity.save(found)
    change.fact(events.SEATED, seat=found.pk, who=found.label)
    change.done()
    return found


@transaction.atomic
def recuse(
    *, actor: Actor, pk: int, seat_id: int, ground: str, note: str = "", version: int | None = None
) -> Recusal:
    """Let a mediator stand aside: they leave at once, see the mediation no more and never come back to it."""
    change = take(actor, pk, "recuse", version=version)
    found = access.get_seat_for(change.row, seat_id)
    if ground not in Recusal.Ground.values:
        raise Invalid({"ground": [_("请选择回避的情形。")]})
    said = text(note, "note", _("请写明情况。") if ground == "other" else "", longest=200)
    found.state = states.SEAT.check(found.state, "recuse")
    found.ended_at = change.at
    found.save(update_fields=["state", "ended_at"])
    made = Recusal.objects.create(
        mediation=change.row,
        user_id=found.user_id,
        ground=ground,
        note=said,
        stated_by_id=actor.post_id,
        stated_at=change.at,
    )
    for asked in change.row.replacements.filter(seat=found, state="asked"):
        asked.state = states.REPLACEMENT.check(asked.state, "lapse")
        asked.save(update_fields=["state"])
    change.fact(events.RECUSED, said, seat=found.pk, who=found.label, ground=ground)
    change.done()
    return made


@transaction.atomic
def ask_replacement(
    *, actor: Actor, pk: int, seat_id: int, side: str, reason: str, version: int | None = None
) -> Replacement:
    """Write down that a side asks for another mediator. Until it is decided nothing is held or agreed."""
    change = take(actor, pk, "ask_replacement", version=version)
    found = access.get_seat_for(change.row, seat_id)
    why = text(reason, "reason", _("请写明当事人要求更换的理由。"))
    if side not in Party.Side.values:
        raise Invalid({"side": [_("请选择是哪一方。")]})
    if found.state != "seated":
        raise Invalid({"seat": [_("请选择在任的调解员。")]})
    if change.row.replacements.filter(seat=found, state="asked").exists():
        raise Refused(_("已有一项更换请求等待决定。"), code="replacement_open")
    if actor.user_id is None:
        raise Forbidden(_("只有在岗人员可以登记。"))
    made = Replacement.objects.create(
        mediation=change.row,
        seat=found,
        side=side,
        reason=why,
        mediator_user_id=found.user_id,
        written_by_user_id=actor.user_id,
        asked_at=change.at,
    )
    change.fact(events.REPLACEMENT_ASKED, why, seat=found.pk, who=found.label, side=side)
    for unit_id in {change.row.unit_id, change.row.desk_id}:
        change.tell(To(unit_id=unit_id), REPLACEMENT_ASKED, number=change.row.number)
    change.done()
    return made


@transaction.atomic
def decide_replacement(
    *,
    actor: Actor,
    pk: int,
    replacement_id: int,
    grant: bool,
    decision: str = "",
    version: int | None = None,
) -> Replacement:
    """Decide whether a mediator is replaced: a third person does, neither the mediator nor who wrote the request down."""
    change = _on(actor, pk, version)
    asked = access.get_replacement_for(change.row, replacement_id)
    name = "grant" if grant else "refuse"
    access.permit(actor, change.row, states.REPLACEMENT.step(name))
    target = states.REPLACEMENT.check(asked.state, name)
    if not access.may_decide(actor, change.row, asked):
        raise Forbidden(
            _("是否更换须由另一人决定：不能是被要求更换的调解员，也不能是登记这项请求的人。"),
            code="second_person",
        )
    asked.state = target
    asked.decision = text(
        decision, "decision", "" if grant else _("不同意更换的，请写明理由，并告知当事人。")
    )
    asked.decided_by_user_id, asked.decided_at = actor.user_id, change.at
    validity.save(asked)
    if grant:
        asked.seat.state = states.SEAT.check(asked.seat.state, "replace")
        asked.seat.ended_at = change.at
        asked.seat.save(update_fields=["state", "ended_at"])
    event = events.REPLACEMENT_GRANTED if grant else events.REPLACEMENT_REFUSED
    change.fact(event, asked.decision, seat=asked.seat_id, who=asked.seat.label)
    change.done()
    return asked
