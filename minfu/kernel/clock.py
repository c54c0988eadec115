"""Time: the only source of "now"."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

_travelled: ContextVar[datetime | None] = ContextVar("travelled", default=None)


def now() -> datetime:
    """Return the present moment, aware."""
    return _travelled.get() or timezone.now()


def day(moment: datetime) -> date:
    """Return the day an aware moment falls on here: ``timezone.localdate`` for calls made many times a request."""
    return moment.astimezone(_zone()).date()


def today() -> date:
    """Return the present day here."""
    return day(now())


@cache
def _zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


@contextmanager
def travel(moment: datetime) -> Iterator[None]:
    """Let ``now`` be ``moment`` (aware) in this thread or task until the block ends.

    For replaying an invented past (the demo), and for finding where the present moment stands in a statement that is kept
    (``composed``, which asks nothing meanwhile). What really happened is never recorded at another time than now.
    """
    if timezone.is_naive(moment):
        raise ValueError("the moment must be aware")
    token = _travelled.set(moment)
    try:
        yield
    finally:
        _travelled.reset(token)
