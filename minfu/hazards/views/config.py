"""The room's configuration: grades, and who is told of an alarm in which round."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from minfu.accounts.actor import actor_of
from minfu.hazards import events, rights
from minfu.hazards.forms.config import CallForm, EndForm, GradeForm
from minfu.hazards.models import AlarmStep, Grade
from minfu.hazards.rules import actions
from minfu.hazards.rules.actions import configure
from minfu.kernel import dated, gate
from minfu.kernel.errors import Missing
from minfu.kernel.models import Event
from minfu.kernel.step_pages import typed_in

#: Changes shown.
CHANGES = 20
_GRADE = (
    "code", "name", "meaning", "weight", "amount", "measure", "again_amount", "again_measure", "alarm", "source",
)  # fmt: skip


@gate.needs(rights.CONFIGURE)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what holds today or will, and what was changed last."""
    configure.permit(actor_of(request))
    context = {
        "grades": dated.standing(Grade).order_by("-weight", "code", "valid_from"),
        "calls": dated.standing(AlarmStep)
        .select_related("unit", "post__unit", "post__user")
        .order_by("stage", "pk"),
        "events": Event.objects.filter(subject_type=events.CONFIGURATION).order_by("-pk")[:CHANGES],
        "today": dated.today(),
    }
    return render(request, "hazards/config.html", context)


def _edit(request: HttpRequest, form: Any, label: str, act: Callable[[], object]) -> HttpResponse:
    def done() -> tuple[str, str]:
        act()
        return reverse("hazards:config"), _("已保存。")

    return typed_in(request, form, "hazards/config_edit.html", {"label": label}, done)


@gate.needs(rights.CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
def grade(request: HttpRequest, code: str = "") -> HttpResponse:
    """Set a grade from a day on, or a new one."""
    actor = actor_of(request)
    configure.permit(actor)
    now = dated.on(Grade, dated.today()).filter(code=code).first() if code else None
    if code and now is None:
        raise Missing(_("没有这一页。"))
    initial = {name: getattr(now, name) for name in _GRADE} if now else {}
    form = GradeForm(request.POST if request.method == "POST" else None, initial=initial)
    label = now.name if now else _("新的等级")
    return _edit(request, form, label, lambda: actions.set_grade(actor=actor, row=form.row()))


@gate.needs(rights.CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest) -> HttpResponse:
    """Add a line to the list of who is told."""
    actor = actor_of(request)
    configure.permit(actor)
    form = CallForm(request.POST if request.method == "POST" else None)
    return _edit(request, form, _("警报名单加一行"), lambda: actions.add_call(actor=actor, row=form.row()))


@gate.needs(rights.CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
def call_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a line of the list on a day."""
    actor = actor_of(request)
    configure.permit(actor)
    row = dated.standing(AlarmStep).filter(pk=pk).first()
    if row is None:
        raise Missing(_("没有找到这一行，可能已经失效。"))
    form = EndForm(request.POST if request.method == "POST" else None)

    def act() -> object:
        told = form.cleaned_data
        return actions.end_call(actor=actor, pk=pk, on=told["on"], reason=told["reason"])

    label = _("名单失效：第 %(stage)s 轮 %(whom)s") % {"stage": row.stage, "whom": row.get_whom_display()}
    return _edit(request, form, label, act)
