"""The room's operations in the API: signing in, and what the administrator's screens do."""

from minfu.accounts.api import delegations, people, posts, security, sign_in, systems, units
from minfu.accounts.api.base import Bearer

ROOMS = (sign_in.room, units.room, people.room, posts.room, delegations.room, security.room, systems.room)

__all__ = ["ROOMS", "Bearer"]
