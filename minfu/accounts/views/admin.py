"""The administrator's screens: units and people. No resident's data appears on any of them."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minfu.accounts.actor import actor_of
from minfu.accounts.forms import show
from minfu.accounts.forms_admin import PersonForm, RenameForm, UnitForm
from minfu.accounts.models import Unit, User
from minfu.accounts.rules import access, actions
from minfu.kernel import gate
from minfu.kernel.errors import Invalid

#: Rows of a list in sight at once.
PAGE = 40


@require_GET
@gate.needs("accounts.manage")
def units(request: HttpRequest) -> HttpResponse:
    """List the units of the administrator's area; ``q`` searches names."""
    query = request.GET.get("q", "").strip()
    page = Paginator(access.find_units(actor_of(request), query), PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/units.html", {"page": page, "query": query})


def _unit_page(request: HttpRequest, form: UnitForm, unit: Unit | None) -> HttpResponse:
    """Show the form of a new or present unit."""
    status = 422 if form.errors else 200
    return render(request, "accounts/unit.html", {"form": form, "unit": unit}, status=status)


@require_http_methods(["GET", "POST"])
@gate.needs("accounts.manage")
def unit_new(request: HttpRequest) -> HttpResponse:
    """Create a unit."""
    form = UnitForm(request.POST or None, actor=actor_of(request))
    if form.is_valid():
        try:
            unit = actions.create_unit(form.terms(), actor=actor_of(request))
        except Invalid as refusal:
            show(form, refusal.fields)
        else:
            messages.success(request, _("已新建单位“%(name)s”。") % {"name": unit.name})
            return redirect("accounts:units")
    return _unit_page(request, form, None)


@require_http_methods(["GET", "POST"])
@gate.needs("accounts.manage")
def unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Change a unit."""
    actor = actor_of(request)
    present = access.get_unit_for(actor, unit_id)
    names = ("name", "short_name", "kind", "division", "parent", "duty", "phone", "is_active")
    initial = {name: getattr(present, name) for name in names}
    form = UnitForm(request.POST or None, initial=initial, actor=actor)
    if form.is_valid():
        try:
            actions.change_unit(unit_id, form.terms(), actor=actor)
        except Invalid as refusal:
            show(form, refusal.fields)
        else:
            messages.success(request, _("已保存单位“%(name)s”。") % {"name": form.cleaned_data["name"]})
            return redirect("accounts:units")
    return _unit_page(request, form, present)


@require_GET
@gate.needs("accounts.manage")
def people(request: HttpRequest) -> HttpResponse:
    """List the staff accounts; ``q`` searches user names, names and units."""
    query = request.GET.get("q", "").strip()
    page = Paginator(access.find_people(actor_of(request), query), PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/people.html", {"page": page, "query": query})


def _show_password(request: HttpRequest, user: User, password: str) -> HttpResponse:
    """Show a one-time password once: it is in this answer only, never in a session, a log or a table."""
    answer = render(request, "accounts/one_time_password.html", {"person": user, "password": password})
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "POST"])
@gate.needs("accounts.manage")
def person_new(request: HttpRequest) -> HttpResponse:
    """Create an account and show its one-time password."""
    form = PersonForm(request.POST or None)
    if form.is_valid():
        try:
            user, password = actions.create_person(**form.cleaned_data, actor=actor_of(request))
        except Invalid as refusal:
            show(form, refusal.fields)
        else:
            return _show_password(request, user, password)
    return render(request, "accounts/person_new.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@gate.needs("accounts.manage")
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """Show a person and their posts; correct the name."""
    actor = actor_of(request)
    user = access.get_person_for(actor, user_id)
    form = RenameForm(request.POST or None, initial={"name": user.name})
    if form.is_valid():
        actions.rename_person(user_id, **form.cleaned_data, actor=actor)
        messages.success(request, _("已保存。"))
        return redirect("accounts:person", user_id)
    context: dict[str, Any] = {
        "form": form,
        "person": user,
        "posts": access.posts_for(actor).filter(user=user).order_by("-period"),
    }
    return render(request, "accounts/person.html", context, status=422 if form.errors else 200)


@require_POST
@gate.needs("accounts.manage")
def person_reset(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give a person a new one-time password and show it."""
    return _show_password(request, *actions.reset_password(user_id, actor=actor_of(request)))


@require_POST
@gate.needs("accounts.manage")
def person_active(request: HttpRequest, user_id: int) -> HttpResponse:
    """Disable (``active=0``) or enable an account."""
    active = request.POST.get("active") == "1"
    user = actions.set_active(user_id, active=active, actor=actor_of(request))
    said = _("已启用“%(name)s”的账号。") if active else _("已停用“%(name)s”的账号。")
    messages.success(request, said % {"name": user.name})
    return redirect("accounts:person", user_id)
