"""The administrator's screens of addresses in a real browser: readable for everyone, at a desk and on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from minfu.cases.tests.screens import user_of
from minfu.cases.tests.world import World
from minfu.webhooks.rules import collecting, sending
from minfu.webhooks.tests.conftest import Hook
from tests.browser import DESK, PHONE, assert_axe_clean, assert_no_sideways_scroll, set_width

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_screens_are_accessible(
    transactional_db: None,
    told: Hook,
    world: World,
    sign_in: Callable[[Any], None],
    browser_page: Page,
    width: int,
) -> None:
    world.register()
    collecting.collect()
    taken, waiting = told.log()
    sending.mark(taken, sending.Outcome(204, "", 81))
    sending.mark(waiting, sending.Outcome(503, "请稍后再试", 9999))
    sign_in(user_of(world, "administrator"))
    set_width(browser_page, width)
    for path, heading in (
        ("/admin/webhooks/", "变更推送"),
        ("/admin/webhooks/new/", "添加推送地址"),
        (f"/admin/webhooks/{told.pk}/", "正式环境"),
    ):
        browser_page.goto(path)
        expect(browser_page.get_by_role("heading", level=1)).to_have_text(heading)
        for tries in browser_page.locator("summary", has_text="试过").all():
            tries.click()
            expect(tries.locator("xpath=following-sibling::ol/li").first).to_be_visible()
        assert_axe_clean(browser_page)
        assert_no_sideways_scroll(browser_page)
    browser_page.get_by_role("button", name="换签名密钥").click()
    expect(browser_page.locator("code")).to_contain_text("whsec_")
    assert_axe_clean(browser_page)
