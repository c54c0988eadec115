"""``minfu evaluate place``: how well places are read, measured on phrases whose answer is known by how they were made."""

import csv
import gzip
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from minfu.kernel.errors import Invalid

if TYPE_CHECKING:  # loaded by the command, once Django is ready
    from minfu.places.evaluation import Tally
    from minfu.places.invented import World

console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
#: Bounds of the whole: right at the first place, wrong although certain, texts a second.
RIGHT, WRONG, PER_SECOND = 0.97, 0.005, 5000


def place(
    county: Annotated[str, typer.Option(help="随附名录的县(6位代码)")] = "350922",
    seed: Annotated[int, typer.Option(min=0, help="造句的种子:同一个种子,同样的句子")] = 1,
    show: Annotated[int, typer.Option(min=0, max=200, help="每类列出几句没读对的")] = 0,
    texts: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="别处的真实来信,csv(可为 .gz):title、content,地名是代号(A市)"
        ),
    ] = None,
) -> None:
    """量一量地点读得准不准、快不快:按名录造句,答案由造句时定下,与读的程序无关。"""
    from minfu.places import evaluation, invented, phrases

    made = invented.world(county, seed)
    every = list(phrases.phrases(made, seed))
    tallies = evaluation.measured(made, every)
    whole = evaluation.together(tallies.values())
    console.print(_table("造出的句子", {**tallies, "合计": whole}))
    foreign = evaluation.measured(made, phrases.foreign_names(made))
    console.print(_table("全国其他村名,前面没有县名", foreign))
    if texts:
        letters = _read(texts)
        console.print(_table("真实来信", evaluation.measured(made, evaluation.carried(made, letters, seed))))
        console.print(_table("别处的来信", evaluation.measured(made, evaluation.uncoded(letters))))
    _failures(made, tallies, show)
    rate = _speed(made, [one.text for one in every])
    good = whole.share_right >= RIGHT and whole.share_wrong_though_sure <= WRONG and rate >= PER_SECOND
    console.print(
        f"要求:第一位读对 ≥ {RIGHT:.0%},认定却错 ≤ {WRONG:.1%},每秒 ≥ {PER_SECOND:,} 段:{'达到' if good else '没有达到'}。"
    )
    if not good:
        raise typer.Exit(1)


def _table(title: str, tallies: dict[str, "Tally"]) -> Table:
    """Return a table of what was counted."""
    table = Table("类别", "句数", "第一位读对", "认定", "认定却错", "网格读对", title=title)
    for name, one in tallies.items():
        grids = f"{one.right_grids}/{one.grids}" if one.grids else ""
        wrong = f"{one.wrong_though_sure} ({one.share_wrong_though_sure:.2%})"
        table.add_row(
            name,
            f"{one.phrases:,}",
            f"{one.share_right:.2%}",
            f"{one.sure / max(one.phrases, 1):.1%}",
            wrong,
            grids,
        )
    return table


def _failures(made: "World", tallies: dict[str, "Tally"], show: int) -> None:
    """Print some phrases of each kind that were not read right."""
    for name, one in tallies.items():
        for phrase, found in one.failures[:show]:
            right = "、".join(made.index.label(code) for code in sorted(phrase.right)) or "没有本县地名"
            read = "、".join(made.index.label(guess.code) for guess in found.guesses[:3]) or "没有"
            console.print(
                f"  [{name}] {phrase.text[:80]} → {read}{'(认定)' if found.sure else ''};应为 {right}",
                markup=False,
            )


def _speed(made: "World", texts: list[str]) -> float:
    """Print texts a second of one core, beside a plain look for every name; return the first."""
    from minfu.places import evaluation, finding

    reading = evaluation.seconds(lambda: [finding.find(text, index=made.index) for text in texts])
    plain = evaluation.seconds(lambda: evaluation.bare_scan(made, texts))
    table = Table("读法", "段/秒(一个核)", title="快不快")
    table.add_row("minfu", f"{len(texts) / reading:,.0f}")
    table.add_row("对照:逐个村名在原文里找(只认原样的村名)", f"{len(texts) / plain:,.0f}")
    console.print(table)
    return len(texts) / reading


def _read(path: Path) -> list[str]:
    """Return the texts (title and content) of a table."""
    csv.field_size_limit(10_000_000)
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    if not rows or "content" not in rows[0]:
        raise Invalid({"texts": [f"{path.name} 里没有 content 列。"]})
    return ["\n".join(filter(None, (row.get("title"), row["content"]))) for row in rows]
