"""``minfu evaluate place``: what it prints, and that it fails when a bound is missed."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from typer.testing import CliRunner

from minfu.places import evaluation, phrases
from minfu.places.invented import World
from minfu.places.phrases import Phrase
from minfu.site.cli import evaluate, evaluate_place


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask about one village in sixty, and of a few foreign names."""
    every_phrase, every_name = phrases.phrases, phrases.foreign_names

    def some(made: World, seed: int) -> Iterator[Phrase]:
        return every_phrase(made, seed, every=60)

    monkeypatch.setattr(phrases, "phrases", some)
    monkeypatch.setattr(phrases, "foreign_names", lambda made: islice(every_name(made), 50))
    monkeypatch.setattr(evaluation, "seconds", lambda work: 0.001 if work() is not None else 1.0)


def test_it_prints_kinds_and_speed_and_says_whether_the_bounds_are_kept(tmp_path: Path) -> None:
    letters = tmp_path / "letters.csv"
    letters.write_text("title,content\n路灯坏了,请问A3区的路灯什么时候修\n,A市B县都不管\n", encoding="utf-8")
    done = CliRunner().invoke(evaluate.app, ["place", "--texts", str(letters)])
    assert done.exit_code == 0, done.output
    for words in ("繁体", "“我们村”", "合计", "全国其他村名", "换成乡镇和村", "没有本县地名", "对照", "达到"):
        assert words in done.output
    assert "没有达到" not in done.output


def test_a_missed_bound_fails_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluate_place, "RIGHT", 1.01)
    done = CliRunner().invoke(evaluate.app, ["place"])
    assert done.exit_code == 1
    assert "没有达到" in done.output


def test_a_table_without_texts_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    assert CliRunner().invoke(evaluate.app, ["place", "--texts", str(table)]).exit_code != 0
