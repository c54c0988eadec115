"""What a dashboard says of what is not there, and how much of it is seen at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from playwright.sync_api import Page

from minfu.cases.tests.screens import client_of, user_of
from minfu.cases.tests.world import FENGPU, FENGPU_VILLAGES, SINCE, World
from minfu.places import index
from minfu.places.models import Division, Grid
from tests.browser import DESK, PHONE, assert_axe_clean, assert_no_sideways_scroll, set_width

NOVEMBER = datetime(2026, 11, 10, 2, tzinfo=UTC)
NONE_LATE = "现在没有超期的诉求。"
#: As long as the name of a place may become in a table of somebody's.
LONG = "凤埔乡原国有林场下辖各自然村合并后新设立的片区联合村民委员会第二十七工作区（含库区移民安置点和易地搬迁集中安置区）"


def text_of(client: Client, path: str) -> str:
    """Return a page's text."""
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def more_villages(number: int) -> None:
    """Give the township villages with long names."""
    parent = Division.objects.get(code=FENGPU)
    for place in range(number):
        Division.objects.create(
            code=f"350922204{300 + place}",
            name=f"{LONG}{place}",
            level="village",
            parent=parent,
            valid_from=SINCE,
        )
    index.forget()


def draw(village: str, place: int) -> None:
    """Draw a village as one square grid."""
    west, south = 118.75 + place * 0.01, 26.58
    ring = [[west, south], [west + 0.01, south], [west + 0.01, south + 0.01], [west, south + 0.01]]
    edges = {"west": west, "south": south, "east": west + 0.01, "north": south + 0.01}
    grid = {"name": "第一网格", "village_id": village, "valid_from": SINCE, **edges}
    geometry = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    Grid.objects.update_or_create(code=f"{village}1001", defaults={**grid, "geometry": geometry})


def test_where_nothing_is_overdue_a_sentence_stands_for_six_noughts(world: World) -> None:
    with time_machine.travel(NOVEMBER, tick=False):
        world.register()
        client = client_of(world, "clerk")
        page = text_of(client, "/figures/")
        assert NONE_LATE in page
        assert 'aria-label="超期了多久"' not in page
        assert '<th scope="row">超过 30 天</th>' in page  # the table stays
        assert NONE_LATE in text_of(client, "/figures/wall/")
    with time_machine.travel(NOVEMBER + timedelta(60), tick=False):
        page = text_of(client_of(world, "clerk"), "/figures/")
        assert NONE_LATE not in page
        assert 'aria-label="超期了多久"' in page


def test_a_map_of_some_places_says_how_many_it_shows(world: World) -> None:
    more_villages(3)
    world.register()
    client = client_of(world, "clerk")
    assert "地图画出了" not in text_of(client, "/figures/")
    for place, village in enumerate(FENGPU_VILLAGES[:2]):
        draw(village, place)
    index.forget()
    assert "地图画出了有界线的 2 个地方，方格是全部 5 个地方。" in text_of(client, "/figures/")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_wall_is_seen_whole_and_long_names_break_nothing(
    browser_page: Page, sign_in: Any, world: World
) -> None:
    more_villages(19)
    world.at("reported")
    sign_in(user_of(world, "clerk"))
    for width, height in ((DESK, 800), (1920, 1080)):
        browser_page.set_viewport_size({"width": width, "height": height})
        browser_page.goto("/figures/wall/?period=2026")
        assert_axe_clean(browser_page)
        beyond = browser_page.evaluate(
            """() => ["main", ".fig-tiles"].map((name) => {
              const one = document.querySelector(name);
              return Math.max(one.scrollHeight - one.clientHeight, one.getBoundingClientRect().bottom - innerHeight);
            })"""
        )
        assert max(beyond) <= 0, (width, beyond)
    for width in (PHONE, DESK):
        set_width(browser_page, width)
        for path in ("/figures/wall/", "/figures/"):
            browser_page.goto(path)
            assert_no_sideways_scroll(browser_page)
            assert_axe_clean(browser_page)
