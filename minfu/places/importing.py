"""Imports a register of divisions: all or nothing, set by set, twice the same as once."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.kernel import clock, record
from minfu.kernel.errors import Invalid
from minfu.kernel.record import Fact, Stamp
from minfu.kernel.text import visible
from minfu.places import codes
from minfu.places.models import DivisionImport
from minfu.places.sources import Register, Row

IMPORTED = record.event("places.divisions_imported", gettext_lazy("导入了区划名录"))

#: Faults listed in a report; more are counted only.
FAULTS_SHOWN = 1000
NAME_MAX = 60
#: How often progress is told, in rows.
STEP = 5000


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a row: where, and a sentence that says what to do."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return _("第%(row)d行“%(column)s”列：%(message)s") % {
            "row": self.row,
            "column": self.column,
            "message": self.message,
        }


class BadRows(Invalid):
    """Rows of the file are wrong; nothing was imported. ``faults`` names each (the first thousand), ``count`` all."""

    code = "bad_rows"

    def __init__(self, faults: list[Fault], count: int):
        """Put the report together."""
        super().__init__(
            {"file": [str(fault) for fault in faults]},
            _("文件有%(count)d处错误，什么都没有导入。请改正后重新导入。") % {"count": count},
        )
        self.faults = faults
        self.count = count


@dataclass(frozen=True)
class Report:
    """What an import did, in rows. ``kept`` are rows older than what we know; they were left alone."""

    read: int = 0
    added: int = 0
    renamed: int = 0
    updated: int = 0
    reinstated: int = 0
    ended: int = 0
    kept: int = 0

    @property
    def changed(self) -> bool:
        """Tell whether the import changed anything."""
        return any((self.added, self.renamed, self.updated, self.reinstated, self.ended))

    def __str__(self) -> str:
        if not self.changed:
            return _("读入%(read)d行，没有变化。") % {"read": self.read}
        return _(
            "读入%(read)d行：新增%(added)d、更名%(renamed)d、更新%(updated)d、恢复%(reinstated)d、失效%(ended)d。"
        ) % asdict(self)


@dataclass
class _Faults:
    """Collects faults; keeps the first thousand."""

    register: Register
    found: list[Fault] = field(default_factory=list)
    count: int = 0

    def add(self, row: int, column: str, message: str) -> None:
        self.count += 1
        if len(self.found) < FAULTS_SHOWN:
            self.found.append(Fault(row, self.register.column(column), message))

    def refuse(self) -> None:
        if self.count:
            raise BadRows(sorted(self.found, key=lambda fault: fault.row), self.count)


def import_divisions(
    register: Register,
    *,
    as_of: date,
    stamp: Stamp,
    complete: bool = False,
    only_new: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Bring the divisions to what ``register`` says holds on ``as_of``; in one transaction.

    ``complete``: the register lists everything below the divisions it touches, so that codes missing from it end on
    ``as_of``. ``only_new``: add missing codes, leave the others alone. ``progress`` is told the rows read so far.
    Raises ``BadRows`` when a row is wrong; then nothing is changed.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        faults = _Faults(register)
        cursor.execute(_CREATE)
        read = _copy(cursor, register.rows, faults, progress)
        faults.refuse()
        cursor.execute("CREATE INDEX ON incoming (code); ANALYZE incoming")
        _check_set(cursor, faults)
        faults.refuse()
        batch = DivisionImport.objects.create(
            file_name=register.file_name[:200],
            sha256=register.sha256,
            as_of=as_of,
            complete=complete,
            at=clock.now(),
        )
        report = Report(read=read, **_merge(cursor, as_of, batch.pk, complete=complete, only_new=only_new))
        cursor.execute("DROP TABLE incoming")
        if not report.changed:
            batch.delete()
            return report
        batch.counts = asdict(report)
        batch.save(update_fields=["counts"])
        data = {"file": batch.file_name, "sha256": batch.sha256, "as_of": as_of.isoformat(), **batch.counts}
        record.begin(("division_import", batch.pk), [Fact(IMPORTED, data)], stamp)
    return report


_CREATE = """
    CREATE TEMP TABLE incoming (
        row integer, code text COLLATE "C", name text, level text, parent text COLLATE "C", urban_rural text,
        civil_code text, valid_to date, successor text
    ) ON COMMIT DROP
"""


def _copy(cursor: Any, rows: Iterable[Row], faults: _Faults, progress: Callable[[int], None] | None) -> int:
    """Stream the rows into the temporary table; return how many were read."""
    read = 0
    columns = "row, code, name, level, parent, urban_rural, civil_code, valid_to, successor"
    with cursor.copy(f"COPY incoming ({columns}) FROM STDIN") as copy:
        for record_ in _checked(rows, faults):
            read += 1
            if record_:
                copy.write_row(record_)
            if progress and read % STEP == 0:
                progress(read)
    if progress:
        progress(read)
    return read


def _checked(rows: Iterable[Row], faults: _Faults) -> Iterator[tuple[Any, ...] | None]:
    """Yield each row as columns of the temporary table, or None for a row with a fault."""
    for row in rows:
        before = faults.count
        text = row.code
        code = text.ljust(12, "0")
        # The usual case without the cost of parse(): 620,000 rows pass here.
        known = len(text) in (2, 4, 6, 9, 12) and text.isascii() and text.isdigit()
        level = codes.level_of(code) if known else ""
        if not level:
            try:
                parsed = codes.parse(text)
                code, level = parsed.code, parsed.level
            except Invalid as refusal:
                faults.add(row.number, "code", str(refusal.message))
        name = row.name.strip()
        if not 0 < len(name) <= NAME_MAX or "\n" in name or visible(name) != name:
            faults.add(row.number, "name", _("名称应为1–%(max)d个可见的字。") % {"max": NAME_MAX})
        valid_to, successor = (
            _extras(row, faults) if row.urban_rural or row.valid_to or row.successor else ("", "")
        )
        if faults.count > before:
            yield None
            continue
        parent = codes.parent_code(code, level)
        yield (
            row.number,
            code,
            name,
            level,
            parent,
            row.urban_rural,
            row.civil_code,
            valid_to or None,
            successor or None,
        )


def _extras(row: Row, faults: _Faults) -> tuple[str, str]:
    """Check the optional columns; return the ISO end date and the 12-digit successor ("" when absent)."""
    valid_to = successor = ""
    if row.urban_rural and row.urban_rural not in codes.URBAN_RURAL:
        faults.add(
            row.number,
            "urban_rural",
            _("城乡分类代码“%(code)s”不对，应为%(all)s之一。")
            % {"code": row.urban_rural[:10], "all": _("、").join(codes.URBAN_RURAL)},
        )
    if row.valid_to:
        try:
            valid_to = date.fromisoformat(row.valid_to.replace("/", "-")).isoformat()
        except ValueError:
            faults.add(row.number, "valid_to", _("日期应写成 2026-01-31 这样。"))
    if row.successor:
        try:
            successor = codes.parse(row.successor).code
        except Invalid as refusal:
            faults.add(row.number, "successor", str(refusal.message))
        if not row.valid_to:
            faults.add(row.number, "valid_to", _("写了并入的区划，就要写失效日期。"))
    return valid_to, successor


def _check_set(cursor: Any, faults: _Faults) -> None:
    """Find what is wrong between rows: repeated codes, missing parents and successors."""
    cursor.execute(
        """
        SELECT row, code, first FROM (
            SELECT row, code, min(row) OVER (PARTITION BY code) AS first,
                   row_number() OVER (PARTITION BY code ORDER BY row) AS nth FROM incoming
        ) AS numbered WHERE nth > 1 ORDER BY row
        """
    )
    for row, code, first in cursor.fetchall():
        faults.add(row, "code", _("代码%(code)s与第%(first)d行重复。") % {"code": code, "first": first})
    cursor.execute(
        """
        SELECT i.row, d.valid_from FROM incoming i JOIN places_division d ON d.code = i.code
        WHERE i.valid_to <= d.valid_from ORDER BY i.row
        """
    )
    for row, start in cursor.fetchall():
        faults.add(row, "valid_to", _("失效日期必须晚于生效日期%(day)s。") % {"day": start.isoformat()})
    for column, sentence in (
        ("parent", _("代码%(code)s的上级%(other)s既不在文件里，也不在系统里。")),
        ("successor", _("代码%(code)s并入的%(other)s既不在文件里，也不在系统里。")),
    ):
        cursor.execute(
            f"""
            SELECT i.row, i.code, i.{column} FROM incoming i
            LEFT JOIN incoming other ON other.code = i.{column}
            LEFT JOIN places_division d ON d.code = i.{column}
            WHERE i.{column} IS NOT NULL AND other.code IS NULL AND d.code IS NULL ORDER BY i.row
            """  # noqa: S608 - fixed names
        )
        for row, code, other in cursor.fetchall():
            where = "code" if column == "parent" else column
            faults.add(row, where, sentence % {"code": code, "other": other})


def _merge(cursor: Any, as_of: date, batch: int, *, complete: bool, only_new: bool) -> dict[str, int]:
    """Bring the table to the temporary one, set by set; return the counts."""
    values = {"as_of": as_of, "batch": batch}
    counts = {}
    if not only_new:
        # What we know to be newer than the register stays as it is.
        cursor.execute(_DROP_OLDER, values)
        counts["kept"] = cursor.rowcount
        cursor.execute(_KEEP_OLD_VERSIONS, values)
        for name, statement in _STATEMENTS.items():
            cursor.execute(statement, values)
            counts[name] = cursor.rowcount
    if complete:
        cursor.execute(_END_VANISHED, values)
        counts["ended"] = counts.get("ended", 0) + cursor.rowcount
    cursor.execute(_INSERT, values)
    counts["added"] = cursor.rowcount
    return counts


_DROP_OLDER = """
    DELETE FROM incoming i USING places_division d
    WHERE d.code = i.code
      AND (d.valid_from >= %(as_of)s OR d.valid_to > %(as_of)s)
      AND (d.name <> i.name OR d.valid_to IS DISTINCT FROM i.valid_to)
"""
_KEEP_OLD_VERSIONS = """
    INSERT INTO places_division_version (division_id, name, valid_from, valid_to, cause, source_id)
    SELECT d.code, d.name, d.valid_from, coalesce(d.valid_to, %(as_of)s),
           CASE WHEN d.valid_to IS NULL THEN 'renamed' ELSE 'reinstated' END, %(batch)s
    FROM places_division d JOIN incoming i ON i.code = d.code
    WHERE i.valid_to IS NULL AND (d.name <> i.name OR d.valid_to IS NOT NULL)
"""
_STATEMENTS = {
    "reinstated": """
        UPDATE places_division d SET name = i.name, valid_from = %(as_of)s, valid_to = NULL, successor_id = NULL
        FROM incoming i WHERE i.code = d.code AND i.valid_to IS NULL AND d.valid_to IS NOT NULL
    """,
    "renamed": """
        UPDATE places_division d SET name = i.name, valid_from = %(as_of)s
        FROM incoming i WHERE i.code = d.code AND i.valid_to IS NULL AND d.name <> i.name
    """,
    "ended": """
        UPDATE places_division d SET valid_to = i.valid_to, successor_id = i.successor
        FROM incoming i WHERE i.code = d.code AND i.valid_to IS NOT NULL
          AND (d.valid_to IS DISTINCT FROM i.valid_to OR d.successor_id IS DISTINCT FROM i.successor)
    """,
    "updated": """
        UPDATE places_division d SET
            urban_rural = coalesce(nullif(i.urban_rural, ''), d.urban_rural),
            civil_code = coalesce(nullif(i.civil_code, ''), d.civil_code)
        FROM incoming i WHERE i.code = d.code
          AND (i.urban_rural NOT IN ('', d.urban_rural) OR i.civil_code NOT IN ('', d.civil_code))
    """,
}
# A register is complete below every division whose child it lists; the division itself is not touched.
_END_VANISHED = """
    WITH scope AS (
        SELECT DISTINCT rtrim_pairs.prefix FROM (
            SELECT CASE
                WHEN i.parent IS NULL THEN ''
                WHEN right(i.parent, 10) = '0000000000' THEN left(i.parent, 2)
                WHEN right(i.parent, 8) = '00000000' THEN left(i.parent, 4)
                WHEN right(i.parent, 6) = '000000' THEN left(i.parent, 6)
                ELSE left(i.parent, 9) END AS prefix
            FROM (SELECT DISTINCT i.parent FROM incoming i
                  WHERE NOT EXISTS (SELECT 1 FROM incoming p WHERE p.code = i.parent)) AS i
        ) AS rtrim_pairs
    )
    UPDATE places_division d SET valid_to = %(as_of)s
    WHERE d.valid_to IS NULL AND (d.valid_from IS NULL OR d.valid_from < %(as_of)s)
      AND EXISTS (SELECT 1 FROM scope WHERE left(d.code, length(scope.prefix)) = scope.prefix
                  AND d.code <> rpad(scope.prefix, 12, '0'))
      AND NOT EXISTS (SELECT 1 FROM incoming i WHERE i.code = d.code)
"""
# A code that is new where others were known before starts on the register's day; a first load starts "before our records".
_INSERT = """
    INSERT INTO places_division
        (code, name, level, parent_id, urban_rural, civil_code, valid_from, valid_to, successor_id)
    SELECT i.code, i.name, i.level, i.parent, i.urban_rural, i.civil_code,
           CASE WHEN i.valid_to IS NULL AND i.parent IN
                     (SELECT parent_id FROM places_division WHERE level IN ('township', 'village'))
                THEN %(as_of)s::date END,
           i.valid_to, i.successor
    FROM incoming i WHERE NOT EXISTS (SELECT 1 FROM places_division d WHERE d.code = i.code)
"""
