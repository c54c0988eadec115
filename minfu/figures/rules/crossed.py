"""Small cells of a table whose rows, columns and whole are told too: what is hidden cannot be worked out from the sums.

A table with its sums is a graph: each row and each column a node, each cell a line between two of them. What is hidden may be
one more or one less only if lines of hidden cells lead round in a circle, one more here and one less there, so that no sum
changes. A hidden cell that lies on no such circle is known to everyone who can add up; then another cell is hidden with it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

#: A cell's row and column; None stands for all of them: the sums.
Key = tuple[str | None, str | None]
Table = dict[Key, int]
_Node = tuple[str, str | None]


def with_sums(cells: Mapping[tuple[str, str], int]) -> Table:
    """Return a table's numbers with the sums of its rows, of its columns, and of all; noughts are left out."""
    table: Table = defaultdict(int)
    for (row, column), number in cells.items():
        if number:
            for key in ((row, column), (row, None), (None, column), (None, None)):
                table[key] += number
    return dict(table)


def hidden(table: Table, least: int) -> set[Key]:
    """Return what of a table with its sums must not be told.

    Numbers from 1 to below ``least``, and as many others as are needed so that no hidden number can be worked out from those
    that are told, knowing that noughts are told and that a hidden number is at least 1.
    """
    found = {key for key, number in table.items() if 0 < number < least}
    while known := list(_known(table, found)):
        for key in known:
            if another := _companion(table, found, key):
                found.add(another)
    return found


def _companion(table: Table, found: set[Key], key: Key) -> Key | None:
    """Return what is hidden along with a cell: the smallest of its row or column, sums last; else the smallest of all."""
    row, column = key
    rest = [one for one in table if one not in found]
    beside = [one for one in rest if one[0] == row or one[1] == column]
    return min(beside or rest, key=lambda one: (None in one, table[one], str(one)), default=None)


def _known(table: Table, found: set[Key]) -> Iterator[Key]:
    """Yield the hidden cells that can be worked out."""
    ways = _ways(table, found)
    for key in sorted(found, key=str):
        more, less = _arcs(table, key)
        there, back = more
        if _leads(ways, back, there, key) or (less and _leads(ways, there, back, key)):
            continue
        yield key


def _arcs(table: Table, key: Key) -> tuple[tuple[_Node, _Node], bool]:
    """Return the line of a cell that is one more, and whether it may be one less.

    A sum counts against its row or column, so that along each row and each column everything adds up to nought.
    """
    ends: tuple[_Node, _Node] = (("row", key[0]), ("column", key[1]))
    is_cell = None not in key
    if is_cell or key == (None, None):
        return ends, not is_cell or table[key] > 1
    return (ends[1], ends[0]), True


def _ways(table: Table, found: Iterable[Key]) -> dict[_Node, list[tuple[_Node, Key]]]:
    ways: dict[_Node, list[tuple[_Node, Key]]] = defaultdict(list)
    for key in found:
        (there, back), less = _arcs(table, key)
        ways[there].append((back, key))
        if less:
            ways[back].append((there, key))
    return ways


def _leads(ways: Mapping[_Node, list[tuple[_Node, Key]]], start: _Node, goal: _Node, without: Key) -> bool:
    """Tell whether lines lead from one node to another, not by the cell itself."""
    seen, waiting = {start}, [start]
    while waiting:
        for node, key in ways.get(waiting.pop(), ()):
            if key == without or node in seen:
                continue
            if node == goal:
                return True
            seen.add(node)
            waiting.append(node)
    return False
