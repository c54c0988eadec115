"""The list of hazards with the alarms that sound, one hazard beside it, its photos."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from minfu.accounts.actor import Actor, actor_of
from minfu.files import door as files
from minfu.hazards import listings, rights, states
from minfu.hazards.rules import access
from minfu.hazards.rules.detail import detail
from minfu.hazards.views import common
from minfu.kernel import gate, pages
from minfu.places import index

#: Alarms in sight above the list.
ALARMS = 20


def listing(request: HttpRequest, actor: Actor, current: int = 0) -> dict[str, Any]:
    """Return what the list pane shows: alarms that sound, then the newest of one tab, paged by key."""
    asked = request.GET.dict()
    tab = listings.tab_of(asked)
    found, after = pages.newest(listings.rows(actor, asked), request.GET.get("after", ""))
    known = index.current()
    sounding = access.sounding_for(actor).select_related("hazard")[:ALARMS]
    return {
        "tabs": [(name, label, name == tab) for name, (label, _rows) in listings.TABS.items()],
        "tab": tab,
        "sounding": [(one, listings.where(one.hazard, known)) for one in sounding],
        "rows": [(one, listings.where(one, known)) for one in found],
        "next": after,
        "current": current,
        "table": states.HAZARD,
    }


@gate.needs(rights.VIEW)
@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """Show a list of what the actor may see, newest first."""
    return render(request, "hazards/desk.html", listing(request, actor_of(request)))


@gate.needs(rights.VIEW)
@require_safe
def hazard(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one hazard beside the list."""
    actor = actor_of(request)
    row = access.get_for(actor, pk)
    shown = common.context(actor, detail(actor, row))
    return render(request, "hazards/desk.html", {**listing(request, actor, pk), **shown})


@gate.needs(rights.VIEW)
@require_safe
def photo(request: HttpRequest, pk: int, file_id: UUID) -> HttpResponseBase:
    """Hand out a photo to whoever may see the hazard it belongs to."""
    found = access.get_file_for(actor_of(request), pk, file_id)
    return files.response(found, thumbnail="thumbnail" in request.GET)
