"""A briefing from the draft to the numbered paper, and from the code printed on it to where its figures come from."""

import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
import time_machine
from playwright.sync_api import expect

from minfu.cases.tests.world import World
from minfu.documents.models import Document
from minfu.figures import door as figures
from minfu.papers.tests import reading
from tests.browser import PHONE
from tests.walks.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHINA = ZoneInfo("Asia/Shanghai")
OCTOBER = datetime(2026, 10, 13, 9, 0, tzinfo=CHINA)
WEDNESDAY = datetime(2026, 11, 4, 9, 0, tzinfo=CHINA)
MONDAY = datetime(2026, 11, 9, 9, 0, tzinfo=CHINA)
TEXT = (
    "# 总体情况\n{{ period }}登记诉求{{ figure registered }}，比上一周{{ change registered }}。\n"
    "{{ table registered by place }}"
)
Enter = Callable[..., Walker]


@pytest.mark.timeout(300)
def test_a_briefing_from_the_draft_to_its_number_and_back_to_the_records(world: World, enter: Enter) -> None:
    figures.load_defaults()
    with time_machine.travel(OCTOBER) as clock:
        world.register()  # from October on there are records: the week before had none of it, and may be compared with
        clock.move_to(WEDNESDAY)
        cases = [world.register(), world.register()]
        clock.move_to(MONDAY)
        _register_of_numbers(enter("dispatcher"))
        clerk = enter("clerk")
        row = _written(clerk)
        _approved(enter("leader", width=PHONE), row)
        clerk.go(f"/documents/{row.pk}/")
        clerk.take("编号印发")
        clerk.sees("已印发", "2026年第1期")
        pdf = clerk.page.request.get(f"/documents/{row.pk}/document.pdf").body()
        printed = reading.text(pdf)
        assert "2026年第1期" in printed
        assert "登记诉求2件" in printed
        auditor = enter("auditor", width=PHONE)
        auditor.go(urlsplit(reading.qr_codes(pdf)[0]).path)
        auditor.sees("数据来源", "登记诉求")
        figure = auditor.page.get_by_role("link", name="2件").first
        expect(figure).to_have_attribute(
            "href", re.compile(r"/figures/registered/\?area=350922204000&period=2026-W45")
        )
        # The address is the public one; the walk follows it on the server under test.
        auditor.go(re.sub(r"^https?://[^/]+", "", figure.get_attribute("href") or ""))
        auditor.sees(*(case.number for case in cases))
    row.refresh_from_db()
    assert row.number == "2026年第1期"


def _register_of_numbers(dispatcher: Walker) -> None:
    dispatcher.go("/documents/registers/new/")
    dispatcher.page.locator("#id_unit_id + .combo input").fill("凤埔乡民富中心")
    dispatcher.page.locator(".combo-list [role=option]").first.click()
    dispatcher.page.get_by_label("N年第N期").check()
    dispatcher.write("word", "民情")
    with dispatcher.page.expect_navigation():
        dispatcher.page.get_by_role("button", name="保存").click()
    dispatcher.look()
    dispatcher.sees("民情", "还没有用过")


def _written(clerk: Walker) -> Document:
    clerk.go("/documents/new/")
    clerk.page.get_by_label("一周民情简报（简报，按周）").check()
    clerk.page.locator("#id_period").select_option("2026-W45")
    with clerk.page.expect_navigation():
        clerk.page.get_by_role("button", name="起草").click()
    clerk.look()
    # Nobody answered yet: the template says so in words, and writes no rate.
    clerk.sees("这一周还没有群众作出评价")
    row = Document.objects.get()
    _edited(clerk, row, "登记诉求9件。")
    clerk.sees("还不能送审", "“9”没有绑定数据")
    _edited(clerk, row, TEXT)
    clerk.sees("登记诉求2件，比上一周增加2件")
    clerk.take("送审")
    clerk.sees("待审批")
    return row


def _edited(clerk: Walker, row: Document, text: str) -> None:
    clerk.go(f"/documents/{row.pk}/step/edit/")
    clerk.write("text", text)
    with clerk.page.expect_navigation():
        clerk.page.locator("form button.btn-primary").click()
    clerk.look()


def _approved(leader: Walker, row: Document) -> None:
    leader.go(f"/documents/{row.pk}/")
    leader.page.locator("#next a").filter(has_text="同意").first.tap()
    leader.page.get_by_role("dialog").locator("form button").last.tap()
    leader.done()
    leader.sees("待编号印发")
