"""Statements of Django's ORM that are composed once: for counts on every page, composing takes longer than answering.

A *question* is a function of a module that returns a queryset. What it asks must follow from its arguments, which can be
hashed, and from the present moment, which it takes from ``clock.now`` and compares with as it is: everything else stays in
the text that is kept. The conditions stay where they are; who may see what is still said once, and in the ORM.
"""

import sys
from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from minfu.kernel import clock

#: Questions kept: about six for each person who works at once.
KEPT = 1024
#: Stands for the present moment in a statement that is kept; no time on record is as early.
_NOW = datetime(1823, 4, 5, 6, 7, 8, 91011, tzinfo=UTC)
_PLAIN = (int, float, bytes, UUID, type(None))

Question = Callable[..., QuerySet[Any, Any]]


def rows(question: Question, *arguments: Hashable) -> list[tuple[Any, ...]]:
    """Return the rows a question finds now, as PostgreSQL gives them: plain columns, in the order the queryset names them."""
    return _run(*_composed(question, arguments))


def count(question: Question, *arguments: Hashable) -> int:
    """Return how many rows a question finds now. A queryset that is cut short (``[:99]``) bounds what this costs."""
    statement, values = _composed(question, arguments)
    if not statement:
        return 0
    counting = f"SELECT count(*) FROM ({statement}) AS counted"  # noqa: S608 - of a statement the ORM composed
    return int(_run(counting, values)[0][0])


def _run(statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Run a statement at this moment; an empty one finds nothing."""
    if not statement:
        return []
    moment = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(statement, [moment if one is _NOW else one for one in values])
        return list(cursor.fetchall())


@lru_cache(maxsize=KEPT)
def _composed(question: Question, arguments: tuple[Hashable, ...]) -> tuple[str, tuple[Any, ...]]:
    """Return the statement of a question with its values, ``_NOW`` in the place of the present moment; empty if it finds nothing.

    ``ValueError`` when the question counts from the present moment: it would be asked for the same day for ever.
    """
    with clock.travel(_NOW):
        try:
            statement, values = question(*arguments).query.sql_with_params()
        except EmptyResultSet:
            return "", ()
    for one in values:
        if one is not _NOW and not _is_plain(one):
            raise ValueError(
                f"{question.__name__} asks for {one!r}, which may change while the statement is kept"
            )
    # The same text for everyone whose question has the same form.
    return sys.intern(statement), tuple(values)


def _is_plain(value: Any) -> bool:
    """Tell whether a value cannot stand for a time: dates, ranges of them and their texts are none."""
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    if isinstance(value, str):
        return f"{_NOW:%Y-}" not in value
    return isinstance(value, _PLAIN)
