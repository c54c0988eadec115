"""The board and a topic in a browser: from the list to a step, at both widths and in large type."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from minfu.accounts.models import User
from minfu.cases.tests.screens import user_of
from minfu.cases.tests.world import World
from minfu.topics.models import Topic
from minfu.topics.tests.story import found
from tests.browser import DESK, PHONE, assert_axe_clean, assert_no_sideways_scroll, set_width

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_desk_reads_the_board_and_gives_a_topic_a_name(
    transactional_db: None, world: World, browser_page: Page, sign_in: Callable[[User], None]
) -> None:
    topic, page = found(world), browser_page
    sign_in(user_of(world, "dispatcher"))
    for width in (PHONE, DESK):
        set_width(page, width)
        page.goto("/topics/")
        expect(page.get_by_role("link", name=topic.title, exact=True)).to_be_visible()
        assert_no_sideways_scroll(page)
        assert_axe_clean(page)
        page.get_by_role("link", name=topic.title, exact=True).click()
        expect(page.get_by_role("heading", name="反映了什么")).to_be_visible()
        assert_no_sideways_scroll(page)
        assert_axe_clean(page)
        hidden = page.locator(".fig-picture").evaluate("(one) => one.scrollWidth - one.clientWidth")
        assert hidden <= 0, "the last weeks of the trend are out of sight"
    page.goto(f"/type/?large=1&next=/topics/{topic.pk}/")
    assert_no_sideways_scroll(page)
    page.get_by_role("link", name="改名").click()
    page.get_by_role("dialog").get_by_label("名称").fill("镇南搅拌站")
    page.get_by_role("dialog").get_by_role("button", name="改名").click()
    expect(page.get_by_role("heading", name="镇南搅拌站", exact=True)).to_be_visible()
    assert Topic.objects.get(pk=topic.pk).title == "镇南搅拌站"
