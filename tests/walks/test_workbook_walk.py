"""A clerk from the empty form to the filled one; a village officer answers what is asked on a phone."""

import io
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import time_machine
from playwright.sync_api import expect

from minfu.cases.tests.world import World
from minfu.figures import door as figures
from minfu.workbooks.models import Workbook
from minfu.workbooks.tests.story import VILLAGES
from minfu.workbooks.trial.drawing import drawn
from tests.browser import PHONE
from tests.walks.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHINA = ZoneInfo("Asia/Shanghai")
SPRING = datetime(2026, 3, 4, 9, 0, tzinfo=CHINA)
MONDAY = datetime(2026, 7, 6, 9, 0, tzinfo=CHINA)
Enter = Callable[..., Walker]
#: True where nothing lies over the middle of an element.
ON_TOP = """(one) => {
  const { x, y, width, height } = one.getBoundingClientRect();
  return document.elementFromPoint(x + width / 2, y + height / 2) === one;
}"""


@pytest.mark.timeout(300)
def test_from_the_empty_form_to_the_filled_one(world: World, enter: Enter) -> None:
    figures.load_defaults()
    with time_machine.travel(SPRING) as clock:
        case = world.register()
        clock.move_to(MONDAY)
        clerk = enter("clerk")
        _uploaded(clerk)
        row = Workbook.objects.get()
        clerk.sees("填 凤埔乡 的数", "2026 年上半年", "待确认 3 格", "公式 2 格")
        _asked_on_a_phone(enter("clerk", width=PHONE), row)
        clerk.go(f"/workbooks/{row.pk}/")
        clerk.sees("待确认 0 格")
        with clerk.page.expect_navigation():
            clerk.page.locator("#c0B3 a").click()
        clerk.look()
        clerk.sees("单元格 B3", "登记诉求，凤埔乡凤埔村")
        with clerk.page.expect_navigation():
            clerk.page.locator("dd a").first.click()
        clerk.sees(case.number)
        clerk.go(f"/workbooks/{row.pk}/")
        clerk.take("填好了")
        clerk.sees("已填好")
        book = openpyxl.load_workbook(
            io.BytesIO(clerk.page.request.get(f"/workbooks/{row.pk}/filled.xlsx").body())
        )
    sheet = book["附件1"]
    assert [sheet[name].value for name in ("B3", "B4", "F3", "F4", "B5")] == [1, 0, 12, 7, "=SUM(B3:B4)"]
    assert "登记诉求" in sheet["B3"].comment.text


def _uploaded(clerk: Walker) -> None:
    clerk.go("/workbooks/")
    clerk.go("/workbooks/new/")
    clerk.page.locator("[name=file]").set_input_files(
        {
            "name": "上半年统计表.xlsx",
            "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "buffer": drawn([VILLAGES]),
        }
    )
    with clerk.page.expect_navigation():
        clerk.page.get_by_role("button", name="上传").click()
    clerk.look()


def _asked_on_a_phone(clerk: Walker, row: Workbook) -> None:
    """Answer on a phone, where only what is asked is shown."""
    clerk.go(f"/workbooks/{row.pk}/")
    expect(clerk.page.locator("#c0B3")).to_be_hidden()
    for cell, text in (("F3", "12"), ("F4", "7")):
        clerk.page.locator(f"[name='c:0!{cell}']").fill(text)
    for cell in ("E3", "E4", "E5"):
        clerk.page.locator(f"#c0{cell} label").tap()
        expect(clerk.page.locator(f"[name='ok:0!{cell}']")).to_be_checked()
    clerk.tap("保存填的和确认的")
    clerk.sees("已保存")
    save = clerk.page.get_by_role("button", name="保存填的和确认的")
    assert save.evaluate(ON_TOP), "what saves is covered by another bar at the thumb"
