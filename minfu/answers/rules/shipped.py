"""Synonyms minfu ships: how forms call what indicators count. A proposal; counties add their own, dated, with source."""

import csv
from datetime import date
from pathlib import Path

from minfu.answers.models import Synonym
from minfu.answers.rules.naming import bare
from minfu.kernel import dated

FILE = Path(__file__).parents[1] / "data" / "synonyms.csv"
SINCE = date(2020, 1, 1)


def load_defaults() -> int:
    """Load the shipped synonyms that are not there yet; return how many."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = [
            {
                "words": line["words"],
                "normal": bare(line["words"]),
                "means": line["means"],
                "source": line["source"],
                "valid_from": SINCE,
            }
            for line in csv.DictReader(lines)
        ]
    return dated.ship(Synonym, ("normal", "means"), rows)
