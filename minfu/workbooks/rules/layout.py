"""The layout of a form: which cells wait to be filled, and what stands above and beside each of them. Pure.

A cell's *head* is the text above it (several rows, from the outermost in), its *stub* the text to its left, its *section*
a line across the table between head and cell, its *titles* the lines above the table. What the words mean is not known here.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from minfu.language.normal import normalise
from minfu.workbooks.rules.package import Book, Cell, Grid, name_of

#: A text that covers so much of a table's width stands for the whole line.
_ACROSS = 0.6
#: Marks of cells that stay empty, of lines that explain, of columns that only count.
_CROSSED = re.compile(r"[-—–/\\×xX*＊]+$")
_NOTE = re.compile(
    r"(?:备注|注|说明|填表说明|填报说明|填表要求|填报要求|指标解释)\s*[:：\d一二三四五]|备注$|注$"
)
_COUNTER = re.compile(r"[(（]?(?:\d{1,2}|[甲乙丙丁])(?:栏)?[)）]?(?:\s*=.*)?$")
#: Heads of columns that explain how a number is made.
_EXPLAINS = re.compile(r"口径|计算方法|计算公式|公式|指标解释|指标说明|填报说明|填表说明")
_LEAST_COUNTERS = 3
_MOST_TITLE = 120


@dataclass(frozen=True)
class Slot:
    """A cell that waits to be filled: its sheet (from 0), place, and the texts it stands under."""

    sheet: int
    row: int
    column: int
    head: tuple[str, ...] = ()
    stub: tuple[str, ...] = ()
    section: str = ""
    titles: tuple[str, ...] = ()
    percent: bool = False
    #: What stands above the stub: 村名, 诉求类别.
    corner: str = ""
    #: What stands above each text to its left: 序号, 姓名.
    named: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Return how the cell is named in what is stored: sheet and name, 0!B5."""
        return f"{self.sheet}!{self.name}"

    @property
    def slug(self) -> str:
        """Return how the cell is named in an address: 0-B5."""
        return f"{self.sheet}-{self.name}"

    @property
    def name(self) -> str:
        """Return the cell as Excel calls it."""
        return name_of(self.row, self.column)

    @property
    def label(self) -> str:
        """Return what people call the cell: what stands beside it and above it."""
        return " / ".join(dict.fromkeys((*self.stub, *self.head)))


@dataclass(frozen=True)
class Form:
    """What a workbook asks for. ``formulas`` and ``filled``: cells that are worked out, or hold a number already."""

    slots: tuple[Slot, ...]
    formulas: int
    filled: int

    @cached_property
    def digest(self) -> str:
        """Return what is the same for the same form of another period: its words, without numbers."""
        told = "\x1e".join(
            "\x1f".join((one.key, *map(bare, (*one.head, "|", *one.stub, "|", one.section))))
            for one in self.slots
        )
        return hashlib.sha256(told.encode()).hexdigest()


def bare(text: str) -> str:
    """Return a text as it is compared from period to period: in normal form, without digits and signs."""
    return re.sub(r"[\W\d_]|[〇零一二三四五六七八九十]+(?=年|月|季度)", "", normalise(text))


def read(book: Book) -> Form:
    """Return which cells of a workbook wait to be filled; hidden sheets are left alone."""
    slots: list[Slot] = []
    formulas = filled = 0
    for number, grid in enumerate(book.sheets):
        if grid.hidden:
            continue
        table = Table(number, grid)
        slots += table.slots()
        formulas += sum(cell.formula is not None for cell in grid.cells.values())
        filled += sum(cell.number for place, cell in grid.cells.items() if not table.counts(place))
    return Form(tuple(slots), formulas, filled)


class Table:
    """One sheet as it is looked at."""

    def __init__(self, number: int, grid: Grid):
        """Look at a sheet, the ``number``-th of its workbook."""
        self.number, self.grid = number, grid
        self.rows, self.columns = grid.size
        self.has_borders = any(cell.bordered for cell in grid.cells.values())
        self.kinds = [self._kind(row) for row in range(self.rows)]
        self.counters = {row for row in range(self.rows) if self._is_counter(row)}
        self._heads: dict[tuple[int, int], tuple[tuple[str, ...], str, int]] = {}

    # --- rows ---

    def texts(self, row: int) -> list[tuple[int, int]]:
        """Return the places whose text is seen in a row, merged ones once."""
        anchors = dict.fromkeys(self.grid.anchor(row, column) for column in range(self.columns))
        return [one for one in anchors if self._text(*one)]

    def _kind(self, row: int) -> str:
        """Tell what a row is: "blank", "context" (outside a table), "across" (one text for the whole line), "table"."""
        texts = self.texts(row)
        bordered = any(self.grid.at(row, column).bordered for column in range(self.columns))
        if not texts and not bordered:
            return "blank"
        if self.has_borders and not bordered:
            return "context"
        if len(texts) == 1:
            _top, left, _bottom, right = self.grid.span(*texts[0])
            if right - left + 1 >= max(2, _ACROSS * self._width(row)):
                return "across"
            if not self.has_borders and (_NOTE.match(self._text(*texts[0])) or not self._seen_table(row)):
                return "context"
        if not self.has_borders and texts and all(re.search(r"[:：]", self._text(*one)) for one in texts):
            return "context"
        return "table"

    def _seen_table(self, row: int) -> bool:
        """Tell whether a line of several texts stands above: the head of a table without borders."""
        return any(len(self.texts(above)) > 1 for above in range(row))

    def _width(self, row: int) -> int:
        """Return how many columns the table has that a row belongs to."""
        if not self.has_borders:
            return self.columns
        return sum(self.grid.at(row, column).bordered for column in range(self.columns)) or self.columns

    def _is_counter(self, row: int) -> bool:
        """Tell whether a row only counts the columns: 甲 乙 1 2 3."""
        seen = [self.grid.at(row, column) for column in range(self.columns)]
        told = [cell.text for cell in seen if cell.text and cell.formula is None]
        numbers = [int(found[0]) for text in told if (found := re.search(r"\d+", text))]
        return (
            len(told) >= _LEAST_COUNTERS
            and all(_COUNTER.match(text) for text in told)
            and len(numbers) > 1
            and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
            and numbers[0] <= _LEAST_COUNTERS
        )

    # --- cells ---

    def _text(self, row: int, column: int) -> str:
        """Return the words at a place; numbers, formulas and crossed cells have none."""
        cell = self.grid.at(row, column)
        if cell.number or cell.formula is not None or _CROSSED.match(cell.text):
            return ""
        return cell.text

    def _is_blank(self, cell: Cell) -> bool:
        return not cell.text and cell.formula is None

    def counts(self, place: tuple[int, int]) -> bool:
        """Tell whether a number only counts rows or columns: in a counting row, or left of all cells to be filled."""
        row, column = place
        return row in self.counters or not any(self._text(row, one) for one in range(column))

    def slots(self) -> Iterator[Slot]:
        """Yield the cells that wait to be filled, row by row."""
        for row in range(self.rows):
            if self.kinds[row] != "table" or row in self.counters:
                continue
            for column in range(self.columns):
                if self._waits(row, column):
                    found = self._slot(row, column)
                    if found is not None:
                        yield found

    def _waits(self, row: int, column: int) -> bool:
        cell = self.grid.at(row, column)
        if self.grid.anchor(row, column) != (row, column) or not self._is_blank(cell):
            return False
        return (cell.bordered or not self.has_borders) and not self._in_head(row, column)

    def _in_head(self, row: int, column: int) -> bool:
        """Tell whether an empty cell is part of the head: a text below it belongs to what stands to its left."""
        below = row + 1
        if (
            below >= self.rows
            or self.kinds[below] != "table"
            or self.grid.anchor(below, column) != (below, column)
        ):
            return False
        if not self._text(below, column):
            return False
        first = next((one for one in range(self.columns) if self._text(row, one)), None)
        if first is None:
            return True
        return self.grid.anchor(below, first)[0] < below or not self.grid.at(below, first).text

    def _slot(self, row: int, column: int) -> Slot | None:
        head, section, top = self._above(row, column)
        stub = self._beside(row, column)
        if not head and not stub:
            return None
        if not self.has_borders and not (head and stub):
            return None
        titles = self._titles(top)
        percent = self.grid.at(row, column).percent
        corner, named = self._corner(row, column), self._named(row, column)
        return Slot(self.number, row, column, head, stub, section, titles, percent, corner, named)

    def _corner(self, row: int, column: int) -> str:
        """Return what stands above the text next to a cell's left."""
        beside = next((left for left in range(column - 1, -1, -1) if self._text(row, left)), None)
        above = self._above(row, beside)[0] if beside is not None else ()
        return above[0] if above else ""

    def _named(self, row: int, column: int) -> tuple[str, ...]:
        """Return what stands above each of the texts to a cell's left: what those texts are."""
        texts = (left for left in range(column) if self._text(row, left))
        return tuple(dict.fromkeys(head for left in texts for head in self._above(row, left)[0]))

    def _above(self, row: int, column: int) -> tuple[tuple[str, ...], str, int]:
        """Return the head of a cell from the outermost in, the line across between them, and the row where the head begins.

        Looked for once: every cell of a row asks what stands above those to its left.
        """
        if (row, column) not in self._heads:
            self._heads[row, column] = self._looked_above(row, column)
        return self._heads[row, column]

    def _looked_above(self, row: int, column: int) -> tuple[tuple[str, ...], str, int]:
        found: list[str] = []
        section, top, above = "", row, row - 1
        while above >= 0 and self.kinds[above] in ("table", "across"):
            top = above
            if self.kinds[above] == "across":
                if found:
                    break
                section = section or self._text(*self.texts(above)[0])
            elif above not in self.counters and self._spans_stub(above, row, column):
                if found:
                    break
                section = section or self._text(above, column)
            elif above not in self.counters:
                text = self._text(above, column) or (found and self._left_in_head(above, column)) or ""
                if found and not text:
                    break
                if text and (not found or found[-1] != text):
                    found.append(text)
            above -= 1
        return tuple(reversed(found)), section, top

    def _spans_stub(self, above: int, row: int, column: int) -> bool:
        """Tell whether a text above a cell also covers what stands to its left: a line across one of tables side by side."""
        _top, left, _bottom, right = self.grid.span(*self.grid.anchor(above, column))
        beside = next((one for one in range(column - 1, -1, -1) if self._text(row, one)), None)
        return right > left and beside is not None and left <= beside and bool(self._text(above, column))

    def _left_in_head(self, row: int, column: int) -> str:
        """Return the text an empty cell of a head belongs to: the next to its left, where makers of forms do not merge."""
        if not self._in_head(row, column):
            return ""
        before = [one for one in range(column) if self._text(row, one)]
        return self._text(row, before[-1]) if len(before) > 1 or self._in_head(row, 0) else ""

    def _beside(self, row: int, column: int) -> tuple[str, ...]:
        """Return the texts to the left of a cell, the outermost first: those that stand together nearest to it."""
        found: list[str] = []
        seen: set[tuple[int, int]] = set()
        for left in range(column - 1, -1, -1):
            place, cell = self.grid.anchor(row, left), self.grid.at(row, left)
            if place in seen:
                continue
            text = self._text(row, left)
            if found and not text and not cell.number:
                break
            if text:
                seen.add(place)
                if not any(_EXPLAINS.search(head) for head in self._above(row, place[1])[0]):
                    found.append(text)
        return tuple(reversed(found))

    def _titles(self, top: int) -> tuple[str, ...]:
        """Return the lines above a table, the nearest first, then those at the top of the sheet, then its name."""
        found: list[str] = []
        for row in range(top, -1, -1):
            if self.kinds[row] == "table" and row < top:
                break
            if self.kinds[row] in ("context", "across"):
                found += self._lines(row)
        for row in range(top):
            if self.kinds[row] == "table":
                break
            found += self._lines(row)
        return tuple(dict.fromkeys((*found, self.grid.name)))

    def _lines(self, row: int) -> list[str]:
        if self.kinds[row] not in ("context", "across"):
            return []
        told = [self._text(*one) for one in self.texts(row)]
        return [text[:_MOST_TITLE] for text in told if not _NOTE.match(text)]


def axis(slots: Sequence[Slot], which: str) -> set[tuple[str, ...]]:
    """Return the different heads or stubs of some cells."""
    return {getattr(one, which) for one in slots}
