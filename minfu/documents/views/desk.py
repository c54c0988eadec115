"""The list of documents, one document beside it, a new one, its figures."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from minfu.accounts.actor import Actor, actor_of
from minfu.documents import listings, rights, states
from minfu.documents.forms import BeginForm
from minfu.documents.rules import access, actions
from minfu.documents.rules.detail import detail
from minfu.documents.views import common
from minfu.kernel import gate
from minfu.kernel.errors import Missing, Refused
from minfu.kernel.step_pages import show

#: Rows of a list in sight at once.
PAGE = 40


def listing(request: HttpRequest, actor: Actor, current: int = 0) -> dict[str, Any]:
    """Return what the list pane shows: the newest of one tab, paged by key."""
    asked = {"tab": request.GET.get("tab", "")}
    tab = listings.tab_of(asked)
    rows = listings.rows(actor, asked)
    after = request.GET.get("after", "")
    if after.isascii() and after.isdigit() and len(after) <= 18:  # noqa: PLR2004 - fits bigint
        rows = rows.filter(pk__lt=int(after))
    found = list(rows[: PAGE + 1])
    return {
        "tabs": [(name, label, name == tab) for name, (label, _states) in listings.TABS.items()],
        "tab": tab,
        "rows": found[:PAGE],
        "next": found[PAGE - 1].pk if len(found) > PAGE else None,
        "current": current,
        "table": states.DOCUMENT,
        "may_write": actor.may(rights.WRITE),
    }


@gate.needs(rights.VIEW)
@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """Show a list of what the actor may see, newest first."""
    return render(request, "documents/desk.html", listing(request, actor_of(request)))


@gate.needs(rights.VIEW)
@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one document beside the list."""
    actor = actor_of(request)
    shown = common.context(detail(actor, access.get_for(actor, pk)))
    return render(request, "documents/desk.html", {**listing(request, actor, pk), **shown})


@gate.needs(rights.VIEW)
@require_safe
def figures(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead each figure of a document to its records: where its QR code goes."""
    actor = actor_of(request)
    shown = detail(actor, access.get_for(actor, pk))
    return render(request, "documents/figures.html", {"shown": shown, "row": shown.row})


@gate.needs(rights.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a document from a template."""
    actor = actor_of(request)
    form = BeginForm(request.POST if request.method == "POST" else None, actor=actor)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                row = actions.begin(actor=actor, **form.cleaned_data)
                return redirect("documents:document", row.pk)
            except Missing:
                raise
            except Refused as refusal:
                show(form, refusal)
    return render(request, "documents/begin.html", {"form": form}, status=status)
