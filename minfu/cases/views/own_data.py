"""What is held of a resident: shown to them, taken along, asked to be corrected or erased; and the desk that answers."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from minfu.accounts.actor import actor_of
from minfu.cases import rights
from minfu.cases.forms.own_data import AnswerForm, AskForm, HandOutForm
from minfu.cases.models import Case
from minfu.cases.rules import access, actions, data_requests, own_data, reporters
from minfu.cases.views import common, follow, public
from minfu.kernel import clock, gate, limits
from minfu.kernel.errors import Forbidden, Invalid, Missing, Refused
from minfu.kernel.step_pages import show
from minfu.registry import rights as registry_rights
from minfu.registry import vault
from minfu.registry.vault import Contact

#: Times a day one resident may take everything along.
TAKEN_A_DAY = 10
DAY = 24 * 3600
#: Requests shown on one page of the desk, those answered lately included.
MOST = 100


@never_cache
@gate.open_to_all("residents see what is held of them")
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest, receipt: str) -> HttpResponse:
    """Show what is held, until when and who looked; take down what the resident asks about it."""
    case = follow.case_of(request, receipt)
    if not follow.opened(request, case):
        return redirect("cases:follow_prove", receipt)
    form = AskForm(request.POST or None)
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        try:
            actions.ask_about_data(
                actor=follow.actor_of(request, case),
                case_id=case.pk,
                wish=told["wish"],
                words=told["words"],
                contact=Contact(name=told["name"], phone=told["phone"]),
            )
        except Refused as refusal:
            sentences = refusal.fields if isinstance(refusal, Invalid) else {"": [str(refusal.message)]}
            public.show(form, sentences)
        else:
            messages.success(request, _("已经记下。答复以后，您可以在这一页看到。"))
            return redirect("cases:own_data", receipt)
    context = {"case": case, "own": own_data.own(case), "form": form}
    return render(request, "cases/resident/own_data.html", context, status=422 if form.errors else 200)


@never_cache
@gate.open_to_all("residents take along a copy of what is held of them")
@require_POST
def take(request: HttpRequest, receipt: str) -> HttpResponse:
    """Hand out everything held about the resident as one JSON file; recorded in the demand's history."""
    case = follow.case_of(request, receipt)
    if not follow.opened(request, case):
        return redirect("cases:follow_prove", receipt)
    limits.hit(f"own-data:{case.receipt}", limit=TAKEN_A_DAY, seconds=DAY)
    actions.take_own_data(actor=follow.actor_of(request, case), case_id=case.pk)
    return _file(list(own_data.bundle(case)), case)


@gate.needs(rights.CONTACT)
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """Show what residents ask about their data: what waits first, then what was answered last."""
    rows = data_requests.requests_for(actor_of(request))
    context = {
        "waiting": rows.filter(state="asked").order_by("due_at", "pk")[:MOST],
        "answered": rows.exclude(state="asked").order_by("-pk")[:MOST],
        "now": clock.now(),
    }
    return render(request, "cases/data_requests.html", context)


@gate.needs(rights.CONTACT)
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant or refuse one request."""
    actor = actor_of(request)
    row = data_requests.get_request_for(actor, pk)
    form = AnswerForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            actions.decide_data_request(actor=actor, request_id=pk, **form.cleaned_data)
        except Refused as refusal:
            show(form, refusal)
        else:
            messages.success(request, _("已答复，居民可以看到。"))
            return redirect("cases:data_requests")
    proposed = vault.masked(row.proposed) if row.proposed else None
    context = {"row": row, "form": form, "proposed": proposed}
    return render(request, "cases/data_request.html", context, status=422 if form.errors else 200)


@gate.needs(registry_rights.REVEAL)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hand_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask how the desk knows the resident, then hand out what is held of them as one file; the page is never kept."""
    actor = actor_of(request)
    case = access.get_case_for(actor, pk)
    if not reporters.may_reveal(actor, case):
        raise Forbidden(_("反映人的身份对您保密，或者这件诉求不由您的单位办理。"))
    form = HandOutForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            actions.hand_out(actor=actor, case_id=pk, explanation=form.cleaned_data["explanation"])
        except (Missing, Forbidden):
            raise
        except Refused as refusal:
            show(form, refusal)
        else:
            return _file(list(own_data.bundle_for(actor, case)), case)
    context = {"case": case, "form": form, "case_url": common.case_url(request, pk)}
    return render(request, "cases/hand_out.html", context, status=422 if form.errors else 200)


def _file(told: list[dict[str, Any]], case: Case) -> HttpResponse:
    body = json.dumps(told, ensure_ascii=False, indent=1)
    answer = HttpResponse(body, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="minfu-{case.number}.json"'
    return answer
