"""The list of mediations, and one mediation beside it."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from minfu.accounts.actor import Actor, actor_of
from minfu.disputes import listings, rights, states
from minfu.disputes.models import Mediation
from minfu.disputes.rules import access
from minfu.disputes.rules.detail import detail
from minfu.disputes.views import common
from minfu.kernel import gate, pages
from minfu.places import index


def listing(request: HttpRequest, actor: Actor, current: int = 0) -> dict[str, Any]:
    """Return what the list pane shows: the newest of one tab, paged by key."""
    asked = {"tab": request.GET.get("tab", "")}
    tab = listings.tab_of(asked)
    rows: QuerySet[Mediation] = listings.rows(actor, asked)
    found, after = pages.newest(rows, request.GET.get("after", ""))
    known = index.current()
    return {
        "tabs": [(name, label, name == tab) for name, (label, _states) in listings.TABS.items()],
        "tab": tab,
        "rows": [(one, listings.where(one, known)) for one in found],
        "next": after,
        "current": current,
        "table": states.MEDIATION,
    }


@gate.needs(rights.VIEW)
@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """Show a list of what the actor may see, newest first."""
    return render(request, "disputes/desk.html", listing(request, actor_of(request)))


@gate.needs(rights.VIEW)
@require_safe
def mediation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one mediation beside the list."""
    actor = actor_of(request)
    row = access.get_for(actor, pk)
    shown = common.context(actor, detail(actor, row))
    return render(request, "disputes/desk.html", {**listing(request, actor, pk), **shown})
