"""The room's configuration: terms and other ways, dated."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from minfu.accounts.actor import actor_of
from minfu.disputes import events, rights
from minfu.disputes.forms.config import TermForm, WayForm
from minfu.disputes.models import Term, Way
from minfu.disputes.rules import actions
from minfu.disputes.rules.actions import configure
from minfu.kernel import dated, gate
from minfu.kernel.errors import Missing
from minfu.kernel.models import Event
from minfu.kernel.step_pages import typed_in

#: Changes shown.
CHANGES = 20


@gate.needs(rights.CONFIGURE)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what holds today or will, and what was changed last."""
    configure.permit(actor_of(request))
    context = {
        "terms": dated.standing(Term).order_by("key", "valid_from"),
        "ways": dated.standing(Way).order_by("code", "valid_from"),
        "events": Event.objects.filter(subject_type=events.CONFIGURATION).order_by("-pk")[:CHANGES],
        "today": dated.today(),
    }
    return render(request, "disputes/config.html", context)


def _edit(request: HttpRequest, form: Any, label: str, act: Any) -> HttpResponse:
    def done() -> tuple[str, str]:
        act()
        return reverse("disputes:config"), _("已保存为新的一版。")

    return typed_in(request, form, "disputes/config_edit.html", {"label": label}, done)


@gate.needs(rights.CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
def term(request: HttpRequest, key: str) -> HttpResponse:
    """Set a term from a day on."""
    actor = actor_of(request)
    configure.permit(actor)
    if key not in Term.Key.values:
        raise Missing(_("没有这一页。"))
    now = dated.on(Term, dated.today()).filter(key=key).first()
    initial = {"days": now.days if now else None, "source": now.source if now else ""}
    form = TermForm(request.POST if request.method == "POST" else None, initial=initial)
    label = str(Term.Key(key).label)
    return _edit(request, form, label, lambda: actions.set_term(actor=actor, row=form.row(key)))


@gate.needs(rights.CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
def way(request: HttpRequest, code: str = "") -> HttpResponse:
    """Set a way from a day on, or a new one."""
    actor = actor_of(request)
    configure.permit(actor)
    now = dated.on(Way, dated.today()).filter(code=code).first() if code else None
    if code and now is None:
        raise Missing(_("没有这一页。"))
    initial = {name: getattr(now, name) for name in ("code", "name", "advice", "source")} if now else {}
    form = WayForm(request.POST if request.method == "POST" else None, initial=initial)
    label = now.name if now else _("新的途径")
    return _edit(request, form, label, lambda: actions.set_way(actor=actor, row=form.row()))
