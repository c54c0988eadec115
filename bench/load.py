"""``python -m bench.load``: drives a web server from a process of its own; the order comes as JSON on standard input.

Each client is a thread with one kept-alive connection that sends its next request when the answer has come. The processor
time the process itself used is reported, so that one can see that it was not what was measured.
"""

import http.client
import json
import os
import sys
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Order:
    """What to do: ``clients`` in parallel for ``seconds`` post the bodies in turn; on ``cores`` (all when empty)."""

    port: int
    path: str
    clients: int
    seconds: float
    bodies: list[dict[str, Any]]
    headers: dict[str, str] = field(default_factory=dict)
    cores: list[int] = field(default_factory=list)
    keyed: bool = False  #: with an ``Idempotency-Key`` of its own for each request


@dataclass
class Done:
    """What happened: answers by status, seconds taken, milliseconds of each answer, own processor seconds."""

    statuses: dict[str, int]
    seconds: float
    milliseconds: list[float]
    own_cpu: float

    @property
    def per_second(self) -> float:
        """Return answers per second."""
        return sum(self.statuses.values()) / self.seconds


def _client(order: Order, number: int, until: float, done: list[tuple[int, float]]) -> None:
    """Send requests until the time is over."""
    connection = http.client.HTTPConnection("127.0.0.1", order.port, timeout=30)
    headers = {"Content-Type": "application/json", **order.headers}
    turn = number * 37
    while time.monotonic() < until:
        body = json.dumps(order.bodies[turn % len(order.bodies)]).encode()
        turn += 1
        if order.keyed:
            headers["Idempotency-Key"] = os.urandom(16).hex()
        start = time.perf_counter()
        connection.request("POST", order.path, body, headers)
        response = connection.getresponse()
        response.read()
        done.append((response.status, (time.perf_counter() - start) * 1000))


def drive(order: Order) -> Done:
    """Carry out an order in this process."""
    if order.cores:
        os.sched_setaffinity(0, order.cores)
    done: list[tuple[int, float]] = []
    start, cpu = time.monotonic(), time.process_time()
    threads = [
        threading.Thread(target=_client, args=(order, number, start + order.seconds, done))
        for number in range(order.clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = Counter(str(status) for status, _took in done)
    took = time.monotonic() - start
    return Done(dict(statuses), took, [one for _status, one in done], time.process_time() - cpu)


if __name__ == "__main__":
    json.dump(asdict(drive(Order(**json.load(sys.stdin)))), sys.stdout)
