"""Log lines: one form for people, one (JSON) for programs, no personal data in either.

Whoever writes a log line names matters by their numbers and people not at all. What is written by others, and what PostgreSQL
says about a row it refuses, is stripped here: addresses become the names of their routes (a receipt code or a link's token
stands in an address), a database's details and long numbers are left out.
"""

import logging
import re
import traceback
from typing import Any

import psycopg
from django.db import Error as DatabaseError
from pythonjsonlogger.json import JsonFormatter

from minfu.kernel import tracing

#: Telephone and identity numbers, receipt codes, bank cards; also with the usual blanks and hyphens.
_NUMBER = re.compile(r"(?<![\dA-Za-z])\d(?:[ -]?\d){10,18}[Xx]?(?![\dA-Za-z])")
#: PostgreSQL's class "data exception": its message quotes the value. Others quote names of tables and constraints.
_QUOTES_VALUES = "22"
#: How much of an exception's own words is kept.
_WORDS = 300
_FIELDS = {"levelname": "level", "name": "logger", "message": "message", "request_id": "request_id"}


def route(request: Any) -> str:
    """Return the name of the route a request took: its address may hold a receipt code."""
    match = getattr(request, "resolver_match", None)
    return match.view_name if match else "-"


class Strip(logging.Filter):
    """Give a record its request's number; replace addresses by routes."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record; keep every one."""
        request = record.__dict__.pop("request", None)
        record.request_id = tracing.current() or getattr(request, "number", "-")
        path = getattr(request, "path", None)
        if path and isinstance(record.args, tuple):
            record.args = tuple(route(request) if one == path else one for one in record.args)
        return True


def words(error: BaseException) -> str:
    """Return what an exception says, without rows of the database and long numbers."""
    text = str(error)
    if isinstance(error, psycopg.Error):
        text = error.diag.message_primary or text
        if (error.sqlstate or "").startswith(_QUOTES_VALUES):
            text = re.sub(r'".*', "[value]", text, flags=re.DOTALL)
    text = next(iter(text.strip().splitlines()), "")[:_WORDS]
    return f"{type(error).__name__}: {masked(text)}" if text else type(error).__name__


def masked(text: str) -> str:
    """Return a text with every long number hidden."""
    return _NUMBER.sub("[number]", text)


def told(error: BaseException | None) -> str:
    """Return where an exception and its causes came from, and their words."""
    parts: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frames = "".join(traceback.format_tb(error.__traceback__))
        # A detail of a row follows PostgreSQL's first line in Django's wrapper too; its cause says the same without.
        said = type(error).__name__ if isinstance(error, DatabaseError) and error.__cause__ else words(error)
        parts.insert(0, f"{frames}{said}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n---\n".join(parts)


class Line(logging.Formatter):
    """A line for people."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return masked(super().format(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        """Return the exception, stripped."""
        return told(ei[1])


class Json(JsonFormatter):
    """A line for programs: JSON with ``at``, ``level``, ``logger``, ``message``, ``request_id`` and what the writer added."""

    def __init__(self) -> None:
        """Name the fields."""
        super().__init__(
            list(_FIELDS),
            rename_fields=_FIELDS,
            timestamp="at",
            json_ensure_ascii=False,
            exc_info_as_array=False,
        )

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        """Return the exception, stripped."""
        return told(ei[1])

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Hide long numbers in every field."""
        return {
            name: masked(value) if isinstance(value, str) and name not in {"request_id", "at"} else value
            for name, value in super().process_log_record(log_data).items()
        }
