"""The file a backup is: a tar, ``about.json`` first and ``manifest.json`` last, inside an age envelope if asked.

Both are formats that other programs read: ``age -d -i KEY FILE | tar t``. Everything goes through in one pass: nothing of an
encrypted backup lies on a disk in the clear but the database's dump, in a folder of its own that is removed at the end.
"""

import contextlib
import hashlib
import io
import json
import os
import tarfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import IO, Any

import pyrage

from minfu.kernel.pg_account import Trouble
from minfu.site.backups.snapshot import Snapshot

ABOUT, DUMP, MANIFEST = "about.json", "database.dump", "manifest.json"
_ENVELOPE = b"age-encryption.org/"
_PIECE = 2**20


class Damaged(Trouble):
    """The archive is cut off, changed, or none of ours."""


# --- writing -------------------------------------------------------------------------------------------------------


def write(path: Path, snapshot: Snapshot, keys: dict[str, Path], recipients: list[str]) -> int:
    """Write an archive (0600, on disk, complete or not there) and return how many stored files it holds.

    ``keys`` are files to put in by name. With ``recipients`` (age public keys) it is encrypted. ``Trouble`` when the disk is full
    or the file exists.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as file:
            partial.chmod(0o600)
            with _sealed(file, recipients) as output:
                count = _fill(output, snapshot, keys)
            file.flush()
            os.fsync(file.fileno())
        os.link(partial, path)  # unlike a rename, this never replaces
    except FileExistsError:
        raise Trouble(f"{path} 已经存在。请另取一个名字。") from None
    except OSError as error:
        raise Trouble(f"没有备份成：写 {path} 时出错（{error.strerror}）。没有留下不完整的文件。") from error
    finally:
        partial.unlink(missing_ok=True)
    return count


@contextlib.contextmanager
def _sealed(file: IO[bytes], recipients: list[str]) -> Iterator[IO[bytes]]:
    """Yield where to write: ``file`` itself, or an envelope for the recipients around it."""
    if not recipients:
        yield file
        return
    whom = [pyrage.x25519.Recipient.from_str(recipient) for recipient in recipients]
    reader, writer = os.pipe()
    sealing = _Beside(lambda source: pyrage.encrypt_io(source, file, whom), reader, "rb")
    try:
        with os.fdopen(writer, "wb") as output:
            yield output
    except BrokenPipeError:  # the disk is full: that is what the other side says
        sealing.end()
        raise
    finally:
        sealing.join()
    sealing.end()


class _Beside(threading.Thread):
    """Does a piece of work on one end of a pipe while we hold the other; ``end`` waits for it and raises what it raised."""

    def __init__(self, work: Callable[[IO[bytes]], None], pipe_end: int, mode: str):
        """Begin the work on ``pipe_end``."""
        super().__init__()
        self.work, self.pipe_end, self.mode = work, pipe_end, mode
        self.failure: Exception | None = None
        self.start()

    def run(self) -> None:
        """Do the work; that the other side wants no more is no failure."""
        try:
            with os.fdopen(self.pipe_end, self.mode) as file:
                self.work(file)
        except BrokenPipeError:
            return
        except Exception as error:  # noqa: BLE001 - handed to the other thread
            self.failure = error

    def end(self) -> None:
        """Wait, and raise what went wrong."""
        self.join()
        if self.failure:
            raise self.failure


def _fill(output: IO[bytes], snapshot: Snapshot, keys: dict[str, Path]) -> int:
    """Write the members."""
    files: dict[str, dict[str, Any]] = {}
    with tarfile.open(fileobj=output, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        _add_json(tar, ABOUT, snapshot.about.as_dict())
        files[DUMP] = _add(tar, DUMP, snapshot.dump)
        media = _add_folder(tar, "media", snapshot.media)
        files |= media
        files |= _add_folder(tar, "models", snapshot.models)
        for name, path in keys.items():
            files[f"keys/{name}"] = _add(tar, f"keys/{name}", path)
        tables = {name: asdict(table) for name, table in snapshot.figures.items()}
        _add_json(tar, MANIFEST, {"files": files, "tables": tables})
    return len(media)


def _add_folder(tar: tarfile.TarFile, top: str, folder: Path) -> dict[str, dict[str, Any]]:
    """Add every finished file under a folder and return their sizes and digests."""
    added = {}
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        if top == "models" and path.name.startswith("."):
            continue  # being written
        name = f"{top}/{path.relative_to(folder).as_posix()}"
        # Gone meanwhile: an upload taken back by the request that wrote it (no row knows it), the oldest version of a model.
        with contextlib.suppress(FileNotFoundError):
            added[name] = _add(tar, name, path)
    return added


def _member(name: str, size: int) -> tarfile.TarInfo:
    """Return a member's head: readable to its owner only, nobody's name in it."""
    head = tarfile.TarInfo(name)
    head.size, head.mode = size, 0o600
    return head


def _add_json(tar: tarfile.TarFile, name: str, value: dict[str, Any]) -> None:
    """Add a small JSON member."""
    text = json.dumps(value, ensure_ascii=False, indent=1).encode()
    tar.addfile(_member(name, len(text)), io.BytesIO(text))


class _Counting(io.RawIOBase):
    """Reads a file and keeps its SHA-256."""

    def __init__(self, inner: IO[bytes]):
        """Read from ``inner``."""
        self.inner, self.sha256 = inner, hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes."""
        piece = self.inner.read(size)
        self.sha256.update(piece)
        return piece


def _add(tar: tarfile.TarFile, name: str, path: Path) -> dict[str, Any]:
    """Add a file and return its size and digest."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        counting = _Counting(file)
        tar.addfile(_member(name, size), counting)
    return {"size": size, "sha256": counting.sha256.hexdigest()}


# --- reading -------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def opened(path: Path, identity: Path | None) -> Iterator[tarfile.TarFile]:
    """Yield the archive's tar, to be read once from the beginning. ``Damaged`` or ``Trouble`` say what is wrong with it."""
    try:
        with (
            path.open("rb") as file,
            _unsealed(file, identity) as source,
            tarfile.open(fileobj=source, mode="r|") as tar,
        ):
            yield tar
    except OSError as error:
        if error.strerror is None:  # pyrage: the envelope does not end as it should
            raise Damaged(f"{path.name} 不完整或被改动过，没有恢复。请换一份备份。") from error
        raise Trouble(f"读写时出错（{error.strerror}:{error.filename or path}）。") from error
    except (tarfile.TarError, EOFError) as error:
        raise Damaged(f"{path.name} 不是民富的备份，或者不完整。请换一份备份。") from error


@contextlib.contextmanager
def _unsealed(file: IO[bytes], identity: Path | None) -> Iterator[IO[bytes]]:
    """Yield the tar's bytes: the file itself, or what the envelope holds."""
    sealed = file.read(len(_ENVELOPE)) == _ENVELOPE
    file.seek(0)
    if not sealed:
        yield file
        return
    if identity is None:
        raise Trouble("这份备份是加密的。请用 --key 指明备份密钥文件（minfu backup-key 生成的那一份）。")
    whom = [secret_key(identity)]
    reader, writer = os.pipe()
    opening = _Beside(lambda output: pyrage.decrypt_io(file, output, whom), writer, "wb")
    try:
        with os.fdopen(reader, "rb") as source:
            yield source
            while source.read(_PIECE):  # to the end: only then is the envelope known to be whole
                continue
    except (tarfile.TarError, Damaged):
        _end(opening)  # an envelope that does not open is why there is no tar in it
        raise
    finally:
        opening.join()
    _end(opening)


def _end(opening: _Beside) -> None:
    """Wait for the envelope's contents; ``Trouble`` when it is for somebody else."""
    try:
        opening.end()
    except pyrage.DecryptError:
        raise Trouble("备份密钥不对：这份备份不是用它加密的。") from None


def secret_key(path: Path) -> pyrage.x25519.Identity:
    """Return the secret key in a file as ``minfu backup-key`` and ``age-keygen`` write it; ``Trouble`` when there is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return pyrage.x25519.Identity.from_str(
            next(line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-"))
        )
    except (OSError, UnicodeDecodeError, StopIteration, pyrage.IdentityError):
        raise Trouble(f"{path} 里没有备份密钥（以 AGE-SECRET-KEY- 开头的一行）。") from None


def json_of(tar: tarfile.TarFile, name: str) -> dict[str, Any]:
    """Return the next member, which must be the JSON called ``name``."""
    member = tar.next()
    content = tar.extractfile(member) if member is not None and member.name == name else None
    if content is None:
        raise tarfile.ReadError(f"{name} is not where it should be")
    value: dict[str, Any] = json.loads(content.read())
    return value


def unpack(tar: tarfile.TarFile, folders: dict[str, Path]) -> dict[str, dict[str, Any]]:
    """Write every member before the manifest under the folder for its first name, and return the manifest.

    ``folders``: ``{"media": …, "models": …, "keys": …, "database.dump": …}``. ``Damaged`` unless every file is there, whole
    and alone.
    """
    found: dict[str, dict[str, Any]] = {}
    manifest: dict[str, Any] | None = None
    while (member := tar.next()) is not None:
        content = tar.extractfile(member)
        if content is None:
            raise Damaged("备份里有不该有的东西，没有恢复。请换一份备份。")
        if member.name == MANIFEST:
            manifest = json.loads(content.read())
            break
        found[member.name] = _write_member(member.name, content, folders)
    if manifest is None:
        raise Damaged("备份不完整：结尾不见了。请换一份备份。")
    wrong = sorted(
        name
        for name in found.keys() | manifest["files"].keys()
        if found.get(name) != manifest["files"].get(name)
    )
    if wrong:
        raise Damaged(f"备份里有 {len(wrong)} 个文件与清单不符（第一个：{wrong[0]}）。请换一份备份。")
    return manifest


def _write_member(name: str, content: IO[bytes], folders: dict[str, Path]) -> dict[str, Any]:
    """Write one file and return its size and digest; ``Damaged`` for a name that leads elsewhere."""
    top, *rest = PurePosixPath(name).parts
    if top not in folders or ".." in rest or name.startswith("/"):
        raise Damaged("备份里有不该有的东西，没有恢复。请换一份备份。")
    target = folders[top].joinpath(*rest)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    sha256, size = hashlib.sha256(), 0
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while piece := content.read(_PIECE):
            file.write(piece)
            sha256.update(piece)
            size += len(piece)
        file.flush()
        os.fsync(file.fileno())
    return {"size": size, "sha256": sha256.hexdigest()}
