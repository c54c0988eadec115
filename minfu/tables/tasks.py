"""Jobs: exports too long to wait for, and clearing."""

from minfu.kernel import jobs
from minfu.tables import runs


@jobs.task()
def run_export(run: int) -> None:
    """Do an export; deferred when one is recorded as waiting."""
    runs.do(run)


@jobs.periodic("25 18 * * *")
def clear_exports() -> None:
    """Forget exported files after some days, at 2:25 in China."""
    runs.clear_old()
