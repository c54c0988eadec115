"""``minfu learn``: the county's own category model, from demands that were confirmed."""

from typing import Annotated

import typer
from rich.console import Console

from minfu.cases import door

console = Console(highlight=False)


def learn(*, back: Annotated[bool, typer.Option("--back", help="换回上一版,不学习")] = False) -> None:
    """从办结并确认过的诉求里学习类别。新的一版读得不比现在的差,才会启用。"""
    if back:
        number = door.take_back_categories()
        if number is None:
            console.print("没有更早的版本可以换回。", style="red")
            raise typer.Exit(1)
        console.print(f"已换回第 {number} 版,几秒钟内各处生效。")
        return
    done = door.learn_categories()
    if not done.version:
        console.print(
            f"可以学习的诉求还太少:{done.learned_from:,} 件,{done.categories} 个类别;用来比较的 {done.tested:,} 件。"
            "继续按类别树的关键词提示。"
        )
        return
    console.print(
        f"从 {done.learned_from:,} 件诉求学习了 {done.categories} 个类别,存为第 {done.version} 版。"
    )
    console.print(
        f"在 {done.tested:,} 件谁也没有学过的诉求上,新的读对 {done.right:.1%},原来的读对 {done.before:.1%}。"
    )
    console.print("已启用,几秒钟内各处生效。" if done.used else "新的不如原来的,没有启用。")
