"""Runs the sending program (``sender.py``) for a while, and ends it for certain when it takes too long."""

import json
import os
import select
import subprocess
import sys
import time
from types import TracebackType
from typing import IO, Any, Self, cast

from django.conf import settings

from minfu.notices.rules.composing import Message
from minfu.notices.sender import UNKNOWN, UNREACHABLE, Outcome

#: Seconds a server gets for one message, whatever it does; then the program is killed, and nobody knows.
DEADLINE_SECONDS = 30.0
#: Seconds the program gets to start; half a second on an idle machine.
START_SECONDS = 60.0


class Courier:
    """The sending program while it runs. Use as a context; it is started when first needed."""

    def __init__(self, deadline: float = DEADLINE_SECONDS):
        """``deadline``: seconds one message may take."""
        self.deadline = deadline
        self._program: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.dismiss()

    def send(self, order: dict[str, Any], message: Message) -> Outcome:
        """Hand one message to a server outside and say how it went; at most ``deadline`` seconds."""
        return self._ask(order | {"title": message.title, "body": message.body})

    def check(self, order: dict[str, Any]) -> Outcome:
        """Say whether the library makes sense of the settings; sends nothing."""
        return self._ask(order | {"only_check": True})

    def dismiss(self) -> None:
        """End the program, done or not."""
        program, self._program = self._program, None
        if program is not None:
            program.kill()
            program.wait()
            for pipe in (program.stdin, program.stdout):
                if pipe is not None:
                    pipe.close()

    def _ask(self, order: dict[str, Any]) -> Outcome:
        if self._program is None:
            self._program = _start()
            if _answer(self._program, START_SECONDS) is None:
                self.dismiss()
                return Outcome(UNREACHABLE, "program")  # nothing was handed to it yet
        program = self._program
        try:
            cast(IO[bytes], program.stdin).write(json.dumps(order).encode() + b"\n")
            cast(IO[bytes], program.stdin).flush()
        except BrokenPipeError:
            self.dismiss()
            return Outcome(UNKNOWN, "program")
        answer = _answer(program, self.deadline)
        if answer is None:
            self.dismiss()
            return Outcome(UNKNOWN, "deadline")
        return answer


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "minfu.notices.sender"],
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _answer(program: subprocess.Popen[bytes], seconds: float) -> Outcome | None:
    """Return what the program says next; None when the time is over or it ended before."""
    pipe, until, line = cast(IO[bytes], program.stdout).fileno(), time.monotonic() + seconds, b""
    while not line.endswith(b"\n"):
        left = until - time.monotonic()
        if left <= 0 or not select.select([pipe], [], [], left)[0]:
            return None
        read = os.read(pipe, 65536)
        if not read:
            return None
        line += read
    said = json.loads(line)
    return Outcome(said["outcome"], said["detail"])
