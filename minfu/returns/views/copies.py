"""A copy: filled in and handed in by whom it is for; looked at and given back by who asked."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from minfu.accounts.actor import actor_of
from minfu.kernel import gate, record
from minfu.kernel.step_pages import Page, answer, typed_in
from minfu.returns import events, rights, states
from minfu.returns.forms import FillForm, GiveBackForm
from minfu.returns.rules import access, actions, known
from minfu.returns.rules.detail import label


@gate.needs(rights.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a copy with why, for whom and until when; fill in what is asked and hand it in."""
    actor = actor_of(request)
    row = access.get_copy_for(actor, pk)
    fields = list(row.form.fields.order_by("place"))
    waits = row.state in states.WAITING
    cells = known.cells(row, fields) if waits else []
    post = request.method == "POST"
    if post:
        access.permit(actor, row, states.COPY.step("hand_in"))
    form = FillForm(request.POST if post else None, cells=cells, initial={"version": row.version})
    steps = access.next_steps(actor, row)

    def act() -> tuple[str, str]:
        told = form.cleaned_data["version"]
        actions.hand_in(actor=actor, pk=pk, values=form.values(), version=told)
        return reverse("returns:copy", args=[pk]), _("已交。填的数留作以后引用，下次不再问。")

    context: dict[str, Any] = {
        "row": row,
        "cells": cells,
        "kept": [(one, (row.content or {}).get(str(one.pk))) for one in fields],
        "waits": waits,
        "may_fill": any(one.name == "hand_in" for one in steps),
        "may_give_back": any(one.name == "give_back" for one in steps),
        "period": label(row.period),
        "table": states.COPY,
        "history": list(reversed(record.history((events.COPY, row.pk)))),
    }
    return typed_in(request, form, "returns/copy.html", context, act)


@gate.needs(rights.ISSUE)
@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a copy back."""
    actor = actor_of(request)
    row = access.get_copy_for(actor, pk)
    access.permit(actor, row, states.COPY.step("give_back"))
    if request.method != "POST":
        states.COPY.check(row.state, "give_back")
    page = Page((events.COPY, row.pk), f"{row.form} {row.unit.name}", reverse("returns:copy", args=[row.pk]))
    return answer(request, page, GiveBackForm, actor=actor, row=row, get=access.get_copy_for)
