"""The configuration a rural county starts with, shipped as dated tables in ``minfu/cases/data``.

A shipped row is never edited after its release: a change is a new line with the same key and a later ``valid_from`` (or a
``valid_to`` on the old line, for a row that ends). Loading then ends the version before it and starts the new one, unless the
county has meanwhile made its own: the county's version always stays.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from minfu.cases.models import AutomaticChoice, Category, Diversion, Retention, RoutingRule, TimeLimit
from minfu.cases.rules import catalog

DATA = Path(__file__).resolve().parent.parent / "data"

Versioned = (
    type[Category]
    | type[RoutingRule]
    | type[TimeLimit]
    | type[Diversion]
    | type[Retention]
    | type[AutomaticChoice]
)


@dataclass(frozen=True)
class Duty:
    """What a kind of department is charged with; ``code`` is what units, categories and rules name."""

    code: str
    name: str
    scope: str


@dataclass(frozen=True)
class Count:
    """What loading one table did: rows ``added``, ``renewed`` (old version ended, new one started), ``ended``, ``same``
    as before, and ``kept`` because the county had made its own version.
    """

    added: int = 0
    renewed: int = 0
    ended: int = 0
    same: int = 0
    kept: int = 0


@dataclass(frozen=True)
class Table:
    """A shipped table: its file, its model, the columns that name a row and those that say what it holds."""

    file: str
    model: Versioned
    key: tuple[str, ...]
    content: tuple[str, ...]


TABLES = (
    Table(
        "categories.csv",
        Category,
        ("code",),
        (
            "name",
            "depth",
            "standard",
            "level",
            "duty",
            "reserved",
            "confidential",
            "keywords",
            "questions",
            "source",
        ),
    ),
    Table(
        "routing_rules.csv",
        RoutingRule,
        ("order", "category_code", "kind", "urgency", "area"),
        ("level", "duty", "source"),
    ),
    Table(
        "time_limits.csv",
        TimeLimit,
        ("clock", "category_code", "kind", "urgency"),
        ("amount", "measure", "remind_percent", "source"),
    ),
    Table("diversions.csv", Diversion, ("code",), ("name", "advice", "keywords", "emergency", "source")),
    Table("retention.csv", Retention, ("category_code", "kind"), ("months", "source")),
    Table("automatic_choices.csv", AutomaticChoice, ("matter",), ("percent", "source")),
)

FLAGS = frozenset({"reserved", "confidential", "emergency"})
NUMBERS = frozenset({"order", "amount", "remind_percent", "months", "percent"})
CATEGORY_DIGITS_PER_LEVEL = 2


def load_defaults() -> dict[str, Count]:
    """Bring the shipped configuration into the database and tell, per file, what changed.

    Repeatable: a second run changes nothing. Versions the county made itself are left alone.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:  # two loaders at once would both find the tables empty
            cursor.execute("LOCK TABLE cases_category IN SHARE ROW EXCLUSIVE MODE")
        counts = {table.file: _load(table) for table in TABLES}
        hang_categories()
    catalog.forget()
    return counts


@cache
def duties() -> dict[str, Duty]:
    """Return the duties departments can be charged with, by code, in the order in which to show them."""
    return {row["code"]: Duty(**row) for row in _lines("duties.csv")}


def read(table: Table) -> Iterator[dict[str, Any]]:
    """Yield a shipped table's rows as model values (dates, numbers, flags, questions)."""
    questions = _questions() if table.model is Category else {}
    for line in _lines(table.file):
        row: dict[str, Any] = dict(line)
        row.update({name: row[name] == "yes" for name in FLAGS & row.keys()})
        row.update({name: int(row[name]) for name in NUMBERS & row.keys()})
        row["valid_from"] = date.fromisoformat(row["valid_from"])
        row["valid_to"] = date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
        if table.model is Category:
            row["depth"] = len(row["code"]) // CATEGORY_DIGITS_PER_LEVEL
            row["questions"] = questions.get(row["code"], [])
        yield row


def _lines(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _questions() -> dict[str, list[dict[str, Any]]]:
    """Return the categories' own questions in the form ``Category.questions`` keeps them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for line in _lines("questions.csv"):
        found.setdefault(line["category"], []).append(
            {
                "key": line["key"],
                "text": line["text"],
                "type": line["type"],
                "required": line["required"] == "yes",
                "choices": line["choices"].split("|") if line["choices"] else [],
            }
        )
    return found


def _load(table: Table) -> Count:
    """Bring one table in; versions of a row are taken in the order of their dates."""
    here: dict[tuple[Any, ...], list[Any]] = {}
    for row in table.model.objects.order_by("valid_from", "pk"):
        here.setdefault(tuple(getattr(row, name) for name in table.key), []).append(row)
    done = dict.fromkeys(Count.__dataclass_fields__, 0)
    shipped_before: dict[tuple[Any, ...], dict[str, Any]] = {}
    fresh: list[Any] = []
    for line in sorted(read(table), key=lambda line: line["valid_from"]):
        key = tuple(line[name] for name in table.key)
        versions = here.setdefault(key, [])
        outcome = _settle(table, line, versions, shipped_before.get(key))
        if outcome in ("added", "renewed"):
            row = table.model(**line)
            versions.append(row)
            fresh.append(row)
        done[outcome] += 1
        shipped_before[key] = line
    table.model.objects.bulk_create(fresh)
    return Count(**done)


def _settle(table: Table, line: dict[str, Any], versions: list[Any], before: dict[str, Any] | None) -> str:
    """Return what a shipped line means for the versions present, ending one where it must end."""
    standing = next((row for row in versions if row.valid_from == line["valid_from"]), None)
    if standing is not None:
        if not _equal(table, standing, line):
            return "kept"
        if line["valid_to"] and standing.valid_to is None:
            _end(standing, line["valid_to"])
            return "ended"
        return "same"
    newest = versions[-1] if versions else None
    if newest is None:
        return "added"
    own = before is None or newest.valid_from != before["valid_from"] or not _equal(table, newest, before)
    if own or newest.valid_from > line["valid_from"]:
        return "kept"
    if newest.valid_to is None:
        _end(newest, line["valid_from"])
    return "renewed"


def _equal(table: Table, row: Any, line: dict[str, Any]) -> bool:
    return all(getattr(row, name) == line[name] for name in table.content)


def _end(row: Any, day: date) -> None:
    """End a version on ``day`` (exclusive); one not yet saved is ended as it will be saved."""
    row.valid_to = day
    if row.pk:
        row.save(update_fields=["valid_to"])


def hang_categories() -> None:
    """Hang every standing category under the standing version of its parent."""
    standing = list(Category.objects.filter(valid_to__isnull=True).order_by("code", "valid_from"))
    by_code = {row.code: row for row in standing}
    moved = list(_moved(standing, by_code))
    Category.objects.bulk_update(moved, ["parent"])


def _moved(standing: Iterable[Category], by_code: dict[str, Category]) -> Iterator[Category]:
    for row in standing:
        parent = by_code.get(row.code[:-CATEGORY_DIGITS_PER_LEVEL])
        if parent is not None and row.parent_id != parent.pk:
            row.parent = parent
            yield row
