"""Every step on a page of its own."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from minfu.accounts.actor import actor_of
from minfu.documents import rights, states
from minfu.documents.forms import FORMS
from minfu.documents.rules import access
from minfu.documents.views import common
from minfu.kernel import gate
from minfu.kernel.errors import Missing
from minfu.kernel.step_pages import answer


@gate.needs(rights.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Show the form of a step, or take it."""
    actor = actor_of(request)
    row = access.get_for(actor, pk)
    if name not in FORMS:
        raise Missing(_("没有这个步骤。"))
    access.permit(actor, row, states.DOCUMENT.step(name))
    if request.method != "POST":
        states.DOCUMENT.check(row.state, name)
    return answer(request, common.page_of(row), FORMS[name], actor=actor, row=row, get=access.get_for)
