"""Versions of a model in a folder: kept, one of them in use, any of them taken back into use. No database."""

import logging
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # they need NumPy, 10 MB a process: loaded where a model is read or written
    from minfu.language.category import CategoryModel

log = logging.getLogger(__name__)
#: Versions that are kept beside the one in use.
KEPT = 5
#: Seconds after which a process looks whether another version is in use.
TTL = 5.0
_IN_USE = "in-use"


def numbers(folder: Path) -> list[int]:
    """Return the numbers of the versions that are there, oldest first."""
    found = (path.stem.removeprefix("v") for path in folder.glob("v*.model"))
    return sorted(int(one) for one in found if one.isdecimal())


def path_of(folder: Path, number: int) -> Path:
    """Return where a version lies."""
    return folder / f"v{number}.model"


def in_use(folder: Path) -> int | None:
    """Return the number of the version in use; None for none."""
    try:
        told = (folder / _IN_USE).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return int(told) if told.isdecimal() else None


def add(folder: Path, model: "CategoryModel") -> int:
    """Keep a model as the newest version and return its number; it is not in use yet. The oldest are forgotten."""
    from minfu.language import stored

    number = max([*numbers(folder), in_use(folder) or 0, 0]) + 1
    stored.save(model, path_of(folder, number))
    used = in_use(folder)
    for old in [one for one in numbers(folder) if one not in (used, number)][: -KEPT + 1]:
        path_of(folder, old).unlink(missing_ok=True)
    return number


def use(folder: Path, number: int) -> None:
    """Take a version into use, in all processes within ``TTL`` seconds; ``BrokenModel`` if it cannot be read."""
    from minfu.language import stored

    stored.load(path_of(folder, number))
    beside = folder / f".{_IN_USE}.{os.getpid()}"
    beside.write_text(str(number), encoding="ascii")
    beside.replace(folder / _IN_USE)
    forget()


def trouble(folder: Path) -> str:
    """Return what is wrong with the version in use, for the log; "" if all is well or none is in use."""
    number = in_use(folder)
    if number is None:
        return "" if not (folder / _IN_USE).exists() else "in-use: unreadable"
    from minfu.language import stored

    try:
        stored.load(path_of(folder, number))
    except stored.BrokenModel as broken:
        return str(broken)
    return ""


#: When a version is in use, and which file it is: one that was broken and is put right is read again.
_Mark = tuple[int, int, int] | None
_loaded: "dict[Path, tuple[float, _Mark, CategoryModel | None]]" = {}


def forget() -> None:
    """Look again which version is in use."""
    _loaded.clear()


def current(folder: Path) -> "CategoryModel | None":
    """Return the model in use; None if there is none or it is broken: then everything works without it."""
    looked, mark, model = _loaded.get(folder, (-TTL, None, None))
    if time.monotonic() - looked < TTL:
        return model
    number = in_use(folder)
    now = _mark(folder, number) if number is not None else None
    if now != mark:
        model = _read(folder, number) if number is not None else None
    _loaded[folder] = (time.monotonic(), now, model)
    return model


def _mark(folder: Path, number: int) -> _Mark:
    """Return what tells a version's file from another one of the same name."""
    try:
        told = path_of(folder, number).stat()
    except OSError:
        return (number, 0, 0)
    return (number, told.st_mtime_ns, told.st_size)


def _read(folder: Path, number: int) -> "CategoryModel | None":
    from minfu.language import stored

    try:
        return stored.load(path_of(folder, number))
    except stored.BrokenModel:
        log.warning("the category model in use cannot be read: no suggestions from it")
        return None
