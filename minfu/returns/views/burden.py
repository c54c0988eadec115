"""The burden meter: what forms cost, by unit that asks, month by month; open to everybody who works here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from minfu.accounts.actor import actor_of
from minfu.kernel import dated, gate
from minfu.kernel.step_pages import typed_in
from minfu.returns import pictures, rights
from minfu.returns.forms import RateForm
from minfu.returns.models import Rate
from minfu.returns.rules import actions, burden


@gate.needs(rights.VIEW)
@require_safe
def meter(request: HttpRequest) -> HttpResponse:
    """Show forms, cells, minutes and the share that filled itself in."""
    rows = burden.lines()
    months = burden.months(rows)
    title = _("每月要填的格")
    context = {
        "rows": rows,
        "months": months,
        "title": title,
        "picture": pictures.bars(months, title),
        "rates": dated.standing(Rate).order_by("kind", "valid_from"),
        "may_set": actor_of(request).may(rights.CONFIGURE),
    }
    return render(request, "returns/burden.html", context)


@gate.needs(rights.CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest) -> HttpResponse:
    """Set the minutes of a kind of field."""
    form = RateForm(request.POST if request.method == "POST" else None)

    def act() -> tuple[str, str]:
        actions.set_rate(actor=actor_of(request), **form.cleaned_data)
        return reverse("returns:burden"), _("已保存。")

    return typed_in(
        request, form, "returns/edit.html", {"title": _("设定填报用时"), "button": _("保存")}, act
    )
