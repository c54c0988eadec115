"""Every step on a page of its own: of the mediation, of a mediator's seat, of a request, of a sitting."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from minfu.accounts.actor import actor_of
from minfu.disputes import forms, rights, states
from minfu.disputes.models import Mediation
from minfu.disputes.rules import access
from minfu.disputes.views import common
from minfu.kernel import gate
from minfu.kernel.errors import Forbidden, Missing
from minfu.kernel.step_pages import StepForm, answer


def _answer(
    request: HttpRequest, row: Mediation, form: type[StepForm], about: Any = None, label: Any = ""
) -> HttpResponse:
    """Show the form of a step, or take it."""
    actor, page = actor_of(request), common.page_of(row)
    return answer(request, page, form, actor=actor, row=row, get=access.get_for, about=about, label=label)


@gate.needs(rights.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """A step of the mediation."""
    actor = actor_of(request)
    row = access.get_for(actor, pk)
    if name not in forms.FORMS:
        raise Missing(_("没有这个步骤。"))
    taken = states.MEDIATION.step(name)
    access.permit(actor, row, taken)
    if request.method != "POST":
        states.MEDIATION.check(row.state, name, next(iter(sorted(taken.targets)), ""))
    return _answer(request, row, forms.FORMS[name])


@gate.needs(rights.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest, pk: int, seat_id: int) -> HttpResponse:
    """Who was asked to mediate declares that nothing makes them stand aside."""
    row = access.get_for(actor_of(request), pk)
    found = access.get_seat_for(row, seat_id)
    access.permit(actor_of(request), row, states.SEAT.step("declare"))
    return _answer(request, row, forms.DeclareForm, found)


@gate.needs(rights.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: int, replacement_id: int) -> HttpResponse:
    """Decide whether a mediator is replaced."""
    actor = actor_of(request)
    row = access.get_for(actor, pk)
    asked = access.get_replacement_for(row, replacement_id)
    if asked.state == "asked" and not access.may_decide(actor, row, asked):
        raise Forbidden(_("是否更换须由另一人决定：不能是被要求更换的调解员，也不能是登记这项请求的人。"))
    access.permit(actor, row, states.REPLACEMENT.step("grant"))
    return _answer(request, row, forms.DecideForm, asked, _("决定"))


@gate.needs(rights.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest, pk: int, session_id: int, name: str) -> HttpResponse:
    """Write down an arranged sitting, or call it off."""
    actor = actor_of(request)
    row = access.get_for(actor, pk)
    found = access.get_session_for(row, session_id)
    kinds = {"hold": forms.HoldForm, "cancel": forms.CancelForm}
    if name not in kinds:
        raise Missing(_("没有这个步骤。"))
    access.permit(actor, row, states.SESSION.step(name))
    return _answer(request, row, kinds[name], found)
