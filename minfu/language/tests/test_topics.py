"""Topics found while texts come in: what belongs together, what does not, and that nothing costs more as they become many."""

import gzip
import random
import re
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from minfu.kernel.errors import Invalid
from minfu.language import likeness, topics
from minfu.language.heat import heat, oneness
from minfu.language.likeness import alike, marked, marks
from minfu.language.tests.stories import noise, told
from minfu.language.topic_evaluation import Hot, Message, Replayed, against, replay
from minfu.language.topics import Stream
from minfu.site.cli import evaluate_topics

NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)


def _run(texts: list[str], stream: Stream | None = None) -> Stream:
    stream = stream or Stream(first=60)
    for key, one in enumerate(marked(texts)):
        stream.add(key, one)
    return stream


def _by_matter(stream: Stream, rows: list[tuple[str, str]]) -> dict[str, Counter]:
    found: dict[str, Counter] = defaultdict(Counter)
    for key, (_text, matter) in enumerate(rows):
        found[matter][stream.topic_of(key)] += 1
    return found


def test_messages_of_one_matter_come_together_and_others_stay_out() -> None:
    rows = told(600)
    stream = _run([text for text, _matter in rows])
    found = _by_matter(stream, rows)
    main = {matter: counts.most_common(1)[0] for matter, counts in found.items() if matter}
    assert len({topic for topic, _times in main.values()}) == 3
    for matter, (topic, times) in main.items():
        assert times >= 0.9 * sum(found[matter].values())
        strangers = [key for key in stream.members(topic) if rows[key][1] != matter]
        assert len(strangers) <= 0.05 * len(stream.members(topic))
    # Those that tell of nothing others do are mostly alone.
    assert max(found[""].values()) <= 10


def test_nothing_of_the_future_is_used() -> None:
    rows = [text for text, _matter in told(400)]
    whole, part = Stream(first=60), Stream(first=60)
    placed = []
    for key, one in enumerate(marked(rows)):
        placed.append(whole.add(key, one))
    for key, one in enumerate(marked(rows[:300])):
        assert part.add(key, one) == placed[key]


def test_every_text_is_in_one_topic_and_what_changed_is_told() -> None:
    stream = Stream(first=60)
    known: dict[int, int] = {}
    for key, one in enumerate(marked([text for text, _matter in told(500, seed=4)])):
        known.update(stream.add(key, one).changed)
    assert known == {key: stream.topic_of(key) for key in range(500)}
    members = [key for topic in stream.topics() for key in stream.members(topic)]
    assert sorted(members) == list(range(500))


def test_the_same_text_twice_is_remembered_once() -> None:
    stream = _run([text for text, _matter in told(100)])
    again = stream.add(5, marks("另一段文字"))
    assert again.changed == {}
    assert again.topic == stream.topic_of(5)


def test_what_people_had_a_hand_in_is_left_as_they_left_it() -> None:
    rows = told(600)
    texts = marked([text for text, _matter in rows])
    stream = Stream(first=60)
    for key, one in enumerate(texts[:300]):
        stream.add(key, one)
    counts = _by_matter(stream, rows[:300])
    topic = counts["车位"].most_common(1)[0][0]
    # Somebody takes half of a topic out into one of its own.
    half = stream.members(topic)[::2]
    other = Stream(first=60)
    for key, one in enumerate(texts[:300]):
        other.restore(key, one, 900_000 if key in half else stream.topic_of(key))
    other.kept |= {900_000, topic}
    stays = set(other.members(topic))
    for key, one in enumerate(texts[300:], 300):
        other.add(key, one)
    assert set(half) <= set(other.members(900_000))
    assert stays <= set(other.members(topic))
    # New ones still join one of the two.
    assert len(other.members(900_000)) + len(other.members(topic)) > len(half) + len(stays) + 5


def test_restored_it_goes_on_as_if_it_had_never_stopped() -> None:
    texts = marked([text for text, _matter in told(500)])
    never, stopped = Stream(first=60), Stream(first=60)
    for key, one in enumerate(texts[:400]):
        never.add(key, one)
    for key, one in enumerate(texts[:400]):
        stopped.restore(key, one, never.topic_of(key))
    for key, one in enumerate(texts[400:], 400):
        never.add(key, one)
        stopped.add(key, one)

    def groups(stream: Stream) -> set[frozenset[int]]:
        return {frozenset(stream.members(topic)) for topic in stream.topics()}

    assert len(groups(never) ^ groups(stopped)) <= 0.05 * len(groups(never))


def test_memory_does_not_grow_and_the_oldest_are_forgotten(monkeypatch) -> None:
    monkeypatch.setattr(topics, "HELD", 128)
    rows = told(500)
    stream = _run([text for text, _matter in rows])
    assert stream.topic_of(0) is None
    assert stream.topic_of(499) is not None
    assert sum(len(stream.members(topic)) for topic in stream.topics()) == 128
    found = _by_matter(stream, rows)
    assert found["校车"].most_common(2)[0][1] > 5


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "路",
        "👍",
        "路" * 100_000,
        "搅拌站" * 30_000,
        "<" * 50_000,
        "&amp;" * 20_000,
        "The lamp is broken",
        "床前明月光\n疑是地上霜",
    ],
)
def test_odd_texts_are_placed_without_error(text) -> None:
    stream = _run([*(row for row, _matter in told(120)), text, text])
    assert stream.topic_of(120) is not None
    assert len(marks(text)) <= 2 * likeness.MOST_READ + 200


@settings(max_examples=30)
@given(st.lists(st.text(max_size=60), max_size=12))
def test_any_texts_are_marked_alike_one_by_one_and_together(texts) -> None:
    together = marked(texts)
    for text, one in zip(texts, together, strict=True):
        alone = marks(text)
        np.testing.assert_array_equal(alone.ids, one.ids)
        np.testing.assert_allclose(alone.amounts, one.amounts)
    for share in alike(marks("路灯不亮"), together):
        assert 0 <= share <= 1.001


def test_a_copy_is_alike_a_stranger_is_not_and_the_place_all_share_tells_nothing() -> None:
    drawn = random.Random(5)
    others = [f"际头村{noise(drawn, one)}" for one in range(40)]
    copy = "际头村文化楼后面的公厕堵了，臭得很"
    shares = alike(
        marks(copy), marked([*others, "際頭村文化樓後面公廁堵住了，好臭", "际头村文化楼前的路灯不亮"])
    )
    assert shares[-2] == shares.max()
    assert shares[-2] > 0.3
    assert shares[-2] > 2 * max(shares[:40])


def test_heat_counts_people_not_messages_and_a_broad_theme_less() -> None:
    text = [one for one, matter in told(900, share=0.5, seed=2) if matter == "车位"]
    filler = [noise(random.Random(7), one) for one in range(300)]
    rows = [(body, f"p{at}") for at, body in enumerate(filler)]
    one_person = [(body, "same") for body in text[:60]]
    many = [(body, f"q{at}") for at, body in enumerate(text[60:72])]
    for rows_of, people in ((rows + one_person, 1), (rows + many, 10)):
        messages = [
            Message(at, who, NOON + timedelta(minutes=at), body) for at, (body, who) in enumerate(rows_of)
        ]
        found = replay(messages)
        hottest = max((hot.people for hot in found.hot), default=0)
        assert (hottest >= people) == (people > 1)


def test_a_broad_theme_is_colder_than_one_matter_and_a_stranger_counts_for_itself() -> None:
    assert heat(10, oneness([0.08] * 10)) < heat(3, oneness([0.4] * 3))
    copies, stranger = oneness([0.5, 0.5, 0.05]), oneness([0.3, 0.3, 0.3])
    assert copies < 0.7 < stranger
    assert oneness([0.0, -0.01]) < 0.01
    assert oneness([1.0, 1.0]) > 0.99


def test_an_earlier_text_comes_over_to_where_more_speak_for_it() -> None:
    assert topics._backing([0.4]) < topics._backing([0.39, 0.34, 0.3])
    assert topics._backing([]) == 0


def test_found_is_compared_with_what_people_listed() -> None:
    rows = told(500)
    messages = [
        Message(at, f"p{at}", NOON + timedelta(minutes=at), text) for at, (text, _matter) in enumerate(rows)
    ]
    later = [at for at, (_text, matter) in enumerate(rows) if matter == "校车" and at > 320]
    found = replay(list(reversed(messages)))
    listed = {"校车": {**dict.fromkeys(later, 2), 10_000: 1}, "没有的": {10_001: 3}}
    first, second = against(found, listed)
    assert first.wanted == len(later)
    assert first.recall >= 0.9
    assert second.wanted == second.size == 0


def test_the_command_says_what_was_found(tmp_path) -> None:
    rows = told(700, share=0.1)
    stream = ["message_id,user,time,title,content"]
    for at, (text, _matter) in enumerate(rows):
        title, body = text.split("\n")
        stream.append(f"{at},p{at % 50},{(NOON + timedelta(hours=at)).replace(tzinfo=None)},{title},{body}")
    (tmp_path / "stream.csv.gz").write_bytes(gzip.compress("\n".join(stream).encode()))
    listed = [f"校车,{at},2" for at, (_text, matter) in enumerate(rows) if matter == "校车" and at > 300]
    (tmp_path / "hot_consensus.csv").write_text("\n".join(["issue,message_id,n_teams", *listed]))
    told_of = CliRunner().invoke(evaluate_topics_app(), ["--data", str(tmp_path)])
    assert told_of.exit_code == 0, told_of.output
    assert "校车" in told_of.output
    found = re.search(r"\((\d+)/(\d+)\)", told_of.output)
    assert found
    assert int(found[2]) == len(listed)
    assert int(found[1]) >= len(listed) - 1
    assert "两人盲读过 0 个" in told_of.output
    (tmp_path / "hot_consensus.csv").unlink()
    refused = CliRunner().invoke(evaluate_topics_app(), ["--data", str(tmp_path)])
    assert isinstance(refused.exception, Invalid)


def test_a_verdict_belongs_to_a_topic_by_its_messages(tmp_path, capsys) -> None:
    hot = [Hot(1, 5.0, 5, (1, 2, 3)), Hot(2, 4.0, 4, (4, 5)), Hot(3, 3.0, 3, (6, 7, 8))]
    verdicts = tmp_path / "read.csv"
    verdicts.write_text("message_ids,reader_1,reader_2\n3 1 2,yes,yes\n5 4,yes,no\n6 7,yes,yes")
    evaluate_topics._hottest(Replayed({}, hot, 0, 0), evaluate_topics._verdicts(verdicts))
    told_of = capsys.readouterr().out.replace("\n", "")
    assert "两人盲读过 2 个，没有读过 1 个" in told_of
    assert "第一人 2 个，第二人 1 个，两人都说是的 1 个；两人判断相同的 1 个" in told_of
    verdicts.write_text("message_ids,reader_1,reader_2\n1 2,yes,maybe")
    with pytest.raises(Invalid):
        evaluate_topics._verdicts(verdicts)


def evaluate_topics_app() -> typer.Typer:
    app = typer.Typer()
    app.command()(evaluate_topics.topics)
    return app
