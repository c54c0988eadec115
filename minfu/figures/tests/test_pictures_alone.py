"""A picture that is kept says by itself what it shows, of where and when, what its colours mean and when it was read."""

import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from PIL import Image

from minfu.cases.tests.screens import client_of
from minfu.cases.tests.world import FENGPU, FENGPU_VILLAGES, World
from minfu.figures import pictures
from minfu.figures.rules.dashboard import shades
from minfu.figures.tests import drawn
from minfu.figures.tests.test_screens import text_of
from minfu.kernel import captions, svg
from minfu.kernel.captions import Caption, Key
from minfu.places import index
from minfu.places.models import Division

OCTOBER = datetime(2026, 10, 20, 2, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 10, 2, tzinfo=UTC)
LONG = "积石山保安族东乡族撒拉族自治县大河家镇" * 3 + "村村村"


def told(picture: str) -> list[str]:
    """Return every text in a picture, line by line."""
    return re.findall(r">([^<>]+)</text>", picture)


def whole(picture: str) -> str:
    """Return what a picture says, its lines put together."""
    return "".join(told(picture)).replace(" ", "")


@pytest.mark.parametrize(
    ("name", "when", "more"),
    [
        ("trend", "2026年11月·单位：件", "本期：2026年11月上期：2026年10月"),
        ("calendar", "2026-05-13—2026-11-10·单位：件", "0件1件"),
        ("way", "2026年11月截至", "这段时间里各步各发生了多少；不是同一批诉求。"),
        ("ages", "2026-11-10·单位：件", "这是此刻的情况，不分时段。"),
        ("tiles", "2026年11月·单位：件", "0件1件2件"),
    ],
)
def test_a_picture_says_what_it_shows_of_where_of_when_and_when_it_was_read(
    world: World, name: str, when: str, more: str
) -> None:
    with time_machine.travel(OCTOBER - timedelta(40), tick=False):
        world.register()
    with time_machine.travel(NOVEMBER, tick=False):
        world.register()
        world.register()
        client = client_of(world, "clerk")
        picture = text_of(client, f"/figures/pictures/{name}.svg")
        page = text_of(client, "/figures/")
    said = whole(picture)
    assert said.startswith(pictures.TITLES[name]() + "凤埔乡·")
    for part in (when.removesuffix("截至"), more, "截至2026年11月10日10:00。", "不计入乡镇和村。"):
        assert part in said, said
    assert "演示系统" not in said
    assert "单位：" not in page  # on the page heading and text say it: the picture there is as it was
    assert page.count("截至") == 1


def test_a_trend_with_nothing_before_has_one_line_and_needs_no_key(world: World) -> None:
    with time_machine.travel(NOVEMBER, tick=False):
        world.register()
        picture = text_of(client_of(world, "clerk"), "/figures/pictures/trend.svg")
    assert picture.count("<polyline") == 1
    assert "本期" not in picture


@time_machine.travel(NOVEMBER, tick=False)
def test_what_is_not_in_a_picture_is_said_in_it(world: World, settings: Any) -> None:
    settings.MINFU_DEMO = True
    third = "350922204202"
    parent = Division.objects.get(code=FENGPU)
    Division.objects.create(code=third, name="桃源村", level="village", parent=parent)
    drawn.draw(FENGPU_VILLAGES)
    world.register()
    clerk, county = client_of(world, "clerk"), client_of(world, "dispatcher")
    picture = whole(text_of(clerk, "/figures/pictures/map.svg"))
    assert "有1个地方还没有画范围，图上没有。" in picture
    assert "演示系统，数据均为虚构" in picture
    secret = "不计入乡镇和村"
    assert secret in whole(text_of(county, "/figures/pictures/tiles.svg"))
    assert secret not in whole(text_of(county, "/figures/pictures/trend.svg"))


@time_machine.travel(NOVEMBER, tick=False)
def test_a_file_is_named_by_the_time_its_picture_is_of(world: World) -> None:
    world.register()
    client = client_of(world, "clerk")
    names = {
        name: client.get(f"/figures/pictures/{name}.svg?period=2026-10")["Content-Disposition"]
        for name in ("trend", "ages")
    }
    assert "2026%20%E5%B9%B4%2010%20%E6%9C%88" in names["trend"]
    assert "2026-11-10" in names["ages"]  # what is overdue now, whatever the period


@pytest.mark.parametrize("name", ["trend", "tiles", "map"])
@time_machine.travel(NOVEMBER, tick=False)
def test_a_long_name_does_not_run_out_of_the_picture(world: World, name: str) -> None:
    assert len(LONG) == 60
    Division.objects.filter(code=FENGPU).update(name=LONG)
    Division.objects.filter(code=FENGPU_VILLAGES[0]).update(name=LONG)
    drawn.draw(FENGPU_VILLAGES)
    world.register()
    client = client_of(world, "clerk")
    picture = text_of(client, f"/figures/pictures/{name}.svg")
    assert f"{LONG}·2026年11月" in whole(picture)
    found = client.get(f"/figures/pictures/{name}.png")
    assert found["Content-Type"] == "image/png"
    shown = Image.open(io.BytesIO(found.content)).convert("L")
    size = re.search(r'viewBox="0 0 (\d+) (\d+)"', picture)
    assert size
    assert shown.size == (2 * int(size[1]), 2 * int(size[2]))
    wide, tall = shown.size
    for edge in ((0, 0, 20, tall), (wide - 20, 0, wide, tall), (0, 0, wide, 20), (0, tall - 20, wide, tall)):
        assert shown.crop(edge).getextrema() == (255, 255), edge  # white all along
    above = shown.crop((20, 20, wide - 20, 100))
    assert sum(above.histogram()[:60]) > 100  # the title, in ink


def test_every_shade_of_a_key_is_that_of_its_numbers(world: World) -> None:
    for registered in (1, 3, 2):  # then six, four, one
        for _number in range(registered):
            world.register()
        index.forget()
        picture = text_of(client_of(world, "clerk"), "/figures/pictures/tiles.svg")
        number = re.findall(r">(\d+)</text>", picture)[0]
        tile = re.findall(r'fill="(#\w+)" class="picture-shade-\d"', picture)[0]
        keys = dict(
            re.findall(
                r'height="12" rx="2" fill="(#\w+)" stroke="#\w+"/><g[^>]*><text[^>]*>([^<]+)<', picture
            )
        )
        least, top = re.fullmatch(r"(\d+)(?:—(\d+))? 件", keys[tile]).groups()  # type: ignore[union-attr]
        assert int(least) <= int(number) <= int(top or least), (number, keys)


@pytest.mark.parametrize("most", [0, 1, 2, 3, 4, 5, 7, 8, 100, 1003])
def test_shades_hold_every_number_once(most: int) -> None:
    found = shades(most)
    assert [number for _shade, least, top in found for number in range(least, top + 1)] == list(
        range(most + 1)
    )
    assert [shade for shade, _least, _top in found] == sorted({shade for shade, _least, _top in found})


@pytest.mark.parametrize(
    "said", ["民" * 90, "W" * 200, "a long English sentence, with words. " * 5, "民富，" * 30, "", " "]
)
def test_lines_hold_everything_and_no_more_than_there_is_room_for(said: str) -> None:
    lines = captions.wrapped(said, 20)
    assert "".join(lines).replace(" ", "") == said.replace(" ", "")
    assert max(map(captions.width_of, lines)) <= 20
    assert not any(line.startswith(("，", "。")) for line in lines)


def test_words_of_a_caption_are_text_and_never_markup() -> None:
    inner = svg.frame(40, 20, "<b>", "")
    made = captions.with_caption(
        inner, Caption("<script>", "a & b", [Key("#000000", "<i>", "line")], ["<u>"])
    )
    assert "<script>" not in made
    assert "&lt;script&gt;" in made
    assert "a &amp; b" in made
    assert made.width > inner.width
