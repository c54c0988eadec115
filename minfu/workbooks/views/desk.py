"""The list of forms from above, and a new one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from minfu.accounts.actor import actor_of
from minfu.kernel import gate
from minfu.kernel.errors import Invalid
from minfu.kernel.step_pages import show
from minfu.workbooks import listings, rights, states
from minfu.workbooks.forms import UploadForm
from minfu.workbooks.rules import actions

#: Rows of a list in sight at once.
PAGE = 40


@gate.needs(rights.VIEW)
@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """Show the forms of one tab, newest first, paged by key."""
    actor = actor_of(request)
    asked = {"tab": request.GET.get("tab", "")}
    tab = listings.tab_of(asked)
    rows = listings.rows(actor, asked)
    after = request.GET.get("after", "")
    if after.isascii() and after.isdigit() and len(after) <= 18:  # noqa: PLR2004 - fits bigint
        rows = rows.filter(pk__lt=int(after))
    found = list(rows[: PAGE + 1])
    context = {
        "tabs": [(name, label, name == tab) for name, (label, _states) in listings.TABS.items()],
        "tab": tab,
        "rows": found[:PAGE],
        "next": found[PAGE - 1].pk if len(found) > PAGE else None,
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
    status = 200
    if bound:
        status = 422
        if form.is_valid():
            try:
                row = actions.begin(actor=actor_of(request), upload=form.cleaned_data["file"])
                return redirect("workbooks:workbook", row.pk)
            except Invalid as refusal:
                show(form, refusal)
    return render(request, "workbooks/begin.html", {"form": form}, status=status)
