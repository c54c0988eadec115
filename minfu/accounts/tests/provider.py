"""A real OpenID Connect provider in a process of its own, for tests; who signs in there is typed in."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from config.settings import identity_provider

#: People the provider knows: what it calls them, and what it tells of them.
KNOWN = (
    {"sub": "u-1001", "name": "林某", "employee_number": "G1001"},
    {"sub": "u-1002", "name": "陈某", "employee_number": "G1002"},
    {"sub": "u-1003", "name": "冒名", "employee_number": "G1001"},
)


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running() -> Iterator[str]:
    """Run the provider and yield its address."""
    port = _free_port()
    told = [f"--user-claims={json.dumps(one)}" for one in KNOWN]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *told],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    try:
        _wait(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    """Wait until the provider answers; a minute at most, on a machine that is busy."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, "the provider ended"
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the provider does not answer")


def configure(settings: Any, url: str, *, claim: str = "") -> None:
    """Set what a county sets, for the provider at ``url``."""
    settings.MINFU_OIDC_URL = url
    settings.MINFU_OIDC_NUMBER_CLAIM = claim
    settings.MINFU_OIDC_NAME = "县统一身份认证"
    settings.SOCIALACCOUNT_PROVIDERS = identity_provider(url, "minfu", "secret", "县统一身份认证")
