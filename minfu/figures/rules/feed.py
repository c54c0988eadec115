"""Facts from the history: what is new is counted whenever a figure is read, and by a job in between.

Nothing of this happens in the transaction of a step. An event says itself what of it counts (``counts``, ``of``), so that the
same statement makes the facts one by one, or all anew. Numbers of events are given out before transactions commit: what lies
between the number up to which all is settled and the newest is looked at again the next time, and counted once.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, connections, models, transaction
from django.utils.translation import gettext as _

from minfu.figures.models import Bucket, Fact, Progress
from minfu.kernel import clock, seals
from minfu.kernel.errors import Refused

log = logging.getLogger(__name__)

#: Events one statement looks at.
BATCH = 20_000
#: Events a reader waits for; what is more, a job counts, and the figures say up to when they are.
MOST_WHILE_READING = 5_000
#: Events of one piece of work when everything is counted anew.
PIECE = 500_000
#: Batches one run of the job counts at most.
_ROUNDS = 500
#: Facts that are also counted by the level they were settled at, empty where it is not known.
LEVELLED = ("answered", "done")
#: Facts that are also counted by these of their columns; all are counted without.
SPLITS = {"registered": ("kind", "door", "category")}

_COLUMNS = "event_id, what, subject_id, at, day, mark, level, hours, unit_id, township, village, category, kind, door, secret"
_READ = """
    SELECT e.id, c.key, e.subject_id, e.at, (e.at AT TIME ZONE 'Asia/Shanghai')::date,
           coalesce(c.value->>0, ''), coalesce(c.value->>1, ''), (c.value->>2)::int,
           (o.o->>0)::bigint, CASE WHEN p.p = '' THEN '' ELSE left(p.p, 9) || '000' END,
           CASE WHEN p.p LIKE '%%000' THEN '' ELSE p.p END, o.o->>2, o.o->>3, o.o->>4, o.o->>5 = '1'
      FROM record_event e
      CROSS JOIN LATERAL jsonb_each(e.data->'counts') AS c
      CROSS JOIN LATERAL (SELECT e.data->'of' AS o) AS o
      CROSS JOIN LATERAL (SELECT o.o->>1 AS p) AS p
     WHERE e.id > %(after)s AND e.id <= %(upto)s AND e.data ? 'counts'
"""
#: A fact counts in the county, in its unit, and, unless it is secret, in its township and village.
_AREA_PARTS = (
    "'c'",
    "'u' || unit_id",
    "CASE WHEN NOT secret THEN nullif(township, '') END",
    "CASE WHEN NOT secret THEN nullif(village, '') END",
)
_EACH_AREA = "CROSS JOIN LATERAL (VALUES {areas}) AS a (area)"
_AREAS = _EACH_AREA.format(areas=", ".join(f"({part})" for part in _AREA_PARTS))
_BY = """
    CROSS JOIN LATERAL (VALUES ('', ''), ('level', CASE WHEN what IN ({levelled}) THEN level END),
        ('hours', CASE WHEN hours IS NOT NULL THEN level || '/' || least(hours, 99999) END){by}) AS s (split, value)
"""
_GROUPED = """
    SELECT a.area, 'd', s.split, what, day, mark, s.value, count(*)
      FROM {source} {areas} {by}
     WHERE a.area IS NOT NULL AND s.value IS NOT NULL GROUP BY 1, 3, 4, 5, 6, 7
"""
_MONTHS = """
    SELECT area, 'm', split, what, date_trunc('month', day)::date, mark, value, sum({number})
      FROM {source} GROUP BY 1, 3, 4, 5, 6, 7
"""
_BUCKETS = "area, grain, split, what, day, mark, value, number"
_ADD = (
    "ON CONFLICT (area, grain, split, what, day, mark, value)"
    " DO UPDATE SET number = b.number + excluded.number"
)
_COUNT = """
    WITH fresh AS (
        INSERT INTO figures_fact ({columns}) {read} ON CONFLICT DO NOTHING RETURNING {columns}
    ), days (area, grain, split, what, day, mark, value, number) AS ({days})
    INSERT INTO figures_bucket AS b ({buckets}) SELECT * FROM days UNION ALL {months} {add}
"""
_COUNT_ALL = """
    WITH days (area, grain, split, what, day, mark, value, number) AS ({days})
    INSERT INTO figures_bucket ({buckets}) SELECT * FROM days UNION ALL {months}
"""
_FACTS = "INSERT INTO figures_fact ({columns}) {read}"


class Building(Refused):
    """Everything is being counted anew; no figure is whole until then."""

    status = 503
    code = "building"


@dataclass(frozen=True)
class Standing:
    """Up to which event, and when, the figures were counted; ``whole``: nothing that had happened by then was left out."""

    upto: int
    at: datetime
    whole: bool


def _by() -> str:
    parts = [
        f"('{column}', CASE WHEN what = '{what}' THEN {_shown(column)} END)"
        for what, columns in SPLITS.items()
        for column in columns
    ]
    levelled = ", ".join(f"'{what}'" for what in LEVELLED)
    return _BY.format(by="".join(", " + part for part in parts), levelled=levelled)


def _shown(column: str) -> str:
    """Return what a column is counted by: categories by their first level."""
    return "left(category, 2)" if column == "category" else column


def catch_up(most: int = MOST_WHILE_READING) -> Standing:
    """Count what happened since the last time, at most ``most`` events, and return how far the figures are.

    Does not wait for another process that is counting: what that one counts is there a moment later. Raises ``Building``.
    """
    done = 0
    Progress.objects.get_or_create(pk=1)
    while True:
        with transaction.atomic():
            row = Progress.objects.select_for_update(skip_locked=True).filter(pk=1).first()
            if row is None:
                return _standing()
            if row.building:
                raise _building()
            looked, behind = _step(row, min(BATCH, most - done))
        done += looked
        if not behind or done >= most:
            return Standing(row.looked, row.counted_at or clock.now(), not behind)


def _standing() -> Standing:
    """Return how far the figures are while another process counts."""
    row = Progress.objects.get(pk=1)
    if row.building:
        raise _building()
    return Standing(row.looked, row.counted_at or clock.now(), whole=False)


def _building() -> Building:
    return Building(_("数字正在从办理记录重新统计，请过几分钟再看。"))


def _step(row: Progress, most: int) -> tuple[int, bool]:
    """Count one batch of new events, then look again at some that were not settled; return how many were looked at, and
    whether new ones are left.
    """
    settled = max(seals.settled(), row.upto)  # before looking: what is settled now will be seen
    whole = row.upto == row.looked
    reached, looked = _reach(row.looked, most)
    _count(row.looked, reached)
    row.looked = reached
    if whole:
        row.upto = min(reached, settled)
    elif settled > row.upto:
        again, seen = _reach(row.upto, most)
        again = min(again, settled, row.looked)
        _count(row.upto, again)
        row.upto, looked = again, looked + seen
    row.counted_at = clock.now()
    row.save(update_fields=["upto", "looked", "counted_at"])
    return looked, looked >= most and row.looked < _newest()


def _reach(after: int, most: int) -> tuple[int, int]:
    """Return the number of the last of the next ``most`` events, and how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(id), count(*) FROM (SELECT id FROM record_event WHERE id > %s ORDER BY id LIMIT %s) AS e",
            [after, most],
        )
        last, number = cursor.fetchone()
    return int(last or after), int(number)


def _newest() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM record_event")
        return int(cursor.fetchone()[0] or 0)


def _count(after: int, upto: int) -> None:
    """Make the facts of events that are not there yet, and add them to the buckets. One statement."""
    if upto <= after:
        return
    statement = _COUNT.format(
        columns=_COLUMNS,
        read=_READ,
        days=_GROUPED.format(source="fresh", areas=_AREAS, by=_by()),
        buckets=_BUCKETS,
        months=_MONTHS.format(source="days", number="number"),
        add=_ADD,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {"after": after, "upto": upto})


# --- anew ----------------------------------------------------------------------------------------------------------

Told = Callable[[str], None]


def rebuild(*, hands: int = 1, told: Told = lambda _text: None) -> int:
    """Count everything anew from the history alone and return the number of facts.

    ``hands``: connections that work side by side (1: the caller's own connection and transaction). Meanwhile figures refuse to
    be read. A rebuild that was interrupted is begun again by the job that keeps figures up to date.
    """
    Progress.objects.update_or_create(pk=1, defaults={"building": True})
    with transaction.atomic():
        row = Progress.objects.select_for_update().get(pk=1)
        settled = seals.settled(seals.PATIENCE_SECONDS)
        if hands > 1:
            _on_own_connection(_empty)
        else:
            _clear()
        _run([_facts(after, upto) for after, upto in _pieces(settled)], hands, told)
        _run([(_again(index), {}) for index in _indexes()], hands, told)
        _run(_bucket_works(), hands, told)
        row.upto = row.looked = settled
        row.building, row.counted_at = False, clock.now()
        row.save(update_fields=["upto", "looked", "building", "counted_at"])
    return Fact.objects.count()


def _clear() -> None:
    """Empty the tables inside the caller's transaction; the indexes stay."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM figures_fact")
        cursor.execute("DELETE FROM figures_bucket")


def _empty() -> None:
    """Empty the tables at once, and drop the indexes of the facts, which are made again afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE figures_fact, figures_bucket")
        for index in _indexes():
            cursor.execute(f'DROP INDEX IF EXISTS "{index.name}"')


def _indexes() -> list[models.Index]:
    return list(Fact._meta.indexes)  # noqa: SLF001 - Django's documented Meta API


def _again(index: models.Index) -> str:
    """Return the statement that makes an index of the facts if it is missing."""
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        statement = str(index.create_sql(Fact, editor))
    return statement.replace("CREATE INDEX", "CREATE INDEX IF NOT EXISTS", 1)


def _pieces(upto: int) -> list[tuple[int, int]]:
    return [(start, min(start + PIECE, upto)) for start in range(0, upto, PIECE)]


Work = tuple[str, dict[str, int]]


def _facts(after: int, upto: int) -> Work:
    return _FACTS.format(columns=_COLUMNS, read=_READ), {"after": after, "upto": upto}


def _bucket_works() -> list[Work]:
    """Return the statements that fill the buckets, each of other areas, so that none waits for another."""
    works: list[Work] = []
    for area in _AREA_PARTS:
        areas = _EACH_AREA.format(areas=f"({area})")
        statement = _COUNT_ALL.format(
            days=_GROUPED.format(source="figures_fact", areas=areas, by=_by()),
            buckets=_BUCKETS,
            months=_MONTHS.format(source="days", number="number"),
        )
        works.append((statement, {}))
    return works


def _run(works: Sequence[Work], hands: int, told: Told) -> None:
    """Do pieces of work, several at a time, each in a transaction of its own; or here, one after the other."""
    if hands <= 1:
        for work in works:
            _do(work)
        return
    lock, done = threading.Lock(), 0

    def one(work: Work) -> None:
        nonlocal done
        _on_own_connection(lambda: _do(work))
        with lock:
            done += 1
            told(f"{done}/{len(works)}")

    with ThreadPoolExecutor(hands) as pool:
        list(pool.map(one, works))


def _do(work: Work) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        cursor.execute(work[0], work[1] or None)


def _on_own_connection(function: Callable[[], None]) -> None:
    """Call a function in a thread of its own and close the connection it opened."""

    def call() -> None:
        try:
            function()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(call).result()


def keep_up() -> None:
    """Count what is new, batch after batch; begin a rebuild that was interrupted again."""
    with transaction.atomic():
        row = Progress.objects.select_for_update(skip_locked=True).filter(pk=1).first()
        interrupted = row is not None and row.building
    if interrupted:
        log.warning("counting everything anew was interrupted; begun again")
        rebuild()
    for _round in range(_ROUNDS):
        if catch_up(BATCH).whole:
            return


def numbers() -> tuple[int, int]:
    """Return how many facts and buckets there are (tests, bench)."""
    return Fact.objects.count(), Bucket.objects.count()
