"""Channels, real servers on this machine that take what they are sent, and people who want to be reached."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

from minfu.notices.models import Channel, Reach
from minfu.notices.rules import sealed, ways


def channel(kind: str = "sms", name: str = "", **more: Any) -> Channel:
    """Return a channel; ``settings`` and ``secrets`` are plain dictionaries."""
    secrets = more.pop("secrets", {})
    more.setdefault("digest_minutes", 0)
    row = Channel.objects.create(
        name=name or f"{kind}{Channel.objects.count()}",
        kind=kind,
        secrets=sealed.seal_secrets(secrets),
        **more,
    )
    ways.forget()
    return row


def gateway(url: str, **more: Any) -> Channel:
    """Return a channel to residents by a gateway for text messages at ``url``."""
    settings = {
        "url": url,
        "format": "json",
        "phone_field": "mobile",
        "text_field": "text",
        **more.pop("settings", {}),
    }
    return channel("sms", settings=settings, **{"for_residents": True, **more})


def reach(user_id: int, by: Channel, address: str, **more: Any) -> Reach:
    """Let a staff member be reached by a channel."""
    return Reach.objects.create(
        user_id=user_id, channel=by, address=sealed.seal_address(user_id, address), **more
    )


@dataclass
class Taken:
    """A request a server took."""

    path: str
    body: str
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Server:
    """An HTTP server; ``answer`` says what it answers, ``taken`` holds what it was sent."""

    url: str = ""
    status: int = 200
    body: str = '{"errcode": 0, "code": 0}'
    #: Called before the answer; it may hang.
    before: Callable[[], None] = lambda: None
    taken: list[Taken] = field(default_factory=list)


@contextmanager
def http_server(**more: Any) -> Iterator[Server]:
    """Run an HTTP server on this machine."""
    server = Server(**more)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length).decode()
            server.taken.append(Taken(self.path, body, dict(self.headers)))
            server.before()
            answer = server.body.encode()
            self.send_response(server.status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST  # noqa: N815 - the library's name

        def log_message(self, *_args: Any) -> None:
            """Stay quiet."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    server.url = f"http://127.0.0.1:{running.server_address[1]}"
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        running.shutdown()
        running.server_close()
        thread.join()


@dataclass
class Mailbox:
    """A mail server; ``refuse`` is what it answers instead of taking a letter."""

    port: int = 0
    letters: list[Any] = field(default_factory=list)
    refuse: str = ""

    async def handle_DATA(  # noqa: N802 - the library's name
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        """Take a letter, or not."""
        if self.refuse:
            return self.refuse
        self.letters.append(envelope)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - the name the library calls
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Know everybody but nobody@."""
        if address.startswith("nobody@"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """Run a mail server on this machine."""
    box = Mailbox(port=free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def free_port() -> int:
    """Return a port nobody listens on."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(true: Callable[[], Any], seconds: float = 120.0) -> None:
    """Wait until something is true."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)
