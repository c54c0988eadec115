"""Import of tables on screens: what is asked, how far it is, what came of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from minfu.accounts.actor import actor_of
from minfu.cases import rights, states
from minfu.cases.forms.tables import ImportForm
from minfu.cases.importers import DEMANDS
from minfu.cases.rules import tables, template_table
from minfu.files.sheets import csv_lines
from minfu.kernel import gate
from minfu.kernel.errors import Refused
from minfu.kernel.step_pages import show
from minfu.tables import held
from minfu.tables.importers import Upload

CSV, XLSX = "text/csv; charset=utf-8", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RECENT = 8
FAULTS_SHOWN = 50


@gate.needs(rights.IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def import_form(request: HttpRequest) -> HttpResponse:
    """Take a table for import; where it is not clear which column is which, that is asked next."""
    actor = actor_of(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = Upload(file.read(), file.name, form.asked())
            return redirect(held.take(actor, DEMANDS, upload, ask=form.cleaned_data["ask"]))
        except Refused as refusal:
            show(form, refusal)
    context = {
        "form": form,
        "runs": tables.runs_for(actor)[:RECENT],
        "waiting": held.waiting_for(actor, DEMANDS),
        "table": states.TABLE,
    }
    return render(request, "cases/tables/import.html", context, status=422 if form.errors else 200)


@gate.needs(rights.IMPORT)
@require_safe
def template(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the same for everyone
    """Hand out the template: the columns with an example row, and a sheet that explains them."""
    return _file(template_table.workbook(), _("诉求导入模板.xlsx"))


@gate.needs(rights.IMPORT)
@require_safe
def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far an import is, and what came of it; with htmx only the part that changes."""
    run = tables.get_run_for(actor_of(request), pk)
    context = {
        "run": run,
        "state": states.TABLE[run.state],
        "layout": tables.layout_of(run),
        "faults": run.faults[:FAULTS_SHOWN],
        "more_faults": max(0, run.outcome.get("faults", 0) - FAULTS_SHOWN),
    }
    part = getattr(request, "htmx", False)
    return render(request, "cases/tables/_run.html" if part else "cases/tables/run.html", context)


@gate.needs(rights.IMPORT)
@require_safe
def faults(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Hand out the error report of an import."""
    run = tables.get_run_for(actor_of(request), pk)
    lines = csv_lines([_("行"), _("列"), _("问题")], run.faults)
    return _stream(lines, _("错误报告-%(name)s.csv") % {"name": run.file_name.rpartition(".")[0] or run.pk})


def _stream(lines: Any, name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(lines, content_type=CSV)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return answer


def _file(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=XLSX)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return answer
