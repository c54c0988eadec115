"""Whoever speaks is never made to wait, and whoever reads late is told what is missing."""

import os
import threading
from collections.abc import Iterator

import pytest

from minfu.site.outlet import Outlet


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """Return both ends of a pipe: where to read, where the outlet writes."""
    reader, writer = os.pipe()
    yield reader, writer
    for end in (reader, writer):
        try:
            os.close(end)
        except OSError:
            continue


def everything(reader: int, writer: int) -> str:
    os.close(writer)
    with os.fdopen(os.dup(reader), encoding="utf-8") as file:
        return file.read()


def test_words_arrive_in_order(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    outlet = Outlet(writer)
    os.write(outlet.pipe, "孩子的话\n".encode())
    outlet.say("自己的话")
    os.write(outlet.pipe, b"no newline at the end")
    outlet.close()
    assert everything(reader, writer) == "孩子的话\n自己的话\nno newline at the end"


def test_who_speaks_does_not_wait_and_the_reader_learns_what_is_missing(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    outlet = Outlet(writer, kept_bytes=10_000)
    lines = 5000

    def speak() -> None:
        for number in range(lines):
            outlet.say(f"{number:099}")

    speaking = threading.Thread(target=speak, daemon=True)
    speaking.start()
    speaking.join(60)
    assert not speaking.is_alive()
    read: list[str] = []

    def read_all() -> None:
        with os.fdopen(os.dup(reader), encoding="utf-8") as file:
            read.extend(file)

    reading = threading.Thread(target=read_all)
    reading.start()
    outlet.close()
    os.close(writer)
    reading.join(60)
    numbers = [int(line) for line in read if line.strip().isdigit()]
    notes = [line for line in read if "没有人读" in line]
    lost = sum(int(note.split()[1]) for note in notes)
    assert numbers == sorted(numbers)
    assert numbers[-1] == lines - 1
    assert lost > 0
    assert len(numbers) + lost == lines


def test_a_reader_that_is_gone_stops_nobody(pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "minfu.site.outlet.LAST_SECONDS", 60.0
    )  # long enough for a slow machine, never used up
    reader, writer = pipe
    os.close(reader)
    outlet = Outlet(writer)
    for number in range(2000):
        outlet.say(f"{number:099}")
    outlet.close()
    assert not [thread for thread in outlet._threads if thread.is_alive()]
