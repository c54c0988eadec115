"""Import and export of tables on screens: what is asked, how far it is, what came of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from minfu.accounts.actor import Actor
from minfu.cases import rights, states
from minfu.cases.forms.tables import ImportForm
from minfu.cases.models import TableRun
from minfu.cases.rules import exporting, lists, tables, template_table
from minfu.cases.views.common import actor_of, came_from, show
from minfu.files.sheets import csv_lines
from minfu.kernel import gate
from minfu.kernel.errors import Refused

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
RECENT = 8
FAULTS_SHOWN = 50


@gate.needs(rights.IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def import_form(request: HttpRequest) -> HttpResponse:
    """Take a table for import."""
    actor = actor_of(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = tables.start_import(
                actor=actor.through("import"),
                data=file.read(),
                file_name=file.name,
                source=form.cleaned_data["source"],
                skip_bad=form.cleaned_data["how"] == "skip",
                check_only=form.cleaned_data["how"] == "check",
            )
        except Refused as refusal:
            show(form, refusal)
        else:
            return redirect("cases:table_run", run.pk)
    context = {"form": form, "runs": tables.runs_for(actor, "import")[:RECENT], "table": states.TABLE}
    return render(request, "cases/tables/import.html", context, status=422 if form.errors else 200)


@gate.needs(rights.IMPORT)
@require_safe
def template(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the same for everyone
    """Hand out the template: the columns with an example row, and a sheet that explains them."""
    return _file(template_table.workbook(), _("诉求导入模板.xlsx"))


@gate.signed_in
@require_safe
def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far an import or export is, and what came of it; with htmx only the part that changes."""
    run = tables.get_run_for(_staff(request), pk)
    context = {
        "run": run,
        "state": states.TABLE[run.state],
        "faults": run.faults[:FAULTS_SHOWN],
        "more_faults": max(0, run.outcome.get("faults", 0) - FAULTS_SHOWN),
    }
    part = getattr(request, "htmx", False)
    return render(request, "cases/tables/_run.html" if part else "cases/tables/run.html", context)


def _staff(request: HttpRequest) -> Actor:
    """Return who acts; a run is looked for among the actor's own, whichever of the two rights it needs."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or not actor.may(rights.IMPORT):
        gate.check(actor, rights.EXPORT)
    return actor_of(request)


@gate.needs(rights.IMPORT)
@require_safe
def faults(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Hand out the error report of an import."""
    run = tables.get_run_for(actor_of(request), pk)
    lines = csv_lines([_("行"), _("列"), _("问题")], run.faults)
    return _stream(lines, _("错误报告-%(name)s.csv") % {"name": run.file_name.rpartition(".")[0] or run.pk})


# --- export ---


@gate.needs(rights.EXPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponseBase:
    """Export the list the query names, in its order and filter: at once when it is short, else by a job (POST)."""
    actor = actor_of(request)
    scope = request.GET.get("scope") or lists.default_scope(actor)
    filters = lists.Filters.parse(request.GET)
    total = tables.count_export(actor, scope, filters)
    if total > exporting.MOST_ROWS:
        raise exporting.too_many()
    format_ = request.POST.get("format") or request.GET.get("format", "")
    if format_ in tables.FORMATS and request.method == "POST":
        run = tables.start_export(actor=actor, scope=scope, filters=filters, format_=format_)
        return redirect("cases:table_run", run.pk)
    if format_ in tables.FORMATS and 0 < total <= tables.EXPORT_AT_ONCE:
        return _at_once(exporting.rows(actor, scope, filters), tables.export_name(scope, format_))
    return render(request, "cases/tables/export.html", _choice(request, actor, scope, total))


def _choice(request: HttpRequest, actor: Actor, scope: str, total: int) -> dict[str, Any]:
    query = came_from(request.GET)
    return {
        "scope": lists.SCOPES[scope],
        "total": total,
        "at_once": total <= tables.EXPORT_AT_ONCE,
        "query": query,
        "joined": f"{query}&" if query else "?",
        "runs": tables.runs_for(actor, "export")[:RECENT],
        "table": states.TABLE,
    }


def _at_once(rows: Any, name: str) -> HttpResponseBase:
    if name.endswith(".csv"):
        return _stream(csv_lines(exporting.titles(), rows), name)
    return _file(tables.written("xlsx", rows), name)


def _stream(lines: Any, name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(lines, content_type=TYPES["csv"])
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return answer


def _file(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=TYPES[name.rpartition(".")[2]])
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return answer


@gate.needs(rights.EXPORT)
@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the file of a finished export."""
    run: TableRun = tables.get_run_for(actor_of(request), pk)
    return _file(tables.exported(run), run.file_name)
