"""Fixtures of the walks: the small county, in which everyone has a password, and browsers for its people."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from minfu.cases.rules import catalog
from minfu.cases.tests.world import World, build
from minfu.places import index
from tests.browser import DESK
from tests.walks.walker import Walker, give_passwords


@pytest.fixture
def world(transactional_db: None) -> Iterator[World]:
    """The small county, seen by the live server too."""
    index.forget()
    catalog.forget()
    built = build()
    give_passwords()
    yield built
    catalog.forget()
    index.forget()


@pytest.fixture
def enter(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Walker]]:
    """Return ``enter(name, width=…)``: a person at a browser of their own, signed in; without a name, a resident."""
    seen: set[str] = set()
    opened: list[Walker] = []

    def open_one(name: str = "", *, width: int = DESK) -> Walker:
        walker = Walker(browser, live_server.url, seen, name=name, width=width)
        opened.append(walker)
        if name:
            walker.sign_in()
        return walker

    yield open_one
    for walker in opened:
        walker.leave()
