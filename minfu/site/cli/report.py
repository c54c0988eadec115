"""``minfu report``: reports as files, without a browser."""

from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.db import transaction
from rich.console import Console

from minfu.documents import door as documents
from minfu.kernel import clock
from minfu.kernel.errors import Refused
from minfu.site.demo import halfyear as invented
from minfu.site.demo import staff

app = typer.Typer(name="report", help="写成文件的报告", no_args_is_help=True)
console = Console(highlight=False)


@app.callback()
def _group() -> None:
    """写成文件的报告。"""


@app.command()
def halfyear(
    area: Annotated[str, typer.Option(help="乡镇的代码,例如 610422102")],
    out: Annotated[Path, typer.Option(file_okay=False, help="写到哪个文件夹,没有就新建")],
    period: Annotated[str, typer.Option(help="哪个半年,例如 2026-H1;默认是上一个半年")] = "",
    signer: Annotated[str, typer.Option(help="签发人;默认是乡镇领导")] = "",
    seed: Annotated[
        int | None, typer.Option(help="只用于演示系统:先给这个乡镇编上一个半年的诉求,同一个数编得一样")
    ] = None,
) -> None:
    """把一个乡镇的半年工作报告写成 Word、PDF 和 OFD 三个文件。数都取自办理记录;写出来的是草稿。"""
    if seed is not None:
        _invent(area, seed)
    when = period or invented.last_half(clock.today()).key
    made = documents.files("halfyear", area, when, signer=signer)
    out.mkdir(parents=True, exist_ok=True)
    for name, data in made.items():
        (out / name).write_bytes(data)
        console.print(str(out / name), soft_wrap=True)


def _invent(area: str, seed: int) -> None:
    """Play a half-year of a township; only where the demo's people are, so that no invented demand gets among real ones."""
    if not staff.known():
        raise Refused("这里没有装演示数据,不能编造诉求。请在 minfu demo 的系统里用 --seed,或者去掉 --seed。")
    if invented.is_there(area):
        console.print("这个乡镇的半年已经编过,就用原来的。")
        return
    with console.status("正在编造半年的诉求……"), transaction.atomic():
        number = invented.load(staff.County.of(settings.MINFU_COUNTY), area, seed=seed)
    console.print(f"编了 {number} 件诉求(虚构)。")
