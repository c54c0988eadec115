"""In the field, on a phone: my grids and what is to do there, one demand, report, done. Signal comes and goes.

A form that could not be sent is kept on the phone and sent later (``static/minfu/queue.js``); it asks for JSON. Each form
carries a token of its own, so that however often it arrives it is one demand.
"""

import secrets
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from minfu.accounts.actor import Actor, actor_of
from minfu.cases import events, rights, states
from minfu.cases.forms.field import ELSEWHERE, DoneForm, ReportForm
from minfu.cases.models import Case, Door, Mode, Urgency
from minfu.cases.rules import access, actions, catalog, intake, lists
from minfu.cases.rules.detail import detail
from minfu.cases.rules.intake import Intake, Person, Spot
from minfu.cases.views import common, offline, public, queued
from minfu.kernel import beside, clock, gate
from minfu.kernel.errors import Invalid, Refused
from minfu.places import index
from minfu.places.index import KnownGrid

SOURCE = "field"
#: Session key: the grid of the last report.
LAST_GRID = "cases.field.grid"
#: The lists of the start page, the first one unless another is asked for.
LISTS = {
    "inbox": gettext_lazy("要办的"),
    "helping": gettext_lazy("请来协办"),
    "registered": gettext_lazy("我上报的"),
    "area": gettext_lazy("全部在办"),
}
#: Steps with a screen of their own here; the others open the desk's.
_OWN = {"accept", "report"}
#: Fields of the rules that are called otherwise in these forms.
_CALLED = {"files": "photos", "mode": "name"}


def _grids(actor: Actor) -> list[KnownGrid]:
    """Return the grids the actor works in: their own, or those of their village."""
    known = index.current()
    mine = [grid for grid in known.grids.values() if grid.id in actor.grid_ids]
    if not mine and len(actor.area) == 12:  # noqa: PLR2004 - digits of a village
        mine = [grid for grid in known.grids.values() if grid.village == actor.area]
    return sorted(mine, key=lambda grid: grid.code)


def _labels(grids: list[KnownGrid]) -> list[tuple[str, str]]:
    known = index.current()
    return [(str(grid.id), known.label(grid.village) + grid.name) for grid in grids]


@gate.needs(rights.FIELD)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what is to do in my grids, the most pressing first, and what was not sent yet; ``list`` names another list."""
    actor = actor_of(request)
    name = request.GET.get("list", "inbox")
    if name not in LISTS:
        return redirect("cases:field")
    page = lists.page(
        lists.select(actor, name, lists.Filters()), cursor=request.GET.get("after", ""), size=20
    )
    numbers = {**lists.sizes(actor, LISTS), "inbox": lists.count_to_do(actor) or ""}
    context = {
        "grids": _by_village(_grids(actor)),
        "tabs": [(one, label, numbers.get(one, ""), one == name) for one, label in LISTS.items()],
        "list": name,
        "rows": [_card(actor, row) for row in common.rows(page.cases)],
        "next": page.next,
        "now": clock.now(),
    }
    return offline.owned(render(request, "cases/field/home.html", context), actor)


def _by_village(grids: list[KnownGrid]) -> list[str]:
    """Return the grids in words, each village named once."""
    known, named = index.current(), dict[str, list[str]]()
    for grid in grids:
        named.setdefault(grid.village, []).append(grid.name)
    comma = _("、")
    return [f"{known.label(village)} {comma.join(names)}" for village, names in named.items()]


def _card(actor: Actor, row: common.Row) -> tuple[common.Row, bool, bool]:
    """Return a demand with what may be done with it at once: accept, report done."""
    return row, _may(actor, row.case, "accept"), _may(actor, row.case, "report")


def _may(actor: Actor, case: Case, name: str) -> bool:
    """Tell whether the actor may take a step now."""
    step = states.CASE.step(name)
    return case.state in step.sources and access.may_take(actor, case, step)


@gate.needs(rights.FIELD)
@require_safe
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one demand: what, where, photos, whom to call, the one next step at the thumb."""
    actor = actor_of(request)
    found = access.get_case_for(actor, pk)
    shown = detail(actor, found)
    names = [step.name for step in shown.next_steps]
    mine = found.registered_by_id == actor.post_id
    context = {
        "case": found,
        "shown": shown,
        "row": common.rows([found])[0],
        "may_accept": "accept" in names,
        "may_report": "report" in names,
        "others": [step for step in shown.next_steps if step.name not in _OWN and step.name != "remark"],
        "receipt": found.receipt if mine and access.may_see_receipt(actor, found) else "",
        "may_attach": access.may_add_files(actor, found),
        "history": shown.history[::-1],
        "beside": beside.notes(actor, events.SUBJECT, found.pk),
    }
    return render(request, "cases/field/case.html", context)


@gate.needs(rights.HANDLE)
@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a demand in hand; a second tap finds it taken."""
    actor = actor_of(request)
    try:
        actions.accept(actor=actor, case_id=pk)
        messages.success(request, _("已签收，由您这边办理。"))
    except Refused as refusal:
        if access.get_case_for(actor, pk).state != states.HANDLING:
            messages.error(request, str(refusal.message))
    return redirect("cases:field_case", pk)


# --- done ----------------------------------------------------------------------------------------------------------


@gate.needs(rights.HANDLE)
@require_http_methods(["GET", "HEAD", "POST"])
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """Report a demand done: what was done and where it was settled, with photos; sent twice it is one report."""
    actor = actor_of(request)
    found = access.get_case_for(actor, pk)
    form = DoneForm(request.POST or None, request.FILES or None, initial={"version": found.version})
    status = 200
    if request.method == "POST":
        try:
            if not form.is_valid():
                raise Invalid({})
            _done(request, actor, found, form)
            return queued.sent(
                request, reverse("cases:field_case", args=[pk]), _("已报告办结，等别的人核实。")
            )
        except Refused as refusal:
            status = queued.refused(form, refusal, _CALLED)
        if queued.wants_json(request):
            return queued.problems(form, status)
    context = {"form": form, "case": found, "row": common.rows([found])[0]}
    return render(request, "cases/field/done.html", context, status=status)


@gate.needs(rights.HANDLE)
@require_safe
def done_any(request: HttpRequest) -> HttpResponse:
    """Show the empty form of "done": kept on the phone, it stands in for each demand's own where there is no signal."""
    page = render(request, "cases/field/done.html", {"form": DoneForm(), "case": None})
    return offline.owned(page, actor_of(request))


def _done(request: HttpRequest, actor: Actor, found: Case, form: DoneForm) -> None:
    told = form.cleaned_data
    last = found.reports.order_by("-pk").first()
    if found.state == states.REPORTED and last is not None and last.text == told["text"].strip():
        return  # the same report arrived before
    access.demand(actor, found, "report")
    kept = public.receive(request, told["photos"], form, "photos", actor)
    if form.errors:
        raise Invalid({})
    with transaction.atomic():
        if kept:
            ids = [UUID(file_id) for file_id, _name in kept]
            actions.add_files(actor=actor, case_id=found.pk, file_ids=ids)
        actions.report(actor=actor, case_id=found.pk, what=told["text"], settled_level=told["settled_level"])


# --- report --------------------------------------------------------------------------------------------------------


@gate.needs(rights.REPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Report what was found, or what someone without a phone asked to pass on."""
    actor = actor_of(request)
    grids = _grids(actor)
    fresh = {"token": secrets.token_urlsafe(12), **_same_grid(request, grids)}
    form = ReportForm(request.POST or None, request.FILES or None, grids=_labels(grids), initial=fresh)
    status = 200
    if request.method == "POST":
        try:
            if not form.is_valid():
                raise Invalid({})
            made = _report(request, actor, form)
            request.session[LAST_GRID] = form.cleaned_data["grid"]
            return queued.sent(request, reverse("cases:field_case", args=[made.pk]), _("已上报。"))
        except Refused as refusal:
            status = queued.refused(form, refusal, _CALLED)
        if queued.wants_json(request):
            return queued.problems(form, status)
    page = render(request, "cases/field/report.html", {"form": form}, status=status)
    return page if form.is_bound else offline.owned(page, actor)


def _same_grid(request: HttpRequest, grids: list[KnownGrid]) -> dict[str, str]:
    """Return the grid of the last report of this session as the one to begin with; none when it is not the actor's (any more)."""
    last = request.session.get(LAST_GRID, "")
    return {"grid": last} if last in {str(grid.id) for grid in grids} else {}


def _report(request: HttpRequest, actor: Actor, form: ReportForm) -> Case:
    """Register what the form tells, once. Files are kept only when everything else is good."""
    known = actions.sent_before(actor, SOURCE, _name(actor, form))
    if known is not None:
        return known
    told = _intake(actor, form)
    intake.check(told, catalog.current())
    kept = public.receive(request, form.cleaned_data["photos"], form, "photos", actor)
    if form.errors:
        raise Invalid({})
    told = _intake(actor, form, [UUID(file_id) for file_id, _name in kept])
    return actions.register_once(actor=actor, intake=told, joins=form.cleaned_data["joins"])


def _name(actor: Actor, form: ReportForm) -> str:
    """Return what names this form among all: the phone's token, and whose phone it is."""
    return f"{actor.post_id}-{form.cleaned_data['token']}"


def _intake(actor: Actor, form: ReportForm, file_ids: list[UUID] | None = None) -> Intake:
    told = form.cleaned_data
    grid = None if told["grid"] == ELSEWHERE else index.current().grids.get(int(told["grid"]))
    person = Person(told["name"], told["phone"]) if told["door"] == Door.PROXY else Person()
    return Intake(
        door=told["door"],
        description=told["description"],
        kind=told["kind"],
        mode=Mode.NAMED if person.known else Mode.ANONYMOUS,
        urgency=Urgency.URGENT if told["urgent"] else Urgency.NORMAL,
        category_code=told["category"],
        spot=Spot(
            address=told["address"],
            village_code=grid.village if grid else "",
            grid_id=grid.id if grid else None,
        ),
        person=person,
        answers=form.answers(),
        file_ids=file_ids or [],
        source=SOURCE,
        external_id=_name(actor, form),
    )
