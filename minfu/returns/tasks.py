"""Jobs of the room."""

from minfu.kernel import jobs
from minfu.returns.rules import actions


@jobs.periodic("7 * * * *", queue="deadlines")
def keep_up() -> None:
    """End forms whose last day has passed, ask for the periods that ended since, remind those that are due."""
    actions.keep_up()
