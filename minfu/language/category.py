"""What a text is about: learned from texts whose category is known. Pure NumPy, no database, no county.

Each run of characters has one row in a table: its pull towards every category, and its share in the text's length. A text
costs one look-up per run, however often the run stands in it. ``training.py`` makes a model, ``stored.py`` keeps it in a file
that all processes share.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minfu.language import grams
from minfu.language.calibration import Array, Calibration
from minfu.language.known import Known

Floats = NDArray[np.float32]
#: Words told as reasons, and the lengths they may have.
REASONS, SHORTEST, LONGEST = 3, 2, 6


@dataclass(frozen=True)
class Suggestion:
    """A category with the probability that it is the right one."""

    label: str
    probability: float


@dataclass(frozen=True)
class Reading:
    """What a text is about: likeliest first, and the words that led to the first (in normal form)."""

    suggestions: tuple[Suggestion, ...]
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class CategoryModel:
    """A model: per block the ``known`` runs and how much it ``counts``; their rows in ``table`` (row 0: unknown); a run that
    stands n times in a text counts n to the ``power``.
    """

    labels: tuple[str, ...]
    known: tuple[Known, ...]
    table: NDArray[np.float16]
    counts: tuple[float, ...]
    power: float
    calibration: Calibration
    about: dict[str, Any] = field(default_factory=dict)

    def read(self, text: str, *, most: int = 3, why: bool = False) -> Reading:
        """Return the likeliest categories of a text; none for one that is unlike everything learned from."""
        whole, lead = grams.blocks(text)
        if not self._familiar(whole):
            return Reading(())
        shares = self.calibration.probabilities(self._scores([(whole, lead)]))[0]
        order = np.argsort(-shares)[:most]
        words = self._words(whole, int(order[0])) if why else ()
        return Reading(tuple(Suggestion(self.labels[one], float(shares[one])) for one in order), words)

    def probabilities(self, texts: Sequence[str]) -> Array:
        """Return a probability per text and category, in the order of ``labels``."""
        return self.calibration.probabilities(self.scores(texts))

    def scores(self, texts: Sequence[str]) -> Floats:
        """Return a score per text and category."""
        out = np.empty((len(texts), len(self.labels)), np.float32)
        for begin in range(0, len(texts), grams.BATCH):
            part = [grams.blocks(text) for text in texts[begin : begin + grams.BATCH]]
            out[begin : begin + grams.BATCH] = self._scores(part)
        return out

    def _familiar(self, whole: str) -> bool:
        """Tell whether enough of a text's pairs of characters are known."""
        if len(whole) < SHORTEST:
            return False
        _ones, twos, _threes = grams.hashed([whole], grams.BITS[0])[0]
        known = np.count_nonzero(self.known[0].places(twos[1 : len(whole)]))
        return bool(known >= _FAMILIAR * (len(whole) - 1))

    def _scores(self, parts: Sequence[tuple[str, str]]) -> Floats:
        """Return a score per text and category."""
        total = np.zeros((len(parts), len(self.labels)), np.float32)
        for block, counts in enumerate(self.counts):
            runs = grams.runs([part[block] for part in parts], grams.BITS[block])
            found = self.table.take(self.known[block].places(runs.hashes), axis=0)
            often = self._often.take(runs.times, mode="clip")
            rows = np.multiply(found, often[:, None], dtype=np.float32)
            rows[:, -1] *= often
            sums = np.add.reduceat(rows, runs.begins, axis=0)
            length = sums[:, -1]
            total += sums[:, :-1] * (counts / np.sqrt(np.maximum(length, _TINY)))[:, None]
        return total

    @cached_property
    def _often(self) -> Floats:
        """How much a run counts that stands so many times in a text."""
        return np.asarray(np.arange(grams.MOST_READ + 3) ** self.power, np.float32)

    def _words(self, whole: str, label: int) -> tuple[str, ...]:
        """Return the stretches of the text that spoke most for a category rather than for the others."""
        found, _begins = grams.hashed([whole], grams.BITS[0])
        pulls = np.zeros((len(grams.ORDERS), len(found[0])))
        for at, hashes in enumerate(found):
            rows = self.table.take(self.known[0].places(hashes), axis=0)[:, :-1].astype(np.float32)
            pulls[at] = rows[:, label] - rows.mean(axis=1)
        # The first hash belongs to the mark before the text.
        return _best_stretches(whole, pulls[:, 1:-1])


_TINY = np.float32(1e-9)
#: Share of a text's pairs of characters that must be known; below it any suggestion would be a silly one.
_FAMILIAR = 0.25


def _best_stretches(text: str, pulls: Array) -> tuple[str, ...]:
    """Return up to ``REASONS`` stretches with the greatest pull, none inside another, best first."""
    sums = np.concatenate([np.zeros((len(pulls), 1)), np.cumsum(pulls, axis=1)], axis=1)
    found: dict[tuple[int, int], float] = {}
    for length in range(SHORTEST, LONGEST + 1):
        for begin in range(len(text) - length + 1):
            stretch = text[begin : begin + length]
            if not stretch.isalpha():
                continue
            pull = sum(
                sums[at, begin + length - order + 1] - sums[at, begin]
                for at, order in enumerate(grams.ORDERS)
                if order <= length
            )
            found[begin, begin + length] = float(pull) / length**0.5
    chosen: list[tuple[int, int]] = []
    for begin, end in sorted(found, key=lambda one: -found[one]):
        if found[begin, end] <= 0 or len(chosen) == REASONS:
            break
        fresh = text[begin:end] not in {text[one:two] for one, two in chosen}
        if fresh and all(end <= one or two <= begin for one, two in chosen):
            chosen.append((begin, end))
    return tuple(text[begin:end] for begin, end in chosen)
