"""The operations of figures in the API: the same rights, verbs and sentences as the screens."""

from minfu.figures.api import corrections, deciding, reading
from minfu.figures.api.base import room

__all__ = ["corrections", "deciding", "reading", "room"]
