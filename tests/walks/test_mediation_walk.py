"""A quarrel is mediated: both sides are asked, the mediator declares, sits, writes down what was agreed, asks again later."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from playwright.sync_api import expect

from minfu.cases.models import Case
from minfu.cases.tests.world import World
from minfu.disputes.models import Mediation
from minfu.disputes.rules import actions
from minfu.disputes.rules.defaults import load_defaults
from tests.browser import PHONE, assert_axe_clean, assert_no_sideways_scroll
from tests.walks.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=CHINA)
Enter = Callable[..., Walker]


@pytest.mark.timeout(600)
def test_from_the_quarrel_to_the_kept_agreement(world: World, enter: Enter) -> None:
    load_defaults()
    with time_machine.travel(MONDAY) as clock:
        case = world.register(kind="dispute", description="隔壁盖房把水沟填了,一下雨水往我家灌")
        row = _prepared(enter, case)
        _mediated(enter, row)
        _papers(enter, row)
        _verified(enter, case, row)
        clock.move_to(MONDAY + timedelta(days=45))
        _kept(enter, row)
    row.refresh_from_db()
    assert row.state == "kept"


def _prepared(enter: Enter, case: Case) -> Mediation:
    """The village takes it in hand, writes down the other side, asks both, and asks the township's mediator."""
    officer = enter("officer")
    officer.turn_to("i")
    officer.open_from_list(case)
    officer.choose("签收")
    officer.done()
    row = Mediation.objects.get(case_id=case.pk)
    link = officer.page.get_by_role("link", name="矛盾调解").and_(
        officer.page.locator(f"[href='/disputes/{row.pk}/']")
    )
    officer.reach(link.first)
    with officer.page.expect_navigation():
        officer.press("Enter")
    officer.look()
    officer.sees("请先登记双方当事人", "保密")
    officer.take("登记当事人", side="b", name="陈阿福", phone="13900002222")
    for party in row.parties.order_by("side"):
        officer.take("记录同意", party_id=str(party.pk), asked_by="in_person")
    officer.misses("还没有征求意见")
    officer.take("选定调解员", post_id="mediator")
    officer.sees("待本人声明", "陈*")
    officer.misses("陈阿福")
    return row


def _mediated(enter: Enter, row: Mediation) -> None:
    """The mediator, on a phone: declares, begins, writes down the sitting and the agreement, notes the signatures."""
    mediator = enter("mediator", width=PHONE)
    mediator.go("/disputes/")
    mediator.tap(row.number, role="link")
    mediator.page.get_by_role("link", name="声明没有回避情形").tap()
    dialog = mediator.page.get_by_role("dialog")
    mediator.look()
    dialog.locator("[name=declared]").check()
    dialog.locator("form button").last.tap()
    mediator.done()
    mediator.page.get_by_role("link", name="开始调解").first.tap()
    dialog.locator("form button").last.tap()
    mediator.done()
    mediator.tap_step(
        "记录一次调解",
        starts_at="2026-11-02T08:30",
        place="凤埔村调解室",
        minutes="各让一步,同意另开一条水沟。",
    )
    mediator.tap_step(
        "达成协议",
        dispute="水沟由谁恢复,乙方负主要责任。",
        content="乙方十日内沿墙外另开一条水沟。",
        performance="乙方自行施工,村里验看。",
        due_on="2026-11-12",
    )
    mediator.sees("协议待签字", "等双方签字")
    mediator.tap_step("登记签字", signed_on="2026-11-02")
    mediator.sees("协议履行中", "2026年12月2日")


def _papers(enter: Enter, row: Mediation) -> None:
    """The agreement comes with blanks; with names only for a purpose."""
    mediator = enter("mediator")
    mediator.go(f"/disputes/{row.pk}/paper/agreement/")
    mediator.sees("人民调解协议书", "签名、盖章或按指印")
    mediator.misses("陈阿福")
    with mediator.page.expect_navigation():
        mediator.page.get_by_role("link", name="要把当事人身份一起印上").click()
    mediator.look()
    mediator.page.locator("[name=explanation]").fill("打印协议书签字")
    with mediator.page.expect_navigation():
        mediator.page.locator("form button").last.click()
    mediator.sees("人民调解协议书", "陈阿福")
    assert_axe_clean(mediator.page)
    assert_no_sideways_scroll(mediator.page)


def _verified(enter: Enter, case: Case, row: Mediation) -> None:
    """The demand was reported with it; the desk verifies, and sees that the history says nothing of what was agreed."""
    clerk = enter("clerk")
    clerk.turn_to("i")
    clerk.open_case(case.number)
    clerk.sees("经调解，双方达成协议，已生效")
    clerk.take("核实通过", finding="电话问过双方,都认可。")
    clerk.go(f"/disputes/{row.pk}/")
    clerk.sees("调解协议生效")
    said = " ".join(line for line, _who in clerk.history())
    assert "水沟" not in said


def _kept(enter: Enter, row: Mediation) -> None:
    """Weeks later the village asks how it is kept."""
    assert actions.sweep() > 0
    officer = enter("officer")
    officer.go("/notices/")
    officer.sees("该回访了")
    officer.go(f"/disputes/{row.pk}/?tab=keeping")
    officer.take("登记回访", finding="kept", note="沟挖好了,两家都说行。")
    expect(officer.page.locator(".matter-line .state").first).to_contain_text("协议已履行")
