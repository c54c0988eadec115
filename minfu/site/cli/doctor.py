"""``minfu doctor``: look at everything, say what to do."""

from functools import partial

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from minfu.kernel import doctor as checks


def doctor() -> None:
    """检查配置、数据库、时钟、历史链与后台任务,并说明怎么办。"""
    console = Console(highlight=False)
    wrong = 0
    told: set[str] = set()
    for name in checks.checks():
        with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
            found = list(checks.run(name, partial(report, bar, bar.add_task(name, total=None))))
        for finding in found:
            wrong += not finding.well
            show(console, finding, remedy=finding.remedy not in told)
            told.add(finding.remedy)
    if wrong:
        console.print(f"发现 {wrong} 个问题。")
        raise typer.Exit(1)
    console.print("一切正常。")


def report(bar: Progress, task: TaskID, done: int, total: int) -> None:
    """Move the progress bar of one check."""
    bar.update(task, completed=done, total=total)


def show(console: Console, finding: checks.Finding, *, remedy: bool = True) -> None:
    """Print one finding and, when something is to be done and was not said yet, what."""
    sign = "[green]正常[/green]" if finding.well else "[red]异常[/red]"
    console.print(sign, end=" ")
    console.print(f"{finding.what}:{finding.words}", soft_wrap=True, markup=False)
    if finding.remedy and remedy:
        console.print(f"     → {finding.remedy}", soft_wrap=True, markup=False)
