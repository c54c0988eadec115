"""How django-allauth is told the house's ways: it leads through the steps of signing in, we say what happens at the ends."""

import base64
import hashlib
import secrets
from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from axes.helpers import get_client_ip_address
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.accounts.access import Holding, holdings
from minfu.accounts.middleware import FACTOR, POST, renew
from minfu.accounts.models import SignIn, User
from minfu.accounts.rules import identity, sign_in
from minfu.accounts.sessions import SIGN_IN
from minfu.kernel import clock
from minfu.kernel.errors import Refused

#: Session key of the moment (Unix seconds) the person last proved who they are.
PROVED = "proved"


def proved_now(request: HttpRequest) -> None:
    """Note that the person proved just now who they are: changes of factors need no password again for a while."""
    request.session[PROVED] = int(clock.now().timestamp())


def choose_or_go(request: HttpRequest, user: User, target: str) -> HttpResponse:
    """Take the only post, or ask for one; a one-time password is replaced first."""
    if user.must_change_password:
        return redirect(reverse("accounts:password", query={"next": target}))
    held = holdings(user.pk)
    if len(held) == 1:
        return act_in(request, held[0], target)
    return redirect(reverse("accounts:choose_post", query={"next": target}))


def act_in(request: HttpRequest, holding: Holding, target: str) -> HttpResponse:
    """Take a post and go to ``target``, or to where the second factor is given that the post demands."""
    request.session[POST] = holding.post_id
    lacking = holding.needs_factor and not request.session.get(FACTOR)
    return redirect("mfa_index" if lacking else target)


def _records(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    """Return how this person proved in this session who they are: allauth's own notes."""
    found: list[dict[str, Any]] = get_authentication_records(request, user)
    return found


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library has no types
    """The ends of signing in: nobody signs up, a disabled person stays out, who comes in takes a post."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": gettext_lazy("验证没有成功，请再试一次。"),
        "incorrect_password": gettext_lazy("密码不正确，请重新输入。"),
    }

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Accounts are made by the administrator only."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address as the lockout counts it."""
        return str(get_client_ip_address(request) or "")

    def get_login_stages(self) -> list[str]:
        """Return the steps after the password or the provider: the second factor, for who has one."""
        return ["allauth.mfa.stages.AuthenticateStage"]

    def add_message(self, request: HttpRequest, level: int, *_template: Any, **more: Any) -> None:
        """Show what the library says in words; what it says by templates of its own, our pages say themselves."""
        if more.get("message"):
            messages.add_message(request, level, more["message"])

    def pre_login(self, request: HttpRequest, user: User, **_more: Any) -> HttpResponse | None:
        """Keep a disabled person out, whichever way they come."""
        if user.is_active:
            return None
        messages.error(request, _("这个账号已停用，请联系系统管理员。"))
        return redirect("accounts:login")

    def login(self, request: HttpRequest, user: User) -> None:
        """Begin the session and keep the sign-in for the person."""
        records = _records(request, user)
        factors = [one for one in records if one["method"] == "mfa"]
        super().login(request, user)
        request.session.pop(FACTOR, None)
        if factors:
            request.session[FACTOR] = True
        kind = factors[-1]["type"] if factors else ""
        ways = {one["method"] for one in records}
        method = SignIn.Method.IDENTITY if "socialaccount" in ways else SignIn.Method.PASSWORD
        if factors and factors[-1].get("passwordless"):
            method, kind = SignIn.Method.PASSKEY, ""
        kept = sign_in.note(request, user, SignIn.Outcome.ENTERED, "screen", method, kind)
        request.session[SIGN_IN] = kept.pk
        proved_now(request)
        renew(request)

    def post_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse:
        """Lead the person to their post and to where they wanted."""
        return choose_or_go(request, user, more.get("redirect_url") or settings.LOGIN_REDIRECT_URL)

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Ask for password or factor again before a change, unless the person proved who they are a short while ago."""
        proved = context.request.session.get(PROVED, 0)
        fresh = clock.now().timestamp() - proved < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        return not fresh and bool(super().is_reauthentication_required(app=app, **more))

    def reauthenticate(self, user: User, password: str) -> bool:
        """Tell whether the password is right; wrong ones count as at the sign-in page."""
        try:
            sign_in.authenticate(context.request, user.username, password)
        except sign_in.WrongPassword:
            return False
        except sign_in.Locked as refusal:
            raise ValidationError(str(refusal.message)) from refusal
        return True

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Return the ways to prove who one is, in our words."""
        words = {
            "reauthenticate": _("用密码验证"),
            "mfa_reauthenticate": _("用验证码验证"),
            "mfa_reauthenticate:webauthn": _("用通行密钥验证"),
        }
        return [
            {**one, "description": words[one["id"]]} for one in super().get_reauthentication_methods(user)
        ]


def _ring() -> MultiFernet:
    """Return the keys authenticator secrets are sealed with: derived from the signing key, former ones for reading."""
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    derived = (hashlib.sha256(b"minfu.second-factor:" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # the library has no types
    """Names, sentences and the sealing of second factors."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("验证没有成功，请再试一次。"),
        "cannot_generate_recovery_codes": gettext_lazy("请先设置动态验证码或通行密钥，再生成备用码。"),
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret for the database."""
        return _ring().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret of the database; one that cannot be opened (the signing key was lost) fits no code."""
        try:
            return _ring().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def get_totp_issuer(self) -> str:
        """Return what the authenticator app shows above the code."""
        return _("民富")

    def _get_site_name(self) -> str:
        """Return what the browser calls us when it asks for a passkey."""
        return _("民富")

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002 - the library's name
        """Return a name for a new passkey."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("通行密钥 %(number)d") % {"number": number}


class IdentityAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # the library has no types
    """Who comes from the county's identity provider: a person the administrator linked, or nobody."""

    def new_user(self, _request: HttpRequest, sociallogin: Any) -> User:
        """Keep nothing of what the provider tells about the person but the number to find them by; nothing is stored."""
        sociallogin.number = identity.number_in(sociallogin.account.extra_data)
        sociallogin.account.extra_data = {}
        return User()

    def populate_user(self, _request: HttpRequest, sociallogin: Any, _data: Any) -> User:
        """Fill in nothing: nobody is made from an identity."""
        user: User = sociallogin.user
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find whose identity this is; one that is nobody's goes no further, and gets no account."""
        if sociallogin.state.get("process") != "login":  # nobody links an identity to themselves
            self._refuse(request, _("统一身份由系统管理员登记，不能自行关联。"))
        if sociallogin.is_existing:
            return
        try:
            with transaction.atomic():
                sociallogin.connect(request, identity.match(sociallogin.account.uid, sociallogin.number))
        except Refused as refusal:
            self._refuse(request, str(refusal.message))

    def is_open_for_signup(self, _request: HttpRequest, _sociallogin: Any) -> bool:
        """An identity makes no account."""
        return False

    def on_authentication_error(self, request: HttpRequest, *_provider: Any, **_more: Any) -> None:
        """Say that it did not work, on the sign-in page."""
        self._refuse(request, _("统一身份认证没有完成，请重试，或用用户名和密码登录。"))

    def _refuse(self, request: HttpRequest, sentence: str) -> NoReturn:
        """Go back to the sign-in page with a sentence."""
        messages.error(request, sentence)
        raise ImmediateHttpResponse(redirect("accounts:login"))
