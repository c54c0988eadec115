"""One page for each step: a small form, in a dialog with script, a page without."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from minfu.accounts.actor import Actor, actor_of
from minfu.cases import events, rights, states
from minfu.cases.forms.desk_steps import MergeForm
from minfu.cases.forms.step import StepForm
from minfu.cases.forms.steps import FORMS
from minfu.cases.models import Case
from minfu.cases.rules import access
from minfu.cases.rules.detail import history
from minfu.cases.views import common
from minfu.kernel import gate
from minfu.kernel.errors import Forbidden, Missing, Refused, Stale
from minfu.kernel.models import Event
from minfu.kernel.step_pages import show
from minfu.places import index


@gate.needs(rights.VIEW)
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Show the form of a step, or take the step. What was typed is never lost: a refusal comes back in the form."""
    actor = actor_of(request)
    case = access.get_case_for(actor, pk)
    if name not in FORMS:
        raise Missing(_("没有这个步骤。"))
    taken = states.CASE.step(name)
    if request.method == "GET":
        access.demand(actor, case, name, next(iter(sorted(taken.targets)), ""))
        return _page(request, _fresh(request, name, actor, case))
    form = FORMS[name](request.POST, actor=actor, case=case)
    if not access.may_take(actor, case, taken):
        if _done_before(form):
            return back(request, actor, case, str(taken.label))
        access.demand(actor, case, name, next(iter(sorted(taken.targets)), ""))
    if "more" in request.POST:
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=422)
    if isinstance(form, MergeForm) and form.cleaned_data["shown"] != form.into_id:
        return _side_by_side(request, form)
    return _take(request, form)


def _fresh(request: HttpRequest, name: str, actor: Actor, case: Case) -> StepForm:
    initial: dict[str, Any] = {"version": case.version, "seen": len(_since(case, 0))}
    if pick := request.GET.get("pick"):
        initial["village"] = pick
    return FORMS[name](actor=actor, case=case, initial=initial)


def _since(case: Case, seen: int | None) -> list[Event]:
    """Return what happened after event number ``seen``."""
    rows = Event.objects.filter(subject_type=events.SUBJECT, subject_id=case.pk, seq__gt=seen or 0)
    return list(rows.order_by("seq"))


def _done_before(form: StepForm) -> bool:
    """Tell whether this very form was sent a moment ago (a double click)."""
    seen = form.cleaned_data["seen"] if form.is_valid() else None
    return seen is not None and form.repeats(_since(form.case, seen))


def _take(request: HttpRequest, form: StepForm) -> HttpResponse:
    """Take the step and go back to the demand; a second click finds it done."""
    case = form.case
    try:
        with transaction.atomic():
            if form.locks:
                access.get_case_for(form.actor, case.pk, lock=True)
            if not (form.locks and _done_before(form)):
                form.take()
    except (Missing, Forbidden):
        raise
    except Refused as refusal:
        if not _done_before(form):
            return _refused(request, form, refusal)
    return back(request, form.actor, case, str(form.step.label))


def _refused(request: HttpRequest, form: StepForm, refusal: Refused) -> HttpResponse:
    """Show the form again with the sentence; after a change by others also what changed, and the new version."""
    changes = []
    if isinstance(refusal, Stale):
        changes = history(form.actor, form.case, _since(form.case, form.cleaned_data["seen"]))
        form = _renewed(form)
    show(form, refusal)
    return _page(request, form, status=refusal.status, changes=changes)


def _renewed(form: StepForm) -> StepForm:
    """Return the same form with what was typed, on the demand as it is now."""
    case = access.get_case_for(form.actor, form.case.pk)
    data = {**form.typed, "version": case.version, "seen": len(_since(case, 0))}
    renewed = type(form)(data, actor=form.actor, case=case)
    renewed.is_valid()
    return renewed


def _page(request: HttpRequest, form: StepForm, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "form": form,
        "step": form.step,
        "case": form.case,
        "title": common.title(form.case),
        "where": common.where(form.case, index.current()),
        "case_url": common.case_url(request, form.case.pk),
        "changes": [],
        "label": form.step.label,
        "hint": form.step.hint,
        "danger": form.step.danger,
        "parts": getattr(form, "parts", []),
        "draft": f"step-{form.step.name}-{form.case.pk}",
        **more,
    }
    return render(request, "cases/step.html", context, status=status)


def _side_by_side(request: HttpRequest, form: MergeForm) -> HttpResponse:
    """Show both demands before they become one."""
    try:
        other = access.get_case_for(form.actor, form.into_id)
    except Missing as refusal:
        form.add_error("into", str(refusal.message))
        return _page(request, form, status=422)
    shown = MergeForm({**form.typed, "shown": other.pk}, actor=form.actor, case=form.case)
    shown.is_valid()
    known = index.current()
    both = [(one, common.title(one), common.where(one, known)) for one in (form.case, other)]
    return _page(request, shown, both=both)


def back(request: HttpRequest, actor: Actor, case: Case, label: str) -> HttpResponse:
    """Return to the screen one came from and say what happened; to its list when the demand is no longer the actor's to see."""
    now = access.cases_for(actor).filter(pk=case.pk).select_related("holder").first()
    if now is None:
        messages.success(
            request, _("已%(step)s。%(number)s 已转出。") % {"step": label, "number": case.number}
        )
        return redirect(common.list_url(request))
    words = {
        "step": label,
        "number": now.number,
        "state": states.CASE[now.state].label,
        "holder": now.holder.name,
    }
    sentence = (
        _("已%(step)s。%(number)s 现在“%(state)s”，由%(holder)s处理。")
        if now.is_open
        else _("已%(step)s。%(number)s 现在“%(state)s”。")
    )
    messages.success(request, sentence % words)
    if request.GET.get("back") == common.DISPATCH:
        return redirect(common.list_url(request))
    return redirect(common.case_url(request, case.pk))
