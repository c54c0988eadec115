"""The logins a demo shows on its sign-in page. Filled by ``minfu.site`` at start; empty anywhere but in a demo."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoLogin:
    """One login of the demo: whose it is (post first), user name and password."""

    label: str
    username: str
    password: str


logins: list[DemoLogin] = []
