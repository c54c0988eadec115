"""Second factors: django-allauth's own pages in our templates. What they change is recorded, in the same transaction."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

import requests
from allauth.account.authentication import get_authentication_records
from allauth.account.views import ReauthenticateView
from allauth.mfa.base import views as base
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount.providers.openid_connect import views as openid
from axes.helpers import get_client_ip_address
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from minfu.accounts import events
from minfu.accounts.adapters import proved_now
from minfu.accounts.middleware import FACTOR, no_factor_yet
from minfu.accounts.models import User
from minfu.accounts.rules import identity, second_factor, sessions
from minfu.kernel import gate, limits, record
from minfu.kernel.errors import Missing

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponse]
_SECURITY = reverse_lazy("mfa_index")
#: Sign-ins by passkey or provider that one address (a whole office, often) may begin in ten minutes.
BEGUN_PER_TEN_MINUTES = 300


def _facts(before: dict[int, str], after: dict[int, str]) -> list[record.Fact]:
    """Say what changed among a person's factors (kind by number); new recovery codes in place of old ones are new ones."""
    added = {kind for number, kind in after.items() if number not in before}
    removed = {kind for number, kind in before.items() if number not in after} - added
    return [
        *(record.Fact(events.FACTOR_ADDED, {"kind": kind}) for kind in sorted(added)),
        *(record.Fact(events.FACTOR_REMOVED, {"kind": kind}) for kind in sorted(removed)),
    ]


def _said(facts: list[record.Fact]) -> str:
    """Say to the person what changed; what matters most when several things did."""
    sentences = {
        (events.FACTOR_ADDED, "totp"): _("动态验证码已启用，下次登录时使用。"),
        (events.FACTOR_ADDED, "webauthn"): _("通行密钥已添加，下次登录时可以使用。"),
        (events.FACTOR_ADDED, "recovery_codes"): _("已生成新的备用码。"),
        (events.FACTOR_REMOVED, "totp"): _("动态验证码已移除。"),
        (events.FACTOR_REMOVED, "webauthn"): _("通行密钥已移除。"),
        (events.FACTOR_REMOVED, "recovery_codes"): _("备用码已作废。"),
    }
    changed = {(fact.name, fact.data["kind"]) for fact in facts}
    return next(sentence for key, sentence in sentences.items() if key in changed)


def _factors(user: User) -> dict[int, str]:
    """Return the kinds of a person's factors by their numbers."""
    return dict(Authenticator.objects.filter(user=user).values_list("pk", "type"))


def _own(view: View) -> View:
    """Let any signed-in person in, also one who has yet to set up the factor their post demands."""

    @no_factor_yet
    @never_cache
    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    return gate.signed_in(entered)


def changing(view: View) -> View:
    """Wrap a page that changes factors: one transaction, the person locked, what changed in their history."""

    @wraps(view)
    def changed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            user = User.objects.select_for_update().get(pk=request.user.pk or 0)
            before = _factors(user)
            answer = view(request, *args, **kwargs)
            facts = _facts(before, _factors(user))
            if facts:
                record.append(("user", user.pk), facts, sessions.stamp_of(user))
        if facts:
            messages.success(request, _said(facts))
            _mark(request, user, fresh=any(fact.name == events.FACTOR_ADDED for fact in facts))
        return answer

    return _own(changed)


def _mark(request: HttpRequest, user: User, *, fresh: bool) -> None:
    """Let the session know whether a second factor was given: setting one up gives it, removing the last takes it."""
    if not second_factor.kinds_of(user):
        request.session.pop(FACTOR, None)
    elif fresh:
        request.session[FACTOR] = True
        proved_now(request)


def confirming(view: View) -> View:
    """Wrap a page that asks again who one is: what was given counts for the session."""

    @wraps(view)
    def confirmed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        before = len(get_authentication_records(request, request.user))
        answer = view(request, *args, **kwargs)
        new = get_authentication_records(request, request.user)[before:]
        if new:
            proved_now(request)
        if any(one["method"] == "mfa" for one in new):
            request.session[FACTOR] = True
        return answer

    return _own(confirmed)


def _mine(view: View) -> View:
    """Answer 404 for a passkey that is absent or another person's, before anything is asked."""

    @wraps(view)
    def found(request: HttpRequest, pk: int) -> HttpResponse:
        if not Authenticator.objects.filter(user=request.user, type="webauthn", pk=pk).exists():
            raise Missing(_("没有这个通行密钥。"))
        return view(request, pk=pk)

    return found


class ConfirmPasskeyView(webauthn.ReauthenticateWebAuthnView):  # type: ignore[misc]  # the library has no types
    """Ask for a passkey again; where it did not work, on the same page."""

    template_name = "accounts/confirm_passkey.html"

    def form_invalid(self, _form: Any) -> HttpResponse:
        """Say that it did not work and ask once more."""
        messages.error(self.request, _("通行密钥验证没有成功，请再试一次。"))
        return redirect(self.request.get_full_path())


def _counted(view: View) -> View:
    """Let one address begin so many sign-ins in ten minutes: each begun costs a session, and asks the provider something."""

    @wraps(view)
    def begun(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        limits.hit(f"begin:{get_client_ip_address(request)}", limit=BEGUN_PER_TEN_MINUTES, seconds=600)
        return view(request, *args, **kwargs)

    return begun


def _of_provider(view: View) -> View:
    """Let through what goes to or comes from the county's identity provider; there is none by another name.

    Where it does not answer, or not as a provider does, the sign-in page says so: passwords still work.
    """

    @wraps(view)
    def passed(request: HttpRequest, provider_id: str) -> HttpResponse:
        if provider_id != identity.PROVIDER or not settings.MINFU_OIDC_URL:
            raise Http404
        try:
            return view(request, provider_id)
        except (requests.RequestException, LookupError, ValueError):
            logger.exception("the identity provider does not answer as one does")
            messages.error(request, _("统一身份认证暂时连接不上，请用用户名和密码登录，或稍后再试。"))
            return redirect("accounts:login")

    return passed


authenticate = gate.open_to_all("second step of signing in")(
    base.AuthenticateView.as_view(template_name="accounts/factor.html")
)
login_by_passkey = gate.open_to_all("signing in with a passkey")(
    _counted(webauthn.LoginWebAuthnView.as_view())
)
confirm_password = confirming(ReauthenticateView.as_view(template_name="accounts/confirm.html"))
confirm_code = confirming(base.ReauthenticateView.as_view(template_name="accounts/confirm.html"))
confirm_passkey = confirming(ConfirmPasskeyView.as_view())
totp_add = changing(totp.ActivateTOTPView.as_view(template_name="accounts/totp.html"))
totp_remove = changing(
    totp.DeactivateTOTPView.as_view(template_name="accounts/factor_remove.html", success_url=_SECURITY)
)
codes = _own(recovery.ViewRecoveryCodesView.as_view(template_name="accounts/recovery_codes.html"))
codes_new = changing(
    recovery.GenerateRecoveryCodesView.as_view(template_name="accounts/recovery_codes_new.html")
)
passkey_add = changing(webauthn.AddWebAuthnView.as_view(template_name="accounts/passkey_add.html"))
passkey_remove = changing(
    _mine(
        webauthn.RemoveWebAuthnView.as_view(
            template_name="accounts/factor_remove.html", success_url=_SECURITY
        )
    )
)
passkey_rename = _own(
    _mine(
        webauthn.EditWebAuthnView.as_view(template_name="accounts/passkey_rename.html", success_url=_SECURITY)
    )
)
identity_login = gate.open_to_all("signing in at the county's identity provider")(
    _of_provider(_counted(openid.login))
)
identity_callback = gate.open_to_all("coming back from the county's identity provider")(
    _of_provider(openid.callback)
)
