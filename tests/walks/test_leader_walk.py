"""A leader of the county goes from a card of the county's figures to the demand behind it, on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from minfu.accounts.models import Post, Role, User
from minfu.cases.rules.intake import Spot
from minfu.cases.tests.world import COUNTY, PINGHU_VILLAGES, SINCE, World
from tests.browser import PHONE
from tests.walks.walker import Walker, give_passwords


def _leads_the_county(world: World) -> None:
    """Give the county a leader: the role of one, with the whole county as area."""
    user = User.objects.create(username="chief", name="chief", must_change_password=False)
    Post.objects.create(
        user=user, unit=world.units["county"], role=Role.TOWNSHIP_LEADER, area_id=COUNTY, period=(SINCE, None)
    )
    give_passwords()


@pytest.mark.browser
def test_a_leader_goes_from_the_countys_card_to_a_demand(world: World, enter: Callable[..., Walker]) -> None:
    _leads_the_county(world)
    case = world.at("handling")
    world.register(actor=world.other_clerk, kind="complaint", spot=Spot(village_code=PINGHU_VILLAGES[0]))
    leader = enter("chief", width=PHONE)
    leader.go("/figures/?period=2026")
    leader.sees("古田县")
    card = leader.page.locator("a.figure").filter(has_text=re.compile("登记诉求"))
    expect(card.locator("b")).to_have_text(re.compile(r"^\s*2"))
    with leader.page.expect_navigation():
        card.tap()
    leader.look()
    leader.sees("共 2 条记录")
    leader.tap(case.number, role="link")
    leader.sees(case.number, case.description[:10])
    # The same way by what is open, narrowed to one kind; and a nought, which leads to its empty list.
    leader.go("/figures/open/?kind=complaint")
    leader.sees("投诉：共 1 条记录")
    leader.misses(case.number)
    leader.go("/figures/?period=2026")
    with leader.page.expect_navigation():
        leader.page.locator("a.figure").filter(has_text="已超期").tap()
    leader.sees("共 0 条记录", "没有记录。")
