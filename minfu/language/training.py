"""How a category model is learned from texts whose category is known."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from minfu.language import calibration, grams, second_look
from minfu.language.calibration import Calibration
from minfu.language.category import CategoryModel
from minfu.language.descent import Examples, Floats, Solution, learn
from minfu.language.known import Known, known
from minfu.language.second_look import SecondLook

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
    #: How strongly the second look keeps near adding up the blocks' scores; 0 only adds them up.
    ridge: float = 1.0
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
    """One block: the hashes that are kept, in how many texts of each category each stands (``spread``), what it is worth, and
    what it is worth in a text of each category.

    In a text that is learned from, a run's worth is judged by the *other* texts: by its own too, every rare run would look
    telling, and what is learned would not hold for new texts.
    """

    known: Known
    spread: Floats
    worth: Floats
    by_others: Floats


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
    usual = np.bincount(labels, minlength=classes).astype(np.float32)
    rare = _rare(spread, len(labels))
    by_others = np.empty((len(kept), classes), np.float32)
    for one in range(classes):
        others = spread.copy()
        others[:, one] = np.maximum(others[:, one] - 1, 0)
        by_others[:, one] = rare * _telling(others, usual, method)
    return _Weighed(knows, spread, rare * _telling(spread, usual, method), by_others)


def _rare(spread: Floats, size: int) -> Floats:
    """Return how rare each run is, from the texts of each category it stands in."""
    return np.asarray(np.log((1 + size) / (1 + spread.sum(axis=1))) + 1, np.float32)


def _telling(spread: Floats, texts: Floats, method: Method) -> Floats:
    """Return how much each run tells about the category, from the texts of each category it stands in, and how many there are."""
    if not method.entropy:
        return np.ones(len(spread), np.float32)
    shares = (spread + method.doubt / texts.sum() * texts) / np.maximum(texts, 1)
    shares /= np.maximum(shares.sum(axis=1, keepdims=True), _TINY)
    evenness = -(shares * np.log(np.maximum(shares, _TINY))).sum(axis=1) / np.log(max(len(texts), 2))
    return np.asarray(np.maximum(method.entropy - evenness, 0), np.float32)


_TINY = 1e-12


@dataclass(frozen=True)
class _Rows:
    """The texts as ``examples``, their columns block by block (``edges``: the first of each, one more at the end); how ``often``
    each run stands in its text, to the method's power.
    """

    examples: Examples
    often: Floats
    edges: tuple[int, ...]


def _rows(
    blocks: Sequence[Counted],
    weighed: Sequence[_Weighed],
    counts: Sequence[float],
    labels: Labels,
    classes: int,
    power: float,
) -> _Rows:
    """Return the texts as rows of length one per block, the blocks' columns side by side."""
    size = len(labels)
    owners, columns, values, often = [], [], [], []
    edges = [0]
    for block, one, count in zip(blocks, weighed, counts, strict=True):
        owner = np.repeat(np.arange(size, dtype=np.int32), np.diff(block.begins))
        place = one.known.places(block.hashes)
        kept = place > 0
        owner, place = owner[kept], place[kept] - 1
        often.append(block.times[kept] ** np.float32(power))
        value = often[-1] * one.by_others[place, labels[owner]]
        length = np.sqrt(np.maximum(np.bincount(owner, value * value, minlength=size), 1e-9))
        owners.append(owner)
        columns.append((place + edges[-1]).astype(np.int32))
        values.append((count * value / length[owner]).astype(np.float32))
        edges.append(edges[-1] + len(one.worth))
    order = np.argsort(np.concatenate(owners), kind="stable")
    begins = np.concatenate([[0], np.cumsum(np.bincount(np.concatenate(owners), minlength=size))])
    examples = Examples(
        begins.astype(np.int64),
        np.concatenate(columns)[order],
        np.concatenate(values)[order],
        labels,
        edges[-1],
        classes,
    )
    return _Rows(examples, np.concatenate(often)[order], tuple(edges))


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
    rows = _rows(blocks[: len(counts)], weighed, counts, labels, len(names), method.power)
    everything = np.arange(len(labels))
    solution = learn(rows.examples, everything, cost=method.cost, rounds=method.rounds, seed=seed)
    spread = np.concatenate([one.spread for one in weighed])
    second, calibrated = _calibrated(rows, spread, solution, counts, method, seed)
    table, knows = _table(weighed, solution)
    return CategoryModel(names, knows, table, counts, method.power, second, calibrated)


def _calibrated(
    rows: _Rows, spread: Floats, solution: Solution, counts: Sequence[float], method: Method, seed: int
) -> tuple[SecondLook, Calibration]:
    """Learn the second look and how sure the model may be: part after part is unlearned and asked."""
    examples = rows.examples
    size, classes, labels = len(examples), examples.classes, examples.labels
    part_of = np.random.default_rng(seed).permutation(size) % min(method.parts, size)
    scores = np.zeros((size, classes * len(counts)), np.float32)
    for part in range(part_of.max() + 1):
        asked, others = np.flatnonzero(part_of == part), np.flatnonzero(part_of != part)
        start = solution.without(examples, asked)
        apart = learn(examples, others, cost=method.cost, rounds=method.part_rounds, seed=seed, start=start)
        worth = _worth_without(rows, spread, asked, method)
        for some in np.array_split(asked, -(-len(asked) // _AT_ONCE)):
            scores[some] = _asked(rows, apart.weights, worth, counts, some)
    second = second_look.fitted(scores, labels, classes, method.ridge)
    return second, calibration.calibrate(second.scores(scores), labels)


#: Texts that are asked together.
_AT_ONCE = 500


def _worth_without(rows: _Rows, spread: Floats, asked: NDArray[np.int64], method: Method) -> Floats:
    """Return what each run is worth by the texts that are not asked; nothing where too few have it."""
    examples = rows.examples
    at, owner = _entries(examples, asked)
    classes = examples.classes
    cells = np.bincount(
        examples.columns[at] * classes + examples.labels[asked][owner], minlength=examples.width * classes
    )
    left = np.asarray(spread - cells.reshape(-1, classes), np.float32)
    texts = np.bincount(np.delete(examples.labels, asked), minlength=classes).astype(np.float32)
    worth = _rare(left, len(examples) - len(asked)) * _telling(left, texts, method)
    return np.where(left.sum(axis=1) >= method.least_texts, worth, np.float32(0))


def _asked(
    rows: _Rows, weights: Floats, worth: Floats, counts: Sequence[float], asked: NDArray[np.int64]
) -> Floats:
    """Return the scores of texts in each block and category, as of texts whose category is not known."""
    examples, blocks = rows.examples, len(counts)
    at, owner = _entries(examples, asked)
    columns = examples.columns[at]
    owner = owner * blocks + np.searchsorted(rows.edges[1:-1], columns, side="right")
    values = rows.often[at] * worth[columns]
    length = np.sqrt(np.maximum(np.bincount(owner, values * values, minlength=len(asked) * blocks), _TINY))
    pulls = weights.take(columns, axis=0) * values[:, None]
    sums = np.stack([np.bincount(owner, one, minlength=len(length)) for one in pulls.T], axis=1)
    scores = sums * (np.tile(counts, len(asked)) / length)[:, None]
    return np.asarray(scores.reshape(len(asked), -1), np.float32)


def _entries(examples: Examples, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where some rows' entries are, and which of the rows each is of (counted from 0)."""
    begins, ends = examples.begins[rows], examples.begins[rows + 1]
    lengths = ends - begins
    owner = np.repeat(np.arange(len(rows)), lengths)
    return np.arange(lengths.sum()) + np.repeat(ends - np.cumsum(lengths), lengths), owner


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
