"""The deadline sweep over many open demands, by one worker and by two at once; each alarm must sound exactly once.

A worker is a process of its own that runs ``actions.sweep`` as the job does; its start and Django's are not counted. What is
timed is the whole: claim, escalate, record in the history, write the messages, commit.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator

from bench import home as homes
from bench.home import Home
from bench.read import fill
from bench.report import Figure

OVERDUE = 10_000
SECONDS = 20.0

_WORKER = """
import json, sys, time
import django
django.setup()
from minfu.cases.rules import actions, catalog
from minfu.kernel import calendar
catalog.current(), calendar.current()
print("ready", flush=True)
sys.stdin.readline()
start = time.monotonic()
print(json.dumps({"count": actions.sweep(), "seconds": time.monotonic() - start}))
"""


def measure(where: Home, *, rows: int) -> Iterator[Figure]:
    """Yield the seconds for one and for two workers, and that nothing sounded twice or not at all."""
    fill(where, "open", rows, "--all-open")
    for workers in (1, 2):
        _make_overdue(where, workers)
        seconds, counts = _run(where, workers)
        once = _sounded_once(where, workers)
        share = " + ".join(f"{count:,}" for count in counts)
        exactly = "each exactly once" if once else "NOT exactly once"
        yield Figure(
            "sweep",
            f"{OVERDUE:,} overdue of {rows:,} open, {workers} worker{'s' if workers > 1 else ''}",
            f"{seconds:.1f} s ({share}; {exactly})",
            f"≤ {SECONDS:.0f} s, each once",
            seconds <= SECONDS and once and sum(counts) == OVERDUE,
        )


def _make_overdue(where: Home, turn: int) -> None:
    """Let the clocks of demands spread over the whole table run out an hour ago; others in every turn."""
    with where.connect("open") as connection:
        connection.execute(
            "UPDATE cases_deadline SET started_at = now() - interval '9 days', due_at = now() - interval '1 hour',"
            " alarm_at = now() - interval '1 hour' WHERE case_id IN (SELECT id FROM cases_case"
            " WHERE id %% (SELECT max(id) / %s FROM cases_case) = %s ORDER BY id LIMIT %s)",
            [OVERDUE, turn, OVERDUE],
        )
        connection.execute("VACUUM (ANALYZE) cases_deadline")


def _run(where: Home, workers: int) -> tuple[float, list[int]]:
    """Start workers, let them go at once, and return how long the last took and what each did."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _WORKER],
            cwd=homes.ROOT,
            env=where.environment("open", DJANGO_SETTINGS_MODULE="config.settings"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(workers)
    ]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    start = time.monotonic()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    answers = [json.loads(process.communicate()[0]) for process in processes]
    return time.monotonic() - start, [int(answer["count"]) for answer in answers]


def _sounded_once(where: Home, turn: int) -> bool:
    """Tell whether each demand of this turn, and no other, has exactly one escalation in its history, and one on its clock."""
    with where.connect("open") as connection:
        row = connection.execute(
            "SELECT count(*), max(events), bool_and(stage = 2) FROM (SELECT d.stage, (SELECT count(*) FROM record_event e"
            " WHERE e.subject_type = 'case' AND e.subject_id = d.case_id AND e.name = 'cases.escalated') AS events"
            " FROM cases_deadline d WHERE d.due_at < now() AND d.case_id %% (SELECT max(id) / %s FROM cases_case) = %s) AS x"
            " WHERE events > 0",
            [OVERDUE, turn],
        ).fetchone()
    return row is not None and row[0] == OVERDUE and row[1] == 1 and row[2]
