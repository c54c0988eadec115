"""``minfu doctor``: look at everything, say what to do."""

import typer
from rich.console import Console

from minfu.kernel import doctor as checks


def doctor() -> None:
    """检查配置、数据库、时钟、历史链与后台任务,并说明怎么办。"""
    console = Console(highlight=False)
    wrong = 0
    for finding in checks.findings():
        wrong += not finding.well
        sign = "[green]正常[/green]" if finding.well else "[red]异常[/red]"
        console.print(f"{sign} {finding.what}:{finding.words}", soft_wrap=True)
        if finding.remedy:
            console.print(f"     → {finding.remedy}", soft_wrap=True, markup=False)
    if wrong:
        console.print(f"发现 {wrong} 个问题。")
        raise typer.Exit(1)
    console.print("一切正常。")
