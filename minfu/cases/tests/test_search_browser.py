"""The one box in a real browser: words typed at the top lead to what has them, narrowed and opened from there, and back."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from minfu.cases.rules import search_entries, search_pairs
from minfu.cases.rules.intake import Spot
from minfu.cases.tests.screens import user_of
from minfu.cases.tests.world import PINGHU_VILLAGES, World
from tests.browser import DESK, PHONE, assert_axe_clean, assert_no_sideways_scroll, set_width

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE = 60_000


def test_words_are_typed_marked_narrowed_and_opened(
    world: World, sign_in: Callable[[Any], None], browser_page: Page
) -> None:
    wanted = world.register(
        description="农业补贴一直没有发到手上，去年春天报的名，村里说已经报上去了，请查一查是哪里的问题。"
    )
    world.register(description="村口路灯坏了，晚上看不见路", spot=Spot(village_code=PINGHU_VILLAGES[0]))
    world.register(description="农业合作社门口积水", spot=Spot(village_code=PINGHU_VILLAGES[0]))
    search_entries.keep_up()
    search_pairs.learn()
    sign_in(user_of(world, "dispatcher"))
    page = browser_page
    page.goto("/cases/search/")
    expect(page.get_by_text("找什么？")).to_be_visible(timeout=PATIENCE)
    page.locator("#site-search").fill("nongye")
    page.locator("#site-search").press("Enter")
    expect(page.locator("mark").first).to_have_text("农业", timeout=PATIENCE)
    assert "nongye" not in page.url
    for width in (DESK, PHONE):
        set_width(page, width)
        assert_axe_clean(page)
        assert_no_sideways_scroll(page)
    set_width(page, DESK)
    page.locator("main [name=township]").select_option(wanted.township_code)
    page.locator("main").get_by_role("button", name="查找").click()
    expect(page.get_by_text("找到 1 件。")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("main [name=text]")).to_have_value("nongye", timeout=PATIENCE)
    page.locator(".search-row").click()
    expect(page.get_by_text("去年春天报的名").first).to_be_visible(timeout=PATIENCE)
    page.go_back()
    expect(page.get_by_text("找到 1 件。")).to_be_visible(timeout=PATIENCE)
