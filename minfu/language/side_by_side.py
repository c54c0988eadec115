"""Folds measured side by side: a process per core, each holding the texts. Used by ``minfu evaluate category``."""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import get_context

from minfu.language import evaluation
from minfu.language.evaluation import FOLDS, Data, Measured, Speed, Split

#: Most processes: each needs about a gigabyte for ten thousand texts.
_MOST = 4
#: Libraries that spread a multiplication over cores read these when they are loaded; with a process per core that only costs.
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")

#: What a worker process holds.
_held: list[Data] = []


class Workers:
    """Processes that hold the same texts."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        """Begin with a pool whose processes hold the texts."""
        self._pool = pool

    def measured(
        self, splits: Mapping[str, Split], done: Callable[[str, int], None] = lambda _name, _folds: None
    ) -> dict[str, list[Measured]]:
        """Return what the folds of each named split showed; ``done`` hears of each fold how many of its split are finished."""
        asked = {
            self._pool.submit(_measured, split, fold): (name, fold)
            for name, split in splits.items()
            for fold in range(FOLDS)
        }
        found: dict[str, dict[int, Measured]] = {name: {} for name in splits}
        for answer in as_completed(asked):
            name, fold = asked[answer]
            found[name][fold] = answer.result()
            done(name, len(found[name]))
        return {name: [folds[fold] for fold in range(FOLDS)] for name, folds in found.items()}

    def speed(self, texts: int, singles: int) -> Speed:
        """Return how fast one core learns from everything and reads; the other processes rest meanwhile."""
        return self._pool.submit(_speed, texts, singles).result()


@contextmanager
def workers(data: Data) -> Iterator[Workers]:
    """Start the processes; they end with the block, also when it fails."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    # Started afresh, not forked: nothing of this process (threads, a database connection) may be in two.
    many = min(len(os.sched_getaffinity(0)), _MOST)
    pool = ProcessPoolExecutor(many, get_context("spawn"), _hold, (data,))
    try:
        yield Workers(pool)
    finally:
        pool.shutdown(cancel_futures=True)
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _hold(data: Data) -> None:
    _held[:] = [data]


def _measured(split: Split, fold: int) -> Measured:
    return evaluation.measured_fold(_held[0], split, fold)


def _speed(texts: int, singles: int) -> Speed:
    return evaluation.speed(_held[0], texts, singles)
