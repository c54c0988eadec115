"""Installations of minfu of their own: made, started, asked, and removed with everything that runs on them."""

import contextlib
import fcntl
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from minfu.kernel import postgres

ROOT = Path(__file__).resolve().parent.parent
#: Seconds to wait for what comes at once on an idle machine: what is asserted is that it comes, not how soon.
PATIENCE = 180.0


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Installation:
    """A home of its own, with a port, and the commands run on it."""

    def __init__(self, home: Path):
        self.home = home
        self.port = free_port()
        self.started: list[subprocess.Popen[str]] = []

    def env(self, **more: str) -> dict[str, str]:
        """Return the environment of a person who set only home and port."""
        kept = {
            name: os.environ[name] for name in ("PATH", "LANG", "HOME", "VIRTUAL_ENV") if name in os.environ
        }
        return {
            **kept,
            "MINFU_HOME": str(self.home),
            "MINFU_PORT": str(self.port),
            "PYTHONPATH": str(ROOT),
            **more,
        }

    def up(self, output: int = subprocess.PIPE, **more: str) -> subprocess.Popen[str]:
        """Start the server in the background."""
        process = subprocess.Popen(
            [sys.executable, "-m", "minfu", "up"], env=self.env(**more), cwd=ROOT, text=True, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.started.append(process)
        return process

    def command(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "minfu", *arguments], env=self.env(**more), cwd=ROOT, text=True, timeout=180,
            stdin=subprocess.DEVNULL, capture_output=True, check=False,
        )  # fmt: skip

    def run(self, *arguments: str, **more: str) -> str:
        """Run Python with these settings to a good end and return what it printed, log lines included."""
        done = subprocess.run(
            [sys.executable, *arguments], env=self.env(DJANGO_SETTINGS_MODULE="config.settings", **more),
            cwd=ROOT, text=True, timeout=300, stdin=subprocess.DEVNULL, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def python(self, code: str, **more: str) -> str:
        """Return what ``code`` prints in a Python of its own with these settings."""
        return subprocess.run(
            [sys.executable, "-c", code], env=self.env(**more), cwd=ROOT, text=True, timeout=180,
            stdin=subprocess.DEVNULL, capture_output=True, check=True,
        ).stdout.strip()  # fmt: skip

    def health(self, patience: float = 5) -> tuple[int, dict]:
        """Return the answer of ``/healthz``, waited for ``patience`` seconds at most."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=patience)
        try:
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def wait_well(self, seconds: float = PATIENCE) -> None:
        """Wait until ``/healthz`` says 200."""
        until = time.monotonic() + seconds
        last: object = None
        while time.monotonic() < until:
            with contextlib.suppress(OSError, http.client.HTTPException):
                last = self.health()
                if last[0] == 200:
                    return
            if self.started and self.started[-1].poll() is not None:
                break
            time.sleep(0.2)
        output = ""
        if self.started[-1].poll() is not None and self.started[-1].stdout:
            output = self.started[-1].stdout.read()
        raise AssertionError(f"not well: {last}\n{output}")

    def ask(self, query: str) -> tuple:
        """Return the first row of a query."""
        with psycopg.connect(postgres.embedded_url(self.home), autocommit=True) as connection:
            return connection.execute(query.encode()).fetchone() or ()

    def processes(self) -> list[psutil.Process]:
        """Return the live processes that work for this installation, the database's left out."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                mine = process.environ().get("MINFU_HOME") == str(self.home)
                if mine and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found

    def wait_gone(self, seconds: float = PATIENCE) -> None:
        """Wait until no process works for this installation any more."""
        until = time.monotonic() + seconds
        while self.processes():
            assert time.monotonic() < until, self.processes()
            time.sleep(0.1)


@contextlib.contextmanager
def home(prefix: str = "minfu-up-") -> Iterator[Installation]:
    """Make an empty installation and remove it with everything that runs on it."""
    path = Path(tempfile.mkdtemp(prefix=prefix))
    path.chmod(0o711)
    made = Installation(path)
    try:
        yield made
    finally:
        for process in made.started:
            if process.poll() is None:
                process.terminate()
                process.wait(PATIENCE)
            if process.stdout:
                process.stdout.close()
        postgres.stop(path)
        root = path / "pg"
        if root.is_symlink():
            shutil.rmtree(root.resolve())
        shutil.rmtree(path)


def copy(stopped: Installation, made: Installation) -> Installation:
    """Give ``made`` all that an installation whose database is stopped holds; returns ``made``."""
    subprocess.run(["cp", "-a", "--reflink=auto", f"{stopped.home}/.", str(made.home)], check=True)
    return made


def made_once(name: str, make: Callable[[Installation], None]) -> Installation:
    """Return an installation that is stopped, for tests to copy: one process of the run makes it for all, in the suite's home.

    ``make`` fills an empty one and leaves its database stopped. What a ``make`` that failed left behind is made anew.
    """
    suite = Path(os.environ["MINFU_TEST_HOME"])
    kept, done = Installation(suite / name), suite / f"{name}.done"
    with (suite / f"{name}.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(kept.home, ignore_errors=True)
            kept.home.mkdir()
            with home() as made:
                make(made)
                copy(made, kept)
            done.touch()
    return kept


def _prepare(made: Installation) -> None:
    postgres.start(made.home)
    made.run("-m", "minfu.site.serving", "prepare")
    postgres.stop(made.home)


@pytest.fixture(scope="session")
def prepared() -> Installation:
    """Return an installation that was prepared and is stopped, for tests to copy: a first start takes a while."""
    return made_once("prepared", _prepare)


@pytest.fixture
def new_installation() -> Iterator[Installation]:
    """Return an installation that was never started."""
    with home() as made:
        yield made


@pytest.fixture
def installation(prepared: Installation) -> Iterator[Installation]:
    """Return an installation that was started before and holds nothing yet."""
    with home() as made:
        yield copy(prepared, made)
