"""A grid worker's phone: no signal, half a signal, one report; everything within reach of a thumb."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, Route, expect

from minfu.accounts.models import User
from minfu.cases.models import Case, CaseFile
from minfu.cases.rules import catalog
from minfu.cases.tests.world import World, build
from minfu.files.tests import making
from tests.browser import DESK, PHONE, assert_axe_clean, assert_no_sideways_scroll, set_width

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def county(transactional_db: None) -> Iterator[World]:
    yield build()
    catalog.forget()


@pytest.fixture
def phone(browser_page: Page, county: World, sign_in: Callable[[Any], None]) -> Page:
    sign_in(User.objects.get(username="worker"))
    set_width(browser_page, PHONE)
    return browser_page


def look(page: Page) -> None:
    for width in (DESK, PHONE):
        set_width(page, width)
        assert_no_sideways_scroll(page)
    assert_axe_clean(page)


def fill(page: Page, text: str) -> None:
    page.get_by_label("什么事").fill(text)
    photo = FilePayload(name="桥.jpg", mimeType="image/jpeg", buffer=making.picture(size=(900, 700)))
    page.set_input_files("input[type=file]", [photo])


def send(page: Page) -> None:
    page.get_by_role("button", name="上报", exact=True).click()


def test_from_the_list_to_done(phone: Page, county: World) -> None:
    case = county.register()
    phone.goto("/field/")
    look(phone)
    phone.get_by_role("link", name="路灯不亮").first.click()
    expect(phone.get_by_role("heading", name="联系谁")).to_be_visible()
    look(phone)
    button = phone.get_by_role("button", name="签收")
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 48
    assert box["y"] > 600, "within reach of the thumb"
    button.click()
    phone.get_by_role("link", name="办好了").click()
    expect(phone.get_by_role("heading", name="办好了")).to_be_visible()
    look(phone)
    phone.get_by_label("做了什么").fill("换了灯泡")
    phone.get_by_role("button", name="报告办结").click()
    expect(phone.get_by_text("待核实").first).to_be_visible()
    case.refresh_from_db()
    assert case.state == "reported"


def test_without_a_signal_nothing_is_lost_and_nothing_comes_twice(
    phone: Page, browser_context: BrowserContext, county: World
) -> None:
    phone.goto("/field/report/")
    look(phone)
    browser_context.set_offline(True)
    fill(phone, "桥栏杆断了一段")
    send(phone)
    expect(phone.get_by_text("没有信号：已存在这部手机上")).to_be_visible()
    expect(phone.locator("[data-unsent]")).to_contain_text("1 条还没发出去")
    expect(phone.get_by_label("什么事")).to_have_value("")
    fill(phone, "第二件：路面塌了")
    send(phone)
    expect(phone.locator("[data-unsent]")).to_contain_text("2 条还没发出去")
    assert Case.objects.count() == 0
    browser_context.set_offline(False)
    expect(phone.locator("[data-unsent]")).to_be_hidden()
    assert sorted(Case.objects.values_list("description", flat=True)) == [
        "桥栏杆断了一段",
        "第二件：路面塌了",
    ]
    assert CaseFile.objects.count() == 2
    phone.goto("/field/")
    expect(phone.locator("[data-unsent-list]")).to_be_hidden()
    assert Case.objects.count() == 2


def test_an_answer_that_got_lost_makes_no_second_demand(phone: Page, county: World) -> None:
    def lose(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch()  # it arrives …
            route.abort("connectionreset")  # … and the answer does not
        else:
            route.continue_()

    phone.goto("/field/report/")
    phone.route("**/field/report/", lose)
    fill(phone, "桥栏杆断了一段")
    send(phone)
    expect(phone.locator("[data-unsent]")).to_contain_text("1 条还没发出去")
    assert Case.objects.count() == 1
    phone.unroute("**/field/report/", lose)
    phone.get_by_role("button", name="重新发送").click()
    expect(phone.locator("[data-unsent]")).to_be_hidden()
    assert Case.objects.count() == 1


def test_what_waits_survives_closing_the_page_and_is_listed(
    phone: Page, browser_context: BrowserContext, county: World
) -> None:
    phone.goto("/field/report/")
    phone.route(
        "**/field/report/",
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    fill(phone, "桥栏杆断了一段")
    send(phone)
    expect(phone.locator("[data-unsent]")).to_contain_text("1 条")
    phone.goto("/field/")
    expect(phone.locator("[data-unsent-list]")).to_contain_text("桥栏杆断了一段")
    look(phone)
    phone.unroute_all()
    phone.reload()
    expect(phone.locator("[data-unsent]")).to_be_hidden()
    assert Case.objects.count() == 1


def test_what_the_server_refuses_is_said_at_the_field(phone: Page, county: World) -> None:
    phone.goto("/field/report/")
    phone.get_by_label("什么事").fill("🔥🔥")
    send(phone)
    expect(phone.get_by_role("alert")).to_contain_text("不能只有表情")
    expect(phone.get_by_label("什么事")).to_have_value("🔥🔥")
    assert Case.objects.count() == 0


def test_half_typed_words_survive_a_reload(phone: Page, county: World) -> None:
    phone.goto("/field/report/")
    phone.get_by_label("什么事").fill("写到一半")
    phone.keyboard.press("Tab")
    phone.reload()
    expect(phone.get_by_label("什么事")).to_have_value("写到一半")


def test_photos_are_taken_one_after_the_other_and_each_can_be_taken_out(phone: Page, county: World) -> None:
    phone.goto("/field/report/")
    names = ("桥.jpg", "桥墩.jpg", "手指.jpg")
    for number, name in enumerate(names):
        picture = making.picture(size=(900 + number, 700))
        phone.set_input_files(
            "input[type=file]", [FilePayload(name=name, mimeType="image/jpeg", buffer=picture)]
        )
        expect(phone.locator(".picker-list li")).to_have_count(number + 1)
    look(phone)
    phone.get_by_role("button", name="去掉 手指.jpg").click()
    expect(phone.locator(".picker-list")).not_to_contain_text("手指")
    phone.get_by_label("什么事").fill("桥栏杆断了一段")
    send(phone)
    expect(phone.get_by_role("heading", name="联系谁")).to_be_visible()
    assert sorted(CaseFile.objects.values_list("file__name", flat=True)) == ["桥.jpg", "桥墩.jpg"]
