"""The table a run prints, and what machine it ran on."""

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One line: what was measured, the value, the target it was held against, and whether that was met.

    ``met`` is None for yardsticks and for controls, which have no target.
    """

    part: str
    what: str
    value: str
    target: str = ""
    met: bool | None = None


def machine(home: Path) -> list[str]:
    """Describe the machine in lines: processor, memory, disk, system, load by others before we started."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    disk = max(
        (part for part in psutil.disk_partitions(all=True) if str(home).startswith(part.mountpoint)),
        key=lambda part: len(part.mountpoint),
    )
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return [
        f"{cpu}, {os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB, disk {disk.fstype}",
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        f"load average before: {load}",
    ]


def show(figures: Sequence[Figure], lines: Sequence[str], *, markdown: bool = False) -> None:
    """Print the table under the machine's description, in colour or as Markdown."""
    if markdown:
        print(
            "\n".join(
                [*lines, "", "| part | measured | value | target | |", "| --- | --- | --- | --- | --- |"]
            )
        )
        for one in figures:
            print(f"| {one.part} | {one.what} | {one.value} | {one.target} | {_mark(one)} |")
        return
    console = Console(highlight=False, width=max(120, Console().width))
    for line in lines:
        console.print(line)
    table = Table("part", "measured", "value", "target", "")
    for one in figures:
        table.add_row(one.part, one.what, one.value, one.target, _mark(one))
    console.print(table)


def _mark(one: Figure) -> str:
    return "" if one.met is None else "ok" if one.met else "MISSED"


def percentile(values: Sequence[float], percent: int) -> float:
    """Return a percentile (1 to 99) of at least two values."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
