"""Reading the place out of a text: what decides, what is only guessed, what is asked. No database: an invented county."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minfu.places import evaluation, phrases
from minfu.places.finding import READ, Found, Why, find
from minfu.places.invented import World, world
from minfu.places.phrases import Phrase

FENGPU, PINGHU = "350922204000", "350922101000"
JITOU, SUDUN, PINGSHA = "350922204203", "350922204204", "350922204202"
QIANSHAN_EAST, QIANSHAN_JIXIANG = "350922001202", "350922201220"


@lru_cache(maxsize=1)
def gutian() -> World:
    """Return Gutian with its invented gazetteer."""
    return world("350922", seed=7)


def read(text: str, **more: object) -> Found:
    return find(text, index=gutian().index, **more)  # type: ignore[arg-type]  # named arguments as they are


def first(text: str, **more: object) -> str:
    best = read(text, **more).best
    return best.code if best else ""


@pytest.mark.parametrize(
    "text",
    [
        "凤埔际头村祠堂后面那条路",
        "凤埔际头祠堂后面那条路",
        "鳳埔鄉際頭村祠堂後面那條路",
        "凤埔公社际头大队的水渠塌了",
        "凤埔乡漈头村",
        "我是苏墩村人，际头村祠堂后面那条路塌了",
        "我家住平湖镇前进村，昨天路过际头村，看到路塌了",
        "我在平沙村上班，际头村的路塌了",
        "隔壁平沙村都修好了，际头村一直没人管",
        "不是苏墩村，是际头村",
        "我是屏南县长桥镇前山村人，在这边做工，际头村的工地不发工资",
        "我向凤埔乡政府反映过，际头村的路一直没修",
        "我妹妹嫁到苏墩村，事情发生在际头村",
        "请加快凤埔乡际头村公共服务力度",  # nothing that opens a name, but two that confirm each other
        "昨天晚上际头村停电",
    ],
)
def test_where_it_happened_is_told_for_sure(text: str) -> None:
    found = read(text)
    assert found.best is not None
    assert (found.best.code, found.sure) == (JITOU, True), found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("际头那边的路灯坏了", JITOU),  # no ending
        ("凤埔乡祭头村的路灯坏了", JITOU),  # the same sound
        ("风浦乡际头村的路灯坏了", JITOU),  # the township's name mistyped
        ("凤埔乡的路灯坏了", FENGPU),
        ("上苏墩村的路灯坏了", SUDUN),  # another village's name, perhaps
        ("隔壁际头村", JITOU),
    ],
)
def test_a_guess_comes_first_and_is_asked(text: str, code: str) -> None:
    found = read(text)
    assert found.best is not None
    assert (found.best.code, found.sure) == (code, False), found
    assert 0 < found.best.confidence < 0.7
    assert found.best.words, "it says which words speak for it"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "村",
        "😀",
        "Сломан фонарь",
        "路灯坏了",
        "买的松台牌电饭锅坏了",
        "大桥上前进不得",
        "松台大道12号",
        "A3区际头村",
    ],
)
def test_nothing_of_ours_is_no_guess(text: str) -> None:
    assert read(text).guesses == ()


def test_a_name_of_several_townships_is_settled_by_what_stands_around_it_or_asked() -> None:
    alone = read("前山村的路坏了")
    assert (alone.sure, alone.why) == (False, Why.SAME_NAME)
    assert {one.code for one in alone.guesses} == {QIANSHAN_EAST, QIANSHAN_JIXIANG}
    settled = read("吉巷乡的事：前山村的路坏了")
    assert (settled.guesses[0].code, settled.sure) == (QIANSHAN_JIXIANG, True)
    for near in ("350922201000", "350922201", QIANSHAN_JIXIANG):
        at_desk = read("前山村的路坏了", near=near)
        assert (at_desk.guesses[0].code, at_desk.sure) == (QIANSHAN_JIXIANG, True), near
    # Another desk's township, or the county, settles nothing; where the caller lives is a hint, no more.
    for near in ("350922000000", "350922", FENGPU):
        assert not read("前山村的路坏了", near=near).sure
    home = read("我是吉巷乡坂中村人，前山村的路坏了")
    assert (home.guesses[0].code, home.sure) == (QIANSHAN_JIXIANG, False)


def test_our_village_is_the_reporters_or_the_one_the_text_calls_home() -> None:
    grid = gutian().grids[JITOU][1]
    own = read("我们村路灯坏了", grid=grid.id)
    assert own.best is not None
    assert (own.best.code, own.best.grid_id, own.sure) == (JITOU, grid.id, True)
    assert read("我们村路灯坏了").guesses == ()
    assert read("我们村路灯坏了", near=FENGPU).guesses == ()
    assert read("我们村路灯坏了", near=JITOU).sure, "an officer of the village writes"
    assert first("我是苏墩村的，我们村路灯坏了", grid=grid.id) == SUDUN
    between = read("我们村和平沙村都停电了", grid=grid.id)
    assert (between.sure, {one.code for one in between.guesses[:2]}) == (False, {JITOU, PINGSHA})


def test_a_name_said_to_lie_elsewhere_lies_there_in_the_whole_text() -> None:
    found = read("金石镇大桥村的采石场天天放炮。地址：大桥村金银山")
    assert not found.sure
    assert found.best is None or found.best.confidence < 0.5


def test_a_text_that_can_be_parted_in_two_ways_is_asked() -> None:
    """凤都村's end, or 村尾村 in 凤都镇; but nothing is called 凤埔镇, so that 凤埔镇边 is 镇边村."""
    found = read("凤都村尾的空地")
    assert not found.sure
    assert {one.code for one in found.guesses[:2]} == {"350922106201", "350922106210"}
    assert first("凤埔镇边的空地") == "350922204210"
    assert not read("井边村村里村民的路").sure or first("井边村村里村民的路") == "350922104216"


def test_a_grid_is_told_by_its_name_a_group_or_a_place() -> None:
    one, two = gutian().grids[JITOU]
    natural, nickname = gutian().natural[JITOU]
    for text, grid in [
        ("际头村第二网格", two),
        ("际头村3组", one),
        (f"凤埔乡{natural}", one),
        (f"际头村{nickname}", one),
        (gutian().landmark[JITOU] + "旁边", two),
    ]:
        best = read(text).best
        assert best is not None
        assert (best.code, best.grid_id) == (JITOU, grid.id), text


def test_two_places_are_asked_and_both_offered() -> None:
    found = read("从苏墩村到平沙村的路坏了")
    assert (found.sure, found.why, found.township) == (False, Why.SEVERAL, FENGPU)
    assert {one.code for one in found.guesses[:2]} == {SUDUN, PINGSHA}
    assert read("凤埔乡松台村").why is Why.CONTRADICTION


def sample() -> Iterator[Phrase]:
    """Yield phrases about every fourth village, with another seed than the world's."""
    return phrases.phrases(gutian(), seed=11, every=4)


def test_a_sample_of_generated_phrases_keeps_the_bounds() -> None:
    whole = evaluation.together(evaluation.measured(gutian(), sample()).values())
    assert whole.phrases > 1000
    wrong = [(phrase.text, found.best) for phrase, found in whole.failures]
    assert whole.share_right >= 0.97, wrong[:20]
    assert whole.share_wrong_though_sure <= 0.005, wrong[:20]
    assert whole.right_grids >= 0.97 * whole.grids > 0


def test_other_names_of_the_country_are_rarely_taken_for_ours() -> None:
    """Every hundredth of 311,000; a name may be ours in another spelling (上垟村), so some are."""
    every = list(islice(phrases.foreign_names(gutian()), 0, None, 100))
    assert len(every) > 3000
    taken = [phrase.text for phrase in every if evaluation.ask(gutian(), phrase).sure]
    assert len(taken) <= 0.002 * len(every), taken


def test_the_measure_can_fail() -> None:
    """The reference answers do not come from what is measured: a wrong answer counts as wrong."""
    right = frozenset({SUDUN})
    sure, asked = read("际头村的路"), read("从苏墩村到平沙村的路坏了")
    assert not evaluation.is_right(Phrase("", "", right), sure)
    assert evaluation.is_wrong_though_sure(Phrase("", "", right), sure)
    assert evaluation.is_wrong_though_sure(Phrase("", "", frozenset({JITOU, SUDUN}), asked=True), sure)
    assert evaluation.is_wrong_though_sure(Phrase("", "", frozenset()), sure)
    assert not evaluation.is_wrong_though_sure(Phrase("", "", right), asked)
    assert not evaluation.is_right(Phrase("", "", frozenset()), sure)


def test_the_generator_is_the_same_for_the_same_seed() -> None:
    one, same, other = (list(islice(phrases.phrases(gutian(), seed), 50)) for seed in (1, 1, 2))
    assert one == same != other


NAMES = st.sampled_from(
    "凤埔乡 际头村 苏墩 我们村 我家住 前山村 ， 的路坏了 从 到 屏南县 3组 不是 大桥 平湖".split()  # noqa: SIM905 - read more easily
)


@settings(max_examples=150, deadline=None)
@given(
    text=st.lists(NAMES | st.text(max_size=3), max_size=12).map("".join),
    near=st.sampled_from(["", FENGPU, "x", "35"]),
)
def test_any_text_gives_an_answer_that_holds_together(text: str, near: str) -> None:
    found = read(text, near=near, grid=3)
    known = gutian().index.divisions
    codes = [one.code for one in found.guesses]
    assert len(codes) == len(set(codes)) <= 5
    assert all(known[code].level in ("village", "township") for code in codes)
    assert all(0 < one.confidence <= 1 for one in found.guesses)
    if found.sure:
        assert known[codes[0]].level == "village"
        assert known[codes[0]].parent == found.township
        assert found.guesses[0].confidence >= 0.8
    assert find(text, near=near, grid=3, index=gutian().index) == found, "the same again"


@pytest.mark.parametrize(
    "words", ["际头村", "我家住苏墩村，", "从平沙村到", "凤埔", "村", "我", "<b>", "\x00", "𠀀", "1组"]
)
def test_a_hundred_thousand_characters_are_read_as_far_as_three_thousand(words: str) -> None:
    text = words * (100_000 // len(words))
    assert read(text) == read(text[:READ])
