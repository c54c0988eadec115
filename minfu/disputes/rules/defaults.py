"""The configuration a county starts with, shipped as dated tables in ``minfu/disputes/data``."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from minfu.disputes.models import Term, Way
from minfu.kernel import dated

DATA = Path(__file__).resolve().parent.parent / "data"


def load_defaults() -> int:
    """Add the shipped terms and ways nobody has set yet; return how many. A second run changes nothing."""
    with transaction.atomic():
        terms = dated.ship(Term, ("key",), _lines("terms.csv"))
        return terms + dated.ship(Way, ("code",), _lines("ways.csv"))


def _lines(file: str) -> list[dict[str, Any]]:
    with (DATA / file).open(encoding="utf-8", newline="") as handle:
        rows: list[dict[str, Any]] = list(csv.DictReader(handle))
    for row in rows:
        row["valid_from"] = date.fromisoformat(row["valid_from"])
        if "days" in row:
            row["days"] = int(row["days"])
    return rows
