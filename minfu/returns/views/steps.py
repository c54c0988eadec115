"""Every step of a form on a page of its own."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from minfu.accounts.actor import actor_of
from minfu.kernel import gate
from minfu.kernel.errors import Missing
from minfu.kernel.step_pages import Page, answer
from minfu.returns import events, rights, states
from minfu.returns.forms import FORMS
from minfu.returns.rules import access


@gate.needs(rights.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Show the form of a step, or take it."""
    actor = actor_of(request)
    row = access.get_form_for(actor, pk)
    if name not in FORMS:
        raise Missing(_("没有这个步骤。"))
    access.permit(actor, row, states.FORM.step(name))
    if request.method != "POST":
        states.FORM.check(row.state, name)
    page = Page((events.FORM, row.pk), str(row), reverse("returns:form", args=[row.pk]))
    return answer(request, page, FORMS[name], actor=actor, row=row, get=access.get_form_for)
