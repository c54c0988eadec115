"""What monitoring sees of demands: clocks whose alarm is due and was not sounded, a category model that cannot be read."""

from collections.abc import Iterator

from minfu.cases.models import Deadline
from minfu.cases.rules.hints import folder
from minfu.kernel import clock, measures
from minfu.language import versions


def _due() -> Iterator[measures.Reading]:
    """Count them; many for long mean that the sweep does not run."""
    due = Deadline.objects.filter(state="running", alarm_at__lte=clock.now())
    yield (), due.order_by("alarm_at")[: measures.MOST].count()


def _oldest() -> Iterator[measures.Reading]:
    due = Deadline.objects.filter(state="running", alarm_at__lte=clock.now()).order_by("alarm_at")
    oldest = due.values_list("alarm_at", flat=True).first()
    yield (), (clock.now() - oldest).total_seconds() if oldest else 0


def _model_broken() -> Iterator[measures.Reading]:
    """1 when the version in use is missing or broken; a county that has learned none yet has nothing broken."""
    yield (), 1 if versions.trouble(folder()) else 0


measures.register("category_model_broken", "1 when the category model in use cannot be read.", _model_broken)
measures.register(
    "alarms_due", f"Deadline alarms that wait to be sounded, counted up to {measures.MOST}.", _due
)
measures.register("alarm_oldest_seconds", "Seconds for which the oldest deadline alarm has waited.", _oldest)
