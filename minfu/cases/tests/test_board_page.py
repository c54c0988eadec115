"""The leader's page in a real browser: phone and desk, the table one key away, the map."""

from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect

from minfu.cases.tests.screens import user_of
from minfu.cases.tests.world import World
from minfu.kernel import clock
from tests.browser import DESK, PHONE, assert_axe_clean, assert_no_sideways_scroll, set_width

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_leader_takes_in_the_area_and_opens_the_table(browser_page: Page, sign_in, world: World) -> None:
    with time_machine.travel(clock.now() - timedelta(days=30)):
        world.register(description="桥面有大洞,大车过不去")
    grid = world.grid
    grid.geometry = {
        "type": "Polygon",
        "coordinates": [[[118.7, 26.6], [118.71, 26.6], [118.71, 26.61], [118.7, 26.61], [118.7, 26.6]]],
    }
    grid.west, grid.south, grid.east, grid.north = 118.7, 26.6, 118.71, 26.61
    grid.save()
    sign_in(user_of(world, "leader"))
    for width in (PHONE, DESK):
        set_width(browser_page, width)
        browser_page.goto("/cases/board/")
        expect(browser_page.get_by_role("heading", name="凤埔乡今日态势")).to_be_visible()
        expect(browser_page.get_by_role("link", name="件 已超期")).to_contain_text("1")
        expect(browser_page.locator("[data-board-map] path")).to_have_count(1)
        assert_no_sideways_scroll(browser_page)
        assert_axe_clean(browser_page)
    table = browser_page.get_by_role("region", name="各地在办")
    expect(table).to_be_hidden()
    browser_page.keyboard.press("t")
    expect(table).to_be_visible()
    assert_axe_clean(browser_page)
    browser_page.goto("/cases/board/paper/")
    assert_no_sideways_scroll(browser_page)
    assert_axe_clean(browser_page)
