"""The other walk: unplaced, objected to, overdue, extended, sent back, not solved, reopened one level up, solved."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
import time_machine
from playwright.sync_api import expect

from minfu.cases.models import Case
from minfu.cases.rules import actions, asking
from minfu.cases.tests.world import World
from tests.browser import PHONE
from tests.walks.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=CHINA)
Enter = Callable[..., Walker]


@pytest.mark.timeout(600)
def test_from_an_unplaced_call_over_not_solved_to_solved(world: World, enter: Enter) -> None:
    with time_machine.travel(MONDAY) as clock:
        dispatcher, water = enter("dispatcher"), enter("water")
        case = _register(dispatcher)
        _place_and_classify(dispatcher, case)
        _object(water, case)
        _overrule(dispatcher, case)
        _accept(water, case)
        _overdue(enter, clock, case)
        _sent_back(enter, clock, case)
        _not_solved(enter, case)
        _again(enter, case)
        _solved(enter, case)
        _whole_story(enter, case)
    case.refresh_from_db()
    assert (case.state, case.satisfaction, case.reopened) == ("solved", 4, 1)


def _register(dispatcher: Walker) -> Case:
    """A call comes in; the caller cannot say where the matter belongs."""
    dispatcher.turn_to("n")
    form = dispatcher.page.locator("form.intake")
    dispatcher.fill(form, "description", "家里停水两天了，没人管")
    dispatcher.fill(form, "phone", "139 0000 1234")
    dispatcher.fill(form, "name", "陈阿福")
    with dispatcher.page.expect_navigation():
        dispatcher.press("Control+Enter")
    dispatcher.look()
    case = Case.objects.get()
    dispatcher.sees("登记好了", case.number)
    expect(dispatcher.page.locator(".receipt").first).to_have_text(case.receipt)
    return case


def _place_and_classify(dispatcher: Walker, case: Case) -> None:
    """The dispatcher finds it among the unplaced, says where it is and what it is about; the rules name the lead."""
    dispatcher.turn_to("d")
    dispatcher.sees("地点待定", "家里停水两天了")
    dispatcher.open_case(case.number)
    dispatcher.take("确定地点", village="凤埔村")
    dispatcher.sees("由凤埔乡民富中心处理")
    dispatcher.take("调整分类", category="断水", kind="求助", urgency="normal")
    dispatcher.sees("县水利局")


def _object(water: Walker, case: Case) -> None:
    """The department objects, once."""
    water.turn_to("i")
    water.open_from_list(case)
    water.take("提出异议", reason="这里是自来水公司的管网，不归水利局管", basis="县政府职责清单第 12 条")
    water.sees("异议待裁定")


def _overrule(dispatcher: Walker, case: Case) -> None:
    """The dispatcher rules on it from the dispatch page."""
    dispatcher.turn_to("d")
    dispatcher.sees("这里是自来水公司的管网")
    link = dispatcher.page.get_by_role("link", name="异议不成立")
    dispatcher.reach(link)
    dispatcher.press("Enter")
    dialog = dispatcher.page.get_by_role("dialog")
    dispatcher.fill(dialog, "decision", "农村供水由水利局牵头")
    dispatcher.send(dialog)
    assert dispatcher.page.url.endswith("/cases/dispatch/")


def _accept(water: Walker, case: Case) -> None:
    """The department must take it, and rings the resident."""
    water.turn_to("i")
    water.open_from_list(case)
    water.choose("签收")
    water.done()
    water.take("记录进展", text="电话联系，明天去看", contacted=True)


def _overdue(enter: Enter, clock: Any, case: Case) -> None:
    """A week later nothing is done: the sweep brings it to the county; more time is asked for and granted."""
    clock.move_to(MONDAY + timedelta(days=8, hours=1))
    assert actions.sweep() > 0
    dispatcher, water = enter("dispatcher"), enter("water")
    dispatcher.go("/cases/?scope=escalated")
    dispatcher.open_from_list(case)
    dispatcher.sees("已提级到县", "超期，提级督办")
    water.open_case(case.number)
    water.take("申请延期", amount="3", ground="天气", reason="连日大雨，管沟积水")
    dispatcher.turn_to("i")
    dispatcher.open_case(case.number)
    dispatcher.take("审批", "审批延期申请", grant="yes")
    dispatcher.sees("批准申请", "延长办理时限")


def _sent_back(enter: Enter, clock: Any, case: Case) -> None:
    """The report does not hold: sent back, done again, verified by somebody else than the unit."""
    clock.move_to(MONDAY + timedelta(days=9, hours=1))
    dispatcher, water = enter("dispatcher"), enter("water")
    water.open_case(case.number)
    water.take("报告办结", text="换了水表。", settled_level="county")
    dispatcher.open_case(case.number)
    dispatcher.take("退回重办", finding="电话问过，还是没有水")
    water.turn_to("i")
    water.open_from_list(case)
    water.sees("还是没有水")
    water.take("报告办结", text="挖开路面换了 12 米水管，已通水。", settled_level="county")
    assert not water.page.locator("#next").get_by_text("核实通过").count()
    dispatcher.open_case(case.number)
    dispatcher.take("核实通过", finding="电话回访邻居，已通水")
    dispatcher.sees("待居民确认")


def _not_solved(enter: Enter, case: Case) -> None:
    """The resident opens the link on a phone and says no; who was in charge is not asked to judge that."""
    resident = enter(width=PHONE)
    resident.go(_link(case))
    resident.sees("挖开路面换了 12 米水管")
    resident.pick("outcome", "not_solved")
    resident.tap("就这样告诉他们")
    resident.sees("请说说哪里没有解决")
    resident.write("remark", "只来了半天水，晚上又停了")
    resident.tap("就这样告诉他们")
    resident.misses("这件事解决了吗")
    case.refresh_from_db()
    assert (case.state, case.reopened, case.lead_id) == ("waiting", 1, None)


def _link(case: Case) -> str:
    """Return the path of the link that the message asking the resident carries."""
    return urlsplit(asking.link(Case.objects.get(pk=case.pk))).path


def _again(enter: Enter, case: Case) -> None:
    """The desk above gives it to another, thinks better of it, and then it is done."""
    dispatcher, clerk = enter("dispatcher"), enter("clerk")
    dispatcher.turn_to("i")
    dispatcher.open_from_list(case)
    dispatcher.sees("第 1 次重办", "只来了半天水，晚上又停了")
    dispatcher.take("派单", unit="县交通运输局", reason="施工挖断的，请牵头")
    dispatcher.take("改派", unit="凤埔乡民富中心", reason="管线已交乡里管护")
    clerk.turn_to("i")
    clerk.open_from_list(case)
    clerk.choose("签收")
    clerk.done()
    clerk.take("报告办结", text="装了加压泵，水压够了。", settled_level="township")
    dispatcher.open_case(case.number)
    dispatcher.take("核实通过", finding="派人看过")


def _solved(enter: Enter, case: Case) -> None:
    """Now it is."""
    resident = enter(width=PHONE)
    resident.go("/f/")
    resident.write("code", f"{case.receipt[:4]} {case.receipt[4:8]} {case.receipt[8:]}")
    resident.tap("查看")
    resident.sees("办得怎么样，由您说了算")
    resident.misses("就这样告诉他们")
    resident.go(_link(case))
    resident.pick("outcome", "solved")
    resident.pick("satisfaction", "4")
    resident.tap("就这样告诉他们")
    resident.sees("您的评价：已解决")


#: Alarms: how many of them sound depends on when the sweep comes by.
SOUNDED = {"临近时限提醒", "超期，提级督办"}
#: What the history must tell, in this order (alarms left aside).
HISTORY = [
    "登记了诉求", "转平台待派单", "确定了地点", "转平台待派单", "调整了分类", "派单",
    "提出派单异议", "裁定异议不成立", "签收", "联系了居民",
    "提出申请", "批准申请", "延长办理时限", "报告办结", "核实未通过，退回重办", "报告办结", "核实通过，请居民确认",
    "居民确认结果", "居民表示没有解决，提级重办", "派单", "改派", "签收", "报告办结", "核实通过，请居民确认", "居民确认结果",
]  # fmt: skip


def _whole_story(enter: Enter, case: Case) -> None:
    """The auditor reads every step, with post and time; the chain is whole."""
    auditor = enter("auditor")
    auditor.open_case(case.number)
    auditor.sees("居民确认已解决")
    lines = auditor.history()
    told = [what.split()[0] for what, _who in lines]
    assert [one for one in told if one not in SOUNDED] == HISTORY
    for what, who in lines:
        assert re.match(r"2026年11月\d+日 \d\d:\d\d\S", who.replace("\n", "")), f"{what} names no post"
    assert not auditor.page.locator("#next .next-step").count()
