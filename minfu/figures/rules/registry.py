"""The indicators there are. Each is defined in a file of ``minfu/figures/indicators`` and registered here when it loads."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.figures.rules.formula import Indicator
from minfu.kernel.errors import Missing

#: What an indicator may be split by. Matters and units; never persons, and a house test sees to it.
SPLITS = frozenset({"place", "unit", "level", "category", "kind", "door", "period"})

_indicators: dict[str, Indicator] = {}


@dataclass(frozen=True)
class Room:
    """The room whose matters indicators of a group count: its application, what people call it, and its matters.

    ``visible(actor)`` returns those the actor may open, with ``number``; ``page`` names the route that shows one.
    """

    app: str
    title: Any
    visible: Callable[[Actor], QuerySet[Any]]
    page: str

    @property
    def is_there(self) -> bool:
        """Tell whether the room is installed."""
        return apps.is_installed(self.app)


_rooms: dict[str, Room] = {}


def register_room(group: str, room: Room) -> None:
    """Say which room the indicators of a group come from; a group registered twice fails at import."""
    if group in _rooms:
        raise ValueError(f"group {group} is registered twice")
    _rooms[group] = room


def room(group: str) -> Room:
    """Return the room of a group; KeyError for none."""
    return _rooms[group]


def is_there(indicator: Indicator) -> bool:
    """Tell whether the room an indicator comes from is installed."""
    return indicator.group not in _rooms or _rooms[indicator.group].is_there


def register(indicator: Indicator) -> Indicator:
    """Add an indicator; a name that is there already, or a split nobody knows, fails at import."""
    if indicator.name in _indicators:
        raise ValueError(f"indicator {indicator.name} is registered twice")
    if unknown := set(indicator.splits) - SPLITS:
        raise ValueError(f"indicator {indicator.name} cannot be split by {sorted(unknown)}")
    _indicators[indicator.name] = indicator
    return indicator


def indicators(on: date | None = None) -> list[Indicator]:
    """Return the indicators whose rooms are installed, those in force on a day if one is given."""
    return [one for one in _indicators.values() if is_there(one) and (on is None or holds(one, on))]


def holds(indicator: Indicator, on: date) -> bool:
    """Tell whether an indicator is in force on a day."""
    return indicator.valid_from <= on.isoformat() and (
        not indicator.valid_to or on.isoformat() < indicator.valid_to
    )


def indicator(name: str) -> Indicator:
    """Return an indicator by name; ``Missing`` for one there is not, or whose room is not installed."""
    if name not in _indicators:
        raise Missing(_("没有“%(name)s”这个指标，或它所属的功能没有安装。") % {"name": name[:40]})
    found = _indicators[name]
    if not is_there(found):
        told = {"title": found.title, "room": _rooms[found.group].title}
        raise Missing(_("“%(title)s”来自“%(room)s”，这个功能没有安装，没有数字。") % told)
    return found
