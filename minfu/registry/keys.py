"""The key ring of the identity vault: a file beside the data, made once; ``rotation.py`` alone writes it again.

The file is JSON: ``{"current": "k1", "seal": {"k1": "<base64, 32 bytes>"}, "index": "<base64, 32 bytes>"}``. ``current`` seals;
older keys stay until nothing is left that they sealed. Every process looks at the file every few seconds, so that a rotation
needs no restart.
"""

import base64
import json
import os
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext as _

_KEY_BYTES = 32
_MAX_ID = 32
#: A process that runs has seen a changed ring after so many seconds.
FRESH_SECONDS = 5.0


class KeyRingError(RuntimeError):
    """The key ring is missing, damaged or lacks a key: an operator must bring it back; nothing is made up for it."""


@dataclass(frozen=True)
class Ring:
    """The keys in use: ``current`` seals, every key opens, ``index`` makes the blind indexes."""

    current: str
    ciphers: dict[str, AESGCM] = field(repr=False)
    index: bytes = field(repr=False)

    def cipher(self, key_id: str) -> AESGCM:
        """Return the cipher of a key, one added a moment ago included; KeyRingError when the ring lacks it."""
        found = self.ciphers.get(key_id) or _read(settings.MINFU_VAULT_KEYS).ciphers.get(key_id)
        if found is None:
            raise KeyRingError(
                _("身份库密钥 %(key)s 不在密钥文件 %(path)s 中。请从备份恢复该密钥，原有密钥不可删除。")
                % {"key": key_id, "path": settings.MINFU_VAULT_KEYS}
            )
        return found


def new_key() -> str:
    """Return 32 random bytes as base64."""
    return base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()


def fresh() -> str:
    """Return a new ring as JSON."""
    return json.dumps({"current": "k1", "seal": {"k1": new_key()}, "index": new_key()}, indent=1)


def parse(text: str) -> Ring:
    """Return the ring that ``text`` describes; KeyRingError if it is not one."""
    try:
        data = json.loads(text)
        seal = {key_id: base64.b64decode(value, validate=True) for key_id, value in data["seal"].items()}
        index = base64.b64decode(data["index"], validate=True)
        current = data["current"]
        lengths = {len(key) for key in [*seal.values(), index]}
    except (ValueError, KeyError, TypeError, AttributeError):
        lengths, current, seal, index = set(), "", {}, b""
    ids_fit = all(key_id.isascii() and 0 < len(key_id) <= _MAX_ID for key_id in seal)
    if lengths != {_KEY_BYTES} or current not in seal or not ids_fit:
        raise KeyRingError(
            _("身份库密钥文件 %(path)s 已损坏。请从备份恢复；在恢复之前，居民身份信息无法读取。")
            % {"path": settings.MINFU_VAULT_KEYS}
        )
    return Ring(current, {key_id: AESGCM(key) for key_id, key in seal.items()}, index)


def make(path: Path) -> None:
    """Write a fresh ring to ``path`` (0600) unless there is one; of several processes that start at once, one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(path, fresh())
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def write(path: Path, text: str) -> None:
    """Put a changed ring in the place of the old one, whole or not at all; KeyRingError if ``text`` is no ring."""
    parse(text)
    _draft(path, text).replace(path)
    forget()


def _draft(path: Path, text: str) -> Path:
    """Return a file beside ``path`` that only its owner reads, written to the disk."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _read(path: Path) -> Ring:
    """Read the ring; make it at the first start, when nothing has been sealed yet."""
    if not path.exists():
        from minfu.registry.models import Identity

        if Identity.objects.exists():
            raise KeyRingError(
                _(
                    "找不到身份库密钥文件 %(path)s,而数据库中已有加密的居民身份信息。"
                    "请立即停止服务并从备份恢复该文件；没有它，这些信息永远无法解密。"
                )
                % {"path": path}
            )
        make(path)
    return parse(path.read_text(encoding="ascii"))


@dataclass
class _Kept:
    """The ring this process read last, from which file, as of which change of it, and when it looked."""

    ring: Ring
    path: Path
    changed: int
    looked: float


_kept: list[_Kept] = []


def ring() -> Ring:
    """Return the ring of this installation. Raises ``KeyRingError`` with a sentence for the operator."""
    path, now = settings.MINFU_VAULT_KEYS, time.monotonic()
    kept = _kept[0] if _kept and _kept[0].path == path else None
    if kept and now - kept.looked < FRESH_SECONDS:
        return kept.ring
    changed = path.stat().st_mtime_ns if path.exists() else 0
    if kept and changed in (kept.changed, 0):  # a file that is away for a moment stops nothing that runs
        kept.looked = now
        return kept.ring
    found = _read(path)
    _kept[:] = [_Kept(found, path, changed, now)]
    return found


def forget() -> None:
    """Read the file anew at the next use (after a rotation; between tests)."""
    _kept.clear()
