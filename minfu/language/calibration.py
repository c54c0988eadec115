"""Scores as probabilities: how often is an answer with such scores right?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """``sharpness`` of the shares of the categories behind the first, and the rising curve from the first one's lead over the
    second to how often it is right.
    """

    sharpness: float
    leads: Array
    right: Array
    #: For each of these shares of right answers the least probability from which on answers reach it together.
    targets: Array
    needed: Array

    def needed_for(self, precision: float) -> float:
        """Return the least probability from which on the first answers are right so often, taken together; above 1: never."""
        at = int(np.searchsorted(self.targets, precision - _TINY))
        return float(self.needed[at]) if at < len(self.needed) else _NEVER

    def probabilities(self, scores: NDArray[np.floating]) -> Array:
        """Return for each row of scores a probability per category; each row's sum is 1, the order is that of the scores."""
        shares = softened(scores, self.sharpness)
        rows, best = np.arange(len(shares)), scores.argmax(axis=1)
        sure = np.interp(lead(scores), self.leads, self.right)
        others = shares.copy()
        others[rows, best] = 0
        total = np.maximum(others.sum(axis=1), _TINY)
        # The first stays the first: what the others share is at most what keeps the second below it.
        sure = np.maximum(sure, others.max(axis=1) / (others.max(axis=1) + total))
        out = others * ((1 - sure) / total)[:, None]
        out[rows, best] = sure
        return np.asarray(out)


_TINY = 1e-12
_NEVER = 1.01
#: The shares of right answers for which it is known in advance how sure the model must be.
TARGETS = np.round(np.arange(0.80, 0.9995, 0.001), 3)


def lead(scores: NDArray[np.floating]) -> Array:
    """Return how far each row's best score is ahead of its second: what tells best whether the first is right."""
    two = np.partition(scores, -2, axis=1)[:, -2:]
    return np.asarray(two[:, 1] - two[:, 0], np.float64)


def softened(scores: NDArray[np.floating], sharpness: float) -> Array:
    """Return the scores as shares that sum to 1 in each row."""
    powers = sharpness * (scores - scores.max(axis=1, keepdims=True)).astype(np.float64)
    shares = np.exp(powers)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def calibrate(scores: NDArray[np.floating], labels: NDArray[np.int64]) -> Calibration:
    """Fit probabilities to answers that were given without knowing the label."""
    sharpness = min(np.geomspace(0.5, 16, 41), key=lambda one: _loss(softened(scores, float(one)), labels))
    right = scores.argmax(axis=1) == labels
    ahead = lead(scores)
    corners, risen = _from_a_tie(*rising(ahead, right.astype(np.float64)))
    told = np.interp(ahead, corners, risen)
    needed = np.asarray([threshold(told, right, float(one)) for one in TARGETS])
    return Calibration(float(sharpness), corners, risen, TARGETS, needed)


def _from_a_tie(leads: Array, right: Array) -> tuple[Array, Array]:
    """Return the curve continued to a lead of nothing, where the first is right at most every second time.

    Without it, a text for which two categories are nearer to each other than for any text that was asked would count as sure.
    """
    return np.concatenate([[0.0], leads]), np.concatenate([[min(0.5, float(right[0]))], right])


def _loss(shares: Array, labels: NDArray[np.int64]) -> float:
    return float(-np.log(np.maximum(shares[np.arange(len(labels)), labels], 1e-12)).mean())


def rising(told: Array, right: Array) -> tuple[Array, Array]:
    """Return the best rising curve through what was told and what was right (isotonic regression), as its corners."""
    order = np.argsort(told, kind="stable")
    means: list[float] = []
    sizes: list[int] = []
    for value in right[order].tolist():
        means.append(value)
        sizes.append(1)
        while len(means) > 1 and means[-2] >= means[-1]:
            size = sizes[-2] + sizes[-1]
            means[-2] = (means[-2] * sizes[-2] + means[-1] * sizes[-1]) / size
            sizes[-2] = size
            del means[-1], sizes[-1]
    ends = np.cumsum(sizes)
    begins = ends - np.asarray(sizes)
    sorted_told = told[order]
    # The middle of each level: between two levels the curve rises evenly instead of jumping.
    middles = np.asarray([sorted_told[begin:end].mean() for begin, end in zip(begins, ends, strict=True)])
    smooth = (np.asarray(means) * sizes + 0.5) / (np.asarray(sizes) + 1)
    return middles, np.maximum.accumulate(smooth)


def error(told: Array, right: NDArray[np.bool_], bins: int = 15) -> float:
    """Return the expected calibration error: how far told probabilities are from how often they were right, on average."""
    places = np.minimum((told * bins).astype(int), bins - 1)
    total = 0.0
    for place in range(bins):
        here = places == place
        if here.any():
            total += abs(float(told[here].mean()) - float(right[here].mean())) * int(here.sum())
    return total / len(told)


def threshold(told: Array, right: NDArray[np.bool_], precision: float) -> float:
    """Return the least probability from which on answers were right at this precision taken together; above 1 for none."""
    order = np.argsort(-told, kind="stable")
    precise = np.cumsum(right[order]) / np.arange(1, len(told) + 1)
    enough = np.flatnonzero(precise >= precision)
    return float(told[order][enough[-1]]) if len(enough) else _NEVER
