"""Which ways to the outside there are: asked for every notice that is written, so kept in process for a few seconds."""

import time
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet

from minfu.notices import kinds
from minfu.notices.models import Channel

TTL = 5.0  # seconds


@dataclass(frozen=True)
class Ways:
    """Whether anything goes out to residents, and to staff."""

    residents: bool
    staff: bool


_cached: tuple[float, Ways] | None = None


def active() -> QuerySet[Channel]:
    """Return the channels in use, first choice first. The catcher is none where real people live."""
    rows = Channel.objects.filter(is_active=True).select_related("health")
    return rows if settings.MINFU_DEMO else rows.exclude(kind=kinds.CATCHER)


def current() -> Ways:
    """Return which ways there are, at most ``TTL`` seconds old: what was written meanwhile goes by the old answer."""
    global _cached  # noqa: PLW0603 - the one process-wide snapshot
    if _cached is None or time.monotonic() - _cached[0] > TTL:
        rows = list(active().select_related(None).values_list("for_residents", "for_staff"))
        _cached = (time.monotonic(), Ways(any(row[0] for row in rows), any(row[1] for row in rows)))
    return _cached[1]


def forget() -> None:
    """Drop the snapshot; called by whoever changed a channel in this process."""
    global _cached  # noqa: PLW0603 - kept in the process, see the module
    _cached = None
