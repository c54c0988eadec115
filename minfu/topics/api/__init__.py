"""The room's operations in the API: the same verbs, rights and sentences as the screens."""

from minfu.topics.api import reading, steps
from minfu.topics.api.base import room

__all__ = ["reading", "room", "steps"]
