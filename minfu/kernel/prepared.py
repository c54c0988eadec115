"""Statements PostgreSQL plans once per connection instead of on every call.

For the few that run on every request: planning a join of five tables costs several times what running it does. Prepared
statements live in a session: a pooler between minfu and PostgreSQL must keep sessions, as the jobs' LISTEN asks for anyway.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections

_NEVER_BY_ITSELF = 2**31


class _Cursor(psycopg.Cursor[Any]):
    """Binds values in the server, and prepares whatever it is given."""

    def execute(self, query: Any, params: Any = None, **_options: Any) -> "_Cursor":
        """Run a statement; the driver prepares each text once per connection."""
        return super().execute(query, params, prepare=True)


class _NumberedCursor(psycopg.RawCursor[Any]):
    """The same for statements whose values are ``$1``, ``$2`` …: they reach PostgreSQL as they are, unread by the driver."""

    def execute(self, query: Any, params: Any = None, **_options: Any) -> "_NumberedCursor":
        """Run a statement; the driver prepares each text once per connection."""
        return super().execute(query, params, prepare=True)


def cursor(*, numbered: bool = False) -> Any:
    """Return a cursor for constant statements, as ``connection.cursor()`` does: to be used in a ``with``.

    ``numbered``: values are written ``$1``, ``$2`` … instead of ``%s``; for long texts, which the driver would read each time.
    """
    own: Any = connections[DEFAULT_DB_ALIAS]  # looked up once: ``connection`` looks itself up at every use
    if own.queries_logged and not numbered:  # so that the log shows values and not their places
        return own.cursor()
    own.close_if_health_check_failed()
    own.ensure_connection()
    raw = own.connection
    if (
        raw.prepare_threshold is None
    ):  # Django turns preparing off; this allows what asks for it, and nothing else
        raw.prepare_threshold = _NEVER_BY_ITSELF
    return own._prepare_cursor((_NumberedCursor if numbered else _Cursor)(raw))  # noqa: SLF001 - wraps errors, counts queries


def rows(statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
    """Run a constant statement and return its rows."""
    with cursor() as open_cursor:
        open_cursor.execute(statement, values)
        return list(open_cursor.fetchall())


def first_rows(statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
    """Run a constant question that stands at the beginning of a request and return its rows.

    Its answer shows that the kept connection lives, so nothing is asked before (``CONN_HEALTH_CHECKS``): a message and an answer
    less. A connection that was lost is made anew and the question asked again, which only a question may be.
    """
    own: Any = connections[DEFAULT_DB_ALIAS]
    if own.connection is None or own.health_check_done or own.in_atomic_block:
        return rows(statement, values)
    own.health_check_done = True
    try:
        return rows(statement, values)
    except (OperationalError, InterfaceError):
        if own.is_usable():
            raise
        own.close()
        return rows(statement, values)
