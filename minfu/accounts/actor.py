"""Actor: who acts now, in which post. Every verb takes one."""

from dataclasses import dataclass, replace
from typing import cast

from django.http import HttpRequest

from minfu.kernel.record import Stamp


@dataclass(frozen=True)
class Actor:
    """A person (or the system) acting in one post through one door.

    ``area`` is the division code prefix the post covers (6, 9 or 12 digits; "" for none). ``rights`` are names registered
    with the gate. ``own_units`` are the units of all posts the person holds, whichever they act in. A resident has no post:
    ``kind`` is "resident", ``case_id`` the one case their receipt opens, ``proof`` how they showed that they are its resident
    (words of the room).
    """

    kind: str
    door: str
    label: str = ""
    user_id: int | None = None
    post_id: int | None = None
    unit_id: int | None = None
    own_units: frozenset[int] = frozenset()
    role: str = ""
    level: str = ""
    area: str = ""
    grid_ids: frozenset[int] = frozenset()
    on_behalf_of_post_id: int | None = None
    case_id: int | None = None
    proof: str = ""
    rights: frozenset[str] = frozenset()

    def may(self, right: str) -> bool:
        """Tell whether the actor holds ``right`` in this post."""
        return right in self.rights

    def through(self, door: str) -> "Actor":
        """Return the same actor coming through another door (screen, api, import …)."""
        return replace(self, door=door)

    def is_of(self, unit_id: int | None) -> bool:
        """Tell whether the person belongs to a unit, by the post they act in or by another they hold."""
        return unit_id is not None and (unit_id == self.unit_id or unit_id in self.own_units)

    @property
    def is_system(self) -> bool:
        """Tell whether the software itself acts (deadlines, imports without a clerk)."""
        return self.kind == "system"

    @property
    def stamp(self) -> Stamp:
        """Return what the history keeps of the actor."""
        return Stamp(
            kind=self.kind,
            door=self.door,
            label=self.label,
            user_id=self.user_id,
            post_id=self.post_id,
            unit_id=self.unit_id,
            on_behalf_of_post_id=self.on_behalf_of_post_id,
        )


def system(door: str = "job") -> Actor:
    """Return the software itself as an actor; it holds no rights and verbs that it may call say so."""
    return Actor(kind="system", door=door, label="系统")


def resident(door: str = "web", case_id: int | None = None, proof: str = "") -> Actor:
    """Return a resident: anyone reporting, or the holder of the receipt of ``case_id``, with what they showed besides."""
    return Actor(kind="resident", door=door, label="居民", case_id=case_id, proof=proof)


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts: for views behind a right, and operations that need a sign-in."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]  # set by accounts.middleware
