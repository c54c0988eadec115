"""Jobs: exports too long to wait for, and clearing."""

from minfu.kernel import jobs
from minfu.tables import held, runs


@jobs.task()
def run_export(run: int) -> None:
    """Do an export; deferred when one is recorded as waiting."""
    runs.do(run)


@jobs.periodic("25 18 * * *")
def clear_exports() -> None:
    """Forget exported files after some days, at 2:25 in China."""
    runs.clear_old()


@jobs.periodic("35 * * * *")
def clear_held() -> None:
    """Delete uploaded tables nobody explained in time, every hour."""
    held.clear_old()
