"""Everything an installation holds, read the long way round: not by the code that makes backups."""

import hashlib
import re
from pathlib import Path

import psycopg
from psycopg import sql

from minfu.kernel import postgres

DEFINITIONS = (
    """SELECT table_name, column_name, data_type, is_nullable, coalesce(column_default, '')
         FROM information_schema.columns WHERE table_schema = 'public'""",
    """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
         FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
)


def rows(home: Path) -> dict[str, tuple[int, str]]:
    """Return the number of rows of every table and the SHA-256 of all of them in order, and where every sequence stands."""
    found: dict[str, tuple[int, str]] = {}
    with psycopg.connect(postgres.embedded_url(home)) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            query = sql.SQL('SELECT t::text FROM {} t ORDER BY t::text COLLATE "C"').format(
                sql.Identifier(table)
            )
            lines = [str(row[0]) for row in connection.execute(query)]
            found[table] = (len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest())
        for name, value in connection.execute(
            "SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences"
        ):
            found[f"sequence {name}"] = (value, "")
    return found


def definitions(home: Path) -> list[tuple[str, ...]]:
    """Return every column, constraint, index and trigger."""
    with psycopg.connect(postgres.embedded_url(home)) as connection:
        return sorted(_plain(row) for query in DEFINITIONS for row in connection.execute(query.encode()))


def _plain(row: tuple[object, ...]) -> tuple[str, ...]:
    """Return a definition without casts and brackets: PostgreSQL writes the same condition differently once it was read back."""
    return tuple(re.sub(r"::(character varying|text)(\[\])?|[()\s]", "", str(cell)) for cell in row)


def files(home: Path) -> dict[str, str]:
    """Return the SHA-256 of every stored file and of every version of the county's models."""
    return {
        path.relative_to(home).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for top in ("media", "models")
        for path in (home / top).rglob("*")
        if path.is_file()
    }
