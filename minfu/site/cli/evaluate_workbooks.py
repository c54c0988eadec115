"""``minfu evaluate workbooks``: how well forms from above are read, measured on invented forms with answers written by hand."""

from typing import Annotated

import typer
from rich.table import Table

from minfu.site.cli.evaluate import console


def workbooks(*, show: Annotated[bool, typer.Option(help="列出每一格没读对的")] = False) -> None:
    """量一量上级报表读得准不准:表是造的,每一格的答案由人写定,与读的程序无关。"""
    from minfu.workbooks import door

    tallies = door.trial()
    table = Table("表", "要填的格", "读对", "其中系统有数的", "认定", "认定却错", title="造出的表")
    for one in tallies:
        table.add_row(
            one.name,
            str(one.cells),
            str(one.right),
            str(one.known),
            str(one.sure),
            str(one.wrong_though_sure),
        )
    cells, right = sum(one.cells for one in tallies), sum(one.right for one in tallies)
    wrong = sum(one.wrong_though_sure for one in tallies)
    known, sure = sum(one.known for one in tallies), sum(one.sure for one in tallies)
    table.add_row(f"合计 {len(tallies)} 张", str(cells), str(right), str(known), str(sure), str(wrong))
    console.print(table)
    if show:
        for one in tallies:
            for line in one.wrong:
                console.print(f"{one.name}:{line}", markup=False)
    good = right >= door.LEAST_RIGHT * cells and not wrong
    console.print(
        f"读对 {right / cells:.1%};要求 ≥ {door.LEAST_RIGHT:.0%},认定的没有错:{'达到' if good else '没有达到'}。"
    )
    if not good:
        raise typer.Exit(1)
