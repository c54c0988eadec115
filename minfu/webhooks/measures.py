"""What monitoring sees of webhooks: what waits to be sent, for how long, and addresses that were switched off."""

from collections.abc import Iterator

from minfu.kernel import clock, measures
from minfu.webhooks import states
from minfu.webhooks.models import Delivery, Endpoint

_WAITING = Delivery.objects.filter(state=states.WAITING, endpoint__is_on=True)


def _waiting() -> Iterator[measures.Reading]:
    yield (), _WAITING.order_by()[: measures.MOST].count()


def _oldest() -> Iterator[measures.Reading]:
    oldest = _WAITING.order_by("created_at").values_list("created_at", flat=True).first()
    yield (), (clock.now() - oldest).total_seconds() if oldest else 0


def _given_up() -> Iterator[measures.Reading]:
    off = Endpoint.objects.filter(is_on=False).exclude(off_why=Endpoint.Why.ADMINISTRATOR)
    yield (), off.count()


measures.register("webhooks_waiting", f"Changes to be sent, counted up to {measures.MOST}.", _waiting)
measures.register("webhooks_oldest_seconds", "Seconds for which the oldest change has waited.", _oldest)
measures.register("webhooks_given_up", "Addresses that were switched off because they failed.", _given_up)
