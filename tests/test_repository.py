"""What git keeps is source: no data of a running installation, nothing large, nothing at the top that nobody knows."""

import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
#: What stands at the top; a new folder there is a decision, so it is written here.
FOLDERS = {
    ".ci", "bench", "config", "deploy", "docs", "locale", "minfu", "requirements", "static", "templates", "tests", "tools",
}  # fmt: skip
LARGEST_BYTES = 1_000_000
#: Names that only the files of a database server, a virtual environment, or what tools leave behind have.
LEFT_BEHIND = {
    "PG_VERSION", "postmaster.pid", "postgresql.auto.conf", "pg_wal", "pg_xact", "pyvenv.cfg", "node_modules", "__pycache__",
    "var", "staticfiles",
}  # fmt: skip
LEFT_ENDINGS = (".pyc", ".mo", ".sqlite3", ".dump", ".lock", ".pid", ".log")


def stray(sizes: Iterable[tuple[str, int]]) -> list[str]:
    """Return what does not belong into the repository, of files and their sizes in bytes."""
    found = []
    for name, size in sizes:
        parts = name.split("/")
        unknown = len(parts) > 1 and parts[0] not in FOLDERS
        left = LEFT_BEHIND.intersection(parts) or name.endswith(LEFT_ENDINGS)
        if unknown or left or size > LARGEST_BYTES:
            found.append(name)
    return found


def kept() -> list[tuple[str, int]]:
    """Return the files git keeps, with their sizes in bytes."""
    asked = ["git", "-C", str(ROOT), "ls-files", "-z"]
    names = subprocess.run(asked, check=True, capture_output=True).stdout.decode().split("\0")
    return [(name, (ROOT / name).stat().st_size) for name in names if name and (ROOT / name).is_file()]


def test_only_source_is_kept() -> None:
    files = kept()
    assert files
    found = stray(files)
    assert not found, f"take these out of git, or ignore them: {found[:20]}"


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("pg/data/PG_VERSION", 3),
        ("data/base/5/1259", 90_000),
        ("tests/home/pg_wal/000000010000000000000001", 16),
        ("minfu/cases/__pycache__/apps.cpython-312.pyc", 900),
        ("pg.lock", 0),
        ("docs/film.mp4", 2_000_000),
    ],
)
def test_what_a_machine_leaves_behind_is_seen(name: str, size: int) -> None:
    assert stray([(name, size), ("minfu/cases/apps.py", 900), ("README.md", 9_000)]) == [name]
