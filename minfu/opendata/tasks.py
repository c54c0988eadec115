"""Jobs of the storey: an edition a day."""

from minfu.kernel import jobs
from minfu.opendata.rules import editions


@jobs.periodic("*/20 * * * *", queue="upkeep")
def refresh() -> None:
    """Make today's edition if it is not there yet."""
    editions.make_today()
