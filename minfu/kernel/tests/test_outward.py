"""What others' addresses lead to: files from the internet, never this machine or its network, never for ever."""

import ipaddress
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from minfu.kernel import outward
from minfu.kernel.errors import Invalid

INSIDE = (
    "http://127.0.0.1/", "http://localhost/", "http://a.localhost/", "http://10.1.2.3/x.jpg", "http://192.168.1.1/",
    "http://172.16.0.1/", "http://169.254.169.254/latest/meta-data/", "http://100.64.0.1/", "http://0.0.0.0/",
    "http://[::1]/", "http://[fe80::1]/", "http://[fd00::1]/", "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::a00:1]/",
    "http://[2002:7f00:1::]/", "http://224.0.0.1/", "http://255.255.255.255/", "http://2130706433/", "http://0x7f.1/",
    "http://0177.0.0.1/", "https://printer.local/", "http://metadata.google.internal/",
)  # fmt: skip
NONE = (
    "", "x", "http://", "//example.org/a.jpg", "file:///etc/passwd", "ftp://example.org/a", "gopher://example.org/",
    "http://user:secret@example.org/", "http://example.org:22/", "https://example.org:8443/a", "http://example.org:99999/",
    "http://exa mple.org/", "http://example.org/\r\nHost: x", "javascript:alert(1)", "http://[::1",
    "http://example.org/" + "a" * 2000,
)  # fmt: skip


@pytest.mark.parametrize("url", [*INSIDE, *NONE])
def test_what_is_never_fetched_is_refused_without_asking_anyone(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        outward.check(url, field="media_url")
    assert list(refused.value.fields) == ["media_url"]
    with pytest.raises(outward.Unwanted):
        outward.fetch(url, most_bytes=1000)


@pytest.mark.parametrize(
    "url", ["http://example.org/a.jpg", "https://example.org:443/照片.jpg?x=1", "http://8.8.8.8/"]
)
def test_what_may_be_tried(url: str) -> None:
    outward.check(url)


def _resolving(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    """Let a name resolve to these addresses, one after the other; the last one stays."""
    left = list(answers)
    real = socket.getaddrinfo

    def resolve(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in ("evil.example", b"evil.example"):
            return real(host, port, *args, **kwargs)
        ip = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port or 80))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


def test_a_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    _resolving(monkeypatch, "10.0.0.7")
    with pytest.raises(outward.Unwanted):
        outward.fetch("http://evil.example/a.jpg", most_bytes=1000)


# --- a server on this machine stands for the internet ---------------------------------------------------------------


@dataclass
class Site:
    """A small website: what each path answers, and what was asked."""

    port: int = 0
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str) -> str:
        """Return an address on it."""
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A website that counts as public, the rest of this machine not."""
    made = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            if self.path == "/never":
                made.done.wait(60)
                return
            status, headers, body = made.answers[self.path]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setattr(outward, "GLOBAL_ONLY", False)
    monkeypatch.setattr(outward, "PORTS", {made.port, 80})
    monkeypatch.setattr(outward, "_public", lambda ip: str(ip) == "127.0.0.1")
    yield made
    made.done.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_is_fetched_with_its_name(site: Site) -> None:
    site.answers["/a/%E7%81%AF.jpg"] = (200, {}, b"picture")
    fetched = outward.fetch(site.url("/a/%E7%81%AF.jpg"), most_bytes=7)
    assert fetched == outward.Fetched(b"picture", "灯.jpg")


def test_redirects_are_followed_and_counted(site: Site) -> None:
    site.answers |= {f"/{n}": (302, {"Location": f"/{n + 1}"}, b"") for n in range(9)}
    site.answers["/3"] = (200, {}, b"here")
    assert outward.fetch(site.url("/0"), most_bytes=10).data == b"here"
    site.answers["/3"] = (302, {"Location": "/4"}, b"")
    with pytest.raises(outward.Unwanted):
        outward.fetch(site.url("/0"), most_bytes=10)
    assert "/5" not in site.asked


@pytest.mark.parametrize(
    "target", ["http://10.0.0.1/", "http://[::1]/", "file:///etc/passwd", "http://127.0.0.1:1/"]
)
def test_a_redirect_inside_is_refused(site: Site, target: str) -> None:
    site.answers["/a"] = (302, {"Location": target}, b"")
    with pytest.raises(outward.Unwanted):
        outward.fetch(site.url("/a"), most_bytes=10)


def test_a_name_that_changes_its_mind_after_the_check_is_refused(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rebinding: the check sees a public address, the connection another; it goes to the one that was checked or nowhere."""
    monkeypatch.setattr(outward, "_public", lambda ip: str(ip) == "8.8.8.8")
    _resolving(monkeypatch, "8.8.8.8", "127.0.0.1")
    site.answers["/"] = (200, {}, b"secret")
    with pytest.raises(outward.Unwanted):
        outward.fetch(f"http://evil.example:{site.port}/", most_bytes=10)
    assert site.asked == []


PARTNERS = (ipaddress.ip_network("10.20.30.0/24"),)


def test_a_named_network_counts_as_outside_for_who_names_it() -> None:
    outward.check("http://10.20.30.5/hook", networks=PARTNERS)
    outward.check("http://data.internal/hook", networks=PARTNERS)  # its address is looked at when it is asked
    with pytest.raises(Invalid):
        outward.check("http://10.20.30.5/hook")


@pytest.mark.parametrize("url", [one for one in INSIDE if "[" in one or one[7].isdigit()])
def test_everything_else_inside_stays_refused(url: str) -> None:
    with pytest.raises(Invalid):
        outward.check(url, networks=PARTNERS)
    with pytest.raises(outward.Unwanted):
        outward.post(url, b"", {}, most_chars=10, networks=PARTNERS)


@pytest.mark.parametrize(
    "url", ["http://10.20.30.5:8080/", "http://[::ffff:10.20.30.5]/", "http://u:p@10.20.30.5/"]
)
def test_nor_does_a_network_loosen_anything_else(url: str) -> None:
    with pytest.raises(Invalid):
        outward.check(url, networks=PARTNERS)


def test_a_name_that_leads_out_of_the_named_network_after_the_check_is_refused(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rebinding: looked up it lies in the partners' network, connected to it lies beside it."""
    monkeypatch.setattr(outward, "_public", lambda ip: ip.is_global)
    monkeypatch.setattr(outward, "GLOBAL_ONLY", True)
    _resolving(monkeypatch, "10.20.30.5", "127.0.0.1")
    with pytest.raises(outward.Unwanted):
        outward.post(f"http://evil.example:{site.port}/", b"x", {}, most_chars=10, networks=PARTNERS)
    assert site.asked == []


def test_a_name_half_of_whose_addresses_lie_elsewhere_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(*_args: Any, **_kwargs: Any) -> Any:
        found = ("10.20.30.5", "10.0.0.1")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in found]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(outward.Unwanted):
        outward.post("http://evil.example/", b"x", {}, most_chars=10, networks=PARTNERS)


def test_more_than_wanted_is_not_kept(site: Site) -> None:
    site.answers["/long"] = (200, {}, b"x" * 1001)
    with pytest.raises(outward.Unwanted):
        outward.fetch(site.url("/long"), most_bytes=1000)


def test_what_was_compressed_unasked_is_not_unpacked(site: Site) -> None:
    site.answers["/bomb"] = (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b")
    with pytest.raises(outward.Unwanted):
        outward.fetch(site.url("/bomb"), most_bytes=1000)


@pytest.mark.parametrize(("status", "kind"), [(404, outward.Unwanted), (503, outward.Unreachable)])
def test_a_refusal_is_for_good_and_a_failure_may_pass(site: Site, status: int, kind: type[Exception]) -> None:
    site.answers["/a"] = (status, {}, b"")
    with pytest.raises(kind):
        outward.fetch(site.url("/a"), most_bytes=1000)


def test_a_site_that_never_answers_is_given_up(site: Site) -> None:
    with pytest.raises(outward.Unreachable):
        outward.fetch(site.url("/never"), most_bytes=1000, seconds=5)
    assert site.asked == ["/never"]


def test_nobody_there(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        monkeypatch.setattr(outward, "PORTS", {port})
        with pytest.raises(outward.Unreachable):
            outward.fetch(f"http://127.0.0.1:{port}/", most_bytes=1000)
