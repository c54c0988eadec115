"""When the server or the net fails while someone sends a form: what was typed is still there, and goes through later."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from minfu.cases.tests.world import World
from tests.walks.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REPORT = "换了灯泡和灯罩，晚上去看过，已经亮了。"
DOWN = '<main><p class="wrong-sentence">数据库暂时连接不上，或者系统正在维护。</p></main>'


@pytest.mark.parametrize("trouble", ["down", "cut"])
def test_a_report_survives_a_failure_and_a_reload(
    world: World, enter: Callable[..., Walker], trouble: str
) -> None:
    case = world.at("handling")
    officer = enter("officer")
    officer.go(f"/cases/{case.pk}/")
    dialog = officer.begin("报告办结")
    officer.fill(dialog, "text", REPORT)

    def fail(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
        elif trouble == "down":
            route.fulfill(status=503, body=DOWN, content_type="text/html; charset=utf-8")
        else:
            route.abort("connectionreset")

    officer.page.route("**/step/report/**", fail)
    officer.reach(dialog.locator("form button").last)
    officer.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text(
        "暂时连接不上" if trouble == "down" else "没有发送成功"
    )
    expect(dialog.locator("[name=text]")).to_have_value(REPORT)
    officer.page.unroute("**/step/report/**")
    officer.page.reload()
    dialog = officer.begin("报告办结")
    expect(dialog.locator("[name=text]")).to_have_value(REPORT)
    officer.send(dialog)
    officer.sees("待核实", REPORT)
