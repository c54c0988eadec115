"""Every step on a page of its own."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from minfu.accounts.actor import actor_of
from minfu.kernel import gate
from minfu.kernel.errors import Missing
from minfu.kernel.step_pages import answer
from minfu.topics import forms, rights, states
from minfu.topics.rules import access
from minfu.topics.views import common


@gate.needs(rights.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """A step of a topic."""
    actor = actor_of(request)
    row = access.get_for(actor, pk)
    if name not in forms.FORMS:
        raise Missing(_("没有这个步骤。"))
    access.permit(actor, row, states.TOPIC.step(name))
    if request.method != "POST":
        states.TOPIC.check(row.state, name)
    return answer(request, common.page_of(row), forms.FORMS[name], actor=actor, row=row, get=access.get_for)
