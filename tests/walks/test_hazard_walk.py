"""A hazard from the phone that found it to the check that finds it gone; and danger in the middle of the night."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from playwright.sync_api import FilePayload, expect

from minfu.accounts.models import User
from minfu.cases.models import Case
from minfu.cases.tests.world import World
from minfu.files.tests import making
from minfu.hazards.models import Alarm, Hazard
from minfu.hazards.rules import actions
from minfu.hazards.rules.defaults import load_defaults
from minfu.kernel import jobs
from tests.browser import PHONE
from tests.walks.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=CHINA)
NIGHT = datetime(2026, 11, 3, 2, 30, tzinfo=CHINA)
Enter = Callable[..., Walker]


@pytest.mark.timeout(600)
def test_found_graded_rectified_and_checked_until_it_is_gone(world: World, enter: Enter) -> None:
    load_defaults()
    with time_machine.travel(MONDAY) as clock:
        officer = enter("officer")
        row = _found(enter("worker", width=PHONE), officer)
        _rectified(officer, row)
        clock.move_to(MONDAY + timedelta(days=3))
        _still_there(enter("clerk"), row)
        clock.move_to(MONDAY + timedelta(days=7))
        _done_on_the_phone(enter("worker", width=PHONE), row)
        _gone(enter("clerk"), row)
    row.refresh_from_db()
    assert (row.state, row.rounds) == ("gone", 1)
    assert Case.objects.get(pk=row.case_id).state == "asking", "the resident's turn, or the desk's for nobody"


def _found(worker: Walker, officer: Walker) -> Hazard:
    """The grid worker reports with a photo; the village takes it in hand, and its file opens with the photo."""
    worker.go("/field/report/")
    worker.write("description", "晒谷场边的路灯杆歪了，怕倒")
    combo = worker.page.locator("#id_category + .combo")
    combo.locator("input").fill("路灯不亮")
    combo.locator(".combo-list [role=option]").first.tap()
    photo = FilePayload(name="杆.jpg", mimeType="image/jpeg", buffer=making.picture(size=(900, 700)))
    worker.page.set_input_files("input[type=file]", [photo])
    expect(worker.page.locator(".picker-list li")).to_have_count(1)
    worker.tap("上报")
    worker.sees("联系谁", "路灯杆歪了")
    jobs.run_waiting()
    case = Case.objects.get()
    officer.turn_to("i")
    officer.open_from_list(case)
    officer.choose("签收")
    officer.done()
    row = Hazard.objects.get(case_id=case.pk)
    _turn_to_hazard(officer, row)
    officer.sees("待定级", "整改前")
    return row


def _turn_to_hazard(who: Walker, row: Hazard) -> None:
    """Go from the demand to its hazard, by the keyboard."""
    link = who.page.locator(f"[href='/hazards/{row.pk}/']")
    who.reach(link.first)
    with who.page.expect_navigation():
        who.press("Enter")
    expect(who.page.locator(".matter-number")).to_contain_text(row.number)
    who.look()


def _rectified(officer: Walker, row: Hazard) -> None:
    officer.take("定级", code="major")
    expect(officer.page.locator(".matter-line .state").first).to_contain_text("整改中")
    officer.sees("重大隐患")
    officer.take("记录管控措施", what="拉了警戒线，晒谷场先不用。")
    officer.take("报告整改完成", what="用木头撑住了。")
    expect(officer.page.locator(".matter-line .state").first).to_contain_text("待复查")
    assert officer.page.locator("#next").get_by_role("link", name="复查").count() == 0, "not their own"


def _still_there(clerk: Walker, row: Hazard) -> None:
    """The desk above goes and looks: only propped up. Another round, by a date."""
    clerk.turn_to("h")
    link = clerk.page.locator(f"a[data-row][href*='/hazards/{row.pk}/']")
    clerk.press("j")
    expect(link).to_be_focused()
    clerk.press("Enter")
    expect(clerk.page.locator(".matter-number")).to_contain_text(row.number)
    clerk.look()
    again = MONDAY.date() + timedelta(days=10)
    clerk.take("复查", gone="no", finding="只是撑住，杆还歪着。", again_on=again)
    expect(clerk.page.locator(".matter-line .state").first).to_contain_text("整改中")
    clerk.sees("第 1 次复查没通过", "只是撑住，杆还歪着。")


def _done_on_the_phone(worker: Walker, row: Hazard) -> None:
    """What the phone reports done with a photo is the rectification: nothing is said twice."""
    worker.go(f"/field/{row.case_id}/")
    worker.sees("整改中")
    worker.tap("办好了", role="link")
    worker.write("text", "换了新杆，请大家放心走。")
    photo = FilePayload(name="新杆.jpg", mimeType="image/jpeg", buffer=making.picture(size=(800, 600)))
    worker.page.set_input_files("input[type=file]", [photo])
    expect(worker.page.locator(".picker-list li")).to_have_count(1)
    worker.tap("报告办结")
    worker.sees("待核实")
    jobs.run_waiting()


def _gone(clerk: Walker, row: Hazard) -> None:
    clerk.go(f"/hazards/{row.pk}/")
    clerk.sees("整改后", "换了新杆，请大家放心走。")
    expect(clerk.page.get_by_role("img", name="整改后")).to_be_visible()
    clerk.take("复查", gone="yes", finding="新杆是直的。")
    expect(clerk.page.locator(".matter-line .state").first).to_contain_text("已消除")
    said = [line for line, _who in clerk.history()]
    assert [line for line in said if "复查" in line] == ["复查发现隐患还在，继续整改", "复查确认隐患已消除"]


@pytest.mark.timeout(600)
def test_danger_at_night_wakes_people_until_one_answers(world: World, enter: Enter) -> None:
    """A worker's phone at half past two: village and township at once, ten minutes later the township's leader, who answers."""
    load_defaults()
    with time_machine.travel(NIGHT) as clock:
        worker, leader = enter("worker", width=PHONE), enter("leader", width=PHONE)
        worker.go("/field/report/")
        worker.write("description", "后山在滑，下面两户人家还没出来")
        worker.page.get_by_label("很急").tap()
        worker.tap("上报")
        worker.sees("险情警报", "警报中，还没有人确认")
        alarm = Alarm.objects.get()
        told = set(alarm.calls.values_list("unit__name", flat=True))
        assert told == {"凤埔村村委会", "凤埔乡民富中心"}
        leader.go("/hazards/")
        expect(leader.page.locator(".alarm")).to_contain_text("后山在滑")
        leader.go("/notices/")
        leader.misses("险情警报还没有人确认")
        clock.move_to(NIGHT + timedelta(minutes=11))
        assert actions.sweep_alarms() == 1
        _answered(leader, alarm)
        clock.move_to(NIGHT + timedelta(minutes=40))
        assert actions.sweep_alarms() == 0, "a person has it in hand"
        worker.go(f"/field/{Case.objects.get().pk}/")
        worker.sees("已有人确认")
    alarm.refresh_from_db()
    assert alarm.acknowledged_by_user_id == User.objects.get(username="leader").pk


def _answered(leader: Walker, alarm: Alarm) -> None:
    """The township's leader is told in person in the second round, on the phone, and takes it."""
    leader.go("/notices/")
    leader.sees("险情警报还没有人确认", "第 2 轮")
    leader.go(f"/hazards/{alarm.hazard_id}/")
    leader.page.get_by_role("link", name="我来处理").first.tap()
    dialog = leader.page.get_by_role("dialog")
    expect(dialog.locator("#dialog-title")).to_have_text("我来处理")
    leader.look()
    dialog.locator("[name=doing]").fill("我带人去了，先把两户叫出来。")
    dialog.locator("form button").last.tap()
    leader.done()
    leader.sees("已有人确认", "我带人去了")
