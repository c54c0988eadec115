"""What comes in from outside and what must never go out: the audit of dependencies, and secrets in the repository."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)

# --- the audit -----------------------------------------------------------------------------------------------------

Answer = Callable[[str, Any], Any]


@pytest.fixture
def registry() -> Iterator[Callable[[Answer], str]]:
    """Return ``registry(answer)``: the address of a server whose JSON ``answer(path, body)`` returns."""
    servers = []

    def start(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                size = int(self.headers.get("Content-Length", 0))
                body = json.dumps(answer(self.path, json.loads(self.rfile.read(size) or "null"))).encode()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815  # the name http.server asks for

            def log_message(self, *_words: object) -> None:
                """Stay silent."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def audit(osv: str, pypi: str, accepted: Path | None = None) -> tuple[int, str]:
    """Run the audit as people do; return its exit code and what it printed."""
    asked = {"MINFU_AUDIT_OSV": osv, "MINFU_AUDIT_PYPI": pypi}
    asked |= {"MINFU_AUDIT_ACCEPTED": str(accepted)} if accepted else {}
    done = subprocess.run(
        [sys.executable, "-m", "tools.audit"], cwd=ROOT, env=os.environ | asked, capture_output=True, text=True, check=False
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def clean(path: str, body: Any) -> Any:
    """Answer as sources do that know of nothing."""
    return {"results": [{} for _one in body["queries"]]} if body else {"files": []}


def django_is_bad(path: str, body: Any) -> Any:
    """Answer as OSV does when Django has a known fault."""
    bad = {"vulns": [{"id": "GHSA-test-0001"}]}
    return {"results": [bad if one["package"]["name"] == "django" else {} for one in body["queries"]]}


def leaflet_is_bad(path: str, body: Any) -> Any:
    """Answer as OSV does when a front-end package has a known fault."""
    bad = {"vulns": [{"id": "GHSA-test-0002"}]}
    return {"results": [bad if one["package"]["ecosystem"] == "npm" else {} for one in body["queries"]]}


def test_nothing_known_is_well(registry: Callable[[Answer], str]) -> None:
    address = registry(clean)
    code, said = audit(address, address)
    assert code == 0, said


@pytest.mark.parametrize(
    ("answer", "named"), [(django_is_bad, "GHSA-test-0001"), (leaflet_is_bad, "GHSA-test-0002")]
)
def test_a_known_fault_fails_and_is_named(
    registry: Callable[[Answer], str], answer: Answer, named: str
) -> None:
    code, said = audit(registry(answer), registry(clean))
    assert (code, named in said) == (1, True), said


@pytest.mark.parametrize(("until", "code"), [("2999-01-01", 0), ("2020-01-01", 1)])
def test_what_somebody_looked_into_is_passed_over_until_its_day(
    registry: Callable[[Answer], str], tmp_path: Path, until: str, code: int
) -> None:
    accepted = tmp_path / "accepted.txt"
    accepted.write_text(f"GHSA-test-0001 {until} the part it is about is not used\n", encoding="utf-8")
    assert audit(registry(django_is_bad), registry(clean), accepted)[0] == code


def test_a_release_taken_back_fails_and_is_named(registry: Callable[[Answer], str]) -> None:
    version = re.search(
        r"^django==(\S+)", (ROOT / "requirements/base.txt").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert version
    wheel = {"filename": f"django-{version[1]}-py3-none-any.whl", "yanked": "broken wheel"}
    index = registry(lambda path, _body: {"files": [wheel] if path == "/django/" else []})
    code, said = audit(registry(clean), index)
    assert (code, "broken wheel" in said) == (1, True), said


def test_a_source_that_does_not_answer_is_not_taken_for_well(registry: Callable[[Answer], str]) -> None:
    code, said = audit("http://127.0.0.1:9/", registry(clean))
    assert (code, "not asked" in said) == (2, True), said


# --- secrets -------------------------------------------------------------------------------------------------------

#: Shapes of keys that give access somewhere. Passwords and numbers of tests are invented and open.
SECRETS = re.compile(
    r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bLTAI[0-9A-Za-z]{12,30}\b|\bAKID[0-9A-Za-z]{13,40}\b"
    r"|\bgh[pousr]_[0-9A-Za-z]{36}\b|\bglpat-[\w-]{20}\b|\bpypi-[\w-]{60,}|\bnpm_[0-9A-Za-z]{36}\b|\bxox[abprs]-[\w-]{10,}"
    r"|\bsk-[A-Za-z0-9]{32,}\b|\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{20,}|://[^/\s:@{}$<]+:[^/\s:@{}$<]{6,}@(?!localhost|127\.)"
)
#: Invented, in the shape of the real thing, so that code which handles it can be shown to work.
INVENTED = ("example", "invented", "not-a-secret")


def leaks(text: str) -> list[str]:
    """Return the lines that hold a secret."""
    return [
        line[:80]
        for line in text.splitlines()
        if SECRETS.search(line) and not any(w in line for w in INVENTED)
    ]


@pytest.mark.parametrize(
    "line",
    [
        "-----BEGIN " + "RSA PRIVATE KEY-----",
        "key = 'AKIA" + "ABCDEFGHIJKLMNOP'",
        "ghp_" + "a1" * 18,
        "DATABASE_URL=postgresql://minfu:" + "Wanli2026@db.county.gov.cn/minfu",
    ],
)
def test_a_secret_is_seen(line: str) -> None:
    assert leaks(f"first\n{line}\n") == [line]


def test_no_secret_is_in_the_repository() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    names = [name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]
    assert len(names) > 500
    found = {}
    for name in names:
        data = (ROOT / name).read_bytes()
        if b"\0" not in data[:1000] and (lines := leaks(data.decode("utf-8", "replace"))):
            found[name] = lines
    assert not found, f"take them out, and out of the history; then make new ones: {found}"
