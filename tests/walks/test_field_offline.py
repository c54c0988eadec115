"""A phone far from any signal: the field opens from nothing, reports are kept and come once; whoever leaves leaves nothing."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from minfu.accounts.models import Session, User
from minfu.cases.models import Case, CaseFile
from minfu.cases.rules import catalog
from minfu.cases.tests.world import World, build
from minfu.files.tests import making
from tests.browser import PHONE, assert_axe_clean, assert_no_sideways_scroll, set_width

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: Addresses of what is kept, as a sorted list.
KEPT = "async () => (await (await caches.open('minfu-pages')).keys()).map((one) => new URL(one.url).pathname).sort()"
PAGES = ["/field/", "/field/done/", "/field/report/"]


@pytest.fixture
def county(transactional_db: None) -> Iterator[World]:
    yield build()
    catalog.forget()


Open = Callable[[str], Page]


@pytest.fixture
def opened(browser_context: BrowserContext) -> Iterator[Open]:
    """Return a function that opens an address in a new tab of the phone; a failed script fails the test."""
    complaints: list[str] = []

    def open_tab(path: str) -> Page:
        for tab in browser_context.pages:
            tab.close()
        page = browser_context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        set_width(page, PHONE)
        page.goto(path)
        return page

    yield open_tab
    assert complaints == []


@pytest.fixture
def worker(opened: Open, county: World, sign_in: Callable[[Any], None]) -> Open:
    """Let the grid worker see the field once with a signal; return ``opened``."""
    sign_in(User.objects.get(username="worker"))
    wait_for_pages(opened("/field/"))
    return opened


def wait_for_pages(page: Page, pages: list[str] = PAGES) -> None:
    for _turn in range(600):
        if page.evaluate(KEPT) == pages:
            return
        page.wait_for_timeout(100)
    assert page.evaluate(KEPT) == pages


def report(page: Page, text: str) -> None:
    page.get_by_label("什么事").fill(text)
    photo = FilePayload(name="桥.jpg", mimeType="image/jpeg", buffer=making.picture(size=(900, 700)))
    page.set_input_files("input[type=file]", [photo])
    page.get_by_role("button", name="上报", exact=True).click()
    expect(page.get_by_text("没有信号：已存在这部手机上")).to_be_visible()


def test_from_a_cold_start_without_a_signal_reports_are_kept_and_come_once(
    worker: Open, browser_context: BrowserContext, county: World
) -> None:
    case = county.register()
    worker("/field/")
    browser_context.set_offline(True)
    page = worker("/field/")
    expect(page.locator("[data-kept-band]")).to_contain_text("没有信号")
    expect(page.locator("[data-kept-band] time")).to_contain_text("月")
    expect(page.get_by_text(case.description)).to_be_visible()
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    page.get_by_role("link", name="上报一件").click()
    report(page, "桥栏杆断了一段")
    expect(page.locator("[data-unsent]")).to_contain_text("1 条还没发出去")
    page = worker("/field/report/")  # closed and opened anew: the same kept page, another report
    report(page, "第二件：路面塌了")
    expect(page.locator("[data-unsent]")).to_contain_text("2 条还没发出去")
    assert Case.objects.count() == 1
    browser_context.set_offline(False)
    expect(page.locator("[data-unsent]")).to_be_hidden()
    reported = Case.objects.filter(door="visit")
    assert sorted(reported.values_list("description", flat=True)) == ["桥栏杆断了一段", "第二件：路面塌了"]
    assert CaseFile.objects.count() == 2
    page = worker("/field/")
    expect(page.locator("[data-kept-band]")).to_be_hidden()
    expect(page.locator("[data-unsent-list]")).to_be_hidden()
    assert Case.objects.count() == 3


def test_the_list_is_fresh_again_by_itself_when_the_signal_is_back(
    worker: Open, browser_context: BrowserContext, county: World
) -> None:
    browser_context.set_offline(True)
    page = worker("/field/")
    expect(page.locator("[data-kept-band]")).to_be_visible()
    case = county.register()
    browser_context.set_offline(False)
    expect(page.get_by_text(case.description)).to_be_visible()
    expect(page.locator("[data-kept-band]")).to_be_hidden()


def test_done_is_kept_too_and_the_form_says_which_demand_it_is(
    worker: Open, browser_context: BrowserContext, county: World
) -> None:
    case = county.at("handling")
    worker("/field/")
    browser_context.set_offline(True)
    page = worker("/field/")
    page.get_by_role("link", name="办好了").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("办好了：路灯不亮")
    page.get_by_label("做了什么").fill("换了灯泡，已亮")
    page.get_by_role("button", name="报告办结").click()
    expect(page.locator("[data-unsent]")).to_contain_text("1 条还没发出去")
    browser_context.set_offline(False)
    expect(page.locator("[data-unsent]")).to_be_hidden()
    case.refresh_from_db()
    assert (case.state, case.reports.get().text) == ("reported", "换了灯泡，已亮")


def test_what_needs_a_signal_says_so(worker: Open, browser_context: BrowserContext, county: World) -> None:
    case = county.register()
    worker("/field/")
    browser_context.set_offline(True)
    page = worker(f"/field/{case.pk}/")
    expect(page.get_by_role("heading", name="没有信号")).to_be_visible()
    assert_axe_clean(page)
    assert case.description not in page.content()
    page.get_by_role("link", name="我的网格").click()
    page.get_by_role("button", name="签收").click()
    expect(page.get_by_role("heading", name="没有信号")).to_be_visible()
    case.refresh_from_db()
    assert case.state == "assigned"


def test_a_server_that_is_down_is_as_good_as_no_signal(
    worker: Open, county: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = county.register()
    worker("/field/")
    monkeypatch.setattr(
        "minfu.cases.rules.lists.page", lambda *_a, **_k: (_ for _ in ()).throw(ConnectionError("down"))
    )
    monkeypatch.setattr("minfu.site.middleware.errors.failed", lambda *_a: _unavailable())
    page = worker("/field/")
    expect(page.locator("[data-kept-band]")).to_be_visible()
    expect(page.get_by_text(case.description)).to_be_visible()


def _unavailable() -> Any:
    from django.http import HttpResponse

    return HttpResponse("down", status=503)


def test_whoever_signs_out_leaves_nothing(
    worker: Open, browser_context: BrowserContext, county: World
) -> None:
    case = county.register()
    page = worker("/field/")
    page.locator(".topbar-post").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/login/**")
    wait_for_pages(page, [])
    browser_context.set_offline(True)
    page = worker("/field/")
    expect(page.get_by_role("heading", name="没有信号")).to_be_visible()
    assert case.description not in page.content()


def test_a_session_that_ended_leaves_nothing(worker: Open, county: World) -> None:
    Session.objects.all().delete()
    page = worker("/field/")
    assert "/login/" in page.url
    wait_for_pages(page, [])


@pytest.mark.parametrize("first", ["/field/", "/cases/"])
def test_another_person_finds_their_own_pages_and_never_the_other_s(
    worker: Open, browser_context: BrowserContext, county: World, sign_in: Callable[[Any], None], first: str
) -> None:
    case = county.register(
        door="proxy", actor=county.worker, spot=_elsewhere(), description="只有网格员看得到的事"
    )
    page = worker("/field/?list=registered")
    expect(page.get_by_text(case.description)).to_be_visible()
    sign_in(User.objects.get(username="officer"))
    page = worker(first)
    if first != "/field/":
        wait_for_pages(page, [])
        worker("/field/")
    page = worker("/field/")
    wait_for_pages(page)
    owners = page.evaluate(
        "async () => (await (await caches.open('minfu-pages')).matchAll()).map((one) => one.headers.get('X-Minfu-Owner'))"
    )
    officer = county.officer
    assert owners == [f"{officer.user_id}.{officer.post_id}"] * 3
    browser_context.set_offline(True)
    expect(worker("/field/").locator(".topbar-post-label")).to_have_text(officer.label)


def _elsewhere() -> Any:
    from minfu.cases.rules.intake import Spot

    return Spot(village_code="350922101201")


def test_what_waits_is_sent_only_by_who_wrote_it(
    worker: Open, browser_context: BrowserContext, county: World, sign_in: Callable[[Any], None]
) -> None:
    browser_context.set_offline(True)
    report(worker("/field/report/"), "桥栏杆断了一段")
    browser_context.set_offline(False)
    worker("about:blank")
    Case.objects.all().delete()
    sign_in(User.objects.get(username="officer"))
    page = worker("/field/")
    expect(page.locator("[data-unsent]")).to_be_hidden()
    page.wait_for_timeout(500)
    assert not Case.objects.exists()
    sign_in(User.objects.get(username="worker"))
    expect(worker("/field/").locator("[data-unsent]")).to_be_hidden()
    assert Case.objects.get().description == "桥栏杆断了一段"


def test_the_field_can_be_installed(worker: Open) -> None:
    page = worker("/field/")
    about = page.evaluate(
        "fetch(document.querySelector('link[rel=manifest]').href).then((one) => one.json())"
    )
    assert (about["start_url"], about["display"]) == ("/field/", "standalone")
    measure = """async (url) => {
        const icon = await createImageBitmap(await (await fetch(url)).blob());
        return `${icon.width}x${icon.height}`;
    }"""
    for icon in about["icons"]:
        assert page.evaluate(measure, icon["src"]) == icon["sizes"]
