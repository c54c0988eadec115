"""Linear classes learned by dual coordinate descent. Pure NumPy: no compiler, nothing to install, the same on every machine.

Squared hinge, one class against the rest, all classes in one pass. The method: Hsieh, Chang, Lin, Keerthi, Sundararajan, "A Dual
Coordinate Descent Method for Large-scale Linear SVM", ICML 2008 (what LIBLINEAR does).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Examples:
    """Texts as sparse rows: ``begins`` of each in ``columns`` and ``values``, one more at the end; ``labels`` from 0."""

    begins: NDArray[np.int64]
    columns: NDArray[np.int32]
    values: Floats
    labels: NDArray[np.int64]
    width: int
    classes: int

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.labels)


@dataclass
class Solution:
    """``weights`` of each column in each class, and how much each example pulls at each class (``pulls``)."""

    weights: Floats
    pulls: Floats

    def without(self, examples: Examples, rows: NDArray[np.int64]) -> "Solution":
        """Return a copy from which these examples' pull is taken out: where to begin learning without them."""
        weights, pulls = self.weights.copy(), self.pulls.copy()
        for row in rows:
            part = slice(examples.begins[row], examples.begins[row + 1])
            columns = examples.columns[part]
            weights[columns] -= np.outer(examples.values[part], pulls[row] * _signs(examples, int(row)))
            pulls[row] = 0
        return Solution(weights, pulls)


def _signs(examples: Examples, row: int) -> Floats:
    signs = np.full(examples.classes, -1, np.float32)
    signs[examples.labels[row]] = 1
    return signs


def learn(
    examples: Examples,
    rows: NDArray[np.int64],
    *,
    cost: float,
    rounds: int,
    seed: int = 0,
    start: Solution | None = None,
) -> Solution:
    """Learn from these rows; rarer classes weigh more, so that each class counts the same.

    ``cost`` of a mistake; ``rounds`` over all rows at most, ended when hardly any example still pulls differently. ``start``
    is changed.
    """
    solution = start or Solution(
        np.zeros((examples.width, examples.classes), np.float32),
        np.zeros((len(examples), examples.classes), np.float32),
    )
    counts = np.maximum(np.bincount(examples.labels[rows], minlength=examples.classes), 1)
    rare = (cost * len(rows) / (examples.classes * counts)).astype(np.float32)
    squares = np.add.reduceat(examples.values**2, examples.begins[:-1])
    random = np.random.default_rng(seed)
    due = rows
    for _round in range(rounds):
        moved = _pass(examples, random.permutation(due), solution, squares, (rare, cost))
        if len(moved) < _FEW * len(rows):
            if len(due) == len(rows):
                break
            due = rows
        else:
            due = rows if len(due) < len(rows) else moved
    return solution


#: Share of examples that still move when learning may end, and the least change that counts as a move.
_FEW, _LEAST = 0.01, 1e-3


def _pass(
    examples: Examples,
    order: NDArray[np.int64],
    solution: Solution,
    squares: Floats,
    costs: tuple[Floats, float],
) -> NDArray[np.int64]:
    """Look at each row once and correct the weights by it; return the rows that changed something."""
    begins, columns, values, labels = examples.begins, examples.columns, examples.values, examples.labels
    weights, pulls = solution.weights, solution.pulls
    rare, common = costs
    signs = np.full(examples.classes, -1, np.float32)
    soft = np.full(examples.classes, 0.5 / common, np.float32)
    moved = []
    for row in order.tolist():
        label, begin, end = labels[row], begins[row], begins[row + 1]
        column, value = columns[begin:end], values[begin:end]
        near = weights.take(column, axis=0)
        signs[label], soft[label] = 1, 0.5 / rare[label]
        pull = pulls[row]
        wanted = np.maximum(pull - ((value @ near) * signs - 1 + soft * pull) / (squares[row] + soft), 0)
        change = wanted - pull
        if np.abs(change).max() > _LEAST:
            pulls[row] = wanted
            near += np.outer(value, change * signs)
            weights[column] = near
            moved.append(row)
        signs[label], soft[label] = -1, 0.5 / common
    return np.asarray(moved, np.int64)
