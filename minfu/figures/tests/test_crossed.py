"""What is hidden in a table with its sums: no small number is told, and none that is hidden can be worked out."""

from itertools import product

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from minfu.figures.rules import crossed

CELLS = st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), st.integers(0, 9))
#: One more, one less or the same, for as many as nine hidden numbers: any other table with the same sums is reached so.
CHANGES = {
    size: np.array(list(product((-1, 0, 1), repeat=size)), int).reshape(3**size, size) for size in range(10)
}


def can_be_worked_out(table: crossed.Table, hidden: set[crossed.Key]) -> set[crossed.Key]:
    """Try every neighbouring table with the same told numbers; return the hidden ones that are the same in all."""
    inner = sorted(key for key in hidden if None not in key)
    changes = CHANGES[len(inner)]
    fits = np.all(np.array([table[key] for key in inner], int) + changes >= 1, axis=1)
    totals = {}
    for key in table:
        if None in key:
            within = [(key[0] in (None, row)) and (key[1] in (None, column)) for row, column in inner]
            totals[key] = changes @ np.array(within, int)
            if key not in hidden:
                fits &= totals[key] == 0
    moved = {key: changes[:, number] for number, key in enumerate(inner)} | totals
    return {key for key in hidden if not np.any(moved[key][fits])}


@settings(max_examples=150, deadline=None)
@given(CELLS, st.integers(2, 6))
@example({("a", "x"): 1, ("a", "y"): 1, ("a", "z"): 1}, 3)  # their sum alone would tell that each is one
@example({("a", "x"): 1, ("a", "y"): 9, ("b", "x"): 9, ("b", "y"): 9}, 5)
@example({("a", "x"): 7}, 5)
@example({("a", "x"): 3}, 5)
# Two squares of small numbers and one between them, which only the sums of a whole square give away.
@example(
    {("a", "x"): 2, ("a", "y"): 2, ("b", "x"): 2, ("b", "y"): 2, ("b", "z"): 3, ("c", "z"): 2, ("c", "x"): 9},
    5,
)
def test_nothing_hidden_can_be_worked_out(cells: dict[tuple[str, str], int], least: int) -> None:
    table = crossed.with_sums(cells)
    hidden = crossed.hidden(table, least)
    assert {key for key, number in table.items() if number < least} <= hidden
    assert not can_be_worked_out(table, hidden)
    if all(number >= least for number in cells.values() if number):
        assert not hidden  # nothing is kept back without need


def test_the_check_can_fail() -> None:
    table = crossed.with_sums({("a", "x"): 1, ("a", "y"): 9})
    assert can_be_worked_out(table, {("a", "x")}) == {("a", "x")}
