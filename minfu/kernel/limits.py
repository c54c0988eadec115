"""Rate limits that every server process shares: fixed windows counted in one PostgreSQL statement."""

import hashlib
import math
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from minfu.kernel import clock
from minfu.kernel.errors import Refused

#: How far the clocks of requests that overlap, and of machines that share a database, may differ.
SLACK = timedelta(minutes=5)
_HIT = """
    INSERT INTO kernel_limit AS l (key, hits, ends_at) VALUES (%(key)s, 1, %(ends_at)s)
    ON CONFLICT (key) DO UPDATE SET
        hits = CASE WHEN l.ends_at > %(now)s AND l.ends_at < excluded.ends_at + %(slack)s
               THEN l.hits + 1 ELSE 1 END,
        ends_at = CASE WHEN l.ends_at > %(now)s AND l.ends_at < excluded.ends_at + %(slack)s
                  THEN l.ends_at ELSE excluded.ends_at END
    RETURNING hits, ends_at
"""


class TooMany(Refused):
    """Too many tries; ``extra`` says when the next is allowed: ``retry_at`` (moment), ``retry_after`` (seconds)."""

    status = 429
    code = "too_many"


def _digest(key: str) -> bytes:
    """Return what is stored of a key: addresses and numbers in it cannot be read back."""
    return hashlib.blake2b(key.encode(), digest_size=16, key=settings.SECRET_KEY.encode()[:64]).digest()


def hit(key: str, *, limit: int, seconds: int) -> int:
    """Count one try under ``key`` and return how many are left in this window of ``seconds`` seconds.

    The window starts with its first try. One that ends later than a new one would was begun by a clock that was ahead: it is
    over. Raises ``TooMany`` from try number ``limit + 1`` on, until the window ends. Call it
    outside a transaction that may be rolled back: a count that is undone does not count.
    """
    now = clock.now()
    with connection.cursor() as cursor:
        window: dict[str, Any] = {"now": now, "ends_at": now + timedelta(seconds=seconds), "slack": SLACK}
        cursor.execute(_HIT, {"key": _digest(key), **window})
        hits, ends_at = cursor.fetchone()
    if hits > limit:
        wait = max(1, math.ceil((ends_at - now).total_seconds()))
        raise TooMany(
            _("尝试次数过多，请在 %(time)s 之后再试。")
            % {"time": timezone.localtime(ends_at + timedelta(seconds=59)).strftime("%H:%M")},
            extra={"retry_at": ends_at.isoformat(), "retry_after": wait},
        )
    return limit - int(hits)


def forget(key: str) -> None:
    """Start anew under ``key`` (after a success)."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_limit WHERE key = %s", [_digest(key)])


def forget_ended() -> int:
    """Delete the windows that have ended and return how many; the nightly housekeeping calls it."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_limit WHERE ends_at <= %s", [clock.now()])
        return int(cursor.rowcount)
