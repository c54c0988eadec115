"""What rooms hold of a person, told to that person (个人信息保护法 第四十五条: 查阅、复制). Each room registers a teller.

A registry, because rooms do not know each other: whoever hands out asks them all. Who the person is has been made sure of
before; a teller tells of others no more than that they were there.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from minfu.accounts.actor import Actor


@dataclass(frozen=True)
class Person:
    """Somebody who asks what is held of them: their sealed identities, and the ids of the demands they told.

    ``reader`` is the member of staff at the counter who hands it out: they read no more of it than they may see anyway, and
    contact data only where a look was recorded. None: the person takes it themselves.
    """

    identities: frozenset[UUID]
    demands: frozenset[int]
    reader: Actor | None = None


#: Returns what a room holds of a person, a matter at a time, readable: labels in the person's language.
Teller = Callable[[Person], Iterable[dict[str, Any]]]

_tellers: dict[str, Teller] = {}


def register(room: str, teller: Teller) -> None:
    """Let a room tell what it holds; twice is a ValueError."""
    if room in _tellers:
        raise ValueError(f"{room} tells twice what it holds")
    _tellers[room] = teller


def told(person: Person) -> Iterator[dict[str, Any]]:
    """Yield what every room holds of a person."""
    for room in sorted(_tellers):
        yield from _tellers[room](person)
