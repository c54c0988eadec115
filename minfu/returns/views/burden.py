"""The burden meter: what forms cost, by unit that asks, month by month; open to everybody who works here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from minfu.accounts.actor import actor_of
from minfu.kernel import clock, dated, gate, pages
from minfu.kernel.step_pages import typed_in
from minfu.returns import pictures, rights, states
from minfu.returns.forms import RateForm
from minfu.returns.models import Rate
from minfu.returns.rules import access, actions, burden
from minfu.returns.rules.detail import label


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
        "at": clock.now(),
        "picture": pictures.bars(months, title),
        "rates": dated.standing(Rate).order_by("kind", "valid_from"),
        "may_set": actor_of(request).may(rights.CONFIGURE),
    }
    return render(request, "returns/burden.html", context)


@gate.needs(rights.VIEW)
@require_safe
def copies(request: HttpRequest) -> HttpResponse:
    """Show the copies behind a number of the meter; only those the reader may open are links."""
    actor = actor_of(request)
    month = burden.month_of(request.GET.get("month", ""))
    unit_id = burden.unit_of(request.GET.get("unit", ""))
    found = burden.counted(month, unit_id).select_related("form__unit", "unit")
    rows, after = pages.newest(found, request.GET.get("after", ""))
    mine = set(access.copies_for(actor).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    context = {
        "line": burden.whole(month, unit_id),
        "rows": [(row, label(row.period), row.pk in mine) for row in rows],
        "next": after,
        "table": states.COPY,
    }
    return render(request, "returns/burden_copies.html", context)


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
