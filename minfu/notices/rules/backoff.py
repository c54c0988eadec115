"""When a message is tried again, when it is given up, and when a channel is left alone. Pure."""

from datetime import datetime, timedelta

from minfu.notices.models import Urgency

#: Pauses before the second, third … try of an ordinary message, and of one that must go at once.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30))
PROMPT_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (20, 40, 60))
#: How long after it was due a message is given up, tried or not: then somebody phones.
PATIENCE, PROMPT_PATIENCE = timedelta(hours=4), timedelta(minutes=5)
#: Failures in a row after which a channel is left alone, and for how long (doubling).
FAILURES = 3
REST, LONGEST_REST = timedelta(minutes=1), timedelta(minutes=30)


def pause(urgency: int, attempts: int) -> timedelta | None:
    """Return how long to wait after try number ``attempts``; None when it was the last."""
    pauses = PAUSES if urgency == Urgency.NORMAL else PROMPT_PAUSES
    return pauses[attempts - 1] if attempts <= len(pauses) else None


def give_up_at(urgency: int, due: datetime) -> datetime:
    """Return when a message due at ``due`` is given up."""
    return due + (PATIENCE if urgency == Urgency.NORMAL else PROMPT_PATIENCE)


def rest(failures: int) -> timedelta | None:
    """Return how long a channel that failed so often in a row is left alone; None when it is not."""
    if failures < FAILURES:
        return None
    doubled = REST * (1 << min(failures - FAILURES, 16))
    return min(doubled, LONGEST_REST)
