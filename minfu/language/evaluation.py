"""How well categories are read: measured on texts that the model has not seen. Used by ``minfu evaluate category``."""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from minfu.language import calibration, stored
from minfu.language.category import CategoryModel
from minfu.language.normal import normalise
from minfu.language.training import STANDARD, Counted, Labels, Method, chosen, counted, learned, learned_from

FOLDS = 5
#: Likeness (cosine over runs of four characters) above which two texts are told by one hand or copied.
ALIKE = 0.5
_FOUR, _TWO = 4, 2


@dataclass(frozen=True)
class Data:
    """Texts with their categories (``labels`` are places in ``names``), counted once."""

    texts: list[str]
    labels: Labels
    names: tuple[str, ...]
    blocks: tuple[Counted, ...]


def prepared(texts: Sequence[str], labels: Sequence[str]) -> Data:
    """Return texts ready to be evaluated."""
    names = tuple(sorted(set(labels)))
    numbers = np.asarray([names.index(one) for one in labels], np.int64)
    return Data(list(texts), numbers, names, counted(texts))


@dataclass(frozen=True)
class Measured:
    """What one fold showed."""

    macro_f1: float
    accuracy: float
    top2: float
    coverage: float
    precision: float
    error: float
    training_seconds: float
    #: Per text of the fold: how sure the model was, whether it was right.
    told: NDArray[np.float64]
    right: NDArray[np.bool_]


# --- folds -------------------------------------------------------------------------------------------------------


def same_content(texts: Sequence[str]) -> NDArray[np.int64]:
    """Return a group number per text; texts of the same content share one."""
    return np.unique(np.asarray([normalise(one) for one in texts], object), return_inverse=True)[1]


def near_duplicates(texts: Sequence[str]) -> NDArray[np.int64]:
    """Return a group number per text; texts that are alike, directly or through others, share one."""
    begins, grams, values = _fours(texts)
    order = np.argsort(grams, kind="stable")
    owner = np.repeat(np.arange(len(texts)), np.diff(begins))[order]
    share = values[order]
    posted = np.searchsorted(grams[order], grams)
    until = np.searchsorted(grams[order], grams, side="right")
    parent = np.arange(len(texts))
    for text in range(len(texts)):
        part = slice(begins[text], begins[text + 1])
        lengths = until[part] - posted[part]
        at = np.arange(lengths.sum()) + np.repeat(posted[part] - np.cumsum(lengths) + lengths, lengths)
        alike = np.bincount(owner[at], share[at] * np.repeat(values[part], lengths), minlength=1)
        for other in np.flatnonzero(alike > ALIKE):
            _join(parent, text, int(other))
    return np.asarray([_root(parent, one) for one in range(len(texts))])


def _fours(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.float64]]:
    """Return the runs of four characters of each text, each once, with their share in a length of one."""
    begins, grams, values = [0], [], []
    for text in texts:
        plain = "".join(normalise(text).split())
        codes = np.frombuffer(plain.encode("utf-32-le"), np.uint32).astype(np.uint64)
        run = np.zeros(max(len(codes) - _FOUR + 1, 0), np.uint64)
        for at in range(_FOUR):
            run = (run * np.uint64(0x110000)) ^ codes[at : len(codes) - _FOUR + 1 + at] if len(run) else run
        found, times = np.unique(run, return_counts=True)
        grams.append(found)
        values.append(times / max(float(np.sqrt((times.astype(float) ** 2).sum())), 1e-9))
        begins.append(begins[-1] + len(found))
    return np.asarray(begins), np.concatenate(grams), np.concatenate(values)


def _root(parent: NDArray[np.int64], one: int) -> int:
    while parent[one] != one:
        parent[one] = parent[parent[one]]
        one = int(parent[one])
    return one


def _join(parent: NDArray[np.int64], one: int, other: int) -> None:
    first, second = _root(parent, one), _root(parent, other)
    parent[max(first, second)] = min(first, second)


def folds(groups: NDArray[np.int64], labels: Labels, seed: int) -> NDArray[np.int64]:
    """Return a fold per text: groups stay together, each fold has about the same share of every category."""
    members, first = np.unique(groups, return_index=True)
    shuffled = np.random.default_rng(seed).permutation(len(members))
    dealt = shuffled[np.argsort(labels[first[shuffled]], kind="stable")]
    fold_of = np.empty(groups.max() + 1, np.int64)
    fold_of[members[dealt]] = np.arange(len(members)) % FOLDS
    return fold_of[groups]


# --- measuring ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Split:
    """A fold per text, and how the model is learned from the others; ``precision`` is what it must reach where it chooses."""

    fold_of: NDArray[np.int64]
    seed: int
    precision: float
    method: Method = STANDARD


def measured_fold(data: Data, split: Split, fold: int) -> Measured:
    """Return what one fold shows: learned from the other folds, every choice made inside them."""
    seen, unseen = np.flatnonzero(split.fold_of != fold), np.flatnonzero(split.fold_of == fold)
    before = time.process_time()
    blocks = [chosen(block, seen) for block in data.blocks]
    model = learned_from(blocks, data.labels[seen], data.names, split.method, seed=split.seed)
    return measured(model, data, unseen, split.precision, time.process_time() - before)


def measured(
    model: CategoryModel, data: Data, unseen: NDArray[np.int64], precision: float, seconds: float = 0.0
) -> Measured:
    """Ask a model about texts it has not seen; ``precision`` is what it must reach where it chooses by itself."""
    shares = model.probabilities([data.texts[one] for one in unseen])
    truth = data.labels[unseen]
    order = np.argsort(shares, axis=1)
    right = order[:, -1] == truth
    told = shares.max(axis=1)
    alone = told >= model.calibration.needed_for(precision)
    return Measured(
        macro_f1=macro_f1(truth, order[:, -1], len(data.names)),
        accuracy=float(right.mean()),
        top2=float((right | (order[:, -_TWO] == truth)).mean()),
        coverage=float(alone.mean()),
        precision=float(right[alone].mean()) if alone.any() else 1.0,
        error=calibration.error(told, right),
        training_seconds=seconds,
        told=told,
        right=right,
    )


def macro_f1(truth: Labels, answers: NDArray[np.int64], classes: int) -> float:
    """Return the mean over the categories of F1 (harmonic mean of precision and recall)."""
    each = []
    for one in range(classes):
        both = int(((truth == one) & (answers == one)).sum())
        either = int((truth == one).sum()) + int((answers == one).sum())
        if either:
            each.append(2 * both / either)
    return float(np.mean(each))


@dataclass(frozen=True)
class Speed:
    """What one core does: seconds to learn, texts a second in batches of ``BATCH`` and one by one; the model's megabytes."""

    learning: float
    batches: float
    singles: float
    megabytes: float


#: Texts in a batch whose reading is timed.
BATCH = 500


def speed(data: Data, texts: int, singles: int) -> Speed:
    """Learn from everything, then read so many texts in batches and so many one by one, from the model's file.

    Time is the processor's, so others on the machine do not count.
    """
    before = time.process_time()
    model = learned(data.texts, [data.names[one] for one in data.labels])
    learning = time.process_time() - before
    some = (data.texts * (texts // len(data.texts) + 1))[:texts]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "category.model"
        stored.save(model, path)
        size = path.stat().st_size / 1e6
        model = stored.load(path)
        model.probabilities(some[:BATCH])
        batches = rate(
            lambda: [model.probabilities(some[at : at + BATCH]) for at in range(0, len(some), BATCH)],
            len(some),
        )
        one_by_one = rate(lambda: [model.read(one) for one in some[:singles]], singles)
    return Speed(learning, batches, one_by_one, size)


def rate(work: Callable[[], object], count: int) -> float:
    """Return how many texts a second of one core's time are worked off, in the best of three runs."""
    best = float("inf")
    for _run in range(3):
        before = time.process_time()
        work()
        best = min(best, time.process_time() - before)
    return count / max(best, 1e-9)
