"""One's own security page; what administrator and auditor may see and end of other people's sign-ins."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minfu.accounts import rights
from minfu.accounts.actor import actor_of
from minfu.accounts.forms import show
from minfu.accounts.forms_security import DemandForm, IdentityForm, LookForm, ReasonForm
from minfu.accounts.middleware import FACTOR, no_factor_yet
from minfu.accounts.models import SECOND_FACTOR_ADVISED, Role, SecondFactorRule
from minfu.accounts.rules import access, identity, second_factor, sessions
from minfu.accounts.views.sign_in import signed_in_user
from minfu.kernel import clock, gate
from minfu.kernel.errors import Invalid


@gate.signed_in
@no_factor_yet
@never_cache
@require_GET
def security(request: HttpRequest) -> HttpResponse:
    """Show one's own factors, sessions, sign-ins, and who looked at them."""
    user = signed_in_user(request)
    context: dict[str, Any] = {
        "days": settings.MINFU_SIGN_IN_DAYS,
        "factors": Authenticator.objects.filter(user=user).exclude(type="recovery_codes").order_by("pk"),
        "has_totp": "totp" in second_factor.kinds_of(user),
        "lacking": request.lacks_factor,  # type: ignore[attr-defined]  # set by accounts.middleware
        "given": bool(request.session.get(FACTOR)),
        "sessions": sessions.open_sessions(user, here=request.session.session_key),
        "sign_ins": sessions.sign_ins(user),
        "looks": sessions.looks(user),
    }
    return render(request, "accounts/security.html", context)


@gate.signed_in
@no_factor_yet
@require_POST
def session_end(request: HttpRequest, sign_in_id: int) -> HttpResponse:
    """End one of one's own sessions."""
    sessions.end_own(sign_in_id, user=signed_in_user(request))
    messages.success(request, _("已退出那台设备上的登录。"))
    return redirect("mfa_index")


@gate.signed_in
@no_factor_yet
@require_POST
def sessions_end(request: HttpRequest) -> HttpResponse:
    """End all one's own sessions but this one."""
    ended = sessions.end_others(user=signed_in_user(request), keep=request.session.session_key)
    messages.success(request, _("已退出其他 %(number)d 处登录。") % {"number": ended})
    return redirect("mfa_index")


@never_cache
@require_http_methods(["GET", "POST"])
@gate.needs("accounts.see_sign_ins")
def sign_ins(request: HttpRequest) -> HttpResponse:
    """Show a person's sign-ins for a stated reason, which the person sees; without one, the form that asks."""
    actor = actor_of(request)
    form = LookForm(request.POST or None, initial={"username": request.GET.get("username", "")[:60]})
    context: dict[str, Any] = {"form": form, "person": None, "days": settings.MINFU_SIGN_IN_DAYS}
    if form.is_valid():
        try:
            user = sessions.look_at(**form.cleaned_data, actor=actor)
        except Invalid as refusal:
            show(form, refusal.fields)
        else:
            context |= {
                "person": user,
                "sign_ins": sessions.sign_ins(user),
                "sessions": sessions.open_sessions(user),
                "may_end": actor.may(rights.MANAGE),
            }
    return render(request, "accounts/sign_ins.html", context, status=422 if form.errors else 200)


@require_POST
@gate.needs("accounts.manage")
def person_session_end(request: HttpRequest, user_id: int, sign_in_id: int) -> HttpResponse:
    """End a session of anyone."""
    user = sessions.end_of(user_id, sign_in_id, actor=actor_of(request))
    messages.success(request, _("已结束“%(name)s”的这次登录。") % {"name": user.name})
    return redirect("accounts:person", user_id)


@require_http_methods(["GET", "POST"])
@gate.needs("accounts.manage")
def person_factors(request: HttpRequest, user_id: int) -> HttpResponse:
    """Take away a person's second factors, for a reason."""
    actor = actor_of(request)
    person = access.get_person_for(actor, user_id)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            second_factor.reset(user_id, **form.cleaned_data, actor=actor)
        except Invalid as refusal:
            show(form, refusal.fields)
        else:
            messages.success(request, _("已重置。本人下次登录后可以重新设置。"))
            return redirect("accounts:person", user_id)
    context = {"form": form, "person": person, "kinds": second_factor.kinds_of(person)}
    return render(request, "accounts/person_factors.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@gate.needs("accounts.manage")
def person_identity(request: HttpRequest, user_id: int) -> HttpResponse:
    """Register a person's employee number and their name at the county's identity provider."""
    actor = actor_of(request)
    person = access.get_person_for(actor, user_id)
    initial = {"number": person.employee_number or "", "subject": identity.subject_of(person)}
    form = IdentityForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            identity.register(user_id, **form.cleaned_data, actor=actor)
        except Invalid as refusal:
            show(form, refusal.fields)
        else:
            messages.success(request, _("已保存。"))
            return redirect("accounts:person", user_id)
    return render(
        request,
        "accounts/person_identity.html",
        {"form": form, "person": person},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
@gate.needs("accounts.manage")
def demands(request: HttpRequest) -> HttpResponse:
    """Show of which roles a second factor is demanded, since when and why; demand it of another."""
    actor = actor_of(request)
    form = DemandForm(request.POST or None, initial={"starts_on": timezone.localdate(clock.now())})
    if form.is_valid():
        try:
            rule = second_factor.demand(**form.cleaned_data, actor=actor)
        except Invalid as refusal:
            show(form, refusal.fields)
        else:
            messages.success(request, _("已要求“%(role)s”二次验证。") % {"role": rule.get_role_display()})
            return redirect("accounts:demands")
    now = second_factor.demanded_roles()
    context = {
        "form": form,
        "rules": SecondFactorRule.objects.order_by("-period", "role"),
        "today": timezone.localdate(clock.now()),
        "always": [label for role, label in Role.choices if role in second_factor.always()],
        "advised": [role.label for role in SECOND_FACTOR_ADVISED if role not in now],
    }
    return render(request, "accounts/demands.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@gate.needs("accounts.manage")
def demand_end(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Demand a second factor of a role no longer, for a reason."""
    actor = actor_of(request)
    rule = access.get_factor_rule_for(actor, rule_id)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            second_factor.end_demand(rule_id, **form.cleaned_data, actor=actor)
        except Invalid as refusal:
            show(form, refusal.fields)
        else:
            messages.success(request, _("已结束这条要求。"))
            return redirect("accounts:demands")
    return render(
        request, "accounts/demand_end.html", {"form": form, "rule": rule}, status=422 if form.errors else 200
    )
