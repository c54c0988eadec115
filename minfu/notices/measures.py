"""What monitoring sees of notices: the outbox by channel and state, and residents who wait for a call."""

from collections.abc import Iterator

from django.db.models import Count

from minfu.kernel import clock, measures
from minfu.notices import states
from minfu.notices.models import Delivery, Notice

OPEN = (states.WAITING, states.SENDING)


def _outbox() -> Iterator[measures.Reading]:
    open_ones = Delivery.objects.filter(state__in=OPEN).order_by()
    for kind, state, number in open_ones.values_list("channel__kind", "state").annotate(n=Count("pk")):
        yield (kind or "-", state), number


def _oldest() -> Iterator[measures.Reading]:
    waiting = Delivery.objects.filter(state=states.WAITING, due_at__lte=clock.now()).order_by("due_at")
    oldest = waiting.values_list("due_at", flat=True).first()
    yield (), (clock.now() - oldest).total_seconds() if oldest else 0


def _to_phone() -> Iterator[measures.Reading]:
    yield (), Notice.objects.filter(state=states.NO_CHANNEL).order_by()[: measures.MOST].count()


measures.register(
    "outbox", "Messages on their way, by kind of channel and state.", _outbox, ("channel", "state")
)
measures.register(
    "outbox_oldest_seconds", "Seconds for which the oldest message has waited to be sent.", _oldest
)
measures.register(
    "notices_to_phone", f"Residents who wait for a call, counted up to {measures.MOST}.", _to_phone
)
