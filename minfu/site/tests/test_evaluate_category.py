"""``minfu evaluate category`` prints how right and how fast reading is, and what each part of the method contributes."""

import csv
import gzip
from pathlib import Path

import pytest
from typer.testing import CliRunner

from minfu.language.tests.invented import invented
from minfu.site.cli import evaluate


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """A table of invented demands with known categories, as a county would bring one."""
    path = tmp_path / "asked.csv.gz"
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["title", "content", "level1"])
        for text, label in zip(*invented(80), strict=True):
            table.writerow([*text.split("\n"), label])
        table.writerow(["没有类别的", "不算", ""])
    return path


def test_everything_is_printed_to_the_end(asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluate, "_SPEED_TEXTS", 200)
    monkeypatch.setattr(evaluate, "_SINGLES", 20)
    few = dict(list(evaluate._WITHOUT.items())[:2])
    monkeypatch.setattr(evaluate, "_WITHOUT", few)
    done = CliRunner().invoke(evaluate.app, ["category", "--data", str(asked), "--seeds", "1"])
    assert done.exit_code == 0, done.output
    assert "80 段文字,4 个类别;5 折 × 1 次" in done.stdout
    for title in ("准不准", "快不快", "各部分的贡献", "近似的在同一折", "+0.0000", *few):
        assert title in done.stdout
    assert done.stderr.count("5/5 折") == 2 + len(few)


def test_a_table_without_the_column_is_refused_in_a_sentence(asked: Path) -> None:
    done = CliRunner().invoke(evaluate.app, ["category", "--data", str(asked), "--label", "level9"])
    assert done.exit_code == 1
    assert "level9" in str(done.exception)
