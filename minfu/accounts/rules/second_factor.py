"""The second factor: who must have one (dated configuration), who has one, and what the administrator may do about it."""

from datetime import date

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from minfu.accounts import events, rights
from minfu.accounts.actor import Actor
from minfu.accounts.models import ApiToken, SecondFactorRule, User
from minfu.accounts.rules import access, sessions
from minfu.kernel import clock, gate, record, validity
from minfu.kernel.errors import Forbidden, Invalid, Missing
from minfu.kernel.record import Stamp

#: Factors that stand by themselves; recovery codes only replace one of them.
_WHOLE = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def kinds_of(user: User) -> frozenset[str]:
    """Return the kinds of second factor a person has set up: "totp", "webauthn"."""
    found = Authenticator.objects.filter(user=user, type__in=_WHOLE).values_list("type", flat=True)
    return frozenset(found)


def always() -> frozenset[str]:
    """Return the roles the server's settings demand it of, whatever the configuration says."""
    return frozenset(settings.MINFU_SECOND_FACTOR)


def demanded_roles(day: date | None = None) -> frozenset[str]:
    """Return the roles that are worked in with a second factor only, on a day (China's today when None)."""
    day = day or timezone.localdate(clock.now())
    rules = SecondFactorRule.objects.filter(period__contains=day).values_list("role", flat=True)
    return frozenset(rules) | always()


@transaction.atomic
def demand(role: str, *, starts_on: date, source: str, actor: Actor) -> SecondFactorRule:
    """Demand a second factor of a role from a day on; needs ``accounts.manage``. Raises ``Invalid`` by field."""
    gate.check(actor, rights.MANAGE)
    fields: dict[str, list[str]] = {}
    if role not in rights.PEOPLE:
        fields["role"] = [_("请选择角色。")]
    if starts_on < timezone.localdate(clock.now()):
        fields["starts_on"] = [_("开始日期不能早于今天。")]
    if not source.strip():
        fields["source"] = [_("请写明依据，例如文号。")]
    if fields:
        raise Invalid(fields)
    rule = SecondFactorRule(role=role, period=DateRange(starts_on, None), source=source.strip())
    validity.save(rule)
    data = {"role": role, "from": starts_on.isoformat()}
    record.begin(
        ("factor_rule", rule.pk), [record.Fact(events.FACTOR_DEMANDED, data, rule.source)], actor.stamp
    )
    return rule


@transaction.atomic
def end_demand(rule_id: int, *, reason: str, actor: Actor) -> SecondFactorRule:
    """Demand it no longer from today on, for a reason; a demand that has not begun is withdrawn."""
    rule = access.get_factor_rule_for(actor, rule_id, lock=True)
    today = timezone.localdate(clock.now())
    if rule.period.isempty or (rule.period.upper is not None and rule.period.upper <= today):
        raise Invalid({"": [_("这条要求已经结束。")]})
    if not reason.strip():
        raise Invalid({"reason": [_("请写明原因。")]})
    rule.period = DateRange(rule.period.lower, max(today, rule.period.lower))
    rule.save(update_fields=["period"])
    fact = record.Fact(events.FACTOR_DEMAND_ENDED, {"role": rule.role}, reason.strip())
    record.append(("factor_rule", rule.pk), [fact], actor.stamp)
    return rule


def _forget(user: User, stamp: Stamp, reason: str) -> None:
    """Take away all second factors of a locked person; their sessions and API tokens end."""
    if not reason.strip():
        raise Invalid({"reason": [_("请写明原因，例如“手机丢失，已当面核对身份”。")]})
    kinds = sorted(kinds_of(user))
    if not kinds:
        raise Invalid({"": [_("这位人员没有设置二次验证。")]})
    Authenticator.objects.filter(user=user).delete()
    ApiToken.objects.filter(user=user).delete()
    sessions.end_all(user)
    record.append(
        ("user", user.pk), [record.Fact(events.FACTORS_RESET, {"kinds": kinds}, reason.strip())], stamp
    )


@transaction.atomic
def reset(user_id: int, *, reason: str, actor: Actor) -> User:
    """Take away a person's second factors (a lost telephone), so that they set up new ones; needs ``accounts.manage``.

    Nobody does it for themselves: who loses theirs has recovery codes, or asks another administrator.
    """
    user = access.get_person_for(actor, user_id, lock=True)
    if user.pk == actor.user_id:
        raise Forbidden(_("不能重置自己的二次验证，请用备用码登录，或请另一位系统管理员操作。"))
    _forget(user, actor.stamp, reason)
    return user


@transaction.atomic
def reset_from_server(username: str, *, reason: str) -> User:
    """Take away a person's second factors from the server's command line: the only administrator lost theirs."""
    user = User.objects.select_for_update().filter(username=username).first()
    if user is None:
        raise Missing(_("没有这个人员。"))
    _forget(user, Stamp(kind="system", door="command", label="系统"), reason)
    return user
