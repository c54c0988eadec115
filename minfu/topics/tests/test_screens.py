"""The board and a topic, as people see them."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from minfu.accounts.actor import Actor
from minfu.accounts.models import User
from minfu.cases.models import Case
from minfu.cases.rules import actions as demands
from minfu.cases.tests.world import FENGPU, PINGHU, World
from minfu.places.models import Grid
from minfu.topics.models import Topic
from minfu.topics.rules import counting, following
from minfu.topics.tests.story import found, tell


def as_(client: Client, actor: Actor) -> Client:
    """Return the client signed in as somebody."""
    client.force_login(User.objects.get(pk=actor.user_id or 0))
    return client


def text(client: Client, url: str) -> str:
    """Return a page that opens."""
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_board_shows_people_place_and_trend_to_those_it_concerns(
    world: World, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    topic = found(world)
    for actor, sees in ((world.clerk, True), (world.leader, True), (world.dispatcher, True), (world.auditor, True),
                        (world.other_clerk, False), (world.road, False)):  # fmt: skip
        as_(client, actor)
        with django_assert_max_num_queries(28):
            page = text(client, "/topics/")
        assert (topic.title in page) is sees
        assert client.get(f"/topics/{topic.pk}/").status_code == (200 if sees else 404)
    assert client.get("/topics/", {"place": PINGHU}).status_code == 200
    as_(client, world.officer)
    assert client.get("/topics/").status_code == 403
    as_(client, world.dispatcher)
    page = text(client, "/topics/")
    assert f"<b>{topic.people}</b>" in page
    assert "近 12 周每周件数" in page
    assert topic.title in text(client, f"/topics/?place={FENGPU}&span=7")
    assert "这里没有专题" in text(client, f"/topics/?place={PINGHU}")
    assert "这里没有专题" in text(client, "/topics/?tab=dismissed")
    for odd in (
        "?after=x",
        "?after=nan_1",
        "?after=1e999_2",
        "?tab=x&place=1&span=x",
        "?after=3.5_99999999999999999999",
    ):
        text(client, f"/topics/{odd}")


def test_the_board_is_paged_by_heat(world: World, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    topic = found(world)
    Topic.objects.bulk_create(
        [Topic(**{**_copy(topic), "title": f"题目{number}", "heat": 50.0}) for number in range(40)]
    )
    as_(client, world.dispatcher)
    page, seen = "/topics/", []
    while page:
        answer = client.get(page)
        seen += [row.pk for row, _where, _spark in answer.context["rows"]]
        page = answer.context["next"]
    assert len(seen) == len(set(seen)) == 41
    assert seen[-1] == topic.pk


def _copy(topic: Topic) -> dict[str, object]:
    names = "people recent demands cohesion place townships first_at last_at counted_on begun_at updated_at"
    return {name: getattr(topic, name) for name in names.split()}


def test_a_topic_lists_only_the_demands_one_may_open(world: World, client: Client) -> None:
    topic = found(world)
    there = tell(world, ["镇南搅拌站的罐车开到平湖，夜里噪音大"], village="350922101200", first=40)[0]
    following.follow()
    as_(client, world.clerk)
    page = text(client, f"/topics/{topic.pk}/")
    assert there.number not in page
    assert f">{topic.demands + 1}</a></dd>" in page
    assert "1380000" not in page
    as_(client, world.dispatcher)
    assert there.number in text(client, f"/topics/{topic.pk}/")


def test_the_numbers_of_a_topic_lead_to_its_demands(world: World, client: Client) -> None:
    topic = found(world)
    as_(client, world.dispatcher)
    path = f"/topics/{topic.pk}/"
    page = text(client, path)
    assert f'href="?part=recent#topic-demands">{topic.recent}</a>' in page
    assert f'href="?#topic-demands">{topic.demands}</a>' in page
    for place, number in counting.places(topic).items():
        assert f'href="?place={place}#topic-demands">{number}<' in page
        listed = text(client, f"{path}?place={place}")
        assert f"共 {number} 件" in listed
        assert listed.count("data-row ") == number
    assert "共 0 件" in text(client, f"{path}?place=-")
    assert f"近 30 天：共 {topic.demands} 件" in text(client, f"{path}?part=recent")
    assert "解决以后：共 0 件" in text(client, f"{path}?part=since")  # it is not solved
    assert client.get(f"{path}?part=anything").status_code == 422
    one = topic.memberships.order_by("pk").values_list("case_id", flat=True)[0]
    Case.objects.filter(pk=one).update(restricted=True, complained_unit=world.units["county"])
    assert "其中 1 件您无权查看" in text(client, path)


def test_maps_show_where_topics_lie_in_grids_that_are_drawn(world: World, client: Client) -> None:
    topic = found(world)
    as_(client, world.dispatcher)
    assert client.get("/topics/map.json").json() == {"grids": []}
    assert "data-board-map" not in text(client, "/topics/")
    village = topic.place
    square = [[118.7, 26.6], [118.8, 26.6], [118.8, 26.7], [118.7, 26.7], [118.7, 26.6]]
    Grid.objects.filter(village_id=village).update(
        geometry={"type": "Polygon", "coordinates": [square]}, west=118.7, south=26.6, east=118.8, north=26.7
    )
    page = text(client, "/topics/?tab=open&span=30")
    assert 'data-url="/topics/map.json?span=30&amp;tab=open"' in page
    grids = client.get("/topics/map.json").json()["grids"]
    assert {(one["shade"] > 0, one["url"]) for one in grids} == {(True, f"/topics/?place={FENGPU}")}
    assert "专题 1 个" in grids[0]["text"]
    assert client.get("/topics/map.json?tab=solved").json()["grids"][0]["shade"] == 0
    assert f'data-url="/topics/{topic.pk}/map.json"' in text(client, f"/topics/{topic.pk}/")
    one = client.get(f"/topics/{topic.pk}/map.json").json()["grids"][0]
    assert f"反映 {topic.demands} 件" in one["text"]
    assert one["url"] == f"/topics/{topic.pk}/?place={village}#topic-demands"
    as_(client, world.clerk)
    assert "各村的专题" in text(client, "/topics/")
    assert client.get("/topics/map.json").json()["grids"][0]["url"] == f"/topics/?place={village}"
    assert topic.title in text(client, f"/topics/?place={village}")
    assert topic.title not in text(client, "/topics/?place=350922100299")
    as_(client, world.other_clerk)
    assert client.get("/topics/map.json").json() == {"grids": []}
    assert client.get(f"/topics/{topic.pk}/map.json").status_code == 404


def test_the_page_of_a_demand_names_its_topic_to_those_who_see_the_board(
    world: World, client: Client
) -> None:
    topic = found(world)
    case_id = topic.memberships.values_list("case_id", flat=True)[0]
    as_(client, world.clerk)
    assert f"{topic.people} 人 · {topic.title}" in text(client, f"/cases/{case_id}/")
    demands.accept(actor=world.officer, case_id=case_id)
    as_(client, world.officer)
    assert "同类反映" not in text(client, f"/cases/{case_id}/")
