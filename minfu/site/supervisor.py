"""The supervisor behind ``minfu up``: starts the web server and the job worker, restarts what dies, stops all in order.

It stays free of Django, so that it is small and outlives any mistake in the application.
"""

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TextIO

from minfu.kernel.pg_account import Trouble
from minfu.site.outlet import Outlet

#: Seconds a child gets to finish its requests or jobs before it is killed.
GRACE_SECONDS = 15.0
#: Longest pause in seconds before a child that keeps dying is started again.
LONGEST_PAUSE = 30.0
#: Seconds after which a child counts as well again and its pauses start anew.
STEADY_SECONDS = 60.0


class AlreadyRunning(Exception):  # noqa: N818 - an answer, not an error
    """Another ``minfu up`` runs on this home; the message is what it wrote down: its address."""


def hold(home: Path) -> TextIO:
    """Return the open lock of ``home``, held until this process ends however it ends; ``AlreadyRunning`` if it is taken."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        handle = (home / "minfu.lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise Trouble(f"不能写入 {home}({error.strerror})。请改正权限,或用 MINFU_HOME 另设目录。") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.seek(0)
        raise AlreadyRunning(handle.read().strip()) from None
    return handle


def note(handle: TextIO, address: str) -> None:
    """Write the address of the server into its lock, for whoever starts a second one."""
    handle.truncate(0)
    handle.write(address)
    handle.flush()


def tell_service_manager(word: str) -> None:
    """Tell systemd how far we are (``READY=1``, ``STOPPING=1``); nothing happens where no service manager asked for it.

    The protocol is one datagram to the socket named in ``NOTIFY_SOCKET``; ``@`` begins an abstract name (sd_notify(3)).
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told, contextlib.suppress(OSError):
        told.sendto(word.encode(), "\0" + address[1:] if address.startswith("@") else address)


@dataclass
class Child:
    """One supervised process; ``name`` is what people read."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 1.0
    due: float = 0.0

    def start(self, voice: "Voice", env: Mapping[str, str]) -> None:
        """Start the process, in a group of its own: Ctrl-C is for us, who then stop everything once and in order."""
        self.process = subprocess.Popen(
            self.command,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=voice.out.pipe,
            stderr=voice.err.pipe,
            process_group=0,
        )
        self.started = time.monotonic()
        self.due = 0.0

    def tend(self, voice: "Voice", env: Mapping[str, str]) -> None:
        """Start the process again when it died, after a pause that doubles while it keeps dying."""
        now = time.monotonic()
        if self.due:
            if now >= self.due:
                self.start(voice, env)
        elif self.process is not None and self.process.poll() is not None:
            if now - self.started > STEADY_SECONDS:
                self.pause = 1.0
            voice.err.say(
                f"{self.name}意外退出(代码 {self.process.returncode}),{self.pause:.0f} 秒后重新启动。"
            )
            self.due = now + self.pause
            self.pause = min(self.pause * 2, LONGEST_PAUSE)

    def stop(self, until: float) -> None:
        """Wait for the process, told to end before, and kill its group when ``until`` (monotonic seconds) has come."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Voice:
    """Where the supervisor and its children speak: standard output and standard error, never waiting for a reader."""

    def __init__(self) -> None:
        """Open both."""
        self.out, self.err = Outlet(1), Outlet(2)

    def close(self) -> None:
        """Pass on the last words."""
        self.out.close()
        self.err.close()


@dataclass
class Supervisor:
    """Keeps ``children`` alive until it is told to stop; ``tend_database`` is called every few seconds."""

    children: list[Child]
    env: Mapping[str, str]
    voice: Voice
    tend_database: Callable[[], None] = lambda: None
    stopping: bool = False
    _looked: float = field(default=0.0, repr=False)

    def catch_signals(self) -> None:
        """Stop in order on Ctrl-C, SIGTERM, and when the terminal goes away."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._told_to_stop)

    def _told_to_stop(self, number: int, frame: FrameType | None) -> None:
        """Remember that a signal asked us to stop."""
        del number, frame
        self.stopping = True

    def start(self) -> None:
        """Start every child."""
        for child in self.children:
            child.start(self.voice, self.env)

    def run(self) -> None:
        """Tend the children until told to stop."""
        while not self.stopping:
            for child in self.children:
                child.tend(self.voice, self.env)
            if time.monotonic() - self._looked > 5:  # noqa: PLR2004 - seconds between two looks at the database
                self._looked = time.monotonic()
                self._tend_database()
            time.sleep(0.2)

    def _tend_database(self) -> None:
        """Start the database again when it is gone; say so when that fails, and try again later."""
        try:
            self.tend_database()
        except Trouble as trouble:
            self.voice.err.say(str(trouble))

    def wait_until(self, well: Callable[[], bool], seconds: float) -> bool:
        """Wait until ``well()``; False when ``seconds`` passed, a child died or a stop was asked for."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.stopping:
            if any(child.process is not None and child.process.poll() is not None for child in self.children):
                return False
            if well():
                return True
            time.sleep(0.1)
        return False

    def stop(self) -> None:
        """End every child in order and wait for them."""
        tell_service_manager("STOPPING=1")
        for child in self.children:
            if child.process is not None and child.process.poll() is None:
                child.process.send_signal(signal.SIGTERM)
        until = time.monotonic() + GRACE_SECONDS
        for child in self.children:
            child.stop(until)


def python(*arguments: str) -> list[str]:
    """Return the command that runs a module of minfu with this Python."""
    return [sys.executable, "-m", *arguments]


def environment(**more: str) -> dict[str, str]:
    """Return the children's environment: ours, ``more``, and our process number for ``die_with_parent``."""
    ours = {name: value for name, value in os.environ.items() if name != "NOTIFY_SOCKET"}  # only we are ready
    return {**ours, **more, "MINFU_SUPERVISOR_PID": str(os.getpid()), "PYTHONUNBUFFERED": "1"}
