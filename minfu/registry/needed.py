"""Who still needs an identity: several rooms may hang on one, and none erases what another needs.

A room registers a teller in its ``apps.py``; whoever erases asks the others.
"""

from collections.abc import Callable, Collection
from uuid import UUID

#: Returns those of some identities that a matter of the room still needs.
Teller = Callable[[Collection[UUID]], set[UUID]]

_tellers: dict[str, Teller] = {}


def register(room: str, teller: Teller) -> None:
    """Let a room say which identities it needs; twice is a ValueError."""
    if room in _tellers:
        raise ValueError(f"{room} says twice what it needs")
    _tellers[room] = teller


def elsewhere(room: str, ids: Collection[UUID]) -> set[UUID]:
    """Return those of some identities that another room than ``room`` still needs."""
    found: set[UUID] = set()
    for name, teller in _tellers.items():
        if name != room and ids:
            found |= teller(ids)
    return found
