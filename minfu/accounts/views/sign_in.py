"""Signing in and out, choosing a post, choosing a new password."""

from typing import Any, cast
from urllib.parse import urlencode

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.password_validation import MinimumLengthValidator, get_default_password_validators
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from minfu.accounts import demo_logins
from minfu.accounts.access import holdings
from minfu.accounts.adapters import act_in, choose_or_go, proved_now
from minfu.accounts.forms import LoginForm, PasswordForm, show
from minfu.accounts.middleware import POST, no_factor_yet
from minfu.accounts.models import User
from minfu.accounts.rules import sign_in
from minfu.kernel import gate
from minfu.kernel.errors import Invalid


def next_page(request: HttpRequest) -> str:
    """Return where to go after signing in: ``next`` if it is an address of this site, else the home page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return settings.LOGIN_REDIRECT_URL


def signed_in_user(request: HttpRequest) -> User:
    """Return who is signed in; for views behind ``gate.signed_in``."""
    return cast(User, request.user)


@gate.open_to_all("sign-in page")
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Sign in with user name and password; then give the second factor if one has it, and choose a post if one holds several."""
    form = LoginForm(request.POST or None)
    context: dict[str, Any] = {
        "form": form,
        "next": next_page(request),
        "demo_logins": demo_logins.logins() if settings.MINFU_DEMO else [],
        "identity_name": _(settings.MINFU_OIDC_NAME) if settings.MINFU_OIDC_URL else "",
        "identity_next": urlencode({"next": next_page(request)}),
    }
    if form.is_valid():
        try:
            user = sign_in.authenticate(request, **form.cleaned_data)
        except sign_in.Locked as refusal:
            return render(request, "accounts/locked.html", {"refusal": refusal}, status=refusal.status)
        except sign_in.WrongPassword as refusal:
            show(form, refusal.fields)
        else:
            return cast(HttpResponse, perform_login(request, user, redirect_url=next_page(request)))
    return render(request, "accounts/login.html", context, status=422 if form.errors else 200)


@gate.open_to_all("signing out")
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session."""
    auth.logout(request)
    return redirect("accounts:login")


@gate.signed_in
@no_factor_yet
@never_cache
@require_http_methods(["GET", "POST"])
def choose_post(request: HttpRequest) -> HttpResponse:
    """Choose the post to act in; rights, area and inbox follow it."""
    held = holdings(signed_in_user(request).pk)
    wanted = request.POST.get("post", "")
    holding = next((one for one in held if str(one.post_id) == wanted), None)
    if holding is not None:
        request.session.cycle_key()
        return act_in(request, holding, next_page(request))
    if wanted:
        messages.error(request, _("这个岗位已经结束或代理已到期，请另选一个。"))
    context = {"held": held, "chosen": request.session.get(POST), "next": next_page(request)}
    return render(request, "accounts/choose_post.html", context)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def _password(request: HttpRequest) -> HttpResponse:
    """Choose a new password; needed at the first sign-in and after a reset."""
    user = signed_in_user(request)
    form = PasswordForm(request.POST or None)
    if form.is_valid():
        try:
            user = sign_in.choose_password(
                user=user, session_key=request.session.session_key, **form.cleaned_data
            )
        except Invalid as refusal:
            show(form, refusal.fields)
        else:
            auth.update_session_auth_hash(request, user)
            proved_now(request)
            messages.success(request, _("新密码已生效。"))
            return choose_or_go(request, user, next_page(request))
    context = {
        "form": form,
        "shortest": next(
            one.min_length
            for one in get_default_password_validators()
            if isinstance(one, MinimumLengthValidator)
        ),
        "forced": user.must_change_password,
    }
    return render(request, "accounts/password.html", context, status=422 if form.errors else 200)


_password.allows_one_time_password = True  # type: ignore[attr-defined]  # a view says what it allows
password = gate.signed_in(no_factor_yet(_password))
