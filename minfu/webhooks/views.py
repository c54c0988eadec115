"""The administrator's screens of addresses changes are sent to: what is sent where, and what became of it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minfu.accounts import rights
from minfu.accounts.actor import actor_of
from minfu.accounts.forms import show
from minfu.cases import door
from minfu.kernel import clock, gate, pages, record
from minfu.kernel.errors import Invalid
from minfu.webhooks import events, states
from minfu.webhooks.forms import EndpointForm, RenewForm, SinceForm
from minfu.webhooks.models import Delivery, Endpoint
from minfu.webhooks.rules import endpoints as rules

#: Deliveries in sight at once.
PAGE = 40


@dataclass(frozen=True)
class Line:
    """A delivery with what happened in words."""

    delivery: Delivery
    label: Any


@require_GET
@gate.needs(rights.MANAGE)
def endpoints(request: HttpRequest) -> HttpResponse:
    """List the addresses of the systems in the administrator's area."""
    return render(request, "webhooks/endpoints.html", {"rows": rules.endpoints_for(actor_of(request))})


@never_cache
@require_http_methods(["GET", "POST"])
@gate.needs(rights.MANAGE)
def endpoint_new(request: HttpRequest) -> HttpResponse:
    """Add an address and show its secret once: it is in this answer only."""
    actor = actor_of(request)
    form = EndpointForm(request.POST or None, actor=actor)
    if form.is_valid():
        try:
            made, secret = rules.create(form.cleaned_data["system_id"], form.terms(), actor=actor)
        except Invalid as refusal:
            show(form, refusal.fields)
        else:
            return render(request, "webhooks/secret_shown.html", {"endpoint": made, "secret": secret})
    context = {"form": form, "label": _("添加推送地址"), "endpoint": None, "danger": False}
    return render(request, "webhooks/step.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@gate.needs(rights.MANAGE)
def endpoint(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Show an address with the log of what was sent; change where to and what."""
    actor = actor_of(request)
    present = rules.get_endpoint_for(actor, webhook_id)
    initial = {name: getattr(present, name) for name in ("label", "url", "kinds")}
    form = EndpointForm(request.POST or None, initial=initial, actor=actor, fixed=True)
    if form.is_valid():
        try:
            rules.change(webhook_id, form.terms(), actor=actor)
        except Invalid as refusal:
            show(form, refusal.fields)
        else:
            messages.success(request, _("已保存，从下一条起按新的规定推送。"))
            return redirect("webhooks:endpoint", webhook_id)
    context = {
        "form": form,
        "endpoint": present,
        **_log(request, present),
        "now": clock.now(),
        "renew_form": RenewForm(auto_id="renew_%s"),
        "since_form": SinceForm(auto_id="since_%s"),
        "events": record.history((events.SUBJECT, webhook_id))[::-1],
        "DELIVERY": states.DELIVERY,
    }
    return render(request, "webhooks/endpoint.html", context, status=422 if form.errors else 200)


def _log(request: HttpRequest, endpoint: Endpoint) -> dict[str, Any]:
    found = rules.deliveries_of(endpoint)
    try:
        rows, after = pages.page(found, cursor=request.GET.get("after", ""), size=PAGE, newest_first=True)
    except Invalid:
        rows, after = pages.page(found, size=PAGE, newest_first=True)
    labels = door.change_kinds()
    return {"lines": [Line(row, labels.get(row.kind, row.kind)) for row in rows], "next": after}


@never_cache
@require_POST
@gate.needs(rights.MANAGE)
def renew(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Make a new secret and show it once: it is in this answer only."""
    actor = actor_of(request)
    present, form = rules.get_endpoint_for(actor, webhook_id), RenewForm(request.POST, auto_id="renew_%s")
    if form.is_valid():
        secret = rules.renew_secret(webhook_id, hours=form.cleaned_data["hours"], actor=actor)
        return render(request, "webhooks/secret_shown.html", {"endpoint": present, "secret": secret})
    context = {"form": form, "endpoint": present, "label": _("换签名密钥"), "danger": False}
    return render(request, "webhooks/step.html", context, status=422)


@require_POST
@gate.needs(rights.MANAGE)
def switch_on(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Begin to send (again)."""
    rules.switch(webhook_id, on=True, actor=actor_of(request))
    messages.success(request, _("已开始推送，停止期间的变更会补推。"))
    return redirect("webhooks:endpoint", webhook_id)


@require_POST
@gate.needs(rights.MANAGE)
def switch_off(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Stop sending."""
    rules.switch(webhook_id, on=False, actor=actor_of(request))
    messages.success(request, _("已停止推送。"))
    return redirect("webhooks:endpoint", webhook_id)


@require_POST
@gate.needs(rights.MANAGE)
def replay_since(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Send again what happened since a moment."""
    actor = actor_of(request)
    present, form = rules.get_endpoint_for(actor, webhook_id), SinceForm(request.POST, auto_id="since_%s")
    if form.is_valid():
        try:
            number = rules.replay_since(webhook_id, form.cleaned_data["since"], actor=actor)
        except Invalid as refusal:
            show(form, refusal.fields)
        else:
            messages.success(request, _("将重新推送 %(number)s 条。") % {"number": number})
            return redirect("webhooks:endpoint", webhook_id)
    context = {"form": form, "endpoint": present, "label": _("重新推送"), "danger": False}
    return render(request, "webhooks/step.html", context, status=422)


@require_POST
@gate.needs(rights.MANAGE)
def replay(request: HttpRequest, webhook_id: int, delivery_id: int) -> HttpResponse:
    """Send one delivery again."""
    row = rules.replay(webhook_id, delivery_id, actor=actor_of(request))
    messages.success(request, _("将重新推送 %(number)s 的这一条。") % {"number": row.number})
    return redirect("webhooks:endpoint", webhook_id)
