"""Imports whose tables may come from other systems: each says once which columns it knows and what it does with a table.

As ``kernel/listings.py`` does for what goes out; the screen on which a person explains the columns, the quarantine of the file
meanwhile, and the memory for the next file are here and the same for all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.files.sheets import Chosen, Column
from minfu.kernel import gate
from minfu.kernel.errors import Missing


@dataclass(frozen=True)
class Upload:
    """A table as it was uploaded: bytes, name, and what else was asked (for the importer; JSON)."""

    data: bytes
    file_name: str
    asked: Mapping[str, Any]


@dataclass(frozen=True)
class Importer:
    """An import. ``right`` opens it, ``screen`` is where tables are uploaded.

    ``begin(actor, upload, chosen)`` takes the table, its columns explained, and returns the address that shows what came of it;
    it raises ``Refused`` as the screen of uploading does.
    """

    name: str
    title: Any
    right: str
    screen: Any
    columns: tuple[Column, ...]
    begin: Callable[[Actor, Upload, Chosen], str]
    most_rows: int = 100_000


_importers: dict[str, Importer] = {}


def register(importer: Importer) -> None:
    """Add an import; an unknown right or a name that is there already fails at import."""
    gate.known(importer.right)
    if importer.name in _importers:
        raise ValueError(f"import {importer.name} is registered twice")
    _importers[importer.name] = importer


def names() -> list[str]:
    """Return the names of all imports."""
    return list(_importers)


def get(name: str) -> Importer:
    """Return an import by name or raise ``Missing``."""
    if name not in _importers:
        raise Missing(_("没有这种导入。"))
    return _importers[name]
