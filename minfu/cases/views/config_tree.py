"""The category tree: seen, searched, changed, out as a table and in again."""

import base64
import binascii
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from minfu.cases import rights
from minfu.cases.forms.config import CategoryForm, EndForm, QuestionSet, TreeForm, UploadForm, questions_of
from minfu.cases.models import Category
from minfu.cases.rules import defaults
from minfu.cases.rules.actions import configure, configure_tree
from minfu.cases.rules.actions.configure import PARTS, Terms
from minfu.cases.views.config import permitted
from minfu.files.sheets import csv_lines
from minfu.kernel import gate
from minfu.kernel.errors import Invalid, Refused
from minfu.kernel.step_pages import show

PART = PARTS["categories"]


@gate.needs(rights.CONFIGURE)
@require_safe
def tree(request: HttpRequest) -> HttpResponse:
    """Show the tree, or what a word finds in it."""
    permitted(request)
    rows = list(configure.standing(PART).order_by("code", "valid_from"))
    word = request.GET.get("q", "").strip()[:40]
    found = [row for row in rows if word in row.name or word in row.keywords or row.code.startswith(word)]
    context = {
        "word": word,
        "found": found if word else [],
        "branches": _branches(rows),
        "number": len(rows),
        "today": configure.today(),
        "duties": defaults.duties(),
    }
    return render(request, "cases/config/tree.html", context)


def _branches(rows: list[Category]) -> list[Any]:
    """Return the tree as (large, [(middle, [small])])."""
    tops = [row for row in rows if row.depth == 1]
    return [
        (
            top,
            [
                (middle, [row for row in rows if row.depth == 3 and row.code.startswith(middle.code)])  # noqa: PLR2004 - levels of the tree
                for middle in rows
                if middle.depth == 2 and middle.code.startswith(top.code)  # noqa: PLR2004 - levels of the tree
            ],
        )
        for top in tops
    ]


@gate.needs(rights.CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
def category(request: HttpRequest, code: str = "") -> HttpResponse:
    """Make a category, or a new version of one, with its questions."""
    actor = permitted(request)
    row = configure.latest(code) if code else None
    form, questions = _forms(request, row)
    if request.method == "POST" and form.is_valid() and questions.is_valid():
        content = form.content() | {"questions": questions_of(questions)}
        try:
            configure.save_version(
                actor=actor, part=PART, content=content, terms=form.terms(), pk=row.pk if row else None
            )
        except Refused as refusal:
            show(form, refusal)
        else:
            messages.success(request, _("已保存，自 %(on)s 起生效。") % {"on": form.terms().valid_from})
            return redirect("cases:config_category", content["code"])
    context = {"row": row, "form": form, "questions": questions, "end_form": EndForm(auto_id="end_%s")}
    context["versions"] = Category.objects.filter(code=code).order_by("-valid_from") if row else []
    wrong = request.method == "POST"
    return render(request, "cases/config/category.html", context, status=422 if wrong else 200)


def _forms(request: HttpRequest, row: Category | None) -> tuple[CategoryForm, Any]:
    first: dict[str, Any] = {"valid_from": configure.today() + timedelta(days=1)}
    asked: list[dict[str, Any]] = []
    if row:
        first |= {name: getattr(row, name) for name in (*PART.key, *PART.content, "source")}
        asked = [{**one, "choices": "|".join(one.get("choices", []))} for one in row.questions]
    else:
        first["code"] = _free_code(request.GET.get("under", ""))
    sent = request.POST or None
    return CategoryForm(sent, initial=first, fixed=row is not None), QuestionSet(
        sent, initial=asked, prefix="q"
    )


def _free_code(above: str) -> str:
    """Return the next free code below a category ("" = a large one)."""
    if len(above) not in (0, 2, 4) or (above and not above.isdecimal()):
        return ""
    used = Category.objects.filter(code__startswith=above, depth=len(above) // 2 + 1).values_list(
        "code", flat=True
    )
    last = max((int(code[-2:]) for code in used), default=0)
    return f"{above}{last + 1:02d}" if last < 99 else ""  # noqa: PLR2004 - two digits


@gate.needs(rights.CONFIGURE)
@require_http_methods(["POST"])
def end_category(request: HttpRequest, code: str) -> HttpResponse:
    """End a category on a day."""
    actor, row = permitted(request), configure.latest(code)
    form = EndForm(request.POST, auto_id="end_%s")
    if form.is_valid():
        try:
            configure.end_version(actor=actor, part=PART, pk=row.pk, **form.cleaned_data)
        except Refused as refusal:
            show(form, refusal)
        else:
            messages.success(request, _("已登记失效。以前的诉求仍按当时的类别显示。"))
            return redirect("cases:config_tree")
    fresh = HttpRequest()
    filled, questions = _forms(fresh, row)
    context = {"row": row, "form": filled, "questions": questions, "end_form": form}
    context["versions"] = Category.objects.filter(code=code).order_by("-valid_from")
    return render(request, "cases/config/category.html", context, status=422)


# --- as a table ---


@gate.needs(rights.CONFIGURE)
@require_safe
def tree_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Hand out the standing tree as CSV."""
    permitted(request)
    lines = csv_lines(configure_tree.titles(), configure_tree.rows())
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="categories.csv"'
    return answer


@gate.needs(rights.CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
def tree_import(request: HttpRequest) -> HttpResponse:
    """Take a tree in: first what would change is shown, then it is taken over."""
    actor = permitted(request)
    first = {"valid_from": configure.today() + timedelta(days=1)}
    form = TreeForm(request.POST or None, request.FILES or None, initial=first)
    reading = None
    if request.method == "POST" and form.is_valid():
        terms = Terms(form.cleaned_data["valid_from"], form.cleaned_data["source"])
        try:
            data = uploaded(form)
            if "confirm" in request.POST:
                done = configure_tree.import_tree(actor=actor, data=data, terms=terms)
                words = {"added": len(done.added), "changed": len(done.changed)}
                messages.success(request, _("已导入：新增 %(added)d 个，修改 %(changed)d 个。") % words)
                return redirect("cases:config_tree")
            reading = configure_tree.read_tree(data)
            form = TreeForm({**request.POST.dict(), "held": base64.b64encode(data).decode()})
        except Refused as refusal:
            show(form, refusal)
    context = {
        "form": form,
        "reading": reading,
        "names": {column.key: column.title for column in configure_tree.COLUMNS},
    }
    return render(request, "cases/config/tree_import.html", context, status=422 if form.errors else 200)


def uploaded(form: UploadForm) -> bytes:
    """Return the table of a valid form: the file, or what was looked at before. ``Invalid`` for a garbled one."""
    file = form.cleaned_data.get("file")
    if file is not None:
        return bytes(file.read())
    try:
        return base64.b64decode(form.cleaned_data["held"], validate=True)
    except (binascii.Error, ValueError):
        raise Invalid({"file": [_("文件没有传完整，请重新选择。")]}) from None
