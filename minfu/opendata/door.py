"""The door: what the site asks of open data."""

from minfu.opendata.rules import terms

__all__ = ["load_defaults"]


def load_defaults() -> int:
    """Load the shipped terms unless there are any; return how many."""
    return terms.load_defaults()
