"""A village fills in a form on a phone; its author sees the answers together, each with its source."""

from collections.abc import Callable

import pytest

from minfu.answers import door as answers
from minfu.cases.tests.world import FENGPU_VILLAGES, World
from minfu.returns import door as returns
from minfu.returns.tests.story import Story
from tests.browser import PHONE
from tests.walks.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.timeout(300)
def test_from_a_villages_phone_to_the_sum(world: World, enter: Callable[..., Walker]) -> None:
    answers.load_defaults()
    returns.load_defaults()
    row = Story(world, None).issued(period="2026-Q1")
    copy = row.copies.get(unit=world.units[FENGPU_VILLAGES[0]])
    village = enter("officer", width=PHONE)
    village.go("/returns/")
    village.sees("水渠建设情况表")
    village.go(f"/returns/copy/{copy.pk}/")
    village.look()
    canals, needs = (field for field in row.fields.order_by("place") if not field.is_struck)
    village.page.locator(f"[name=f{canals.pk}]").fill("1.5")
    village.page.locator(f"[name=f{needs.pk}]").fill("缺水泥")
    village.tap("交表")
    village.sees("已交。")
    author = enter("water")
    author.go(f"/returns/{row.pk}/")
    with author.page.expect_navigation():
        author.page.get_by_role("link", name="看汇总").click()
    author.look()
    author.sees("2 个单位，已交 1 个。", "还不完整", "已交 1 / 2")
    with author.page.expect_navigation():
        author.page.locator("tfoot").get_by_role("link", name="1.5公里").click()
    author.look()
    author.sees("“新修水渠”的合计由下面 1 份相加。")
    with author.page.expect_navigation():
        author.page.locator("tbody").get_by_role("link", name="1.5公里").click()
    author.sees("水渠建设情况表")
    author.go(f"/returns/{row.pk}/")
    with author.page.expect_navigation():
        author.page.get_by_role("link", name="待填报 1").click()
    author.look()
    author.sees("待填报 1", "际头村村委会")
