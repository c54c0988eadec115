"""Sign-in for programs: a token bound to one post, of which only the hash is kept."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from minfu.accounts import events, rights
from minfu.accounts.access import Holding, actor_in, choose, holdings
from minfu.accounts.actor import Actor
from minfu.accounts.models import ApiToken, Post, SignIn, User
from minfu.accounts.rules import access, second_factor, sign_in
from minfu.kernel import clock, gate, limits, prepared, record
from minfu.kernel.errors import Invalid, Missing
from minfu.kernel.gate import SignInNeeded

#: How stale "last used" may be, so that a call does not cost a write.
_USED_EVERY = timedelta(minutes=5)


def _digest(raw: str) -> bytes:
    """Return what is kept of a token. It has 256 random bits, so a plain hash cannot be guessed back."""
    return hashlib.sha256(raw.encode()).digest()


def issue_token(
    request: HttpRequest, username: str, password: str, post_id: int | None = None, code: str = ""
) -> tuple[str, ApiToken]:
    """Sign a program in: return the token (shown once) and its row (``expires_at``).

    ``post_id`` may be left out by someone with exactly one post. Who has a second factor gives a ``code`` of it; where the
    post demands one, nobody gets a token without. ``request`` gives the address the lockout counts by.
    Raises ``WrongPassword``, ``WrongCode``, ``Locked``, or ``Invalid`` when a new password must be chosen first, the post is
    not theirs, or a code is needed.
    """
    user = sign_in.authenticate(request, username, password, "api")
    if user.must_change_password:
        raise Invalid({"password": [_("这是一次性密码，请先在网页登录并设置新密码。")]})
    held = holdings(user.pk)
    holding = choose(held, post_id)
    if holding is None:
        raise Invalid({"post_id": [_sentence_for_no_post(held, post_id)]})
    factor = factor_given(request, user, code)
    if holding.needs_factor and not factor:
        raise Invalid({"code": [_("这个岗位要求二次验证，请先在网页“登录与安全”中设置，再取令牌。")]})
    raw = f"mf_{secrets.token_urlsafe(32)}"
    now = clock.now()
    with transaction.atomic():
        token = ApiToken.objects.create(
            digest=_digest(raw),
            user=user,
            post_id=holding.post_id,
            created_at=now,
            expires_at=now + timedelta(hours=settings.MINFU_TOKEN_HOURS),
            second_factor=bool(factor),
        )
        type(user).objects.select_for_update().get(pk=user.pk)
        fact = record.Fact(events.TOKEN_ISSUED, {"post": holding.post_id})
        record.append(("user", user.pk), [fact], actor_in(holding, user.pk, "api").stamp)
    sign_in.note(request, user, SignIn.Outcome.ENTERED, "api", SignIn.Method.PASSWORD, factor)
    return raw, token


def factor_given(request: HttpRequest, user: User, code: str) -> str:
    """Return the kind of factor whose code was given, "" for someone who has none.

    Raises ``Invalid`` where a code is missing, ``WrongCode`` or ``Locked`` as ``sign_in.check_code``.
    """
    if not second_factor.kinds_of(user):
        return ""
    if not code:
        raise Invalid({"code": [_("您的账号有二次验证，请用 code 填写动态验证码或备用码。")]})
    return str(sign_in.check_code(request, user, code, "api").type)


def _sentence_for_no_post(held: list[Holding], post_id: int | None) -> str:
    """Say why no post could be taken."""
    if held and post_id is None:
        which = _("、").join(str(one.post_id) + _("（") + one.label + _("）") for one in held)
        return _("您有多个岗位，请用 post_id 指明以哪个岗位登录：%(which)s。") % {"which": which}
    if held:
        return _("您现在没有这个岗位，请检查 post_id。")
    return _("您目前没有有效的岗位，请联系系统管理员。")


_HOLDER = """
    SELECT t.id, t.last_used_at, t.user_id, s.per_minute, t.second_factor,
           p.id, p.role, coalesce(s.area_id, p.area_id), u.id, u.name, u.level,
           ARRAY(SELECT g.grid_id FROM accounts_post_grids g WHERE g.post_id = p.id), p.user_id <> t.user_id,
           p.role = ANY (%(always)s::text[])
           OR EXISTS (SELECT FROM accounts_second_factor_rule r
                       WHERE r.role = p.role AND r.period @> %(today)s::date),
           ARRAY(SELECT o.unit_id FROM accounts_post o WHERE o.user_id = t.user_id AND o.period @> %(today)s::date),
           s.scopes
      FROM accounts_api_token t
      JOIN accounts_user who ON who.id = t.user_id
      JOIN accounts_post p ON p.id = t.post_id
      JOIN accounts_unit u ON u.id = p.unit_id
      LEFT JOIN accounts_system s ON s.post_id = p.id
     WHERE t.digest = %(digest)s AND t.expires_at > %(now)s AND who.is_active AND NOT who.must_change_password
       AND p.period @> %(today)s::date AND u.is_active
       AND (p.user_id = t.user_id
            OR EXISTS (SELECT FROM accounts_delegation d
                        WHERE d.post_id = p.id AND d.to_id = t.user_id
                          AND d.starts_at <= %(now)s AND d.ends_at > %(now)s))
"""


def actor_for_token(raw: str) -> Actor:
    """Return who calls with this token, through the door "api". One query and no cache, as for screens.

    Raises ``SignInNeeded`` when the token is unknown or expired, the person disabled, the post ended, or a second factor is
    demanded by now that was not given for it; ``TooMany`` beyond the calls a minute that another system's key is good for.
    """
    now = clock.now()
    values = {
        "digest": _digest(raw),
        "now": now,
        "today": clock.day(now),
        "always": settings.MINFU_SECOND_FACTOR,
    }
    found = prepared.first_rows(_HOLDER, values)
    if not found:
        raise SignInNeeded(_("令牌无效或已过期，请重新登录取得令牌。"))
    token_id, used, user_id, per_minute, second, *held = found[0]
    holding = Holding(*held)
    if per_minute is not None:
        _count_call(token_id, per_minute)
    if holding.needs_factor and not second:
        raise SignInNeeded(_("这个岗位现在要求二次验证，请用验证码重新取得令牌。"))
    _touch(token_id, used, now)
    return actor_in(holding, user_id, "api")


def _count_call(token_id: int, per_minute: int) -> None:
    """Count a call with another system's key."""
    try:
        limits.hit(f"key:{token_id}", limit=per_minute, seconds=60)
    except limits.TooMany as refusal:
        sentence = _("这个密钥每分钟最多调用 %(most)d 次，请 %(wait)d 秒后再试。")
        words = {"most": per_minute, "wait": refusal.extra["retry_after"]}
        raise limits.TooMany(sentence % words, extra=refusal.extra) from None


def _touch(token_id: int, last: datetime | None, now: datetime) -> None:
    """Note that the token is in use, at most every few minutes."""
    if last is None or now - last >= _USED_EVERY:
        ApiToken.objects.filter(pk=token_id).update(last_used_at=now)


def revoke(raw: str) -> None:
    """End a token at once; an unknown one is already as good as ended."""
    ApiToken.objects.filter(digest=_digest(raw)).delete()


def own(actor: Actor) -> QuerySet[ApiToken]:
    """Return the person's tokens that have not expired, newest first."""
    return ApiToken.objects.filter(user_id=actor.user_id or 0, expires_at__gt=clock.now()).order_by("-pk")


def of_person(user_id: int, *, actor: Actor) -> QuerySet[ApiToken]:
    """Return a person's tokens that have not expired, newest first, for the administrator."""
    person = access.get_person_for(actor, user_id)
    return ApiToken.objects.filter(user=person, expires_at__gt=clock.now()).order_by("-pk")


@transaction.atomic
def end(token_id: int, *, actor: Actor) -> None:
    """End a token at once: one's own, or anyone's by the administrator. ``Missing`` whether it is absent or another's."""
    rows = ApiToken.objects.all() if actor.may(rights.MANAGE) else own(actor)
    token = rows.filter(pk=token_id).first()
    if token is None:
        raise Missing(_("没有这个令牌，可能已经失效。"))
    User.objects.select_for_update().get(pk=token.user_id)
    token.delete()
    fact = record.Fact(events.TOKEN_ENDED, {"post": token.post_id})
    record.append(("user", token.user_id), [fact], actor.stamp)


@transaction.atomic
def issue_key(post: Post, *, days: int, actor: Actor, raw: str = "", label: str = "") -> str:
    """Return a key for a program that acts in ``post`` for ``days`` days; shown once, only its digest is kept.

    ``label`` tells it from others of the same system. ``raw`` is given by the demo alone, whose key everybody may know; kept
    already, it lasts from now on again.
    """
    gate.check(actor, rights.MANAGE)
    raw, now = raw or f"mf_{secrets.token_urlsafe(32)}", clock.now()
    User.objects.select_for_update().get(pk=post.user_id)
    _row, made = ApiToken.objects.update_or_create(
        digest=_digest(raw),
        defaults={
            "user_id": post.user_id,
            "post": post,
            "created_at": now,
            "expires_at": now + timedelta(days=days),
            "label": label.strip()[:60],
            "second_factor": True,  # a program has none: the administrator who issued the key vouches for it
        },
    )
    if made:
        fact = record.Fact(events.TOKEN_ISSUED, {"post": post.pk, "label": label.strip()[:60]})
        record.append(("user", post.user_id), [fact], actor.stamp)
    return raw
