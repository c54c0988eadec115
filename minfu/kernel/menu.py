"""What rooms offer in the navigation: each room registers its entries, ``site`` draws them.

A registry in the kernel, because a room must not import from ``site``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from django.urls import get_script_prefix, reverse

from minfu.kernel import gate
from minfu.kernel.composed import Question

#: Where an entry stands: the rail (bar at the foot of a phone), the bell, the menu of one's own account,
#: or the residents' start page (as a large button with ``hint`` under its label).
Slot = Literal["main", "bell", "account", "resident"]


@dataclass(frozen=True)
class Entry:
    """One entry. Shown to actors who hold ``right``; an empty ``right`` means every signed-in staff member.

    ``key`` is the letter that opens it after ``g``; ``waits(actor)`` asks what waits: together the number on its badge,
    and the badges of a page are asked in one statement (``count(actor)``: a number counted otherwise); ``post`` makes it a
    button that posts instead of a link (signing out). Lower ``order`` stands first; the first four ``main`` entries
    stand in the bar at the foot of a phone. ``not_for``: roles that hold the right and have a better screen for it.
    """

    label: Any
    url_name: str
    right: str = ""
    order: int = 50
    icon: str = "circle"
    slot: Slot = "main"
    key: str = ""
    waits: Callable[[Any], Sequence[Question]] | None = None
    count: Callable[[Any], int] | None = None
    post: bool = False
    hint: Any = ""
    not_for: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """Return the entry's address."""
        return _address(self.url_name, get_script_prefix())


@cache
def _address(url_name: str, _prefix: str) -> str:
    """Return an address that is the same for as long as the process runs: every page shows some thirty."""
    return reverse(url_name)


_entries: dict[str, Entry] = {}
_starts: dict[str, str] = {}
_finders: list[Callable[[Any, str], str | None]] = []
_word_pages: list[tuple[str, str]] = []


def register(entry: Entry) -> Entry:
    """Add an entry; a second one with the same address, or an unknown right, fails at import."""
    if entry.url_name in _entries:
        raise ValueError(f"menu entry {entry.url_name} is registered twice")
    if entry.right:
        gate.known(entry.right)
    _entries[entry.url_name] = entry
    return entry


def entries() -> list[Entry]:
    """Return every entry, first things first."""
    return sorted(_entries.values(), key=lambda entry: (entry.order, entry.url_name))


def start_page(url_name: str, *roles: str) -> None:
    """Say which page staff of these roles see first after signing in; a role said twice is a ValueError."""
    for role in roles:
        if role in _starts:
            raise ValueError(f"role {role} has two start pages")
        _starts[role] = url_name


def start_of(role: str) -> str:
    """Return the name of a role's start page, or an empty string when no room has claimed the role."""
    return _starts.get(role, "")


def register_finder(finder: Callable[[Any, str], str | None]) -> Callable[[Any, str], str | None]:
    """Let a room answer the search box: ``finder(actor, text)`` returns the address of what the text names, or None.

    A finder answers only for what the actor may see. May be used as a decorator.
    """
    _finders.append(finder)
    return finder


def find(actor: Any, text: str) -> str | None:
    """Return the first address a room finds for the text, or None."""
    return next((url for finder in _finders if (url := finder(actor, text))), None)


def register_words(url_name: str, right: str) -> None:
    """Name the page to which the search box hands (by POST, as ``q``) what is no number, for actors who hold ``right``."""
    gate.known(right)
    _word_pages.append((url_name, right))


def words_page(actor: Any) -> str:
    """Return the address of the page on which this actor searches by words, "" for none."""
    return next((_address(name, get_script_prefix()) for name, right in _word_pages if actor.may(right)), "")
