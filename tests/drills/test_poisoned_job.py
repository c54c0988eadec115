"""A job that fails for ever is given up, named, and holds up nobody."""

import time

import psycopg
import pytest

from minfu.kernel import jobs, postgres
from tests.installations import Installation

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

#: A job whose argument no attempt will ever like, tried as often as any is; and behind it twenty that go well.
POISON = f"""
import django; django.setup()
from django.db import connection, transaction
from minfu.files import tasks
with transaction.atomic(), connection.cursor() as cursor:
    for _number in range(4):
        poisoned = tasks.check_file.defer(file_id="no file has this number")
        cursor.execute("update procrastinate_jobs set attempts = {jobs.ATTEMPTS} where id = %s", [poisoned])
for number in range(20):
    tasks.check_file.defer(file_id=f"00000000-0000-0000-0000-{{number:012}}")
"""


def states(made: Installation) -> dict[str, int]:
    """Return how many of the jobs wait or run, and how many were given up."""
    with psycopg.connect(postgres.embedded_url(made.home)) as connection:
        rows = connection.execute(
            "select status::text, count(*) from procrastinate_jobs where task_name = 'files.check_file' group by 1"
        )
        return {str(status): int(number) for status, number in rows}


def test_a_poisoned_job_is_given_up_and_the_others_go_on(installation: Installation) -> None:
    installation.up()
    installation.wait_well()
    installation.run("-c", POISON)
    until = time.monotonic() + 180
    while states(installation) != {"failed": 4}:
        assert time.monotonic() < until, states(installation)
        time.sleep(0.2)
    assert installation.health()[0] == 200
    doctor = installation.command("doctor")
    assert doctor.returncode == 1
    assert "files.check_file 失败 4 次,已放弃" in doctor.stdout
    assert "retry" in doctor.stdout
