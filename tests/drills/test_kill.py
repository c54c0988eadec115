"""``kill -9`` under load, of everything that runs: every demand a caller was told the number of is there, once and whole."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable

import psutil
import pytest

from tests.bad_input.test_database import CALLERS, EACH, Sender, _prepare
from tests.installations import PATIENCE, Installation

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def postmaster(made: Installation) -> psutil.Process:
    """Return PostgreSQL's first process."""
    return psutil.Process(int((made.home / "pg" / "data" / "postmaster.pid").read_text().split()[0]))


def serving(made: Installation, part: str) -> psutil.Process:
    """Return the process that supervises web or jobs."""
    ours = [one for one in made.processes() if one.cmdline()[-1] == part]
    return next(one for one in ours if one.parent() not in ours)


def web_worker(made: Installation) -> psutil.Process:
    """Return one of the processes that answer requests."""
    return serving(made, "web").children()[-1]


#: What dies, in this order, while demands come in.
VICTIMS: tuple[Callable[[Installation], psutil.Process], ...] = (
    web_worker,
    postmaster,
    lambda made: serving(made, "jobs"),
    lambda made: serving(made, "web"),
)


def kill(victim: Callable[[Installation], psutil.Process], made: Installation) -> None:
    """Kill what is named as soon as it runs: after an earlier death it may just be starting again."""
    until = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(
            StopIteration, IndexError, FileNotFoundError, psutil.NoSuchProcess, ProcessLookupError
        ):
            return os.kill(victim(made).pid, signal.SIGKILL)
        assert time.monotonic() < until, "it did not come back"
        time.sleep(0.05)


def test_every_acknowledged_demand_is_there_once(installation: Installation) -> None:
    installation.up()
    installation.wait_well()
    sender = Sender(installation.port, _prepare(installation))
    threads = [threading.Thread(target=sender.run, args=(name,)) for name in range(CALLERS)]
    for thread in threads:
        thread.start()
    for number, victim in enumerate(VICTIMS):
        until = time.monotonic() + 120
        while len(sender.done) < (number + 1) * CALLERS * EACH // 6 and time.monotonic() < until:
            time.sleep(0.01)
        kill(victim, installation)
    for thread in threads:
        thread.join(240)
    assert sender.cut, "nobody noticed anything: the drill killed nothing that mattered"
    assert len(sender.done) == CALLERS * EACH
    assert all(status == 503 for status, _sentence, _after in sender.refused)
    installation.wait_well()
    total = CALLERS * EACH
    counted = "select count(*), count(distinct description), count(distinct id) from cases_case"
    assert installation.ask(counted) == (total, total, total)
    assert len(set(sender.done.values())) == total
    half = (
        "select count(*) from cases_case c where not exists (select 1 from cases_deadline d where d.case_id = c.id)"
        " or (select count(*) from record_event e where e.subject_type = 'case' and e.subject_id = c.id) < 2"
    )
    assert installation.ask(half) == (0,)
    doctor = installation.command("doctor")
    assert doctor.returncode == 0, doctor.stdout
