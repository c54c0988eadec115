"""The category tree with its questions: changed, ended, out as a table and in again."""

from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import File, Form, UploadedFile

from minfu.accounts.actor import actor_of
from minfu.cases import rights
from minfu.cases.api.config import kept, may_configure, terms
from minfu.cases.api.config_schemas import (
    CategoryChange,
    CategoryIn,
    CategoryKept,
    EndConfig,
    TermsIn,
    TreeChange,
    TreeRead,
)
from minfu.cases.api.schemas import Code
from minfu.cases.models import Category
from minfu.cases.rules import catalog
from minfu.cases.rules.actions import configure, configure_tree
from minfu.cases.rules.actions.configure import PARTS
from minfu.cases.rules.actions.configure_checks import keyed, small
from minfu.files.sheets import csv_lines
from minfu.kernel.api import Room

room = Room("categories", _("类别"))
PART = PARTS["categories"]


class TreeIn(TermsIn):
    """From when a table of categories holds, and on what it rests."""

    check_only: bool = False
    """Change nothing, and say what would change."""


@room.get("/config/categories", _("类别树"), right=rights.CONFIGURE, answer=list[CategoryKept])
def categories(request: HttpRequest) -> list[CategoryKept]:
    """List the categories that hold today or will, by their codes."""
    may_configure(request)
    return [_kept(row) for row in configure.standing(PART).order_by("code", "valid_from")]


@room.post("/config/categories", _("新建类别"), right=rights.CONFIGURE, answer=CategoryKept, status=201)
def create(request: HttpRequest, body: CategoryIn) -> CategoryKept:
    """Make a category with its questions."""
    return _save(request, body, body.code)


@room.get("/config/categories/table.csv", _("类别表"), right=rights.CONFIGURE, answer=None, media="text/csv")
def table(request: HttpRequest) -> StreamingHttpResponse:
    """Get the standing tree as CSV, to be changed and sent in again."""
    may_configure(request)
    lines = csv_lines(configure_tree.titles(), configure_tree.rows())
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="categories.csv"'
    return answer


@room.post("/config/categories/import", _("导入类别表"), right=rights.CONFIGURE, answer=TreeRead)
def import_tree(request: HttpRequest, asked: Form[TreeIn], file: File[UploadedFile]) -> TreeRead:
    """Bring a table of categories in as `multipart/form-data`: all or nothing; categories not in it stay as they are."""
    actor, data = may_configure(request), small(file.read())
    if asked.check_only:
        found = configure_tree.read_tree(data)
    else:
        found = configure_tree.import_tree(actor=actor, data=data, terms=terms(asked))
    return TreeRead(
        entries=[
            TreeChange(
                row=entry.number,
                code=str(entry.content["code"]),
                name=str(entry.content["name"]),
                is_new=entry.is_new,
                differs=list(entry.differs),
            )
            for entry in found.entries
        ],
        same=found.same,
        faults=[f"{row}: {sentence}" for row, sentence in found.faults],
        taken_over=not asked.check_only,
    )


@room.get("/config/categories/{code}", _("一个类别的各版"), right=rights.CONFIGURE, answer=list[CategoryKept])
def category(request: HttpRequest, code: Code) -> list[CategoryKept]:
    """List every version of a category, the newest first."""
    may_configure(request)
    configure.latest(code)
    return [_kept(row) for row in Category.objects.filter(code=code).order_by("-valid_from")]


@room.post(
    "/config/categories/{code}/versions",
    _("修改类别"),
    right=rights.CONFIGURE,
    answer=CategoryKept,
    status=201,
)
def revise(request: HttpRequest, code: Code, body: CategoryChange) -> CategoryKept:
    """Give a category a new version, with all its questions; demands registered before keep the old one."""
    return _save(request, body, code, configure.latest(code).pk)


@room.post("/config/categories/{code}/end", _("结束类别"), right=rights.CONFIGURE, answer=CategoryKept)
def end(request: HttpRequest, code: Code, body: EndConfig) -> CategoryKept:
    """End a category on a day; those below it end first."""
    row = configure.latest(code)
    configure.end_version(actor=actor_of(request), part=PART, pk=row.pk, on=body.on, reason=body.reason)
    return _kept(configure.get(PART, row.pk))


def _save(request: HttpRequest, body: CategoryChange, code: str, pk: int | None = None) -> CategoryKept:
    content: dict[str, Any] = body.model_dump(exclude={"valid_from", "source"})
    content |= {"code": code, "questions": keyed(content["questions"])}
    row = configure.save_version(
        actor=actor_of(request), part=PART, content=content, terms=terms(body), pk=pk
    )
    return _kept(row)


def _kept(row: Any) -> CategoryKept:
    columns = {column: getattr(row, column) for column in (*PART.key, *PART.content)}
    path = catalog.current().path(row.code) or row.name
    return CategoryKept(**kept(row), **columns, depth=row.depth, about=path, says=row.standard)
