"""Statements of Django's ORM that are composed once: for counts on every page, composing takes longer than answering.

A *question* is a function of a module that returns a queryset. What it asks must follow from its arguments, which can be
hashed, and from moments: the present one, which it takes from ``clock.now`` and compares with as it is, and those it is given
after its arguments. Everything else stays in the text that is kept. Who may see what is still said once, and in the ORM.
"""

import sys
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from minfu.kernel import clock

#: Questions kept: some ten for each person who works at once.
KEPT = 1024
#: Stand in for the present moment and for given ones while a statement is composed; no time on record is as early.
_MARKS = tuple(datetime(1823, 4, day, 6, 7, 8, 91011, tzinfo=UTC) for day in (5, 16, 27))
_PLAIN = (int, float, bytes, UUID, type(None))
Ask = Callable[..., QuerySet[Any, Any]]


@dataclass(frozen=True)
class _At:
    """The place of a moment among the values of a statement."""

    moment: int


@dataclass(frozen=True)
class _Statement:
    """A text with its values, and how many columns it gives; an empty text finds nothing."""

    text: str = ""
    values: tuple[Any, ...] = ()
    width: int = 0

    def at(self, moments: Sequence[datetime]) -> list[Any]:
        """Return the values, with the moments in their places."""
        return [moments[one.moment] if isinstance(one, _At) else one for one in self.values]


class Question:
    """What is asked: a function that returns a queryset, its arguments, and at most two moments it is given after them."""

    def __init__(self, ask: Ask, *arguments: Hashable, moments: Sequence[datetime] = ()) -> None:
        """Compose the statement unless it is kept."""
        self._moments = (clock.now(), *moments)
        self._statement = _composed(ask, arguments, len(moments))

    def rows(self) -> list[tuple[Any, ...]]:
        """Return the rows it finds now, as PostgreSQL gives them: plain columns, in the order the queryset names them."""
        return _run(self._statement.text, self._statement.at(self._moments))

    def tally(self) -> Counter[tuple[Any, ...]]:
        """Return how often each row is found: the queryset may be cut short, and PostgreSQL does the counting."""
        columns = ", ".join(f"c{place}" for place in range(self._statement.width))
        counting = f"SELECT {columns}, count(*) FROM ({self._statement.text}) AS found ({columns}) GROUP BY {columns}"  # noqa: S608 - the ORM composed it
        found = _run(self._statement.text and counting, self._statement.at(self._moments))
        return Counter({row[:-1]: row[-1] for row in found})

    @property
    def counting(self) -> tuple[str, list[Any]]:
        """Return an expression for the number of rows it finds, with its values."""
        if not self._statement.text:
            return "0", []
        return f"(SELECT count(*) FROM ({self._statement.text}) AS found)", self._statement.at(self._moments)  # noqa: S608 - the ORM composed it


def rows(ask: Ask, *arguments: Hashable) -> list[tuple[Any, ...]]:
    """Return the rows a question finds now."""
    return Question(ask, *arguments).rows()


def count(ask: Ask, *arguments: Hashable) -> int:
    """Return how many rows a question finds now. A queryset that is cut short (``[:99]``) bounds what this costs."""
    return counts([Question(ask, *arguments)])[0]


def counts(questions: Sequence[Question]) -> list[int]:
    """Return how many rows each question finds now, in one statement."""
    parts = [question.counting for question in questions]
    if all(text == "0" for text, _values in parts):
        return [0] * len(parts)
    values = [value for _text, own in parts for value in own]
    return [int(number) for number in _run(f"SELECT {', '.join(text for text, _values in parts)}", values)[0]]


def _run(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run a statement; an empty one finds nothing."""
    if not statement:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


@lru_cache(maxsize=KEPT)
def _composed(ask: Ask, arguments: tuple[Hashable, ...], moments: int) -> _Statement:
    """Return the statement of a question.

    ``ValueError`` when the question reckons from the present moment: it would be asked for the same day for ever.
    """
    with clock.travel(_MARKS[0]):
        query = ask(*arguments, *_MARKS[1 : moments + 1]).query
        try:
            text, values = query.sql_with_params()
        except EmptyResultSet:
            return _Statement()
    # The same text for everyone whose question has the same form.
    return _Statement(sys.intern(text), tuple(map(_kept, values)), len(query.values_select))


def _kept(value: Any) -> Any:
    """Return a value as it is kept: a mark as the place of its moment; ``ValueError`` for what may stand for another time."""
    for place, mark in enumerate(_MARKS):
        if value is mark:
            return _At(place)
    if not _is_plain(value):
        raise ValueError(f"a question asks for {value!r}, which may change while its statement is kept")
    return value


def _is_plain(value: Any) -> bool:
    """Tell whether a value cannot stand for a time: dates, ranges of them and their texts are none."""
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    if isinstance(value, str):
        return f"{_MARKS[0]:%Y-}" not in value
    return isinstance(value, _PLAIN)
