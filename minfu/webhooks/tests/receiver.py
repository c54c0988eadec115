"""A receiver on this machine that stands for another system: takes what it is sent, or does not."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook

from minfu.kernel import outward

#: Answers a request: status, headers, body.
Reply = Callable[["Message"], tuple[int, dict[str, str], bytes]]


@dataclass(frozen=True)
class Message:
    """What was sent."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """Return what it is told apart by."""
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> Any:
        """Return the body once the reference library of Standard Webhooks has verified it; it raises otherwise."""
        return Webhook(secret).verify(self.body, self.headers)


def take(_message: Message) -> tuple[int, dict[str, str], bytes]:
    """Take what is sent."""
    return 204, {}, b""


@dataclass
class Receiver:
    """What it got, and what it answers."""

    port: int = 0
    reply: Reply = take
    got: list[Message] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}/hook"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of whoever hangs up."""


@contextmanager
def running() -> Iterator[Receiver]:
    """Run a receiver."""
    made = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            message = Message(self.path, {name.lower(): one for name, one in self.headers.items()}, body)
            made.got.append(message)
            status, headers, answer = made.reply(message)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def do_GET(self) -> None:
            made.got.append(Message(f"GET {self.path}", {}, b""))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = _Server(("127.0.0.1", 0), Handler)
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield made
    finally:
        made.done.set()
        server.shutdown()
        thread.join()
        server.server_close()


def let_in(monkeypatch: Any, receiver: Receiver) -> None:
    """Let this receiver count as one of the internet, the rest of this machine not."""
    monkeypatch.setattr(outward, "GLOBAL_ONLY", False)
    monkeypatch.setattr(outward, "PORTS", {receiver.port, 80})
    monkeypatch.setattr(outward, "_public", lambda ip: str(ip) == "127.0.0.1")


def answering(status: int, body: bytes = b"", **headers: str) -> Any:
    """Return how a receiver answers whatever it is sent."""
    return lambda _message: (status, headers, body)
