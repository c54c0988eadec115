"""A throw-away home with its own PostgreSQL, set as in production, and the servers that run on it."""

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from minfu.kernel import postgres

ROOT = Path(__file__).resolve().parent.parent
#: Seconds a server may take until it answers.
START_SECONDS = 60
PASSWORD = "minfu-demo-2026"


@dataclass
class Home:
    """The home of one run. Databases are copies of ``minfu``, which holds the county, its staff and no demand."""

    path: Path

    def url(self, database: str = "minfu") -> str:
        """Return the connection address of a database."""
        return postgres.embedded_url(self.path).rsplit("/", 1)[0] + f"/{database}"

    def connect(self, database: str = "minfu") -> psycopg.Connection:
        """Return a connection that commits each statement."""
        return psycopg.connect(self.url(database), autocommit=True)

    def environment(self, database: str = "minfu", **more: str) -> dict[str, str]:
        """Return the environment of a child: the settings of this home and none of the caller's."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("MINFU_")}
        return {
            **kept,
            "MINFU_HOME": str(self.path),
            "DATABASE_URL": self.url(database),
            "MINFU_SUPERVISOR_PID": str(os.getpid()),
            "MINFU_LOG_LEVEL": "WARNING",
            **more,
        }

    def run(self, module: str, *arguments: str, database: str = "minfu") -> str:
        """Run a Python module to its end and return what it printed."""
        return self._python("-m", module, *arguments, database=database)

    def run_code(self, code: str, *arguments: str, database: str = "minfu") -> str:
        """Run Python code to its end and return what it printed."""
        return self._python("-c", code, *arguments, database=database)

    def _python(self, *arguments: str, database: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment(database),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout

    def copy(self, name: str) -> None:
        """Make another database like ``minfu``."""
        with self.connect("postgres") as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE minfu'.encode())

    def postmaster(self) -> psutil.Process:
        """Return the server's first process."""
        pid_file = (self.path / "pg").resolve() / "data" / "postmaster.pid"
        return psutil.Process(int(pid_file.read_text(encoding="ascii").splitlines()[0]))


@contextlib.contextmanager
def home() -> Iterator[Home]:
    """Make a home with a running, durable PostgreSQL and the county; remove everything at the end."""
    path = Path(tempfile.mkdtemp(prefix="minfu-bench-"))
    path.chmod(0o711)
    try:
        postgres.start(path)
        made = Home(path)
        made.run("bench.world")
        yield made
    finally:
        postgres.stop(path)
        folder = (path / "pg").resolve()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(path, ignore_errors=True)


@dataclass
class Server:
    """A running web server."""

    port: int
    process: subprocess.Popen[bytes]


@contextlib.contextmanager
def serve(where: Home, *, database: str = "minfu", settings: str = "config.settings") -> Iterator[Server]:
    """Run the production web server (granian, the settings of ``minfu up``) with the given Django settings."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "minfu.site.serving", "web"],
        cwd=ROOT,
        env=where.environment(database, MINFU_PORT=str(port), DJANGO_SETTINGS_MODULE=settings),
        stdin=subprocess.DEVNULL,
        process_group=0,
    )
    try:
        wait(port, process)
        yield Server(port, process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def free_port() -> int:
    """Return a port of 127.0.0.1 nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until something answers at the port."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError("the web server did not answer")


def pin(process: psutil.Process, cores: set[int]) -> None:
    """Keep a process, its threads and its children on ``cores``; what they start later inherits it."""
    for one in [process, *process.children(recursive=True)]:
        with contextlib.suppress(psutil.Error, OSError):
            for thread in one.threads():
                os.sched_setaffinity(thread.id, cores)


def cpu_seconds(*processes: psutil.Process) -> float:
    """Return the processor time used so far by processes and their children."""
    total = 0.0
    for process in processes:
        for one in [process, *process.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                times = one.cpu_times()
                total += times.user + times.system
    return total
