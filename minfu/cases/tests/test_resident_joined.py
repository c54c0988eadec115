"""A resident whose demand was merged, split or diverted; and where residents begin."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from minfu.accounts.models import User
from minfu.cases import events
from minfu.cases.models import Answer, Case
from minfu.cases.rules import actions, follow
from minfu.cases.rules.intake import Intake, Person
from minfu.cases.rules.standing import day
from minfu.cases.tests.test_resident_follow import page, prove
from minfu.cases.tests.world import FENGPU_VILLAGES, World
from minfu.cases.views import follow as views
from minfu.kernel.errors import Invalid, Refused
from minfu.notices.models import Notice

CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=CHINA)
NOBODY = Person()

# --- merged, split, diverted ---------------------------------------------------------------------------------------


def merged(world: World) -> tuple[Case, Case]:
    main = world.at("handling", description="主单的内容不给别人看")
    other = world.register(person=Person(name="周小溪", phone="13800005678"))
    actions.merge(actor=world.clerk, case_id=other.pk, into_id=main.pk)
    other.refresh_from_db()
    return main, other


def test_a_merged_demand_shows_the_progress_of_the_main_one(client: Client, world: World) -> None:
    _main, other = merged(world)
    said = page(client, other)
    assert "和另一件一起办" in said
    assert "凤埔村村委会正在办" in said
    prove(client, other)
    assert "主单的内容" not in page(client, other)


def test_who_was_merged_answers_for_themselves(client: Client, world: World) -> None:
    main, other = merged(world)
    with pytest.raises(Refused) as early:
        actions.confirm_merged(actor=world.resident(other), case_id=other.pk, outcome="solved")
    assert early.value.code == "not_asked_yet"
    actions.report(actor=world.officer, case_id=main.pk, what="修好了。")
    actions.verify(actor=world.clerk, case_id=main.pk, finding="看过")
    prove(client, other)
    assert "这件事解决了吗" in page(client, other)
    actions.confirm(actor=world.resident(main), case_id=main.pk, outcome="solved", remark="别人的话")

    told = {"outcome": "not_solved", "remark": "我门口那盏还不亮", "satisfaction": "2"}
    for _n in range(2):
        assert client.post(f"/f/{other.receipt}/answer/", told).status_code == 302
    other.refresh_from_db()
    main.refresh_from_db()
    assert (other.state, main.state, main.reopened) == ("merged", "waiting", 1)
    assert Answer.objects.get(case=other).outcome == "not_solved"
    said = page(client, other)
    assert "您的评价：没有解决" in said
    assert "别人的话" not in said
    with pytest.raises(Invalid):
        actions.confirm_merged(actor=world.resident(other), case_id=other.pk, outcome="nonsense")


def test_words_of_a_merged_demand_reach_whoever_has_the_main_one(client: Client, world: World) -> None:
    main, other = merged(world)
    client.post(f"/f/{other.receipt}/add/", {"text": "我家门口也一样"})
    assert (
        Notice.objects.filter(template=events.WORDS_ADDED, unit=main.holder, subject_id=main.pk).count() == 1
    )


def test_a_split_demand_shows_all_its_parts(client: Client, world: World) -> None:
    case = world.register(spot=world_spot(), category_code="")
    parts = actions.split(
        actor=world.clerk,
        case_id=case.pk,
        parts=[
            Intake(door="web", description="路灯", category_code="040101", spot=world_spot()),
            Intake(door="web", description="断水", category_code="040202", spot=world_spot()),
        ],
    )
    html = client.get(f"/f/{case.receipt}/").content.decode()
    assert all(f"/f/{part.receipt}/" in html for part in parts)


def world_spot() -> Any:
    from minfu.cases.rules.intake import Spot

    return Spot(village_code=FENGPU_VILLAGES[0])


def test_a_diverted_demand_says_where_to_go(client: Client, world: World) -> None:
    case = world.register(diversion_code="petition", category_code="")
    said = page(client, case)
    assert "请到别处办" in said
    assert "请到县信访局" in said


def test_what_may_be_done_follows_the_table(world: World) -> None:
    case = world.register()
    assert follow.may(case, "withdraw") is not None
    assert follow.may(case, "confirm") is None
    assert follow.may(case, "accept") is None


def test_home_leads_residents_to_both(client: Client, world: World) -> None:
    html = client.get("/").content.decode()
    assert 'href="/r/"' in html
    assert 'href="/f/"' in html


def test_staff_who_signed_in_with_a_password_follow_like_anybody(world: World) -> None:
    """What the sign-in notes in the session is not taken for a resident's proof."""
    case = world.register()
    user = User.objects.get(username="clerk")
    user.set_password("Yinxi-2026-lake")  # an invented password
    user.save()
    client = Client()
    signed = client.post("/login/", {"username": user.username, "password": "Yinxi-2026-lake"})
    assert signed.status_code == 302
    assert "已交给" in page(client, case)
    prove(client, case)
    assert case.receipt in client.session[views.PROVED]
    assert client.get("/cases/").status_code == 200


def test_the_day_promised_on_the_receipt_stands_on_the_page_until_the_resident_is_asked(
    client: Client, world: World
) -> None:
    with time_machine.travel(MONDAY, tick=False):
        case = world.register(person=NOBODY)
        assert case.due_at is not None
        assert f"答应办好的日子 最晚 {day(case.due_at)}" in page(client, case)
        asked = world.at("asking", person=NOBODY)
        assert "答应办好的日子" not in page(client, asked)
