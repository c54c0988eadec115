"""Writing new rows of several tables in one statement.

For the few verbs that are called so often that the way to the database and back counts: one message to PostgreSQL instead
of one per table, and a fraction of what compiling and binding each insert through the ORM costs. The values of a few rows travel
as texts, each a value of its own, which PostgreSQL reads fastest; of many rows each table's are one JSON value, so that one
prepared statement does for any number. Everything else stays Django's: triggers, constraints, the transaction around it.
"""

import itertools
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.db import connection, models
from psycopg import sql
from pydantic_core import to_json

from minfu.kernel import prepared

#: Rows one statement takes; more are written by table, as Django does.
MOST_ROWS = 10000
#: Rows whose values travel each by itself; more are JSON. A statement takes 65,535 values.
FEW_ROWS = 24
_NEXT = "SELECT nextval(%s::regclass)"
_KEYS = "SELECT nextval(%s::regclass) FROM generate_series(1, %s)"


#: A table's model, and whether its new rows bring their key.
Table = tuple[type[models.Model], bool]
#: Column and attribute of each value of a row.
Columns = list[tuple[str, str]]
#: Attribute of each value of a row, and what writes it as PostgreSQL reads it.
Writers = list[tuple[str, Callable[[Any], str]]]


@cache
def _plan(tables: tuple[Table, ...]) -> tuple[str, list[Columns]]:
    """Return the one statement that inserts rows of these tables, a JSON value each, and what each value holds."""
    parts, columns = [], []
    for place, (model, with_key) in enumerate(tables, 1):
        fields = _fields(model, with_key)
        parts.append(_insert(model, place, fields))
        columns.append([(str(field.column), field.attname) for field in fields])
    return _together(parts), columns


@cache
def _plan_few(tables: tuple[Table, ...], counts: tuple[int, ...]) -> tuple[str, list[Writers]]:
    """Return the one statement that inserts so many rows of these tables, and how each value of a row is written."""
    parts, writers, values = [], [], itertools.count(1)
    for (model, with_key), count in zip(tables, counts, strict=True):
        fields = _fields(model, with_key)
        rows = [sql.SQL(", ").join(sql.SQL(f"${next(values)}") for _field in fields) for _row in range(count)]
        statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(model._meta.db_table),  # noqa: SLF001 - Django's documented Meta API
            sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in fields),
            sql.SQL("), (").join(rows),
        )
        parts.append(statement.as_string(None))
        writers.append([(field.attname, _writer(field)) for field in fields])
    return _together(parts), writers


def _together(parts: list[str]) -> str:
    """Return one statement of several."""
    named = ", ".join(f"w{number} AS ({part})" for number, part in enumerate(parts[:-1]))
    return f"WITH {named} {parts[-1]}" if named else parts[-1]


def _fields(model: type[models.Model], with_key: bool) -> list[Any]:  # noqa: FBT001 - part of ``Table``
    """Return the columns that a new row brings values for."""
    return [
        field
        for field in model._meta.concrete_fields  # noqa: SLF001 - Django's documented Meta API
        if not field.generated and (with_key or not isinstance(field, models.AutoField))
    ]


def _writer(field: Any) -> Callable[[Any], str]:
    """Return what writes a column's value as a text that PostgreSQL reads: numbers, moments and keys as Python does."""
    if isinstance(field, models.JSONField):
        return lambda value: to_json(value).decode()
    if isinstance(field, models.BinaryField):
        return lambda value: f"\\x{value.hex()}"
    if isinstance(field, models.CharField | models.TextField):
        return str.__str__  # a TypeError for what is no text; ``str`` would write whatever it is given
    return str


def _insert(model: type[models.Model], place: int, fields: Sequence[Any]) -> str:
    """Return the INSERT of a table's rows out of the JSON value at ``place``."""
    names = [sql.Identifier(str(field.column)) for field in fields]
    types = [sql.SQL(_type(field)) for field in fields]
    read = [
        sql.SQL("decode({}, 'hex')").format(name) if isinstance(field, models.BinaryField) else name
        for name, field in zip(names, fields, strict=True)
    ]
    pairs = [sql.SQL("{} {}").format(name, kind) for name, kind in zip(names, types, strict=True)]
    statement = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM json_to_recordset({}::json) AS r({})")
    comma = sql.SQL(", ")
    return statement.format(
        sql.Identifier(model._meta.db_table),  # noqa: SLF001 - Django's documented Meta API
        comma.join(names),
        comma.join(read),
        sql.SQL(f"${place}"),
        comma.join(pairs),
    ).as_string(None)


def _type(field: Any) -> str:
    """Return the type a value is read as; what is too long for its column must be refused by it, not cut here."""
    kind = str(field.db_type(connection))
    return "text" if kind.startswith("varchar") or isinstance(field, models.BinaryField) else kind


def insert(*groups: Sequence[models.Model]) -> None:
    """Insert new rows, all or nothing, in one statement; each group holds rows of one table.

    Rows that others refer to bring their key (``keys``); the keys of the rest are not read back. Signals are not sent, as in
    ``bulk_create``. Inside the caller's transaction.
    """
    filled = [group for group in groups if group]
    rows = sum(map(len, filled))
    if rows > MOST_ROWS:
        for group in filled:
            type(group[0])._default_manager.bulk_create(group)  # noqa: SLF001 - Django's own way to say it
        return
    if not filled:
        return
    statement, values = (_few if rows <= FEW_ROWS else _many)(filled)
    with prepared.cursor(numbered=True) as cursor:
        cursor.execute(statement, values)
    for group in filled:
        for row in group:
            row._state.adding = False  # noqa: SLF001 - as bulk_create does


def _tables(groups: list[Sequence[models.Model]]) -> tuple[Table, ...]:
    return tuple((type(group[0]), group[0].pk is not None) for group in groups)


def _few(groups: list[Sequence[models.Model]]) -> tuple[str, list[str | None]]:
    """Return the statement for a few rows and their values.

    All of them texts: what the driver is not told the type of, PostgreSQL reads as the column's. Types told by the driver would
    differ with each number's size, and each combination would be a statement to prepare.
    """
    statement, writers = _plan_few(_tables(groups), tuple(map(len, groups)))
    values: list[str | None] = []
    for group, columns in zip(groups, writers, strict=True):
        for row in group:
            told = row.__dict__
            values += [None if (value := told[name]) is None else write(value) for name, write in columns]
    return statement, values


def _many(groups: list[Sequence[models.Model]]) -> tuple[str, list[str]]:
    """Return the statement for many rows and their values, a JSON value for each table."""
    statement, columns = _plan(_tables(groups))
    return statement, [_json(group, names) for group, names in zip(groups, columns, strict=True)]


def _json(rows: Sequence[models.Model], columns: Columns) -> str:
    """Return a table's rows as JSON; bytes as hexadecimal digits."""
    values = [{column: row.__dict__[name] for column, name in columns} for row in rows]
    return to_json(values, bytes_mode="hex", fallback=_plain).decode()


def _plain(value: Any) -> Any:
    """Return a value ``to_json`` does not know as one it does."""
    if isinstance(value, memoryview):
        return bytes(value)
    raise TypeError(f"{type(value).__name__} cannot be written")


def keys(model: type[models.Model], count: int) -> list[int]:
    """Return the next ``count`` keys of a model's table, in order."""
    sequence = _sequence(model)
    found = prepared.rows(_NEXT, [sequence]) if count == 1 else prepared.rows(_KEYS, [sequence, count])
    return sorted(row[0] for row in found)


@cache
def _sequence(model: type[models.Model]) -> str:
    """Return the name of the sequence a model's keys come from."""
    table = model._meta.db_table  # noqa: SLF001 - Django's documented Meta API
    return str(prepared.rows("SELECT pg_get_serial_sequence(%s, 'id')", [table])[0][0])
