"""The main job in real browsers: from a resident's phone through village, department and township to "solved"."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, expect

from minfu.cases.models import Case, Category
from minfu.cases.rules import catalog
from minfu.cases.tests.world import World
from minfu.files.tests import making
from minfu.kernel import jobs
from minfu.kernel.codes import show_receipt
from tests.browser import PHONE
from tests.walks.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Enter = Callable[..., Walker]
STORY = "村口老榕树下的路灯坏了三天，晚上老人不敢出门。"


@pytest.mark.timeout(600)
def test_from_a_residents_phone_to_the_residents_solved(world: World, enter: Enter) -> None:
    Category.objects.filter(code="040101").update(keywords="路灯")
    catalog.forget()
    resident = enter(width=PHONE)
    case = _report(resident, world)
    jobs.run_waiting()
    worker = enter("worker", width=PHONE)
    _take_in_hand(worker, case)
    _help(enter("road"), case)
    _report_done(enter("officer", width=PHONE), case)
    clerk = enter("clerk")
    _verify(clerk, case)
    _confirm(resident, clerk, case)
    _leader_sees(enter("leader"), case)
    case.refresh_from_db()
    assert (case.state, case.satisfaction, case.settled_level, case.door) == ("solved", 5, "village", "qr")


def _report(resident: Walker, world: World) -> Case:
    """The resident scans the poster of the grid and answers one question after the other."""
    resident.go(f"/r/g/{world.grid.qr_token}/")
    resident.sees("第一网格")
    resident.pick("kind", "request")
    resident.tap("下一步")
    resident.write("description", STORY)
    picture = making.picture(size=(1200, 900), exif=making.exif_with_place())
    photo = FilePayload(name="路灯.jpg", mimeType="image/jpeg", buffer=picture)
    resident.page.set_input_files("input[type=file]", [photo])
    resident.tap("下一步")
    resident.pick("topic", "040101")
    resident.tap("下一步")
    resident.sees("第一网格")
    resident.write("address", "老榕树下")
    resident.tap("下一步")
    resident.pick("mode", "named")
    resident.tap("下一步")
    resident.write("phone", "138 0000 1234")
    resident.write("name", "林小满")
    resident.tap("下一步")
    resident.sees(STORY, "路灯.jpg")
    resident.tap("提交")
    resident.sees("收到了，谢谢您")
    case = Case.objects.get()
    expect(resident.page.locator(".receipt").first).to_have_text(case.receipt)
    assert (case.grid_id, case.lead) == (world.grid.pk, world.units[world.grid.village_id])
    return case


def _take_in_hand(worker: Walker, case: Case) -> None:
    """The grid worker, outdoors with a phone: accepts, rings the resident, adds a photo, calls the department for help.

    All of it on the pages of the field: each step leads back to the demand there.
    """
    assert worker.page.url.endswith("/field/"), "grid workers start in the field"
    page = f"/field/{case.pk}/"
    with worker.page.expect_navigation():
        worker.page.get_by_role("link").filter(has_text=STORY).tap()
    worker.sees(STORY, "138****1234")
    worker.misses("13800001234")
    expect(worker.page.locator(".matter-files img").first).to_be_visible()
    worker.look()
    worker.tap("签收")
    worker.tap_more("记录进展", text="电话联系，傍晚上门看", contacted="yes")
    worker.tap("添加照片或文件", "link")
    photo = FilePayload(name="灯杆.jpg", mimeType="image/jpeg", buffer=making.picture(size=(800, 600)))
    worker.page.set_input_files("input[type=file]", [photo])
    worker.tap("添加")
    assert worker.page.url.endswith(page)
    worker.sees("灯杆.jpg")
    worker.tap_more("请求协办", unit="县交通运输局", task="灯杆在县道边，请派登高车")
    worker.sees("请县交通运输局协办")
    assert worker.page.url.endswith(page)


def _help(road: Walker, case: Case) -> None:
    """The department reports to help and finishes; it has nothing else to say in the matter."""
    road.go("/cases/?scope=helping")
    road.open_from_list(case)
    road.take("报到", result="登高车下午两点到")
    road.take("协办完成", result="换了灯头和线路")
    assert not road.page.locator("#next .next-step").filter(has_text="报告办结").count()


def _report_done(officer: Walker, case: Case) -> None:
    """The village reports what was done; it cannot verify its own work."""
    officer.go(f"/cases/{case.pk}/")
    officer.sees("换了灯头和线路")
    officer.tap_step("报告办结", text="县里协助换了灯头，晚上已亮。")
    officer.sees("待核实")
    officer.misses("核实通过")


def _verify(clerk: Walker, case: Case) -> None:
    """The township's clerk looks and asks the resident, without touching a mouse."""
    clerk.open_from_list(case)
    clerk.take("核实通过", finding="晚上到现场看过，灯已亮")
    clerk.sees("待居民确认")


def _confirm(resident: Walker, clerk: Walker, case: Case) -> None:
    """The resident shows who they are by the code the desk reads out, then one tap for "solved", one for five."""
    resident.go(f"/f/{case.receipt}/")
    resident.sees("县里协助换了灯头，晚上已亮。", "办得怎么样，由您说了算")
    resident.misses("就这样告诉他们")
    resident.tap("用验证码确认是我", role="link")
    resident.tap("发验证码")
    clerk.go("/notices/phone/")
    clerk.sees("请问解决了没有")
    clerk.misses(case.receipt, show_receipt(case.receipt))
    found = re.search(r"验证码 (\d{6})", clerk.page.inner_text("main"))
    assert found is not None
    resident.write("code", found[1])
    resident.tap("确认")
    resident.pick("outcome", "solved")
    resident.pick("satisfaction", "5")
    resident.tap("就这样告诉他们")
    resident.sees("您的评价：已解决")


HISTORY = [
    "登记了诉求", "派单", "签收", "联系了居民", "添加附件", "请求协办（吹哨）", "协办单位报到", "协办完成", "报告办结",
    "核实通过，请居民确认", "居民确认结果",
]  # fmt: skip


def _leader_sees(leader: Walker, case: Case) -> None:
    """The township's leader reads the figure of what residents call solved, opens its rows, and every step with post and time."""
    assert "/cases/board/" in leader.page.url
    figure = leader.page.get_by_role("link").filter(has_text="本周居民确认解决")
    expect(figure.locator("b")).to_have_text(re.compile(r"^\s*1\s*件\s*$"))
    leader.reach(figure)
    with leader.page.expect_navigation():
        leader.press("Enter")
    expect(leader.page.locator("a[data-row]")).to_have_count(1)
    leader.look()
    leader.open_from_list(case)
    leader.sees("居民确认已解决", "满意度 5 分")
    lines = leader.history()
    assert [what.split()[0] for what, _who in lines] == HISTORY
    posts = [re.sub(r"^.*\d\d:\d\d\s*", "", who) for _what, who in lines]
    assert posts[2] == "凤埔村村委会 · 网格员"
    assert posts[6] == "县交通运输局 · 经办人"
    assert posts[9] == "凤埔乡民富中心 · 平台值班员"
    assert all(posts)
