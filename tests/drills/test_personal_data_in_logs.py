"""The main journey, and every way it goes wrong, in a real installation: no log holds what a resident said or who they are."""

import http.client
import json
import os
import re
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from minfu.kernel import postgres
from tests.installations import Installation

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

NAME, PHONE, IDENTITY = "欧阳晓岚", "13959501234", "352227199001011234"
ADDRESS, WORDS = "凤埔村上厝里十七号旁", "灯杆歪了怕砸到孩子"
PASSWORD = "a password only this drill knows"
PRIVATE = (NAME, "晓岚", PHONE, "139 5950 1234", IDENTITY, ADDRESS, "上厝里", WORDS, "砸到孩子", PASSWORD)

PEOPLE = """
import django; django.setup()
from datetime import timedelta
from minfu.accounts import tokens
from minfu.accounts.models import ApiToken
from minfu.accounts.tests import people
from minfu.kernel import clock
user = people.person("dispatcher")
post = people.post(user, "county_dispatcher", people.county_unit())
now = clock.now()
ApiToken.objects.create(
    digest=tokens._digest("mf_drill"), user=user, post=post, created_at=now, expires_at=now + timedelta(days=1)
)
"""
#: Things that break inside, each with what a resident wrote in its hands.
BROKEN = f"""
import django; django.setup()
import logging
from django.db import connection, DatabaseError
log = logging.getLogger("minfu.drill")
values = ["{NAME}", "{PHONE}", "{WORDS}"]
for query in (
    "insert into accounts_user (id, username) values (-1, %s || %s || %s)",
    "select (%s || %s || %s)::int",
    "select pg_sleep(1.2), %s, %s, %s",
):
    try:
        with connection.cursor() as cursor:
            cursor.execute(query, values)
    except DatabaseError:
        log.exception("a statement failed")
from minfu.kernel import jobs
from procrastinate.contrib.django import app
app.configure_task("files.check_file", queue="files").defer(file_id="not a file of {NAME}")
"""


class Caller:
    """Speaks HTTP to an installation."""

    def __init__(self, port: int):
        self.port = port

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Send a request; a dict goes as JSON, text as a form."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        kind = "application/json" if isinstance(body, dict) else "application/x-www-form-urlencoded"
        data = json.dumps(body) if isinstance(body, dict) else body
        try:
            line.request(method, path, data.encode() if data else None, {"Content-Type": kind, **headers})
            answer = line.getresponse()
            text = answer.read().decode(errors="replace")
        finally:
            line.close()
        return answer.status, json.loads(text) if "json" in (answer.getheader("Content-Type") or "") else text


def wait_for_failure(made: Installation) -> None:
    """Wait until the broken job was taken up and failed, and the log says so."""
    tried = "select coalesce(max(attempts), 0) from procrastinate_jobs where task_name = 'files.check_file' and status <> 'doing'"
    until = time.monotonic() + 120
    while made.ask(tried) < (1,):
        assert time.monotonic() < until, "nobody took up the broken job"
        time.sleep(0.2)


def journey(call: Caller) -> str:
    """Register demands with everything about a resident, follow one, and go wrong on the way; return a receipt."""
    token = {"Authorization": "Bearer mf_drill"}
    demand = {
        "description": f"{WORDS},{ADDRESS}", "category": "040101", "mode": "named",
        "place": {"village": "350922204200", "address": ADDRESS}, "person": {"name": NAME, "phone": PHONE},
    }  # fmt: skip
    status, made = call("POST", "/api/v1/cases", demand, **token)
    assert status == 201, made
    for wrong in (
        {**demand, "person": {"name": NAME, "phone": PHONE + "9", "id_number": IDENTITY}},
        {**demand, "category": WORDS},
        {**demand, NAME: PHONE},
        {"description": WORDS * 5000, "person": NAME},
    ):
        assert call("POST", "/api/v1/cases", wrong, **token)[0] in {400, 404, 413, 422}
    assert call("GET", f"/api/v1/cases/{made['id']}", **token)[0] == 200
    call("GET", f"/api/v1/cases?q={'%E6%AC%A7'}{PHONE}", **token)
    receipt = str(made["receipt"])
    for path in (
        f"/f/{receipt}/",
        f"/f/{receipt[:-1]}0/",
        f"/a/{PHONE}/",
        f"/nowhere/{PHONE}/",
        f"/search/?q={PHONE}",
    ):
        call("GET", path)
    call("POST", f"/f/{receipt}/answer/", urlencode({"words": WORDS, "phone": PHONE}))
    call("POST", "/r/", urlencode({"description": WORDS, "name": NAME, "phone": PHONE}))
    call("POST", "/login/", urlencode({"username": NAME, "password": PASSWORD}))
    call("POST", "/api/v1/tokens", {"username": NAME, "password": PASSWORD})
    call("POST", "/api/v1/cases", f"{{{NAME}", **token)
    return receipt


def test_no_log_names_anybody(installation: Installation, tmp_path: Path) -> None:
    log = tmp_path / "log"
    handle = os.open(log, os.O_WRONLY | os.O_CREAT)
    settings = {"MINFU_LOG_FORMAT": "json", "MINFU_LOG_LEVEL": "DEBUG"}
    try:
        server = installation.up(handle, **settings)
    finally:
        os.close(handle)
    installation.wait_well()
    installation.run("-c", PEOPLE)
    call = Caller(installation.port)
    receipt = journey(call)
    broken = installation.run("-c", BROKEN, **settings)
    wait_for_failure(installation)
    server.terminate()
    assert server.wait(120) == 0
    root = (installation.home / "pg").resolve()
    texts = [
        log.read_text("utf-8"),
        broken,
        *(path.read_text("utf-8") for path in (root / "data" / "log").glob("*")),
    ]
    texts.append(postgres.tail(root / "server.log", 10**6))
    everything = "\n".join(texts)
    lines = [json.loads(line) for text in texts[:2] for line in text.splitlines() if line.startswith("{")]
    assert {"cases:follow_case", "cases:report"} <= {line.get("route") for line in lines}
    assert sum(line["message"] == "a statement failed" for line in lines) == 2
    assert all(re.fullmatch(r"[0-9a-f]{32}|-", line["request_id"]) for line in lines)
    found = [word for word in (*PRIVATE, receipt, "mf_drill") if word in everything]
    assert not found, [line for line in everything.splitlines() if any(word in line for word in found)][:5]
