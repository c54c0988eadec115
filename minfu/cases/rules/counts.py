"""Counts per state that cost the same at five thousand and five million demands.

Restricted demands (confidential, wrongdoing) count for their holder and for the county, never for a village or township: only
``placed`` tells where they lie, to whoever may open every one of them.
"""

from typing import Any, Literal

from django.db import connection, transaction

from minfu.accounts.actor import Actor
from minfu.accounts.models import Role
from minfu.cases import rights, states
from minfu.cases.rules.access import COUNTY, TOWNSHIP

# One statement over both tables: a fold that commits in between can neither hide nor double a delta.
_SQL = """
    SELECT {key}, sum(count)::bigint FROM (
        SELECT holder_id, township_code, village_code, state, restricted, count FROM cases_tally WHERE {where}
        UNION ALL
        SELECT holder_id, township_code, village_code, state, restricted, count FROM cases_tally_delta WHERE {where}
    ) AS counts GROUP BY {key}
"""
_OPEN = f"state IN ({', '.join(repr(code) for code in states.CASE.open_codes)})"
Key = Literal["holder_id", "township_code", "village_code"]


def _read(key: str, where: str, value: str | int | None) -> list[tuple[Any, ...]]:
    """Return the numbers by ``key`` of what a condition keeps, which may have one place for ``value``."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL.format(key=key, where=where), [value, value] if "%s" in where else None)
        return [row for row in cursor.fetchall() if row[-1]]


def _by_state(where: str, value: str | int | None) -> dict[str, int]:
    return dict(_read("state", where, value))


def of_unit(unit_id: int | None) -> dict[str, int]:
    """Return what a unit holds, by state."""
    return _by_state("holder_id = %s", unit_id)


def of_area(actor: Actor) -> dict[str, int]:
    """Return what lies in the actor's area, by state (a department: what it holds; a system that may not look: nothing)."""
    if actor.role == Role.PARTNER and not actor.may(rights.WATCH):
        return {}
    if actor.role == Role.DEPARTMENT_HANDLER or not actor.area:
        return of_unit(actor.unit_id)
    return _by_state(*_in_area(actor.area))


def _in_area(area: str) -> tuple[str, str]:
    """Return the condition for what is counted in an area (6, 9 or 12 digits), and the value it asks for."""
    if len(area) <= COUNTY:
        return "true", ""
    column = "township_code" if len(area) == TOWNSHIP else "village_code"
    return f"{column} = %s AND NOT restricted", area.ljust(12, "0")


def open_by(key: Key, area: str, *, placed: bool = False) -> dict[str, dict[str, int]]:
    """Return the open demands of an area (6, 9 or 12 digits; "" = the county) by holder or place, then by state.

    Restricted ones of the county lie at no place (""), or, if ``placed``, where they are.
    """
    condition, place = _in_area(area)
    by = f"CASE WHEN restricted AND NOT {placed} THEN '' ELSE {key} END" if key != "holder_id" else key
    found: dict[str, dict[str, int]] = {}
    for name, state, total in _read(f"{by}, state", f"{condition} AND {_OPEN}", place):
        found.setdefault(str(name), {})[state] = total
    return found


def held(unit_id: int | None) -> int:
    """Return how many demands wait for something a unit has to do: the open ones it holds, paused and deferred left aside."""
    still = (states.PAUSED, states.DEFERRED)
    return sum(
        number for code, number in of_unit(unit_id).items() if states.CASE[code].is_open and code not in still
    )


def rebuild() -> None:
    """Count every demand anew; for rows that were loaded past the triggers. Nobody can write demands meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE cases_case IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM cases_tally_delta")
        cursor.execute("DELETE FROM cases_tally")
        cursor.execute(
            "INSERT INTO cases_tally (holder_id, township_code, village_code, state, restricted, count)"
            " SELECT holder_id, township_code, village_code, state, restricted, count(*)"
            " FROM cases_case GROUP BY 1, 2, 3, 4, 5"
        )
