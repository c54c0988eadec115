"""Demands that may be the same, in a real browser: while a clerk types, as a resident is asked, as the like was settled."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from minfu.cases.models import Case
from minfu.cases.tests.screens import user_of
from minfu.cases.tests.world import FENGPU_VILLAGES, World
from tests.browser import DESK, PHONE, assert_axe_clean, assert_no_sideways_scroll, set_width

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LAMP = "文化楼后面的路灯坏了三盏，晚上看不见路"


def _fits(page: Page) -> None:
    for width in (DESK, PHONE):
        set_width(page, width)
        assert_axe_clean(page)
        assert_no_sideways_scroll(page)
    set_width(page, DESK)


def test_the_clerk_takes_what_is_found_while_typing(
    world: World, sign_in: Callable[[Any], None], browser_page: Page
) -> None:
    same = world.register(description=LAMP)
    world.at("solved", description=LAMP)
    sign_in(user_of(world, "clerk"))
    page = browser_page
    page.goto("/cases/new/")
    page.locator("[name=description]").fill("文化楼后面路灯坏了三盏")
    page.locator("[name=village]").evaluate(
        "(field, code) => { field.value = code; field.dispatchEvent(new Event('change', { bubbles: true })); }",
        FENGPU_VILLAGES[0],
    )
    expect(page.get_by_role("heading", name="可能是同一件事")).to_be_visible(timeout=60_000)
    _fits(page)
    page.get_by_role("button", name="是同一件，登记后并入").click()
    expect(page.get_by_text(f"登记后并入 {same.number}")).to_be_visible(timeout=60_000)
    page.goto(f"/cases/{same.pk}/?scope=area")
    page.get_by_text("类似的事怎么办成的").click()
    expect(page.get_by_text("满意度 5 分")).to_be_visible(timeout=60_000)
    _fits(page)


def test_a_resident_reads_what_others_reported_and_joins_it(world: World, browser_page: Page) -> None:
    first = world.register(description=LAMP)
    page = browser_page
    page.goto("/r/")
    page.locator("input[name=kind][value=request]").check(force=True)
    page.get_by_role("button", name="下一步").click()
    page.locator("[name=description]").fill("文化楼后面的路灯不亮，坏了三盏")
    page.get_by_role("button", name="下一步").click()
    page.locator("input[name=topic][value='040101']").first.check(force=True)
    page.get_by_role("button", name="下一步").click()
    page.locator("[name=village]").evaluate("(field, code) => { field.value = code; }", FENGPU_VILLAGES[0])
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_text("别人反映过的，是同一件事吗？").first).to_be_visible(timeout=60_000)
    _fits(page)
    page.locator(f"input[name=same][value='{first.pk}']").check(force=True)
    page.get_by_role("button", name="下一步").click()
    expect(page.locator("[name=mode]").first).to_be_attached(timeout=60_000)
    page.locator("input[name=mode][value=anonymous]").check(force=True)
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_text("同一件事").first).to_be_visible(timeout=60_000)
    page.locator("main form button.btn-primary").last.click()
    expect(page.get_by_text("和先前反映的同一件事一起办")).to_be_visible(timeout=60_000)
    _fits(page)
    assert Case.objects.order_by("-pk")[0].merged_into == first
