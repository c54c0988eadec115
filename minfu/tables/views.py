"""Exporting a list: in which format, with contact data or not, how far it is, the file."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from minfu.accounts.actor import Actor
from minfu.kernel import gate, listings
from minfu.kernel.errors import Invalid, Refused
from minfu.kernel.listings import Listing
from minfu.registry.forms import RevealForm
from minfu.registry.vault import Purpose
from minfu.tables import runs, states
from minfu.tables.models import ExportRun
from minfu.tables.runs import Wish

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
RECENT = 8


def _actor(request: HttpRequest) -> Actor | None:
    return getattr(request, "actor", None)


@gate.signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, name: str) -> HttpResponse:
    """Ask for the format of an export of the list the address names and narrows; start it."""
    listing = listings.get(name)
    actor = runs.check(_actor(request), listing)
    asked = listing.asked(request.GET.dict())
    form = RevealForm(request.POST if "personal" in request.POST else None)
    problem, status = "", 200
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        try:
            return redirect(
                "tables:run", runs.start(actor=actor, wish=_wish(request, listing, asked, form)).pk
            )
        except Invalid as refusal:
            _show(form, refusal)
            problem, status = str(refusal.message), 422
        except Refused as refusal:
            problem, status = str(refusal.message), refusal.status
    context = _page(actor, listing, asked) | {"form": form, "problem": problem}
    return render(request, "tables/export.html", context, status=422 if form.errors else status)


def _wish(request: HttpRequest, listing: Listing, asked: dict[str, str], form: RevealForm) -> Wish:
    """Return what was asked for; with the form of purposes, contact data too."""
    if not form.is_bound:
        return Wish(listing, asked, request.POST.get("format", ""))
    return Wish(
        listing, asked, "xlsx", Purpose(form.cleaned_data["purpose"], form.cleaned_data["explanation"])
    )


def _show(form: RevealForm, refusal: Invalid) -> None:
    if form.is_bound:
        for name, sentences in refusal.fields.items():
            for sentence in sentences:
                form.add_error(name if name in form.fields else None, sentence)


def _page(actor: Actor, listing: Listing, asked: dict[str, str]) -> dict[str, Any]:
    total = runs.size(actor, Wish(listing, asked))
    return {
        "listing": listing,
        "label": listing.label(actor, asked),
        "total": total,
        "at_once": total <= runs.AT_ONCE,
        "back": listing.back(asked),
        "may_open": runs.may_open(actor, listing),
        "most_personal": runs.MOST_PERSONAL,
        "few_enough": total <= runs.MOST_PERSONAL,
        "runs": runs.runs_for(actor)[:RECENT],
        "table": states.RUN,
    }


@gate.signed_in
@never_cache
@require_safe
def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far an export is; with htmx only the part that changes."""
    run = runs.get_run_for(_actor(request), pk)
    context = {"run": run, "state": states.RUN[run.state], "listing": listings.get(run.listing)}
    part = getattr(request, "htmx", False)
    return render(request, "tables/_run.html" if part else "tables/run.html", context)


@gate.signed_in
@never_cache
@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the file of a finished export."""
    return file_answer(runs.get_run_for(_actor(request), pk))


def file_answer(run: ExportRun) -> HttpResponse:
    """Return the answer with the file of a run."""
    answer = HttpResponse(runs.file_of(run), content_type=TYPES[run.format])
    answer["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=run.file_name) or ""
    )
    return answer
