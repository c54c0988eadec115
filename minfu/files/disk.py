"""Bytes on disk: random names under the media folder, written whole or not at all."""

import contextlib
import errno
import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from minfu.kernel.errors import Refused

#: Folders under the media folder: bytes nobody may see yet, and checked ones.
QUARANTINE, CLEAN = "quarantine", "clean"
_FULL = {errno.ENOSPC, errno.EDQUOT}


class NoRoom(Refused):
    """The disk is full; nothing was kept."""

    status = 507
    code = "no_room"


@dataclass(frozen=True)
class Written:
    """A file just written: where (relative to the media folder), its size in bytes and its SHA-256."""

    path: str
    size: int
    sha256: str


def media_root() -> Path:
    """Return the folder of all uploads."""
    return Path(settings.MEDIA_ROOT)


def absolute(path: str) -> Path:
    """Return where a stored path lies; ``ValueError`` if it would lie outside the media folder."""
    root = media_root().resolve()
    found = (root / path).resolve()
    if not path or root not in found.parents:
        raise ValueError(f"not a path of the media folder: {path!r}")
    return found


def write(folder: str, chunks: Iterable[bytes]) -> Written:
    """Write a new file under ``folder`` and return it; it is on disk (fsync) or, if anything fails, it is not there.

    Raises ``NoRoom`` when the disk is full; what ``chunks`` raises passes through.
    """
    name = secrets.token_hex(16)
    path = f"{folder}/{name[:2]}/{name}"
    target = absolute(path)
    digest, size = hashlib.sha256(), 0
    with _nothing_half_stored(target):
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for chunk in chunks:
                file.write(chunk)
                digest.update(chunk)
                size += len(chunk)
            file.flush()
            os.fsync(file.fileno())
    return Written(path, size, digest.hexdigest())


@contextlib.contextmanager
def _nothing_half_stored(target: Path) -> Iterator[None]:
    """Remove ``target`` if the block fails, and say so plainly when the disk is full."""
    try:
        yield
    except BaseException as error:
        target.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in _FULL:
            raise NoRoom(_("服务器存储空间已满，附件没有保存。请先不带附件提交，或稍后再试。")) from error
        raise


def remove(path: str) -> None:
    """Remove a stored file if it is there; while a backup needs it, the nightly ``sweep`` removes it later."""
    if not path:
        return
    with _keeper() as keeper:
        try:
            fcntl.flock(keeper, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        absolute(path).unlink(missing_ok=True)


@contextlib.contextmanager
def kept() -> Iterator[None]:
    """Remove no stored file until the block ends: a backup's rows and its files must fit each other."""
    with _keeper() as keeper:
        fcntl.flock(keeper, fcntl.LOCK_EX)
        yield


def _keeper() -> IO[str]:
    """Open the file whose lock says whether files may be removed."""
    root = media_root()
    root.parent.mkdir(parents=True, exist_ok=True)
    return root.with_name(f"{root.name}.lock").open("a")
