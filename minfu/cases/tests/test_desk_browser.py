"""The desk in a real browser: worked by keyboard alone, and readable for everyone at a desk and on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from minfu.cases.models import Case
from minfu.cases.tests.screens import user_of
from minfu.cases.tests.world import FENGPU_VILLAGES, World
from tests.browser import DESK, PHONE, assert_axe_clean, assert_no_sideways_scroll, set_width

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(world: World, sign_in: Callable[[Any], None], browser_page: Page) -> Page:
    """A clerk at the desk with five waiting demands and one reported."""
    for number in range(5):
        world.register(category_code="", description=f"第{number}件:路灯坏了")
    world.at("reported")
    sign_in(user_of(world, "clerk"))
    return browser_page


def test_an_inbox_is_worked_without_a_mouse(desk: Page, world: World) -> None:
    desk.goto("/cases/?scope=inbox")
    desk.wait_for_load_state("networkidle")
    rows = desk.locator("[data-row]").all_inner_texts()
    for _press in range(next(place for place, row in enumerate(rows) if "第2件" in row)):
        desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    expect(desk.locator("#matter .matter-text").first).to_have_text("第2件:路灯坏了")
    assert "/cases/" in desk.url
    desk.keyboard.press("2")
    expect(desk.locator("dialog h2").first).to_have_text("派单")
    desk.keyboard.type("际头")
    desk.keyboard.press("Enter")
    desk.keyboard.press("Tab")
    desk.keyboard.type("请尽快")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(desk.locator(".messages")).to_contain_text("已派单")
    case = Case.objects.get(description="第2件:路灯坏了")
    assert case.lead == world.units[FENGPU_VILLAGES[1]]
    desk.wait_for_load_state("networkidle")
    desk.keyboard.press("n")
    expect(desk.locator("#matter .matter-text").first).not_to_have_text("第2件:路灯坏了")


def test_several_filters_are_chosen_before_the_list_is_asked_for(desk: Page) -> None:
    desk.goto("/cases/?scope=area")
    desk.locator(".desk-filters > summary").click()
    desk.get_by_label("状态").select_option("waiting")
    desk.get_by_label("类型", exact=True).select_option("request")
    desk.get_by_label("只看超期").check()
    expect(desk.locator(".desk-filters")).to_have_attribute("open", "")
    assert desk.url.endswith("?scope=area"), "nothing was sent yet"
    desk.get_by_label("只看超期").uncheck()
    with desk.expect_navigation():
        desk.locator(".desk-filters").get_by_role("button", name="查找").click()
    expect(desk.locator(".desk-narrowed")).to_have_text("状态 待派单 · 类型 求助")
    expect(desk.locator("[data-row]")).to_have_count(5)


def test_half_typed_text_survives_closing_and_coming_back(desk: Page) -> None:
    desk.goto("/cases/?scope=inbox")
    desk.locator("[data-row]").nth(1).click()
    desk.get_by_role("link", name="备注").click()
    desk.locator("dialog textarea").fill("写到一半")
    desk.wait_for_function("() => Object.values(localStorage).some(kept => kept.includes('写到一半'))")
    desk.keyboard.press("Escape")
    desk.get_by_role("link", name="备注").click()
    expect(desk.locator("dialog textarea")).to_have_value("写到一半")


def test_several_are_ticked_by_key_and_given_away_together(desk: Page) -> None:
    desk.goto("/cases/?scope=inbox")
    desk.wait_for_load_state("networkidle")
    for _press in range(4):
        desk.keyboard.press("j")
        desk.keyboard.press("x")
    ticked = desk.locator(".desk-tick:checked").count()
    assert ticked >= 2
    desk.keyboard.press("b")
    desk.locator("input[role=combobox]").fill("际头")
    desk.keyboard.press("Enter")
    desk.get_by_role("button", name="派单").click()
    expect(desk.locator(".messages")).to_contain_text(f"已派出 {ticked} 件")


def test_the_clerks_form_suggests_while_one_types_and_is_sent_by_key(desk: Page) -> None:
    desk.goto("/cases/new/")
    expect(desk.locator("textarea").first).to_be_focused()
    desk.keyboard.type("凤埔村的路灯不亮")
    expect(desk.locator("[data-hints]")).to_contain_text("地点已认出")
    expect(desk.get_by_role("button", name="路灯不亮")).to_be_visible()
    desk.keyboard.press("Alt+1")
    expect(desk.get_by_role("combobox", name="类别")).to_have_value("路灯不亮")
    desk.keyboard.press("Alt+0")
    expect(desk.get_by_role("combobox", name="村（社区）")).to_have_value("凤埔村")
    expect(desk.get_by_label("反映内容")).to_have_value("凤埔村的路灯不亮")
    desk.get_by_label("电话", exact=False).last.fill("13800001234")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("h1")).to_have_text("登记好了")
    assert Case.objects.filter(description="凤埔村的路灯不亮", state="assigned").exists()


def test_a_question_mark_lists_every_key_and_each_does_what_it_says(desk: Page) -> None:
    desk.goto("/cases/?scope=inbox")
    desk.wait_for_load_state("networkidle")
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    expect(desk.locator("#matter .matter-number")).to_be_visible()
    desk.keyboard.press("?")
    shown = desk.get_by_role("dialog")
    expect(shown.locator("#dialog-title")).to_have_text("键盘快捷键")
    listed = shown.locator(".keys > div").all_inner_texts()
    assert {"j", "k", "Enter", "x", "/", "1", "g", "?"} <= {line.split()[0] for line in listed}
    assert any("添加照片或文件" in line for line in listed)
    assert_axe_clean(desk)
    desk.keyboard.press("Escape")
    expect(shown).to_have_count(0)
    desk.keyboard.press("a")
    expect(desk.locator("#dialog-title")).to_have_text("添加照片或文件")
    assert_axe_clean(desk)
    desk.keyboard.press("Escape")
    with desk.expect_navigation():
        desk.keyboard.press("g")
        desk.keyboard.press("n")
    expect(desk.locator("h1")).to_have_text("登记诉求")
    expect(desk.locator("textarea").first).to_be_focused()
    desk.keyboard.type("j?/")
    expect(desk.locator("textarea").first).to_have_value("j?/")


def test_control_and_enter_send_what_is_typed(desk: Page, world: World) -> None:
    desk.goto("/cases/?scope=inbox")
    desk.locator("[data-row]").nth(1).click()
    desk.get_by_role("link", name="备注").click()
    desk.locator("dialog textarea").fill("请先去看一下")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".messages")).to_contain_text("已备注")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_every_screen_is_clean_for_axe_and_fits(desk: Page, world: World, width: int) -> None:
    set_width(desk, width)
    waiting = Case.objects.filter(state="waiting").first()
    assert waiting is not None
    paths = [
        "/cases/?scope=inbox", f"/cases/{waiting.pk}/?scope=inbox", f"/cases/{waiting.pk}/step/assign/",
        f"/cases/{waiting.pk}/step/place/", f"/cases/{waiting.pk}/step/split/", f"/cases/{waiting.pk}/reveal/",
        "/cases/dispatch/", "/cases/new/",
        f"/cases/{waiting.pk}/files/add/", "/cases/9999999/", "/nosuch/",
        f"/cases/bulk/?case={waiting.pk}", f"/cases/{waiting.pk}/print/",
    ]  # fmt: skip
    for path in paths:
        desk.goto(path)
        desk.wait_for_load_state("networkidle")
        assert_axe_clean(desk)
        if "print" not in path:
            assert_no_sideways_scroll(desk)


def test_the_desk_works_without_script(desk: Page, world: World, client: Client) -> None:
    """Every step is an ordinary page: what the dialogs show is what the address shows."""
    waiting = Case.objects.filter(state="waiting").first()
    assert waiting is not None
    client.force_login(user_of(world, "clerk"))
    page = client.get(f"/cases/{waiting.pk}/step/assign/").content.decode()
    assert "<select" in page
    assert '<form method="post"' in page
