"""What a room shows to monitoring: figures of the whole installation, asked when monitoring asks. Never about persons."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

#: Counts stop here: they say "far too many" as well as the true number would, and stay cheap.
MOST = 10_000

#: Values of labels, and the figure.
Reading = tuple[tuple[str, ...], float]


@dataclass(frozen=True)
class Measure:
    """A figure by labels; ``read`` asks the database."""

    name: str
    help: str
    labels: tuple[str, ...]
    read: Callable[[], Iterable[Reading]]


_measures: dict[str, Measure] = {}


def register(
    name: str, help_: str, read: Callable[[], Iterable[Reading]], labels: tuple[str, ...] = ()
) -> None:
    """Add a figure called ``minfu_NAME``; a second one of the same name is a ValueError."""
    if name in _measures:
        raise ValueError(f"measure {name} is registered twice")
    _measures[name] = Measure(f"minfu_{name}", help_, labels, read)


def measures() -> Iterator[Measure]:
    """Yield every registered figure."""
    yield from _measures.values()
