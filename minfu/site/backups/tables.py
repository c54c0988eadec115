"""What the tables hold, in figures that two databases can be compared by."""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg import sql

#: Rows as text must read the same on both sides.
SAME_TEXT = (
    "SET LOCAL TIME ZONE 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres';"
    " SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'"
)
_NAMES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
 ORDER BY 1
"""
# The sum of half of each row's MD5: the same for the same rows in any order, and on any version of PostgreSQL.
_DIGEST = "SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 16))::bit(64)::bigint::numeric), 0)::text FROM {} t"


@dataclass(frozen=True)
class Table:
    """How many rows a table holds, and a digest of all of them."""

    rows: int
    digest: str


def names(connection: psycopg.Connection) -> list[str]:
    """Return the names of our tables."""
    return [row[0] for row in connection.execute(_NAMES)]


def read(connection: psycopg.Connection) -> Iterator[tuple[str, Table]]:
    """Yield every table with its figures; inside the caller's transaction."""
    connection.execute(SAME_TEXT)
    for name in names(connection):
        row = connection.execute(sql.SQL(_DIGEST).format(sql.Identifier(name))).fetchone()
        assert row is not None  # noqa: S101 - an aggregate always answers
        yield name, Table(row[0], row[1])


def different(before: dict[str, Table], after: dict[str, Table]) -> list[str]:
    """Return the names of tables that are not the same on both sides."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
