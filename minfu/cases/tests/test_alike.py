"""Likely duplicates while one types, joining one's demand to another's, and how the like was settled."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from minfu.accounts.actor import resident
from minfu.cases.models import Case
from minfu.cases.rules import actions, alike
from minfu.cases.rules.alike import Told
from minfu.cases.rules.intake import Intake, Person, Spot
from minfu.cases.tests.api import Caller
from minfu.cases.tests.desk import sign_in, text
from minfu.cases.tests.world import FENGPU, FENGPU_VILLAGES, PINGHU_VILLAGES, World

pytestmark = pytest.mark.django_db

HERE = (FENGPU, FENGPU_VILLAGES[0])
LAMP = "文化楼后面的路灯坏了三盏，晚上看不见路"


def _others(world: World) -> None:
    for matter in ("自来水发黄有泥沙", "垃圾桶满了没人清运", "水泥路面塌了一个坑", "公厕堵了很臭"):
        world.register(description=matter)


def test_what_is_typed_finds_the_same_matter_nearby_and_nothing_else(world: World) -> None:
    _others(world)
    same = world.register(description=LAMP)
    world.register(description=LAMP, spot=Spot(village_code=PINGHU_VILLAGES[0]))
    world.register(description=LAMP, mode="confidential")
    with time_machine.travel(datetime.now(UTC) - timedelta(days=61)):
        world.register(description=LAMP)
    told = Told("文化樓後面路燈壞了三盞", *HERE)
    assert alike.typed(world.clerk, told) == [same]
    assert alike.typed(world.other_clerk, told) == []
    assert alike.typed(world.clerk, Told("银耳菌棒怎么申请补贴", *HERE)) == []
    assert alike.typed(world.clerk, Told("文化楼后面路灯坏了三盏")) == []
    assert alike.typed(world.clerk, Told(" ", *HERE)) == []


@pytest.mark.parametrize(
    ("told", "other"),
    [
        ("我叫张小明，电话13800138000，路灯不亮", "我叫李大华，电话13700137000，自来水停了"),
        ("住3栋2单元501室，楼上漏水", "住5栋1单元302室，电梯坏了"),
        ("车牌闽J·D12345占道停车", "闽JA6789撞坏护栏"),
        ("联系人：王建国，电话13800138000，垃圾没人收", "联系人：陈志强，座机0593-3882345，狗叫"),
        ("身份证35092219900307123X，水费单没收到", "身份证350922198001011234，公厕很臭"),
    ],
)
def test_two_people_who_leave_their_numbers_do_not_tell_of_the_same(
    world: World, told: str, other: str
) -> None:
    _others(world)
    world.register(description=other)
    again = world.register(description=told)
    assert alike.typed(world.clerk, Told(told, *HERE)) == [again]
    assert alike.reported_before(Told(told, *HERE))[1:] == []


def test_residents_are_told_of_public_matters_only_and_of_nothing_anybody_wrote(world: World) -> None:
    _others(world)
    world.register(description=LAMP)
    for more in (
        {"kind": "dispute"},
        {"kind": "complaint", "complained_unit_id": world.units["water"].pk},
        {"mode": "confidential"},
        {"category_code": ""},
        {"kind": "wrongdoing"},
    ):
        world.register(description=LAMP, **more)
    found = alike.reported_before(Told(LAMP, *HERE))
    assert [(one.title, one.place) for one in found] == [("路灯不亮", "凤埔村")]
    assert alike.reported_before(Told(LAMP, township_code=FENGPU)) == []


def test_who_says_it_is_the_same_keeps_a_receipt_and_is_asked_with_the_other(world: World) -> None:
    first = world.register(description=LAMP)
    intake = Intake(
        door="web",
        description="路灯坏了",
        spot=Spot(village_code=FENGPU_VILLAGES[0]),
        person=Person(name="陈二", phone="13900001111"),
        source="web",
        external_id="once",
    )
    joined = actions.register_once(actor=resident("web"), intake=intake, joins=first.pk)
    assert joined.merged_into_id == first.pk
    assert joined.receipt not in ("", first.receipt)
    again = actions.register_once(actor=resident("web"), intake=intake, joins=first.pk)
    assert again.pk == joined.pk
    page = text(Client().get(reverse("cases:follow_case", args=[joined.receipt]), follow=True))
    assert "林小满" not in page
    assert LAMP not in page


@pytest.mark.parametrize(
    ("main", "more"),
    [
        ({"mode": "confidential"}, {}),
        ({"kind": "dispute"}, {}),
        ({"spot": Spot(village_code=PINGHU_VILLAGES[0])}, {}),
        ({}, {"urgency": "urgent"}),
    ],
)
def test_nobody_joins_what_they_may_not_know_of_and_what_is_urgent_goes_its_own_way(
    world: World, main, more
) -> None:
    first = world.register(description=LAMP, **main)
    intake = Intake(
        door="web",
        description=LAMP,
        spot=Spot(village_code=FENGPU_VILLAGES[0]),
        source="web",
        external_id="x",
        **more,
    )
    alone = actions.register_once(actor=resident("web"), intake=intake, joins=first.pk)
    assert alone.merged_into_id is None
    assert alone.is_open


def test_what_has_ended_meanwhile_is_not_joined(world: World) -> None:
    first = world.at("asking", description=LAMP)
    intake = Intake(
        door="web",
        description=LAMP,
        spot=Spot(village_code=FENGPU_VILLAGES[0]),
        source="web",
        external_id="y",
    )
    assert actions.register_once(actor=resident("web"), intake=intake, joins=first.pk).merged_into_id is None
    assert actions.register_once(actor=resident("web"), intake=intake, joins=10_000_000).is_open


def test_the_clerk_sees_it_while_typing_and_registers_into_it(world: World) -> None:
    _others(world)
    same = world.register(description=LAMP)
    client = sign_in("clerk")
    typed = {"description": LAMP, "village": FENGPU_VILLAGES[0]}
    page = text(client.post(reverse("cases:suggest"), typed))
    assert same.number in page
    assert "可能是同一件事" in page
    chosen = text(client.post(reverse("cases:suggest"), {**typed, "joins": same.pk}))
    assert "登记后并入" in chosen
    form = {
        **typed, "once": "4a7c39c1-8d5f-4f52-9b58-111111111111", "door": "phone", "kind": "request", "category": "040101",
        "urgency": "normal", "mode": "anonymous", "joins": same.pk,
    }  # fmt: skip
    assert client.post(reverse("cases:intake"), form).status_code == 302
    assert Case.objects.get(external_id=form["once"]).merged_into == same


def test_a_resident_is_asked_whether_it_is_the_same_and_may_say_so(world: World) -> None:
    first = world.register(description=LAMP)
    client = Client()
    url = client.post(reverse("cases:report"), {"kind": "request"})["Location"]
    answers = {
        "what": {"description": "文化楼后面的路灯坏了三盏"}, "topic": {"topic": "040101"},
        "where": {"village": FENGPU_VILLAGES[0], "address": ""}, "who": {"mode": "anonymous"},
    }  # fmt: skip
    asked = ""
    for _step in range(8):
        name = url.rstrip("/").rsplit("/", 1)[-1]
        if name == "check":
            break
        if name == "same":
            asked = text(client.get(url))
            url = client.post(url, {"same": first.pk})["Location"]
        else:
            url = client.post(url, answers[name])["Location"]
    assert "路灯不亮" in asked
    assert LAMP not in asked
    assert "13800001234" not in asked
    assert "同一件事" in text(client.get(url))
    done = client.post(url, follow=True)
    assert "和先前反映的同一件事一起办" in text(done)
    assert Case.objects.order_by("-pk")[0].merged_into == first


def test_how_the_like_was_settled_is_shown_when_asked_for(world: World) -> None:
    settled = world.at("solved", description=LAMP)
    case = world.register(description="文化楼后面又有路灯坏了")
    client = sign_in("clerk")
    page = text(client.get(reverse("cases:settled", args=[case.pk])))
    assert settled.number in page
    assert "换了灯泡" in page
    assert "满意度 5 分" in page
    assert settled.number not in text(
        client.get(reverse("cases:case", args=[case.pk]), headers={"HX-Request": "true"})
    )
    assert sign_in("other_clerk").get(reverse("cases:settled", args=[case.pk])).status_code == 404
    other = world.register(description="银耳菌棒的补贴怎么申请")
    assert "还没有办成过" in text(client.get(reverse("cases:settled", args=[other.pk])))


@pytest.mark.parametrize("typed", ["路" * 10_000, "<" * 5000, "👍", "\x00路灯", "&amp;" * 3000])
def test_odd_texts_find_nothing_and_break_nothing(world: World, typed) -> None:
    _others(world)
    assert alike.typed(world.clerk, Told(typed, *HERE)) == []


def test_programs_of_a_desk_are_told_what_a_demand_may_repeat(world: World) -> None:
    _others(world)
    first, again = world.register(description=LAMP), world.register(description=LAMP)
    answer = Caller(world, "clerk").get(f"/cases/{again.pk}/likely")
    assert answer.status_code == 200
    assert [one["id"] for one in answer.json()][:1] == [first.pk]
    assert Caller(world, "officer").get(f"/cases/{again.pk}/likely").status_code == 403
    assert Caller(world, "other_clerk").get(f"/cases/{again.pk}/likely").status_code == 404


def test_where_the_township_settled_nothing_like_it_the_county_is_asked(world: World) -> None:
    settled = world.at("solved", description=LAMP)
    case = world.register(description="文化楼后面又有路灯坏了", spot=Spot(village_code=PINGHU_VILLAGES[0]))
    assert alike.settled(world.dispatcher, case) == [settled]
    assert alike.settled(world.other_clerk, case) == [], "of what they may open"
    own = world.register(description=LAMP, spot=Spot(village_code=PINGHU_VILLAGES[0]))
    assert alike.settled(world.dispatcher, own) == [settled]


def test_a_program_says_that_a_demand_is_the_same_as_another(world: World) -> None:
    first = world.register(description=LAMP)
    there = world.register(description=LAMP, spot=Spot(village_code=PINGHU_VILLAGES[0]))
    story = {"description": LAMP, "category": "040101", "place": {"village": FENGPU_VILLAGES[0]}}
    told = {**story, "mode": "anonymous"}
    answer = Caller(world, "clerk").post("/cases", {**told, "joins": first.pk})
    assert answer.status_code == 201
    assert answer.json()["state"] == "merged"
    assert Case.objects.get(pk=answer.json()["id"]).merged_into == first
    alone = Caller(world, "clerk").post("/cases", {**told, "joins": there.pk}).json()
    assert alone["state"] != "merged"
