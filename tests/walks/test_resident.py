"""A resident's phone: report, receipt, follow, answer; with and without script; light, accessible, in large type."""

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, FilePayload, Page, Response, expect
from pytest_django.live_server_helper import LiveServer

from minfu.cases.models import Case, Category, Diversion
from minfu.cases.rules import actions, catalog
from minfu.cases.rules.intake import Person
from minfu.cases.tests.world import World, build
from minfu.files.tests import making
from tests.browser import DESK, PHONE, assert_axe_clean, assert_no_sideways_scroll, set_width

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: Most bytes a resident's page may transfer in all, everything included, with nothing cached.
LIGHT = 120 * 1024


@pytest.fixture
def county(transactional_db: None) -> Iterator[World]:
    world = build()
    for code, name, urgent, word in (
        ("e110", "110 报警", True, "打架"),
        ("court", "人民法院诉讼", False, "打官司"),
    ):
        Diversion.objects.create(
            code=code, name=name, advice="请先这样做。", keywords=word, emergency=urgent,
            valid_from=date(2026, 1, 1), source="测试",
        )  # fmt: skip
    question = {"key": "pole", "text": "灯杆上有编号吗？", "type": "text", "choices": []}
    Category.objects.filter(code="040101").update(keywords="路灯", questions=[question])
    catalog.forget()
    yield world
    catalog.forget()


def look(page: Page) -> None:
    """Check the page as it is now, at a phone's and a desk's width."""
    for width in (DESK, PHONE):
        set_width(page, width)
        assert_no_sideways_scroll(page)
    assert_axe_clean(page)


def go_on(page: Page) -> None:
    page.get_by_role("button", name="下一步").click()


def report(page: Page) -> None:
    """Answer the questions as far as the text and the danger in it."""
    page.get_by_role("link", name="我要反映").click()
    look(page)
    go_on(page)
    expect(page.get_by_role("alert")).to_contain_text("请选一种")
    look(page)
    page.get_by_text("对服务不满意").click()
    go_on(page)
    look(page)
    photo = FilePayload(name="路灯.jpg", mimeType="image/jpeg", buffer=making.picture(size=(800, 600)))
    page.set_input_files("input[type=file]", [photo])
    page.locator("textarea").fill("路灯坏了没人管，两家为这个打架，说要打官司。")
    if (without_script := page.get_by_role("button", name="先把照片传上来")).is_visible():
        without_script.click()
    expect(page.get_by_text("路灯.jpg").first).to_be_visible()
    look(page)
    go_on(page)
    expect(page.get_by_role("link", name="拨打 110 报警")).to_have_attribute("href", "tel:110")
    look(page)
    page.get_by_text("没有了").click()
    go_on(page)


def say_where_and_who(page: Page) -> None:
    """Answer the questions after the text, and send."""
    page.get_by_text("自己找一类").click()
    look(page)
    page.get_by_label("路灯不亮").first.check()
    go_on(page)
    look(page)
    go_on(page)
    page.get_by_role("textbox", name="在哪里").fill("达才村小学门口")
    look(page)
    go_on(page)
    expect(page.get_by_label("平湖镇达才村")).to_be_checked()
    look(page)
    go_on(page)
    page.get_by_label("平湖镇民富中心").check()
    look(page)
    go_on(page)
    page.get_by_label("留下姓名和电话").first.check()
    look(page)
    go_on(page)
    page.get_by_label("您的电话").fill("13800001234")
    look(page)
    go_on(page)
    look(page)
    page.get_by_role("button", name="仍然提交").click()


def test_from_the_first_question_to_the_answer(browser_page: Page, county: World) -> None:
    page = browser_page
    set_width(page, PHONE)
    page.goto("/")
    report(page)
    say_where_and_who(page)
    case = Case.objects.get()
    expect(page.get_by_text("收到了，谢谢您")).to_be_visible()
    expect(page.locator(".receipt")).to_have_text("".join(case.receipt))
    look(page)
    assert page.locator(".receipt").evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 30
    page.goto("/f/")
    look(page)
    page.get_by_label("查询码").fill(" ".join(case.receipt))
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已收到")
    look(page)


def test_the_answer_is_one_tap_away(browser_page: Page, county: World) -> None:
    page = browser_page
    set_width(page, PHONE)
    case = county.at("asking", person=Person(name="周小溪"))
    page.goto(f"/f/{case.receipt}/")
    look(page)
    page.get_by_text("没有解决", exact=True).click()
    page.get_by_role("button", name="就这样告诉他们").click()
    expect(page.get_by_role("alert")).to_contain_text("哪里没有解决")
    look(page)
    page.get_by_role("radio", name="解决了", exact=True).check()
    page.get_by_label("非常满意").check()
    page.get_by_role("button", name="就这样告诉他们").dblclick()
    expect(page.get_by_text("您的评价：已解决")).to_be_visible()
    look(page)
    case.refresh_from_db()
    assert (case.state, case.satisfaction, case.answers.count()) == ("solved", 5, 1)


def test_adding_and_taking_back(browser_page: Page, county: World) -> None:
    page = browser_page
    set_width(page, PHONE)
    case = county.at("handling", person=Person(name="周小溪"))
    page.goto(f"/f/{case.receipt}/")
    page.get_by_role("link", name="补充情况").click()
    look(page)
    page.get_by_label("要补充什么").fill("昨晚又坏了一盏")
    page.get_by_role("button", name="补充", exact=True).click()
    expect(page.get_by_text("昨晚又坏了一盏")).to_be_visible()
    page.get_by_role("link", name="不用办了，撤回").click()
    look(page)
    page.get_by_label("为什么撤回").fill("已经修好了")
    page.get_by_role("button", name="确定撤回").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已撤回")


def test_the_proof_of_the_number(browser_page: Page, county: World) -> None:
    case = county.register()
    browser_page.goto(f"/f/{case.receipt}/")
    browser_page.get_by_role("link", name="用验证码查看").click()
    browser_page.get_by_role("button", name="发验证码").click()
    expect(browser_page.get_by_text("验证码已发出")).to_be_visible()
    look(browser_page)


def test_everything_works_without_script(browser: Browser, live_server: LiveServer, county: World) -> None:
    context = browser.new_context(
        base_url=live_server.url,
        locale="zh-CN",
        java_script_enabled=False,
        viewport={"width": PHONE, "height": 844},
    )
    page = context.new_page()
    page.goto("/r/")
    page.get_by_text("有困难，要帮忙").click()
    go_on(page)
    page.locator("textarea").fill("村口的路灯坏了")
    go_on(page)
    page.get_by_text("自己找一类").click()
    go_on(page)
    page.get_by_label("或者选一个村").select_option(label="凤埔村")
    go_on(page)
    page.get_by_text("不留姓名和电话").click()
    go_on(page)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("收到了，谢谢您")).to_be_visible()
    case = Case.objects.get()
    for actor, take in ((county.officer, actions.accept),):
        take(
            actor=actor,
            case_id=actions.assign(actor=county.clerk, case_id=case.pk, unit_id=actor.unit_id or 0).pk,
        )
    actions.report(actor=county.officer, case_id=case.pk, what="换了灯泡。")
    actions.verify(actor=county.clerk, case_id=case.pk, finding="看过")
    page.goto(f"/f/{case.receipt}/")
    page.get_by_role("radio", name="解决了", exact=True).check()
    page.get_by_role("button", name="就这样告诉他们").click()
    expect(page.get_by_text("您的评价：已解决")).to_be_visible()
    context.close()


def test_back_and_reload_lose_nothing_and_send_nothing_twice(browser_page: Page, county: World) -> None:
    page = browser_page
    page.goto("/r/")
    page.get_by_text("想问问政策").click()
    go_on(page)
    page.locator("textarea").fill("养老金怎么领？")
    go_on(page)
    page.go_back()
    expect(page.locator("textarea")).to_have_value("养老金怎么领？")
    go_on(page)
    go_on(page)
    page.get_by_label("或者选一个村").select_option(label="凤埔村")
    go_on(page)
    page.get_by_text("不留姓名和电话").click()
    go_on(page)
    page.get_by_role("button", name="提交").dblclick()
    expect(page.get_by_text("收到了，谢谢您")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("收到了，谢谢您")).to_be_visible()
    page.reload()
    assert Case.objects.count() == 1


@pytest.mark.parametrize("path", ["/r/", "/f/", "/f/{receipt}/", "/r/g/{token}/"])
def test_pages_are_light_on_an_old_phone(browser_page: Page, county: World, path: str) -> None:
    case = county.at("asking")
    answers: list[Response] = []
    browser_page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - playwright marks it
    browser_page.goto(path.format(receipt=case.receipt, token=county.grid.qr_token), wait_until="networkidle")
    assert len(answers) >= 3
    assert sum(len(answer.body()) for answer in answers) < LIGHT


def test_larger_type_fits_and_letters_are_never_small(browser_page: Page, county: World) -> None:
    case = county.at("asking")
    set_width(browser_page, PHONE)
    for path in ("/r/", "/f/", f"/f/{case.receipt}/"):
        browser_page.goto(path)
        assert browser_page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 18
        browser_page.goto(f"/type/?large=1&next={path}")
        assert_no_sideways_scroll(browser_page)
        assert_axe_clean(browser_page)
        browser_page.goto(f"/type/?large=0&next={path}")
