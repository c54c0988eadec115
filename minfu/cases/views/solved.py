"""The public board for everyone, and the page on which a resident says whether their matter may stand there."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from minfu.cases.forms.solved import BoardForm
from minfu.cases.models import Case
from minfu.cases.rules import actions, releases
from minfu.cases.views import follow
from minfu.kernel import gate, pages
from minfu.kernel.errors import Refused

SHOWN = 20


@gate.open_to_all("solved matters a desk has released, without personal data")
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show what was released, the last first, by township and category."""
    form = BoardForm(request.GET)
    asked = form.asked()
    rows, following = pages.page(
        releases.public(**asked), cursor=request.GET.get("cursor", ""), size=SHOWN, newest_first=True
    )
    context = {
        "form": form,
        "rows": [(row, releases.place_of(row.township_code, row.village_code)) for row in rows],
        "next": following,
        "narrowed": any(asked.values()),
        "withdrawn": releases.withdrawn_count(),
    }
    return render(request, "cases/solved/board.html", context)


@never_cache
@gate.open_to_all("a solved matter a desk has released, without personal data")
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one released matter; 410 for one that was withdrawn."""
    row = releases.get_public(pk)
    context = {"row": row, "place": releases.place_of(row.township_code, row.village_code)}
    return render(request, "cases/solved/one.html", context)


@never_cache
@gate.open_to_all("residents say whether their own matter may be told")
@require_http_methods(["GET", "HEAD", "POST"])
def wish(request: HttpRequest, receipt: str) -> HttpResponse:
    """Show whether the matter stands on the public board, and take the resident's word on it."""
    case = follow.case_of(request, receipt)
    if not follow.opened(request, case):
        return redirect("cases:follow_prove", receipt)
    status = 200
    if request.method == "POST":
        try:
            _take(request, case)
            return redirect("cases:follow_public", receipt)
        except Refused as refusal:
            messages.error(request, str(refusal.message))
            status = refusal.status
    context = {"case": case, "row": releases.standing(case), "never": releases.never(case)}
    return render(request, "cases/solved/wish.html", context, status=status)


def _take(request: HttpRequest, case: Case) -> None:
    actor = follow.actor_of(request, case)
    if request.POST.get("wish") == "allow":
        actions.allow_release(actor=actor, case_id=case.pk)
        messages.success(request, _("已记下：可以公开。"))
    else:
        actions.object_to_release(actor=actor, case_id=case.pk)
        messages.success(request, _("已记下：不要公开。"))
