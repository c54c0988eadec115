"""Jobs of the room: alarms nobody acknowledged, dates that are over, dates after a new calendar."""

from minfu.hazards.rules import actions
from minfu.kernel import jobs


@jobs.periodic("* * * * *", queue="deadlines")
def sweep_alarms() -> None:
    """Tell the next round of alarms nobody has acknowledged; at any hour."""
    actions.sweep_alarms()


@jobs.periodic("*/10 * * * *", queue="deadlines")
def sweep_dates() -> None:
    """Tell of hazards whose date is over."""
    actions.sweep_dates()


@jobs.task(queue="deadlines")
def recount_dates() -> None:
    """Count open dates again; deferred when a new working calendar is imported."""
    actions.recount()
