"""Finding demands by pairs of characters, newest first, at a cost that does not grow with the table.

A look asks the index for the newest ages first, then for twice as many, and so on until enough was found: frequent words are
found among the newest, rare ones are few wherever they stand. The marks in the entries only spare rows; who may see a demand, and
which it is, is asked of the demand itself, in SQL.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localtime

from minfu.accounts.actor import Actor
from minfu.accounts.models import Role
from minfu.cases import rights, states
from minfu.cases.models import Case, Kind, SearchEntry
from minfu.cases.rules import access, lists
from minfu.cases.rules.access import COUNTY
from minfu.cases.rules.lists import Filters
from minfu.cases.rules.search_entries import AGE
from minfu.kernel import clock
from minfu.language.pairs import mark

#: Rows fetched at a time, and rows looked at in all for one look; what is older then is not looked at.
AT_ONCE, MOST_LOOKED_AT = 400, 4_000
#: Demands in one open state that are looked through.
MOST_IN_STATE = 10_000
#: Of the newest demands, those without an entry yet are looked at themselves.
NEWEST = 300
#: The sum keeps PostgreSQL from reading the table backwards by its key until it has found enough.
_SELECT = "SELECT case_id FROM cases_search_entry WHERE {conditions} ORDER BY case_id + 0 DESC LIMIT %s"


@dataclass(frozen=True)
class Look:
    """What an entry must have: every one of ``every``, and of each of ``some`` at least one."""

    every: tuple[int, ...] = ()
    some: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True)
class Narrowing:
    """What is searched: the filters of lists, and of how many days (0: of all times)."""

    filters: Filters = field(default_factory=Filters)
    days: int = 0

    def condition(self, actor: Actor) -> Q:
        """Return the condition for demands."""
        found = lists.narrowed(actor, self.filters)
        if self.days:
            found &= Q(registered_at__gte=clock.now() - timedelta(days=self.days))
        return found

    def marks(self) -> Look:
        """Return the marks that every such demand has."""
        one = self.filters
        every = [mark("kind", one.kind)] if one.kind else []
        if one.category:
            every.append(mark("top", one.category[:2]))
        areas = [code for code in (one.township, one.village) if code]
        every += [mark("at", "" if code == lists.NOWHERE else code) for code in areas]
        some = (tuple(mark("month", month) for month in _months(self.days)),) if self.days else ()
        return Look(tuple(every), some)


def _months(days: int) -> list[str]:
    now = localtime(clock.now())
    return sorted({f"{now - timedelta(days=back):%Y-%m}" for back in range(days + 1)})


def reach(actor: Actor) -> tuple[int, ...] | None:
    """Return marks of which every demand that ``access.visible`` lets the actor see has one; None where it takes none."""
    unit = mark("unit", actor.unit_id)
    if actor.is_system or actor.kind != "staff":
        return None
    if actor.role == Role.PARTNER:
        return _of_partner(actor, unit)
    if actor.role == Role.GRID_WORKER:
        return (mark("post", actor.post_id), *(mark("grid", grid) for grid in sorted(actor.grid_ids)))
    if actor.role == Role.DEPARTMENT_HANDLER:
        return (unit,)
    if len(actor.area) <= COUNTY:
        return (mark("kind", Kind.DISPUTE), unit) if actor.role == Role.MEDIATOR else None
    kind = "dispute" if actor.role == Role.MEDIATOR else "open"
    return (mark(kind, actor.area.ljust(12, "0")), unit)


def _of_partner(actor: Actor, unit: int) -> tuple[int, ...] | None:
    found = [mark("post", actor.post_id)]
    if actor.may(rights.WATCH):
        if len(actor.area) <= COUNTY:
            return None
        found.append(mark("open", actor.area.ljust(12, "0")))
    if actor.may(rights.HANDLE):
        found.append(unit)
    return tuple(found)


class Search:
    """The looks of one search, for one actor."""

    def __init__(self, actor: Actor, narrowing: Narrowing):
        self.seen = access.cases_for(actor).filter(narrowing.condition(actor))
        self.base = narrowing.marks()
        self.reach = reach(actor)
        state = narrowing.filters.state
        self.in_state = self._open_ones() if state in states.CASE.open_codes else None
        self.newest = Case.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def _open_ones(self) -> list[int]:
        return list(self.seen.order_by("-pk").values_list("pk", flat=True)[:MOST_IN_STATE])

    def without_entry(self) -> list[int]:
        """Return the newest demands that no job has seen yet, as far as the actor may see them."""
        recent = self.seen.filter(pk__gt=self.newest - NEWEST)
        missing = recent.exclude(Exists(SearchEntry.objects.filter(case=OuterRef("pk"))))
        return list(missing.order_by("-pk").values_list("pk", flat=True))

    def look(self, look: Look, most: int) -> tuple[list[int], bool]:
        """Return up to ``most`` demands, newest first, and whether there may be more."""
        if self.in_state is not None:
            found = _in_state(look, self.in_state)
            return found[:most], len(found) > most or len(self.in_state) == MOST_IN_STATE
        wanted = Look(
            (*look.every, *self.base.every),
            (*look.some, *self.base.some, *((self.reach,) if self.reach else ())),
        )
        found, looked = [], 0
        for ages in _ages(self.newest):
            below = None
            while True:
                ids = _aged(wanted, ages, below)
                found += self._visible(ids)
                looked += len(ids)
                if len(found) >= most or looked >= MOST_LOOKED_AT:
                    return found[:most], True
                if len(ids) < AT_ONCE:
                    break
                below = ids[-1]
        return found, False

    def _visible(self, ids: Sequence[int]) -> list[int]:
        if not ids:
            return []
        return list(self.seen.filter(pk__in=ids).order_by("-pk").values_list("pk", flat=True))


def _ages(newest: int) -> Iterator[tuple[int, ...]]:
    """Yield marks of age: the newest two, then twice as many, and so on to the beginning."""
    at, size = newest // AGE, 2
    while at >= 0:
        yield tuple(mark("age", one) for one in range(at, max(at - size, -1), -1))
        at, size = at - size, 2 * size


def _aged(look: Look, ages: tuple[int, ...], below: int | None) -> list[int]:
    """Return the newest demands of some ages that a look finds, below a number."""
    conditions, values = ["keys @> %s::integer[]"], [list(look.every)]
    for one in (ages, *look.some):
        conditions.append("keys && %s::integer[]")
        values.append(list(one))
    if below is None:
        return _rows(conditions, values)
    return _rows(["case_id < %s", *conditions], [below, *values])


def _in_state(look: Look, ids: list[int]) -> list[int]:
    """Return those of the demands that a look finds; without the index of keys, which knows nothing of them."""
    conditions = ["case_id = ANY(%s)", "coalesce(keys, ARRAY[]::integer[]) @> %s::integer[]"]
    values = [ids, list(look.every)]
    for one in look.some:
        conditions.append("coalesce(keys, ARRAY[]::integer[]) && %s::integer[]")
        values.append(list(one))
    return _rows(conditions, values)


def _rows(conditions: Sequence[str], values: Sequence[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_SELECT.format(conditions=" AND ".join(conditions)), [*values, AT_ONCE])
        return [pk for (pk,) in cursor.fetchall()]
