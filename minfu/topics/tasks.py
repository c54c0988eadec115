"""Jobs of the room: read on, and let what is a month old cool."""

from minfu.kernel import jobs
from minfu.topics.rules import following


@jobs.periodic("* * * * *", queue="default", attempts=3)
def follow() -> None:
    """Let new demands join topics, for some seconds; what is left the next run reads."""
    following.follow()


@jobs.periodic("10 17 * * *", queue="upkeep")
def cool() -> None:
    """Count the topics of the last thirty days anew, soon after midnight in Beijing."""
    following.cool()
