"""Jobs of the storey: figures are kept up to date between two readers."""

from minfu.figures.rules import feed
from minfu.kernel import jobs


@jobs.periodic("* * * * *", queue="upkeep", attempts=3)
def keep_up() -> None:
    """Count what happened since the last time."""
    feed.keep_up()
