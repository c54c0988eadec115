"""Staff protect their sign-in and come in: app, passkey, the county's identity provider; by keyboard, on desk and phone."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from minfu.accounts.models import SignIn, User
from minfu.accounts.rules import identity
from minfu.accounts.tests import people, provider
from minfu.accounts.tests.factors import code_of
from tests.browser import (
    DESK,
    PHONE,
    assert_axe_clean,
    assert_no_sideways_scroll,
    assert_nothing_inline,
    listen,
    open_profile,
    set_width,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def address(live_server: LiveServer) -> str:
    """The server by the name at which browsers allow passkeys without https."""
    return re.sub(r"//[^:/]+", "//localhost", live_server.url)


@pytest.fixture
def opened(browser: Browser, address: str, settings: Any) -> Iterator[Callable[[], BrowserContext]]:
    """Return what opens a browser of one's own; it ends with the test, and nothing may have been blocked or have failed."""
    settings.ALLOWED_HOSTS = ["localhost"]
    contexts: list[BrowserContext] = []
    complaints: list[list[str]] = []

    def open_one() -> BrowserContext:
        context = open_profile(browser, address)
        context.on("page", lambda page: complaints.append(listen(page)))
        contexts.append(context)
        return context

    yield open_one
    for context in contexts:
        context.close()
    assert not any(complaints)


@pytest.fixture
def clerk(transactional_db: None) -> User:
    people.post(user := people.person("clerk"))
    return user


def check(page: Page) -> None:
    """Look at the page as it is: accessible and nothing wider than the screen, at a desk and on a phone."""
    for width in (PHONE, DESK):
        set_width(page, width)
        assert_axe_clean(page)
        assert_no_sideways_scroll(page)
    assert_nothing_inline(page)


def sign_in(page: Page) -> None:
    """Sign in with name and password, by keyboard."""
    page.goto("/login/")
    # A browser gives the first field the focus when it first paints, which may be after it has loaded.
    expect(page.get_by_label("用户名")).to_be_focused()
    page.keyboard.insert_text("clerk")
    page.keyboard.press("Tab")
    page.keyboard.insert_text(people.PASSWORD)
    page.keyboard.press("Enter")


def reach(page: Page, name: str, role: Any = "button") -> None:
    """Press Tab until the button or link has the focus, then Enter."""
    wanted = page.get_by_role(role, name=name, exact=True)
    expect(wanted).to_be_visible()
    for _turn in range(80):
        if wanted.evaluate("one => one === document.activeElement"):
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached with Tab")


def wait_for_next_code(secret: str, used: str) -> str:
    """Return a code that was not used yet: the next half minute's counts already."""
    ahead = code_of(secret, ahead=1)
    while ahead == used:
        time.sleep(1)
        ahead = code_of(secret, ahead=1)
    return ahead


def test_an_app_is_set_up_and_asked_for(opened: Callable[[], BrowserContext], clerk: User) -> None:
    page = opened().new_page()
    sign_in(page)
    page.wait_for_url(lambda url: "/login/" not in url)
    page.goto("/account/security/")
    check(page)
    reach(page, "设置动态验证码", "link")
    expect(page.get_by_role("img", name="二维码：内容就是下面的密钥")).to_be_visible()
    check(page)
    page.reload()  # looking at it fetched it again: every time it shows another secret
    secret = page.locator("code.receipt").inner_text().strip()
    used = code_of(secret)
    field = page.get_by_label("应用显示的 6 位验证码")
    field.focus()
    page.keyboard.insert_text(used)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("备用码")
    expect(page.locator(".codes code")).to_have_count(10)
    check(page)
    reach(page, "已抄下", "link")
    expect(page.locator("main")).to_contain_text("移除动态验证码")
    check(page)

    other = opened().new_page()
    sign_in(other)
    expect(other.get_by_role("heading", level=1)).to_have_text("二次验证")
    check(other)
    other.reload()
    expect(other.get_by_label("验证码或备用码")).to_be_focused()
    other.keyboard.insert_text("000000")
    other.keyboard.press("Enter")
    expect(other.get_by_role("alert").first).to_contain_text("验证码不正确或已经用过")
    check(other)
    other.get_by_label("验证码或备用码").fill(wait_for_next_code(secret, used))
    other.keyboard.press("Enter")
    other.wait_for_url(lambda url: "/login/" not in url)
    ends_the_others(other)
    page.goto("/account/security/")
    expect(page).to_have_url(re.compile("/login/"))


def ends_the_others(other: Page) -> None:
    """See one's own sign-ins, and end all sessions but this one."""
    other.goto("/account/security/")
    expect(other.locator("main")).to_contain_text("密码 + 动态验证码")
    expect(other.locator("main")).to_contain_text("验证码错误")
    other.get_by_role("button", name="退出其他所有设备").click()
    expect(other.locator(".message").first).to_contain_text("已退出其他 1 处登录")


def virtual_authenticator(context: BrowserContext, page: Page) -> Any:
    """Plug an authenticator of Chromium's own into the page: it verifies its user by itself."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    made = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session, made["authenticatorId"]


def test_a_passkey_is_made_and_signs_in(opened: Callable[[], BrowserContext], clerk: User) -> None:
    context = opened()
    page = context.new_page()
    session, authenticator = virtual_authenticator(context, page)
    sign_in(page)
    page.wait_for_url(lambda url: "/login/" not in url)
    page.goto("/account/security/passkeys/new/")
    check(page)
    page.reload()
    page.get_by_label("名称").fill("办公室电脑")
    reach(page, "创建通行密钥")
    expect(page.get_by_role("heading", level=1)).to_have_text("备用码")
    kept = session.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]
    assert [one["rpId"] for one in kept] == ["localhost"]
    page.goto("/account/security/")
    expect(page.locator("main")).to_contain_text("办公室电脑")
    check(page)

    # With the passkey alone.
    context.clear_cookies()
    page.goto("/login/")
    check(page)
    reach(page, "用通行密钥登录")
    page.wait_for_url(lambda url: "/login/" not in url)
    assert SignIn.objects.filter(user=clerk, method="passkey").count() == 1

    # After the password; first the device does not know its user.
    context.clear_cookies()
    sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("二次验证")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    session.send(
        "WebAuthn.removeCredential",
        {"authenticatorId": authenticator, "credentialId": kept[0]["credentialId"]},
    )
    page.get_by_role("button", name="用通行密钥验证").click()
    expect(page.locator("[data-passkey-error]")).to_be_visible()
    check(page)
    session.send("WebAuthn.addCredential", {"authenticatorId": authenticator, "credential": kept[0]})
    session.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": True})
    page.reload()
    page.get_by_role("button", name="用通行密钥验证").click()
    page.wait_for_url(lambda url: "/login/" not in url)

    page.goto("/account/security/")
    page.get_by_role("link", name="移除：办公室电脑").click()
    check(page)
    page.get_by_role("button", name="移除").click()
    expect(page.locator("main")).to_contain_text("还没有设置")


def test_where_passkeys_cannot_work_none_are_offered(
    browser: Browser, address: str, clerk: User, settings: Any
) -> None:
    """By a number (127.0.0.1) no browser makes passkeys: the sign-in page is silent about them, the page to make one says so."""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    context = open_profile(browser, address.replace("localhost", "127.0.0.1"))
    page = context.new_page()
    page.goto("/login/")
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="用通行密钥登录")).to_be_hidden()
    sign_in(page)
    page.wait_for_url(lambda url: "/login/" not in url)
    page.goto("/account/security/passkeys/new/")
    expect(page.locator("[data-passkey-error]")).to_contain_text("不支持通行密钥")
    expect(page.get_by_role("button", name="创建通行密钥")).to_be_disabled()
    assert_axe_clean(page)
    context.close()


def test_the_countys_identity_provider_signs_in(
    opened: Callable[[], BrowserContext], clerk: User, settings: Any
) -> None:
    admin = people.staff("admin", "administrator", people.county_unit("信息中心", "other"))
    identity.register(clerk.pk, number="", subject="u-1001", actor=admin)
    with provider.running() as url:
        provider.configure(settings, url)
        context = opened()
        context.route(f"{url}/**", lambda route: route.continue_())
        page = context.new_page()
        page.goto("/login/?next=/account/leave/")
        check(page)
        page.get_by_role("link", name="用县统一身份认证登录").click()
        page.get_by_role("button", name="u-1002").click()
        expect(page.get_by_role("alert")).to_contain_text("请把标识“u-1002”告诉系统管理员")
        check(page)
        page.goto("/login/?next=/account/leave/")
        page.get_by_role("link", name="用县统一身份认证登录").click()
        page.get_by_role("button", name="u-1001").click()
        page.wait_for_url("**/account/leave/")
        expect(page.get_by_role("heading", level=1)).to_contain_text("委托代理")


def test_a_role_that_demands_it_leads_to_where_it_is_set_up(
    opened: Callable[[], BrowserContext], clerk: User, settings: Any
) -> None:
    settings.MINFU_SECOND_FACTOR = ["township_clerk"]
    page = opened().new_page()
    sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("登录与安全")
    expect(page.locator("main")).to_contain_text("请先设置动态验证码或通行密钥")
    check(page)
    reach(page, "设置动态验证码", "link")
    page.get_by_label("应用显示的 6 位验证码").fill(
        code_of(page.locator("code.receipt").inner_text().strip())
    )
    page.keyboard.press("Enter")
    expect(page.locator(".codes code")).to_have_count(10)
    page.goto("/account/leave/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("委托代理")


def test_the_administrators_pages(opened: Callable[[], BrowserContext], clerk: User) -> None:
    people.post(people.person("admin"), "administrator", people.county_unit("信息中心", "other"))
    worker = opened().new_page()
    sign_in(worker)
    worker.wait_for_url(lambda url: "/login/" not in url)
    page = opened().new_page()
    page.goto("/login/")
    page.get_by_label("用户名").fill("admin")
    page.get_by_label("密码").fill(people.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
    for path in (
        "/admin/second-factor/",
        "/admin/sign-ins/?username=clerk",
        f"/admin/people/{clerk.pk}/",
        f"/admin/people/{clerk.pk}/identity/",
        f"/admin/people/{clerk.pk}/factors/",
    ):
        page.goto(path)
        check(page)
    page.goto("/admin/second-factor/")
    page.get_by_label("角色").select_option("auditor")
    page.get_by_label("依据").fill("县信息中心安全要求")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("table")).to_contain_text("审计员")
    check(page)
    page.get_by_role("link", name="结束").click()
    check(page)
    page.goto("/admin/sign-ins/?username=clerk")
    page.get_by_label("查看原因").fill("核查异常登录")
    page.get_by_role("button", name="查看").click()
    expect(page.locator("main")).to_contain_text("127.0.0.*")
    check(page)
    page.get_by_role("button", name="结束这次登录").click()
    expect(page.locator(".message").first).to_contain_text("已结束")
    worker.goto("/account/security/")
    expect(worker).to_have_url(re.compile("/login/"))
