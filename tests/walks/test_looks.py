"""Every component in a real browser: accessible, nothing sideways, nothing blocked, keys and drafts at work."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from minfu.accounts.tests import people
from minfu.site import gallery
from tests.browser import DESK, PHONE, assert_axe_clean, assert_no_sideways_scroll, set_width

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def demo(settings: Any) -> None:
    settings.MINFU_DEMO = True


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("look", gallery.LOOKS)
def test_every_component_is_accessible(browser_page: Page, look: str, width: int, scheme: Any) -> None:
    set_width(browser_page, width)
    browser_page.emulate_media(color_scheme=scheme)
    browser_page.goto(f"/_gallery/?look={look}&matter=1")
    assert_axe_clean(browser_page)
    assert_no_sideways_scroll(browser_page)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_frame_of_a_signed_in_clerk_is_accessible(browser_page: Page, sign_in: Any, width: int) -> None:
    people.post(user := people.person("clerk"))
    sign_in(user)
    set_width(browser_page, width)
    browser_page.goto("/_gallery/?look=desk&matter=1")
    browser_page.locator("summary.topbar-post").click()
    expect(browser_page.get_by_role("button", name="退出登录")).to_be_visible()
    assert_axe_clean(browser_page)
    browser_page.keyboard.press("Escape")
    expect(browser_page.get_by_role("button", name="退出登录")).to_be_hidden()
    assert_no_sideways_scroll(browser_page)


@pytest.mark.parametrize("look", ["staff", "public"])
def test_larger_type_fits_a_phone(browser_page: Page, look: str) -> None:
    set_width(browser_page, PHONE)
    browser_page.goto(f"/type/?large=1&next=/_gallery/%3Flook={look}")
    size = browser_page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    assert size >= 19
    assert_no_sideways_scroll(browser_page)


def test_home_is_accessible_and_light(browser_page: Page) -> None:
    set_width(browser_page, PHONE)
    answers = []
    browser_page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - playwright marks it
    browser_page.goto("/", wait_until="networkidle")
    assert_axe_clean(browser_page)
    assert len(answers) >= 3
    assert sum(len(answer.body()) for answer in answers) < 120_000


def test_a_half_typed_form_survives_and_can_be_discarded(browser_page: Page) -> None:
    browser_page.goto("/_gallery/")
    title = browser_page.locator("#id_blank-title")
    title.fill("村口路灯不亮")
    browser_page.locator("#id_blank-category").select_option("road")
    browser_page.reload()
    expect(title).to_have_value("村口路灯不亮")
    expect(browser_page.locator("#id_blank-category")).to_have_value("road")
    expect(browser_page.get_by_text("已恢复未提交的内容")).to_be_visible()
    browser_page.get_by_role("button", name="清空重填").click()
    browser_page.reload()
    expect(title).to_have_value("")


@pytest.fixture
def clerk_page(browser_page: Page, sign_in: Any) -> Page:
    people.post(user := people.person("clerk"))
    sign_in(user)
    return browser_page


def kept(page: Page) -> str:
    return str(page.evaluate("Object.values(localStorage).join()"))


def test_a_sent_form_is_forgotten(clerk_page: Page) -> None:
    def redirect_posts(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=303, headers={"Location": "/_gallery/?look=desk"})
        else:
            route.continue_()

    clerk_page.route("**/_gallery/?look=staff", redirect_posts)
    clerk_page.goto("/_gallery/")
    clerk_page.locator("form[data-draft]").evaluate("form => { form.noValidate = true }")
    clerk_page.locator("#id_blank-title").fill("村口路灯不亮")
    clerk_page.get_by_role("button", name="保存").first.click()
    clerk_page.wait_for_url("**/?look=desk")
    assert "村口路灯不亮" not in kept(clerk_page)


def test_a_form_that_ended_on_an_error_page_is_kept(clerk_page: Page) -> None:
    clerk_page.goto("/_gallery/")
    clerk_page.locator("form[data-draft]").evaluate("form => { form.noValidate = true }")
    clerk_page.locator("#id_blank-title").fill("村口路灯不亮")
    clerk_page.context.clear_cookies(name="csrftoken")
    clerk_page.get_by_role("button", name="保存").first.click()
    expect(clerk_page.get_by_role("heading", level=1)).to_have_text("您没有这项权限")
    assert "村口路灯不亮" in kept(clerk_page)
    clerk_page.goto("/_gallery/")
    expect(clerk_page.locator("#id_blank-title")).to_have_value("村口路灯不亮")


def test_what_is_sensitive_leaves_with_the_tab(browser_page: Page) -> None:
    browser_page.goto("/_gallery/")
    browser_page.locator("#id_blank-title").evaluate("field => field.setAttribute('data-sensitive', '')")
    browser_page.locator("#id_blank-title").fill("13800001234")
    browser_page.locator("#id_blank-text").fill("路灯不亮")
    browser_page.locator("#id_blank-text").blur()
    assert "路灯不亮" in browser_page.evaluate("Object.values(localStorage).join()")
    assert "13800001234" not in browser_page.evaluate("Object.values(localStorage).join()")
    assert "13800001234" in browser_page.evaluate("Object.values(sessionStorage).join()")


def test_the_desk_is_worked_by_keyboard(browser_page: Page) -> None:
    browser_page.goto("/_gallery/?look=desk&matter=1")
    rows = browser_page.locator("[data-row]")
    browser_page.keyboard.press("j")
    expect(rows.nth(3)).to_be_focused()
    browser_page.keyboard.press("j")
    browser_page.keyboard.press("k")
    expect(rows.nth(3)).to_be_focused()
    browser_page.keyboard.press("?")
    dialog = browser_page.get_by_role("dialog")
    expect(dialog).to_contain_text("报告办结")
    assert_axe_clean(browser_page)
    browser_page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_keys_do_nothing_while_typing(browser_page: Page) -> None:
    browser_page.goto("/_gallery/")
    text = browser_page.locator("#id_blank-text")
    text.click()
    browser_page.keyboard.type("jk?/g")
    expect(text).to_have_value("jk?/g")
    expect(browser_page.locator("dialog[open]")).to_have_count(0)


def test_a_step_opens_in_place(browser_page: Page) -> None:
    browser_page.goto("/_gallery/?look=desk&matter=1")
    browser_page.get_by_role("link", name="报告办结").click()
    dialog = browser_page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("heading", level=2).first).to_have_text("组件")
    assert "look=desk" in browser_page.url


def test_a_second_click_sends_nothing(browser_page: Page) -> None:
    posts = []
    browser_page.goto("/_gallery/?look=public")
    browser_page.on(
        "request", lambda request: posts.append(request.url) if request.method == "POST" else None
    )
    browser_page.route(
        "**/_gallery/*", lambda route: None if route.request.method == "POST" else route.continue_()
    )
    button = browser_page.get_by_role("button", name="下一步")
    browser_page.locator("input[type=radio]").first.check()
    button.dblclick(no_wait_after=True)
    browser_page.wait_for_timeout(300)
    assert len(posts) == 1


def test_a_lost_network_is_said(browser_page: Page) -> None:
    browser_page.goto("/_gallery/")
    band = browser_page.locator("[data-offline]")
    expect(band).to_be_hidden()
    browser_page.context.set_offline(True)
    expect(band).to_be_visible()
    browser_page.context.set_offline(False)
    expect(band).to_be_hidden()


def test_residents_need_no_script(browser: Browser, live_server: LiveServer) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="大字").click()
    expect(page.get_by_role("link", name="标准字号")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("link", name="Normal type")).to_be_visible()
    context.close()
