"""The number of the request that is being answered: in its answer, in its log lines, on the page when something breaks."""

import re
import uuid
from contextvars import ContextVar

HEADER = "X-Request-ID"
#: The header as WSGI calls it: ``request.headers`` first makes a dictionary of all of them.
GIVEN = "HTTP_X_REQUEST_ID"
_GIVEN = re.compile(r"[0-9A-Za-z_-]{8,64}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def begin(given: str) -> str:
    """Take the number a proxy gave, or a new one when it gave none that looks like one; return it."""
    number = given if _GIVEN.fullmatch(given) else uuid.uuid4().hex
    _current.set(number)
    return number


def current() -> str:
    """Return the number of the request this thread answers, "" outside a request."""
    return _current.get()


def end() -> None:
    """Forget the number: the thread goes on to other work."""
    _current.set("")
