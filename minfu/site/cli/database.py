"""Makes the database available to a command that runs while the server may be down."""

import atexit
import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.conf import settings

from minfu.kernel import postgres

P = ParamSpec("P")
R = TypeVar("R")


def wanted() -> None:
    """Start the embedded server unless it runs or ``DATABASE_URL`` names another; stop it again when the command ends."""
    if settings.DATABASE_URL or "--help" in sys.argv:
        return
    with postgres.locked(settings.MINFU_HOME):
        running = postgres.locate(settings.MINFU_HOME).ready()
    if not running:
        postgres.start(settings.MINFU_HOME)
        atexit.register(postgres.stop, settings.MINFU_HOME)


def needed(command: Callable[P, R]) -> Callable[P, R]:
    """Make the database available before ``command`` runs."""

    @wraps(command)
    def ready(*args: P.args, **kwargs: P.kwargs) -> R:
        wanted()
        return command(*args, **kwargs)

    return ready
