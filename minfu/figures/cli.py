"""``minfu figures``: count everything anew from the history."""

from typing import Annotated

import psutil
import typer
from rich.console import Console
from rich.progress import Progress

from minfu.figures.rules import feed

app = typer.Typer(help="指标：从办理记录重新统计", no_args_is_help=True)
console = Console(highlight=False)


@app.callback()
def _group() -> None:
    """指标。"""


@app.command()
def rebuild(
    hands: Annotated[int, typer.Option(min=0, max=32, help="同时用几个数据库连接,默认等于处理器核数")] = 0,
) -> None:
    """从办理记录重新统计全部指标。期间指标照常可看,统计完一次换上。"""
    with Progress(console=console) as bar:
        task = bar.add_task("读办理记录")
        number = feed.rebuild(
            hands=hands or psutil.cpu_count() or 1,
            told=lambda done, of: bar.update(task, completed=done, total=of),
        )
    console.print(f"已重新统计,共 {number:,} 条计入数字的记录。")
