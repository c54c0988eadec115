"""The administrator's screens of other systems: what they are let in for, and their keys."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minfu.accounts import partners
from minfu.accounts.actor import actor_of
from minfu.accounts.forms import show
from minfu.accounts.forms_security import ReasonForm
from minfu.accounts.forms_systems import KeyForm, SystemForm
from minfu.kernel import gate, record
from minfu.kernel.errors import Invalid


@require_GET
@gate.needs("accounts.manage")
def systems(request: HttpRequest) -> HttpResponse:
    """List the systems of the administrator's area."""
    rows = [(one, partners.labels(one)) for one in partners.systems_for(actor_of(request))]
    return render(request, "accounts/systems.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@gate.needs("accounts.manage")
def system_new(request: HttpRequest) -> HttpResponse:
    """Let a system in."""
    actor = actor_of(request)
    form = SystemForm(request.POST or None, actor=actor)
    if form.is_valid():
        try:
            made = partners.create(form.terms(), actor=actor)
        except Invalid as refusal:
            show(form, refusal.fields)
        else:
            messages.success(request, _("已接入“%(name)s”。请给它发一个密钥。") % {"name": made.name})
            return redirect("accounts:system", made.pk)
    return render(request, "accounts/system_new.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@gate.needs("accounts.manage")
def system(request: HttpRequest, system_id: int) -> HttpResponse:
    """Show a system with its keys and history; change its scopes, area and limit."""
    actor = actor_of(request)
    present = partners.get_system_for(actor, system_id)
    initial = {name: getattr(present, name) for name in ("name", "scopes", "area", "per_minute")}
    form = SystemForm(request.POST or None, initial=initial, actor=actor, fixed=True)
    if form.is_valid():
        try:
            partners.change(system_id, form.terms(), actor=actor)
        except Invalid as refusal:
            show(form, refusal.fields)
        else:
            messages.success(request, _("已保存，密钥从下一次调用起按新的规定。"))
            return redirect("accounts:system", system_id)
    context = {
        "form": form,
        "system": present,
        "keys": partners.keys_of(present),
        "key_form": KeyForm(auto_id="key_%s"),
        "end_form": ReasonForm(auto_id="end_%s"),
        "events": record.history(("system", system_id))[::-1],
    }
    return render(request, "accounts/system.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@gate.needs("accounts.manage")
def key_new(request: HttpRequest, system_id: int) -> HttpResponse:
    """Give a system a further key and show it once: it is in this answer only."""
    actor = actor_of(request)
    present, form = partners.get_system_for(actor, system_id), KeyForm(request.POST, auto_id="key_%s")
    if form.is_valid():
        try:
            raw = partners.issue_key(system_id, **form.cleaned_data, actor=actor)
        except Invalid as refusal:
            show(form, refusal.fields)
        else:
            return render(request, "accounts/key_shown.html", {"system": present, "key": raw})
    context = {"form": form, "system": present, "label": _("发密钥"), "danger": False}
    return render(request, "accounts/system_step.html", context, status=422)


@require_POST
@gate.needs("accounts.manage")
def key_end(request: HttpRequest, system_id: int, key_id: int) -> HttpResponse:
    """End a key at once."""
    partners.end_key(system_id, key_id, actor=actor_of(request))
    messages.success(request, _("密钥已失效。"))
    return redirect("accounts:system", system_id)


@require_POST
@gate.needs("accounts.manage")
def system_end(request: HttpRequest, system_id: int) -> HttpResponse:
    """Let a system in no longer."""
    actor = actor_of(request)
    present, form = partners.get_system_for(actor, system_id), ReasonForm(request.POST, auto_id="end_%s")
    if form.is_valid():
        try:
            partners.stop(system_id, **form.cleaned_data, actor=actor)
        except Invalid as refusal:
            show(form, refusal.fields)
        else:
            messages.success(request, _("已停用“%(name)s”，它的密钥全部失效。") % {"name": present.name})
            return redirect("accounts:systems")
    context = {"form": form, "system": present, "label": _("停用这个系统"), "danger": True}
    return render(request, "accounts/system_step.html", context, status=422)
