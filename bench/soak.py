"""``make soak``: half an hour at ten times a county's peak, on the whole system as ``minfu up`` runs it.

Two demands and forty pages a second arrive whether earlier ones are answered or not (an arrival that finds no free client is
late, and that is told). Errors are counted, and memory of web server and worker is read every ten seconds; its slope over the
second half tells a leak.
"""

import argparse
import contextlib
import http.client
import json
import queue
import random
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import psutil

from bench import create, home, report
from bench.home import Home, Server
from bench.read import Session

DEMANDS, PAGES = 2.0, 40.0  # a second
CLIENTS = 12
SAMPLE_SECONDS = 10.0
#: An arrival that waited longer than this for a free client is told as late.
LATE_SECONDS = 1.0
#: Growth of memory, in MB an hour over the second half, up to which it counts as flat; judged from ten minutes on.
FLAT_MB_PER_HOUR, JUDGED_MINUTES = 40.0, 10
#: Who looks: a township's clerk, its leader at the board, and somebody not signed in; how often each page is opened (weights).
CLERK, LEADER = "xiang", "xiangling"
PUBLIC = ("/", "/r/", "/f/")
MIX = (
    ("/", 8), ("/r/", 10), ("/f/", 6), ("follow", 6),
    ("/cases/", 24), ("case", 26), ("/cases/?q=", 4), ("/cases/board/", 4), ("/notices/", 6), ("/api/v1/cases", 6),
)  # fmt: skip


@dataclass
class Tally:
    """What happened."""

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    milliseconds: dict[str, list[float]] = field(default_factory=lambda: {"demand": [], "page": []})
    faults: deque[str] = field(default_factory=lambda: deque(maxlen=20))
    errors: int = 0
    late: int = 0
    made: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=500))
    memory: list[tuple[float, float]] = field(default_factory=list)  #: seconds, MB
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, status: int, took: float, what: str, wanted: tuple[int, ...]) -> None:
        """Count an answer; one that was not wanted is an error."""
        with self.lock:
            self.answers[kind, status] += 1
            self.milliseconds[kind].append(1000 * took)
            if status not in wanted:
                self.errors += 1
                self.faults.append(f"{what}: {status}")


class Client(threading.Thread):
    """Takes arrivals and asks; keeps a session of a clerk, as a browser does."""

    def __init__(
        self, port: int, token: str, told: list[dict[str, Any]], work: "queue.Queue[Any]", tally: Tally
    ):
        """Sign in."""
        super().__init__(daemon=True)
        self.token, self.told, self.work, self.tally = token, told, work, tally
        self.dice = random.Random(port + threading.active_count())
        server = Server(port, cast(Any, None))
        self.clerk, self.leader = Session(server, CLERK), Session(server, LEADER)
        self.port = port

    def run(self) -> None:
        """Ask until there is no more work."""
        while (arrival := self.work.get()) is not None:
            kind, due = arrival
            if time.monotonic() - due > LATE_SECONDS:
                with self.tally.lock:
                    self.tally.late += 1
            began = time.perf_counter()
            try:
                self._demand(began) if kind == "demand" else self._page(began)
            except (OSError, http.client.HTTPException) as error:
                self.tally.note(kind, 0, time.perf_counter() - began, type(error).__name__, ())
                self.clerk.connection.close()
                self.leader.connection.close()

    def _demand(self, began: float) -> None:
        status, text = self._ask("POST", "/api/v1/cases", json.dumps(self.dice.choice(self.told)))
        self.tally.note("demand", status, time.perf_counter() - began, text[:200], (201,))
        if status == http.client.CREATED:
            made = json.loads(text)
            self.tally.made.append((made["id"], str(made["receipt"])))

    def _page(self, began: float) -> None:
        path = self.dice.choices([one for one, _weight in MIX], [weight for _one, weight in MIX])[0]
        number, receipt = self.dice.choice(self.tally.made) if self.tally.made else (0, "")
        wanted: tuple[int, ...] = (200,)
        if path == "case":
            path, wanted = f"/cases/{number}/", (200, 404)  # another township's is not there
        elif path == "follow":
            path, wanted = (
                f"/f/{receipt}/" if receipt else "/f/",
                (200, 429),
            )  # opened too often by too few of us
        elif path == "/cases/?q=":
            path = f"/cases/?q={number}"
        status = self._open(path)
        self.tally.note("page", status, time.perf_counter() - began, path, wanted)

    def _open(self, path: str) -> int:
        """Open a page as who opens it in real life."""
        if path.startswith("/api/"):
            return self._ask("GET", path)[0]
        if path.startswith("/f/") or path in PUBLIC:
            return self._ask("GET", path, signed_in=False)[0]
        return (self.leader if path == "/cases/board/" else self.clerk).get(path)[0]

    def _ask(
        self, method: str, path: str, body: str | None = None, *, signed_in: bool = True
    ) -> tuple[int, str]:
        """Ask on a connection of its own, as another browser or program would."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Authorization": f"Bearer {self.token}"} if signed_in else {}
        if body:
            headers["Content-Type"] = "application/json"
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        finally:
            line.close()


@contextlib.contextmanager
def running(where: Home) -> Iterator[tuple[int, psutil.Process]]:
    """Run ``minfu up`` on the home; its log goes to a file beside it."""
    port = home.free_port()
    log = (where.path / "soak.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "minfu", "up"],
        cwd=home.ROOT,
        env=where.environment(MINFU_PORT=str(port)),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        home.wait(port, process)
        yield port, psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        log.close()


def megabytes(up: psutil.Process) -> float:
    """Return the memory of supervisor, web server and worker, shared pages counted once."""
    total = 0.0
    for one in [up, *up.children(recursive=True)]:
        with contextlib.suppress(psutil.Error):
            total += one.memory_full_info().pss
    return total / 2**20


def arrivals(seconds: float, dice: random.Random) -> Iterator[tuple[float, str]]:
    """Yield when what arrives: Poisson, as people are."""
    now = 0.0
    while True:
        now += dice.expovariate(DEMANDS + PAGES)
        if now > seconds:
            return
        yield now, "demand" if dice.random() < DEMANDS / (DEMANDS + PAGES) else "page"


def drive(port: int, token: str, told: list[dict[str, Any]], up: psutil.Process, minutes: float) -> Tally:
    """Let everything arrive at its moment, and read memory beside it."""
    tally = Tally()
    work: queue.Queue[Any] = queue.Queue()
    clients = [Client(port, token, told, work, tally) for _number in range(CLIENTS)]
    for client in clients:
        client.start()
    start = looked = time.monotonic()
    for at, kind in arrivals(60 * minutes, random.Random(20261122)):
        time.sleep(max(0.0, start + at - time.monotonic()))
        work.put((kind, start + at))
        if time.monotonic() - looked >= SAMPLE_SECONDS:
            looked = time.monotonic()
            tally.memory.append((looked - start, megabytes(up)))
            say(tally, looked - start)
    for _client in clients:
        work.put(None)
    for client in clients:
        client.join(120)
    return tally


def say(tally: Tally, seconds: float) -> None:
    """Print a line each minute."""
    if int(seconds // 60) == int((seconds - SAMPLE_SECONDS) // 60):
        return
    demands, pages = (
        sum(n for (kind, _s), n in tally.answers.items() if kind == one) for one in ("demand", "page")
    )
    print(
        f"{seconds / 60:4.0f} min  {demands} demands  {pages} pages  {tally.errors} errors  {tally.late} late "
        f" {tally.memory[-1][1]:.0f} MB",
        file=sys.stderr,
        flush=True,
    )


def slope(memory: list[tuple[float, float]]) -> float:
    """Return the growth of memory over the second half, in MB an hour."""
    half = memory[len(memory) // 2 :]
    if len(half) < 3:  # noqa: PLR2004 - no line through two points
        return 0.0
    return statistics.linear_regression([at / 3600 for at, _mb in half], [mb for _at, mb in half]).slope


def figures(tally: Tally, where: Home, minutes: float) -> Iterator[report.Figure]:
    """Yield what to print."""
    acknowledged = tally.answers["demand", http.client.CREATED]
    with where.connect() as connection:
        row = connection.execute("SELECT count(*) FROM cases_case").fetchone()
        left = connection.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'"
        ).fetchone()
    stored, failed = (row or [0])[0], (left or [0])[0]
    yield report.Figure("soak", "errors", str(tally.errors), "0", tally.errors == 0)
    yield report.Figure(
        "soak",
        "demands acknowledged and stored",
        f"{acknowledged} and {stored}",
        "equal",
        acknowledged == stored,
    )
    yield report.Figure("soak", "jobs that failed for good", str(failed), "0", failed == 0)
    for kind, times in tally.milliseconds.items():
        if len(times) > 1:
            shown = " / ".join(f"{report.percentile(times, percent):.0f}" for percent in (50, 95, 99))
            yield report.Figure("soak", f"{kind}s answered: {len(times)}; p50 / p95 / p99", f"{shown} ms")
    yield report.Figure("soak", "arrivals that waited over a second for a client of ours", str(tally.late))
    grown = slope(tally.memory)
    first, last = tally.memory[0][1], tally.memory[-1][1]
    judged = minutes >= JUDGED_MINUTES
    yield report.Figure(
        "soak", f"memory {first:.0f} MB to {last:.0f} MB; slope of the second half", f"{grown:+.1f} MB an hour",
        f"≤ {FLAT_MB_PER_HOUR:.0f}" if judged else "", grown <= FLAT_MB_PER_HOUR if judged else None,
    )  # fmt: skip


def main() -> int:
    """Run the soak; return 1 when anything went wrong."""
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    asked = parser.parse_args()
    with home.home() as where:
        lines = [
            f"minfu soak, {time.strftime('%F %R')}, {asked.minutes:g} minutes",
            *report.machine(where.path),
        ]
        told = create.bodies(where)
        with running(where) as (port, up):
            token = create.token(SimpleNamespace(port=port), where)  # type: ignore[arg-type]  # all that is read of the server is its port
            tally = drive(port, token, told, up, asked.minutes)
            shown = list(figures(tally, where, asked.minutes))
    report.show(shown, lines)
    for fault in tally.faults:
        print(f"  {fault}")
    return int(any(one.met is False for one in shown))


if __name__ == "__main__":
    sys.exit(main())
