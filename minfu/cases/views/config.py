"""The county's configuration: overview, routing rules with their trial, time limits, diversions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from minfu.accounts.actor import Actor, actor_of
from minfu.cases import rights
from minfu.cases.forms.config import (
    ChoiceForm,
    DiversionForm,
    EndForm,
    LimitForm,
    RetentionForm,
    RuleForm,
    TermsForm,
    TrialForm,
)
from minfu.cases.models import TimeLimit
from minfu.cases.rules import configuration, understanding
from minfu.cases.rules.actions import configure
from minfu.cases.rules.actions.configure import PARTS, Part, Versioned
from minfu.cases.views import understanding_pictures
from minfu.kernel import gate
from minfu.kernel.errors import Invalid, Missing, Refused
from minfu.kernel.step_pages import show

#: Changes shown on the overview.
CHANGES = 20
_FORMS: dict[str, Callable[..., TermsForm]] = {
    "rules": RuleForm,
    "limits": LimitForm,
    "diversions": DiversionForm,
    "retention": RetentionForm,
    "choices": ChoiceForm,
}


def permitted(request: HttpRequest) -> Actor:
    """Return who acts; only from a post at the county."""
    actor = actor_of(request)
    configure.permit(actor)
    return actor


@gate.needs(rights.CONFIGURE)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the parts of the configuration and what was changed last."""
    permitted(request)
    rows = [(part, configure.standing(part).count()) for part in PARTS.values()]
    return render(request, "cases/config/home.html", {"parts": rows, "events": configuration.changes()})


@gate.needs(rights.CONFIGURE)
@require_safe
def understood(request: HttpRequest) -> HttpResponse:
    """Show how well the county's model reads demands: precision, coverage, corrections, versions."""
    permitted(request)
    now = understanding.understanding()
    context = {
        "now": now,
        "sureness": understanding_pictures.sureness(now.bins, _("说有多大把握，实际对了多少")),
        "months": understanding_pictures.months(now.months, _("逐月：第一个提示就对的比例")),
        "most_corrected": max((one.times for one in now.corrections), default=1),
    }
    return render(request, "cases/config/understanding.html", context)


# --- rules, limits, diversions ---


@dataclass(frozen=True)
class Line:
    """A row of a list: the version, what it is about, what it says, and from when if that is not yet."""

    row: Versioned
    about: str
    says: str
    note: str = ""
    ahead: bool = False
    ends: bool = False


def _part(name: str) -> Part:
    if name not in _FORMS:
        raise Missing(_("没有这一页。"))
    return PARTS[name]


@gate.needs(rights.CONFIGURE)
@require_safe
def listing(request: HttpRequest, name: str) -> HttpResponse:
    """List the standing rows of a part: those that hold today, and those that will."""
    permitted(request)
    part = _part(name)
    context: dict[str, Any] = {"part": part, "groups": _GROUPS[name]()}
    if name == "rules":
        context |= _trial(request)
    return render(request, f"cases/config/{name}.html", context)


def _line(row: Any, about: str, says: str, note: str = "") -> Line:
    ahead = row.valid_from > configure.today()
    return Line(row, about, says, note, ahead=ahead, ends=row.valid_to is not None)


def _rules() -> list[Any]:
    rows = configuration.listed("rules")
    return [("", [_line(row, configuration.about(row), configuration.target(row)) for row in rows])]


def _limits() -> list[Any]:
    rows = configuration.listed("limits")
    groups = []
    for code, label in TimeLimit.Clock.choices:
        lines = [
            _line(
                row,
                configuration.about(row),
                f"{row.amount} {row.get_measure_display()}",
                configuration.example(row.amount, row.measure),
            )
            for row in rows
            if row.clock == code
        ]
        groups.append((label, lines))
    return groups


def _diversions() -> list[Any]:
    rows = configuration.listed("diversions")
    return [("", [_line(row, row.name, row.advice, row.keywords) for row in rows])]


def _retention() -> list[Any]:
    rows = configuration.listed("retention")
    return [("", [_line(row, configuration.about(row), str(row)) for row in rows])]


def _choices() -> list[Any]:
    rows = configuration.listed("choices")
    return [("", [_line(row, configuration.about(row), str(row)) for row in rows])]


_GROUPS: dict[str, Callable[[], list[Any]]] = {
    "rules": _rules,
    "limits": _limits,
    "diversions": _diversions,
    "retention": _retention,
    "choices": _choices,
}


@gate.needs(rights.CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, name: str, pk: int | None = None) -> HttpResponse:
    """Make a new row of a part, or a new version of one."""
    actor, part = permitted(request), _part(name)
    row = configure.get(part, pk) if pk else None
    form = form_for(name, row, request)
    if request.method == "POST" and form.is_valid():
        try:
            configure.save_version(actor=actor, part=part, content=form.content(), terms=form.terms(), pk=pk)
        except Refused as refusal:
            show(form, refusal)
        else:
            messages.success(request, _("已保存，自 %(on)s 起生效。") % {"on": form.terms().valid_from})
            return redirect("cases:config_list", name)
    context: dict[str, Any] = {"part": part, "row": row, "form": form}
    context["label"] = configure.label(row) if row else ""
    if row:
        context["end_form"] = EndForm(auto_id="end_%s")
    if name == "limits":
        context["example"] = _example_of(form)
    return render(request, "cases/config/edit.html", context, status=422 if form.errors else 200)


def form_for(name: str, row: Versioned | None, request: HttpRequest) -> TermsForm:
    """Return the form of a part, filled with a version; new versions hold from tomorrow unless told otherwise."""
    part = PARTS[name]
    first: dict[str, Any] = {"valid_from": configure.today() + timedelta(days=1)}
    if row:
        first |= {column: getattr(row, column) for column in (*part.key, *part.content, "source")}
    fixed = {"fixed": row is not None} if name in ("limits", "diversions", "retention", "choices") else {}
    return _FORMS[name](request.POST or None, initial=first, **fixed)


@gate.needs(rights.CONFIGURE)
@require_http_methods(["POST"])
def end(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """End a row of a part on a day."""
    actor, part = permitted(request), _part(name)
    row = configure.get(part, pk)
    form = EndForm(request.POST, auto_id="end_%s")
    if form.is_valid():
        try:
            configure.end_version(actor=actor, part=part, pk=pk, **form.cleaned_data)
        except Refused as refusal:
            show(form, refusal)
        else:
            messages.success(request, _("已登记失效。"))
            return redirect("cases:config_list", name)
    filled = form_for(name, row, _fresh(request))
    context = {"part": part, "row": row, "form": filled, "end_form": form, "label": configure.label(row)}
    if name == "limits":
        context["example"] = _example_of(filled)
    return render(request, "cases/config/edit.html", context, status=422)


def _fresh(request: HttpRequest) -> HttpRequest:
    """Return a request that sent nothing: the form beside the one that was sent shows what is."""
    fresh = HttpRequest()
    fresh.user = request.user
    return fresh


# --- trying out ---


def _trial(request: HttpRequest) -> dict[str, Any]:
    """Return the trial's form and, once it was sent, where such a demand would go and why."""
    form = TrialForm(request.GET if "kind" in request.GET else None)
    if not form.is_valid():
        return {"trial": form, "route": None}
    try:
        found = configuration.trial(**form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal.message))
        return {"trial": form, "route": None}
    return {"trial": form, "route": found.route, "route_due": found.due}


def _example_of(form: BaseForm) -> str:
    """Say when a demand registered now would be due by what stands in the form; "" while that is no limit."""
    try:
        return configuration.example(int(form["amount"].value()), str(form["measure"].value()))
    except (TypeError, ValueError, Invalid):
        return ""


@gate.needs(rights.CONFIGURE)
@require_safe
def limit_example(request: HttpRequest) -> HttpResponse:
    """Return, for a limit being typed, when a demand registered now would be due."""
    permitted(request)
    form = LimitForm(request.GET)
    return render(request, "cases/config/_example.html", {"example": _example_of(form)})
