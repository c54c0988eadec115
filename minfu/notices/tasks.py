"""Jobs of the outbox: what only its reader may know is not kept."""

from minfu.kernel import jobs
from minfu.notices import outbox


@jobs.periodic("*/10 * * * *")
def forget_secrets() -> None:
    """Drop codes and links that were not delivered in time; every ten minutes."""
    outbox.forget_secrets()
