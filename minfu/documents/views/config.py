"""The registers of numbers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from minfu.accounts.actor import actor_of
from minfu.documents import events, rights
from minfu.documents.forms import RegisterForm
from minfu.documents.models import Register
from minfu.documents.rules import actions
from minfu.kernel import gate
from minfu.kernel.models import Event
from minfu.kernel.step_pages import typed_in

#: Changes shown.
CHANGES = 20


@gate.needs(rights.CONFIGURE)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the registers with how far each has come, and what was changed last."""
    rows = (
        Register.objects.select_related("unit")
        .prefetch_related("years")
        .order_by("-is_open", "unit__name", "word")
    )
    changes = Event.objects.filter(subject_type=events.CONFIGURATION).order_by("-pk")[:CHANGES]
    return render(request, "documents/registers.html", {"rows": rows, "events": changes})


@gate.needs(rights.CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Set up a register."""
    form = RegisterForm(request.POST if request.method == "POST" else None)

    def act() -> tuple[str, str]:
        actions.set_register(actor=actor_of(request), **form.cleaned_data)
        return reverse("documents:registers"), _("已保存。")

    return typed_in(request, form, "documents/register.html", {}, act)


@gate.needs(rights.CONFIGURE)
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a register."""
    actions.close_register(actor=actor_of(request), pk=pk)
    messages.success(request, _("已停用。"))
    return redirect("documents:registers")
