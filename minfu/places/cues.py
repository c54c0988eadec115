"""The words around names of places, kept as data (``data/cues.toml``), as compiled patterns."""

import re
import tomllib
from functools import lru_cache
from typing import Any

from minfu.places.loading import DATA


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads((DATA / "cues.toml").read_text(encoding="utf-8"))


def before(name: str) -> re.Pattern[str]:
    """Return the pattern of what stands right before a name; to be searched for up to its start."""
    return re.compile(f"(?:{'|'.join(_table()[name])})$")


def after(name: str) -> re.Pattern[str]:
    """Return the pattern of what stands right after a name; to be matched from its end. Also for words that stand anywhere."""
    return re.compile("|".join(_table()[name]))


def letters(name: str) -> frozenset[str]:
    """Return a set of characters, or of words."""
    return frozenset(_table()[name])
