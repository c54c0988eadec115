"""The desk's screens of the public board: what may be told, telling it, withdrawing it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from minfu.accounts.actor import actor_of
from minfu.cases import rights
from minfu.cases.forms.release import ReleaseForm, WithdrawReleaseForm
from minfu.cases.rules import access, actions, releases
from minfu.cases.views import common
from minfu.kernel import gate, pages
from minfu.kernel.errors import Refused
from minfu.kernel.step_pages import show

#: Solved demands offered at once, the last first.
OFFERED, SHOWN = 40, 40


@gate.needs(rights.PUBLISH)
@require_safe
def releases_page(request: HttpRequest) -> HttpResponse:
    """Show what may be told and what was, withdrawn ones and the residents' objections included."""
    actor = actor_of(request)
    rows, following = pages.page(
        releases.releases_for(actor), cursor=request.GET.get("cursor", ""), size=SHOWN, newest_first=True
    )
    context = {
        "offered": common.rows(list(releases.candidates(actor)[:OFFERED])),
        "rows": [(row, releases.place_of(row.township_code, row.village_code)) for row in rows],
        "next": following,
    }
    return render(request, "cases/releases.html", context)


@gate.needs(rights.PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Take down what everyone shall read of a solved demand, and release it."""
    actor = actor_of(request)
    case = access.get_case_for(actor, pk)
    releases.check(actor, case)
    form = ReleaseForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            row = actions.release(actor=actor, case_id=pk, **form.cleaned_data)
        except Refused as refusal:
            show(form, refusal)
        else:
            messages.success(request, _("已放上公开栏，并告诉了居民。"))
            return redirect("cases:release_row", row.pk)
    context = {"case": case, "form": form, "outline": releases.outline(case)}
    return render(request, "cases/release.html", context, status=422 if form.errors else 200)


@gate.needs(rights.PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def release_row(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was released, and withdraw it for a reason."""
    actor = actor_of(request)
    row = releases.get_release_for(actor, pk)
    form = WithdrawReleaseForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            actions.withdraw_release(actor=actor, release_id=pk, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            show(form, refusal)
        else:
            messages.success(request, _("已从公开栏撤下。"))
            return redirect("cases:releases")
    context = {"row": row, "form": form, "place": releases.place_of(row.township_code, row.village_code)}
    return render(request, "cases/release_row.html", context, status=422 if form.errors else 200)
