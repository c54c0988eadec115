"""What the screens of notices share."""

from django.http import HttpRequest

from minfu.accounts.actor import Actor

#: Rows of a list in sight at once.
PAGE = 40


def actor_of(request: HttpRequest) -> Actor:
    """Return the actor; for views behind ``gate.needs``."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by accounts.middleware
    return actor


def number_of(text: str) -> int | None:
    """Return a whole number of at most 18 digits, None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None  # noqa: PLR2004 - fits bigint
