"""Every step on a page of its own: of the hazard, of its alarm."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from minfu.accounts.actor import actor_of
from minfu.hazards import forms, rights, states
from minfu.hazards.models import Hazard
from minfu.hazards.rules import access
from minfu.hazards.views import common
from minfu.kernel import gate
from minfu.kernel.errors import Missing
from minfu.kernel.step_pages import StepForm, answer


def _answer(request: HttpRequest, row: Hazard, form: type[StepForm], about: Any = None) -> HttpResponse:
    """Show the form of a step, or take it."""
    page = common.page_of(row)
    return answer(request, page, form, actor=actor_of(request), row=row, get=access.get_for, about=about)


@gate.needs(rights.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """A step of the hazard."""
    actor = actor_of(request)
    row = access.get_for(actor, pk)
    if name not in forms.FORMS:
        raise Missing(_("没有这个步骤。"))
    taken = states.HAZARD.step(name)
    access.permit(actor, row, taken)
    if request.method != "POST":
        states.HAZARD.check(row.state, name, next(iter(sorted(taken.targets)), ""))
    return _answer(request, row, forms.FORMS[name])


@gate.needs(rights.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def alarm(request: HttpRequest, pk: int, alarm_id: int, name: str) -> HttpResponse:
    """Acknowledge an alarm, or say that the danger is over."""
    actor = actor_of(request)
    row = access.get_for(actor, pk)
    found = access.get_alarm_for(row, alarm_id)
    if name not in forms.ALARM_FORMS:
        raise Missing(_("没有这个步骤。"))
    access.permit(actor, row, states.ALARM.step(name))
    return _answer(request, row, forms.ALARM_FORMS[name], found)
