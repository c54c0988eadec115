"""The kernel's jobs."""

from minfu.kernel import jobs, kept, limits, seals


@jobs.periodic("*/5 * * * *")
def seal_history() -> None:
    """Seal the events recorded since the last seal; when transactions are still under way, the next run does it."""
    upto = seals.horizon()
    if upto is not None:
        seals.seal(upto)


@jobs.periodic("17 * * * *")
def forget_old_rows() -> None:
    """Delete kept answers that are too old to be asked for again, and rate-limit windows that have ended."""
    kept.forget_old()
    limits.forget_ended()
