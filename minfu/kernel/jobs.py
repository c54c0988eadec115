"""Background jobs: procrastinate, whose jobs are PostgreSQL rows.

A room declares its jobs in ``tasks.py`` with ``task``. A job deferred in a transaction exists only when that transaction
commits. Jobs are found by polling; NOTIFY only makes it faster.
"""

import asyncio
import logging
import signal
from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, ParamSpec, cast

import procrastinate
from django.db import connection, transaction
from django.db.models import Q
from procrastinate.contrib.django import app as django_app
from procrastinate.contrib.django.django_connector import DjangoConnector

from minfu.kernel import clock

log = logging.getLogger(__name__)

P = ParamSpec("P")

#: What the worker of ``minfu up`` serves: lanes of queues, and how many jobs of a lane run at a time. What waits for servers
#: outside has a lane of its own: however many of them hang, deadlines, files and upkeep go on.
LANES: dict[str, tuple[tuple[str, ...], int]] = {
    "minfu": (("default", "deadlines", "files", "upkeep", "builtin"), 2),
    "minfu-notices": (("notices",), 3),
    "minfu-outward": (("outward",), 2),
}
#: All queues that are served; a house test compares this with every task's queue.
QUEUES = tuple(queue for queues, _jobs in LANES.values() for queue in queues)
#: Seconds between two looks for jobs when no notification arrives.
POLL_SECONDS = 2.0
#: Seconds between two signs of life of a worker, and after how many it counts as gone.
HEARTBEAT_SECONDS = 10.0
GONE_SECONDS = 30.0
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

    def defer_at(self, moment: datetime, /, **kwargs: Any) -> int:
        """Queue the job in the current transaction to run at ``moment`` (aware) or soon after; return its number."""
        return cast(int, self.inner.configure(schedule_at=moment).defer(**kwargs))

    def defer_once(self, key: str, /, *, alone: bool = False, **kwargs: Any) -> int | None:
        """Queue the job unless one with this key is waiting already; then None is returned.

        ``alone``: it does not begin while another job with this key is running.
        """
        more = {"lock": key} if alone else {}
        try:
            with transaction.atomic():  # the refusal must not spoil the caller's transaction
                return cast(int, self.inner.configure(queueing_lock=key, **more).defer(**kwargs))
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

    Never two at a time; a run that was missed while no worker lived is made up for once. A job that runs all the time has
    several ``attempts``: an upgrade that takes a table may cost it one, and nobody need look into that.
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
    """Run a worker for each lane, and beside them the recovery of jobs whose worker was killed."""
    async with app.open_async():
        recovery = asyncio.create_task(_recover_forever(app))
        lanes = [asyncio.create_task(_run_lane(app, name)) for name in LANES]
        loop = asyncio.get_running_loop()

        def stop(number: signal.Signals) -> None:
            loop.remove_signal_handler(number)  # a second one ends the process at once
            for lane in lanes:
                if not lane.cancelling():
                    lane.cancel()

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop, number)
        try:
            await run_together(lanes)
        finally:
            recovery.cancel()


async def run_together(lanes: list[asyncio.Task[None]]) -> None:
    """Wait for the lanes; when one ends, the others finish what they are doing and end too. Raises what one of them raised.

    A lane that lost its database ends; the supervisor then starts the whole worker anew.
    """
    await asyncio.wait(lanes, return_when=asyncio.FIRST_COMPLETED)
    for lane in lanes:
        if not lane.cancelling():  # told twice, a worker would not wait for its jobs
            lane.cancel()
    for outcome in await asyncio.gather(*lanes, return_exceptions=True):
        if isinstance(outcome, BaseException) and not isinstance(outcome, asyncio.CancelledError):
            raise outcome


async def _run_lane(app: procrastinate.App, name: str) -> None:
    """Work on the queues of a lane until cancelled, then let running jobs finish (at most 10 s)."""
    queues, concurrency = LANES[name]
    await app.run_worker_async(
        queues=list(queues),
        name=name,
        concurrency=concurrency,
        fetch_job_polling_interval=POLL_SECONDS,
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=GONE_SECONDS,
        shutdown_graceful_timeout=10.0,
        install_signal_handlers=False,  # the last lane's would be the only ones
        delete_jobs=procrastinate.jobs.DeleteJobCondition.SUCCESSFUL,
    )


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
