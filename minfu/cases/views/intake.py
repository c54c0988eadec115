"""Registering what was told on the telephone or at the counter; what the page shows while one types."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minfu.accounts.actor import Actor, actor_of
from minfu.cases import rights, states
from minfu.cases.forms import pickers, questions
from minfu.cases.forms.intake import IntakeForm
from minfu.cases.models import Case
from minfu.cases.rules import access, actions, alike, asking, catalog, hints, lists
from minfu.cases.views import common
from minfu.files import door as files
from minfu.kernel import gate
from minfu.kernel.errors import Invalid, Refused
from minfu.kernel.forms import Form
from minfu.kernel.step_pages import show
from minfu.places import index

#: Digits that no id has.
_LONG = 19


@gate.needs(rights.REPORT)
@never_cache
@require_http_methods(["GET", "POST"])
def intake(request: HttpRequest) -> HttpResponse:
    """Show the form, or register what it tells, exactly once however often it is sent."""
    actor = actor_of(request)
    if request.method == "GET":
        first = {"once": uuid4(), "door": "phone", "kind": "request", "urgency": "normal", "mode": "named"}
        return _page(request, IntakeForm(initial=first))
    form = IntakeForm(request.POST, request.FILES)
    problems = _take_files(request, form, actor)
    if form.is_valid() and not problems:
        try:
            joins = form.cleaned_data["joins"]
            case = actions.register_once(actor=actor, intake=form.intake(), joins=joins)
            return redirect("cases:receipt", pk=case.pk)
        except Invalid as refusal:
            form.say(refusal.fields)
        except Refused as refusal:
            show(form, refusal)
    form.say({"photos": problems})
    return _page(request, form, status=422)


def _take_files(request: HttpRequest, form: IntakeForm, actor: Actor) -> list[str]:
    """Take the uploads in, whatever else is wrong with the form; return what is wrong with them."""
    stored: list[UUID] = form.kept_ids()
    problems = []
    for upload in request.FILES.getlist("photos"):
        try:
            stored.append(files.receive(upload, actor, field="files").pk)
        except Invalid as refusal:
            problems += [sentence for sentences in refusal.fields.values() for sentence in sentences]
        except Refused as refusal:  # a full disk: what was typed must not be lost
            problems.append(str(refusal.message))
    form.keep(stored)
    return problems


def _page(request: HttpRequest, form: IntakeForm, *, status: int = 200) -> HttpResponse:
    kept = files.by_ids(form.kept_ids()).values()
    mine = [one.name for one in kept if one.from_user_id == actor_of(request).user_id]
    context = {"form": form, "kept": mine, **_hints(actor_of(request), form.data)}
    return render(request, "cases/intake.html", context, status=status)


def _hints(actor: Actor, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was typed so far suggests: channels, categories, the place, demands that may be the same."""
    now = catalog.current()
    text, chosen = str(given.get("description") or ""), _chosen_village(given)
    found = hints.hints(text, str(given.get("address") or ""), now, near=actor.area)
    village = chosen or (found.place.village_code if found.place and found.place.sure else "")
    category = now.categories.get(str(given.get("category") or ""))
    told = alike.Told(
        text[: hints.READ],
        township_code=village[: access.TOWNSHIP].ljust(12, "0") if village else "",
        village_code=village,
        category_id=category.pk if category else None,
    )
    same = common.rows(alike.typed(actor, told))
    joined = str(given.get("joins") or "")
    return {
        "emergencies": [row for row in found.channels if row.emergency],
        "channels": [row for row in found.channels if not row.emergency],
        "suggested": [(one, now.path(one.category.code[:-2])) for one in found.categories],
        # The form in the field asks for the worker's grid, not for a village or another channel.
        "in_field": "grid" in given and "village" not in given,
        "place": found.place,
        "places": found.places,
        "same": [row for row in same if str(row.case.pk) != joined],
        "joined": next((row for row in same if str(row.case.pk) == joined), None),
    }


def _chosen_village(given: Mapping[str, Any]) -> str:
    """Return the village that was chosen, by itself or by its grid; "" for none."""
    grid = str(given.get("grid") or "")
    known = index.current().grids.get(int(grid)) if grid.isdecimal() and len(grid) < _LONG else None
    return str(given.get("village") or "") or (known.village if known else "")


@gate.needs(rights.REPORT)
@never_cache
@require_POST
def suggest(request: HttpRequest) -> HttpResponse:
    """Return what the text typed so far suggests. Sent by POST, so that it stands in no log of addresses."""
    found = _hints(actor_of(request), request.POST)
    return render(request, "cases/intake_hints.html", found)


@gate.needs(rights.CONTACT)
@never_cache
@require_POST
def earlier(request: HttpRequest) -> HttpResponse:
    """Return the caller's earlier demands by telephone number, as far as the clerk may know who reported them."""
    actor = actor_of(request)
    try:
        rows = common.rows(lists.earlier(actor, request.POST.get("phone", "")))
    except Invalid:
        rows = []
    return render(request, "cases/intake_earlier.html", {"rows": rows})


@gate.needs(rights.REPORT)
@require_GET
def ask(request: HttpRequest) -> HttpResponse:
    """Return the fields of a category's own questions."""
    form = Form()
    names = questions.ask(form, catalog.current().categories.get(request.GET.get("category", "")))
    return render(request, "cases/intake_questions.html", {"fields": [form[name] for name in names]})


@gate.needs(rights.VIEW)
@require_GET
def grids(request: HttpRequest) -> HttpResponse:
    """Return a village's grids as options."""
    rows = pickers.grids(request.GET.get("village", ""))
    return render(request, "cases/grid_options.html", {"rows": rows})


# --- the receipt -------------------------------------------------------------------------------------------------


@gate.needs(rights.REPORT)
@never_cache
@require_GET
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the receipt, large, to read out."""
    case = access.get_receipt_for(actor_of(request), pk)
    return render(request, "cases/receipt.html", _told(case))


@gate.needs(rights.REPORT)
@never_cache
@require_GET
def slip(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the receipt as a slip of paper for the resident."""
    case = access.get_receipt_for(actor_of(request), pk)
    follow = settings.MINFU_PUBLIC_URL + reverse("cases:follow")
    return render(request, "cases/slip.html", {**_told(case), "follow": follow})


@gate.needs(rights.REPORT)
@never_cache
@require_GET
def receipt_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the receipt as PDF, to print at the counter."""
    return common.receipt_pdf(access.get_receipt_for(actor_of(request), pk))


def _told(case: Case) -> dict[str, Any]:
    return {
        "case": case,
        "title": common.title(case),
        "state": states.CASE[case.state],
        "by_number": asking.left_number(case),
    }
