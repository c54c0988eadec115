"""Importing a table end to end, through the function every import goes through: the file read, every row checked, located,
routed, given its clocks, history and messages, and stored; one transaction. Django's start is not counted.
"""

import csv
import io
import json
from collections.abc import Iterator

from bench import create
from bench import home as homes
from bench.home import Home
from bench.report import Figure

ROWS = 20_000
PER_SECOND = 1000
REAL = homes.ROOT.parent / "shared" / "data" / "demands" / "stream.csv.gz"

_IMPORT = """
import json, os, sys, time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
import django
django.setup()
from minfu.accounts.actor import system
from minfu.cases.rules import importing
data = Path(sys.argv[1]).read_bytes()
start = time.monotonic()
done = importing.import_table(actor=system("import"), data=data, source="bench " + sys.argv[2], skip_bad=True)
seconds = time.monotonic() - start
print(json.dumps({"rows": done.rows, "imported": done.imported, "bad": done.bad_rows, "seconds": seconds}))
"""


def measure(where: Home) -> Iterator[Figure]:
    """Yield rows per second of a generated table and, where it is, of the real one."""
    where.copy("imports")
    made = where.path / "table.csv"
    made.write_text(_table(create.bodies(where)), encoding="utf-8")
    with where.connect("imports") as connection:
        connection.execute("ANALYZE")
    for name, path in (("generated", made), ("real messages", REAL)):
        if not path.exists():
            continue
        done = json.loads(where.run_code(_IMPORT, str(path), name, database="imports"))
        rate = done["rows"] / done["seconds"]
        yield Figure(
            "import",
            f"{name}: {done['rows']:,} rows, {done['imported']:,} imported, {done['bad']:,} reported",
            f"{rate:,.0f} rows/s",
            f"≥ {PER_SECOND:,} rows/s",
            rate >= PER_SECOND,
        )


def _table(told: list[dict[str, object]]) -> str:
    """Return a table of so many different demands with a number, text, type, category, place, name and telephone each."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["来源编号", "反映内容", "诉求类型", "类别", "地点", "村代码", "姓名", "电话"])
    for number in range(ROWS):
        one = told[number % len(told)]
        place, person = one["place"], one["person"]
        assert isinstance(place, dict)
        assert isinstance(person, dict)
        told_text = f"{one['description']}(第{number}行)"
        writer.writerow(
            [
                f"B{number:06d}", told_text, one["kind"], one["category"], place.get("address", ""),
                place.get("village", ""), person["name"], f"139{number:08d}",
            ]
        )  # fmt: skip
    return text.getvalue()
