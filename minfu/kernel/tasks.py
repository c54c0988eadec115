"""The kernel's jobs."""

from minfu.kernel import jobs, seals


@jobs.periodic("*/5 * * * *")
def seal_history() -> None:
    """Seal the events recorded since the last seal; when transactions are still under way, the next run does it."""
    upto = seals.horizon()
    if upto is not None:
        seals.seal(upto)
