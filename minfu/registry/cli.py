"""``minfu vault``: the keys of the identity vault."""

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from minfu.accounts.actor import system
from minfu.registry import rotation

app = typer.Typer(name="vault", help="身份库密钥:轮换、重新加密、删除旧密钥", no_args_is_help=True)
console = Console(highlight=False)


@app.command()
def rotate() -> None:
    """加一把新密钥,以后都用它加密。不用停机;旧密钥继续用来解密。"""
    name = rotation.rotate(actor=system("command"))
    console.print(f"已启用新密钥 {name}。请立即备份密钥文件,再运行 minfu vault renew。", soft_wrap=True)


@app.command()
def renew() -> None:
    """把旧密钥加密的内容改用新密钥加密。不用停机;中断后可以再次运行。"""
    total = sum(rotation.old_keys().values())
    with Progress(TextColumn("重新加密"), BarColumn(), MofNCompleteColumn(), console=console) as bar:
        task = bar.add_task("", total=total)
        for done in rotation.renew():
            bar.advance(task, done)
    status()


@app.command()
def status() -> None:
    """列出旧密钥,和每把旧密钥还有多少内容要解。"""
    old = rotation.old_keys()
    for name, left in old.items():
        advice = f"还有 {left:,} 条内容由它加密" if left else f"可以删除:minfu vault retire {name}"
        console.print(f"{name}:{advice}", soft_wrap=True)
    if not old:
        console.print("只有一把密钥在用。")


@app.command()
def retire(name: str) -> None:
    """删除一把不再需要的旧密钥。删除后,用它加密的旧备份需要那时的密钥文件才能读。"""
    rotation.retire(name, actor=system("command"))
    console.print(f"已删除密钥 {name}。", soft_wrap=True)
