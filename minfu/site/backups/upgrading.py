"""Upgrading: the new version tries itself on a copy before it touches the database of the one that runs."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from minfu.kernel import doctor, postgres
from minfu.kernel.errors import Refused
from minfu.kernel.pg_account import Trouble
from minfu.site import health, supervisor
from minfu.site.backups import making, migrating, restoring, snapshot

#: Folder under ``MINFU_HOME`` of the copy an upgrade is tried on. Short: its socket's path must fit.
TRIAL = "try"
#: Seconds to wait for tables that the running version uses, several times over.
LOCK_SECONDS = 3
#: How many changes are named.
NAMED = 5
#: What must be well before an upgrade begins, and on the copy afterwards.
BEFORE, AFTERWARDS = ("数据库", "身份库", "磁盘"), ("数据库", "历史", "身份库", "数据表")

Tell = Callable[[str], None]


class NotUpgraded(Trouble):
    """The upgrade was not made: the database is as it was, and the version that runs goes on."""


@dataclass(frozen=True)
class Upgraded:
    """A finished upgrade: what was changed, and the backup made before."""

    changes: list[str]
    backup: Path | None


def upgrade(folder: Path, *, tell: Tell) -> Upgraded:
    """Check, back up into ``folder``, try on a copy, then change the database in one transaction, while the site runs.

    Raises ``NotUpgraded`` with the reason when any step fails; nothing was changed then.
    """
    _check()
    pending = health.pending_migrations()
    if not pending:
        _refuse_problems(problems(("数据表",)), "核对数据表")
        return Upgraded([], None)
    tell(
        f"有 {len(pending)} 个数据库变更：{'、'.join(pending[:NAMED])}{' 等' if pending[NAMED:] else ''}。先备份……"
    )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    encrypt = bool(settings.MINFU_BACKUP_KEY)
    with snapshot.take(keys=encrypt) as taken:
        made = making.write(taken, folder / making.name(encrypt=encrypt), making.recipients(encrypt=encrypt))
        tell(f"已备份到 {made.path}。在副本上试升级……")
        rehearse(taken)
    tell("副本升级成功，核对无误。正在升级……")
    try:
        changes = migrating.apply(lock_seconds=LOCK_SECONDS)
    except (DatabaseError, Trouble, Refused) as error:
        raise NotUpgraded(f"升级没有做成：{_last_line(error)}") from error
    except Exception as error:
        raise NotUpgraded(f"升级没有做成({type(error).__name__}):{_last_line(error)}") from error
    return Upgraded(changes, made.path)


def _check() -> None:
    """Refuse an upgrade that is a step back, or of an installation that is not well."""
    unknown = migrating.unknown()
    if unknown:
        raise NotUpgraded(f"数据库比这个程序新（有它不认识的变更 {unknown[0]}）。请换上更新的版本。")
    _refuse_problems(problems(BEFORE), "升级前检查")


def problems(names: tuple[str, ...]) -> Iterator[doctor.Finding]:
    """Yield what these checks of ``minfu doctor`` find wrong."""
    for name in names:
        for finding in doctor.run(name, lambda _done, _total: None):
            if not finding.well:
                yield finding


def _refuse_problems(found: Iterator[doctor.Finding], when: str) -> None:
    """Raise what was found wrong."""
    words = [f"{finding.what}:{finding.words.rstrip('。')}。{finding.remedy}" for finding in found]
    if words:
        raise NotUpgraded(f"{when}没有通过。{';'.join(words)}")


def rehearse(taken: snapshot.Snapshot) -> None:
    """Load the snapshot into a server of its own, upgrade it there and check it; ``NotUpgraded`` says what went wrong.

    This proves the backup's dump as well. The copy is removed, whatever happens.
    """
    home = Path(settings.MINFU_HOME) / TRIAL
    _remove(home)
    try:
        home.mkdir(mode=0o711)
        postgres.start(home, durable=False)
        restoring.load(postgres.embedded_url(home), taken.dump, taken.about.dumped_by, taken.figures)
        done = subprocess.run(
            supervisor.python("minfu.site.serving", "rehearse"),
            env=_environment(home),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NotUpgraded(f"在副本上试升级没有成功：{done.stderr.strip()[-1500:]}")
    except NotUpgraded:
        raise
    except Trouble as trouble:
        raise NotUpgraded(f"在副本上试升级没有成功：{trouble}") from trouble
    finally:
        _remove(home)


def _environment(home: Path) -> dict[str, str]:
    """Return the settings of the copy: ours, in another home, with our keys."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "MINFU_SUPERVISOR_PID"}
    }
    return {
        **ours,
        "MINFU_HOME": str(home),
        "MINFU_VAULT_KEYS": str(settings.MINFU_VAULT_KEYS),
        "MINFU_SECRET_KEY": str(settings.SECRET_KEY),
    }


def try_changes() -> None:
    """Upgrade the copy this process was started on, and check it; the process that started it reads what we raise."""
    try:
        migrating.apply()
        connection.close()
    except (Trouble, Refused):
        raise
    except Exception as error:
        raise Trouble(f"{type(error).__name__}:{_last_line(error)}") from error
    _refuse_problems(problems(AFTERWARDS), "升级后的核对")


def _last_line(error: BaseException) -> str:
    """Return an error in a line, without the rows PostgreSQL may quote."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _remove(home: Path) -> None:
    """Stop and remove the copy."""
    if not home.exists():
        return
    postgres.stop(home)
    if (home / "pg").is_symlink():
        shutil.rmtree((home / "pg").resolve(), ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)
