"""A resident reports: one question per page, no account, no script, nothing typed is lost, sent exactly once."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from minfu.accounts.actor import resident
from minfu.cases.forms.resident import KINDS, MODES, WhatForm
from minfu.cases.models import Kind, Mode
from minfu.cases.rules import access, actions, catalog, choosing, routing
from minfu.cases.rules.intake import MAX_DESCRIPTION, MAX_FILES
from minfu.cases.rules.standing import day
from minfu.cases.views import draft as drafts
from minfu.cases.views import public
from minfu.cases.views.draft import Draft
from minfu.cases.views.questions import STEPS, Question
from minfu.kernel import gate
from minfu.kernel.errors import Invalid, Missing, Refused
from minfu.kernel.limits import TooMany
from minfu.places import index

#: The steps a resident counts; what comes in between belongs to the one before.
COUNTED = ("kind", "what", "topic", "where", "who", "check")
#: Buttons that keep what was typed and stay on the page.
_HALF_WAY = frozenset({"add", "remove"})
#: Where a sentence of the rules is mended.
_MENDED_AT = {
    "description": "what", "files": "what", "address": "where", "phone": "contact", "name": "contact", "mode": "who",
    "category": "topic", "complained_unit": "about",
}  # fmt: skip


@never_cache
@gate.open_to_all("residents report without an account")
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Begin a report: what kind of matter is it?"""
    return _begin(request, drafts.new())


@never_cache
@gate.open_to_all("residents report by the QR code of their grid")
@require_http_methods(["GET", "HEAD", "POST"])
def report_grid(request: HttpRequest, token: str) -> HttpResponse:
    """Begin a report at a grid's poster; an old poster still opens the form, and says that the place will be asked."""
    known = token in index.current().by_qr
    return _begin(request, drafts.new(token if known else ""), stale_poster=not known)


def _begin(request: HttpRequest, draft: Draft, **more: Any) -> HttpResponse:
    if catalog.current().desk_for("") is None:
        raise routing.NoDesk  # now, not after six questions
    question = STEPS["kind"](draft, request)
    if request.method == "POST" and question.take():
        drafts.save(request, draft)
        return _to(draft, draft.next_step())
    return _show(request, draft, question, first=True, **more)


@never_cache
@gate.open_to_all("residents report without an account")
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """Ask one question and keep its answer."""
    if drafts.sent(request, key):
        return redirect("cases:report_done", key)
    draft = drafts.load(request, key)
    if name not in STEPS:
        raise Missing(_("没有这个页面。"))
    if draft is None:
        return _revive(request, name)
    if name not in draft.steps():
        return _to(draft, draft.next_step())
    question = STEPS[name](draft, request)
    if request.method == "POST":
        taken = question.take()
        drafts.save(request, draft)
        if taken:
            return _to(draft, draft.next_step())
    return _show(request, draft, question)


def _revive(request: HttpRequest, name: str) -> HttpResponse:
    """Begin anew with what was just typed when the session ended meanwhile: only the earlier answers are asked again."""
    messages.warning(request, _("页面放得太久，前面填的已经清除，请再填一次。"))
    if request.method != "POST":
        return redirect("cases:report")
    draft = drafts.new()
    STEPS[name](draft, request).take()
    drafts.save(request, draft)
    return _to(draft, draft.next_step())


@never_cache
@gate.open_to_all("residents report without an account")
@require_http_methods(["GET", "HEAD", "POST"])
def what(request: HttpRequest, key: str) -> HttpResponse:
    """Ask what happened. Photos are kept as soon as they arrive, even when something else is wrong."""
    if drafts.sent(request, key):
        return redirect("cases:report_done", key)
    draft = drafts.load(request, key)
    if draft is None:
        if request.method != "POST":
            return _revive(request, "kind")
        draft = drafts.new()
        messages.warning(request, _("页面放得太久，前面填的已经清除，请再填一次。"))
    typed = {"description": draft.description, **draft.typed.get("what", {})}
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = WhatForm(*sent, initial=typed)
    if request.method == "POST" and _take_what(request, draft, form):
        return _to(draft, "what" if _HALF_WAY & request.POST.keys() else draft.next_step())
    context = {**_frame(draft, "what"), "form": form, "draft": draft, "room": MAX_FILES - len(draft.files)}
    return render(request, "cases/resident/what.html", context, status=422 if form.errors else 200)


def _take_what(request: HttpRequest, draft: Draft, form: WhatForm) -> bool:
    """Keep text and photos; tell whether all of it was good."""
    draft.files = [one for one in draft.files if one[0] != request.POST.get("remove")]
    uploads = request.FILES.getlist("photos")
    spare = MAX_FILES - len(draft.files)
    form.is_valid()
    draft.files += public.receive(request, uploads[:spare], form, "photos")
    if len(uploads) > spare:
        form.add_error("photos", _("最多 %(max)s 个附件，多出来的没有收。") % {"max": MAX_FILES})
    text = str(form.data.get("description", "")).replace("\0", "")
    problems = draft.problems(description=text).get("description", [])
    if len(text) <= MAX_DESCRIPTION:
        draft.description = text
    draft.done = [name for name in draft.done if name != "what"]
    draft.keep_typed("what", {"description": text})
    if not problems and not form.errors:
        draft.answer("what", "danger", "same")
    elif not _HALF_WAY & request.POST.keys():
        public.show(form, {"description": problems})
    drafts.save(request, draft)
    return not form.errors


@never_cache
@gate.open_to_all("residents report without an account")
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, key: str) -> HttpResponse:
    """Show all that was told, and send it. Sending again shows the same receipt."""
    if drafts.sent(request, key):
        return redirect("cases:report_done", key)
    draft = drafts.load(request, key)
    if draft is None:
        return _revive(request, "kind")
    if draft.next_step() != "check":
        return _to(draft, draft.next_step())
    problems: list[tuple[str, str]] = []
    status = 200
    if request.method == "POST":
        try:
            return _send(request, draft)
        except Refused as refusal:
            status, problems = refusal.status, _mend(draft, refusal)
    context = {**_frame(draft, "check"), **_summary(draft), "problems": problems}
    return render(request, "cases/resident/check.html", context, status=status)


def _send(request: HttpRequest, draft: Draft) -> HttpResponse:
    public.limit(request, "report", public.REPORTS_AN_HOUR)
    others = [row.code for row in draft.channels()]
    chosen = request.POST.get("go", "")
    intake = draft.intake(chosen if chosen in others else "")
    advised = [] if intake.diversion_code else others
    said = draft.joins if "same" in draft.steps() and not intake.diversion_code else ""
    joins = int(said) if said.isdigit() else None
    actor = resident(intake.door)
    case = actions.register_once(actor=actor, intake=intake, advised=advised, joins=joins)
    drafts.forget(request, draft.key, case.receipt)
    return redirect("cases:report_done", draft.key)


def _mend(draft: Draft, refusal: Refused) -> list[tuple[str, str]]:
    """Return each sentence with the address where it is mended (empty for none)."""
    if isinstance(refusal, TooMany) or not isinstance(refusal, Invalid):
        return [("", str(refusal.message))]
    return [
        (_url(draft, _MENDED_AT.get(name, "what")), sentence)
        for name, sentences in refusal.fields.items()
        for sentence in sentences
    ]


@never_cache
@gate.open_to_all("the receipt, for the browser that sent the report")
@require_safe
def done(request: HttpRequest, key: str) -> HttpResponse:
    """Show the receipt; reloading shows it again."""
    receipt = drafts.sent(request, key)
    if not receipt:
        messages.warning(request, _("这一页已经过期。请用查询码查看进度。"))
        return redirect("cases:follow")
    case = access.get_case_by_receipt(receipt)
    context = {"case": case, "by": day(case.due_at) if case.due_at else ""}
    return render(request, "cases/resident/done.html", context)


# --- pages ---------------------------------------------------------------------------------------------------------


def _to(draft: Draft, name: str) -> HttpResponse:
    return redirect(_url(draft, name))


def _url(draft: Draft, name: str) -> str:
    if name in ("what", "check"):
        return reverse(f"cases:report_{name}", args=[draft.key])
    return reverse("cases:report_step", args=[draft.key, name])


def _frame(draft: Draft, name: str) -> dict[str, Any]:
    """Return what every page of a report shows: which step of how many, and the way back."""
    steps = draft.steps()
    counted = [one for one in steps[: steps.index(name) + 1] if one in COUNTED]
    before = draft.step_before(name)
    return {"at": len(counted), "of": len(COUNTED), "back_url": _url(draft, before) if before else ""}


def _show(request: HttpRequest, draft: Draft, question: Question, **more: Any) -> HttpResponse:
    context = {
        **_frame(draft, question.name),
        "form": question.form,
        "draft": draft,
        **question.context(),
        **more,
    }
    if more.get("first"):
        context["back_url"] = reverse("site:home")
    grid = index.current().grids.get(index.current().by_qr.get(draft.token, 0))
    context["grid"] = index.current().label(grid.village) + grid.name if grid else ""
    status = 422 if question.form.errors else 200
    return render(request, question.template, context, status=status)


def _summary(draft: Draft) -> dict[str, Any]:
    """Return what was told, line by line, each with where to change it."""
    cat, known = catalog.current(), index.current()
    location = draft.location()
    grid = known.grids.get(location.grid_id or 0)
    place = known.label(location.division_code) + (grid.name if grid else "")
    others = [row for row in draft.channels() if not row.emergency]
    unit = cat.units.get(int(draft.unit)) if draft.unit.isdigit() else None
    lines = [
        ("kind", _("哪一种"), _label(KINDS, draft.kind)),
        ("what", _("什么事"), draft.description),
        ("topic", _("哪一类"), _topic(draft)),
        (
            "where",
            _("在哪里"),
            f"{place} {draft.address}" if location.sure else draft.address or _("请工作人员帮我确定"),
        ),
        ("same", _("同一件事"), _joined(draft)),
        ("about", _("说的是"), unit.name if unit else ""),
        ("who", _("姓名电话"), _label(MODES, draft.mode)),
        ("contact", _("联系您"), _contact(draft) if "contact" in draft.steps() else ""),
    ]
    return {
        "lines": [(_url(draft, name), label, text) for name, label, text in lines if text],
        "files": draft.files,
        "emergencies": [row for row in draft.channels() if row.emergency],
        "others": others,
        "draft": draft,
    }


def _topic(draft: Draft) -> str:
    """Return the category that was chosen, or who will choose one: where a model may, nobody is told that a person does."""
    cat = catalog.current()
    if draft.topic:
        return cat.path(draft.topic)
    alone = draft.by_person or draft.kind == Kind.WRONGDOING or draft.mode == Mode.CONFIDENTIAL
    if alone or not choosing.possible(cat):
        return _("请工作人员帮我选")
    return _("系统先看，拿不准再请工作人员选")


def _joined(draft: Draft) -> str:
    """Return what the resident said it is the same as; empty for nothing."""
    same = next((one for one in draft.repeated() if str(one.case_id) == draft.joins), None)
    return f"{same.place} {same.title} {same.day}" if same else ""


def _contact(draft: Draft) -> str:
    """Return name and number as typed; who wanted to leave them and left none is told so before sending."""
    return f"{draft.name} {draft.phone}".strip() or _("没有填")


def _label(rows: Sequence[tuple[Any, Any, Any]], value: str) -> str:
    return next((str(label) for one, label, _hint in rows if str(one) == value), "")
