"""The list of hazards with the alarms that sound, one hazard beside it, its photos."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from minfu.accounts.actor import Actor
from minfu.files import door as files
from minfu.hazards import rights, states
from minfu.hazards.models import Hazard
from minfu.hazards.rules import access
from minfu.hazards.rules.detail import detail
from minfu.hazards.views import common
from minfu.kernel import clock, gate
from minfu.places import index

#: Rows of a list in sight at once; alarms above them.
PAGE, ALARMS = 40, 20
TABS = {
    "open": (_("在办"), Q(state__in=states.HAZARD.open_codes)),
    "check": (_("待复查"), Q(state=states.INSPECTING)),
    "overdue": (_("超期"), Q(state=states.RECTIFYING)),
    "ended": (_("已销号"), Q(state__in=states.HAZARD.end_codes)),
}


def listing(request: HttpRequest, actor: Actor, current: int = 0) -> dict[str, Any]:
    """Return what the list pane shows: alarms that sound, then the newest of one tab, paged by key."""
    asked = request.GET.get("tab", "")
    tab = asked if asked in TABS else "open"
    rows: QuerySet[Hazard] = access.visible_to(actor).filter(TABS[tab][1])
    if tab == "overdue":
        rows = rows.filter(due_at__lt=clock.now())
    after = request.GET.get("after", "")
    if after.isascii() and after.isdigit() and len(after) <= 18:  # noqa: PLR2004 - fits bigint
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.select_related("unit", "grade").order_by("-pk")[: PAGE + 1])
    known = index.current()
    sounding = access.sounding_for(actor).select_related("hazard")[:ALARMS]
    return {
        "tabs": [(name, label, name == tab) for name, (label, _rows) in TABS.items()],
        "tab": tab,
        "sounding": [(one, common.where(one.hazard, known)) for one in sounding],
        "rows": [(one, common.where(one, known)) for one in found[:PAGE]],
        "next": found[PAGE - 1].pk if len(found) > PAGE else None,
        "current": current,
        "table": states.HAZARD,
    }


@gate.needs(rights.VIEW)
@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """Show a list of what the actor may see, newest first."""
    return render(request, "hazards/desk.html", listing(request, common.actor_of(request)))


@gate.needs(rights.VIEW)
@require_safe
def hazard(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one hazard beside the list."""
    actor = common.actor_of(request)
    row = access.get_for(actor, pk)
    shown = common.context(actor, detail(actor, row))
    return render(request, "hazards/desk.html", {**listing(request, actor, pk), **shown})


@gate.needs(rights.VIEW)
@require_safe
def photo(request: HttpRequest, pk: int, file_id: UUID) -> HttpResponseBase:
    """Hand out a photo to whoever may see the hazard it belongs to."""
    found = access.get_file_for(common.actor_of(request), pk, file_id)
    return files.response(found, thumbnail="thumbnail" in request.GET)
