"""``minfu up`` as a person runs it: how soon a warm start answers, the memory of web server and worker, a resident's page.

The first start (it makes the database and collects static files) is shown without a target: most of a cold start on a new
machine is the download of packages, which is not in it.
A warm start is timed from the command to the first good answer of ``/healthz``, which waits for
database, migrations and worker.
"""

import contextlib
import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import psutil

from bench import home as homes
from bench.report import Figure

WARM_SECONDS, MEGABYTES, KILOBYTES = 8.0, 500, 120
#: Seconds after which a start, a first one with everything to make, is given up.
FIRST_SECONDS = 240
#: Where a resident begins to report something.
PAGE = "/r/"
_LINKS = re.compile(r'<(?:link|script|img)\b[^>]*?\b(?:href|src)="([^"]+)"')
_STYLES = re.compile(r"url\(['\"]?([^'\")]+)")


def measure() -> Iterator[Figure]:
    """Yield the seconds of a warm start, the memory after a few requests, and the bytes of the page residents open first."""
    path = Path(tempfile.mkdtemp(prefix="minfu-bench-"))
    path.chmod(0o711)
    try:
        with _up(path) as (_port, first, _process):
            yield Figure("start", "first start: database, places and configuration made", f"{first:.0f} s")
            _make_county(path)
        with _up(path) as (port, seconds, process):
            for _time in range(20):
                _fetch(port, PAGE)
            yield Figure(
                "start",
                "warm start until all is well",
                f"{seconds:.1f} s",
                f"≤ {WARM_SECONDS:.0f} s",
                seconds <= WARM_SECONDS,
            )
            yield _memory(process)
            yield _page(port)
    finally:
        root = (path / "pg").resolve()
        shutil.rmtree(root, ignore_errors=True)
        shutil.rmtree(path, ignore_errors=True)


def _make_county(path: Path) -> None:
    """Give the home its units and staff, while its database runs: without a desk nobody could report anything."""
    subprocess.run(
        [sys.executable, "-m", "bench.world"],
        cwd=homes.ROOT,
        env={**_kept(), "MINFU_HOME": str(path), "MINFU_LOG_LEVEL": "WARNING"},
        stdout=subprocess.DEVNULL,
        check=True,
    )


def _kept() -> dict[str, str]:
    """Return the caller's environment without what would point a child at the caller's home."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("MINFU_", "DATABASE_URL"))}


@contextlib.contextmanager
def _up(path: Path) -> Iterator[tuple[int, float, psutil.Process]]:
    """Run ``minfu up`` on a home; give its port, the seconds until it was well, and its process."""
    port = homes.free_port()
    start = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "minfu", "up"],
        cwd=homes.ROOT,
        env={**_kept(), "MINFU_HOME": str(path), "MINFU_PORT": str(port), "MINFU_LOG_LEVEL": "WARNING"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        while _fetch(port, "/healthz")[0] != http.client.OK:
            if time.monotonic() - start > FIRST_SECONDS or process.poll() is not None:
                raise RuntimeError("minfu up did not become well")
            time.sleep(0.05)
        yield port, time.monotonic() - start, psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _fetch(port: int, path: str) -> tuple[int, bytes, int]:
    """Return status, decoded body and bytes transferred (headers included) as a browser asks; status 0 when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b"", 0
    finally:
        connection.close()
    size = len(body) + sum(len(name) + len(value) + 4 for name, value in answer.getheaders()) + 17
    if answer.headers.get("Content-Encoding") == "gzip":
        import gzip

        body = gzip.decompress(body)
    return answer.status, body, size


def _memory(up: psutil.Process) -> Figure:
    """Return what web server and worker take of the machine's memory; and the sum of what each sees, shared pages in each.

    The processes are forked from one that has loaded everything: most of what each sees is the same pages, taken once.
    """
    ours = [
        one
        for child in up.children()
        if "minfu.site.serving" in child.cmdline()
        for one in (child, *child.children(recursive=True))
    ]
    seen = sum(one.memory_info().rss for one in ours) / 2**20
    taken = sum(one.memory_full_info().pss for one in ours) / 2**20
    return Figure(
        "start",
        f"memory of web server and worker ({len(ours)} processes)",
        f"{taken:.0f} MB, shared pages once ({seen:.0f} MB as the sum of what each sees)",
        f"≤ {MEGABYTES} MB",
        taken <= MEGABYTES,
    )


def _page(port: int) -> Figure:
    """Return the bytes of a resident's first page with all it loads: gzip, no cache, headers counted."""
    seen: dict[str, int] = {}
    waiting = [PAGE]
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        status, body, size = _fetch(port, address)
        if status != http.client.OK:
            raise RuntimeError(f"{address}: {status}")
        seen[address] = size
        found = _STYLES if address.endswith(".css") else _LINKS if address == PAGE else None
        text = body.decode(errors="replace") if found else ""
        links = found.findall(text) if found else []
        waiting += [
            urlsplit(urljoin(address, link)).path
            for link in links
            if not link.startswith("data:") and not urlsplit(link).netloc
        ]
    total = sum(seen.values()) / 1024
    return Figure(
        "start",
        f"resident's page {PAGE} and the {len(seen) - 1} files it loads, transferred",
        f"{total:.0f} KB",
        f"≤ {KILOBYTES} KB",
        total <= KILOBYTES,
    )
