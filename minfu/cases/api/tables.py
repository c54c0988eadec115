"""Import of tables: started, followed until they are done, fetched."""

from datetime import datetime
from typing import Annotated, Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from ninja import File, Form, UploadedFile
from pydantic import Field, StringConstraints

from minfu.accounts.actor import Actor, actor_of
from minfu.cases import rights, states
from minfu.cases.importers import DEMANDS
from minfu.cases.models import TableRun
from minfu.cases.rules import tables, template_table
from minfu.cases.rules.tables import Columns
from minfu.files.sheets import Chosen
from minfu.kernel.api import Id, In, Out, Room
from minfu.tables import choices, layouts
from minfu.tables.api_columns import TitleRow, Told

room = Room("tables", _("导入"))

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Runs one answer lists.
RECENT = 20


class ImportIn(In):
    """Where rows come from, and what becomes of bad ones."""

    source: Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00]*$")]
    """Name of the system they come from: with a row's own number it tells which were imported before."""
    skip_bad: bool = False
    """Import the good rows beside bad ones; otherwise one bad row holds back all."""
    check_only: bool = False
    """Import nothing, and say what would be imported."""
    mapping: list[Told] = Field(default_factory=list, max_length=300)
    """Which column is what: `title=field` each (`来电内容=description`), `title=-` for one that is not imported. Columns that
    are not named count by their titles. Without any, what the unit remembers of such a table counts. `POST /import-columns`
    proposes."""
    title_row: TitleRow | None = None
    """The row of the titles, as a spreadsheet numbers it; left out, the most likely one."""
    layout: Annotated[str, StringConstraints(max_length=64, pattern=r"^[0-9a-f]*$")] = ""
    """What `POST /import-columns` said: a table that has other columns by now is refused."""
    remember: bool = False
    """Remember the mapping for the unit's next table with these titles."""


class RunOut(Out):
    """An import: how far it is. Ask again until ``is_open`` is false."""

    id: int
    href: str
    state: str
    state_label: str
    is_open: bool
    file_name: str
    rows_total: int
    rows_done: int
    percent: int
    created_at: datetime
    ended_at: datetime | None
    problem: str
    """Why it failed; then nothing was changed."""


class ImportRun(RunOut):
    """An import and, once it is done, what came of it."""

    source: str
    skip_bad: bool
    check_only: bool
    rows: int
    imported: int
    """With ``check_only``: how many would be imported."""
    known_before: int
    bad_rows: int
    faults: int
    """Lines of the error report: get them under `faults_href`."""
    faults_href: str
    mapping: list[str]
    """Which column was what, if that was said or remembered."""
    as_before: bool
    """Whether that was remembered from an earlier import."""
    unknown_columns: list[str]
    """Columns of the table that nothing was done with."""
    repaired: int
    """Texts in which something was repaired (wrong encoding, entities, lost characters); demands keep what came in as well."""


class FaultOut(Out):
    """A line of the error report: the row as a spreadsheet numbers it, the column's title, what to do."""

    row: int
    column: str
    message: str


# --- import ---


@room.post("/imports", _("导入诉求"), right=rights.IMPORT, answer=ImportRun, status=202)
def start_import(request: HttpRequest, asked: Form[ImportIn], file: File[UploadedFile]) -> ImportRun:
    """Import a table (xlsx, xls, CSV in UTF-8 or GBK) as `multipart/form-data`.

    A short one is done when the answer comes; a long one is a job: follow it under its `href`. The columns are those of the
    template, or what `mapping` says. The same rows sent again are known and add nothing.
    """
    actor, data = actor_of(request), file.read()
    with transaction.atomic():
        run = tables.start_import(
            actor=actor.through("import"),
            data=data,
            file_name=file.name or "",
            source=asked.source,
            skip_bad=asked.skip_bad,
            check_only=asked.check_only,
            columns=_columns(actor, asked, data),
        )
    return _import(tables.get_run_for(actor, run.pk))


def _columns(actor: Actor, asked: ImportIn, data: bytes) -> Columns | None:
    """Return which column is what, as the caller says or the unit remembers; None when the titles alone count."""
    if len(data) > settings.MINFU_UPLOAD_MB * 1024 * 1024:
        raise tables.too_large()
    row = asked.title_row - 1 if asked.title_row else None
    if asked.layout:
        layouts.same(DEMANDS, data, asked.layout, row)
    settled = layouts.told(actor, DEMANDS, data, asked.mapping, row)
    if settled is None:
        return None
    kept = layouts.remember(actor, DEMANDS, settled.chosen) if asked.remember else settled.layout
    return Columns(settled.chosen, kept.pk if kept else None, settled.layout is not None)


@room.get("/imports", _("最近的导入"), right=rights.IMPORT, answer=list[ImportRun])
def imports(request: HttpRequest) -> list[ImportRun]:
    """List the caller's newest imports."""
    return [_import(run) for run in tables.runs_for(actor_of(request))[:RECENT]]


@room.get("/imports/template.xlsx", _("导入模板"), right=rights.IMPORT, answer=None, media=XLSX)
def template(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - every operation is called with it
    """Get the template: the columns with an example row, and a sheet that explains them."""
    return _file(template_table.workbook(), _now("诉求导入模板.xlsx"))


@room.get("/imports/{run_id}", _("一次导入"), right=rights.IMPORT, answer=ImportRun)
def import_run(request: HttpRequest, run_id: Id) -> ImportRun:
    """Say how far an import is, and what came of it."""
    return _import(tables.get_run_for(actor_of(request), run_id))


@room.get("/imports/{run_id}/faults", _("导入的错误报告"), right=rights.IMPORT, answer=list[FaultOut])
def faults(request: HttpRequest, run_id: Id) -> list[FaultOut]:
    """Get the error report: every row that was not imported, by row and column."""
    run = tables.get_run_for(actor_of(request), run_id)
    return [FaultOut(row=row, column=column, message=sentence) for row, column, sentence in run.faults]


def _shared(run: TableRun, href: str) -> dict[str, Any]:
    state = states.TABLE[run.state]
    return {
        "id": run.pk,
        "href": href,
        "state": run.state,
        "state_label": str(state.label),
        "is_open": state.is_open,
        "file_name": run.file_name,
        "rows_total": run.rows_total,
        "rows_done": run.rows_done,
        "percent": 100 if run.state == "done" else run.percent,
        "created_at": run.created_at,
        "ended_at": run.ended_at,
        "problem": str(run.outcome.get("problem", "")),
    }


def _import(run: TableRun) -> ImportRun:
    href, asked, came = f"/api/v1/imports/{run.pk}", run.asked, run.outcome
    return ImportRun(
        **_shared(run, href),
        source=str(asked.get("source", "")),
        skip_bad=bool(asked.get("skip_bad")),
        check_only=bool(asked.get("check_only")),
        rows=int(came.get("rows", 0)),
        imported=int(came.get("imported", 0)),
        known_before=int(came.get("known", 0)),
        bad_rows=int(came.get("bad", 0)),
        faults=int(came.get("faults", 0)),
        faults_href=f"{href}/faults",
        mapping=choices.words_of(Chosen.of(asked["columns"])) if "columns" in asked else [],
        as_before=bool(asked.get("as_before")),
        unknown_columns=[str(title) for title in came.get("unknown", [])],
        repaired=int(came.get("repaired", 0)),
    )


def _file(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=XLSX)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return answer
