"""Signing in with a password: one way for screens and API, with lockout."""

from datetime import datetime, timedelta

from axes.helpers import get_client_ip_address
from axes.models import AccessAttempt
from axes.utils import reset as reset_attempts
from django.conf import settings
from django.contrib import auth
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from minfu.accounts import events
from minfu.accounts.models import ApiToken, User
from minfu.kernel import clock, record
from minfu.kernel.errors import Invalid, Refused


class Locked(Refused):
    """Too many wrong passwords for this account from this address; ``extra`` says when the lock ends (as ``TooMany``)."""

    status = 429
    code = "locked"


class WrongPassword(Invalid):
    """User name and password do not match; which of the two is wrong is never told."""

    status = 422
    code = "wrong_password"


def _lock_ends_at(request: HttpRequest, username: str) -> datetime:
    """Return when the lock ends: the cool-off after the last counted failure."""
    last = (
        AccessAttempt.objects.filter(username=username, ip_address=get_client_ip_address(request))
        .order_by("-attempt_time")
        .values_list("attempt_time", flat=True)
        .first()
    )
    return (last or clock.now()) + timedelta(hours=settings.AXES_COOLOFF_TIME)


def authenticate(request: HttpRequest, username: str, password: str) -> User:
    """Return the person whose password this is.

    Raises ``WrongPassword``, or ``Locked`` after ``MINFU_LOGIN_FAILURES`` wrong passwords in a row for this account from
    this address (``request`` is needed for the address only).
    """
    user = None
    if "\0" not in username + password:
        user = auth.authenticate(request, username=username, password=password)
    if isinstance(user, User):
        return user
    if getattr(request, "axes_locked_out", False):
        now = clock.now()
        ends_at = _lock_ends_at(request, username)
        raise Locked(
            _(
                "密码连续输错 %(times)d 次，登录已锁定。请在 %(time)s 之后再试；忘记密码请联系本单位系统管理员重置。"
            )
            % {
                "times": settings.AXES_FAILURE_LIMIT,
                "time": timezone.localtime(ends_at).strftime("%H:%M"),
            },
            extra={
                "retry_at": ends_at.isoformat(),
                "retry_after": max(1, int((ends_at - now).total_seconds())),
            },
        )
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
def choose_password(*, user: User, old: str, new: str, again: str, door: str = "screen") -> User:
    """Let a person choose a new password; their other sessions and API tokens end.

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
    stamp = record.Stamp(kind="staff", door=door, label=user.name, user_id=user.pk)
    record.append(("user", user.pk), [record.Fact(events.PASSWORD_CHANGED)], stamp)
    return user


def unlock(user: User) -> None:
    """Forget the wrong passwords of an account, so that the person can sign in at once."""
    reset_attempts(username=user.username)


def keep_answer(_request: HttpRequest, answer: object, _credentials: object = None) -> object:
    """Let a locked sign-in be answered by the view itself (``AXES_LOCKOUT_CALLABLE``), not by a page of django-axes."""
    return answer
