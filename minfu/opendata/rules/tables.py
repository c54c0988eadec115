"""The tables of an edition as rows, the same for CSV, JSON and the API."""

from typing import Any

from minfu.opendata.models import Edition
from minfu.opendata.rules import dictionary, editions
from minfu.opendata.rules.editions import Cell


def count_row(row: Edition, cell: Cell) -> dict[str, Any]:
    """Return a cell with the names of its day."""
    return {
        "measure": cell.measure,
        "month": cell.month,
        "township": cell.township,
        "township_name": editions.name_of(row, "townships", cell.township),
        "category": cell.category,
        "category_name": editions.name_of(row, "categories", cell.category),
        "number": cell.number,
    }


def matter_row(one: Any) -> dict[str, Any]:
    """Return a matter of the board."""
    return {name: getattr(one, name) for name in dictionary.names("matters")}


def rows(row: Edition, table: str) -> list[dict[str, Any]]:
    """Return the rows of a table: counts, matters or dictionary."""
    if table == "counts":
        return [count_row(row, cell) for cell in editions.cells(row)]
    if table == "matters":
        return [matter_row(one) for one in editions.matters(row)]
    return [
        {"table": one.table, "name": one.name, "title": one.title, "meaning": one.meaning, "type": one.type}
        for one in dictionary.columns()
    ]


#: The tables there are.
TABLES = ("counts", "matters", "dictionary")


def about(row: Edition) -> dict[str, Any]:
    """Return what is said of an edition beside its rows: day, digest, terms."""
    return {
        "edition": row.day.isoformat(),
        "made_at": row.made_at.isoformat(),
        "digest": row.digest,
        "least": row.least,
        "licence": row.licence,
        "licence_words": row.words,
        "licence_url": row.url,
    }
