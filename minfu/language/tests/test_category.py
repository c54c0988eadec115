"""Categories learned from invented demands: what is read, what is refused, what is kept in a file."""

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minfu.language import calibration, evaluation, grams, second_look, stored, training
from minfu.language.category import CategoryModel
from minfu.language.evaluation import Split
from minfu.language.second_look import SecondLook
from minfu.language.tests.invented import invented


@pytest.fixture(scope="module")
def model() -> CategoryModel:
    return training.learned(*invented(240))


def test_what_was_learned_is_read_with_the_words_that_led_to_it(model) -> None:
    reading = model.read("桥头那边\n你好，这里的路灯已经不亮了", why=True)
    first, second, _third = reading.suggestions
    assert first.label == "路灯"
    assert first.probability > 0.8 > second.probability
    assert any("灯" in word for word in reading.words)
    assert all(
        word in "桥头那边你好,这里的路灯已经不亮了" for one in reading.suggestions for word in one.words
    )


def test_each_suggestion_has_the_words_that_speak_for_it(model) -> None:
    reading = model.read("路灯不亮了，自来水也停了，垃圾没有人运", why=True)
    led = {one.label: "".join(one.words) for one in reading.suggestions}
    said = {"路灯": "灯", "供水": "水", "垃圾": "垃圾"}
    assert {"路灯", "供水"} <= set(led)
    assert all(said[label] in words for label, words in led.items() if label in said)


def test_traditional_and_full_width_texts_are_read_alike(model) -> None:
    assert model.read("自來水停了，水管漏水").suggestions == model.read("自来水停了,水管漏水").suggestions


def test_texts_in_a_batch_are_read_as_one_at_a_time(model) -> None:
    texts = [*invented(150, seed=9)[0], "", "路", "路灯" * 3000]
    many = model.scores(texts)
    one_at_a_time = np.concatenate([model.scores([text]) for text in texts])
    np.testing.assert_allclose(many, one_at_a_time, rtol=1e-4, atol=1e-5)


def test_figures_alone_tell_of_nothing(model) -> None:
    assert model.familiarity("编号12345") > 0
    for text in ("1 " * 50_000, "2019-12-31 08:30", "12345", "……！？"):
        assert model.familiarity(text) == 0
        assert model.read(text, why=True).suggestions == ()


def test_a_model_may_ask_for_texts_more_like_those_it_knows(model) -> None:
    text = "床前明月光，疑是路灯坏了三天的霜"
    assert model.read(text).suggestions
    wary = replace(model, about={"familiar": 0.99})
    assert model.familiarity(text) < 0.99
    assert wary.read(text).suggestions == ()
    assert wary.read("路灯坏了三天").suggestions


def test_words_that_stand_in_every_demand_tell_of_nothing(model) -> None:
    """What is familiar is no matter yet: greetings and thanks stand in demands of every category."""
    for text in ("你好，请尽快处理，谢谢", "祠堂后面的事，请问什么时候能好？", "麻烦看一下，谢谢"):
        assert model.familiarity(text) > 0.8
        assert model.read(text).suggestions == (), text
    texts, labels = invented(240)
    said = [model.read(text).suggestions for text in texts]
    assert sum(bool(one) for one in said) >= 0.98 * len(texts)
    assert sum(one[0].label == label for one, label in zip(said, labels, strict=True) if one) > 0.9 * len(
        texts
    )


def test_another_language_is_no_demand_though_scraps_of_it_stand_in_many() -> None:
    texts, labels = invented(240)
    mixed = training.learned([f"{one} the lamp is broken" for one in texts], labels)
    assert mixed.read("the lamp is broken").suggestions == ()
    assert mixed.familiarity("the lamp is broken") == 0
    assert mixed.read("路灯坏了 the lamp").suggestions


@pytest.mark.parametrize("text", ["", " ", "。", "👍", "zzzz qqqq", "\x00\ufffd"])
def test_of_a_text_in_which_nothing_is_known_nothing_is_said(model, text) -> None:
    assert model.read(text, why=True).suggestions == ()


@pytest.mark.parametrize(
    "text",
    [
        "路" * 100_000,
        "<" * 50_000,
        "The lamp is broken",
        "Сломан фонарь",
        "床前明月光，疑是地上霜",
        "&amp;" * 20_000,
        "ab" * 50_000,
    ],
)
def test_of_odd_texts_nothing_is_said(model, text) -> None:
    assert model.read(text, why=True).suggestions == ()


@pytest.mark.parametrize("text", ["路灯不亮" * 25_000, "路灯" + "不" * 100_000, "路灯坏了，\n" * 15_000])
def test_a_text_that_repeats_itself_is_read_as_far_as_a_long_one(model, text) -> None:
    assert model.read(text, why=True) == model.read(text[: 2 * grams.MOST_READ], why=True)
    assert sum(one.probability for one in model.read(text).suggestions) <= 1 + 1e-9


@given(st.text(max_size=300))
def test_probabilities_are_probabilities_and_the_first_is_the_greatest(model, text) -> None:
    shares = model.probabilities([text])[0]
    assert shares.sum() == pytest.approx(1)
    assert (shares >= 0).all()
    likely = [one.probability for one in model.read(text).suggestions]
    assert likely == sorted(likely, reverse=True)


def test_learning_twice_gives_the_same_model(model) -> None:
    again = training.learned(*invented(240))
    np.testing.assert_array_equal(again.table, model.table)


def test_one_category_alone_teaches_nothing() -> None:
    with pytest.raises(ValueError, match="two categories"):
        training.learned(["路灯坏了", "灯不亮"], ["路灯", "路灯"])


def test_the_table_stays_within_its_size() -> None:
    texts, labels = invented(120)
    whole, most = training.learned(texts, labels), 4_000
    small = training.learned(texts, labels, training.Method(most_bytes=most))
    assert small.table.nbytes <= most + small.table.itemsize * small.table.shape[1] < whole.table.nbytes
    assert small.read("路灯不亮了").suggestions[0].label == "路灯"


def test_a_model_is_kept_in_a_file_and_read_without_copying(model, tmp_path: Path) -> None:
    path = tmp_path / "some" / "category.model"
    stored.save(model, path)
    again = stored.load(path)
    text = "学校旁边的垃圾桶满了"
    assert again.read(text, why=True) == model.read(text, why=True)
    assert again.labels == model.labels
    assert not again.table.flags.owndata
    assert not again.table.flags.writeable
    assert [one.name for one in path.parent.iterdir()] == ["category.model"]


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "other", "header"])
def test_a_damaged_file_is_no_model(model, tmp_path: Path, damage) -> None:
    path = tmp_path / "category.model"
    stored.save(model, path)
    whole = path.read_bytes()
    damaged = {
        "cut": whole[: len(whole) // 2],
        "changed": whole[:-1000] + bytes([whole[-1000] ^ 1]) + whole[-999:],
        "empty": b"",
        "other": b"PK\x03\x04 something else altogether" * 10,
        "header": whole[:17] + b"\xff" * 8 + whole[25:],
    }
    path.write_bytes(damaged[damage])
    with pytest.raises(stored.BrokenModel):
        stored.load(path)


def test_a_missing_file_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(stored.BrokenModel):
        stored.load(tmp_path / "none.model")


def test_the_file_holds_numbers_and_a_header_and_no_text_of_anyone(model, tmp_path: Path) -> None:
    path = tmp_path / "category.model"
    stored.save(model, path)
    raw = path.read_bytes()
    header = json.loads(raw[25 : raw.index(b"\n", 25) if b"\n" in raw[25:80] else raw.index(b"}}}") + 3])
    assert set(header) == {"labels", "counts", "power", "sharpness", "second_sharpness", "about", "arrays"}
    assert "祠堂".encode() not in raw


# --- parts -------------------------------------------------------------------------------------------------------


def test_the_lead_is_the_title_or_the_beginning() -> None:
    assert grams.blocks("路灯坏了\n村口的路灯三天没亮") == ("路灯坏了村口的路灯三天没亮", "路灯坏了")
    text = "村" * 100
    assert grams.blocks(text) == (text, text[: grams.LEAD])
    assert grams.blocks(text + "\n第二行")[1] == text[: grams.LEAD]


def test_digits_are_all_one_and_no_run_reaches_into_the_next_text() -> None:
    one, _begins = grams.hashed(["电话 123"], 20)
    other, _begins = grams.hashed(["电话 987"], 20)
    for first, second in zip(one, other, strict=True):
        np.testing.assert_array_equal(first, second)
    joined, begins = grams.hashed(["路灯", "坏了"], 20)
    alone, _begins = grams.hashed(["坏了"], 20)
    for together, single in zip(joined, alone, strict=True):
        np.testing.assert_array_equal(together[begins[1] :], single)
        assert len(together) == begins[1] + len(single)


@given(
    st.lists(st.tuples(st.floats(0, 3), st.booleans()), min_size=2, max_size=80).filter(
        lambda rows: len({told for told, _right in rows}) > 1
    )
)
def test_the_curve_of_probabilities_rises(rows) -> None:
    told, right = np.asarray([row[0] for row in rows]), np.asarray([float(row[1]) for row in rows])
    corners, risen = calibration.rising(told, right)
    assert (np.diff(risen) >= 0).all()
    assert (np.diff(corners) >= 0).all()
    assert ((risen > 0) & (risen < 1)).all()


def test_the_threshold_is_the_least_that_keeps_the_precision() -> None:
    told = np.asarray([0.99, 0.9, 0.8, 0.7, 0.6])
    right = np.asarray([True, True, True, False, True])
    assert calibration.threshold(told, right, 1.0) == 0.8
    assert calibration.threshold(told, right, 0.8) == 0.6
    assert calibration.threshold(told, ~right, 0.9) > 1


def test_the_calibration_error_is_none_where_told_is_true() -> None:
    told = np.repeat([0.25, 0.75], 400)
    right = np.concatenate([np.arange(400) % 4 == 0, np.arange(400) % 4 != 0])
    assert calibration.error(told, right) == pytest.approx(0, abs=1e-9)
    assert calibration.error(told, ~right) == pytest.approx(0.5, abs=1e-9)


def test_the_second_look_learns_what_two_categories_tell_together() -> None:
    drawn = np.random.default_rng(5)
    labels = drawn.integers(0, 3, 900)
    # The first block tells the truth but for one category, which it takes for the next; the second block gives that one away.
    blocks = drawn.normal(0, 0.1, (900, 6))
    blocks[np.arange(900), np.where(labels == 0, 1, labels)] += 1
    blocks[labels == 0, 5] += 0.6
    once = second_look.fitted(blocks, labels, 3, ridge=0.0)
    twice = second_look.fitted(blocks[:600], labels[:600], 3, ridge=1.0)
    assert (once.scores(blocks).argmax(axis=1) == labels).mean() < 0.7
    assert (twice.scores(blocks[600:]).argmax(axis=1) == labels[600:]).mean() > 0.97


def test_without_enough_texts_the_second_look_adds_up_the_blocks() -> None:
    blocks = np.random.default_rng(1).normal(size=(50, 6))
    look = second_look.fitted(blocks, np.arange(50) % 3, 3, ridge=1.0)
    np.testing.assert_allclose(look.scores(blocks), blocks[:, :3] + blocks[:, 3:])


@given(st.integers(0, 1000))
def test_the_second_look_changes_the_first_and_keeps_the_order_of_the_others(seed) -> None:
    drawn = np.random.default_rng(seed)
    blocks, weights = drawn.normal(size=(8, 10)), drawn.normal(size=(11, 5))
    scores, again = SecondLook(weights, 2.0).scores(blocks), blocks @ weights[:-1] + weights[-1]
    np.testing.assert_array_equal(scores.argmax(axis=1), again.argmax(axis=1))
    np.testing.assert_allclose(calibration.lead(scores), calibration.lead(again))
    for row, first in enumerate(again.argmax(axis=1)):
        others = np.delete(blocks[row, :5] + blocks[row, 5:], first)
        np.testing.assert_array_equal(np.argsort(np.delete(scores[row], first)), np.argsort(others))


def test_groups_stay_in_one_fold_and_every_fold_has_every_category() -> None:
    texts, labels = invented(200)
    texts += texts[:40]
    data = evaluation.prepared(texts, labels + labels[:40])
    groups = evaluation.same_content(texts)
    fold_of = evaluation.folds(groups, data.labels, seed=1)
    for group in np.unique(groups):
        assert len(set(fold_of[groups == group])) == 1
    for fold in range(evaluation.FOLDS):
        assert set(data.labels[fold_of == fold]) == {0, 1, 2, 3}


def test_near_duplicates_are_found_through_others_too() -> None:
    first = "村口的路灯坏了三天没有人来修，晚上出门看不见路，老人容易摔倒"
    second = first + "，请尽快派人来看一看"
    third = second + "，我们打过三次电话都没有人接听也没有人答复"
    groups = evaluation.near_duplicates([first, "自来水又停了，什么时候来水", third, second, "", "路"])
    assert groups[0] == groups[3] == groups[2]
    assert len(set(groups)) == 4


def test_what_is_measured_was_not_seen() -> None:
    texts, labels = invented(200)
    data = evaluation.prepared(texts, labels)
    split = Split(evaluation.folds(evaluation.same_content(texts), data.labels, seed=0), 0, 0.95)
    folds = [evaluation.measured_fold(data, split, fold) for fold in range(evaluation.FOLDS)]
    assert all(one.macro_f1 > 0.9 and one.top2 >= one.accuracy for one in folds)
    mixed = evaluation.prepared(texts, random.Random(1).sample(labels, len(labels)))
    chance = [evaluation.measured_fold(mixed, split, fold).macro_f1 for fold in range(evaluation.FOLDS)]
    assert sum(chance) / len(chance) < 0.5
