"""Counts per state that cost the same at five thousand and five million demands.

Restricted demands (confidential, wrongdoing) count for their holder and for the county, never for a village or township.
"""

from typing import Literal

from django.db import connection, transaction

from minfu.accounts.actor import Actor
from minfu.accounts.models import Role
from minfu.cases import rights, states
from minfu.cases.rules.access import COUNTY, TOWNSHIP

# One statement over both tables: a fold that commits in between can neither hide nor double a delta.
_SQL = """
    SELECT {key}, sum(count) FROM (
        SELECT holder_id, township_code, village_code, state, count FROM cases_tally {where}
        UNION ALL
        SELECT holder_id, township_code, village_code, state, count FROM cases_tally_delta {where}
    ) AS counts GROUP BY {key}
"""


def _count(key: str, column: str = "", value: str | int | None = None) -> dict[str, int]:
    where = f"WHERE {column} = %s" if column else ""
    with connection.cursor() as cursor:
        cursor.execute(_SQL.format(key=key, where=where), [value, value] if column else None)
        return {str(name): int(total) for name, total in cursor.fetchall() if total}


def of_unit(unit_id: int | None) -> dict[str, int]:
    """Return what a unit holds, by state."""
    return _count("state", "holder_id", unit_id)


def of_area(actor: Actor) -> dict[str, int]:
    """Return what lies in the actor's area, by state (a department: what it holds; a system that may not look: nothing)."""
    if actor.role == Role.PARTNER and not actor.may(rights.WATCH):
        return {}
    if actor.role == Role.DEPARTMENT_HANDLER or not actor.area:
        return of_unit(actor.unit_id)
    if len(actor.area) <= COUNTY:
        return _count("state")
    return _count(
        "state", "township_code" if len(actor.area) == TOWNSHIP else "village_code", actor.area.ljust(12, "0")
    )


def open_by(
    key: Literal["holder_id", "township_code", "village_code"], area: str
) -> dict[str, dict[str, int]]:
    """Return the open demands of an area (6, 9 or 12 digits; "" = the county) by holder or place, then by state."""
    column = "" if len(area) <= COUNTY else "township_code" if len(area) == TOWNSHIP else "village_code"
    where = f"WHERE {column} = %s" if column else ""
    found: dict[str, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL.format(key=f"{key}, state", where=where), [area.ljust(12, "0")] * 2 if column else None
        )
        for name, state, total in cursor.fetchall():
            if total and states.CASE[state].is_open:
                found.setdefault(str(name), {})[state] = int(total)
    return found


def by_township(state: str) -> dict[str, int]:
    """Return the number of demands in a state by township code ("" = no township known yet)."""
    return _count("township_code", "state", state)


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
            "INSERT INTO cases_tally (holder_id, township_code, village_code, state, count)"
            " SELECT holder_id, CASE WHEN restricted THEN '' ELSE township_code END,"
            " CASE WHEN restricted THEN '' ELSE village_code END, state, count(*)"
            " FROM cases_case GROUP BY 1, 2, 3, 4"
        )
