"""The logins a demo shows on its sign-in page. ``minfu.site`` says who they are; nobody anywhere but in a demo."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class DemoLogin:
    """One login of the demo: whose it is (post first), user name and password."""

    label: str
    username: str
    password: str


def _nobody() -> list[DemoLogin]:
    return []


#: Returns the demo's logins; set once at start.
logins: Callable[[], list[DemoLogin]] = _nobody
