"""The list of forms from above, and a new one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from minfu.accounts.actor import actor_of
from minfu.kernel import gate, pages
from minfu.kernel.step_pages import typed_in
from minfu.workbooks import listings, rights, states
from minfu.workbooks.forms import UploadForm
from minfu.workbooks.rules import actions


@gate.needs(rights.VIEW)
@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """Show the forms of one tab, newest first, paged by key."""
    actor = actor_of(request)
    asked = {"tab": request.GET.get("tab", "")}
    tab = listings.tab_of(asked)
    found, after = pages.newest(listings.rows(actor, asked), request.GET.get("after", ""))
    context = {
        "tabs": [(name, label, name == tab) for name, (label, _states) in listings.TABS.items()],
        "tab": tab,
        "rows": found,
        "next": after,
        "table": states.WORKBOOK,
        "may_fill": actor.may(rights.FILL),
    }
    return render(request, "workbooks/list.html", context)


@gate.needs(rights.FILL)
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Take in a form somebody was told to fill in."""
    bound = request.method == "POST"
    form = UploadForm(request.POST if bound else None, request.FILES if bound else None)

    def act() -> tuple[str, str]:
        row = actions.begin(actor=actor_of(request), upload=form.cleaned_data["file"])
        return reverse("workbooks:workbook", args=[row.pk]), ""

    return typed_in(request, form, "workbooks/begin.html", {}, act)
