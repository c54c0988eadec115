"""The list of documents, one document beside it, a new one, its figures."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from minfu.accounts.actor import Actor, actor_of
from minfu.documents import listings, rights, states
from minfu.documents.forms import BeginForm
from minfu.documents.rules import access, actions
from minfu.documents.rules.detail import detail
from minfu.documents.views import common
from minfu.kernel import gate, pages
from minfu.kernel.step_pages import typed_in


def listing(request: HttpRequest, actor: Actor, current: int = 0) -> dict[str, Any]:
    """Return what the list pane shows: the newest of one tab, paged by key."""
    asked = {"tab": request.GET.get("tab", "")}
    tab = listings.tab_of(asked)
    found, after = pages.newest(listings.rows(actor, asked), request.GET.get("after", ""))
    return {
        "tabs": [(name, label, name == tab) for name, (label, _states) in listings.TABS.items()],
        "tab": tab,
        "rows": found,
        "next": after,
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

    def act() -> tuple[str, str]:
        row = actions.begin(actor=actor, **form.cleaned_data)
        return reverse("documents:document", args=[row.pk]), ""

    return typed_in(request, form, "documents/begin.html", {}, act)
