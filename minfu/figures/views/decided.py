"""Screens of what people decide about figures: what is left out of the rates, weights, published figures."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from minfu.accounts.actor import actor_of
from minfu.cases import door as cases
from minfu.figures import events, rights, states
from minfu.figures.forms import DecisionForm, ExclusionForm, PublishForm, WeightForm
from minfu.figures.models import Exclusion
from minfu.figures.rules import corrected, exclusions, periods, published, registry, weights
from minfu.figures.rules.exclusions import case_numbers
from minfu.figures.views import common, words
from minfu.kernel import dated, gate, pages, record
from minfu.kernel.errors import Forbidden, Invalid, Missing, Refused
from minfu.kernel.models import Event
from minfu.kernel.step_pages import show

#: Rows of a list, and changes of weights shown.
SHOWN, CHANGES = 40, 20


def _taken(request: HttpRequest, form: forms.Form, act: Callable[[], object], said: str) -> int:
    """Let a bound form's verb act; return 0 when it did, else the status to show the form with."""
    if not form.is_bound:
        return 200
    if not form.is_valid():
        return 422
    try:
        act()
    except (Missing, Forbidden):
        raise
    except Refused as refusal:
        show(form, refusal)
        return refusal.status
    messages.success(request, said)
    return 0


# --- left out of the rates -----------------------------------------------------------------------------------------


@gate.needs(rights.EXCLUSIONS)
@require_safe
def exclusion_list(request: HttpRequest) -> HttpResponse:
    """List what was asked to be left out of the rates, the newest first."""
    actor = actor_of(request)
    rows, following = pages.page(
        exclusions.exclusions_for(actor), cursor=request.GET.get("cursor", ""), size=SHOWN, newest_first=True
    )
    numbers = case_numbers(actor, rows)
    context = {
        "rows": [(row, numbers.get(row.case_id, "")) for row in rows],
        "next": following,
        "table": states.EXCLUSION,
        "may_ask": actor.may(rights.EXCLUDE),
    }
    return render(request, "figures/exclusions.html", context)


@gate.needs(rights.EXCLUDE)
@require_http_methods(["GET", "HEAD", "POST"])
def exclusion_new(request: HttpRequest) -> HttpResponse:
    """Ask that a demand be left out of the rates."""
    actor = actor_of(request)
    form = ExclusionForm(request.POST or None, initial={"case": request.GET.get("case", "")[:40]})

    def ask() -> None:
        told = form.cleaned_data
        exclusions.ask(
            actor=actor, case_id=_case(actor, told["case"]), reason=told["reason"], why=told["why"]
        )

    status = _taken(request, form, ask, _("已提出申请，由另一人审核。"))
    if not status:
        return redirect("figures:exclusions")
    return render(request, "figures/exclusion_new.html", {"form": form}, status=status)


def _case(actor: Any, number: str) -> int:
    """Return the demand with a number; at its field, that there is none."""
    try:
        return cases.id_of_number(actor, number)
    except (Missing, Invalid) as refusal:
        raise Invalid({"case": refusal.sentences()}) from None


@gate.needs(rights.EXCLUSIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def exclusion(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a request with its history, and decide it, as another person than asked."""
    actor = actor_of(request)
    row = exclusions.get_for(actor, pk)
    form = DecisionForm(request.POST or None)
    status = _taken(request, form, lambda: _decide(request, row, form), _("已记下审核意见。"))
    if not status:
        return redirect("figures:exclusion", pk)
    context = {
        "row": row,
        "number": case_numbers(actor, [row]).get(row.case_id, ""),
        "table": states.EXCLUSION,
        "steps": exclusions.next_steps(actor, row),
        "own": actor.user_id == row.asked_by_user_id,
        "form": form,
        "events": reversed(record.history((events.EXCLUSION, row.pk))),
    }
    return render(request, "figures/exclusion.html", context, status=status)


def _decide(request: HttpRequest, row: Exclusion, form: DecisionForm) -> None:
    step, said = request.POST.get("step", ""), form.cleaned_data["decision"]
    actor = actor_of(request)
    if step == "end":
        exclusions.end(actor=actor, exclusion_id=row.pk, decision=said)
    elif step in ("grant", "refuse"):
        exclusions.decide(actor=actor, exclusion_id=row.pk, grant=step == "grant", decision=said)
    else:
        raise Missing(_("没有这个步骤。"))


# --- weights ----------------------------------------------------------------------------------------------------------


@gate.needs(rights.VIEW)
@require_safe
def weight_list(request: HttpRequest) -> HttpResponse:
    """Show every weight as it holds today, with its earlier and coming versions."""
    today = dated.today()
    held = weights.weights(tuple(weights.TITLES), today)
    versions = list(weights.versions())
    context = {
        "rows": [
            (key, title, f"{held[key].normalize():f}", [one for one in versions if one.key == key])
            for key, title in weights.TITLES.items()
        ],
        "today": today,
        "may_set": actor_of(request).may(rights.WEIGH),
        "events": Event.objects.filter(subject_type=events.CONFIGURATION).order_by("-pk")[:CHANGES],
    }
    return render(request, "figures/weights.html", context)


@gate.needs(rights.WEIGH)
@require_http_methods(["GET", "HEAD", "POST"])
def weight(request: HttpRequest, key: str) -> HttpResponse:
    """Set a weight from a day on."""
    actor = actor_of(request)
    weights.permit(actor)
    title = weights.title(key)
    now = weights.weights([key], dated.today())[key]
    form = WeightForm(request.POST or None, initial={"value": f"{now.normalize():f}"})
    status = _taken(
        request,
        form,
        lambda: weights.set_weight(actor=actor, key=key, **form.cleaned_data),
        _("已保存。"),
    )
    if not status:
        return redirect("figures:weights")
    return render(request, "figures/weight.html", {"form": form, "label": title}, status=status)


# --- published figures ------------------------------------------------------------------------------------------------


@gate.needs(rights.VIEW)
@require_safe
def published_list(request: HttpRequest) -> HttpResponse:
    """List the published figures the reader may see, the newest first."""
    actor = actor_of(request)
    rows, following = pages.page(
        published.published_for(actor), cursor=request.GET.get("cursor", ""), size=SHOWN, newest_first=True
    )
    context = {"rows": [published.shown(row) for row in rows], "next": following}
    return render(request, "figures/published.html", context)


@gate.needs(rights.VIEW)
@require_safe
def published_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a published figure with the query that made it, beside what the same query says now."""
    actor = actor_of(request)
    row = published.get_published_for(actor, pk)
    correction, indicator = published.correction(row), registry.indicator(row.indicator)
    context = {"row": row, "shown": published.shown(row), "correction": correction}
    if correction.changed:
        found = corrected.changes(actor, row)
        held = weights.weights(indicator.weights(), periods.parse(row.period).last)
        context["changes"] = found
        context["sorts"] = [
            (title, number, words.changed(rows, indicator, held))
            for title, number, rows in (
                (_("新计入的记录"), found.came, found.new),
                (_("不再计入的记录"), found.went, found.gone),
            )
        ]
    return render(request, "figures/published_one.html", context)


@gate.needs(rights.PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, name: str) -> HttpResponse:
    """Freeze a figure of a period that is over, after a look at what is frozen."""
    actor = actor_of(request)
    area, period = common.asked(request)
    found = published.publishable(registry.indicator(name), area, period)
    form = PublishForm(request.POST if request.method == "POST" else None)
    status = _taken(
        request,
        form,
        lambda: published.publish(actor=actor, name=name, area=area, period=period, **form.arguments()),
        _("已定稿。以后有变化，会在旁边写明更正。"),
    )
    if not status:
        return redirect("figures:published")
    context = {"figure": found, "form": form, "where": common.query(area, period)}
    return render(request, "figures/publish.html", context, status=status)
