"""``python -m bench [part …] [--rows N] [--markdown]``: measure, and print one table. All parts unless some are named."""

import argparse
import sys
import time
from collections.abc import Callable, Iterator

from bench import (
    categories,
    create,
    figures,
    home,
    imports,
    places,
    read,
    report,
    search,
    start,
    sweep,
    topics,
)
from bench.home import Home
from bench.report import Figure


def main() -> int:
    """Run the parts asked for (all by default); return 1 when a target was missed."""
    asked = _arguments()
    parts = _parts(asked)
    found: list[Figure] = []
    started = time.strftime("%F %R")
    with home.home() as where:
        lines = [f"minfu bench, {started}", *report.machine(where.path)]
        try:
            for name in [name for name in parts if name in asked.parts or not asked.parts]:
                began = time.monotonic()
                found.extend(parts[name](where))
                print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
        finally:  # what was measured before a failure is still worth reading
            report.show(found, lines, markdown=asked.markdown)
    return int(any(one.met is False for one in found))


def _parts(asked: argparse.Namespace) -> dict[str, Callable[[Home], Iterator[Figure]]]:
    """Return what can be measured, by name, in the order it is."""
    rounds, times = (2, 40) if asked.quick else (create.ROUNDS, read.TIMES)
    return {
        "create": lambda where: create.measure(where, rounds=rounds),
        "import": imports.measure,
        "place": places.measure,
        "category": categories.measure,
        "read": lambda where: read.measure(where, rows=asked.rows, times=times),
        "search": lambda where: search.measure(where, rows=asked.rows, times=times),
        "figures": lambda where: figures.measure(where, rows=asked.rows, times=times),
        "topics": lambda where: topics.measure(where, rows=asked.rows),
        "sweep": lambda where: sweep.measure(where, rows=asked.rows),
        "start": lambda _where: start.measure(),
    }


def _arguments() -> argparse.Namespace:
    """Read the command line; a part there is not ends the program with the names of those there are."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    names = ", ".join(_parts(argparse.Namespace(quick=True, rows=0)))
    parser.add_argument("parts", nargs="*", metavar="part", help=f"{names}; default: all")
    parser.add_argument(
        "--rows",
        type=int,
        default=1_000_000,
        help="demands in the large databases (read, search, figures, topics, sweep)",
    )
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument("--quick", action="store_true", help="fewer rounds; for trying the bench itself")
    asked = parser.parse_args()
    if unknown := set(asked.parts) - set(names.split(", ")):
        sys.exit(f"no such part: {', '.join(sorted(unknown))}; there are {names}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
