"""The room's operations in the API: the same verbs, rights and sentences as the screens."""

from minfu.hazards.api import config, reading, steps
from minfu.hazards.api.base import room

__all__ = ["config", "reading", "room", "steps"]
