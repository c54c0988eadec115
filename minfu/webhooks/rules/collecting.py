"""From the feed of changes to deliveries: each address has a cursor, as any reader of the feed."""

from django.db import transaction
from django.utils import timezone

from minfu.accounts.access import actor_for
from minfu.accounts.actor import Actor
from minfu.accounts.models import System
from minfu.cases import door
from minfu.kernel import clock, seals
from minfu.webhooks import states
from minfu.webhooks.models import Delivery, Endpoint

#: Changes read at a time, and pages of them in one run, after which others have their turn.
SIZE, PAGES = 500, 20
DOOR = "webhook"


def actor_of(system: System) -> Actor | None:
    """Return who a system is: what it may see decides what it is told. None when it is let in no longer."""
    return actor_for(system.post.user, system.post_id, DOOR, second_factor=True)


def standing() -> list[int]:
    """Return the addresses that are told: switched on, of systems let in now."""
    today = timezone.localdate(clock.now())
    found = Endpoint.objects.filter(is_on=True, system__post__period__contains=today)
    return list(found.order_by("pk").values_list("pk", flat=True))


def collect() -> int:
    """Write down what happened since for every address, and return how many deliveries that made."""
    ids = standing()
    upto = seals.settled() if ids else 0
    return sum(_collect(pk, upto) for pk in ids)


def _collect(endpoint_id: int, upto: int) -> int:
    made = 0
    for _page in range(PAGES):
        number, more = _page_of(endpoint_id, upto)
        made += number
        if not more:
            break
    return made


@transaction.atomic
def _page_of(endpoint_id: int, upto: int) -> tuple[int, bool]:
    """Write down a page of changes, together with how far that is; return how many, and whether there are more."""
    rows = Endpoint.objects.select_related("system__post__user").select_for_update(
        of=("self",), skip_locked=True
    )
    endpoint = rows.filter(pk=endpoint_id, is_on=True).first()
    actor = actor_of(endpoint.system) if endpoint else None
    if endpoint is None or actor is None or endpoint.cursor >= upto:
        return 0, False
    found = door.changes(actor, endpoint.cursor, upto=upto, size=SIZE, only=frozenset(endpoint.kinds))
    now = clock.now()
    made = [
        Delivery(
            endpoint=endpoint,
            event_id=one.id,
            kind=one.name,
            number=one.number,
            at=one.at,
            state=states.WAITING,
            due_at=now,
            created_at=now,
        )
        for one in found.changes
    ]
    Delivery.objects.bulk_create(made, ignore_conflicts=True)
    Endpoint.objects.filter(pk=endpoint.pk).update(cursor=found.reached)
    return len(made), found.more
