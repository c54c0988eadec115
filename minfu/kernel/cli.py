"""Commands of the working calendar: ``minfu calendar import`` and ``minfu calendar show``."""

from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from minfu.kernel import record
from minfu.kernel.errors import Refused

app = typer.Typer(name="calendar", help="工作日历：导入放假通知，查看某天是否上班。", no_args_is_help=True)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV：日期,是否上班(1/0),名称")],
    source: Annotated[str, typer.Option(help="依据的文件，例如：国办发明电〔2025〕7号")],
) -> None:
    """导入一年的放假通知；未办结事项的期限随之重新计算，并留下记录。"""
    from minfu.kernel import calendar

    stamp = record.Stamp(kind="system", door="command", label=_("命令行"))
    try:
        done = calendar.import_notice(file.read_bytes(), source=source, stamp=stamp)
    except Refused as refusal:
        for sentence in getattr(refusal, "fields", {}).get("file", [str(refusal.message)]):
            typer.echo(sentence, err=True)
        raise typer.Exit(1) from None
    if not done.new:
        typer.echo(_("这份通知已经导入过，工作日历没有变化。"))
        return
    typer.echo(_("工作日历已更新到第 %(version)d 版，以下日期有变化：") % {"version": done.version})
    for change in done.changes:
        state = _("上班") if change.after else _("放假")
        typer.echo(f"  {calendar.day_text(change.date)} {change.date.year}  {state}  {change.name}")


@app.command()
def show(year: Annotated[int, typer.Argument(min=2000, max=2100, help="年份")]) -> None:
    """列出某年与平常周历不同的日子。"""
    from datetime import date, timedelta

    from minfu.kernel import calendar

    held = calendar.current()
    typer.echo(_("工作日历第 %(version)d 版") % {"version": held.version})
    if held.is_estimated(date(year, 1, 1)):
        typer.echo(_("%(year)d 年的放假通知尚未导入，以下为推算。") % {"year": year})
    day = date(year, 1, 1)
    while day.year == year:
        if held.name(day):
            state = _("上班") if held.is_workday(day) else _("放假")
            typer.echo(f"  {day.isoformat()} {calendar.weekday(day)}  {state}  {held.name(day)}")
        day += timedelta(days=1)
