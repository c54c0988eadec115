"""Making a backup, and the key pair for encrypted ones."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

import pyrage
from django.conf import settings

from minfu.kernel import clock
from minfu.kernel.pg_account import Trouble
from minfu.site.backups import archive, snapshot

NAME = re.compile(r"minfu-\d{6}-\d{8}-\d{6}\.tar(\.age)?")


@dataclass(frozen=True)
class Made:
    """A finished backup."""

    path: Path
    bytes: int
    tables: int
    rows: int
    files: int
    encrypted: bool


def key_files() -> dict[str, Path]:
    """Return the files of keys that belong to this installation, by the name they have in an archive."""
    files = {
        "vault_keys": Path(settings.MINFU_VAULT_KEYS),
        "secret_key": Path(settings.MINFU_HOME) / "secret_key",
    }
    return {name: path for name, path in files.items() if path.exists()}


def recipients(*, encrypt: bool) -> list[str]:
    """Return for whom to encrypt; ``Trouble`` with what to do when nobody is set."""
    if not encrypt:
        return []
    if not settings.MINFU_BACKUP_KEY:
        raise Trouble(
            "加密备份要先有一对密钥：运行 minfu backup-key 文件名，把文件拿到别处保管，把屏幕上的公钥设为 MINFU_BACKUP_KEY。"
        )
    try:
        pyrage.x25519.Recipient.from_str(settings.MINFU_BACKUP_KEY)
    except pyrage.RecipientError:
        raise Trouble("MINFU_BACKUP_KEY 不是公钥（应以 age1 开头，由 minfu backup-key 生成）。") from None
    return [settings.MINFU_BACKUP_KEY]


def make(target: Path, *, encrypt: bool) -> Made:
    """Write a backup to ``target`` (a folder, where it gets a name of its own, or a new file) while the site runs."""
    whom = recipients(encrypt=encrypt)
    path = target / name(encrypt=encrypt) if target.is_dir() else target
    if not path.parent.is_dir():
        raise Trouble(f"没有 {path.parent} 这个目录。请先建立，只让备份用的账号进入。")
    if path.exists():
        raise Trouble(f"{path} 已经存在。请另取一个名字。")
    with snapshot.take(keys=encrypt) as taken:
        return write(taken, path, whom)


def write(taken: snapshot.Snapshot, path: Path, whom: list[str]) -> Made:
    """Write a snapshot to ``path``; the keys go along only into an envelope."""
    files = archive.write(path, taken, key_files() if whom else {}, whom)
    rows = sum(table.rows for table in taken.figures.values())
    return Made(path, path.stat().st_size, len(taken.figures), rows, files, bool(whom))


def name(*, encrypt: bool) -> str:
    """Return a name that sorts by time."""
    return f"minfu-{settings.MINFU_COUNTY}-{clock.now():%Y%m%d-%H%M%S}.tar{'.age' if encrypt else ''}"


def forget_old(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest ``keep`` backups in a folder, by the names we give them; return what was deleted."""
    ours = sorted(path for path in folder.iterdir() if NAME.fullmatch(path.name))
    old = ours[:-keep] if keep else []
    for path in old:
        path.unlink()
    return old


def make_key(path: Path) -> str:
    """Write a new secret key to ``path`` (0600, never over another file) and return the public one."""
    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Trouble(f"{path} 已经存在。请另取一个名字：旧的密钥还要用来打开旧的备份。") from None
    except OSError as error:
        raise Trouble(f"不能写 {path}({error.strerror})。") from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"# public key: {public}\n{identity}\n")
        file.flush()
        os.fsync(file.fileno())
    return public
