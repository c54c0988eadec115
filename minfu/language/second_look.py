"""The second look: what the blocks' scores for *all* categories tell together about each.

The first look learns each category alone, and adds up the blocks as if a title and a letter that disagree were no news. Here
the scores of every block in every category are weighed once more (multinomial logistic regression). Pure NumPy.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minfu.language.calibration import Array, lead, softened

#: Texts a learned number must be backed by; with fewer the blocks are added up. Most texts that are looked at, and rounds.
_BACKED, _MOST, _ROUNDS = 10, 20_000, 150
#: Change of the weights at which learning ends.
_STILL = 1e-3


@dataclass(frozen=True)
class SecondLook:
    """A row of ``weights`` per block and category, and a last one; ``sharpness`` brings the sums of the blocks to their scale."""

    weights: Array
    sharpness: float

    def scores(self, blocks: NDArray[np.floating]) -> Array:
        """Return each row's score in every category from its scores in every block.

        Which is first, and by how much, is told by the weights. The order of the others is that of the sums: it was right more
        often about the second.
        """
        again = blocks @ self.weights[:-1] + self.weights[-1]
        added = self.sharpness * _added(blocks, self.weights.shape[1]).astype(np.float64)
        rows, first = np.arange(len(added)), again.argmax(axis=1)
        added[rows, first] = -np.inf
        added[rows, first] = added.max(axis=1) + lead(again)
        return added


def _added(blocks: NDArray[np.floating], classes: int) -> NDArray[np.floating]:
    """Return the sums of each row's blocks."""
    return np.asarray(blocks.reshape(len(blocks), -1, classes).sum(axis=1))


def fitted(scores: NDArray[np.floating], labels: NDArray[np.int64], classes: int, ridge: float) -> SecondLook:
    """Learn weights from scores that were given without knowing the label; ``ridge`` keeps them near those that add up.

    The step: Böhning, "Multinomial logistic regression algorithm", 1992 (one bound for all rounds), with Nesterov's momentum.
    """
    inputs = scores.shape[1]
    start = np.vstack([np.eye(classes)] * (inputs // classes) + [np.zeros((1, classes))])
    if not ridge or min(len(labels), _MOST) < _BACKED * inputs * classes:
        return SecondLook(start, 1.0)
    if len(labels) > _MOST:
        some = np.random.default_rng(0).permutation(len(labels))[:_MOST]
        scores, labels = scores[some], labels[some]
    told = np.hstack([scores, np.ones((len(scores), 1))]).astype(np.float64)
    kept = np.full((inputs + 1, 1), ridge)
    kept[-1] *= _FREE
    step = np.linalg.inv(0.5 * told.T @ told + np.diag(kept[:, 0]))
    sharpness = _sharpness(_added(scores, classes), labels)
    start *= sharpness
    truth = np.eye(classes)[labels]
    weights, ahead, pace = start, start, 1.0
    for _round in range(_ROUNDS):
        uphill = told.T @ (truth - softened(told @ ahead, 1.0)) - kept * (ahead - start)
        better = ahead + step @ uphill
        change = better - weights
        if float((change * uphill).sum()) < 0:
            pace = 1.0
        faster = (1 + (1 + 4 * pace * pace) ** 0.5) / 2
        weights, ahead, pace = better, better + (pace - 1) / faster * change, faster
        if float(np.abs(change).max()) < _STILL:
            break
    return SecondLook(weights, sharpness)


#: What a category has anyway is hardly held back.
_FREE = 1e-3


def _sharpness(scores: NDArray[np.floating], labels: NDArray[np.int64]) -> float:
    """Return what the scores are multiplied by so that their shares fit best."""
    rows = np.arange(len(labels))

    def loss(one: float) -> float:
        return float(-np.log(np.maximum(softened(scores, one)[rows, labels], 1e-12)).mean())

    tried: list[float] = np.geomspace(0.5, 16, 31).tolist()
    return min(tried, key=loss)
