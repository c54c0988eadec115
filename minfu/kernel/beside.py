"""What other rooms have to say about an object, shown beside it: each room registers a teller, the object's page asks.

A registry in the kernel, because rooms do not know each other; ``site/wiring.py`` registers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from minfu.kernel.steps import State


@dataclass(frozen=True)
class Note:
    """A matter in another room that hangs on the object: what it is, its state, a sentence, and where it is."""

    title: Any
    state: State
    text: str
    url: str


#: Returns what ``actor`` may see that hangs on the object with this id.
Teller = Callable[[Any, int], list[Note]]

_tellers: dict[str, list[Teller]] = {}


def register(subject_type: str, teller: Teller) -> None:
    """Let ``teller`` speak beside objects of a type, named as in the history."""
    _tellers.setdefault(subject_type, []).append(teller)


def notes(actor: Any, subject_type: str, subject_id: int) -> list[Note]:
    """Return everything the actor may see beside an object."""
    return [note for teller in _tellers.get(subject_type, ()) for note in teller(actor, subject_id)]
