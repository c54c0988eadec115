"""Requests, calls for help, contacts, several demands at once: small forms beside the steps."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from minfu.accounts.actor import actor_of
from minfu.cases import rights, states
from minfu.cases.forms.decisions import BulkForm, DecideForm, HelpForm
from minfu.cases.models import Case
from minfu.cases.rules import access, actions, reporters
from minfu.cases.views import common
from minfu.cases.views.steps import back
from minfu.kernel import gate
from minfu.kernel.errors import Forbidden, Missing, Refused
from minfu.kernel.forms import Form
from minfu.kernel.step_pages import show
from minfu.places import index
from minfu.registry import rights as registry_rights
from minfu.registry import vault
from minfu.registry.forms import RevealForm


def _page(
    request: HttpRequest, case: Case, form: Form, label: Any, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "form": form,
        "case": case,
        "title": common.title(case),
        "where": common.where(case, index.current()),
        "case_url": common.case_url(request, case.pk),
        "label": label,
        "hint": "",
        "draft": "",
        **more,
    }
    return render(request, "cases/step.html", context, status=status)


@gate.needs(rights.APPROVE)
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant or refuse an extension, pause or deferral."""
    actor = actor_of(request)
    approval = access.get_approval_for(actor, pk)
    form = DecideForm(request.POST if request.method == "POST" else None)
    label = _("审批%(matter)s申请") % {"matter": approval.get_matter_display()}
    more = {"asked": common.asked([approval])[0], "draft": f"decide-{pk}", "label": label}
    if not form.is_bound or not form.is_valid():
        return _page(request, approval.case, form, status=422 if form.is_bound else 200, **more)
    try:
        actions.decide(actor=actor, approval_id=pk, **form.cleaned_data)
    except (Missing, Forbidden):
        raise
    except Refused as refusal:
        if approval.decided_by_user_id != actor.user_id:
            show(form, refusal)
            return _page(request, approval.case, form, status=refusal.status, **more)
    return back(request, actor, approval.case, _("审批"))


@gate.needs(rights.HANDLE)
@require_http_methods(["GET", "POST"])
def help_step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Come, finish, decline, or release a call for help."""
    actor = actor_of(request)
    row = access.get_help_for(actor, pk)
    steps = {step.name: step for step in states.HELP.steps}
    if name not in steps:
        raise Missing(_("没有这个步骤。"))
    asked = name in ("finish", "decline")
    form = HelpForm(request.POST if request.method == "POST" else None, asked=asked)
    more = {"label": steps[name].label, "hint": row.task, "draft": f"help-{pk}-{name}"}
    if not form.is_bound or not form.is_valid():
        return _page(request, row.case, form, status=422 if form.is_bound else 200, **more)
    try:
        actions.help_step(actor=actor, help_id=pk, step=name, result=form.cleaned_data["result"])
    except (Missing, Forbidden):
        raise
    except Refused as refusal:
        if row.state not in steps[name].targets:
            show(form, refusal)
            return _page(request, row.case, form, status=refusal.status, **more)
    return back(request, actor, row.case, str(steps[name].label))


@gate.needs(registry_rights.REVEAL)
@never_cache
@require_http_methods(["GET", "POST"])
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, then show the reporter's contact and the words without stars once; the page is never kept."""
    actor = actor_of(request)
    case = access.get_case_for(actor, pk)
    if not (reporters.may_reveal(actor, case) or reporters.may_read_words(actor, case)):
        raise Forbidden(_("反映人的身份对您保密，或者这件诉求不由您的单位办理。"))
    form = RevealForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            purpose = vault.Purpose(form.cleaned_data["purpose"], form.cleaned_data["explanation"])
            found = actions.reveal(actor=actor, case_id=pk, purpose=purpose)
            shown = {
                "case": case,
                "contact": found.contact,
                "words": found.words,
                "case_url": common.case_url(request, pk),
            }
            return render(request, "cases/revealed.html", shown)
        except (Missing, Forbidden):
            raise
        except Refused as refusal:
            show(form, refusal)
    if form.is_bound:
        status = 422
    hint = _("联系方式只为办理这件诉求使用。")
    return _page(request, case, form, _("查看联系方式"), status=status, hint=hint)


# --- several at once ---------------------------------------------------------------------------------------------


@gate.needs(rights.DISPATCH)
@require_http_methods(["GET", "POST"])
def bulk(request: HttpRequest) -> HttpResponse:
    """Give several waiting demands to one unit: each through the verb, each refusal told by its number."""
    actor = actor_of(request)
    given = request.POST if request.method == "POST" else request.GET
    ids = [int(text) for text in given.getlist("case") if text.isascii() and text.isdigit()][
        : actions.MOST_AT_ONCE
    ]
    cases = list(
        access.cases_for(actor)
        .filter(pk__in=ids, state=states.WAITING)
        .select_related("category")
        .order_by("pk")
    )
    if not cases:
        messages.error(request, _("没有勾选待派单的诉求。请在列表里勾选后再派单。"))
        return redirect(reverse("cases:inbox"))
    form = BulkForm(request.POST if request.method == "POST" else None, actor=actor, case=cases[0])
    if not form.is_bound or not form.is_valid():
        context = {"form": form, "rows": common.rows(cases)}
        return render(request, "cases/bulk.html", context, status=422 if form.is_bound else 200)
    chosen, by_id = form.cleaned_data, {case.pk: case for case in cases}
    outcome = actions.assign_many(
        actor=actor, case_ids=list(by_id), unit_id=chosen["unit"], reason=chosen["reason"]
    )
    if outcome.done:
        messages.success(request, _("已派出 %(count)d 件。") % {"count": len(outcome.done)})
    if not outcome.refused:
        return redirect(reverse("cases:inbox"))
    refused = [(by_id[pk], " ".join(refusal.sentences())) for pk, refusal in outcome.refused]
    return render(request, "cases/bulk_done.html", {"done": outcome.done, "refused": refused})
