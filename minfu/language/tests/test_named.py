"""What a title names, and that texts about different named things are told apart, however alike they are."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minfu.language.likeness import marked
from minfu.language.named import EACH, names, strangers
from minfu.language.tests.stories import noise
from minfu.language.topics import Stream

BITS = 20
BODY = "底层餐馆油烟严重,窗户打开就有油烟扑进屋内,晚上营业到凌晨三点,炒菜的锅子噪声大,影响休息"


def _strange(one: str, other: str) -> bool:
    first, second = (((text.names[None], text.ids[None])) for text in marked([one, other]))
    found = strangers(first, second)[0, 0]
    assert found == strangers(second, first)[0, 0]
    return bool(found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("翠屏湖小区", "投诉翠屏湖花园"),
        ("市翠屏湖小区二期", "翠屏湖一期小区"),
        ("鹤塘实验中学", "鹤塘中学"),
        ("古田县第一医院鹤塘分院", "县一中"),
        ("商贸旅游职业技术学院", "旅游学院"),
    ],
)
def test_one_thing_by_two_names_is_not_told_apart(one, other) -> None:
    assert not _strange(f"{one}\n{BODY}", f"{other}\n{BODY}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("翠屏湖小区油烟扰民", "森宇家园油烟扰民"),
        ("鹤塘中学强制实习", "玉田职业技术学校强制实习"),
        ("请关注东方国际餐馆油烟", "锦绣山庄餐馆油烟"),
    ],
)
def test_two_names_are_told_apart_in_the_same_words(one, other) -> None:
    assert _strange(f"{one}\n{BODY}", f"{other}\n{BODY}")


@pytest.mark.parametrize(
    "lead",
    [
        "小区油烟扰民",
        "安置小区",
        "我们小区第三期",
        "老旧小区",
        "配套幼儿园",
        "村口的路坏了",
        "际头村停水",
        "",
    ],
)
def test_what_names_nothing_is_a_stranger_to_nobody(lead) -> None:
    assert not names([lead], BITS).any()
    assert not _strange(f"{lead}\n{BODY}", f"翠屏湖小区油烟扰民\n{BODY}")


def test_a_text_that_tells_of_the_others_name_is_no_stranger() -> None:
    assert _strange("翠屏湖小区停水", "森宇家园停水\n两天没有水了")
    assert not _strange("翠屏湖小区停水", "森宇家园停水\n和翠屏湖一样两天没有水了")


def test_names_of_a_title_are_bounded_and_each_once() -> None:
    many = names(["甲乙小区丙丁小区甲乙小区戊己小区庚辛小区"], BITS)
    assert many.shape == (1, EACH)
    assert len(np.unique(many)) == EACH
    for adversarial in ("新城" * 30, "一二三" * 20 + "小区", "小区" * 30, "城园老新" * 15 + "学"):
        names([adversarial], BITS)


@settings(max_examples=30)
@given(st.lists(st.text(alphabet="甲乙丙丁小区中学新城一期的村A1", max_size=14), min_size=1, max_size=6))
def test_nobody_is_a_stranger_to_itself_and_titles_are_read_alike_one_by_one(leads) -> None:
    together = names(leads, BITS)
    np.testing.assert_array_equal(together, np.concatenate([names([lead], BITS) for lead in leads]))
    found = strangers((together, together), (together, together))
    assert not found.diagonal().any()
    np.testing.assert_array_equal(found, found.T)


def test_the_same_petition_about_two_estates_becomes_two_topics() -> None:
    drawn = random.Random(3)
    estates = ["翠屏湖小区", "森宇家园"]
    rows = [noise(drawn, at) for at in range(120)]
    rows += [f"{estates[at % 2]}底层餐馆油烟扰民\n{estates[at % 2]},{BODY}" for at in range(8)]
    stream = Stream(first=60)
    for key, one in enumerate(marked(rows)):
        stream.add(key, one)
    first, second = stream.topic_of(120), stream.topic_of(121)
    assert first is not None
    assert second is not None
    assert stream.members(first) == [120, 122, 124, 126]
    assert stream.members(second) == [121, 123, 125, 127]
    # What people put together all the same is colder than either alone.
    together = stream.cohesion(range(120, 128))
    assert together < 0.8 * min(stream.cohesion(range(120, 128, 2)), stream.cohesion(range(121, 128, 2)))
