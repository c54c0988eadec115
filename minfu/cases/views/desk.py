"""The desk: lists, and one demand beside its list."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from minfu.accounts.actor import Actor, actor_of
from minfu.cases import rights
from minfu.cases.rules import access, alike, counts, lists
from minfu.cases.rules.detail import detail
from minfu.cases.views import common, desk_filters, desk_rows, matter
from minfu.kernel import gate
from minfu.kernel.errors import Invalid

#: Which lists a role is offered, in this order; whoever is not named gets the handlers'.
_DESK = (
    "inbox", "unplaced", "objections", "approvals", "asking", "overdue", "escalated", "standing", "area", "helping",
    "lead", "registered", "all",
)  # fmt: skip
_HANDLERS = ("inbox", "helping", "overdue", "standing", "lead", "registered", "area", "all")
_LOOKERS = ("area", "overdue", "escalated", "standing", "objections", "approvals", "all")
SCOPES_OF = {
    "township_clerk": _DESK,
    "county_dispatcher": _DESK,
    "township_leader": _LOOKERS,
    "auditor": _LOOKERS,
    "department_handler": ("inbox", "helping", "overdue", "standing", "lead", "registered", "all"),
}
REMEMBERED = "cases.list"
#: Lists in sight at the narrowest desk; the rest are one click away.
TABS_SHOWN = 8


@gate.needs(rights.VIEW)
@vary_on_headers("HX-Request")
@require_http_methods(["GET", "HEAD", "POST"])
def inbox(request: HttpRequest) -> HttpResponse:
    """Show a list. Without a query the last one used comes back; with one it is remembered.

    The filters are sent by POST and come back as an address, in which a telephone number is not to be read.
    """
    if request.method == "POST" or lists.is_secret(request.GET.get("text", "")):
        return _to_address(request)
    remembered = request.session.get(REMEMBERED, "")
    if not request.GET and remembered:
        return redirect(f"{reverse('cases:inbox')}?{remembered}")
    context = listing(request)
    _remember(request, context)
    return render(request, "cases/desk.html", context, status=422 if context["problem"] else 200)


def _to_address(request: HttpRequest) -> HttpResponse:
    """Send the browser to the address of the list that was asked for; a wrong search is told without one."""
    given = (request.POST if request.method == "POST" else request.GET).copy()
    actor = actor_of(request)
    typed = given.get("text") or given.get("kept", "")
    given["scope"] = given.get("scope") or lists.default_scope(actor)
    try:
        given["text"] = lists.in_address(actor, typed)
    except Invalid as refusal:
        shown = listing(request, given=given) if request.method == "POST" else None
        given["text"] = ""
        if shown is None:  # the page would lie at the address that is not to be kept
            messages.error(request, str(refusal.message))
            return redirect(reverse("cases:inbox") + common.came_from(given))
        # What was typed stands in the box again, but in no link of the page.
        context = {**shown, "problem": str(refusal.message), "rows": [], "query": common.came_from(given)}
        return render(request, "cases/desk.html", context, status=422)
    return redirect(reverse("cases:inbox") + common.came_from(given))


def _remember(request: HttpRequest, context: dict[str, Any]) -> None:
    """Keep the filters of a good list in the session, its page left aside."""
    kept = QueryDict(common.came_from(request.GET).removeprefix("?"), mutable=True)
    for name in ("cursor", "text"):  # a search may be for a telephone number: it is kept nowhere
        kept.pop(name, None)
    text = kept.urlencode()
    if not context["problem"] and text != request.session.get(REMEMBERED, ""):
        request.session[REMEMBERED] = text


def listing(request: HttpRequest, current: int = 0, given: QueryDict | None = None) -> dict[str, Any]:
    """Return what the list pane shows for the query of the request, or ``given`` one; a wrong filter is a sentence."""
    actor = actor_of(request)
    given = request.GET if given is None else given
    scope = given.get("scope") or lists.default_scope(actor)
    drawn = desk_filters.draw(actor, given)
    found, problem = lists.Page([], ""), ""
    try:
        drawn.check()
        selected = lists.select(actor, scope, lists.Filters.parse(given))
        found = lists.page(selected, cursor=given.get("cursor", ""), fields=common.ROW_SHOWS)
    except (Invalid, ValidationError) as refusal:
        problem = str(refusal.message)
    rows, query, may_assign = common.rows(found.cases), common.came_from(given), actor.may(rights.DISPATCH)
    tabs = _tabs(actor, scope)
    return {
        "tabs": tabs[:TABS_SHOWN],
        "more_tabs": tabs[TABS_SHOWN:],
        "scope": lists.SCOPES.get(scope, lists.SCOPES[lists.default_scope(actor)]),
        "filters": drawn,
        "narrowed": drawn.narrowed,
        "problem": problem,
        "rows": rows,
        "drawn": desk_rows.draw(rows, query=query, current=current, may_assign=may_assign),
        "next": found.next,
        "cursor": given.get("cursor", ""),
        "query": query,
        "following": _following(rows, current),
        "may_assign": may_assign,
    }


def _tabs(actor: Actor, scope: str) -> list[dict[str, Any]]:
    names = SCOPES_OF.get(actor.role, _HANDLERS)
    held = counts.held(actor.unit_id) if "inbox" in names else 0
    numbers = {"inbox": f"{held:,}" if held else "", **lists.sizes(actor, names)}
    return [
        {
            "scope": lists.SCOPES[name],
            "count": numbers.get(name, ""),
            "current": name == scope,
        }
        for name in names
    ]


def _following(rows: list[common.Row], current: int) -> int:
    """Return the id of the demand after the current one; the first when it is no longer in the list, 0 for none."""
    ids = [row.case.pk for row in rows]
    if not current or not ids:
        return 0
    at = ids.index(current) + 1 if current in ids else 0
    return ids[at] if at < len(ids) and ids[at] != current else 0


@gate.needs(rights.VIEW)
@vary_on_headers("HX-Request")
@require_safe
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one demand: alone for a row that was clicked (htmx), beside its list otherwise."""
    if lists.is_secret(request.GET.get("text", "")):
        return redirect(request.path + common.came_from(request.GET))
    actor = actor_of(request)
    found = access.get_case_for(actor, pk)
    if not request.GET and not request.headers.get("HX-Request") and common.in_the_field(actor):
        return redirect("cases:field_case", pk)  # a notice or a link of a colleague led here
    shown = matter.context(actor, detail(actor, found), common.came_from(request.GET))
    hx = getattr(request, "htmx", None)
    if hx and not hx.history_restore_request:
        return render(request, "cases/desk_matter.html", shown)
    return render(request, "cases/desk.html", {**listing(request, pk), **shown})


@gate.needs(rights.VIEW)
@require_safe
def settled(request: HttpRequest, pk: int) -> HttpResponse:
    """Return demands like this one that were settled, and how: asked for when somebody opens that part of the page."""
    actor = actor_of(request)
    found = alike.settled(actor, access.get_case_for(actor, pk))
    context = {"rows": list(zip(common.rows(found), alike.how(found), strict=True))}
    return render(request, "cases/matter_settled.html", context)


def find(actor: Actor, text: str) -> str | None:
    """Return where the search box leads: to the demand a number or receipt names, ours or that of the system it came from, or to
    those of a telephone number.
    """
    if not actor.may(rights.VIEW):
        return None
    try:
        found = _first_two(actor, lists.by_text(actor, text))
    except Invalid:
        found = []
    if len(found) > 1:
        query = QueryDict(mutable=True)
        query.update({"scope": "all", "text": lists.in_address(actor, text)})
        return f"{reverse('cases:inbox')}?{query.urlencode()}"
    if not found and (condition := lists.by_source_number(text)) is not None:
        found = _first_two(actor, condition)
    return common.own_page(actor, found[0]) if found else None


def _first_two(actor: Actor, condition: Q) -> list[int]:
    return list(access.cases_for(actor).filter(condition).values_list("pk", flat=True)[:2])
