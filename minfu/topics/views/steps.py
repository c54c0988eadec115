"""Every step on a page of its own."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from minfu.accounts.actor import actor_of
from minfu.kernel import gate
from minfu.kernel.errors import Missing
from minfu.kernel.step_pages import StepForm, answer
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
    form, posted = forms.FORMS[name], request.method == "POST"
    if not posted:
        states.TOPIC.check(row.state, name)

    def fresh() -> StepForm:
        now = access.get_for(actor, pk)
        data = request.POST.copy()
        data["version"] = str(now.version)
        return form(data, actor=actor, row=now)

    first = form(request.POST if posted else None, actor=actor, row=row, initial={"version": row.version})
    return answer(request, common.page_of(row), first, fresh=fresh)
