"""Reading an uploaded table for an import: which column is which, and each row with its number.

Columns are found by the titles people give them (``open_sheet``); where a person has said which is which, what they said
counts instead (``Chosen``, made from a ``Glimpse`` of the file).
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from minfu.files.sheets.tables import Merged, Table, UnreadableError, read_table
from minfu.files.sheets.values import cell_name, cell_text, column_name, lost_digits
from minfu.kernel.errors import Invalid
from minfu.kernel.text import folded

#: Rows among which the titles are looked for: above them people write the table's name.
TITLE_ROWS = 10
_MOST_NAMED = 5
#: Rows below the titles by whose values a column is judged.
SAMPLE_ROWS = 50


@dataclass(frozen=True)
class Column:
    """A column an import knows: its key, the titles people give it, whether the table must have it.

    ``kin`` are titles other systems have for it: they are proposed, never taken without asking. ``looks`` says what its values
    look like, a word of ``minfu.tables.headers``.
    """

    key: str
    titles: tuple[str, ...]
    required: bool = False
    kin: tuple[str, ...] = ()
    looks: str = ""

    @property
    def title(self) -> str:
        """Return what people call it, in the reader's language: the first of the titles, which is marked for translation."""
        return _(self.titles[0])


@dataclass(frozen=True)
class Chosen:
    """Which column is which, as a person said: the row of titles (from 0), all its titles, where each known column lies."""

    title_row: int
    titles: tuple[str, ...]
    places: Mapping[str, int]

    @property
    def fingerprint(self) -> str:
        """Return what is the same for all files with these titles in this order."""
        return fingerprint(self.titles)

    def told(self) -> dict[str, Any]:
        """Return it as it is kept (JSON)."""
        return {"title_row": self.title_row, "titles": list(self.titles), "places": dict(self.places)}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Chosen":
        """Return what ``told`` kept."""
        return cls(told["title_row"], tuple(told["titles"]), told["places"])


@dataclass(frozen=True)
class Glimpse:
    """The beginning of a table as texts: rows (the first is row 0) and merged cells."""

    rows: tuple[tuple[str, ...], ...]
    merged: Sequence[Merged] = ()

    def titles(self, title_row: int) -> tuple[str, ...]:
        """Return the title of every column that has one or holds something; a merged title counts for all cells it covers."""
        below = self.rows[title_row : title_row + 1 + SAMPLE_ROWS]
        width = max((place + 1 for row in below for place, cell in enumerate(row) if cell.strip()), default=0)
        titles = [cell.strip() for cell in self.rows[title_row][:width]]
        titles += [""] * (width - len(titles))
        for (top, left), (bottom, right) in self.merged:
            if top <= title_row <= bottom:
                for place in range(left, min(right + 1, width)):
                    titles[place] = titles[place] or self._cell(top, left).strip()
        return tuple(titles)

    def values(self, title_row: int, place: int) -> list[str]:
        """Return what stands in a column below the titles, without empty cells."""
        below = self.rows[title_row + 1 : title_row + 1 + SAMPLE_ROWS]
        return [row[place].strip() for row in below if place < len(row) and row[place].strip()]

    def _cell(self, row: int, place: int) -> str:
        return self.rows[row][place] if row < len(self.rows) and place < len(self.rows[row]) else ""


def fingerprint(titles: Sequence[str]) -> str:
    """Return what is the same for all files with these titles in this order, however they are written."""
    told = "\x1f".join(as_compared(title) for title in titles).rstrip("\x1f")
    return hashlib.sha256(told.encode()).hexdigest()


def glimpse(data: bytes, columns: Sequence[Column], *, most_rows: int = 100_000) -> Glimpse:
    """Return the beginning of a table. Raises ``Invalid`` on ``file`` for what is no readable table or has no rows."""
    try:
        table = read_table(data, most_rows=most_rows, score=lambda rows: _found(rows, columns)[1])
        head = _head(table)
    except UnreadableError as error:
        raise Invalid({"file": [str(error)]}) from error
    rows = tuple(tuple(cell_text(cell) for cell in row) for row in head)
    if not any(cell.strip() for row in rows[:TITLE_ROWS] for cell in row):
        raise Invalid({"file": [_("前 %(n)d 行是空的，没有找到标题行。") % {"n": TITLE_ROWS}]})
    return Glimpse(rows, table.merged)


@dataclass(frozen=True)
class Row:
    """A row of data: its number as Excel shows it, its cells as text by column key, what is wrong with single cells."""

    number: int
    cells: Mapping[str, str]
    problems: Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    """A readable table: its name, which column lies where (zero-based), and the titles nobody knows."""

    name: str
    places: Mapping[str, int]
    unknown: tuple[str, ...]
    title_row: int
    most_rows: int
    _rows: Iterator[Sequence[Any]]

    def rows(self) -> Iterator[Row]:
        """Yield the rows that hold anything, once. ``Invalid`` when there are more than the import takes."""
        try:
            for index, cells in enumerate(self._rows, start=self.title_row + 1):
                if index > self.title_row + self.most_rows:
                    sentence = _("表格超过 %(most)d 行，请分成几个文件导入。")
                    raise Invalid({"file": [sentence % {"most": self.most_rows}]})
                row = self._row(index + 1, cells)
                if any(row.cells.values()):
                    yield row
        except UnreadableError as error:
            raise Invalid({"file": [str(error)]}) from error

    def _row(self, number: int, cells: Sequence[Any]) -> Row:
        """Return one row by column keys."""
        values = {key: cells[place] if place < len(cells) else "" for key, place in self.places.items()}
        sentence = _("是数字格式，超过 15 位的部分已经丢失。请把这一列设为文本后重新填写。")
        problems = {key: sentence for key, value in values.items() if lost_digits(value)}
        return Row(number, {key: cell_text(value).strip() for key, value in values.items()}, problems)


def open_sheet(
    data: bytes, columns: Sequence[Column], *, most_rows: int = 100_000, chosen: Chosen | None = None
) -> Sheet:
    """Open xlsx, xls or CSV (UTF-8 or GBK, any usual delimiter, also as .gz) and find the columns by their titles.

    With ``chosen`` the columns lie where it says, provided the titles are still those it was said of. Raises
    ``Invalid`` on ``file`` with what to do: unreadable, harmful, no title row, a required or repeated column, merged cells
    (each named). Formulas count with the values they last had.
    """
    try:
        table = read_table(data, most_rows=most_rows, score=lambda rows: _found(rows, columns)[1])
        head = _head(table)
    except UnreadableError as error:
        raise Invalid({"file": [str(error)]}) from error
    if chosen is not None:
        return _as_chosen(table, head, chosen, most_rows)
    title_row, hits = _found(head, columns)
    if not hits:
        sentence = _("没有找到标题行。第一行应写列名，例如：%(titles)s。请用模板填写。")
        titles = _("、").join(column.titles[0] for column in columns[:_MOST_NAMED])
        raise Invalid({"file": [sentence % {"titles": titles}]})
    _refuse_merged(table.merged, title_row)
    places, unknown = _places(head[title_row], columns)
    rest = _chained(head[title_row + 1 :], table)
    return Sheet(table.name, places, unknown, title_row, most_rows, rest)


def _as_chosen(table: Table, head: list[Sequence[Any]], chosen: Chosen, most_rows: int) -> Sheet:
    """Return the sheet read as a person said; ``Invalid`` when its titles are others than those that were shown."""
    _refuse_merged(table.merged, chosen.title_row + 1)
    if chosen.title_row >= len(head):
        raise Invalid({"file": [_changed()]})
    seen = Glimpse(tuple(tuple(cell_text(cell) for cell in row) for row in head), table.merged)
    if fingerprint(seen.titles(chosen.title_row)) != chosen.fingerprint:
        raise Invalid({"file": [_changed()]})
    unused = tuple(
        title
        for place, title in enumerate(chosen.titles)
        if title and place not in set(chosen.places.values())
    )
    rest = _chained(head[chosen.title_row + 1 :], table)
    return Sheet(table.name, chosen.places, unused, chosen.title_row, most_rows, rest)


def _changed() -> str:
    """Say that a file is not the one that was shown."""
    return _("文件的列和核对时不一样，请重新核对每一列是什么。")


def _head(table: Table) -> list[Sequence[Any]]:
    """Return the first rows of a table: those that may hold the titles, and values to judge by."""
    most = TITLE_ROWS + SAMPLE_ROWS
    return [row for _number, row in zip(range(most), table.rows, strict=False)]


def _chained(first: Sequence[Sequence[Any]], table: Table) -> Iterator[Sequence[Any]]:
    """Yield rows already read, then the rest."""
    yield from first
    yield from table.rows


def as_compared(value: Any) -> str:
    """Return a title as it is compared: one script and width, no spaces, no asterisk that marks a required column."""
    return "".join(folded(cell_text(value)).split()).strip("*:：")


def _known(columns: Sequence[Column]) -> dict[str, str]:
    """Return the key of every title."""
    return {as_compared(title): column.key for column in columns for title in (*column.titles, column.key)}


def _found(rows: Sequence[Sequence[Any]], columns: Sequence[Column]) -> tuple[int, int]:
    """Return the number (from 0) of the row with most known titles, and how many it has."""
    known = _known(columns)
    hits = [sum(as_compared(cell) in known for cell in row) for row in rows[:TITLE_ROWS]]
    return (hits.index(max(hits)), max(hits)) if hits else (0, 0)


def _places(titles: Sequence[Any], columns: Sequence[Column]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Return where each known column lies, and the titles nobody knows; refuse what is missing or there twice."""
    known = _known(columns)
    places: dict[str, int] = {}
    unknown: list[str] = []
    wrong: list[str] = []
    for place, title in enumerate(titles):
        key = known.get(as_compared(title))
        if key is None:
            unknown += [cell_text(title)] if cell_text(title).strip() else []
        elif key in places:
            sentence = _("列“%(title)s”出现两次（%(one)s 列和 %(other)s 列），请删掉一列。")
            one, other = column_name(places[key]), column_name(place)
            wrong.append(sentence % {"title": cell_text(title), "one": one, "other": other})
        else:
            places[key] = place
    missing = [column.titles[0] for column in columns if column.required and column.key not in places]
    wrong += [_("缺少必填的列“%(title)s”。") % {"title": title} for title in missing]
    if wrong:
        raise Invalid({"file": wrong})
    return places, tuple(unknown)


def _refuse_merged(merged: Sequence[Merged], title_row: int) -> None:
    """Refuse merged cells from a row on: what they say cannot be told for each row."""
    inside = [one for one in merged if one[1][0] >= title_row and one[0] != one[1]]
    if not inside:
        return
    named = [f"{cell_name(*start)}:{cell_name(*end)}" for start, end in sorted(inside)[:_MOST_NAMED]]
    sentence = _("有 %(n)d 处合并单元格：%(cells)s。请取消合并，在每一行填写完整后再导入。")
    more = "…" if len(inside) > _MOST_NAMED else ""
    raise Invalid({"file": [sentence % {"n": len(inside), "cells": _("、").join(named) + more}]})
