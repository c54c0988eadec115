"""Explaining the columns of an uploaded table, and what is remembered of that."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from minfu.accounts.actor import Actor
from minfu.files.sheets import Chosen
from minfu.kernel import gate
from minfu.kernel.errors import Invalid
from minfu.kernel.pages import number_of
from minfu.tables import headers, held, importers, layouts
from minfu.tables.forms import ColumnsForm
from minfu.tables.headers import Guess, Look
from minfu.tables.models import Layout

_DIGITS = 3  # of a row's number


def _actor(request: HttpRequest) -> Actor | None:
    return getattr(request, "actor", None)


@gate.signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the columns of a waiting table with what each probably is; import it as its owner explains it."""
    actor = _actor(request)
    row = held.get_held_for(actor, pk)
    assert actor is not None  # noqa: S101 - checked
    importer = importers.get(row.importer)
    look, wrong = _look(actor, row, request)
    form = ColumnsForm(importer, look, request.POST if request.method == "POST" else None)
    if request.method == "POST" and not wrong and form.is_valid():
        try:
            where = held.explain(
                actor, pk, form.places(), title_row=look.title_row, remember=form.cleaned_data["remember"]
            )
        except Invalid as refusal:
            _show(form, refusal)
        else:
            return redirect(where)
    context = {"row": row, "importer": importer, "look": look, "form": form, "wrong": wrong}
    context["lines"] = _lines(form, look)
    return render(request, "tables/columns.html", context, status=422 if form.errors or wrong else 200)


def _look(actor: Actor, row: Any, request: HttpRequest) -> tuple[Look, str]:
    """Return what the table looks like with the row of titles the request names, and what is wrong with that row."""
    named = request.POST.get("title_row") if request.method == "POST" else request.GET.get("row")
    title_row = number_of(named or "", _DIGITS)
    try:
        return held.look(actor, row, title_row), ""
    except Invalid as refusal:
        if "title_row" not in refusal.fields:
            raise
        return held.look(actor, row), str(refusal.fields["title_row"][0])


def _show(form: ColumnsForm, refusal: Invalid) -> None:
    for name, sentences in refusal.fields.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields and name != "title_row" else None, sentence)


def _lines(form: ColumnsForm, look: Look) -> list[tuple[Guess, Any]]:
    """Return each column with its choice."""
    return [(one, form[f"col_{one.place}"]) for one in look.guesses]


@gate.signed_in
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a waiting table."""
    importer = held.drop(_actor(request), pk)
    messages.success(request, _("文件已删除，没有导入。"))
    return redirect(str(importer.screen))


# --- remembered ---


@gate.signed_in
@never_cache
@require_safe
def layouts_page(request: HttpRequest) -> HttpResponse:
    """List what the actor's unit has remembered, import by import."""
    actor = _actor(request)
    if actor is None:
        raise gate.sign_in_needed()
    mine = [one for one in map(importers.get, importers.names()) if actor.may(one.right)]
    if not mine:
        gate.check(actor, importers.get(importers.names()[0]).right)
    parts = [
        (importer, [(one, _told(one)) for one in layouts.layouts_for(actor, importer)]) for importer in mine
    ]
    return render(request, "tables/layouts.html", {"parts": parts})


def _told(layout: Layout) -> list[tuple[str, str]]:
    """Return the imported columns of a layout: title, field."""
    titles = {one.key: one.title for one in importers.get(layout.importer).columns}
    chosen = Chosen.of(layout.chosen)
    return [
        (chosen.titles[place] or str(headers.UNTITLED), titles.get(key, key))
        for key, place in sorted(chosen.places.items(), key=lambda pair: pair[1])
    ]


@gate.signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def layout(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and change what is remembered of tables with certain titles."""
    actor = _actor(request)
    row = layouts.get_layout_for(actor, pk)
    importer, chosen = importers.get(row.importer), Chosen.of(row.chosen)
    at = {place: key for key, place in chosen.places.items()}
    guesses = tuple(Guess(place, title, (), at.get(place, "")) for place, title in enumerate(chosen.titles))
    look = Look(chosen.title_row, chosen.titles, guesses)
    form = ColumnsForm(importer, look, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            layouts.change(actor, pk, form.places())
        except Invalid as refusal:
            _show(form, refusal)
        else:
            messages.success(request, _("已保存，下次这样标题的表格就按新的对应关系导入。"))
            return redirect("tables:layouts")
    context = {"row": row, "importer": importer, "form": form, "lines": _lines(form, look)}
    return render(request, "tables/layout.html", context, status=422 if form.errors else 200)


@gate.signed_in
@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a layout."""
    layouts.forget(_actor(request), pk)
    messages.success(request, _("已忘记，下次这样标题的表格会再请您核对。"))
    return redirect("tables:layouts")
