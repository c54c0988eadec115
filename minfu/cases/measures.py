"""What monitoring sees of demands: clocks whose alarm is due and was not sounded."""

from collections.abc import Iterator

from minfu.cases.models import Deadline
from minfu.kernel import clock, measures


def _due() -> Iterator[measures.Reading]:
    """Count them; many for long mean that the sweep does not run."""
    due = Deadline.objects.filter(state="running", alarm_at__lte=clock.now())
    yield (), due.order_by("alarm_at")[: measures.MOST].count()


def _oldest() -> Iterator[measures.Reading]:
    due = Deadline.objects.filter(state="running", alarm_at__lte=clock.now()).order_by("alarm_at")
    oldest = due.values_list("alarm_at", flat=True).first()
    yield (), (clock.now() - oldest).total_seconds() if oldest else 0


measures.register(
    "alarms_due", f"Deadline alarms that wait to be sounded, counted up to {measures.MOST}.", _due
)
measures.register("alarm_oldest_seconds", "Seconds for which the oldest deadline alarm has waited.", _oldest)
