"""The administrator configures in a real browser: tree, a limit with its live example, trying a rule, the calendar."""

import pytest
from playwright.sync_api import Page, expect

from minfu.cases.models import TimeLimit
from minfu.cases.tests.screens import user_of
from minfu.cases.tests.world import World
from tests.browser import DESK, PHONE, assert_axe_clean, assert_no_sideways_scroll, set_width

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_administrator_changes_a_limit_and_tries_a_rule(browser_page: Page, sign_in, world: World) -> None:
    sign_in(user_of(world, "administrator"))
    limit = TimeLimit.objects.get(clock="verify")
    pages = ("", "categories/", "categories/040101/", "rules/", "limits/", f"limits/{limit.pk}/", "calendar/")
    for width in (PHONE, DESK):
        set_width(browser_page, width)
        for path in pages:
            browser_page.goto(f"/cases/config/{path}")
            assert_no_sideways_scroll(browser_page)
            assert_axe_clean(browser_page)
    browser_page.goto(f"/cases/config/limits/{limit.pk}/")
    browser_page.get_by_label("数量").fill("24")
    browser_page.get_by_label("单位").select_option("小时")
    expect(browser_page.get_by_text("还剩 24 小时")).to_be_visible()
    browser_page.get_by_role("textbox", name="依据", exact=True).fill("县办〔2026〕1号")
    browser_page.get_by_role("button", name="保存为新的一版").click()
    expect(browser_page.get_by_text("已保存")).to_be_visible()
    browser_page.get_by_role("link", name="派单规则").click()
    browser_page.get_by_label("类别").select_option("040101")
    browser_page.get_by_label("在哪里").select_option("凤埔村")
    browser_page.get_by_role("button", name="派到哪里").click()
    expect(browser_page.get_by_text("派给凤埔村村委会")).to_be_visible()
    assert_axe_clean(browser_page)
