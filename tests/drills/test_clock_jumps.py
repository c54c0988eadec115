"""The server's clock jumps forward, and back: nothing is lost, the history holds, nobody stays locked out."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from minfu.cases import events
from minfu.cases.models import Deadline
from minfu.cases.rules import actions
from minfu.cases.tests.desk import sign_in
from minfu.cases.tests.world import World
from minfu.kernel import clock, limits, seals
from minfu.kernel.models import Event
from minfu.site import checks
from tests.bad_input.conftest import world

__all__ = ["world"]  # a fixture

NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)  # 10:00 in China, a Tuesday
AHEAD = timedelta(days=40)


def verified() -> bool:
    """Tell whether chains and seals hold."""
    upto = seals.horizon()
    if upto is not None:
        seals.seal(upto)
    return seals.verify(lambda _done, _total: None) is None


@pytest.mark.django_db(transaction=True)
def test_forward_and_back_a_demand_goes_its_way_and_the_history_holds(world: World) -> None:
    with time_machine.travel(NOW, tick=False):
        case = world.register()
        due = Deadline.objects.get(case=case, clock="resolve").due_at
    with time_machine.travel(NOW + AHEAD, tick=False):
        assert actions.sweep() >= 1  # taken for overdue: said to the desk above, nothing decided
        case = actions.accept(actor=world.officer, case_id=case.pk)
        other = world.register()
        assert verified()
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        assert actions.sweep() == 0
        case = actions.report(actor=world.officer, case_id=case.pk, what="换了灯泡,已亮。")
        case = actions.verify(actor=world.clerk, case_id=case.pk, finding="现场看过,路灯已亮。")
        assert Deadline.objects.get(case=case, clock="resolve").due_at == due
        actions.accept(actor=world.officer, case_id=other.pk)
        for one in (case, other):
            assert sign_in("clerk").get(f"/cases/{one.pk}/").status_code == 200
        assert sign_in("clerk").get("/cases/").status_code == 200
        assert verified()
        order = list(Event.objects.filter(subject_id=case.pk).order_by("seq").values_list("name", flat=True))
        assert order.index(events.ACCEPTED) < order.index(events.REPORTED)
        finding = next(iter(checks.clocks(lambda _done, _total: None)))
        assert not finding.well


@pytest.mark.django_db
def test_a_window_that_ends_far_ahead_locks_nobody_out() -> None:
    with time_machine.travel(NOW + AHEAD, tick=False):
        limits.hit("drill", limit=1, seconds=60)
        with pytest.raises(limits.TooMany):
            limits.hit("drill", limit=1, seconds=60)
    with time_machine.travel(NOW, tick=False):
        assert limits.hit("drill", limit=1, seconds=60) == 0
        with pytest.raises(limits.TooMany) as refused:
            limits.hit("drill", limit=1, seconds=60)
        assert refused.value.extra["retry_after"] <= 60


@pytest.mark.django_db(transaction=True)
def test_the_databases_clock_is_not_asked_for_what_is_recorded(world: World) -> None:
    """Two clocks would disagree after a jump: whatever is recorded goes by the one the tests can turn."""
    with time_machine.travel(NOW, tick=False):
        case = world.register()
        assert Event.objects.filter(subject_id=case.pk).latest("seq").at == clock.now()
        with connection.cursor() as cursor:
            cursor.execute("SELECT now()")
            assert cursor.fetchone()[0] != clock.now()
