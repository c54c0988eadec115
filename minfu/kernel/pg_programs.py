"""PostgreSQL's client programs: the embedded wheel's, or the system's where a server needs its own version."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import psycopg
from psycopg.conninfo import conninfo_to_dict

from minfu.kernel.pg_account import Trouble
from minfu.kernel.postgres import explain, programs_of_wheel

#: Where Debian and Red Hat put PostgreSQL's programs.
FOLDERS = ("/usr/lib/postgresql", "/usr")
#: pg_restore of this version and later says ``SET transaction_timeout``, which servers before it do not know.
SAYS_TRANSACTION_TIMEOUT = 17


def installed(name: str) -> dict[int, Path]:
    """Return the copies of a client program by their major version."""
    found: dict[int, Path] = {}
    for path in _candidates(name):
        done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
        version = re.search(r"\) (\d+)", done.stdout)
        if version:
            found.setdefault(int(version[1]), path)
    return found


def _candidates(name: str) -> Iterator[Path]:
    """Yield where a program may be; the wheel's first."""
    yield programs_of_wheel() / "bin" / name
    for folder in FOLDERS:
        yield from sorted(Path(folder).glob(f"[0-9]*/bin/{name}"))
        yield from sorted(Path(folder).glob(f"pgsql-[0-9]*/bin/{name}"))
    on_path = shutil.which(name)
    if on_path:
        yield Path(on_path)


def for_dump(server: int) -> tuple[int, Path]:
    """Return version and path of the ``pg_dump`` for a server of this major version: its own, else the next newer."""
    programs = installed("pg_dump")
    newer = sorted(version for version in programs if version >= server)
    if not newer:
        raise Trouble(
            f"没有适合 PostgreSQL {server} 的 pg_dump。请安装:apt-get install postgresql-client-{server}"
        )
    return newer[0], programs[newer[0]]


def for_restore(server: int, dumped_by: int) -> Path:
    """Return the ``pg_restore`` that reads what ``pg_dump`` of version ``dumped_by`` wrote and speaks to a ``server``."""
    programs = installed("pg_restore")
    for version in sorted(programs):
        if version >= dumped_by and (
            server >= SAYS_TRANSACTION_TIMEOUT or version < SAYS_TRANSACTION_TIMEOUT
        ):
            return programs[version]
    if dumped_by > server:
        raise Trouble(
            f"备份是用 PostgreSQL {dumped_by} 的工具做的,不能恢复到 PostgreSQL {server}。"
            f"请恢复到 {dumped_by} 或更新的数据库(内置数据库也可以)。"
        )
    raise Trouble(
        f"没有适合 PostgreSQL {server} 的 pg_restore。请安装:apt-get install postgresql-client-{server}"
    )


def run(program: Path, *arguments: str, url: str, output: IO[bytes] | None = None) -> None:
    """Run a client program on the database of ``url``; the password travels in the environment, not on the command line.

    Raises ``Trouble`` with the program's last words when it fails.
    """
    done = subprocess.run(
        [program, *arguments],
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", **environment(url)},
        stdin=subprocess.DEVNULL,
        stdout=output if output is not None else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        raise Trouble(explain(program.name, done.stderr.decode(errors="replace")))


def environment(url: str) -> dict[str, str]:
    """Return libpq's environment variables for a connection address."""
    given = conninfo_to_dict(url)
    kept = {name: os.environ[name] for name in ("HOME", "PGSYSCONFDIR") if name in os.environ}
    return kept | {
        option.envvar.decode(): str(given[option.keyword.decode()])
        for option in psycopg.pq.Conninfo.get_defaults()
        if option.envvar and given.get(option.keyword.decode()) is not None
    }
