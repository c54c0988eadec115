"""Creating a demand over HTTP beside two yardsticks, in turns in one run.

PostgreSQL and the web server being measured share one core, the clients run on another (on a machine with one core: all on
it). Both web servers are the production one (granian, the same processes and threads) and both are up all the time; only one
is asked at a time. No job worker runs: neither yardstick has one. Requests come without ``Idempotency-Key`` unless said.
"""

import contextlib
import http.client
import json
import os
import random
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import psutil

from bench import home as homes
from bench.home import Home, Server
from bench.load import Done, Order
from bench.report import Figure, percentile

CLIENTS = (1, 2, 8)
#: Short rounds, many of them: what else the machine does falls on both sides of most pairs of neighbours, and the median
#: leaves out the pairs that it does not.
SECONDS = 1.0
ROUNDS = 15
BODIES = 400
#: The other parts must not find the demands made here.
DATABASE = "create"
#: Full service is to reach at least this part of the bare view's requests per second.
TARGET = 0.5


@dataclass
class Side:
    """What is compared: a server's address, and what was measured, by number of clients."""

    name: str
    port: int
    path: str
    process: psutil.Process
    headers: dict[str, str] = field(default_factory=dict)
    keyed: bool = False
    rates: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    cpu: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    slow: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))


def bodies(where: Home) -> list[dict[str, Any]]:
    """Return invented demands: 60 to 300 characters, a third each with a village, an address in words, and a township only."""
    with where.connect() as connection:
        villages = connection.execute(
            "SELECT v.code, v.name, t.name FROM places_division v JOIN places_division t ON t.code = v.parent_id"
            " WHERE v.level = 'village' AND v.valid_to IS NULL ORDER BY v.code"
        ).fetchall()
        categories = connection.execute(
            "SELECT code FROM cases_category WHERE depth = 3 ORDER BY code"
        ).fetchall()
    dice = random.Random(20261122)
    made = []
    for number in range(BODIES):
        code, village, township = dice.choice(villages)
        place = (
            {"village": code},
            {"address": f"{township}{village}村部旁第三根电杆"},
            {"address": township},
        )[number % 3]
        text = f"第{number}件:村口的路面坏了很久,下雨天积水,老人和孩子出门不方便,希望尽快派人来看一看。"
        made.append(
            {
                "description": text * dice.randint(1, 5),
                "kind": dice.choice(["request", "complaint", "consultation", "suggestion"]),
                "category": dice.choice(categories)[0],
                "place": place,
                "person": {
                    "name": dice.choice("陈林黄郑余") + "小满",
                    "phone": f"138{dice.randrange(10**8):08d}",
                },
            }
        )
    return made


def copies(where: Home) -> None:
    """Make the part's database with the yardsticks' tables: the same columns, indexes, checks; no triggers, no foreign keys."""
    where.copy(DATABASE)
    with where.connect(DATABASE) as connection:
        connection.execute("CREATE TABLE bench_case (LIKE cases_case INCLUDING ALL)")
        connection.execute("CREATE TABLE bench_event (LIKE record_event INCLUDING ALL)")


def token(server: Server, where: Home, role: str = "township_clerk") -> str:
    """Sign in through the API as somebody of the demo's staff and return the token."""
    with where.connect() as connection:
        row = connection.execute(
            "SELECT u.username FROM accounts_user u JOIN accounts_post p ON p.user_id = u.id"
            " WHERE p.role = %s AND u.username NOT LIKE 'demo-%%' ORDER BY u.id LIMIT 1",
            [role],
        ).fetchone()
    body = json.dumps({"username": row and row[0], "password": homes.PASSWORD})
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    client.request("POST", "/api/v1/tokens", body, {"Content-Type": "application/json"})
    answer = client.getresponse()
    text = answer.read()
    if answer.status != http.client.CREATED:
        raise RuntimeError(f"no token: {answer.status} {text.decode()}")
    return str(json.loads(text)["token"])


def measure(where: Home, *, rounds: int = ROUNDS, seconds: float = SECONDS) -> Iterator[Figure]:
    """Yield the figures: raw transactions, bare view, creating a demand, their ratio, and processor time per request."""
    copies(where)
    told = bodies(where)
    database = where.postmaster()
    server_cores, client_cores = cores()
    with contextlib.ExitStack() as stack:
        homes.pin(database, server_cores)
        full = stack.enter_context(homes.serve(where, database=DATABASE))
        bare = stack.enter_context(homes.serve(where, database=DATABASE, settings="bench.bare_settings"))
        headers = {"Authorization": f"Bearer {token(full, where)}"}
        sides = [
            Side("bare", bare.port, "/bare", psutil.Process(bare.process.pid)),
            Side("full", full.port, "/api/v1/cases", psutil.Process(full.process.pid), headers),
            Side("keyed", full.port, "/api/v1/cases", psutil.Process(full.process.pid), headers, keyed=True),
        ]
        for side in sides:
            homes.pin(side.process, server_cores)
            _drive(side, told, 8, 1.5, client_cores)
        with where.connect(DATABASE) as connection:
            connection.execute("ANALYZE")  # as autovacuum does within a minute; plans are made anew after it
        for side in sides:
            _drive(side, told, 8, 1.5, client_cores)  # warm up: connections, caches, prepared statements
        raw: dict[int, list[float]] = defaultdict(list)
        own: list[float] = []
        for clients in CLIENTS:
            for turn in range(rounds):
                raw[clients].append(_raw(where, told, clients, seconds / 2, client_cores))
                order = sides if turn % 2 else sides[::-1]
                own += [_round(side, told, clients, seconds, (database, client_cores)) for side in order]
        homes.pin(database, set(range(os.cpu_count() or 1)))
    yield from _figures(sides, raw, server_cores, max(own))


def cores() -> tuple[set[int], list[int]]:
    """Return the core of server and database, and the cores of the clients."""
    every = sorted(os.sched_getaffinity(0))
    return {every[0]}, every[1:] or every


def _raw(where: Home, told: list[dict[str, Any]], clients: int, seconds: float, own: list[int]) -> float:
    """Return raw two-row transactions per second."""
    order = {"url": where.url(DATABASE), "clients": clients, "seconds": seconds, "bodies": told, "cores": own}
    return float(_child("bench.raw", order)["per_second"])


def _drive(side: Side, told: list[dict[str, Any]], clients: int, seconds: float, own: list[int]) -> Done:
    """Have the load generator ask one server; any answer but 201 is an error."""
    order = Order(side.port, side.path, clients, seconds, told, side.headers, own, side.keyed)
    done = Done(**_child("bench.load", asdict(order)))
    if set(done.statuses) != {"201"}:
        raise RuntimeError(f"{side.name}: {done.statuses}")
    return done


def _child(module: str, order: dict[str, Any]) -> Any:
    """Run a load generator in a process of its own and return its result."""
    done = subprocess.run(
        [sys.executable, "-m", module],
        cwd=homes.ROOT,
        input=json.dumps(order).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


def _round(
    side: Side,
    told: list[dict[str, Any]],
    clients: int,
    seconds: float,
    where: tuple[psutil.Process, list[int]],
) -> float:
    """Measure one side once; return how busy the load generator itself was (1 = a whole core)."""
    database, own = where
    before = homes.cpu_seconds(side.process, database)
    done = _drive(side, told, clients, seconds, own)
    used = homes.cpu_seconds(side.process, database) - before
    side.rates[clients].append(done.per_second)
    side.cpu[clients].append(used * 1000 / len(done.milliseconds))
    side.slow[clients].append(percentile(done.milliseconds, 95))
    return done.own_cpu / done.seconds


def _figures(
    sides: list[Side], raw: dict[int, list[float]], server_cores: set[int], busy: float
) -> Iterator[Figure]:
    """Yield the lines of the table; ratios are medians of the ratios of rounds that ran next to each other."""
    bare, full, keyed = sides
    part = "create"
    for clients in CLIENTS:
        many = f"{clients} client{'s' if clients > 1 else ''}"
        yield Figure(part, f"raw two-row transactions, {many}", f"{statistics.median(raw[clients]):,.0f}/s")
        yield Figure(part, f"bare Django view, {many}", _side(bare, clients))
        yield Figure(part, f"creating a demand, {many}", _side(full, clients))
        ratio = _ratio(full, bare, clients)
        yield Figure(part, f"creating / bare view, {many}", f"{ratio:.2f}", f"≥ {TARGET}", ratio >= TARGET)
        share = statistics.median(bare.cpu[clients]) / statistics.median(full.cpu[clients])
        yield Figure(part, f"the same by processor time, {many}", f"{share:.2f}")
        yield Figure(part, f"with Idempotency-Key / bare view, {many}", f"{_ratio(keyed, bare, clients):.2f}")
    one = ",".join(str(core) for core in sorted(server_cores))
    yield Figure(part, f"load generator's own core in use (server and database on core {one})", f"{busy:.0%}")


def _side(side: Side, clients: int) -> str:
    """Describe one side: median requests per second, least to most, p95, processor time."""
    rates = side.rates[clients]
    return (
        f"{statistics.median(rates):,.0f}/s ({min(rates):,.0f} to {max(rates):,.0f}), p95"
        f" {statistics.median(side.slow[clients]):.0f} ms, {statistics.median(side.cpu[clients]):.2f} ms cpu"
    )


def _ratio(one: Side, other: Side, clients: int) -> float:
    """Return the median of the rounds' ratios."""
    return statistics.median(a / b for a, b in zip(one.rates[clients], other.rates[clients], strict=True))
