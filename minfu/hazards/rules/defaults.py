"""The configuration a county starts with, shipped as dated tables in ``minfu/hazards/data``."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from minfu.hazards.models import AlarmStep, Grade
from minfu.kernel import dated

DATA = Path(__file__).resolve().parent.parent / "data"
_NUMBERS = ("weight", "amount", "again_amount", "stage", "wait_minutes")


def load_defaults() -> int:
    """Add the shipped grades nobody has set yet, and the shipped list if there is none; return how many rows."""
    with transaction.atomic():
        graded = dated.ship(Grade, ("code",), _lines("grades.csv"))
        if AlarmStep.objects.exists():
            return graded
        return graded + dated.ship(AlarmStep, ("stage", "whom", "duty"), _lines("alarm_steps.csv"))


def _lines(file: str) -> list[dict[str, Any]]:
    with (DATA / file).open(encoding="utf-8", newline="") as handle:
        rows: list[dict[str, Any]] = list(csv.DictReader(handle))
    for row in rows:
        row["valid_from"] = date.fromisoformat(row["valid_from"])
        row.update({name: int(row[name]) for name in _NUMBERS if name in row})
        if "alarm" in row:
            row["alarm"] = row["alarm"] == "yes"
    return rows
