"""Verbs on units and people. Each checks its right, writes, and records in one transaction."""

import re
import secrets
from dataclasses import dataclass

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from minfu.accounts import events, rights
from minfu.accounts.actor import Actor
from minfu.accounts.models import ApiToken, Post, Unit, User
from minfu.accounts.rules import access, sessions, sign_in
from minfu.kernel import clock, gate, record, validity
from minfu.kernel.errors import Forbidden, Invalid
from minfu.places.models import Division

#: Letters and digits that cannot be mistaken for each other when read out.
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
#: What a user name is made of.
USERNAME = re.compile(r"[A-Za-z0-9._-]{2,60}")


@dataclass(frozen=True)
class UnitTerms:
    """What an administrator says about a unit; ``division`` is a 12-digit code."""

    name: str
    kind: str
    division: str
    short_name: str = ""
    duty: str = ""
    parent_id: int | None = None
    phone: str = ""
    is_active: bool = True


def one_time_password() -> str:
    """Return a random password of twelve readable characters in three groups (about 59 bits)."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(3))


def _fill(unit: Unit, terms: UnitTerms, actor: Actor) -> None:
    """Put the terms into the row; ``Invalid`` for a division or parent outside the actor's area."""
    division = Division.objects.filter(code=terms.division, valid_to=None).first()
    if division is None or not division.code.startswith(actor.area):
        raise Invalid({"division": [_("请选择本县范围内的区划。")]})
    if terms.parent_id is not None and terms.parent_id == unit.pk:
        raise Invalid({"parent": [_("上级单位不能是本单位自己。")]})
    if terms.parent_id is not None:
        access.get_unit_for(actor, terms.parent_id)
    unit.division = division
    unit.level = division.level
    unit.parent_id = terms.parent_id
    for name in ("name", "short_name", "kind", "duty", "phone", "is_active"):
        setattr(unit, name, getattr(terms, name))


def _held(unit: Unit) -> bool:
    """Tell whether someone holds, or will hold, a post in the unit."""
    today = timezone.localdate(clock.now())
    return Post.objects.filter(unit=unit, period__overlap=DateRange(today, None)).exists()


@transaction.atomic
def create_unit(terms: UnitTerms, *, actor: Actor) -> Unit:
    """Create a unit; its level is its division's. Raises ``Invalid`` by field."""
    gate.check(actor, rights.MANAGE)
    unit = Unit()
    _fill(unit, terms, actor)
    validity.save(unit)
    record.begin(("unit", unit.pk), [record.Fact(events.UNIT_CREATED, {"name": unit.name})], actor.stamp)
    return unit


@transaction.atomic
def change_unit(unit_id: int, terms: UnitTerms, *, actor: Actor) -> Unit:
    """Change a unit. It closes only when nobody holds a post in it any more."""
    unit = access.get_unit_for(actor, unit_id, lock=True)
    before = {name: getattr(unit, name) for name in vars(terms) if name != "division"}
    before["division"] = unit.division_id
    _fill(unit, terms, actor)
    if not unit.is_active and _held(unit):
        raise Invalid({"is_active": [_("还有人在这个单位任职，请先结束这些岗位，再停用单位。")]})
    validity.save(unit)
    changed = {name: [before[name], now] for name, now in vars(terms).items() if before[name] != now}
    if changed:
        record.append(("unit", unit.pk), [record.Fact(events.UNIT_CHANGED, changed)], actor.stamp)
    return unit


@transaction.atomic
def create_person(username: str, name: str, *, actor: Actor) -> tuple[User, str]:
    """Create an account and return it with its one-time password, which is kept nowhere and shown once."""
    gate.check(actor, rights.MANAGE)
    user = User(username=username.strip(), name=name.strip())
    if not USERNAME.fullmatch(user.username):
        raise Invalid({"username": [_("用户名只能用字母、数字、点、横线和下划线，2 到 60 个字符。")]})
    password = one_time_password()
    user.set_password(password)
    validity.save(user)
    fact = record.Fact(events.USER_CREATED, {"username": user.username})
    record.begin(("user", user.pk), [fact], actor.stamp)
    return user, password


@transaction.atomic
def rename_person(user_id: int, name: str, *, actor: Actor) -> User:
    """Correct a person's name."""
    user = access.get_person_for(actor, user_id, lock=True)
    if user.name != name.strip():
        before, user.name = user.name, name.strip()
        validity.save(user)
        fact = record.Fact(events.USER_RENAMED, {"name": [before, user.name]})
        record.append(("user", user.pk), [fact], actor.stamp)
    return user


@transaction.atomic
def reset_password(user_id: int, *, actor: Actor) -> tuple[User, str]:
    """Give an account a new one-time password and return it; sessions and tokens end, a lock is lifted."""
    user = access.get_person_for(actor, user_id, lock=True)
    password = one_time_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    ApiToken.objects.filter(user=user).delete()
    sessions.end_all(user)
    sign_in.unlock(user)
    record.append(("user", user.pk), [record.Fact(events.PASSWORD_RESET)], actor.stamp)
    return user, password


@transaction.atomic
def set_active(user_id: int, *, active: bool, actor: Actor) -> User:
    """Disable or enable an account; disabled, it ends at the next request. Nobody disables themselves."""
    user = access.get_person_for(actor, user_id, lock=True)
    if user.pk == actor.user_id:
        raise Forbidden(_("不能停用自己的账号，请由另一位系统管理员操作。"))
    if user.is_active != active:
        user.is_active = active
        user.save(update_fields=["is_active"])
        sessions.end_all(user)
        name = events.USER_ENABLED if active else events.USER_DISABLED
        record.append(("user", user.pk), [record.Fact(name)], actor.stamp)
    return user


def choose_language(user_id: int, language: str) -> None:
    """Let a person read in ``language`` (a code of ``LANGUAGES``) wherever they sign in. A wish of their own: no record."""
    User.objects.filter(pk=user_id).update(language=language)
