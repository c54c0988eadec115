"""Where rooms meet: effects across rooms, subscribed by the name of a recorded event. The only such place."""

from minfu.cases import tasks as case_tasks
from minfu.kernel import calendar, record
from minfu.kernel.models import Event


def connect() -> None:
    """Subscribe every effect; called once when the site is ready."""
    record.subscribe(calendar.IMPORTED, _count_deadlines_again)


def _count_deadlines_again(_event: Event) -> None:
    """A new working calendar moves open deadlines: a job, queued in the import's own transaction, recounts them."""
    case_tasks.recount_deadlines.defer()
