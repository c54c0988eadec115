"""When a change is tried again, and when an address is left alone. Pure but for chance, which spreads the tries."""

import secrets
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

#: Pauses before the second, third … try: three days in all. As Standard Webhooks suggests.
PAUSES = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5),
    timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
)  # fmt: skip
#: Failures in a row after which an address is left alone, and for how long (doubling).
FAILURES = 3
REST, LONGEST_REST = timedelta(minutes=1), timedelta(hours=1)
#: A pause is up to so much longer, by chance: not all that failed together is tried together.
SPREAD = 0.2


def pause(attempts: int) -> timedelta | None:
    """Return how long to wait after try number ``attempts``; None when it was the last."""
    return _spread(PAUSES[attempts - 1]) if attempts <= len(PAUSES) else None


def rest(failures: int) -> timedelta | None:
    """Return how long an address that failed so often in a row is left alone; None when it is not."""
    if failures < FAILURES:
        return None
    return _spread(min(REST * (1 << min(failures - FAILURES, 16)), LONGEST_REST))


def asked(retry_after: str, now: datetime) -> timedelta | None:
    """Return how long a receiver asks to be left alone (``Retry-After``: seconds or a date, RFC 9110), an hour at most.

    None when it says nothing one can read, or a moment that is over.
    """
    words = retry_after.strip()
    if words.isascii() and words.isdigit():
        span = timedelta(seconds=int(words[:9]))
    else:
        try:
            moment = parsedate_to_datetime(words)
        except (ValueError, OverflowError):
            return None
        span = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
    return min(span, LONGEST_REST) if span > timedelta(0) else None


def _spread(span: timedelta) -> timedelta:
    return span * (1 + SPREAD * secrets.randbelow(1001) / 1000)
