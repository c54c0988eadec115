"""``minfu cases``: import and export on the command line."""

import csv
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from minfu.accounts.actor import Actor, system
from minfu.accounts.models import Role
from minfu.cases import rights
from minfu.cases.importers import DEMANDS
from minfu.cases.rules import importing, lists, search_entries, search_pairs
from minfu.files.sheets import csv_lines, write_xlsx
from minfu.files.sheets.reading import TITLE_ROWS
from minfu.kernel import listings, record
from minfu.kernel.errors import Invalid
from minfu.tables import choices, headers, layouts, writing
from minfu.tables.events import EXPORTED

app = typer.Typer(help="诉求的导入和导出", no_args_is_help=True)
console = Console(highlight=False)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="xlsx、xls 或 csv(可为 .gz)")],
    source: Annotated[str, typer.Option(help="数据来源,例如“12345热线”")] = "",
    report: Annotated[Path | None, typer.Option(help="错误报告写到哪个 csv 文件")] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            help="哪一列是什么,例如 --map 来电内容=description;不导入的写 标题=-。导入后记住;--map - 忘记",
        ),
    ] = None,
    title_row: Annotated[int | None, typer.Option(min=1, max=TITLE_ROWS, help="标题在第几行")] = None,
    *,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="跳过有问题的行,导入其余各行")] = False,
    show_map: Annotated[bool, typer.Option("--show-map", help="只看每一列可能是什么,不导入")] = False,
) -> None:
    """导入一张诉求表。默认要么全部导入,要么一行也不导入;重复导入不会新增。"""
    data, actor = file.read_bytes(), system("import")
    row = title_row - 1 if title_row else None
    with _refusals():
        if show_map:
            _show_map(layouts.look(actor, DEMANDS, data, row))
            return
        if map_ == [choices.IGNORED]:
            layouts.forget_titles(actor, DEMANDS, data)
            map_ = None
        columns = layouts.told(actor, DEMANDS, data, map_ or [], row)
    if columns and columns.layout:
        console.print("每一列是什么,按上次的对应关系:" + "、".join(choices.words_of(columns.chosen)))
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console
    ) as bar:
        task = bar.add_task("正在读取")
        with _refusals(hint=columns is None):
            outcome = importing.import_table(
                actor=actor,
                data=data,
                source=source or file.name,
                skip_bad=skip_bad,
                progress=lambda done: bar.update(task, description=f"已处理 {done:,} 行"),
                columns=columns.chosen if columns else None,
            )
    _say(outcome, report or file.with_suffix(".errors.csv"))
    if outcome.faults and not skip_bad:
        raise typer.Exit(1)
    if columns and map_:
        layouts.remember(actor, DEMANDS, columns.chosen)
        console.print("已记住每一列是什么,下次同样标题的表格不用再写 --map。")


@contextmanager
def _refusals(*, hint: bool = False) -> Iterator[None]:
    """Say what was refused and end; with ``hint`` how a table of another system is looked at."""
    try:
        yield
    except Invalid as refusal:
        console.print("\n".join(refusal.sentences()), style="red")
        if hint:
            console.print("别的系统导出的表:先用 --show-map 看每一列可能是什么,再用 --map 说明。")
        raise typer.Exit(1) from None


def _show_map(told: headers.Look) -> None:
    """Print what each column probably is, and the options that say so."""
    console.print(f"标题在第 {told.title_row + 1} 行。")
    shown = Table("列", "标题", "样例", "可能是", "为什么")
    for one in told.guesses:
        shown.add_row(one.letter, one.said, "\n".join(one.samples), importing.title_of(one.key), one.how)
    console.print(shown)
    words = [f"--map {shlex.quote(word)}" for word in choices.words_of(told.chosen(told.proposed))]
    console.print("照这样导入,加上:" + " ".join(words), soft_wrap=True)


def _say(outcome: importing.Outcome, report: Path) -> None:
    console.print(
        f"共 {outcome.rows:,} 行:导入 {outcome.imported:,} 行,以前已导入 {outcome.known_before:,} 行,"
        f"有问题 {outcome.bad_rows:,} 行。"
    )
    if outcome.unknown_titles:
        console.print(f"没有用到的列:{'、'.join(outcome.unknown_titles)}")
    if outcome.repairs:
        console.print(f"修复了 {len(outcome.repairs):,} 处文字(原文随诉求保存):")
        for repair in outcome.repairs[:10]:
            console.print(f"第 {repair.row} 行,{repair.column}:{repair.sentence}")
    if not outcome.faults:
        return
    with report.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["行", "列", "问题"])
        writer.writerows((fault.row, fault.column, fault.sentence) for fault in outcome.faults)
    for fault in outcome.faults[:10]:
        console.print(f"第 {fault.row} 行,{fault.column}:{fault.sentence}", style="yellow")
    console.print(f"全部问题见 {report}")


@app.command("export")
def export(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="写到哪个文件(.xlsx 或 .csv)")],
    scope: Annotated[str, typer.Option(help="哪个列表:" + "、".join(lists.SCOPES))] = "all",
) -> None:
    """导出诉求(不含反映人信息)。"""
    actor, listing = _exporter(), listings.get("cases.inbox")
    rows = writing.cells(listing, listing.rows(actor, {"scope": scope}), actor)
    head = writing.titles(listing, personal=False)
    if file.suffix == ".csv":
        with file.open("w", encoding="utf-8", newline="") as out:
            out.writelines(csv_lines(head, rows))
    else:
        with file.open("wb") as out_file:
            write_xlsx(out_file, head, rows, name="诉求")
    record.alone(
        "export", record.Fact(EXPORTED, {"list": listing.name, "asked": {"scope": scope}}), actor.stamp
    )
    console.print(f"已导出到 {file}")


@app.command("index")
def index() -> None:
    """把全部诉求重新编入查找(从新到旧)。平时由后台任务自动进行,一般不用运行。"""
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console
    ) as bar:
        task = bar.add_task("正在编入")
        made = search_entries.make_anew(lambda done: bar.update(task, description=f"已编入 {done:,} 件"))
    search_entries.keep_up()
    learned = search_pairs.learn()
    console.print(f"已编入 {made:,} 件,从中学到 {learned:,} 个常用词对(用于拼音和首字母)。")


def _exporter() -> Actor:
    """Return the county's own hand at the server: sees the county, no personal data rides in an export."""
    return Actor(
        kind="staff",
        door="command",
        label="命令行",
        role=Role.AUDITOR,
        area="",
        rights=frozenset({rights.VIEW, rights.EXPORT}),
    )
