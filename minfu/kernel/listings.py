"""Lists that can be taken out as a table: each declares its columns once, the room ``tables`` writes them.

A list is known by a name (``room.list``). What is exported is what its screen shows: ``rows`` applies the same rights, filter
and order to the same words of the address.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from minfu.kernel import gate
from minfu.kernel.errors import Invalid, Missing

#: What of an address narrows a list.
Asked = Mapping[str, str]


@dataclass(frozen=True)
class Column:
    """A column: its title, and what stands in it for a row (text, number, moment, None)."""

    title: Any
    value: Callable[[Any], object]


@dataclass(frozen=True)
class Personal:
    """Contact data that may ride along: the titles of its columns, and what opens it for one row.

    ``open`` is called with actor, row and purpose (of the vault), records the look, and returns the cells, or raises
    ``Refused`` where this actor may not see this row's; ``right`` is needed to ask at all.
    """

    right: str
    titles: tuple[Any, ...]
    open: Callable[[Any, Any, Any], Sequence[object]]


@dataclass(frozen=True)
class Listing:
    """A list. ``right`` opens its screen (and its export), ``screen`` is the screen's path, ``keys`` what narrows it.

    ``rows(actor, asked)`` returns a queryset in the order of the screen, or a sequence; it raises ``Invalid`` as the screen
    does. ``named(actor, asked)`` says in a word which part of the list it is (a tab).
    """

    name: str
    title: Any
    right: str
    screen: Any
    rows: Callable[[Any, Asked], Iterable[Any]]
    columns: tuple[Column, ...]
    keys: tuple[str, ...] = ()
    personal: Personal | None = None
    named: Callable[[Any, Asked], Any] | None = field(default=None)

    def asked(self, given: Mapping[str, Any]) -> dict[str, str]:
        """Return what of an address or body narrows this list."""
        return {key: str(given[key]) for key in self.keys if given.get(key)}

    def narrowed(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return what narrows this list; ``Invalid`` for a word it does not know: a misspelt one must not widen it."""
        if unknown := sorted(set(given) - set(self.keys)):
            sentence = _("这个列表不能按“%(words)s”筛选，可以用：%(keys)s。")
            words = {"words": "、".join(unknown)[:80], "keys": "、".join(self.keys) or _("没有")}
            raise Invalid({"query": [sentence % words]})
        return self.asked(given)

    def label(self, actor: Any, asked: Asked) -> str:
        """Return what the exported part of the list is called."""
        return str(self.named(actor, asked) if self.named else self.title)

    def back(self, asked: Asked) -> str:
        """Return the address of the screen, narrowed as it was."""
        return str(self.screen) + (f"?{urlencode(asked)}" if asked else "")


_listings: dict[str, Listing] = {}


def register(listing: Listing) -> None:
    """Add a list; an unknown right or a name that is there already fails at import."""
    gate.known(listing.right)
    if listing.name in _listings:
        raise ValueError(f"list {listing.name} is registered twice")
    _listings[listing.name] = listing


def names() -> list[str]:
    """Return the names of all lists."""
    return list(_listings)


def get(name: str) -> Listing:
    """Return a list by name or raise ``Missing``."""
    if name not in _listings:
        raise Missing(_("没有这个列表。"))
    return _listings[name]


def export_path(name: str) -> str:
    """Return the path of the page that exports a list; the room ``tables`` serves it."""
    return f"/lists/{get(name).name}/export/"
