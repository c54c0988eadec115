"""The room's operations in the API: the same verbs, rights and sentences as the screens."""

from minfu.documents.api import reading, registers, steps
from minfu.documents.api.base import room

__all__ = ["reading", "registers", "room", "steps"]
