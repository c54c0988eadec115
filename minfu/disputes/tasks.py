"""Jobs of the room: reminders, days after a new calendar."""

from minfu.disputes.rules import actions, retention
from minfu.kernel import jobs


@jobs.periodic("*/10 * * * *", queue="deadlines")
def remind() -> None:
    """Send the reminders that are due: the court's term, follow-up visits."""
    actions.sweep()


@jobs.task(queue="deadlines")
def recount_terms() -> None:
    """Count the court's last days again; deferred when a new working calendar is imported."""
    actions.recount()


@jobs.periodic("50 17 * * *", queue="upkeep")
def erase_identities() -> None:
    """Erase parties' identities whose time is over, batch after batch, at 1:50 in China."""
    while retention.erase_due():
        pass
