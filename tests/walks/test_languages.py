"""The three languages in a browser: chosen at the foot of a page, kept, and no wider than a phone."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from minfu.accounts.models import User
from minfu.cases.rules import catalog
from minfu.cases.tests.world import World, build
from minfu.places import index
from tests.browser import DESK, PHONE, assert_axe_clean, assert_no_sideways_scroll, set_width

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LANGUAGES = {"en": "English", "zh-hant": "繁體中文", "zh-hans": "简体中文"}
RESIDENTS = ("/", "/r/", "/f/", "/solved/", "/privacy/", "/login/")


@pytest.fixture
def county(transactional_db: None) -> Iterator[World]:
    index.forget()
    yield build()
    catalog.forget()
    index.forget()


def look(page: Page, path: str, language: str) -> None:
    """Open a page at a phone's and a desk's width: its language, nothing wider than the screen, nothing axe finds."""
    for width in (DESK, PHONE):
        set_width(page, width)
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("lang", language)
        page.wait_for_load_state("networkidle")
        page.wait_for_function("width => window.innerWidth === width", arg=width)
        assert_no_sideways_scroll(page)
    assert_axe_clean(page)


def choose(page: Page, language: str) -> None:
    """Press the language at the foot of the page and wait for the page in it."""
    with page.expect_navigation():
        page.get_by_role("button", name=LANGUAGES[language]).click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.get_by_role("button", name=LANGUAGES[language])).to_have_attribute("aria-pressed", "true")


def test_a_resident_chooses_a_language_and_every_page_keeps_it(browser_page: Page, county: World) -> None:
    set_width(browser_page, PHONE)
    for language in LANGUAGES:
        browser_page.goto("/f/")
        choose(browser_page, language)
        assert browser_page.url.endswith("/f/")
        for path in RESIDENTS:
            look(browser_page, path, language)


def test_a_resident_follows_a_demand_in_english(browser_page: Page, county: World) -> None:
    case = county.at("asking")
    browser_page.goto("/f/")
    choose(browser_page, "en")
    browser_page.get_by_label("Receipt code").fill(case.receipt)
    with browser_page.expect_navigation():
        browser_page.get_by_role("button", name="Look").click()
    expect(browser_page.get_by_role("heading", level=1)).to_be_visible()
    expect(browser_page.get_by_text("Please say how it was done").first).to_be_visible()
    look(browser_page, f"/f/{case.receipt}/", "en")


def test_the_switch_needs_no_script(browser: Browser, live_server: LiveServer, county: World) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    choose(page, "zh-hant")
    expect(page.get_by_role("link", name="我要反映")).to_be_visible()
    context.close()


@pytest.mark.parametrize(
    ("language", "username", "paths"),
    [
        ("en", "clerk", ("/cases/", "/cases/new/", "/cases/{pk}/")),
        ("en", "worker", ("/field/", "/field/report/")),
        ("en", "dispatcher", ("/cases/board/", "/cases/config/")),
        ("zh-hant", "clerk", ("/cases/{pk}/",)),
    ],
)
def test_staff_read_their_language_at_every_width(
    browser_page: Page, county: World, sign_in: Any, language: str, username: str, paths: tuple[str, ...]
) -> None:
    case, user = county.at("asking"), User.objects.get(username=username)
    User.objects.filter(pk=user.pk).update(language=language)
    sign_in(user)
    for path in paths:
        look(browser_page, path.format(pk=case.pk), language)
        assert browser_page.locator("html").get_attribute("lang") == language


def test_staff_choose_a_language_in_the_menu_under_their_post(
    browser_page: Page, county: World, sign_in: Any
) -> None:
    sign_in(User.objects.get(username="clerk"))
    browser_page.goto("/account/leave/")
    browser_page.locator(".topbar-post").click()
    with browser_page.expect_navigation():
        browser_page.get_by_role("button", name="English").click()
    expect(browser_page.locator("html")).to_have_attribute("lang", "en")
    expect(browser_page.get_by_role("heading", name="Delegate")).to_be_visible()
    assert User.objects.get(username="clerk").language == "en"
