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
from minfu.language.second_look import SecondLook

Floats = NDArray[np.float32]
#: Words told as reasons, and the lengths they may have.
REASONS, SHORTEST, LONGEST = 3, 2, 6


@dataclass(frozen=True)
class Suggestion:
    """A category with the probability that it is the right one, and the words that led to it (in normal form) if asked for."""

    label: str
    probability: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What a text is about, likeliest first."""

    suggestions: tuple[Suggestion, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """Return the words that led to the likeliest category."""
        return self.suggestions[0].words if self.suggestions else ()


@dataclass(frozen=True)
class CategoryModel:
    """A model: per block the ``known`` runs and how much it ``counts``; their rows in ``table`` (row 0: unknown); a run that
    stands n times in a text counts n to the ``power``; ``second`` weighs the blocks' scores together (``second_look.py``).
    """

    labels: tuple[str, ...]
    known: tuple[Known, ...]
    table: NDArray[np.float16]
    counts: tuple[float, ...]
    power: float
    second: SecondLook
    calibration: Calibration
    about: dict[str, Any] = field(default_factory=dict)

    def read(self, text: str, *, most: int = 3, why: bool = False) -> Reading:
        """Return the likeliest categories of a text; none for one that is unlike everything learned from."""
        whole, lead = grams.blocks(text)
        if not self._familiar(whole):
            return Reading(())
        blocks, told = self._blocks([(whole, lead)])
        if told[0] < min(_TOLD, _TOLD_SHORT * len(whole) ** 0.5):
            return Reading(())
        shares = self.calibration.probabilities(self.second.scores(blocks).astype(np.float32))[0]
        order = [int(one) for one in np.argsort(-shares)[:most]]
        words = self._words(whole, order) if why else [()] * len(order)
        return Reading(
            tuple(
                Suggestion(self.labels[one], float(shares[one]), led)
                for one, led in zip(order, words, strict=True)
            )
        )

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

    def familiarity(self, text: str) -> float:
        """Return which share of a text's pairs of letters are Chinese and stood in what was learned from; 0 without any.

        Scraps of Latin stand in many demands, and say nothing of a letter in another language.
        """
        return self._familiarity(grams.blocks(text)[0])

    def _familiar(self, whole: str) -> bool:
        """Tell whether a text is like those learned from: the least share is the county's own, told by texts kept apart."""
        return bool(self._familiarity(whole) >= self.about.get("familiar", _FAMILIAR))

    def _familiarity(self, whole: str) -> float:
        if len(whole) < SHORTEST:
            return 0.0
        codes = np.frombuffer(whole.encode("utf-32-le"), np.uint32)
        chinese = codes >= _HAN
        letters = chinese | ((codes | _LOWER) - _A < _LETTERS)
        pairs = letters[:-1] & letters[1:]
        _ones, twos, _threes = grams.hashed([whole], grams.BITS[0])[0]
        known = self.known[0].places(twos[1 : len(whole)]) > 0
        read = known & chinese[:-1] & chinese[1:]
        return int(np.count_nonzero(read)) / max(int(np.count_nonzero(pairs)), 1)

    def _scores(self, parts: Sequence[tuple[str, str]]) -> Floats:
        """Return a score per text and category."""
        return self.second.scores(self._blocks(parts)[0]).astype(np.float32)

    def _blocks(self, parts: Sequence[tuple[str, str]]) -> tuple[Floats, Floats]:
        """Return the scores of the blocks, and how much of each whole text speaks for a category: its runs added up, whatever
        the text's length, for the category they speak for most rather than for the others.
        """
        size = len(self.labels)
        told = np.zeros(len(parts), np.float32)
        blocks = np.empty((len(parts), size * len(self.counts)), np.float32)
        for block, counts in enumerate(self.counts):
            runs = grams.runs([part[block] for part in parts], grams.BITS[block])
            found = self.table.take(self.known[block].places(runs.hashes), axis=0)
            often = self._often.take(runs.times, mode="clip")
            rows = np.multiply(found, often[:, None], dtype=np.float32)
            rows[:, -1] *= often
            sums = np.add.reduceat(rows, runs.begins, axis=0)
            length = sums[:, -1]
            scores = sums[:, :-1] * (counts / np.sqrt(np.maximum(length, _TINY)))[:, None]
            blocks[:, block * size : (block + 1) * size] = scores
            if not block:
                told = sums[:, :-1].max(axis=1) - sums[:, :-1].mean(axis=1)
        return blocks, told

    @cached_property
    def _often(self) -> Floats:
        """How much a run counts that stands so many times in a text."""
        return np.asarray(np.arange(grams.MOST_READ + 3) ** self.power, np.float32)

    def _words(self, whole: str, labels: Sequence[int]) -> list[tuple[str, ...]]:
        """Return for each category the stretches of the text that spoke most for it rather than for the others."""
        found, _begins = grams.hashed([whole], grams.BITS[0])
        pulls = np.zeros((len(labels), len(grams.ORDERS), len(found[0])))
        for at, hashes in enumerate(found):
            rows = self.table.take(self.known[0].places(hashes), axis=0)[:, :-1].astype(np.float32)
            pulls[:, at] = (rows[:, labels] - rows.mean(axis=1, keepdims=True)).T
        # The first hash belongs to the mark before the text.
        return [_best_stretches(whole, one[:, 1:-1]) for one in pulls]


_TINY = np.float32(1e-9)
#: Share of a text's pairs of letters that must be known, where the model tells none; below it any suggestion would be silly.
_FAMILIAR = 0.25
#: How much of a text must speak for a category, and of a short one for the root of its characters. A poem or a greeting is made
#: of words that stand in demands too, of which none tells of any matter; its share may be as high as that of a demand.
_TOLD, _TOLD_SHORT = 2.0, 0.4
#: What a letter is: a Chinese character or a Latin letter. Figures and marks say nothing of a matter.
_HAN, _LOWER, _A, _LETTERS = np.uint32(0x3400), np.uint32(0x20), np.uint32(ord("a")), np.uint32(26)


def _best_stretches(text: str, pulls: Array) -> tuple[str, ...]:
    """Return up to ``REASONS`` stretches with the greatest pull, none inside another, best first, of a text of two characters
    and more.
    """
    sums = np.concatenate([np.zeros((len(pulls), 1)), np.cumsum(pulls, axis=1)], axis=1)
    lengths = range(SHORTEST, min(LONGEST, len(text)) + 1)
    scores = np.concatenate([_pull(sums, length, len(text)) for length in lengths])
    # What stands at a place of ``scores``: where the stretch begins, and how long it is.
    begins = np.concatenate([np.arange(len(text) - length + 1) for length in lengths])
    sizes = np.repeat(lengths, [len(text) - length + 1 for length in lengths])
    chosen: list[tuple[int, int]] = []
    for at in np.argsort(-scores, kind="stable"):
        if scores[at] <= 0 or len(chosen) == REASONS:
            break
        begin, end = int(begins[at]), int(begins[at] + sizes[at])
        word = text[begin:end]
        apart = all((end <= one or two <= begin) and word != text[one:two] for one, two in chosen)
        if apart and word.isalpha():
            chosen.append((begin, end))
    return tuple(text[begin:end] for begin, end in chosen)


def _pull(sums: Array, length: int, whole: int) -> Array:
    """Return the pull of every stretch of a length: that of the runs that lie within it, for its size."""
    orders = [(at, order) for at, order in enumerate(grams.ORDERS) if order <= length]
    count = whole - length + 1
    total = sum(sums[at, length - order + 1 :][:count] - sums[at, :count] for at, order in orders)
    return np.asarray(total / length**0.5)
