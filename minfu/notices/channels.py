"""The ways out: a provider registers itself for a channel here. Without one, a desk tells the resident by phone."""

from collections.abc import Callable

from minfu.notices.models import Channel, Notice

#: Delivers one notice to the outside, or raises; called by a job, never inside a transaction.
Provider = Callable[[Notice], None]

_providers: dict[str, Provider] = {}


def provide(channel: Channel, provider: Provider) -> None:
    """Let ``provider`` deliver the notices of ``channel``; a second provider for one channel is a ValueError."""
    if channel in _providers:
        raise ValueError(f"channel {channel} has a provider")
    _providers[channel] = provider


def served(channel: str) -> bool:
    """Tell whether notices of ``channel`` leave the house by themselves."""
    return channel in _providers
