"""One form: its cells as a table to fill in, one cell explained, its steps, and the workbook handed back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from minfu.accounts.actor import Actor, actor_of
from minfu.kernel import gate
from minfu.kernel.errors import Invalid, Missing
from minfu.kernel.pages import number_of
from minfu.kernel.step_pages import answer, typed_in
from minfu.workbooks import rights, states
from minfu.workbooks.forms import FORMS, CellForm
from minfu.workbooks.models import Workbook
from minfu.workbooks.rules import access, actions, handing_back, reading
from minfu.workbooks.views import common

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: How the fields of cells are called: what is typed, and which likely number is right.
TYPED, RIGHT = "c:", "ok:"


@gate.needs(rights.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def form_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a form as a table, or keep what was typed and confirmed in it."""
    actor = actor_of(request)
    row = access.get_for(actor, pk)
    if request.method == "POST":
        return _answered(request, actor, row)
    return render(request, "workbooks/workbook.html", common.context(actor, reading.filling(actor, row)))


def _answered(request: HttpRequest, actor: Actor, row: Workbook) -> HttpResponse:
    told = {
        name.removeprefix(TYPED): str(text) for name, text in request.POST.items() if name.startswith(TYPED)
    }
    right = [name.removeprefix(RIGHT) for name in request.POST if name.startswith(RIGHT)]
    try:
        actions.answer(
            actor=actor,
            pk=row.pk,
            told=told,
            confirmed=right,
            version=number_of(request.POST.get("version", "")),
        )
    except Invalid as refusal:
        filling = reading.filling(actor, row)
        context = common.context(actor, filling, told, refusal.fields)
        return render(request, "workbooks/workbook.html", context, status=422)
    messages.success(request, _("已保存。"))
    return redirect("workbooks:workbook", row.pk)


@gate.needs(rights.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def cell(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Show what a cell is taken for and why, or say what it asks for."""
    actor = actor_of(request)
    row = access.get_for(actor, pk)
    filling = reading.filling(actor, row)
    found = filling.cells.get(name.replace("-", "!"))
    if found is None:
        raise Missing(_("这张表里没有这一格。"))
    bound = request.method == "POST"
    if bound:
        access.permit(actor, row, states.WORKBOOK.step("mark"))
    form = CellForm(request.POST if bound else None, actor=actor, row=row, cell=found)
    may = row.state == states.OPEN and access.may_take(actor, row, states.WORKBOOK.step("mark"))

    def act() -> tuple[str, str]:
        form.take()
        return reverse("workbooks:workbook", args=[row.pk]), _("已保存，下一期也按这个填。")

    return typed_in(request, form, "workbooks/cell.html", {"row": row, "cell": found, "may": may}, act)


@gate.needs(rights.VIEW)
@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the workbook back with what is known in its cells."""
    actor = actor_of(request)
    row = access.get_for(actor, pk)
    reply = HttpResponse(handing_back.workbook(actor, row), content_type=_XLSX)
    reply["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=row.file.name) or ""
    )
    reply["X-Content-Type-Options"] = "nosniff"
    reply["Cache-Control"] = "no-store"
    return reply


@gate.needs(rights.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Show the form of a step, or take it."""
    actor = actor_of(request)
    row = access.get_for(actor, pk)
    if name not in FORMS:
        raise Missing(_("没有这个步骤。"))
    access.permit(actor, row, states.WORKBOOK.step(name))
    if request.method != "POST":
        states.WORKBOOK.check(row.state, name)
    return answer(request, common.page_of(row), FORMS[name], actor=actor, row=row, get=access.get_for)
