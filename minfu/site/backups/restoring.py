"""Bringing a backup back, into an installation that holds nothing."""

import shutil
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from minfu.files import disk
from minfu.kernel import pg_programs
from minfu.kernel.pg_account import Trouble
from minfu.kernel.pg_checks import check_server
from minfu.site.backups import archive, keyring, snapshot, tables
from minfu.site.cli.up import UNFINISHED

#: Stands in ``MINFU_HOME`` from the first byte put in place to the last one checked; ``minfu up`` refuses while it is there.
MARK = UNFINISHED
WORK = "restore-work"

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Restored:
    """What was brought back and found equal."""

    made_at: str
    version: str
    tables: int
    rows: int
    files: int
    keys: bool


def restore(source: Path, *, identity: Path | None, without_keys: bool, tell: Tell) -> Restored:
    """Bring back ``source``; the caller holds the installation's lock and the database answers.

    ``Trouble`` before anything is put in place when the target is not empty, the backup is damaged, another county's or a newer
    version's, or the vault's keys are missing. What breaks later leaves the mark: the installation does not start, and restoring
    again begins anew.
    """
    home = Path(settings.MINFU_HOME)
    mark = home / MARK
    if mark.exists():
        tell("上一次恢复没有做完，先清掉它留下的。")
        _clear(home)
    for left in home.glob(f"{WORK}*"):  # of one that was killed
        shutil.rmtree(left, ignore_errors=True)
    _refuse_unless_empty(home)
    work = Path(tempfile.mkdtemp(prefix=WORK, dir=home))
    try:
        with archive.opened(source, identity) as tar:
            about = _about(tar)
            _check(about, without_keys=without_keys)
            tell(f"备份：{about['made_at']}，县 {about['county']}，版本 {about['version']}。正在读出……")
            folders = {top: work / top for top in ("media", snapshot.MODELS, "keys", archive.DUMP)}
            manifest = archive.unpack(tar, folders)
        tell("文件齐全，正在恢复数据库……")
        mark.touch(mode=0o600)
        figures = {name: tables.Table(**table) for name, table in manifest["tables"].items()}
        load(snapshot.url(), work / archive.DUMP, about["dumped_by"], figures)
        _put_files(work, home)
        mark.unlink()
    finally:
        shutil.rmtree(work, ignore_errors=True)
    files = sum(name.startswith("media/") for name in manifest["files"])
    return Restored(
        about["made_at"],
        about["version"],
        len(figures),
        sum(t.rows for t in figures.values()),
        files,
        about["keys"],
    )


def load(url: str, dump: Path, dumped_by: int, figures: dict[str, tables.Table]) -> None:
    """Load a dump into an empty database in one transaction and compare every table; ``Trouble`` when one differs."""
    program = pg_programs.for_restore(check_server(url) // 10000, dumped_by)
    pg_programs.run(
        program, "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges",
        f"--dbname={_database(url)}", str(dump), url=url,
    )  # fmt: skip
    with psycopg.connect(url) as opened:
        wrong = tables.different(figures, dict(tables.read(opened)))
    if wrong:
        raise Trouble(f"恢复后核对不一致：{'、'.join(wrong[:5])}。这次恢复不算数，请换一份备份再恢复一次。")
    with psycopg.connect(url, autocommit=True) as opened:
        opened.execute("ANALYZE")  # a new database knows nothing about its tables yet


def _database(url: str) -> str:
    """Return the database's name: pg_restore wants it on the command line; everything else comes from the environment."""
    return pg_programs.environment(url)["PGDATABASE"]


def _about(tar: tarfile.TarFile) -> dict[str, Any]:
    """Return the archive's head; ``Damaged`` when it is none of ours."""
    try:
        about = archive.json_of(tar, archive.ABOUT)
    except (tarfile.TarError, ValueError) as error:
        raise archive.Damaged("这不是民富的备份。请检查文件名。") from error
    if about.get("format") != snapshot.FORMAT:
        raise Trouble("这份备份由更新的版本制作。请先升级程序，再恢复。")
    return about


def _refuse_unless_empty(home: Path) -> None:
    """Refuse a target that holds anything: a restore never mixes and never replaces."""
    with psycopg.connect(snapshot.url()) as opened:
        there = tables.names(opened)
    kept = (disk.media_root(), home / snapshot.MODELS)
    if there or any(one.is_file() for folder in kept for one in folder.rglob("*")):
        raise Trouble(
            f"这里已经有数据（{home}），没有恢复，也没有改动。请恢复到空的地方：另设 MINFU_HOME,用外部数据库的另建一个空库。"
        )


def _check(about: dict[str, Any], *, without_keys: bool) -> None:
    """Refuse what this installation cannot use."""
    if about["county"] != settings.MINFU_COUNTY:
        raise Trouble(
            f"这是县 {about['county']} 的备份，而本机设置的是 {settings.MINFU_COUNTY}。"
            f"请先把 MINFU_COUNTY 设为 {about['county']}。"
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if set(about["migrations"]) - known:
        raise Trouble(f"这份备份由更新的版本（{about['version']}）制作。请先升级程序，再恢复。")
    path = Path(settings.MINFU_VAULT_KEYS)
    if path.exists() and keyring.lacks(path, about["vault"]):
        raise Trouble(
            f"{path} 不是这份备份的身份库密钥，用它解不开里面的身份信息。请换成当时的密钥文件，或先把它移走。"
        )
    if about["vault"] and not about["keys"] and not path.exists() and not without_keys:
        raise Trouble(
            f"这份备份里没有身份库密钥。请先把当时的密钥文件放到 {path}（权限 600）再恢复。"
            "密钥确实丢了的，加 --without-keys:姓名、电话将永远读不出来。"
        )


def _put_files(work: Path, home: Path) -> None:
    """Put files and keys in their places."""
    if (work / "media").exists():
        shutil.rmtree(disk.media_root(), ignore_errors=True)
        (work / "media").rename(disk.media_root())
    if (work / snapshot.MODELS).exists():
        shutil.rmtree(home / snapshot.MODELS, ignore_errors=True)
        (work / snapshot.MODELS).rename(home / snapshot.MODELS)
    if (work / "keys" / "vault_keys").exists() and not Path(settings.MINFU_VAULT_KEYS).exists():
        shutil.move(work / "keys" / "vault_keys", settings.MINFU_VAULT_KEYS)
    if (work / "keys" / "secret_key").exists():  # ours was made a moment ago and has signed nothing yet
        (work / "keys" / "secret_key").replace(home / "secret_key")


def _clear(home: Path) -> None:
    """Remove what a restore that was not finished left; before it began, all of this was empty."""
    connection.close()
    with psycopg.connect(snapshot.url(), autocommit=True) as opened:
        opened.execute("DROP SCHEMA public CASCADE")
        opened.execute("CREATE SCHEMA public")
    shutil.rmtree(disk.media_root(), ignore_errors=True)
    shutil.rmtree(home / snapshot.MODELS, ignore_errors=True)
    (home / MARK).unlink()
