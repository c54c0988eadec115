"""The events behind a number: cells say which they are, the history what each says."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from django.db import connection

from minfu.figures.rules import keys
from minfu.figures.rules.areas import Area
from minfu.figures.rules.formula import Count
from minfu.figures.rules.periods import Period
from minfu.figures.rules.tally import PLACES

#: Events read at first, and at most, to fill a page when many of them do not belong to it.
_FEW, _MANY = 100, 2_000
#: Digits of a category's first level, the only one that is counted apart.
FIRST = 2
#: Splits (kind, door, category) and the value of each that is wanted, empty for those that have none.
Narrowed = Sequence[tuple[str, str]]
_SAID = """
    SELECT e.id, e.subject_id, (e.at AT TIME ZONE 'Asia/Shanghai')::date, e.data->'of', e.data->'counts'
      FROM record_event e
"""
_EVENTS = """
    SELECT u.event FROM figures_cell c CROSS JOIN LATERAL unnest(c.events, c.shapes) AS u (event, shape)
     WHERE c.day BETWEEN %(first)s AND %(last)s AND c.keys && %(keys)s::int[]
       AND u.shape IN (SELECT id FROM figures_shape WHERE keys && %(keys)s::int[])
"""
#: Only what was counted already is left out: its cell holds it. Of demands left out long ago no text is opened but of these days.
_LEFT_OUT = (
    _SAID
    + """
      JOIN figures_exclusion x ON e.subject_type = 'case' AND e.subject_id = x.case_id AND x.state = 'granted'
     WHERE e.at >= %(first)s::timestamp AT TIME ZONE 'Asia/Shanghai'
       AND e.at < (%(last)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
       AND e.data ? 'counts' AND EXISTS (SELECT FROM figures_cell c
           WHERE c.day = (e.at AT TIME ZONE 'Asia/Shanghai')::date AND c.day BETWEEN %(first)s AND %(last)s
             AND c.unit_id = coalesce((e.data->'of'->>0)::bigint, 0) AND e.id = ANY (c.events))
"""
)


@dataclass(frozen=True)
class Fact:
    """One countable thing that happened, as the history has it: what, when, where, and whose it was on that day."""

    event_id: int
    subject_id: int
    day: date
    what: str
    mark: str
    level: str
    hours: int | None
    unit_id: int | None
    place: str
    category: str
    kind: str
    door: str
    secret: bool

    def lies_in(self, area: Area) -> bool:
        """Tell whether it counts in an area."""
        if area.level == "county":
            return True
        if area.level == "unit":
            return self.unit_id == area.unit_id
        place = self.place[:9].ljust(12, "0") if area.level == "township" and self.place else self.place
        return place == area.code and not self.secret

    def is_of(self, count: Count) -> bool:
        """Tell whether a count counts it."""
        return self.what == count.what and count.takes(self.mark, self.level)

    def has(self, split: str, value: str) -> bool:
        """Tell whether it is of a kind, door or category (or one below it); empty means none."""
        said = str(getattr(self, split))
        return said.startswith(value) if value and split == "category" else said == value

    @property
    def place_in_time(self) -> tuple[date, int]:
        """Return its place among others: day and event."""
        return self.day, self.event_id


def _facts(rows: Sequence[Sequence[Any]]) -> Iterator[Fact]:
    for event_id, subject_id, day, of, counts in rows:
        unit, place, category, kind, door, secret = json.loads(of)
        for what, values in json.loads(counts).items():
            mark, level, hours = (*values, None, None, None)[:3]
            yield Fact(
                event_id, subject_id, day, what, mark or "", level or "", hours, unit, place or "", category or "", kind or "",
                door or "", bool(secret),
            )  # fmt: skip


def left_out(period: Period, whats: Collection[str]) -> list[Fact]:
    """Return what two persons left out of the rates, the newest first."""
    rows = _all(_LEFT_OUT, {"first": period.start, "last": period.end})
    found = [fact for fact in _facts(rows) if fact.what in whats]
    return sorted(found, key=lambda fact: fact.place_in_time, reverse=True)


def newest_first(
    count: Count,
    area: Area,
    period: Period,
    *,
    after: tuple[date, int] | None = None,
    narrowed: Narrowed = (),
    size: int,
) -> Iterator[Fact]:
    """Yield the facts a count counts, the newest first: those ``after`` a day and event, of a value of each split.

    ``size``: how many are wanted, most likely.
    """
    out = {fact.event_id for fact in left_out(period, {count.what})} if count.judged else set()
    wanted = max(_FEW, size)
    while True:
        ids = _ids(count, area, period, after, narrowed, wanted)
        facts = sorted(
            (fact for fact in _facts(_all(_SAID + " WHERE e.id = ANY (%(ids)s)", {"ids": ids})) if fact.is_of(count)),
            key=lambda fact: fact.place_in_time, reverse=True,
        )  # fmt: skip
        yield from (
            fact for fact in facts if fact.event_id not in out and all(fact.has(*one) for one in narrowed)
        )
        if len(ids) < wanted:
            return
        after, wanted = facts[-1].place_in_time, min(2 * wanted, _MANY)


def _ids(
    count: Count,
    area: Area,
    period: Period,
    after: tuple[date, int] | None,
    narrowed: Narrowed,
    most: int,
) -> list[int]:
    """Return the numbers of the next events, the newest first."""
    statement, values = _asked(count, area, period, narrowed)
    if after:
        values["day"], values["event"] = after
        # The redundant first condition lets PostgreSQL start the index scan at the cursor.
        statement += " AND c.day <= %(day)s AND (c.day < %(day)s OR u.event < %(event)s)"
    statement += " ORDER BY c.day DESC, u.event DESC LIMIT %(most)s"
    return [row[0] for row in _all(statement, {**values, "most": most})]


def number(count: Count, area: Area, period: Period, narrowed: Narrowed) -> int:
    """Return how many events a count counts that are of a value of each split: one number, read by the cells of the area
    and period alone. What two persons left out is among them.
    """
    statement, values = _asked(count, area, period, narrowed)
    conditions = []
    for split, value in narrowed:
        said = f"coalesce(e.data->'of'->>{PLACES[split]}, '')"
        is_prefix = value and split == "category"
        conditions.append(f"starts_with({said}, %({split})s)" if is_prefix else f"{said} = %({split})s")
        values[split] = value
    where = " AND ".join(conditions) or "TRUE"
    found = _all(
        f"SELECT count(*) FROM ({statement}) AS f JOIN record_event e ON e.id = f.event WHERE {where}",  # noqa: S608 - constants of this file; every value is a parameter
        values,
    )
    return int(found[0][0])


def _asked(count: Count, area: Area, period: Period, narrowed: Narrowed = ()) -> tuple[str, dict[str, Any]]:
    """Return the statement for the events of a count, and its values: of cells where there is what it is narrowed to."""
    values = {
        "first": period.start,
        "last": period.end,
        "keys": keys.book().of_count(count),
        "area": area.value,
    }
    where = {
        "county": "",
        "unit": " AND c.unit_id = %(area)s",
        "township": " AND c.township = %(area)s AND NOT c.secret",
        "village": " AND c.place = %(area)s AND NOT c.secret",
    }[area.level]
    for split, value in narrowed:
        if keys.has_split(count, split):  # most of what is not wanted need not be read
            first = value[:FIRST] if split == "category" else value
            values[f"{split}_keys"] = keys.book().of_count(count, split, first)
            where += f" AND c.keys && %({split}_keys)s::int[]"
    return _EVENTS + where, values


def event_numbers(count: Count, area: Area, period: Period, *, whole: bool = False) -> list[int]:
    """Return the numbers of all events a count counts, in their order; ``whole``: with what two persons left out."""
    statement, values = _asked(count, area, period)
    found = {row[0] for row in _all(statement, values)}
    out = left_out(period, {count.what}) if count.judged and not whole else []
    return sorted(found - {fact.event_id for fact in out if fact.is_of(count)})


def said(numbers: Collection[int]) -> list[Fact]:
    """Return the facts of some events."""
    return list(_facts(_all(_SAID + " WHERE e.id = ANY (%(ids)s)", {"ids": list(numbers)})))


def events_of(case_ids: Collection[int]) -> set[int]:
    """Return the numbers of all events of some demands."""
    statement = (
        "SELECT id FROM record_event WHERE subject_type = 'case' AND subject_id = ANY (%(ids)s::bigint[])"
    )
    return {row[0] for row in _all(statement, {"ids": list(case_ids)})} if case_ids else set()


def _all(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(chain(cursor.fetchall()))
