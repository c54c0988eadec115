"""Signing in with a password and a code: one way for screens and API, with lockout."""

from datetime import timedelta

from allauth.mfa.models import Authenticator
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_client_ip_address
from axes.models import AccessAttempt
from axes.utils import reset as reset_attempts
from django.conf import settings
from django.contrib import auth
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from minfu.accounts import events, whence
from minfu.accounts.models import ApiToken, SignIn, User
from minfu.accounts.rules import sessions
from minfu.kernel import clock, limits, record
from minfu.kernel.errors import Invalid, Refused


class Locked(Refused):
    """Too many wrong passwords for this account from this address; ``extra`` says when the lock ends (as ``TooMany``)."""

    status = 429
    code = "locked"


class WrongPassword(Invalid):
    """User name and password do not match; which of the two is wrong is never told."""

    status = 422
    code = "wrong_password"


class WrongCode(Invalid):
    """A code of the second factor is wrong, or was used before."""

    status = 422
    code = "wrong_code"


#: Ends the name under which wrong codes are counted. No user name has this character, and none typed in is let through.
_CODES = "#"


#: Longer than any code of an authenticator app is good (seconds).
_CODE_SECONDS = 180


def locked_by(_request: object, credentials: dict[str, object] | None) -> list[list[str]]:
    """Say to axes what a lock binds (``AXES_LOCKOUT_PARAMETERS``).

    Wrong passwords lock an account from one address, so that nobody shuts others out. Wrong codes lock it from every
    address: whoever gets as far as the code knows the password, and six digits are soon tried from many addresses.
    """
    name = str((credentials or {}).get("username", ""))
    return [["username"]] if name.endswith(_CODES) else [["username", "ip_address"]]


def _locked(request: HttpRequest, username: str) -> Locked:
    """Return the refusal of a locked sign-in; the lock ends the cool-off after the last counted failure."""
    tries = AccessAttempt.objects.filter(username=username)
    if not username.endswith(_CODES):
        tries = tries.filter(ip_address=get_client_ip_address(request))
    last = tries.order_by("-attempt_time").values_list("attempt_time", flat=True).first()
    ends_at = (last or clock.now()) + timedelta(hours=settings.AXES_COOLOFF_TIME)
    sentence = (
        _("验证码连续输错 %(times)d 次，登录已锁定。请在 %(time)s 之后再试；手机丢失请联系系统管理员。")
        if username.endswith(_CODES)
        else _(
            "密码连续输错 %(times)d 次，登录已锁定。请在 %(time)s 之后再试；忘记密码请联系本单位系统管理员重置。"
        )
    )
    said = {"times": settings.AXES_FAILURE_LIMIT, "time": timezone.localtime(ends_at).strftime("%H:%M")}
    wait = max(1, int((ends_at - clock.now()).total_seconds()))
    return Locked(sentence % said, extra={"retry_at": ends_at.isoformat(), "retry_after": wait})


def _note_failure(request: HttpRequest, user: User | None, outcome: SignIn.Outcome, door: str) -> None:
    """Keep a failure for the person it concerns; while locked, only the one that locked."""
    locked = getattr(request, "axes_locked_out", False)
    if user is None or (locked and not getattr(request, "axes_failures_since_start", None)):
        return
    note(request, user, SignIn.Outcome.LOCKED if locked else outcome, door)


def note(
    request: HttpRequest, user: User, outcome: str, door: str, method: str = "", factor: str = ""
) -> SignIn:
    """Keep a sign-in or a failed one for the person (``SignIn``); the address without its end."""
    return SignIn.objects.create(
        user=user,
        at=clock.now(),
        outcome=outcome,
        method=method,
        factor=factor,
        door=door,
        device=whence.device(request.headers.get("User-Agent", "")),
        network=whence.network(get_client_ip_address(request)),
    )


def authenticate(request: HttpRequest, username: str, password: str, door: str = "screen") -> User:
    """Return the person whose password this is.

    Raises ``WrongPassword``, or ``Locked`` after ``MINFU_LOGIN_FAILURES`` wrong passwords in a row for this account from
    this address (``request`` is needed for address and device only).
    """
    if not {"\0", _CODES} & set(username + password.replace(_CODES, "")):
        user = auth.authenticate(request, username=username, password=password)
        if isinstance(user, User):
            return user
        known = User.objects.filter(username=username).first()
        _note_failure(request, known, SignIn.Outcome.WRONG_PASSWORD, door)
    if getattr(request, "axes_locked_out", False):
        raise _locked(request, username)
    raise WrongPassword(
        {
            "password": [
                _("用户名或密码不正确，请重新输入。连续输错 %(times)d 次将锁定 %(minutes)d 分钟。")
                % {
                    "times": settings.AXES_FAILURE_LIMIT,
                    "minutes": round(settings.AXES_COOLOFF_TIME * 60),
                }
            ]
        }
    )


def check_code(request: HttpRequest, user: User, code: str, door: str = "screen") -> Authenticator:
    """Return the factor this code is of: an authenticator app's, or one of the recovery codes. Each counts once.

    Raises ``WrongCode``, or ``Locked`` after ``MINFU_LOGIN_FAILURES`` wrong codes in a row, from whatever address.
    """
    name = user.username + _CODES
    if not AxesProxyHandler.is_allowed(request, {"username": name}):
        raise _locked(request, name)
    factors = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.WEBAUTHN)
    for factor in factors:
        if factor.wrap().validate_code(code) and _is_first_use(factor, code):
            reset_attempts(username=name)
            return factor
    user_login_failed.send(sender=__name__, credentials={"username": name}, request=request)
    _note_failure(request, user, SignIn.Outcome.WRONG_CODE, door)
    if getattr(request, "axes_locked_out", False):
        raise _locked(request, name)
    raise WrongCode({"code": [_("验证码不正确或已经用过，请输入最新的 6 位验证码。")]})


def _is_first_use(factor: Authenticator, code: str) -> bool:
    """Tell whether an app's code was not used before in its time; every server process knows. Recovery codes count themselves."""
    if factor.type != Authenticator.Type.TOTP:
        return True
    digits = "".join(filter(str.isdigit, code))
    try:
        limits.hit(f"totp:{factor.pk}:{digits}", limit=1, seconds=_CODE_SECONDS)
    except limits.TooMany:
        return False
    return True


def password_faults(password: str, user: User) -> list[str]:
    """Return what is wrong with a new password, in sentences; Django's own are not all translated."""
    sentences = {
        "password_too_short": _("新密码至少要有 10 个字符，请加长。"),
        "password_too_common": _("新密码太常见，容易被猜到，请换一个。"),
        "password_entirely_numeric": _("新密码不能只有数字，请加上字母或符号。"),
        "password_too_similar": _("新密码与您的用户名或姓名太相似，请换一个。"),
    }
    try:
        validate_password(password, user)
    except ValidationError as error:
        return [sentences.get(one.code or "", one.messages[0]) for one in error.error_list]
    return []


@transaction.atomic
def choose_password(
    *, user: User, old: str, new: str, again: str, door: str = "screen", session_key: str | None = None
) -> User:
    """Let a person choose a new password; their API tokens and their sessions, but for ``session_key``, end.

    Raises ``Invalid`` by field: ``old`` wrong, ``new`` too weak or the same as the old one, ``again`` different.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    fields: dict[str, list[str]] = {}
    if not user.check_password(old):
        fields["old"] = [_("当前密码不正确，请重新输入。")]
    elif new == old:
        fields["new"] = [_("新密码不能与当前密码相同，请换一个。")]
    if new != again:
        fields["again"] = [_("两次输入的新密码不一致，请重新输入。")]
    if faults := password_faults(new, user):
        fields.setdefault("new", []).extend(faults)
    if fields:
        raise Invalid(fields)
    user.set_password(new)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    ApiToken.objects.filter(user=user).delete()
    sessions.end_all(user, keep=session_key)
    stamp = sessions.stamp_of(user, door)
    record.append(("user", user.pk), [record.Fact(events.PASSWORD_CHANGED)], stamp)
    return user


def unlock(user: User) -> None:
    """Forget the wrong passwords of an account, so that the person can sign in at once."""
    reset_attempts(username=user.username)
    reset_attempts(username=user.username + _CODES)


def keep_answer(_request: HttpRequest, answer: object, _credentials: object = None) -> object:
    """Let a locked sign-in be answered by the view itself (``AXES_LOCKOUT_CALLABLE``), not by a page of django-axes."""
    return answer
