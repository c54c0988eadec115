"""The log of deliveries is kept as long as the county says, and what is deleted leaves a trace."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from minfu.kernel import clock
from minfu.kernel.models import Event
from minfu.notices import states, tasks
from minfu.notices.models import Delivery, Keeping, Notice, Urgency
from minfu.notices.rules import planning, thinning
from minfu.notices.tests import making
from minfu.notices.tests.outside import NOON, queue, resident
from minfu.notices.tests.test_config import signed_in

pytestmark = pytest.mark.django_db

#: How each state is reached; the database refuses a jump.
WAYS = {
    states.WAITING: (),
    states.SENDING: (states.SENDING,),
    states.SENT: (states.SENDING, states.SENT),
    states.UNKNOWN: (states.SENDING, states.UNKNOWN),
    states.FAILED: (states.FAILED,),
    states.DROPPED: (states.DROPPED,),
    states.TOLD: (states.FAILED, states.TOLD),
}


def delivery(state: str, at: datetime, urgency: int = Urgency.NORMAL) -> Delivery:
    """Return a delivery that came to a state long ago, or lately."""
    row = Delivery.objects.create(
        notice=queue(resident()), channel=making.channel(), recipient="i1", urgency=urgency,
        created_at=at, due_at=at, give_up_at=at + timedelta(days=2),
    )  # fmt: skip
    for one in WAYS[state]:
        Delivery.objects.filter(pk=row.pk).update(state=one)
    if not states.DELIVERY[state].is_open:
        Delivery.objects.filter(pk=row.pk).update(done_at=at)
    return row


def left() -> set[int]:
    return set(Delivery.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("state", WAYS)
@pytest.mark.parametrize("urgency", [Urgency.NORMAL, Urgency.ALARM])
def test_what_is_over_goes_and_what_still_asks_for_somebody_stays(state: str, urgency: int) -> None:
    with time_machine.travel(NOON, tick=False):
        long_ago = clock.now() - timedelta(days=13 * thinning.DAYS_A_MONTH)
        old, new = delivery(state, long_ago, urgency), delivery(state, clock.now(), urgency)
        tasks.thin_deliveries()
        still_asked = state in (states.WAITING, states.SENDING) or (
            urgency == Urgency.ALARM and state in (states.FAILED, states.UNKNOWN)
        )
        assert left() == ({old.pk, new.pk} if still_asked else {new.pk})
        assert Notice.objects.count() == 2, "what was told stays with its matter"


def test_every_deletion_says_how_many_and_a_quiet_night_says_nothing() -> None:
    with time_machine.travel(NOON, tick=False):
        long_ago = clock.now() - timedelta(days=400)
        for _one in range(3):
            delivery(states.SENT, long_ago)
        assert thinning.thin(most=2).deleted == 2
        tasks.thin_deliveries()
        tasks.thin_deliveries()
    said = Event.objects.filter(name="notices.deliveries_deleted").order_by("pk")
    assert [(one.data["deleted"], one.data["months"], one.actor_kind) for one in said] == [
        (2, 12, "system"),
        (1, 12, "system"),
    ]


def test_what_was_deleted_is_not_planned_again() -> None:
    with time_machine.travel(NOON, tick=False):
        making.gateway("http://127.0.0.1:1")
        notice = queue(resident())
        planning.plan()
        row = notice.deliveries.get()
        for one in (states.SENDING, states.SENT):
            Delivery.objects.filter(pk=row.pk).update(state=one, done_at=clock.now() - timedelta(days=400))
        assert thinning.thin().deleted == 1
        planning.plan()
    assert left() == set()


def test_the_county_says_how_long_from_a_day_on() -> None:
    with time_machine.travel(NOON, tick=False) as clock_:
        dispatcher = signed_in(Client(), "county_dispatcher")
        row = delivery(states.SENT, clock.now() - timedelta(days=100))
        day = (NOON + timedelta(days=1)).date().isoformat()
        given = {"months": "2", "valid_from": day, "source": "县里确定"}
        assert dispatcher.post("/notices/config/keeping/", {**given, "months": "0"}).status_code == 422
        assert dispatcher.post("/notices/config/keeping/", given).status_code == 302
        assert dispatcher.post("/notices/config/keeping/", given).status_code == 422, "once a day"
        assert "县里确定" in dispatcher.get("/notices/config/keeping/").content.decode()
        tasks.thin_deliveries()
        assert left() == {row.pk}, "not before its day"
        clock_.move_to(NOON + timedelta(days=1))
        tasks.thin_deliveries()
        assert left() == set()
    assert Keeping.objects.get().months == 2
    assert Event.objects.get(name="notices.keeping_set").data["months"] == 2
