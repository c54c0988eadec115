"""A clerk imports a table and exports a list in a real browser."""

import io

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from minfu.cases.rules import tables
from minfu.cases.tests.screens import user_of
from minfu.cases.tests.world import World
from minfu.kernel import jobs
from tests.browser import DESK, PHONE, assert_axe_clean, assert_no_sideways_scroll, set_width

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _book() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["来源编号", "反映内容", "诉求类型"], ["1", "村口路灯坏了", "求助"], ["2", "漏水", "闲聊"]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _both_widths(page: Page) -> None:
    for width in (PHONE, DESK):
        set_width(page, width)
        assert_no_sideways_scroll(page)
        assert_axe_clean(page)


def test_a_table_of_another_system_is_explained_by_keyboard(
    browser_page: Page, sign_in, world: World
) -> None:
    sign_in(user_of(world, "clerk"))
    browser_page.goto("/cases/import/")
    told = "来电内容,来电号码,坐席\n村口的路灯坏了三天，晚上看不见路。,13800001234,007\n"
    browser_page.get_by_label("表格文件").set_input_files(
        {"name": "热线.csv", "mimeType": "text/csv", "buffer": told.encode()}
    )
    browser_page.get_by_label("数据来源").fill("12345热线")
    browser_page.get_by_role("button", name="开始导入").click()
    expect(browser_page.get_by_text("138****1234")).to_be_visible()
    _both_widths(browser_page)
    wrong = browser_page.get_by_label("C 列 坐席")
    wrong.focus()
    wrong.select_option(label="电话")
    browser_page.get_by_role("button", name="就这样导入").press("Enter")
    link = browser_page.get_by_role("link", name="B 列和 C 列都选了“电话”")
    expect(link).to_be_visible()
    _both_widths(browser_page)
    link.press("Enter")
    expect(wrong).to_be_focused()
    wrong.select_option(label="不导入")
    browser_page.get_by_role("button", name="就这样导入").press("Enter")
    expect(browser_page.get_by_text("导入完成，新增 1 件")).to_be_visible()
    expect(browser_page.get_by_text("每一列是什么已经记住")).to_be_visible()
    _both_widths(browser_page)
    browser_page.get_by_role("link", name="查看或更改").click()
    expect(browser_page.get_by_role("button", name="保存")).to_be_visible()
    _both_widths(browser_page)


def test_a_clerk_imports_and_exports(
    browser_page: Page, sign_in, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "IMPORT_AT_ONCE", 1)
    sign_in(user_of(world, "clerk"))
    browser_page.goto("/cases/import/")
    _both_widths(browser_page)
    browser_page.get_by_label("表格文件").set_input_files(
        {"name": "热线.xlsx", "mimeType": "application/octet-stream", "buffer": _book()}
    )
    browser_page.get_by_label("数据来源").fill("12345热线")
    browser_page.get_by_role("button", name="开始导入").click()
    expect(browser_page.get_by_text("在排队")).to_be_visible()
    _both_widths(browser_page)
    jobs.run_waiting()
    expect(browser_page.get_by_text("所以一行也没有导入")).to_be_visible()
    expect(browser_page.get_by_text("“闲聊”无法识别")).to_be_visible()
    _both_widths(browser_page)
    world.register()
    browser_page.goto("/cases/?scope=area")
    browser_page.get_by_role("link", name="导出").click()
    expect(browser_page.get_by_text("共 1 行")).to_be_visible()
    _both_widths(browser_page)
    browser_page.get_by_role("button", name="导出 Excel").click()
    expect(browser_page.get_by_text("已准备好，1 行")).to_be_visible()
    _both_widths(browser_page)
    with browser_page.expect_download() as waiting:
        browser_page.get_by_role("link", name="下载").click()
    assert waiting.value.suggested_filename.endswith(".xlsx")
