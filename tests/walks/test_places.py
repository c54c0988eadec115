"""The administrator's work on places in a real browser: drawing a grid, reading the lists, printing a poster."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from minfu.accounts.tests import people
from minfu.places import demo, loading
from minfu.places.models import Grid, Place
from tests.browser import DESK, PHONE, assert_axe_clean, assert_no_sideways_scroll, set_width

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: A village of the township that the demo draws, itself not drawn.
VILLAGE = "350922204207"
#: Shapes on its map: the demo's fifteen drawn grids in that township, and the one being drawn.
DRAWN = 16


@pytest.fixture
def admin(sign_in: Any) -> None:
    loading.load_county("350922")
    demo.load_demo("350922")
    user = people.person("places")
    people.post(user, "administrator", people.county_unit("系统管理", "other"))
    sign_in(user)


def test_a_grid_is_drawn_on_the_map(browser_page: Page, admin: None) -> None:
    asked: list[str] = []
    browser_page.on("request", lambda request: asked.append(request.url))
    browser_page.goto(f"/places/grids/new/?village={VILLAGE}")
    browser_page.get_by_label("名称").fill("画出来的网格")
    map_ = browser_page.locator("[data-grid-map]")
    expect(map_.locator("path")).to_have_count(DRAWN)
    box = map_.bounding_box()
    assert box
    for right, down in ((100, 60), (200, 60), (200, 140), (120, 160), (80, 120)):
        browser_page.mouse.click(box["x"] + right, box["y"] + down)
    expect(map_.locator(".grid-corner")).to_have_count(5)
    map_.locator(".grid-corner").last.click()
    expect(map_.locator(".grid-corner")).to_have_count(4)
    browser_page.get_by_role("button", name="撤销一步").click()
    expect(map_.locator(".grid-corner")).to_have_count(5)
    browser_page.get_by_role("button", name="保存").click()
    expect(browser_page.get_by_text("已新建网格")).to_be_visible()
    grid = Grid.objects.get(name="画出来的网格")
    assert grid.village_id == VILLAGE
    assert grid.geometry
    assert len(grid.geometry["coordinates"][0]) == 6
    expect(map_.locator(".grid-corner")).to_have_count(5)
    browser_page.get_by_role("button", name="清空重画").click()
    browser_page.get_by_role("button", name="保存").click()
    expect(browser_page.get_by_text("已保存")).to_be_visible()
    assert Grid.objects.get(pk=grid.pk).geometry is None
    base = browser_page.url.split("/places/")[0]
    assert [url for url in asked if not url.startswith((base, "data:"))] == []


def test_a_corner_near_a_neighbours_corner_becomes_the_same(browser_page: Page, admin: None) -> None:
    neighbour = Grid.objects.filter(geometry__isnull=False).order_by("code").first()
    assert neighbour
    assert neighbour.geometry
    corner = neighbour.geometry["coordinates"][0][0]
    browser_page.goto(f"/places/grids/new/?village={VILLAGE}")
    expect(browser_page.locator("[data-grid-map] path")).to_have_count(DRAWN)
    browser_page.get_by_label("跳到坐标").fill(f"{corner[0]},{corner[1]}")
    browser_page.get_by_label("跳到坐标").press("Enter")
    browser_page.wait_for_timeout(600)  # the jump begins
    browser_page.wait_for_function("() => !document.querySelector('.leaflet-zoom-anim, .leaflet-pan-anim')")
    box = browser_page.locator("[data-grid-map]").bounding_box()
    assert box
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for right, down in ((4, 4), (-90, -60), (-90, 60)):
        browser_page.mouse.click(middle[0] + right, middle[1] + down)
    drawn = json.loads(browser_page.locator("#id_geometry").input_value())
    assert drawn["coordinates"][0][0] == pytest.approx(corner, abs=1e-7)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_every_screen_is_accessible_and_fits(browser_page: Page, admin: None, width: int) -> None:
    grid = Grid.objects.filter(geometry__isnull=False).order_by("code").first()
    place = Place.objects.filter(kind="natural").first()
    assert grid
    assert place
    set_width(browser_page, width)
    pictures = os.environ.get("MINFU_TEST_PICTURES", "")
    for name, path in {
        "divisions": "divisions/",
        "division": "divisions/350922204204/",
        "grids": "grids/",
        "new": f"grids/new/?village={VILLAGE}",
        "grid": f"grids/{grid.code}/",
        "import": "grids/import/",
        "findings": "grids/check/",
        "gazetteer": "gazetteer/",
        "place": f"gazetteer/{place.pk}/",
        "posters": "posters/",
        "poster": f"posters/{grid.code}/",
    }.items():
        browser_page.goto(f"/places/{path}", wait_until="networkidle")
        if pictures:
            browser_page.screenshot(path=Path(pictures) / f"{name}-{width}.png", full_page=True)
        # The map's own panes are drawn by Leaflet; everything on it can be entered in the text field below.
        assert_axe_clean(browser_page, exclude=(".leaflet-container",))
        assert_no_sideways_scroll(browser_page)
