"""Every page there is, opened by somebody who may see it: accessible, nothing wider than the screen, nothing inline.

The walks look at the pages people pass on their way; here the table of rights says which pages there are. A page is seen twice:
by day on a phone, by night at a desk.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http import HTTPStatus

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from minfu.accounts.models import User
from minfu.cases.tests.world import World
from tests.browser import (
    DESK,
    PHONE,
    assert_axe_clean,
    assert_no_sideways_scroll,
    assert_nothing_inline,
    listen,
    open_profile,
    set_width,
)
from tests.rights import NOBODY, OPEN, SEES, SIGNED_IN, classified
from tests.routes import ALL_ROUTES, Route, addresses
from tests.things import OWN, things_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]

#: Who opens a page: the first of these who may.
READERS = (
    NOBODY, "clerk", "administrator", "dispatcher", "officer", "worker", "leader", "auditor", "mediator", "road",
)  # fmt: skip
#: Shares, so that several processes can take one each.
SHARES = 6
#: Maps and the reader of the API's description are drawn by libraries of others; what a map shows stands in a table beside it.
DRAWN_BY_OTHERS = (".leaflet-container", "#api-docs")
SCREENS = [route for route in ALL_ROUTES if not route.name.startswith(("api:", "open311:"))]

Reader = Callable[[str], tuple[Client, Page]]


@pytest.fixture
def reader(world: World, browser: Browser, live_server: LiveServer) -> Iterator[Reader]:
    """Return ``reader(name)``: the client and the browser of somebody, the same ones every time."""
    known: dict[str, tuple[Client, Page]] = {}
    complaints: list[list[str]] = []
    with ExitStack() as stack:

        def open_one(name: str) -> tuple[Client, Page]:
            if name not in known:
                context = open_profile(browser, live_server.url)
                stack.callback(context.close)
                client = Client()
                if name != NOBODY:
                    client.force_login(User.objects.get(username=name))
                    cookies = client.cookies.items()
                    context.add_cookies(
                        [{"name": key, "value": one.value, "url": live_server.url} for key, one in cookies]
                    )
                page = context.new_page()
                complaints.append(listen(page))
                known[name] = client, page
            return known[name]

        yield open_one
    assert not any(complaints), complaints


def _may(name: str, route: Route) -> bool:
    """Tell whether the table of rights lets somebody see the thing of the own area."""
    who, about = classified(route.name) or (set(), "")
    if about and name not in SEES[about][OWN]:
        return False
    return who == OPEN or (name != NOBODY and (who == SIGNED_IN or name in who))  # type: ignore[operator]  # a set then


def _page_for(reader: Reader, route: Route, address: str) -> Page | None:
    """Return the browser of the first who is shown a whole page of HTML there; None where there is none to see."""
    for name in READERS:
        if not _may(name, route):
            continue
        client, page = reader(name)
        answer = client.get(address)
        if answer.status_code == HTTPStatus.OK and b"<html" in answer.getvalue():
            return page
    return None


def _faults(page: Page, address: str) -> Iterator[str]:
    """Yield what is wrong with a page, by day on a phone and by night at a desk."""
    for width, light in ((PHONE, "light"), (DESK, "dark")):
        set_width(page, width)
        page.emulate_media(color_scheme=light)  # type: ignore[arg-type]  # one of the two words it knows
        page.goto(address)
        try:
            assert_axe_clean(page, exclude=DRAWN_BY_OTHERS)
            assert_no_sideways_scroll(page)
            assert_nothing_inline(page)
        except AssertionError as wrong:
            yield f"{address} at {width} px, {light}: {wrong}"


@pytest.mark.parametrize("share", range(SHARES))
def test_every_page_is_accessible(world: World, reader: Reader, share: int) -> None:
    things, seen = things_of(world)[OWN], 0
    faults: list[str] = []
    for route in SCREENS[share::SHARES]:
        for address in addresses(route, things):
            if page := _page_for(reader, route, address):
                faults += _faults(page, address)
                seen += 1
    assert not faults, "\n".join(faults)
    assert seen > 10
