"""Jobs: transactional, polled, recovered when their worker is killed."""

import asyncio
import os
import signal
import threading
from collections.abc import Iterator
from typing import cast

import procrastinate
import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app as django_app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob

from minfu.kernel import jobs

ran: list[str] = []


def note(word: str) -> None:
    ran.append(word)


@pytest.fixture
def job() -> Iterator[jobs.Job]:
    """Return a job declared for this test only."""
    ran.clear()
    declared = jobs.task(queue="upkeep")(note)
    yield declared
    django_app.tasks.pop(declared.inner.name)


def test_a_queue_nobody_serves_is_refused() -> None:
    with pytest.raises(LookupError, match="not served"):
        jobs.task(queue="nowhere")


def test_every_declared_task_waits_in_a_served_queue() -> None:
    assert {task.queue for task in django_app.tasks.values()} <= set(jobs.QUEUES)


@pytest.mark.django_db
def test_deferred_job_runs_once(job) -> None:
    job.defer(word="一")
    assert ran == []
    assert (jobs.run_waiting(), jobs.run_waiting(), ran) == (1, 0, ["一"])


@pytest.mark.django_db
def test_job_of_a_transaction_that_failed_does_not_exist(job) -> None:
    with transaction.atomic():
        job.defer(word="无")
        transaction.set_rollback(True)
    assert jobs.run_waiting() == 0


@pytest.mark.django_db
def test_once_means_once_until_it_ran(job) -> None:
    assert job.defer_once("key", word="一")
    assert job.defer_once("key", word="二") is None
    jobs.run_waiting()
    assert job.defer_once("key", word="三")


@pytest.mark.django_db
def test_positional_arguments_are_refused(job) -> None:
    with pytest.raises(TypeError):
        job.defer("一")


def left_behind(attempts: int) -> int:
    """Return the number of a job that a worker, now gone, was doing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, status, attempts)"
            " values ('upkeep', 'kernel.gone', 'doing', %s) returning id",
            [attempts],
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_job_of_a_killed_worker_is_tried_again_and_a_deadly_one_given_up() -> None:
    harmless, deadly = left_behind(1), left_behind(jobs.LEFT_BEHIND)

    async def recover() -> int:
        app: procrastinate.App = django_app
        with app.replace_connector(cast(DjangoConnector, app.connector).get_worker_connector()) as worker_app:
            async with worker_app.open_async():
                return await jobs.recover(worker_app)

    assert asyncio.run(recover()) == 2
    assert ProcrastinateJob.objects.get(pk=harmless).status == "todo"
    assert ProcrastinateJob.objects.get(pk=deadly).status == "failed"


#: Two jobs for notices and one for upkeep: they get past it only while all three run.
meeting = threading.Barrier(3)


def hang() -> None:
    meeting.wait(60)
    ran.append("hung")


def release_and_stop() -> None:
    meeting.wait(60)
    ran.append("upkeep")
    os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.django_db(transaction=True)
def test_notices_that_hang_do_not_stop_other_jobs_and_a_stop_waits_for_what_runs(monkeypatch) -> None:
    monkeypatch.setattr(django_app.periodic_registry, "periodic_tasks", {})
    ran.clear()
    meeting.reset()
    hanging, upkeep = jobs.task(queue="notices")(hang), jobs.task(queue="upkeep")(release_and_stop)
    try:
        hanging.defer()
        hanging.defer()
        upkeep.defer()
        jobs.run_worker()  # ends because the upkeep job asks it to, which it can only beside the other two
    finally:
        django_app.tasks.pop(hanging.inner.name)
        django_app.tasks.pop(upkeep.inner.name)
    assert sorted(ran) == ["hung", "hung", "upkeep"]
    assert not ProcrastinateJob.objects.filter(task_name__endswith=".hang").exists()


def test_when_one_lane_fails_the_others_end_and_the_failure_is_told() -> None:
    ended: list[str] = []

    async def fails() -> None:
        raise OSError("the database is gone")

    async def works() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("works")

    async def both() -> None:
        await jobs.run_together([asyncio.create_task(works()), asyncio.create_task(fails())])

    with pytest.raises(OSError, match="database is gone"):
        asyncio.run(both())
    assert ended == ["works"]
