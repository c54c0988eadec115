"""Draws the navigation from what the rooms registered with ``minfu.kernel.menu``."""

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from minfu.accounts.actor import Actor
from minfu.kernel import composed, menu
from minfu.kernel.templatetags.minfu import svg_icon

#: Entries in the bar at the foot of a phone; the rest are one tap away.
TABS = 4
#: The largest number a badge shows.
MOST = 99


@dataclass(frozen=True)
class Item:
    """An entry as one actor sees it on one page: its address, its badge and whether the page belongs to it."""

    entry: menu.Entry
    url: str
    active: bool
    count: int = 0
    label: str = ""
    icon: SafeString = field(default_factory=SafeString)

    def __getitem__(self, name: str) -> Any:
        """Return an attribute: templates ask this way first, and every page asks for hundreds."""
        return getattr(self, name)

    @property
    def badge(self) -> str:
        """Return the number as it fits a badge; empty for none."""
        return "" if not self.count else str(self.count) if self.count <= MOST else f"{MOST}+"


@dataclass
class Navigation:
    """The navigation of one actor on the page at ``path``; nothing is counted before a template asks."""

    actor: Actor
    path: str = ""
    _items: dict[str, list[Item]] = field(default_factory=dict)

    def _sees(self, entry: menu.Entry) -> bool:
        held = not entry.right or self.actor.may(entry.right)
        return held and self.actor.role not in entry.not_for

    @cached_property
    def _waiting(self) -> dict[str, int]:
        """Return what waits, by entry: all of it in one statement."""
        seen = [entry for entry in menu.entries() if entry.waits and self._sees(entry)]
        asked = {entry.url_name: entry.waits(self.actor) for entry in seen if entry.waits}
        numbers = iter(composed.counts([one for questions in asked.values() for one in questions]))
        return {name: sum(next(numbers) for _one in questions) for name, questions in asked.items()}

    def _slot(self, slot: menu.Slot) -> list[Item]:
        entries = [(entry, entry.url) for entry in menu.entries() if entry.slot == slot and self._sees(entry)]
        here = max((url for _entry, url in entries if self.path.startswith(url)), key=len, default=None)
        return [
            Item(
                entry,
                url,
                active=url == here,
                count=entry.count(self.actor) if entry.count else self._waiting.get(entry.url_name, 0),
                label=str(entry.label),
                icon=svg_icon(entry.icon),
            )
            for entry, url in entries
        ]

    @cached_property
    def main(self) -> list[Item]:
        """Return the entries of the rail."""
        return self._slot("main")

    @cached_property
    def tabs(self) -> list[Item]:
        """Return the entries that fit into the bar at the foot of a phone."""
        return self.main[:TABS]

    @cached_property
    def more(self) -> list[Item]:
        """Return the entries that do not fit into the bar."""
        return self.main[TABS:]

    @cached_property
    def bell(self) -> list[Item]:
        """Return what stands beside the account menu (unread notices)."""
        return self._slot("bell")

    @cached_property
    def account(self) -> list[Item]:
        """Return the entries of one's own account."""
        return self._slot("account")


def start_url(actor: Actor) -> str:
    """Return the address of the actor's start page: their role's, else the first entry they may use, else an empty string."""
    if name := menu.start_of(actor.role):
        return reverse(name)
    items = Navigation(actor).main
    return items[0].url if items else ""
