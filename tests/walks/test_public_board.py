"""The public board in a browser: at a phone's and a desk's width, in large type, without script."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from minfu.accounts.models import User
from minfu.cases.models import Release
from minfu.cases.rules import actions, catalog
from minfu.cases.tests.world import FENGPU, PINGHU, World, build
from tests.browser import (
    DESK,
    PHONE,
    assert_axe_clean,
    assert_no_sideways_scroll,
    assert_nothing_inline,
    set_width,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WHAT, DONE = "照明设施故障，夜间出行不便", "村里更换灯具，当晚恢复照明，并加了每周巡查"


@pytest.fixture
def county(transactional_db: None) -> Iterator[World]:
    yield build()
    catalog.forget()


def told(county: World) -> Release:
    case = county.at("solved")
    return actions.release(actor=county.clerk, case_id=case.pk, what=WHAT, done=DONE)


def look(page: Page) -> None:
    """Check the page as it is now, at a phone's and a desk's width."""
    assert_nothing_inline(page)
    for width in (DESK, PHONE):
        set_width(page, width)
        assert_no_sideways_scroll(page)
        assert_axe_clean(page)


def test_everyone_finds_and_reads_what_was_solved(browser_page: Page, county: World) -> None:
    row = told(county)
    browser_page.goto("/")
    browser_page.get_by_role("link", name="办好的事").click()
    look(browser_page)
    browser_page.get_by_role("link", name=WHAT).click()
    expect(browser_page.get_by_text(DONE)).to_be_visible()
    look(browser_page)
    browser_page.goto(f"/type/?large=1&next=/solved/{row.pk}/")
    assert_no_sideways_scroll(browser_page)
    browser_page.goto("/solved/")
    look(browser_page)


def test_the_board_is_read_and_narrowed_without_script(
    browser: Browser, live_server: LiveServer, county: World
) -> None:
    told(county)
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto("/solved/")
    page.get_by_text("按地方、类别看").click()
    page.get_by_label("乡镇（街道）").select_option(PINGHU)
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_text("这里还没有公开的事")).to_be_visible()
    page.get_by_label("乡镇（街道）").select_option(FENGPU)
    page.get_by_role("button", name="查看").click()
    page.get_by_role("link", name=WHAT).click()
    expect(page.get_by_text(DONE)).to_be_visible()
    context.close()


def test_a_desk_releases_and_withdraws(
    browser_page: Page, sign_in: Callable[[User], None], county: World
) -> None:
    case = county.at("solved")
    sign_in(User.objects.get(username="clerk"))
    browser_page.goto("/cases/releases/")
    look(browser_page)
    browser_page.get_by_role("link", name=case.number).click()
    browser_page.get_by_label("是什么事").fill(WHAT)
    browser_page.get_by_label("怎么办的").fill("请打13800001234")
    browser_page.get_by_role("button", name="公开", exact=True).click()
    expect(browser_page.get_by_role("alert").first).to_contain_text("手机号")
    look(browser_page)
    browser_page.get_by_label("怎么办的").fill(DONE)
    browser_page.get_by_role("button", name="公开", exact=True).click()
    expect(browser_page.get_by_text("已放上公开栏")).to_be_visible()
    look(browser_page)
    browser_page.get_by_label("为什么撤下").fill("写错了地方")
    browser_page.get_by_role("button", name="从公开栏撤下").click()
    expect(browser_page.get_by_text("已从公开栏撤下")).to_be_visible()
    look(browser_page)
    browser_page.goto("/solved/")
    expect(browser_page.get_by_text("另有 1 件")).to_be_visible()
