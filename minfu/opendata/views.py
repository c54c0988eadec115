"""Open data for everyone: a page, and its tables as files; for the county how it is published."""

import json
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import content_disposition_header, quote_etag, urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from minfu.accounts.actor import actor_of
from minfu.figures import door as figures
from minfu.files.sheets import csv_lines
from minfu.kernel import dated, gate
from minfu.kernel.errors import Missing
from minfu.kernel.models import Event
from minfu.kernel.step_pages import typed_in
from minfu.opendata import events, rights
from minfu.opendata.forms import TermsForm
from minfu.opendata.limiting import limit
from minfu.opendata.models import Edition, Terms
from minfu.opendata.rules import editions, tables, terms

#: For how long what is frozen may be kept; matters may be withdrawn at any moment, and are asked for anew.
KEPT_SECONDS = 3600
EDITIONS_SHOWN, CHANGES, MONTHS_SHOWN = 60, 20, 24
_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@gate.open_to_all("counts without persons and matters a desk has released")
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show an edition: a month by township and category, files, terms, dictionary."""
    limit(request)
    try:
        row = editions.edition(request.GET.get("edition", ""))
    except Missing:
        if request.GET.get("edition"):
            raise
        return render(request, "opendata/none.html")
    months = editions.months(row)
    month = request.GET.get("month", "") if request.GET.get("month", "") in months else (months or [""])[0]
    measure = request.GET.get("measure", "")
    measure = measure if measure in editions.MEASURES else editions.MEASURES[0]
    context = {
        "row": row,
        "months": months[:MONTHS_SHOWN],
        "month": month,
        "measure": measure,
        "measures": row.counts["measures"].items(),
        "table": _table(row, month, measure),
        "editions": Edition.objects.order_by("-day").values_list("day", flat=True)[:EDITIONS_SHOWN],
        "columns": tables.rows(row, "dictionary"),
        "matters": len(row.matters),
    }
    return render(request, "opendata/page.html", context)


def _table(row: Edition, month: str, measure: str) -> dict[str, Any]:
    """Return a month as a table: townships down, categories across, sums at the end of each."""
    cells = {
        (one.township, one.category): one.number for one in editions.cells(row, month=month, measure=measure)
    }
    down, across = ([*sorted({key[at] for key in cells} - {editions.ALL}), editions.ALL] for at in (0, 1))
    return {
        "head": [editions.name_of(row, "categories", code) for code in across],
        "rows": [
            (
                editions.name_of(row, "townships", township),
                [
                    (cells.get((township, category), 0), _where(row, measure, month, township, category))
                    for category in across
                ],
            )
            for township in down
        ]
        if cells
        else [],
    }


def _where(row: Edition, measure: str, month: str, township: str, category: str) -> str:
    """Return what of an address names one number of an edition."""
    told = {"measure": measure, "month": month, "township": township, "category": category}
    return urlencode({"edition": row.day.isoformat(), **told})


@gate.open_to_all("counts without persons and matters a desk has released")
@require_safe
def number(request: HttpRequest) -> HttpResponseBase:
    """Show where one number comes from: what is counted, when it was counted, what of it is public; the way for staff."""
    limit(request)
    if not request.GET:
        return redirect("opendata:page")
    row = editions.edition(request.GET.get("edition", ""))
    cell = editions.cell(
        row, *(request.GET.get(name, "") for name in ("measure", "month", "township", "category"))
    )
    context = {
        "row": row,
        "cell": cell,
        "indicator": figures.indicator(cell.measure),
        "title": row.counts["measures"][cell.measure],
        "place": editions.name_of(row, "townships", cell.township),
        "category": editions.name_of(row, "categories", cell.category),
        "matters": editions.matters_in(row, cell),
        "staff": _figure_of(cell),
        "back": "?"
        + urlencode({"edition": row.day.isoformat(), "month": cell.month, "measure": cell.measure}),
    }
    response = render(request, "opendata/number.html", context)
    patch_cache_control(response, no_cache=True)
    return response


def _figure_of(of: editions.Cell) -> str:
    """Return where staff with the right see the records behind a number; empty for what lies nowhere."""
    if of.township == editions.NONE:
        return ""
    narrowed = {} if of.category == editions.ALL else {"category": of.category}
    asked = {"area": "c" if of.township == editions.ALL else of.township, "period": of.month, **narrowed}
    return f"{reverse('figures:figure', args=[of.measure])}?{urlencode(asked)}"


@gate.open_to_all("counts without persons and matters a desk has released")
@require_safe
def table(request: HttpRequest, name: str, ending: str) -> HttpResponseBase:
    """Return a table of an edition as a file."""
    if name not in tables.TABLES or ending not in _TYPES:
        raise Missing(_("没有这个文件。"))
    limit(request)
    row = editions.edition(request.GET.get("edition", ""))

    if name == "matters":
        answer = _handed_out(_body(row, name, ending), row, name, ending)
        patch_cache_control(answer, no_cache=True)
        return answer
    # Of this edition: the next one may tell the same, but says another day.
    etag = quote_etag(f"{row.pk}-{name}-{ending}-{get_language()}")
    held = get_conditional_response(request, etag=etag)
    answer = held or _handed_out(_file(row.pk, name, ending, get_language() or ""), row, name, ending)
    answer["ETag"] = etag
    patch_cache_control(answer, public=True, max_age=KEPT_SECONDS)
    return answer


def _handed_out(body: bytes, row: Edition, name: str, ending: str) -> HttpResponse:
    response = HttpResponse(body, content_type=_TYPES[ending])
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=f"minfu-{name}-{row.day}.{ending}") or ""
    )
    response["Access-Control-Allow-Origin"] = "*"
    return response


@lru_cache(maxsize=12)
def _file(edition_id: int, name: str, ending: str, _language: str) -> bytes:
    """Return a file of what is frozen, made once in each process and language."""
    return _body(Edition.objects.get(pk=edition_id), name, ending)


def _body(row: Edition, name: str, ending: str) -> bytes:
    found = tables.rows(row, name)
    if ending == "json":
        return json.dumps({**tables.about(row), name: found}, ensure_ascii=False).encode()
    titles = list(found[0]) if found else []
    return "".join(csv_lines(titles, ([line[key] for key in titles] for line in found))).encode()


# --- how it is published -----------------------------------------------------------------------------------------------


@gate.needs(rights.CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
def config(request: HttpRequest) -> HttpResponse:
    """Show the terms that hold today or will, and start new ones."""
    actor = actor_of(request)
    terms.permit(actor)
    now = terms.current(dated.today())
    initial = {name: getattr(now, name) for name in ("least", "licence", "words", "url")}
    form = TermsForm(request.POST if request.method == "POST" else None, initial=initial)

    def act() -> tuple[str, str]:
        terms.set_terms(actor=actor, row=form.row())
        return reverse("opendata:config"), _("已保存。")

    context = {
        "rows": dated.standing(Terms).order_by("valid_from"),
        "today": dated.today(),
        "events": Event.objects.filter(subject_type=events.CONFIGURATION).order_by("-pk")[:CHANGES],
    }
    return typed_in(request, form, "opendata/config.html", context, act)
