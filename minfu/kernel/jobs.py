"""Background jobs: procrastinate, whose jobs are PostgreSQL rows.

A room declares its jobs in ``tasks.py`` with ``task``. A job deferred in a transaction exists only when that transaction
commits. Jobs are found by polling; NOTIFY only makes it faster.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Generic, ParamSpec, cast

import procrastinate
from django.db import connection, transaction
from django.db.models import Q
from procrastinate.contrib.django import app as django_app
from procrastinate.contrib.django.django_connector import DjangoConnector

from minfu.kernel import clock

log = logging.getLogger(__name__)

P = ParamSpec("P")

#: Queues the worker of ``minfu up`` serves; a house test compares this with every task's queue.
QUEUES = ("default", "deadlines", "files", "notices", "upkeep", "builtin")
#: Seconds between two looks for jobs when no notification arrives.
POLL_SECONDS = 2.0
#: Seconds between two signs of life of a worker, and after how many it counts as gone.
HEARTBEAT_SECONDS = 10.0
GONE_SECONDS = 30.0
#: Jobs one worker runs at a time.
CONCURRENCY = 2
#: How often a failing job is tried, waiting 4, 16, 64 … seconds in between.
ATTEMPTS = 6
#: Attempts after which a job left behind by a killed worker is given up.
LEFT_BEHIND = 10


class Job(Generic[P]):
    """A declared job: call it to run it here and now, ``defer`` it to have the worker run it."""

    def __init__(self, inner: Any, function: Callable[P, None]):
        self.inner = inner
        self.function = function

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Run the job in this process (tests, commands)."""
        self.function(*args, **kwargs)

    def defer(self, *args: P.args, **kwargs: P.kwargs) -> int:
        """Queue the job in the current transaction and return its number. Arguments are JSON values, by name only."""
        if args:
            raise TypeError("a job takes its arguments by name")
        return cast(int, self.inner.defer(**kwargs))

    def defer_once(self, key: str, /, **kwargs: Any) -> int | None:
        """Queue the job unless one with this key is waiting already; then None is returned."""
        try:
            with transaction.atomic():  # the refusal must not spoil the caller's transaction
                return cast(int, self.inner.configure(queueing_lock=key).defer(**kwargs))
        except procrastinate.exceptions.AlreadyEnqueued:
            return None

    @property
    def queue(self) -> str:
        """Return the queue the job waits in."""
        return cast(str, self.inner.queue)


def task(*, queue: str = "default", attempts: int = ATTEMPTS) -> Callable[[Callable[P, None]], Job[P]]:
    """Declare a function as a job of ``queue``, tried ``attempts`` times. It must be safe to run twice."""
    _served(queue)

    def declare(function: Callable[P, None]) -> Job[P]:
        inner = django_app.task(name=_name(function), queue=queue, retry=_retry(attempts))(function)
        return Job(inner, function)

    return declare


def periodic(
    cron: str, *, queue: str = "upkeep", attempts: int = 1
) -> Callable[[Callable[[], None]], Job[[]]]:
    """Declare a function without arguments as a job started by ``cron``, in UTC (Beijing time less 8 hours).

    Never two at a time; a run that was missed while no worker lived is made up for once.
    """
    _served(queue)

    def declare(function: Callable[[], None]) -> Job[[]]:
        name = _name(function)

        def run(timestamp: int = 0) -> None:  # noqa: ARG001 - procrastinate passes the planned second
            function()

        inner = django_app.task(
            name=name, queue=queue, retry=_retry(attempts), lock=name, queueing_lock=name
        )(run)
        django_app.periodic(cron=cron)(inner)
        return Job(inner, function)

    return declare


def _served(queue: str) -> None:
    """Refuse a queue nobody would work on."""
    if queue not in QUEUES:
        raise LookupError(f"queue {queue} is not served; add it to minfu.kernel.jobs.QUEUES")


def _name(function: Callable[..., Any]) -> str:
    """Return a job's lasting name: room and function, e.g. ``cases.sweep``."""
    return f"{function.__module__.removeprefix('minfu.').removesuffix('.tasks')}.{function.__name__}"


def _retry(attempts: int) -> procrastinate.RetryStrategy | bool:
    """Return procrastinate's form of "try so often"."""
    if attempts <= 1:
        return False
    return procrastinate.RetryStrategy(max_attempts=attempts, exponential_wait=4)


def on_app_ready(app: procrastinate.App) -> None:
    """Called once Django and procrastinate are ready: every declared job must wait in a queue that is served."""
    for job in app.tasks.values():
        _served(job.queue)


def run_worker() -> None:
    """Work on every queue until SIGTERM or SIGINT, then let running jobs finish (at most 10 s)."""
    connector = cast(DjangoConnector, django_app.connector)
    with django_app.replace_connector(connector.get_worker_connector()) as app:
        asyncio.run(_work(app))


async def _work(app: procrastinate.App) -> None:
    """Run the worker, and beside it the recovery of jobs whose worker was killed."""
    async with app.open_async():
        recovery = asyncio.create_task(_recover_forever(app))
        try:
            await app.run_worker_async(
                queues=list(QUEUES),
                name="minfu",
                concurrency=CONCURRENCY,
                fetch_job_polling_interval=POLL_SECONDS,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=GONE_SECONDS,
                shutdown_graceful_timeout=10.0,
                delete_jobs=procrastinate.jobs.DeleteJobCondition.SUCCESSFUL,
            )
        finally:
            recovery.cancel()


async def _recover_forever(app: procrastinate.App) -> None:
    """Recover every few seconds. Not a job itself: a recovery that was killed must not have to wait for itself."""
    while True:
        try:
            await recover(app)
        except (procrastinate.exceptions.ConnectorException, OSError):
            log.warning("could not look for jobs of workers that are gone; will look again")
        await asyncio.sleep(GONE_SECONDS / 2)


async def recover(app: procrastinate.App) -> int:
    """Put jobs whose worker is gone back into the queue and return how many.

    A job that was left behind ``LEFT_BEHIND`` times is given up as failed: it probably kills its worker.
    """
    jobs = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=GONE_SECONDS))
    for job in jobs:
        if job.attempts >= LEFT_BEHIND:
            log.error(
                "job %s (%s) never finished in %d attempts; given up", job.id, job.task_name, job.attempts
            )
            await app.job_manager.finish_job(job, status=procrastinate.jobs.Status.FAILED, delete_job=False)
        else:
            log.warning("job %s (%s) was left behind by a worker; tried again", job.id, job.task_name)
            await app.job_manager.retry_job(job)
    return len(jobs)


def run_waiting() -> int:
    """Run every job that is due here and now, in this process and transaction, and return how many (tests, commands).

    A job that raises stops the run; the exception is the caller's.
    """
    from procrastinate.contrib.django.models import ProcrastinateJob

    ran = 0
    while True:
        due = ProcrastinateJob.objects.filter(status="todo")
        due = due.filter(Q(scheduled_at=None) | Q(scheduled_at__lte=clock.now()))
        row = due.order_by("-priority", "id").first()
        if row is None:
            return ran
        with connection.cursor() as cursor:  # procrastinate's models are read-only
            cursor.execute("delete from procrastinate_jobs where id = %s", [row.pk])
        django_app.tasks[row.task_name].func(**row.args)
        ran += 1
