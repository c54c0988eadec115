"""How a category model is learned from texts whose category is known."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from minfu.language import calibration, grams
from minfu.language.calibration import Calibration
from minfu.language.category import CategoryModel
from minfu.language.descent import Examples, Floats, Solution, learn
from minfu.language.known import Known, known

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Method:
    """How to learn. Every number was found by trying, inside training parts only: ``docs/decisions/reading-categories.md``."""

    #: How much the lead counts beside the whole text; 0 leaves it out.
    lead: float = 0.75
    #: A run must stand in so many texts.
    least_texts: int = 2
    #: Runs that say little about the category count less: ``entropy`` − how evenly they are spread over the categories (0 … 1),
    #: as if each had been seen ``doubt`` times more, spread as all texts are. 0 leaves it out.
    entropy: float = 1.15
    doubt: float = 1.0
    #: A run that stands n times in a text counts n to this power: a long letter that repeats itself says no more.
    power: float = 0.6
    cost: float = 1.2
    rounds: int = 12
    #: Parts into which the texts are split to see how sure the model may be, and rounds to unlearn each part.
    parts: int = 5
    part_rounds: int = 3
    #: Most bytes of the model's table; the runs that pull least are dropped.
    most_bytes: int = 20_000_000


STANDARD = Method()


@dataclass(frozen=True)
class Counted:
    """The runs of all texts in one block: ``begins`` of each text in ``hashes`` (each once) and ``times``."""

    begins: NDArray[np.int64]
    hashes: NDArray[np.int32]
    times: NDArray[np.float32]


def counted(texts: Sequence[str]) -> tuple[Counted, ...]:
    """Count the runs of texts in each block."""
    parts = [grams.blocks(text) for text in texts]
    return tuple(_counted([part[block] for part in parts], bits) for block, bits in enumerate(grams.BITS))


def _counted(texts: Sequence[str], bits: int) -> Counted:
    hashes, times, lengths = [], [], []
    for begin in range(0, len(texts), grams.BATCH):
        runs = grams.runs(texts[begin : begin + grams.BATCH], bits)
        real = runs.hashes > 0
        hashes.append(runs.hashes[real])
        times.append(runs.times[real].astype(np.float32))
        lengths.append(np.add.reduceat(real, runs.begins, dtype=np.int64))
    begins = np.concatenate([[0], np.cumsum(np.concatenate(lengths))]).astype(np.int64)
    return Counted(begins, np.concatenate(hashes), np.concatenate(times))


def chosen(counts: Counted, rows: NDArray[np.int64]) -> Counted:
    """Return the counts of some of the texts."""
    lengths = counts.begins[rows + 1] - counts.begins[rows]
    begins = np.concatenate([[0], np.cumsum(lengths)])
    at = np.arange(begins[-1]) + np.repeat(counts.begins[rows] - begins[:-1], lengths)
    return Counted(begins, counts.hashes[at], counts.times[at])


@dataclass(frozen=True)
class _Weighed:
    """One block: the hashes that are kept, what each is worth, and what it is worth in a text of each category.

    In a text that is learned from, a run's worth is judged by the *other* texts: by its own too, every rare run would look
    telling, and what is learned would not hold for new texts.
    """

    known: Known
    worth: NDArray[np.float32]
    by_others: NDArray[np.float32]


def _weighed(counts: Counted, labels: Labels, classes: int, method: Method, bits: int, most: int) -> _Weighed:
    """Choose the runs that are kept, at most so many, and weigh them by how rare and how telling they are."""
    hashes, texts = np.unique(counts.hashes, return_counts=True)
    kept = np.flatnonzero(texts >= method.least_texts)
    if len(kept) > most:
        # The rarest go. Choosing by what they tell would again make them look more telling than they are.
        kept = np.sort(kept[np.argsort(-texts[kept], kind="stable")[:most]])
    knows = known(hashes[kept], bits)
    owners = np.repeat(labels, np.diff(counts.begins))
    cells = np.bincount(knows.places(counts.hashes) * classes + owners, minlength=(len(kept) + 1) * classes)
    spread = np.asarray(cells.reshape(-1, classes)[1:], np.float32)
    rare = (np.log((1 + len(labels)) / (1 + texts[kept])) + 1).astype(np.float32)
    usual = (np.bincount(labels, minlength=classes) / len(labels)).astype(np.float32)
    worth = np.multiply(rare, _telling(spread, usual, len(labels), method))
    by_others = np.empty((len(kept), classes), np.float32)
    for one in range(classes):
        others = spread.copy()
        others[:, one] = np.maximum(others[:, one] - 1, 0)
        by_others[:, one] = np.multiply(rare, _telling(others, usual, len(labels), method))
    return _Weighed(knows, worth, by_others)


def _telling(spread: Floats, usual: Floats, size: int, method: Method) -> Floats:
    """Return how much each run tells about the category, from the texts of each category it stands in."""
    if not method.entropy:
        return np.ones(len(spread), np.float32)
    shares = (spread + method.doubt * usual) / np.maximum(usual * size, 1)
    shares /= np.maximum(shares.sum(axis=1, keepdims=True), _TINY)
    evenness = -(shares * np.log(np.maximum(shares, _TINY))).sum(axis=1) / np.log(max(len(usual), 2))
    return np.asarray(np.maximum(method.entropy - evenness, 0), np.float32)


_TINY = 1e-12


def _examples(
    blocks: Sequence[Counted],
    weighed: Sequence[_Weighed],
    counts: Sequence[float],
    labels: Labels,
    classes: int,
    power: float,
) -> Examples:
    """Return the texts as rows of length one per block, the blocks' columns side by side."""
    size = len(labels)
    owners, columns, values = [], [], []
    offset = 0
    for block, one, count in zip(blocks, weighed, counts, strict=True):
        owner = np.repeat(np.arange(size, dtype=np.int32), np.diff(block.begins))
        place = one.known.places(block.hashes)
        kept = place > 0
        owner, place = owner[kept], place[kept] - 1
        value = block.times[kept] ** np.float32(power) * one.by_others[place, labels[owner]]
        length = np.sqrt(np.maximum(np.bincount(owner, value * value, minlength=size), 1e-9))
        owners.append(owner)
        columns.append((place + offset).astype(np.int32))
        values.append((count * value / length[owner]).astype(np.float32))
        offset += len(one.worth)
    order = np.argsort(np.concatenate(owners), kind="stable")
    begins = np.concatenate([[0], np.cumsum(np.bincount(np.concatenate(owners), minlength=size))])
    return Examples(
        begins.astype(np.int64),
        np.concatenate(columns)[order],
        np.concatenate(values)[order],
        labels,
        offset,
        classes,
    )


def learned(
    texts: Sequence[str], labels: Sequence[str], method: Method = STANDARD, *, seed: int = 0
) -> CategoryModel:
    """Learn a model from texts and their categories; ``ValueError`` for fewer than two categories."""
    names = tuple(sorted(set(labels)))
    numbers = np.asarray([names.index(one) for one in labels], np.int64)
    return learned_from(counted(texts), numbers, names, method, seed=seed)


def learned_from(
    blocks: Sequence[Counted],
    labels: Labels,
    names: tuple[str, ...],
    method: Method = STANDARD,
    *,
    seed: int = 0,
) -> CategoryModel:
    """Learn a model from texts that were counted before; ``labels`` are places in ``names``."""
    if len(np.unique(labels)) < 2:  # noqa: PLR2004 - as many as one reads at a glance
        raise ValueError("nothing to tell apart: at least two categories are needed")
    counts = (1.0, method.lead) if method.lead else (1.0,)
    most = method.most_bytes // (np.dtype(np.float16).itemsize * (len(names) + 1))
    weighed: list[_Weighed] = []
    # The lead first: it has few runs, and they say most.
    for at in reversed(range(len(counts))):
        weighed.insert(0, _weighed(blocks[at], labels, len(names), method, grams.BITS[at], most))
        most -= len(weighed[0].worth)
    examples = _examples(blocks[: len(counts)], weighed, counts, labels, len(names), method.power)
    everything = np.arange(len(labels))
    solution = learn(examples, everything, cost=method.cost, rounds=method.rounds, seed=seed)
    calibrated = _calibrated(examples, solution, method, seed)
    table, knows = _table(weighed, solution)
    return CategoryModel(names, knows, table, counts, method.power, calibrated)


def _calibrated(examples: Examples, solution: Solution, method: Method, seed: int) -> Calibration:
    """See how sure the model may be: part after part is unlearned and asked."""
    size = len(examples)
    part_of = np.random.default_rng(seed).permutation(size) % min(method.parts, size)
    scores = np.zeros((size, examples.classes), np.float32)
    for part in range(part_of.max() + 1):
        asked, others = np.flatnonzero(part_of == part), np.flatnonzero(part_of != part)
        start = solution.without(examples, asked)
        apart = learn(examples, others, cost=method.cost, rounds=method.part_rounds, seed=seed, start=start)
        scores[asked] = examples.scores(apart.weights, asked)
    return calibration.calibrate(scores, examples.labels)


def _table(weighed: Sequence[_Weighed], solution: Solution) -> tuple[NDArray[np.float16], tuple[Known, ...]]:
    """Fold weights and worth into one table whose first row is that of the unknown."""
    worth = np.concatenate([one.worth for one in weighed])
    table = np.zeros((len(worth) + 1, solution.weights.shape[1] + 1), np.float16)
    table[1:, :-1] = solution.weights * worth[:, None]
    table[1:, -1] = worth * worth
    knows, offset = [], 0
    for one in weighed:
        knows.append(replace(one.known, rows=one.known.rows + np.int32(offset)))
        offset += len(one.worth)
    return table, tuple(knows)
