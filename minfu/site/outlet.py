"""Passes on what the children say, and never makes the one who says it wait.

A pipe that nobody reads holds 64 KiB; whoever writes more stands still. The children therefore write into a pipe of the
supervisor's, which reads it always. What the terminal, the journal or the program behind ours does not take in time is left
out, and that is said.
"""

import contextlib
import os
import threading
from collections import deque

#: Bytes kept for a reader that is slow; the oldest lines go first.
KEPT_BYTES = 2**20
#: Seconds the last words may take at the end.
LAST_SECONDS = 2.0


class Outlet:
    """What goes to one of our own channels (``target``: 1 or 2), by way of a pipe that never fills."""

    def __init__(self, target: int, kept_bytes: int = KEPT_BYTES):
        """Open the pipe and begin to read it."""
        self.target, self.kept_bytes = target, kept_bytes
        self._read, self.pipe = os.pipe()
        self._lines: deque[bytes] = deque()
        self._held = self._lost = 0
        self._ended = False
        self._news = threading.Condition()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._drain, self._pass_on)]
        for thread in self._threads:
            thread.start()

    def say(self, words: str) -> None:
        """Say a line of our own, in its turn."""
        rest = f"{words}\n".encode()
        while rest:
            rest = rest[os.write(self.pipe, rest) :]

    def close(self) -> None:
        """Pass on what is left, waiting for at most ``LAST_SECONDS`` each for those who write and those who read."""
        os.close(self.pipe)
        for thread in self._threads:
            thread.join(LAST_SECONDS)

    def _drain(self) -> None:
        """Read the pipe until nobody has it open any more."""
        rest = b""
        while chunk := os.read(self._read, 2**16):
            *lines, rest = (rest + chunk).split(b"\n")
            self._keep([line + b"\n" for line in lines])
            if len(rest) > self.kept_bytes // 4:
                self._keep([rest])
                rest = b""
        self._keep([rest] if rest else [])
        with self._news:
            self._ended = True
            self._news.notify()

    def _keep(self, lines: list[bytes]) -> None:
        """Keep lines for the reader; the oldest go when there are too many."""
        with self._news:
            self._lines.extend(lines)
            self._held += sum(map(len, lines))
            while self._held > self.kept_bytes:
                self._held -= len(self._lines.popleft())
                self._lost += 1
            self._news.notify()

    def _pass_on(self) -> None:
        """Write what is kept, however long the reader takes."""
        while (text := self._next()) is not None:
            with contextlib.suppress(
                OSError
            ):  # the terminal is gone, the disk behind it is full: nobody to tell
                while text:
                    text = text[os.write(self.target, text) :]

    def _next(self) -> bytes | None:
        """Return the next words, None after the last."""
        with self._news:
            self._news.wait_for(lambda: self._lines or self._ended)
            if not self._lines:
                return None
            text = b"".join(self._lines)
            if self._lost:
                text = f"(有 {self._lost} 行日志没有人读,已略去)\n".encode() + text
            self._lines.clear()
            self._held = self._lost = 0
            return text
