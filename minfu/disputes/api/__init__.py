"""The room's operations in the API: the same verbs, rights and sentences as the screens."""

from minfu.disputes.api import config, reading, steps
from minfu.disputes.api.base import room

__all__ = ["config", "reading", "room", "steps"]
