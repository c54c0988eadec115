"""One moment of the whole installation: database, files and what must be known to bring it back."""

import contextlib
import fcntl
import shutil
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from minfu.files import disk
from minfu.kernel import clock, pg_programs
from minfu.kernel.pg_account import Trouble
from minfu.kernel.pg_checks import check_server
from minfu.kernel.postgres import embedded_url
from minfu.site.backups import keyring, tables

#: Version of what an archive looks like.
FORMAT = 1
#: Folder under ``MINFU_HOME`` for the work of a backup; removed when it ends.
WORK = "backup-work"
#: Folder under ``MINFU_HOME`` with what the county's software learned from its own cases: learning again may take years.
MODELS = "models"


@dataclass(frozen=True)
class About:
    """What is written at the head of an archive."""

    format: int
    version: str
    county: str
    made_at: str
    server: int  #: major version of PostgreSQL
    dumped_by: int  #: major version of ``pg_dump``
    migrations: list[str]  #: ``app.name`` of every applied migration
    vault: dict[str, str]  #: fingerprints of the vault's keys
    keys: bool  #: whether the keys themselves are inside

    def as_dict(self) -> dict[str, Any]:
        """Return the fields for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Snapshot:
    """A dump of the database, the figures of its tables at that very moment, and the folders of files that go with it."""

    about: About
    dump: Path
    media: Path
    models: Path
    figures: dict[str, tables.Table] = field(repr=False)


def url() -> str:
    """Return the address of this installation's database."""
    return str(settings.DATABASE_URL) or embedded_url(settings.MINFU_HOME)


def version() -> str:
    """Return minfu's version."""
    project = tomllib.loads((Path(settings.BASE_DIR) / "pyproject.toml").read_text("utf-8"))
    return str(project["project"]["version"])


@contextlib.contextmanager
def take(*, keys: bool) -> Iterator[Snapshot]:
    """Take a snapshot while the site runs; it lasts until the block ends, and so do all files it names.

    ``keys`` tells whether the keys will go into the archive. One at a time; ``Trouble`` when another is under way.
    """
    home = Path(settings.MINFU_HOME)
    with (home / "backup.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble("另一个备份正在进行。请等它结束再试。") from None
        shutil.rmtree(home / WORK, ignore_errors=True)  # of one that was killed
        (home / WORK).mkdir(mode=0o700)
        try:
            with disk.kept(), tempfile.TemporaryDirectory(dir=home / WORK) as folder:
                yield _taken(Path(folder) / "database.dump", keys=keys)
        finally:
            shutil.rmtree(home / WORK, ignore_errors=True)


def _taken(dump: Path, *, keys: bool) -> Snapshot:
    """Dump the database and read its tables' figures in one and the same snapshot."""
    server = check_server(url()) // 10000
    dumped_by, program = pg_programs.for_dump(server)
    with psycopg.connect(url()) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        connection.execute("SET LOCAL statement_timeout = 0")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        with dump.open("xb") as output:
            dump.chmod(0o600)
            pg_programs.run(
                program, "--format=custom", "--no-owner", "--no-privileges",
                f"--snapshot={row[0] if row else ''}", url=url(), output=output,
            )  # fmt: skip
        figures = dict(tables.read(connection))
        applied = (
            [
                f"{app}.{name}"
                for app, name in connection.execute("SELECT app, name FROM django_migrations ORDER BY id")
            ]
            if "django_migrations" in figures
            else []
        )
    about = About(
        FORMAT, version(), settings.MINFU_COUNTY, clock.now().isoformat(timespec="seconds"), server, dumped_by, applied,
        keyring.fingerprints(Path(settings.MINFU_VAULT_KEYS)), keys,
    )  # fmt: skip
    return Snapshot(about, dump, disk.media_root(), Path(settings.MINFU_HOME) / MODELS, figures)
