"""``minfu evaluate``: how well texts are read, measured on texts with known answers. Needs no database."""

import csv
import gzip
import io
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from minfu.kernel.errors import Invalid
from minfu.language import calibration, evaluation, side_by_side, training
from minfu.language.evaluation import Measured, Speed, Split
from minfu.site.cli import evaluate_place

app = typer.Typer(name="evaluate", help="在已知答案的文字上,量一量读得准不准", no_args_is_help=True)
app.command("place")(evaluate_place.place)
console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
progress = Console(highlight=False, stderr=True)

#: What each part of the method contributes: the method without it.
_WITHOUT = {
    "一篇里重复的字串,有几次算几次": replace(training.STANDARD, power=1.0),
    "标题(开头)不单独看": replace(training.STANDARD, lead=0.0),
    "不看字串集中在哪些类别": replace(training.STANDARD, entropy=0.0),
    "标题和正文的得分只相加,不再一起看": replace(training.STANDARD, ridge=0.0),
    "不怀疑只见过几次的字串": replace(training.STANDARD, doubt=0.0),
    "只出现一次的字串也算": replace(training.STANDARD, least_texts=1),
    "只出现两次的字串不算": replace(training.STANDARD, least_texts=3),
}
_SPEED_TEXTS, _SINGLES = 4000, 1000
_SAME, _NEAR = "内容相同的在同一折", "近似的在同一折"


@app.command("category")
def category(
    data: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="csv(可为 .gz):title、content 和类别列")
    ],
    label: Annotated[str, typer.Option(help="类别列的列名")] = "level1",
    seeds: Annotated[int, typer.Option(min=1, max=20, help="每种分法重复几次")] = 3,
    precision: Annotated[float, typer.Option(min=0.8, max=0.999, help="自动选定时要求的准确率")] = 0.98,
    *,
    parts: Annotated[bool, typer.Option(help="逐一去掉方法的各部分,看各贡献多少")] = True,
) -> None:
    """量一量类别读得准不准:五折交叉,所有选择都在训练部分里做出。"""
    texts, labels = _read(data, label)
    prepared = evaluation.prepared(texts, labels)
    console.print(f"{len(texts):,} 段文字,{len(prepared.names)} 个类别;{evaluation.FOLDS} 折 × {seeds} 次。")
    same, near = evaluation.same_content(texts), evaluation.near_duplicates(texts)
    with side_by_side.workers(prepared) as workers:
        found = workers.measured(
            {
                f"{name},第 {seed + 1} 次": Split(
                    evaluation.folds(groups, prepared.labels, seed), seed, precision
                )
                for name, groups in ((_SAME, same), (_NEAR, near))
                for seed in range(seeds)
            },
            _progress(),
        )
        _right(
            {name: [found[f"{name},第 {seed + 1} 次"] for seed in range(seeds)] for name in (_SAME, _NEAR)}
        )
        console.print(
            f"近似的文字:{_in_groups(near):,} 段。±:各折之间的标准差;校准误差按每次五折合在一起算。"
        )
        _fast(workers.speed(_SPEED_TEXTS, _SINGLES))
        if parts:
            split = Split(evaluation.folds(same, prepared.labels, 0), 0, precision)
            without = {name: replace(split, method=method) for name, method in _WITHOUT.items()}
            whole = {"全部": found[f"{_SAME},第 1 次"]}
            _contributions(whole | workers.measured(without, _progress()))


def _right(found: Mapping[str, Sequence[list[Measured]]]) -> None:
    """Print how right the answers are in each way to split."""
    table = Table(
        "分组",
        "宏平均 F1",
        "准确率",
        "前两位",
        "自动选定",
        "其准确率",
        "校准误差",
        "训练(秒)",
        title="准不准",
    )
    for name, seeds in found.items():
        table.add_row(name, *_figures(seeds))
    console.print(table)


def _read(path: Path, label: str) -> tuple[list[str], list[str]]:
    """Return texts (title and content) and labels; rows without either are passed over."""
    csv.field_size_limit(10_000_000)
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    if not rows or label not in rows[0] or "content" not in rows[0]:
        raise Invalid({"data": [f"{path.name} 里没有 content 和 {label} 两列。"]})
    told = [
        ("\n".join(filter(None, (row.get("title"), row["content"]))), row[label])
        for row in rows
        if row[label]
    ]
    return [text for text, _label in told], [name for _text, name in told]


def _progress() -> Callable[[str, int], None]:
    """Return what says how far it is, beside the result (on the error output)."""
    begin = time.monotonic()

    def done(name: str, folds: int) -> None:
        progress.print(f"{name}:{folds}/{evaluation.FOLDS} 折,{time.monotonic() - begin:.0f} 秒")

    return done


def _figures(seeds: Sequence[list[Measured]]) -> list[str]:
    """Return the cells of one line: what all folds of all seeds showed."""
    errors = [
        calibration.error(
            np.concatenate([fold.told for fold in folds]), np.concatenate([fold.right for fold in folds])
        )
        for folds in seeds
    ]
    found = [fold for folds in seeds for fold in folds]
    return [
        _spread([one.macro_f1 for one in found]),
        _spread([one.accuracy for one in found]),
        _spread([one.top2 for one in found]),
        _spread([one.coverage for one in found], digits=3),
        _spread([one.precision for one in found]),
        _spread(errors),
        _spread([one.training_seconds for one in found], digits=1),
    ]


def _spread(values: Sequence[float], digits: int = 4) -> str:
    if len(values) == 1:
        return f"{values[0]:.{digits}f}"
    return f"{statistics.mean(values):.{digits}f} ± {statistics.stdev(values):.{digits}f}"


def _in_groups(groups: np.ndarray) -> int:
    sizes = np.bincount(groups)
    return int(sizes[sizes > 1].sum())


def _fast(speed: Speed) -> None:
    """Print how fast one core learns and reads."""
    table = Table(
        "训练全部(秒)",
        f"每批 {evaluation.BATCH} 段(段/秒)",
        "一段一段(段/秒)",
        "模型(MB)",
        title="快不快(一个核)",
    )
    table.add_row(
        f"{speed.learning:.1f}", f"{speed.batches:,.0f}", f"{speed.singles:,.0f}", f"{speed.megabytes:.1f}"
    )
    console.print(table)


def _contributions(shown: Mapping[str, list[Measured]]) -> None:
    """Print what is lost without each part of the method (one seed); the first line is what all parts together showed."""
    table = Table(
        "方法",
        "宏平均 F1",
        "差",
        "自动选定",
        "其准确率",
        "前两位",
        "校准误差",
        title="各部分的贡献(内容相同的在同一折,一次)",
    )
    whole = statistics.mean(one.macro_f1 for one in next(iter(shown.values())))
    for name, found in shown.items():
        f1, _accuracy, top2, alone, precise, error, _seconds = _figures([found])
        lost = statistics.mean(one.macro_f1 for one in found) - whole
        table.add_row(name, f1, f"{lost:+.4f}", alone, precise, top2, error)
    console.print(table)
