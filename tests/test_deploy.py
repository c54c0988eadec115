"""What lies in ``deploy/`` starts and does what ``docs/operations/`` says of it."""

import contextlib
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.installations import ROOT, Installation

HOST = "minfu.example.gov.cn"


def delivered_settings() -> dict[str, str]:
    """Return what ``deploy/minfu.env`` sets, the lines a county takes the mark away from included."""
    lines = (ROOT / "deploy" / "minfu.env").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """The socket of a service manager that waits to hear that the service is ready."""
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(300)
        yield listening


def through_proxy(at: Installation, client: str) -> httpx.Client:
    """Return a client whose requests look as the delivered proxy settings make them: from ``client``, over TLS."""
    return httpx.Client(
        base_url=f"http://127.0.0.1:{at.port}",
        headers={
            "Host": HOST,
            "X-Forwarded-For": client,
            "X-Forwarded-Proto": "https",
            "Referer": f"https://{HOST}/login/",
        },
        timeout=60,
        trust_env=False,
    )


def tried(browser: httpx.Client) -> int:
    """Return the status of a sign-in with a wrong password."""
    page = browser.get("/login/")
    assert page.status_code == 200
    set_here = page.headers.get_list("set-cookie")
    assert set_here
    assert all("Secure" in cookie for cookie in set_here)
    sent = {cookie.split("=", 1)[0]: cookie.split("=", 1)[1].split(";")[0] for cookie in set_here}
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert token
    form = {"csrfmiddlewaretoken": token[1], "username": "nobody", "password": "wrong"}
    cookies = "; ".join(f"{name}={value}" for name, value in sent.items())
    return browser.post("/login/", data=form, headers={"Cookie": cookies}).status_code


@pytest.mark.slow
def test_the_delivered_settings_start_tell_systemd_and_believe_the_proxy(
    installation: Installation, manager: socket.socket
) -> None:
    """The settings as they are delivered, as the unit starts them: readiness is told once the site answers, and only then."""
    own = {"MINFU_HOME": str(installation.home), "NOTIFY_SOCKET": manager.getsockname()}
    server = installation.up(**{**delivered_settings(), **own})
    assert manager.recv(100) == b"READY=1"
    assert installation.health()[0] == 200

    with (
        through_proxy(installation, "203.0.113.9") as one,
        through_proxy(installation, "198.51.100.7") as other,
    ):
        statuses = [tried(one) for _try in range(6)]
        assert statuses[0] == 422
        assert statuses[-1] == 429
        assert tried(other) == 422  # locked is who tried, not the proxy and all behind it
        assert one.get("/metrics").status_code == 404
        assert one.get("/", headers={"Host": "other.example"}).status_code == 400

    server.terminate()
    assert manager.recv(100) == b"STOPPING=1"
    assert server.wait(60) == 0


def test_the_unit_waits_for_the_word_the_program_says() -> None:
    unit = (ROOT / "deploy" / "systemd" / "minfu.service").read_text("utf-8")
    assert re.search(r"^Type=notify$", unit, re.MULTILINE)


@pytest.mark.parametrize("wrong", ["127.0.0.1,proxy", "0.0.0.0/0", "10.0.0.5/24"])
def test_a_wrong_proxy_is_one_sentence(new_installation: Installation, wrong: str) -> None:
    refused = new_installation.command("up", MINFU_TRUSTED_PROXIES=wrong)
    assert refused.returncode == 1
    assert "反向代理的地址或网段" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        "10.0.0.5/24",
        "0.0.0.0/0",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "8.8.8.0/24",
        "10.0.0.0/7",
        "::1",
        "fe80::/10",
    ],
)
def test_a_network_that_is_not_the_countys_own_is_one_sentence(
    new_installation: Installation, wrong: str
) -> None:
    """Webhooks may go into parts of private networks; never to this machine, its neighbours on the wire, or everybody."""
    refused = new_installation.command("doctor", MINFU_WEBHOOK_NETWORKS=f"10.20.30.0/24,{wrong}")
    assert refused.returncode == 1
    assert "MINFU_WEBHOOK_NETWORKS" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_spaces_between_the_entries_of_a_list_do_not_count(new_installation: Installation) -> None:
    """``127.0.0.1, 10.0.0.1`` is what people write; the second address must not be silently unknown."""
    lists = {
        "MINFU_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.1",
        "MINFU_ALLOWED_HOSTS": f"{HOST}, 127.0.0.1",
        "MINFU_SECOND_FACTOR": "administrator, auditor",
        "MINFU_OPEN311_PUBLIC": "03, 04",
    }
    names = ["MINFU_TRUSTED_PROXIES", "ALLOWED_HOSTS", "MINFU_SECOND_FACTOR", "MINFU_OPEN311_PUBLIC"]
    code = f"from config import settings\nprint([getattr(settings, name)[1] for name in {names}])"
    assert new_installation.python(code, **lists) == "['10.0.0.1', '127.0.0.1', 'auditor', '04']"
