"""The list of forms and copies, one form, a new one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from minfu.accounts.actor import actor_of
from minfu.kernel import gate
from minfu.kernel.errors import Missing
from minfu.kernel.pages import number_of
from minfu.kernel.step_buttons import buttons
from minfu.kernel.step_pages import typed_in
from minfu.returns import listings, rights, states
from minfu.returns.forms import BeginForm
from minfu.returns.rules import access, actions, progress, totals
from minfu.returns.rules.detail import detail, label

#: Rows of a list in sight at once; the rest goes out as a table.
PAGE = 100
_RARE = frozenset({"recall", "end", "drop"})
_FIRST = {states.DRAFT: "submit", states.REVIEW: "approve", states.REFUSED: "revise"}


@gate.needs(rights.VIEW)
@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """Show what waits for the unit, what it issued, what is at the gate, what is in force."""
    actor = actor_of(request)
    asked = {"tab": request.GET.get("tab", "")}
    tab = listings.tab_of(actor, asked)
    found = list(listings.rows(actor, asked)[: PAGE + 1])
    context = {
        "tabs": [(name, text, name == tab) for name, text in listings.tabs_for(actor).items()],
        "tab": tab,
        "of_copies": tab in listings.COPIES,
        "rows": [(row, label(row.period) if row.period else "") for row in found[:PAGE]],
        "more": len(found) > PAGE,
        "table": states.COPY if tab in listings.COPIES else states.FORM,
        "may_issue": actor.may(rights.ISSUE),
    }
    return render(request, "returns/list.html", context)


@gate.needs(rights.VIEW)
@require_safe
def form(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a form: why, for whom, until when; its fields with what is known; how far the copies are, each count a list."""
    actor = actor_of(request)
    shown = detail(actor, access.get_form_for(actor, pk))
    period = request.GET.get("period", "")
    if period and period not in totals.periods(actor, shown.row):
        raise Missing(_("这张表没有问过这段时间。"))
    first = "" if shown.undecided else _FIRST.get(shown.row.state, "")
    main, rare = buttons(
        shown.next_steps,
        first=first,
        rare=_RARE,
        address=lambda name: reverse("returns:step", args=[pk, name]),
    )
    context = {
        "shown": shown,
        "row": shown.row,
        "main": main,
        "rare": rare,
        "table": states.FORM,
        "copies_table": states.COPY,
        "progress": progress.progress(actor, shown.row, request.GET.get("in", ""), period),
        "of_period": label(period) if period else "",
        "period": label(shown.row.period) if shown.row.period else "",
        "may_edit": any(one.name == "edit" for one in shown.next_steps),
    }
    return render(request, "returns/form.html", context)


@gate.needs(rights.ISSUE)
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begin to declare a form."""
    given = BeginForm(request.POST if request.method == "POST" else None)

    def act() -> tuple[str, str]:
        made = actions.begin(actor=actor_of(request), about=given.about())
        return reverse("returns:form", args=[made.pk]), _("已开始申报，请写入要填的项。")

    return typed_in(request, given, "returns/edit.html", {"title": _("申报一张表"), "button": _("申报")}, act)


@gate.needs(rights.VIEW)
@require_safe
def collected(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the units said for a period side by side, and the sums; or of one field what its sum is made of."""
    actor = actor_of(request)
    row = access.get_form_for(actor, pk)
    known = totals.periods(actor, row)
    if not known:
        raise Missing(_("这张表还没有发给填报单位，没有可汇总的。"))
    period = request.GET.get("period", "") or known[0]
    if period not in known:
        raise Missing(_("这张表没有问过这段时间。"))
    item = request.GET.get("item", "")
    context = {
        "row": row,
        "found": totals.collected(actor, row, period, (number_of(item) or 0) if item else None),
        "copies_url": f"{reverse('returns:form', args=[pk])}?{progress.query(progress.ALL, period)}",
        "periods": [(one, label(one), one == period) for one in known],
        "period": label(period),
        "copies_table": states.COPY,
    }
    return render(request, "returns/collected.html", context)
