"""Imports that people start on a screen: small ones are done at once, large ones by a job that tells how far it is.

A run belongs to the person who started it. An import and its result are written in one transaction; a job that was killed
and runs again adds nothing, because rows that were imported before are known.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from minfu.accounts.access import actor_for
from minfu.accounts.actor import Actor
from minfu.cases import events, rights, states
from minfu.cases.models import TableRun
from minfu.cases.rules import importing
from minfu.files.sheets import Chosen, open_sheet
from minfu.kernel import clock, gate, record
from minfu.kernel.errors import Invalid, Missing, Refused
from minfu.kernel.record import Fact
from minfu.registry import carrying
from minfu.tables.models import Layout

#: Rows up to which an import is done while one waits.
IMPORT_AT_ONCE = 2_000
#: Lines of the error report that are kept.
MOST_FAULTS = 5_000
MOST_REPAIRS = 50  # named on the page; all are counted
#: How long tables and error reports are kept.
KEPT = timedelta(days=3)
#: After which an unfinished run is given up.
LOST = timedelta(days=1)
#: What an uploaded table is sealed for.
SEALED_FOR = "import"


@dataclass(frozen=True)
class Columns:
    """Which column of a table is which; ``layout`` is what the unit remembers of it, ``as_before`` that nobody was asked now."""

    chosen: Chosen
    layout: int | None = None
    as_before: bool = False

    def told(self) -> dict[str, Any]:
        """Return it as a run keeps it."""
        return {"columns": self.chosen.told(), "layout": self.layout, "as_before": self.as_before}


def runs_for(actor: Actor) -> QuerySet[TableRun]:
    """Return the actor's own imports, newest first."""
    return _own(actor).defer("faults").order_by("-pk")


def _own(actor: Actor) -> QuerySet[TableRun]:
    rows = TableRun.objects.filter(user_id=actor.user_id or 0, post_id=actor.post_id or 0)
    return rows.defer("payload")


def get_run_for(actor: Actor, pk: int) -> TableRun:
    """Return a run of the actor's own; ``Missing`` whether it is absent or another's."""
    found = _own(actor).filter(pk=pk).first()
    if found is None or not actor.may(rights.IMPORT):
        raise Missing(_("没有找到这次导入。"))
    return found


def layout_of(run_: TableRun) -> Layout | None:
    """Return what the unit remembers of a table's columns; None when that was never said or is forgotten."""
    return Layout.objects.filter(pk=run_.asked.get("layout")).first()


# --- import ---


def start_import(
    *,
    actor: Actor,
    data: bytes,
    file_name: str,
    source: str,
    skip_bad: bool = False,
    check_only: bool = False,
    columns: Columns | None = None,
) -> TableRun:
    """Take a table for import and return its run: done already when it is short, else waiting for the job.

    ``columns`` says which column is which; without it their titles do. With ``check_only`` nothing is imported: the run
    says what would be. Raises ``Invalid`` for a file that is no readable table or is too large, or without a source.
    """
    gate.check(actor, rights.IMPORT)
    if len(data) > settings.MINFU_UPLOAD_MB * 1024 * 1024:
        raise too_large()
    if not source.strip():
        raise Invalid({"source": [_("请填写数据来源，例如“12345热线”。")]})
    chosen = columns.chosen if columns else None
    sheet = open_sheet(data, importing.COLUMNS, most_rows=importing.MOST_ROWS, chosen=chosen)
    total = sum(1 for _row in importing.rows_of(sheet))
    if not total:
        raise Invalid({"file": [_("表里只有标题，没有要导入的行。")]})
    asked: dict[str, Any] = {
        "source": source.strip()[:40],
        "skip_bad": skip_bad,
        "check_only": check_only,
        **(columns.told() if columns else {}),
    }
    with transaction.atomic():
        run_ = _begin(actor, file_name, asked, total, data)
        if total > IMPORT_AT_ONCE:
            _wait(run_, actor)
    if total <= IMPORT_AT_ONCE:
        run(run_.pk)
    return run_


def too_large() -> Invalid:
    """Return the refusal of a file that is too large."""
    sentence = _("文件超过 %(most)d MB，请分成几个文件导入。")
    return Invalid({"file": [sentence % {"most": settings.MINFU_UPLOAD_MB}]})


def _begin(actor: Actor, file_name: str, asked: dict[str, Any], total: int, data: bytes) -> TableRun:
    return TableRun.objects.create(
        user_id=actor.user_id or 0,
        post_id=actor.post_id or 0,
        file_name=file_name[-120:],
        asked=asked,
        rows_total=total,
        payload=carrying.seal_bytes(data, SEALED_FOR),
        created_at=clock.now(),
    )


def _import(run_: TableRun) -> None:
    if run_.payload is None:
        return
    actor = _actor_of(run_, rights.IMPORT)
    data = carrying.unseal_bytes(bytes(run_.payload), SEALED_FOR)
    asked = {key: run_.asked[key] for key in ("source", "skip_bad", "check_only") if key in run_.asked}
    columns = Chosen.of(run_.asked["columns"]) if "columns" in run_.asked else None
    with transaction.atomic(), _Teller(run_) as tell:
        outcome = importing.import_table(actor=actor, data=data, progress=tell, columns=columns, **asked)
        faults = [[fault.row, fault.column, str(fault.sentence)] for fault in outcome.faults]
        run_.outcome = {
            "rows": outcome.rows,
            "imported": outcome.imported,
            "known": outcome.known_before,
            "bad": outcome.bad_rows,
            "faults": len(faults),
            "unknown": list(outcome.unknown_titles),
            "repaired": len(outcome.repairs),
            "repairs": [[one.row, one.column, str(one.sentence)] for one in outcome.repairs[:MOST_REPAIRS]],
        }
        run_.faults = faults[:MOST_FAULTS]
        run_.rows_done, run_.payload = outcome.rows, None
        _end(run_, "done")
        if not run_.asked.get("check_only"):
            data_ = {**asked, **run_.outcome, "run": run_.pk}
            data_.pop("repairs")
            record.alone("import", Fact(events.IMPORTED, data_), actor.stamp)


def clear_old() -> int:
    """Forget tables and error reports that are older than ``KEPT``; return how many runs were cleared.

    A run that a day was not enough for has broken down for good: its owner is told to start again.
    """
    for pk in TableRun.objects.filter(
        state__in=states.TABLE.open_codes, created_at__lt=clock.now() - LOST
    ).values_list("pk", flat=True):
        _fail(pk, _("处理时出错，没有完成。请重新开始；再次出错请告诉管理员。"))
    old = TableRun.objects.filter(created_at__lt=clock.now() - KEPT)
    return old.exclude(payload=None, faults=[]).update(payload=None, faults=[])


# --- runs ---


def run(pk: int) -> None:
    """Do what was started. Safe to run twice; what is wrong with the table, or with the post meanwhile, ends on the run."""
    run_ = _claim(pk)
    if run_ is None:
        return
    try:
        _import(run_)
    except Refused as refusal:
        _fail(pk, str(refusal.message))


def _wait(run_: TableRun, actor: Actor) -> None:
    """Leave a run to the job: the record of its waiting starts one, in the same transaction."""
    record.alone("table", Fact(events.TABLE_WAITING, {"run": run_.pk}), actor.stamp)


def _claim(pk: int) -> TableRun | None:
    """Mark a run as running and return it; None when it has ended. One left behind by a killed worker is taken again."""
    with transaction.atomic():
        run = TableRun.objects.select_for_update().filter(pk=pk).first()
        if run is None or not states.TABLE[run.state].is_open:
            return None
        if run.state == "waiting":
            run.state = states.TABLE.check(run.state, "start")
            run.save(update_fields=["state"])
    return run


def _actor_of(run: TableRun, right: str) -> Actor:
    """Return who started a run, with the rights of now."""
    actor = actor_for(run.user, run.post_id, "import", second_factor=True)
    if actor is None:
        raise Refused(_("您当时的岗位已经结束，没有继续。"), code="post_ended")
    gate.check(actor, right)
    return actor


def _end(run: TableRun, state: str) -> None:
    run.state, run.ended_at = state, clock.now()
    run.save(update_fields=["state", "ended_at", "outcome", "faults", "rows_done", "payload"])


def _fail(pk: int, sentence: str) -> None:
    with transaction.atomic():
        run = TableRun.objects.select_for_update().get(pk=pk)
        run.outcome, run.payload = {"problem": sentence}, None
        _end(run, "failed")


class _Teller:
    """Tells how many rows are done, beside the import's own transaction: a connection of its own, so that others see it."""

    def __init__(self, run: TableRun):
        self._pk = run.pk
        self._apart: Any = connection.copy() if run.rows_total > IMPORT_AT_ONCE else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_args: object) -> None:
        if self._apart is not None:
            self._apart.close()

    def __call__(self, done: int) -> None:
        """Write the number of rows done."""
        if self._apart is None:
            return
        with self._apart.cursor() as cursor:
            cursor.execute("UPDATE cases_table_run SET rows_done = %s WHERE id = %s", [done, self._pk])
