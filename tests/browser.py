"""Browser fixtures for walks: a real Chromium against the live server. How to use them: docs/howto/write-a-walk.md."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

#: Widths in CSS pixels that every screen is checked at: a phone and the narrowest desk.
PHONE, DESK = 390, 1280
HEIGHTS = {PHONE: 844, DESK: 800}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No request leaves the machine. (A route that refuses them would take the browser's cache away, too.)
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
#: How long a busy machine may take for what a person would see at once, in milliseconds.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)
#: Marks a page that is being left: the click that leads away returns before the next page is there.
LEAVING = "addEventListener('beforeunload', () => { window.leaving = Date.now(); });"
#: True once the page is whole: not being left (a download leaves nothing: three seconds), loaded, no part busy or fading.
SETTLED = """() => !(window.leaving && Date.now() - window.leaving < 3000)
  && document.readyState === "complete" && !document.querySelector("[aria-busy=true]:not(button), .htmx-request")
  && document.getAnimations().every((one) => one.playState !== "running"
    || one.effect.getComputedTiming().endTime === Infinity)"""
IDS_TWICE = """() => {
  const all = [...document.querySelectorAll("[id]")].map((one) => one.id);
  return [...new Set(all.filter((id, at) => all.indexOf(id) !== at))];
}"""
VIOLATIONS = """async (exclude) => {
  const asked = {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"], resultTypes: ["violations"]};
  const told = await axe.run({exclude}, asked);
  return told.violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target} ${node.failureSummary}`));
}"""
AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"


def chromium() -> str:
    """Return the path of Debian's Chromium, or of the one ``MINFU_TEST_CHROMIUM`` names; an empty string without one.

    The headless shell first: the same engine without a window around it, so a walk takes two thirds of the processor's time.
    """
    named = os.environ.get("MINFU_TEST_CHROMIUM", "")
    return named or next(filter(None, map(shutil.which, CHROMIUMS)), "")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start one Chromium for a module; tests that need it say what is missing where there is none.

    No longer than a module: its event loop must not be running when other tests run coroutines of their own.
    """
    path = chromium()
    if not path:
        pytest.skip("Chromium is missing: apt-get install chromium-headless-shell fonts-noto-cjk")
    if not AXE.exists():
        pytest.skip("front-end packages are missing: npm ci")
    # Playwright's loop runs in this thread; Django would refuse the database here without this.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def open_profile(browser: Browser, url: str, *, width: int = DESK) -> BrowserContext:
    """Open a fresh profile on the server at ``url``, in Chinese, without motion, that no request leaves; a phone has touch."""
    context = browser.new_context(
        base_url=url,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": width, "height": HEIGHTS.get(width, 900)},
        has_touch=width == PHONE,
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    context.add_init_script(LEAVING)
    return context


def listen(page: Page) -> list[str]:
    """Return a list that grows by every failed script and everything the content policy blocked on the page."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: (
            complaints.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    return complaints


@pytest.fixture
def browser_context(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """Open a fresh profile on the live server, in Chinese, 1,280 px wide, that no request leaves."""
    context = open_profile(browser, live_server.url)
    yield context
    context.close()


@pytest.fixture
def browser_page(browser_context: BrowserContext) -> Iterator[Page]:
    """Open a page; the test fails afterwards if a script failed or the content policy blocked something."""
    page = browser_context.new_page()
    complaints = listen(page)
    yield page
    assert complaints == []


def set_width(page: Page, width: int) -> None:
    """Give the page the width of a phone or a desk in CSS pixels, and wait until it is laid out and drawn so."""
    page.set_viewport_size({"width": width, "height": HEIGHTS.get(width, 900)})
    page.wait_for_function("width => window.innerWidth === width", arg=width)
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


@pytest.fixture
def sign_in(
    browser_context: BrowserContext, live_server: LiveServer, client: Client
) -> Callable[[Any], None]:
    """Return ``sign_in(user)``: the browser then acts as that account, in its first post."""

    def enter(user: Any) -> None:
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        browser_context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    return enter


def settle(page: Page) -> None:
    """Wait until the page is whole and still: pictures and measures taken in between show what nobody sees."""
    page.wait_for_function(SETTLED)


def assert_axe_clean(page: Page, *, exclude: tuple[str, ...] = ()) -> None:
    """Fail with rule, element and reason for each WCAG 2.1 AA violation axe finds on the page once it is still.

    An id that stands twice fails too: a label then names the other field, which axe sees only where that one is shown.
    """
    settle(page)
    twice = page.evaluate(IDS_TWICE)
    assert not twice, f"ids that stand twice on the page: {twice}"
    page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    found = page.evaluate(VIOLATIONS, [[one] for one in exclude])
    assert not found, "\n".join(found)


def assert_nothing_inline(page: Page) -> None:
    """Fail when the page as it was served (it is fetched again: scripts may set styles) carries script or style itself."""
    html = page.request.get(page.url).text()
    found = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|<style[^>]*>|<[^>]+\s(?:style|on[a-z]+)=[^>]*>", html)
    assert not found, found


def assert_no_sideways_scroll(page: Page) -> None:
    """Fail when the page, once it is still, is wider than the screen."""
    settle(page)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"the page is {wide} px wider than the screen"
