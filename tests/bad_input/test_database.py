"""The database is full, away, or restarted in the middle: a sentence, nothing half done, nothing done twice."""

import http.client
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import psutil
import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client

from minfu.cases.models import Case
from minfu.cases.tests.api import STORY, Caller
from minfu.cases.tests.desk import fresh, sign_in, step_url
from minfu.cases.tests.residents import Resident
from minfu.cases.tests.world import FENGPU_VILLAGES, World
from minfu.kernel.models import Event
from tests.bad_input.doors import INTAKE, said, typed
from tests.installations import Installation

FAILURES = {
    "full": (psycopg.errors.DiskFull("could not extend file: No space left on device"), 507, "存储空间已满"),
    "away": (psycopg.errors.AdminShutdown("terminating connection"), 503, "暂时连接不上"),
}


class Failing:
    """Lets every statement that writes a demand or its history fail while it is entered."""

    def __init__(self, cause: Exception):
        self.cause = cause

    def __call__(self, execute: Any, sql: Any, *more: Any) -> Any:
        text = str(sql).lstrip().upper()
        if text.startswith(("INSERT", "UPDATE", "WITH")) and ("CASES_" in text or "RECORD_EVENT" in text):
            raise OperationalError(str(self.cause)) from self.cause
        return execute(sql, *more)


@pytest.fixture(params=FAILURES)
def failing(request: pytest.FixtureRequest) -> Iterator[tuple[ExitStack, int, str]]:
    """Return what makes the database fail until it is closed, the status, and a part of the sentence."""
    cause, status, sentence = FAILURES[request.param]
    with ExitStack() as stack:
        stack.enter_context(connection.execute_wrapper(Failing(cause)))
        yield stack, status, sentence


def test_registering_fails_with_a_sentence_and_goes_through_later(
    world: World, failing: tuple[ExitStack, int, str]
) -> None:
    stack, status, sentence = failing
    client, form = Client(raise_request_exception=False), typed()
    client.cookies = sign_in("clerk").cookies
    answer = client.post(INTAKE, form)
    assert answer.status_code == status
    assert sentence in said(answer).sentences
    assert "没有提交" in said(answer).sentences
    assert answer["Retry-After"]
    caller = Caller(world, "clerk")
    problem = caller.post("/cases", STORY, key="again")
    assert (problem.status_code, problem["Content-Type"]) == (status, "application/problem+json")
    assert sentence in problem.json()["detail"]
    assert not Case.objects.exists()
    stack.close()
    assert client.post(INTAKE, form).status_code == 302
    assert caller.post("/cases", STORY, key="again").status_code == 201
    assert Case.objects.count() == 2


def test_a_resident_keeps_the_report_and_a_clerk_the_demand(
    world: World, failing: tuple[ExitStack, int, str]
) -> None:
    stack, status, sentence = failing
    stack.close()
    case, person = world.at("handling"), Resident(Client(raise_request_exception=False)).until("check")
    before = Event.objects.count()
    with connection.execute_wrapper(
        Failing(next(one for one, code, _ in FAILURES.values() if code == status))
    ):
        sent = person.client.post(person.url, {})
        step = sign_in("officer").post(
            step_url(case, "report"), {**fresh(case), "text": "换了灯", "settled_level": "village"}
        )
    assert {sent.status_code, step.status_code} == {status}
    assert sentence in said(sent).sentences
    assert Event.objects.count() == before
    case.refresh_from_db()
    assert case.state == "handling"
    assert person.report().description.startswith("村口的路灯坏了")
    assert Case.objects.count() == 2


# --- a real restart ------------------------------------------------------------------------------------------------

PREPARE = """
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
    digest=tokens._digest("mf_walk"), user=user, post=post, created_at=now, expires_at=now + timedelta(days=1)
)
print("mf_walk")
"""
CALLERS, EACH = 4, 15


def _prepare(made: Installation) -> str:
    """Give an installation a dispatcher and return a token of theirs."""
    return made.run("-c", PREPARE).split()[-1]


class Sender:
    """A program that registers demands, each until it is told the number; what went wrong meanwhile is kept."""

    def __init__(self, port: int, token: str):
        self.port, self.token = port, token
        self.refused: list[tuple[int, str, str]] = []
        self.cut = 0
        self.done: dict[str, int] = {}

    def send(self, key: str) -> tuple[int, dict[str, Any], str]:
        """Send one demand once."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        body = {
            "description": f"路灯坏了 {key}",
            "category": "040101",
            "place": {"village": FENGPU_VILLAGES[0]},
        }
        headers = {
            "Authorization": f"Bearer {self.token}", "Idempotency-Key": key, "Content-Type": "application/json",
        }  # fmt: skip
        try:
            line.request("POST", "/api/v1/cases", json.dumps(body), headers)
            answer = line.getresponse()
            return answer.status, json.loads(answer.read()), str(answer.getheader("Retry-After"))
        finally:
            line.close()

    def run(self, name: int) -> None:
        """Send all demands of one sender."""
        until = time.monotonic() + 180
        for number in range(EACH):
            key = f"{name}-{number}"
            while key not in self.done and time.monotonic() < until:
                try:
                    status, body, after = self.send(key)
                except (OSError, http.client.HTTPException):
                    self.cut += 1
                    time.sleep(0.2)
                    continue
                if status == 201:
                    self.done[key] = body["id"]
                else:
                    self.refused.append((status, body["detail"], after))
                    time.sleep(0.2)


def _restart(made: Installation) -> None:
    """Let the database shut down as an administrator's restart does; its owner starts it again."""
    pid = int((made.home / "pg" / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGINT)
    psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=60)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_restart_in_the_middle_loses_nothing_and_doubles_nothing(installation: Installation) -> None:
    installation.up()
    installation.wait_well()
    sender = Sender(installation.port, _prepare(installation))
    threads = [threading.Thread(target=sender.run, args=(name,)) for name in range(CALLERS)]
    for thread in threads:
        thread.start()
    for wanted in (10, 30):
        until = time.monotonic() + 120
        while len(sender.done) < wanted and time.monotonic() < until:
            time.sleep(0.01)
        _restart(installation)
    for thread in threads:
        thread.join(timeout=240)
    installation.wait_well()  # the last may have been sent before the second restart
    assert len(sender.done) == CALLERS * EACH
    assert sender.refused
    for status, sentence, after in sender.refused:
        assert (status, after) == (503, "30"), sentence
        assert "数据库暂时连接不上" in sentence
    assert installation.ask("select count(*), count(distinct description) from cases_case") == (
        CALLERS * EACH,
        CALLERS * EACH,
    )
    whole = installation.ask(
        "select count(*) from cases_case c where not exists (select 1 from cases_deadline d where d.case_id = c.id)"
        " or (select count(*) from record_event e where e.subject_type = 'case' and e.subject_id = c.id) < 2"
    )
    assert whole == (0,)
