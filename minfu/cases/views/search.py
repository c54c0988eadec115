"""Searching by words: one box, what was found with the words marked, narrowed by place, kind, state and time."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from minfu.accounts.actor import actor_of
from minfu.cases import rights
from minfu.cases.forms.filters import SearchForm
from minfu.cases.rules import lists
from minfu.cases.rules.search import Found, Hit, search
from minfu.cases.rules.search_gather import Narrowing
from minfu.cases.views import common
from minfu.kernel import gate
from minfu.kernel.errors import Invalid
from minfu.kernel.pages import number_of
from minfu.language import sought

#: Where a session keeps what was typed, by the word that stands for it in the address, and how many it keeps.
KEPT, MOST_KEPT = "cases.searches", 20
#: Demands on a page, characters of the box that are kept, characters of an excerpt.
PAGE, LONGEST_TYPED, EXCERPT = 20, 200, 120
NARROWS = ("state", "kind", "category", "township", "village", "days")


@dataclass(frozen=True)
class Shown:
    """A demand that was found, in pieces of text, each with whether it is marked."""

    row: common.Row
    url: str
    title: list[tuple[str, bool]]
    place: list[tuple[str, bool]]
    text: list[tuple[str, bool]]


@gate.needs(rights.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def words(request: HttpRequest) -> HttpResponse:
    """Search by words (``q`` or ``text``, by POST). What was typed may be a name: the address only has what stands for it."""
    if request.method == "POST":
        return _to_address(request)
    typed = request.session.get(KEPT, {}).get(request.GET.get("s", ""), "")
    given = request.GET.copy()
    given["text"] = typed
    form = SearchForm(given, actor=actor_of(request))
    context: dict[str, Any] = {"form": form, "typed": typed, "asked": bool(request.GET.get("s"))}
    if not typed:
        return render(request, "cases/search.html", context)
    try:
        found = search(actor_of(request), typed, _narrowing(form))
    except Invalid as refusal:
        return render(request, "cases/search.html", {**context, "problem": str(refusal.message)}, status=422)
    return render(request, "cases/search.html", {**context, **_page(request, found)})


def _to_address(request: HttpRequest) -> HttpResponse:
    """Keep what was typed in the session, and lead to the page that shows what it finds."""
    typed = (request.POST.get("q") or request.POST.get("text", "")).strip()[:LONGEST_TYPED]
    query = QueryDict(mutable=True)
    if typed:
        kept = dict(list(request.session.get(KEPT, {}).items())[1 - MOST_KEPT :])
        query["s"] = secrets.token_urlsafe(6)
        request.session[KEPT] = {**kept, query["s"]: typed}
    query.update({name: request.POST[name] for name in NARROWS if request.POST.get(name)})
    return redirect(f"{reverse('cases:search')}?{query.urlencode()}")


def _narrowing(form: SearchForm) -> Narrowing:
    if not form.is_valid():
        raise Invalid({name: [str(text) for text in texts] for name, texts in form.errors.items()})
    told = {name: str(form.cleaned_data.get(name) or "") for name in NARROWS if name != "days"}
    return Narrowing(lists.Filters.parse(told), int(form.cleaned_data["days"] or 0))


def _page(request: HttpRequest, found: Found) -> dict[str, Any]:
    """Return one page of what was found, drawn."""
    last = max(1, -(-len(found.hits) // PAGE))
    number = min(max(number_of(request.GET.get("page", "")) or 1, 1), last)
    hits = found.hits[(number - 1) * PAGE : number * PAGE]
    return {
        "found": found,
        "shown": list(_shown(request, hits)),
        "number": number,
        "before": number - 1,
        "after": number + 1 if number < last else 0,
        "last": last,
    }


def _shown(request: HttpRequest, hits: list[Hit]) -> Iterator[Shown]:
    actor = actor_of(request)
    for hit, row in zip(hits, common.rows([hit.case for hit in hits]), strict=True):
        marked = hit.fit.marked
        yield Shown(
            row=row,
            url=common.own_page(actor, hit.case.pk),
            title=sought.marked(row.title, marked),
            place=sought.marked(" ".join(row.where), marked),
            text=sought.marked(sought.excerpt(hit.case.shown_description, marked, EXCERPT), marked),
        )
