"""``minfu backup``, ``backup-key``, ``restore`` and ``upgrade``."""

from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings

from minfu.kernel.pg_account import Trouble
from minfu.site import supervisor
from minfu.site.backups import making, restoring, upgrading


def backup(
    target: Annotated[Path, typer.Argument(help="放备份的目录,或一个还没有的文件名")],
    *,
    encrypt: Annotated[
        bool, typer.Option("--encrypt", help="用 MINFU_BACKUP_KEY 加密,连同密钥一起备份")
    ] = False,
    keep: Annotated[int, typer.Option(min=0, help="目录里只留最新的几份,其余删去;0 为不删")] = 0,
) -> None:
    """备份数据库、附件和学到的模型(运行中也可以)。加密的连密钥一起;不加密的不含密钥。"""
    made = making.make(target, encrypt=encrypt)
    typer.echo(
        f"已备份到 {made.path}({made.bytes / 2**20:.1f} MB):{made.tables} 张表 {made.rows} 行,{made.files} 个附件。"
    )
    if made.encrypted:
        typer.echo("已加密,密钥也在里面。没有备份密钥文件,谁也打不开,请确认它在别处保管好。")
    else:
        typer.echo(
            f"里面没有身份库密钥。请另外保管 {settings.MINFU_VAULT_KEYS}:没有它,姓名和电话读不出来;不要和备份放在一起。"
        )
    if keep and target.is_dir():
        for path in making.forget_old(target, keep):
            typer.echo(f"已删去旧的 {path.name}")


def backup_key(
    file: Annotated[Path, typer.Argument(help="新密钥写到哪个文件(还没有的)")],
) -> None:
    """生成加密备份用的一对密钥:私钥写进文件,公钥显示在屏幕上。"""
    public = making.make_key(file)
    typer.echo(
        f"私钥在 {file}。请拿到别的地方保管(也可以打印出来),服务器上不要留:丢了它,加密的备份就打不开了。"
    )
    typer.echo("然后把这一行加到设置里:")
    typer.echo(f"MINFU_BACKUP_KEY={public}")


def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="备份文件")],
    *,
    key: Annotated[Path | None, typer.Option("--key", help="备份密钥文件(加密的备份要用)")] = None,
    without_keys: Annotated[
        bool, typer.Option("--without-keys", help="身份库密钥确实丢了:照样恢复,姓名、电话读不出来")
    ] = False,
) -> None:
    """把备份恢复到空的地方;逐表、逐文件核对。已有数据的,一概不动。"""
    try:
        lock = supervisor.hold(settings.MINFU_HOME)
    except supervisor.AlreadyRunning:
        raise Trouble("民富正在运行。请先停止,再恢复。") from None
    with lock:
        done = restoring.restore(file, identity=key, without_keys=without_keys, tell=typer.echo)
    typer.echo(
        f"已恢复 {done.made_at} 的备份:{done.tables} 张表 {done.rows} 行,{done.files} 个附件,逐表、逐文件核对无误。"
    )
    typer.echo("请启动(make up),再运行 minfu doctor。")


def upgrade(
    folder: Annotated[
        Path | None, typer.Argument(help="升级前的备份放在哪个目录;默认 MINFU_HOME/backups")
    ] = None,
) -> None:
    """升级数据库:检查、备份、在副本上试、再改。没做成的,数据库不变,原来的版本照常运行。"""
    try:
        done = upgrading.upgrade(folder or Path(settings.MINFU_HOME) / "backups", tell=typer.echo)
    except upgrading.NotUpgraded as trouble:
        raise Trouble(f"{trouble}\n数据库没有改动,原来的版本照常运行。") from None
    if not done.changes:
        typer.echo("数据库与程序一致,没有要升级的。")
        return
    typer.echo(
        f"数据库已升级({len(done.changes)} 个变更)。请马上用新版本重新启动。升级前的备份:{done.backup}"
    )
