"""Reading at two sizes, over HTTP with a signed-in session, in turns: each page is asked of the small and of the large database
one after the other, so that both meet the same noise.

What is timed is what a browser beside the server would wait for: from sending the request to the last byte, one request at a
time. That is server time and a fraction of a millisecond; on a machine where others compute it holds their share as well, so
the ratio is the figure that carries over. Server and database on one core, the client on another.
"""

import contextlib
import http.client
import os
import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

import psutil

from bench import home as homes
from bench.create import cores
from bench.home import Home, Server
from bench.report import Figure, percentile

SMALL = 50_000
TIMES = 150
#: Times each page is asked for before anything is timed, twice over.
WARM = 15
#: p95 with many demands may be at most this many times the p95 with few, and at most so many milliseconds.
RATIO, MILLISECONDS = 1.5, 50.0
#: The few have fewer open demands of the last sixty days in a village than are read at most; the many have more.
SUGGESTED_RATIO = 3.0


class Session:
    """Somebody signed in to one server, on one kept-alive connection."""

    def __init__(self, server: Server, username: str) -> None:
        """Sign in with the demo's password, as the sign-in page does."""
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self.cookies: dict[str, str] = {}
        #: Where the last answer led.
        self.location = ""
        page = self.get("/login/")[1]
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        form = {
            "username": username,
            "password": homes.PASSWORD,
            "csrfmiddlewaretoken": token[1] if token else "",
        }
        status = self._send("POST", "/login/", urlencode(form))[0]
        if status != http.client.FOUND:
            raise RuntimeError(f"{username} could not sign in: {status}")

    def get(self, path: str) -> tuple[int, str]:
        """Return status and text of a page."""
        return self._send("GET", path)

    def post(self, path: str, form: dict[str, str]) -> tuple[int, str]:
        """Return status and text of what a form is answered with."""
        told = {**form, "csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}
        return self._send("POST", path, urlencode(told))

    def _send(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        except (
            http.client.RemoteDisconnected,
            ConnectionError,
        ):  # it was idle for too long; while warming up only
            self.connection.close()
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        text = answer.read().decode()
        self.location = answer.headers.get("Location", "")
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, text


#: The address of a page for one of so many demands.
Path = Callable[[random.Random, int], str]


@dataclass
class Page:
    """A page people open all day: whose it is, its address for one of so many demands, the milliseconds it took."""

    name: str
    user: str
    path: Path
    good: tuple[int, ...] = (200,)
    #: What is sent by POST, empty for GET.
    form: dict[str, str] = field(default_factory=dict)
    #: Whether where the answer leads is part of it.
    follow: bool = False
    ratio: float = RATIO
    small: list[float] = field(default_factory=list)
    large: list[float] = field(default_factory=list)
    #: Milliseconds it may take.
    most: float = MILLISECONDS


def pages() -> list[Page]:
    """Return the pages the targets name."""
    return [
        Page(
            "desk list: what waits for a township's desk", "xiang", lambda _dice, _rows: "/cases/?scope=inbox"
        ),
        Page("desk list: a village's open demands", "cun", lambda _dice, _rows: "/cases/?scope=area"),
        Page("desk list: a township's open demands", "xiang", lambda _dice, _rows: "/cases/?scope=area"),
        Page("desk list: a township's of all times", "xiang", lambda _dice, _rows: "/cases/?scope=all"),
        Page("desk list: the county's open demands", "xian", lambda _dice, _rows: "/cases/?scope=area"),
        Page(
            "desk list: the county's, one state",
            "xian",
            lambda _dice, _rows: "/cases/?scope=area&state=asking",
        ),
        Page("desk list: a department's", "shui", lambda _dice, _rows: "/cases/?scope=inbox"),
        Page(
            "case page beside its list",
            "xian",
            lambda dice, rows: f"/cases/{dice.randint(1, rows)}/?scope=area",
        ),
        Page("lookup by number", "xian", _search, (302,)),
        Page(
            "what is suggested while a clerk types, likely duplicates among it",
            "xiang",
            lambda _dice, _rows: "/cases/new/suggest/",
            form={"description": "凤埔乡苏墩村村口的路面坏了很久，下雨天积水，出门不方便"},
            most=100.0,
            ratio=SUGGESTED_RATIO,
        ),
        Page("counts per state, county (leader's page)", "xian", lambda _dice, _rows: "/cases/board/"),
        Page("counts per state, township", "xiangling", lambda _dice, _rows: "/cases/board/"),
    ]


def _search(dice: random.Random, rows: int) -> str:
    """Return the search for a number; the search box goes by the part that names the demand."""
    return f"/search/?{urlencode({'q': f'20260101-{dice.randint(1, rows):07d}'})}"


def measure(where: Home, *, rows: int, times: int = TIMES) -> Iterator[Figure]:
    """Yield p95 at both sizes, their ratio against its target, and the same for a county where every demand is open."""
    fill(where, "small", SMALL)
    fill(where, "large", rows)
    yield from compare(where, pages(), ("small", "large"), rows, times)
    fill(where, "open", rows, "--all-open")
    worst = [
        Page("every demand open: the county's list", "xian", lambda _dice, _rows: "/cases/?scope=area"),
        Page("every demand open: a township's desk", "xiang", lambda _dice, _rows: "/cases/?scope=inbox"),
    ]
    yield from compare(where, worst, ("small", "open"), rows, times)


def fill(where: Home, name: str, rows: int, *more: str) -> None:
    """Make a database with so many demands, unless this run has it already."""
    with where.connect("postgres") as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
    where.copy(name)
    where.run("bench.bulk", str(rows), *more, database=name)


def compare(
    where: Home, asked: list[Page], databases: tuple[str, str], rows: int, times: int
) -> Iterator[Figure]:
    """Ask each page of both databases in turns and yield what came out."""
    server_cores, client_cores = cores()
    every = os.sched_getaffinity(0)
    with contextlib.ExitStack() as stack:
        homes.pin(where.postmaster(), server_cores)
        servers = [stack.enter_context(homes.serve(where, database=name)) for name in databases]
        for server in servers:
            homes.pin(psutil.Process(server.process.pid), server_cores)
        stack.callback(homes.pin, where.postmaster(), every)
        stack.callback(os.sched_setaffinity, 0, every)
        os.sched_setaffinity(0, client_cores)
        users = {page.user for page in asked}
        few, many = ({user: Session(server, user) for user in users} for server in servers)
        # Every page is warm before the first is timed: servers that have just started are another figure.
        for page in asked * 2:
            for turn in range(-WARM, 0):
                for sessions, size in ((few, SMALL), (many, rows)):
                    _time(sessions[page.user], page, page.path(random.Random(turn), size))
        for page in asked:
            for turn in range(times):
                for sessions, size, took in ((few, SMALL, page.small), (many, rows, page.large)):
                    took.append(_time(sessions[page.user], page, page.path(random.Random(turn), size)))
            yield _figure(page, rows)


def _time(session: Session, page: Page, path: str) -> float:
    """Return the milliseconds until the last byte."""
    start = time.perf_counter()
    status, _text = session.post(path, page.form) if page.form else session.get(path)
    if page.follow:
        status, _text = session.get(session.location)
    spent = (time.perf_counter() - start) * 1000
    if status not in page.good:
        raise RuntimeError(f"{path}: {status}")
    return spent


def _figure(page: Page, rows: int) -> Figure:
    few, many = percentile(page.small, 95), percentile(page.large, 95)
    halves = f"{percentile(page.small, 50):.1f} → {percentile(page.large, 50):.1f}"
    return Figure(
        "read",
        f"{page.name}, {SMALL:,} → {rows:,}",
        f"p95 {few:.1f} → {many:.1f} ms, ratio {many / few:.2f} (p50 {halves} ms)",
        f"≤ {page.ratio}, ≤ {page.most:.0f} ms",
        many / few <= page.ratio and many <= page.most,
    )
