"""Writing new rows of several tables in one statement.

For the few verbs that are called so often that the way to the database and back counts: one message to PostgreSQL instead
of one per table, and a fraction of what compiling and binding each insert through the ORM costs, because each table's rows
travel as one JSON value. Everything else stays Django's: triggers, constraints, the transaction around it.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models
from psycopg import sql

from minfu.kernel import prepared

#: Rows one statement takes; more are written by table, as Django does.
MOST_ROWS = 10000
_KEYS = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"


@cache
def _plan(model: type[models.Model], place: int, *, with_key: bool) -> tuple[str, list[tuple[str, str]]]:
    """Return the INSERT of a table's rows out of the JSON value at ``place``, and column and attribute of every value."""
    fields = [
        field
        for field in model._meta.concrete_fields  # noqa: SLF001 - Django's documented Meta API
        if not field.generated and (with_key or not isinstance(field, models.AutoField))
    ]
    names = sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in fields)
    types = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(str(field.column)), sql.SQL(_type(field))) for field in fields
    )
    statement = sql.SQL(
        "INSERT INTO {table} ({names}) SELECT {names} FROM json_to_recordset({place}::json) AS r({types})"
    ).format(
        table=sql.Identifier(model._meta.db_table),  # noqa: SLF001
        place=sql.SQL(f"${place}"),
        names=names,
        types=types,
    )
    return statement.as_string(None), [(str(field.column), field.attname) for field in fields]


def _type(field: Any) -> str:
    """Return the type a value is read as; what is too long for its column must be refused by it, not cut here."""
    kind = str(field.db_type(connection))
    return "text" if kind.startswith("varchar") else kind


def _plain(value: Any) -> Any:
    """Return a value JSON does not know in the form PostgreSQL reads."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return f"\\x{bytes(value).hex()}"
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be written")


def insert(*groups: Sequence[models.Model]) -> None:
    """Insert new rows, all or nothing, in one statement; each group holds rows of one table.

    Rows that others refer to bring their key (``keys``); the keys of the rest are not read back. Signals are not sent, as in
    ``bulk_create``. Inside the caller's transaction.
    """
    filled = [group for group in groups if group]
    if sum(map(len, filled)) > MOST_ROWS:
        for group in filled:
            type(group[0])._default_manager.bulk_create(group)  # noqa: SLF001 - Django's own way to say it
        return
    if not filled:
        return
    statements, values = [], []
    for place, group in enumerate(filled, 1):
        statement, columns = _plan(type(group[0]), place, with_key=group[0].pk is not None)
        statements.append(statement)
        rows = [{column: row.__dict__[name] for column, name in columns} for row in group]
        values.append(json.dumps(rows, default=_plain, ensure_ascii=False))
    named = ", ".join(f"w{number} AS ({part})" for number, part in enumerate(statements[:-1]))
    with prepared.cursor(numbered=True) as cursor:
        cursor.execute(f"WITH {named} {statements[-1]}" if named else statements[-1], values)
    for group in filled:
        for row in group:
            row._state.adding = False  # noqa: SLF001 - as bulk_create does


def keys(model: type[models.Model], count: int) -> list[int]:
    """Return the next ``count`` keys of a model's table, in order."""
    return sorted(row[0] for row in prepared.rows(_KEYS, [model._meta.db_table, count]))  # noqa: SLF001
