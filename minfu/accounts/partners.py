"""Systems of others: what their keys are good for, over which area, how often and until when.

A system acts in a post of its own, held by an account nobody signs in with. It belongs either to a unit of its own, by which what
it hands in is told apart, or to a unit of the county in whose name it works.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from minfu.accounts import events, rights, tokens
from minfu.accounts.actor import Actor
from minfu.accounts.models import ApiToken, Post, Role, System, Unit, User
from minfu.accounts.rules import access, actions, posts
from minfu.kernel import clock, gate, record, validity
from minfu.kernel.errors import Invalid, Missing
from minfu.places.models import Division

#: Days a key may last at most: somebody must ask again now and then whether it is still needed.
MOST_DAYS = 1100
#: Calls a minute unless told otherwise, and at most.
PER_MINUTE, MOST_PER_MINUTE = 300, 6000
#: What a system is connected for by its name alone, and what needs a unit in whose name it is done.
OPEN311, IN_A_NAME = "open311.submit", "cases.handle"


@dataclass(frozen=True)
class SystemTerms:
    """What an administrator says about a system: ``area`` is a 12-digit code, ``unit_id`` the unit in whose name it works."""

    name: str
    scopes: Sequence[str]
    area: str
    per_minute: int = PER_MINUTE
    unit_id: int | None = None


# --- who sees which ---


def systems_for(actor: Actor) -> QuerySet[System]:
    """Return the systems of the actor's area, those disconnected too; needs ``accounts.manage``."""
    gate.check(actor, rights.MANAGE)
    found = System.objects.filter(area__code__startswith=actor.area)
    return found.select_related("post__unit", "area").order_by("name", "pk")


def get_system_for(actor: Actor, pk: int, *, lock: bool = False) -> System:
    """Return a system; ``Missing`` whether it is absent or outside the actor's area."""
    found = systems_for(actor)
    system = (found.select_for_update(of=("self",)) if lock else found).filter(pk=pk).first()
    if system is None:
        raise Missing(_("没有这个对接系统。"))
    return system


def labels(system: System) -> list[str]:
    """Return what a system is connected for, in words."""
    known = gate.scopes()
    return [str(known[name].label) for name in system.scopes if name in known]


def keys_of(system: System) -> QuerySet[ApiToken]:
    """Return the keys of a system that have not expired, newest first."""
    return system.post.api_tokens.filter(expires_at__gt=clock.now()).order_by("-pk")


# --- verbs ---


@transaction.atomic
def create(terms: SystemTerms, *, actor: Actor) -> System:
    """Let a system in, without a key yet. Raises ``Invalid`` by field."""
    gate.check(actor, rights.MANAGE)
    area = _check(terms, actor)
    if _standing(terms.name):
        raise Invalid({"name": [_("已经有名为“%(name)s”的对接系统。") % {"name": terms.name.strip()}]})
    unit = _unit(terms, actor)
    user = _account(unit, terms.name.strip(), actor)
    today = timezone.localdate(clock.now())
    held = posts.PostTerms(unit_id=unit.pk, role=Role.PARTNER, area=unit.division_id, starts_on=today)
    post = posts.give_post(user.pk, held, actor=actor)
    system = System(
        post=post,
        name=terms.name.strip(),
        scopes=sorted(terms.scopes),
        area=area,
        per_minute=terms.per_minute,
    )
    validity.save(system)
    fact = record.Fact(events.SYSTEM_CONNECTED, {**_told(system), "post": post.pk})
    record.begin(("system", system.pk), [fact], actor.stamp)
    return system


@transaction.atomic
def change(system_id: int, terms: SystemTerms, *, actor: Actor) -> System:
    """Change a system's scopes, area and limit; all its keys follow at once. Its name and unit stay."""
    system = get_system_for(actor, system_id, lock=True)
    before = _told(system)
    area = _check(terms, actor, system.post.unit)
    system.scopes, system.area, system.per_minute = sorted(terms.scopes), area, terms.per_minute
    validity.save(system)
    after = _told(system)
    changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if changed:
        record.append(("system", system.pk), [record.Fact(events.SYSTEM_CHANGED, changed)], actor.stamp)
    return system


@transaction.atomic
def issue_key(system_id: int, *, days: int, label: str = "", actor: Actor, raw: str = "") -> str:
    """Return a further key of a system for ``days`` days; it is shown once. ``raw`` as in ``tokens.issue_key``."""
    _check_days(days)
    system = get_system_for(actor, system_id, lock=True)
    if system.post.is_over:
        raise Invalid({"": [_("这个对接系统已经停用，请重新接入。")]})
    return tokens.issue_key(system.post, days=days, label=label, actor=actor, raw=raw)


@transaction.atomic
def end_key(system_id: int, key_id: int, *, actor: Actor) -> None:
    """End a key of a system at once; ``Missing`` for another's."""
    system = get_system_for(actor, system_id)
    if not keys_of(system).filter(pk=key_id).exists():
        raise Missing(_("没有这个密钥，可能已经失效。"))
    tokens.end(key_id, actor=actor)


@transaction.atomic
def stop(system_id: int, *, reason: str, actor: Actor) -> System:
    """Let a system in no longer: its post ends, and with it all its keys. What it handed in goes on."""
    system = get_system_for(actor, system_id, lock=True)
    today = timezone.localdate(clock.now())
    system.post = posts.end_post(system.post_id, ends_on=today, reason=reason, actor=actor)
    fact = record.Fact(events.SYSTEM_DISCONNECTED, {}, reason.strip())
    record.append(("system", system.pk), [fact], actor.stamp)
    return system


# --- by name, for the command line and the demo ---


@transaction.atomic
def connect(name: str, *, days: int, actor: Actor, raw: str = "") -> str:
    """Let the system called ``name`` in to hand demands in, and return its key; one known already gets a further key.

    Raises ``Invalid`` for a name that is a unit's, or for days beyond ``MOST_DAYS``; ``raw`` as in ``tokens.issue_key``.
    """
    gate.check(actor, rights.MANAGE)
    _check_days(days)
    county = f"{settings.MINFU_COUNTY}000000"
    system = _standing(name) or create(SystemTerms(name, (OPEN311,), county), actor=actor)
    return issue_key(system.pk, days=days, actor=actor, raw=raw)


@transaction.atomic
def disconnect(name: str, *, reason: str, actor: Actor) -> None:
    """Let the system called ``name`` in no longer. ``Missing`` for an unknown one."""
    system = _standing(name)
    if system is None:
        raise Missing(_("没有名为“%(name)s”的对接系统。") % {"name": name[:60]})
    stop(system.pk, reason=reason, actor=actor)


def _standing(name: str) -> System | None:
    """Return the system of a name that is let in now."""
    today = timezone.localdate(clock.now())
    return System.objects.filter(name=name.strip(), post__period__contains=today).order_by("-pk").first()


# --- checks and what a system needs ---


def _check_days(days: int) -> None:
    if not 1 <= days <= MOST_DAYS:
        raise Invalid({"days": [_("有效期应为 1 到 %(most)s 天。") % {"most": MOST_DAYS}]})


def _check(terms: SystemTerms, actor: Actor, unit: Unit | None = None) -> Division:
    """Return the area of the terms; ``Invalid`` by field for what does not fit together. ``unit``: of a system there is."""
    wrong: dict[str, list[str]] = {}
    if not 1 <= len(terms.name.strip()) <= 60:  # noqa: PLR2004 - the column's length
        wrong["name"] = [_("请填写名称，最多 60 个字。")]
    if not terms.scopes or not set(terms.scopes) <= gate.scopes().keys():
        wrong["scopes"] = [_("请至少选择一项用途。")]
    if not 1 <= terms.per_minute <= MOST_PER_MINUTE:
        wrong["per_minute"] = [_("每分钟调用次数应为 1 到 %(most)s。") % {"most": f"{MOST_PER_MINUTE:,}"}]
    of_county = terms.unit_id is not None if unit is None else unit.kind != Unit.Kind.PARTNER
    if IN_A_NAME in terms.scopes and not of_county:
        wrong["unit_id"] = [_("要以单位的名义办理，请选择是哪个单位。")]
    area = Division.objects.filter(code=terms.area, code__startswith=actor.area, valid_to=None).first()
    if area is None:
        wrong["area"] = [_("请选择本县范围内的区划。")]
    if wrong or area is None:
        raise Invalid(wrong)
    return area


def _unit(terms: SystemTerms, actor: Actor) -> Unit:
    """Return the unit a system belongs to: the one in whose name it works, else its own, made where there is none."""
    if terms.unit_id is not None:
        unit = access.get_unit_for(actor, terms.unit_id)
        if not unit.is_active or unit.kind == Unit.Kind.PARTNER:
            raise Invalid({"unit_id": [_("这个单位已停用，请另选单位。")]})
        return unit
    county, name = f"{settings.MINFU_COUNTY}000000", terms.name.strip()
    own = Unit.objects.filter(name=name, division_id=county).first()
    if own is None:
        return actions.create_unit(
            actions.UnitTerms(name=name, kind=Unit.Kind.PARTNER, division=county), actor=actor
        )
    if own.kind != Unit.Kind.PARTNER:
        raise Invalid({"name": [_("已有单位叫“%(name)s”，请给对接系统另取名字。") % {"name": name}]})
    return own


def _account(unit: Unit, name: str, actor: Actor) -> User:
    """Make the account a system acts by; nobody signs in with it."""
    number = Post.objects.filter(unit=unit, role=Role.PARTNER).count()
    user, _password = actions.create_person(f"partner-{unit.pk}-{number}", name, actor=actor)
    user.set_unusable_password()
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    return user


def _told(system: System) -> dict[str, object]:
    return {
        "name": system.name,
        "scopes": list(system.scopes),
        "area": system.area_id,
        "per_minute": system.per_minute,
    }
