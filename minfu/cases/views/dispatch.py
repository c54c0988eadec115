"""The dispatcher's page: what waits for a place, a ruling or an approval, each with its decision beside it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from minfu.accounts.actor import Actor, actor_of
from minfu.cases import rights
from minfu.cases.models import Approval, Case, Objection
from minfu.cases.rules import access, lists
from minfu.cases.views import common, matter
from minfu.kernel import gate

SHOWN = 20  # rows of each list


@gate.needs(rights.DISPATCH)
@require_safe
def dispatch(request: HttpRequest) -> HttpResponse:
    """Show the three lists of a desk that only it can clear."""
    actor = actor_of(request)
    context = {
        "unplaced": _unplaced(actor),
        "objections": _objections(actor),
        "approvals": _approvals(actor),
    }
    return render(request, "cases/dispatch.html", context)


def _first(actor: Actor, scope: str) -> tuple[list[Case], bool]:
    """Return the first rows of a list, and whether there are more."""
    page = lists.page(lists.select(actor, scope, lists.Filters()), size=SHOWN)
    return page.cases, bool(page.next)


def _unplaced(actor: Actor) -> dict[str, Any]:
    cases, more = _first(actor, "unplaced")
    rows = [(row, matter.candidates(row.case)[:3]) for row in common.rows(cases)]
    return {"rows": rows, "more": more}


def _objections(actor: Actor) -> dict[str, Any]:
    cases, more = _first(actor, "objections")
    open_ = Objection.objects.filter(case__in=cases, upheld__isnull=True).select_related("unit")
    by_case = {row.case_id: row for row in open_}
    rows = [(row, by_case.get(row.case.pk)) for row in common.rows(cases)]
    return {"rows": rows, "more": more}


def _approvals(actor: Actor) -> dict[str, Any]:
    cases, more = _first(actor, "approvals")
    asked = Approval.objects.filter(case__in=cases, state="asked").select_related("unit", "case")
    by_case = {one.row.case_id: one for one in common.asked(list(asked))}
    rows = [
        (row, one, access.may_decide(actor, row.case, one.row))
        for row in common.rows(cases)
        if (one := by_case.get(row.case.pk))
    ]
    return {"rows": rows, "more": more}
