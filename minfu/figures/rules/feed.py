"""Numbers from the history: what is new is counted whenever a figure is read, and by a job in between.

Nothing of this happens in the transaction of a step. An event says itself what of it counts (``counts``, ``of``), so that the
same arithmetic (``tally.py``) counts events one by one, or all anew. Numbers of events are given out before transactions
commit: those that were not there when all around them were counted are remembered (``Progress.missing``) and looked for again.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import numpy as np
from django.db import connection, connections, transaction

from minfu.figures.models import Bucket, Cell, Progress
from minfu.figures.rules import keys, tally
from minfu.figures.rules.tally import Events, Ints, Row, Tally
from minfu.kernel import clock, seals

#: Events one transaction looks at.
BATCH = 20_000
#: Events a reader waits for; what is more, a job counts, and the figures say up to when they are.
MOST_WHILE_READING = 5_000
#: Numbers of events in one piece of work when everything is counted anew.
PIECE = 250_000
#: Batches one run of the job counts at most.
_ROUNDS = 500
#: Rows sent to a table together.
_LINES = 500

_STATE = """
    SELECT looked, missing, (SELECT max(id) FROM record_event) FROM figures_progress WHERE id = 1
"""
#: Columns as arrays and texts of lines, for one event after the other; events that do not count have empty lines.
_TOGETHER = """
    SELECT array_send(array_agg(id)), array_send(array_agg(day)), string_agg(of, E'\\n'), string_agg(counts, E'\\n') FROM (
        SELECT e.id, (e.at AT TIME ZONE 'Asia/Shanghai')::date - DATE '2000-01-01' AS day,
               coalesce((e.data->'of')::text, '') AS of, coalesce((e.data->'counts')::text, '') AS counts
          FROM {events}) AS e
"""
_ANEW = "record_event e WHERE e.id > %s AND e.id <= %s AND e.data ? 'counts'"
_NEW = """
    (SELECT * FROM (SELECT * FROM record_event WHERE id > %s ORDER BY id LIMIT %s) AS fresh
     UNION ALL SELECT late.* FROM unnest(%s::bigint[], %s::bigint[]) AS m (first, last)
     JOIN record_event late ON late.id BETWEEN m.first AND m.last) AS e
"""
_TABLES = {
    "figures_cell": "day, unit_id, place, secret, township, keys, numbers, events, shapes",
    "figures_bucket": "area, grain, part, day, keys, numbers",
}
_SUMS = """
    (SELECT array_agg(key ORDER BY key), array_agg(number ORDER BY key) FROM (SELECT key, sum(number)::int AS number
       FROM unnest(b.keys || excluded.keys, b.numbers || excluded.numbers) AS u (key, number) GROUP BY key) AS s)
"""
_ADD_BUCKETS = """
    INSERT INTO figures_bucket AS b (area, grain, part, day, keys, numbers)
    SELECT area, grain, part, day::date, keys::int[], numbers::int[]
      FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
        AS n (area, grain, part, day, keys, numbers)
    ON CONFLICT (area, grain, part, day) DO UPDATE SET (keys, numbers) = {sums}
"""
_ADD_CELLS = """
    INSERT INTO figures_cell AS b (day, unit_id, place, secret, township, keys, numbers, events, shapes)
    SELECT day::date, unit::bigint, place, secret::bool, township, keys::int[], numbers::int[], events::bigint[], shapes::int[]
      FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
        AS n (day, unit, place, secret, township, keys, numbers, events, shapes)
    ON CONFLICT (day, unit_id, place, secret) DO UPDATE SET (keys, numbers) = {sums}, (events, shapes) =
    (SELECT array_agg(event ORDER BY event), array_agg(shape ORDER BY event)
       FROM unnest(b.events || excluded.events, b.shapes || excluded.shapes) AS u (event, shape))
"""


@dataclass(frozen=True)
class Standing:
    """Up to which event, and when, the figures were counted; ``whole``: nothing that was there by then was left out."""

    upto: int
    at: datetime
    whole: bool


def catch_up(most: int = MOST_WHILE_READING, *, wait: bool = False) -> Standing:
    """Count what happened since the last time, at most ``most`` events, and return how far the figures are.

    One statement when nothing happened. Does not wait for another process that is counting, unless told to: what that one
    counts is there a moment later.
    """
    done = 0
    while True:
        looked, missing, newest = _state()
        if newest <= looked and not missing:
            return Standing(looked, clock.now(), whole=True)
        with transaction.atomic():
            row = Progress.objects.select_for_update(skip_locked=not wait).filter(pk=1).first()
            if row is None:
                return _standing(looked, missing, whole=False)
            seen = _batch(row, min(BATCH, most - done))
        done += seen
        behind = seen > 0 and row.looked < newest
        if not behind or done >= most:
            return _standing(row.looked, row.missing, whole=not behind)


def _standing(looked: int, missing: list[list[int]], *, whole: bool) -> Standing:
    return Standing(missing[0][0] - 1 if missing else looked, clock.now(), whole)


def _state() -> tuple[int, list[list[int]], int]:
    """Return how far everything was counted, what was missing, and the number of the newest event."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        found = cursor.fetchone()
        if found is None:
            Progress.objects.get_or_create(pk=1)
            return _state()
    return found[0], found[1], found[2] or 0


def _batch(row: Progress, most: int) -> int:
    """Count one batch of new events, and those of the missing that are there now; return how many new ones there were."""
    # Before looking: what is settled then will be seen, or never be there.
    settled = seals.settled(0) if row.missing else 0
    missing = np.array(row.missing, np.int64).reshape(-1, 2)
    events, ids = _read(_NEW, [row.looked, most, missing[:, 0].tolist(), missing[:, 1].tolist()])
    fresh = ids[ids > row.looked]
    if len(events.ids):
        _add(Tally(events, keys.numbered, keys.shapes))
    gaps = _without(missing, ids[ids <= row.looked]) + _without(
        np.array([[row.looked + 1, max(fresh, default=row.looked)]]), fresh
    )
    row.missing = [[max(first, settled + 1), last] for first, last in gaps if last > settled]
    row.looked = int(max(fresh, default=row.looked))
    row.counted_at = clock.now()
    row.save(update_fields=["looked", "missing", "counted_at"])
    return len(fresh)


def _without(ranges: Ints, ids: Ints) -> list[list[int]]:
    """Return what is left of ranges of numbers when some are taken out."""
    left = []
    for first, last in ranges.tolist():
        inside = np.sort(ids[(ids >= first) & (ids <= last)])
        edges = np.concatenate([[first - 1], inside, [last + 1]])
        places = np.flatnonzero(np.diff(edges) > 1)
        left += [[int(edges[place]) + 1, int(edges[place + 1]) - 1] for place in places]
    return left


def _read(statement: str, values: Sequence[Any]) -> tuple[Events, Ints]:
    """Return the events that count, and the numbers of all."""
    with connection.cursor() as cursor:
        cursor.execute(_TOGETHER.format(events=statement), values)
        return tally.parse(*cursor.fetchone())


def _add(found: Tally) -> None:
    """Add numbers to those that are there."""
    with connection.cursor() as cursor:
        for statement, rows in ((_ADD_CELLS, found.cells()), (_ADD_BUCKETS, found.buckets())):
            cursor.execute(statement.format(sums=_SUMS), [list(column) for column in zip(*rows, strict=True)])


# --- anew ----------------------------------------------------------------------------------------------------------

Told = Callable[[int, int], None]


def rebuild(*, hands: int = 1, told: Told = lambda _done, _of: None) -> int:
    """Count everything anew from the history alone and return the number of events that count.

    Figures stay readable meanwhile, as they were: what is counted anew takes their place at once. ``hands``: connections that
    read side by side (1: the caller's own, and its transaction). ``told`` hears how many of the events were read.
    """
    Progress.objects.get_or_create(pk=1)
    settled = seals.settled(seals.PATIENCE_SECONDS)
    events = tally.joined(_read_all(settled, hands, told))
    with transaction.atomic():
        row = Progress.objects.select_for_update().get(pk=1)
        Cell.objects.all().delete()
        Bucket.objects.all().delete()
        for some in events.by_quarter():
            found = Tally(some, keys.numbered, keys.shapes)
            _fill("figures_cell", found.cells())
            _fill("figures_bucket", found.buckets())
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE figures_cell, figures_bucket")
        row.looked, row.missing, row.counted_at = settled, [], clock.now()
        row.save(update_fields=["looked", "missing", "counted_at"])
    return len(events.ids)


def _read_all(upto: int, hands: int, told: Told) -> list[Events]:
    """Read all events that count, in pieces."""
    pieces = [(start, min(start + PIECE, upto)) for start in range(0, upto, PIECE)] or [(0, 0)]
    found: list[Events] = []

    def one(piece: tuple[int, int]) -> Events:
        try:
            return _read(_ANEW, piece)[0]
        finally:
            if hands > 1:
                connections.close_all()

    if hands <= 1:
        for place, piece in enumerate(pieces, 1):
            found.append(one(piece))
            told(place, len(pieces))
        return found
    with ThreadPoolExecutor(hands) as pool:
        for place, events in enumerate(pool.map(one, pieces), 1):
            found.append(events)
            told(place, len(pieces))
    return found


def _fill(table: str, rows: Iterable[Row]) -> None:
    """Write rows at once."""
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({_TABLES[table]}) FROM STDIN") as copy,
    ):
        lines = ("\t".join(row) + "\n" for row in rows)
        while some := "".join(islice(lines, _LINES)):
            copy.write(some)


def keep_up() -> None:
    """Count what is new, batch after batch."""
    for _round in range(_ROUNDS):
        if catch_up(BATCH).whole:
            return


def numbers() -> tuple[int, int]:
    """Return how many cells and buckets there are (tests, bench)."""
    return Cell.objects.count(), Bucket.objects.count()
