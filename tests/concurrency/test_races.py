"""Two people at once on one demand; several workers at one sweep.

Each race runs on real connections in real threads. Its control does the same without the lock and shows the damage, so that
a green race means something.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, connections, transaction

from minfu.cases import events
from minfu.cases.models import Case, Deadline
from minfu.cases.rules import actions, catalog, importing
from minfu.cases.rules.intake import Intake
from minfu.cases.tests.world import World, build
from minfu.kernel import clock, record
from minfu.kernel.errors import Refused
from minfu.kernel.models import Event
from minfu.kernel.record import Fact
from minfu.notices.models import Notice
from minfu.places import index

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> Iterator[World]:
    index.forget()
    catalog.forget()
    yield build()
    catalog.forget()
    index.forget()


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls at the same moment, each on a connection of its own; return results or refusals in order."""
    barrier = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            results[place] = call()
        except Exception as error:  # noqa: BLE001 - the test looks at what it was
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=180)
    return results


def test_two_clerks_take_the_same_step_and_one_is_told_so(world: World) -> None:
    case = world.register()
    results = at_once(*[lambda: actions.accept(actor=world.officer, case_id=case.pk)] * 4)
    taken = [result for result in results if isinstance(result, Case)]
    refused = [result for result in results if isinstance(result, Refused)]
    assert (len(taken), len(refused)) == (1, 3)
    assert Event.objects.filter(subject_id=case.pk, name=events.ACCEPTED).count() == 1
    assert case.deadlines.get(clock="accept").state == "met"


def test_control_without_the_lock_the_step_is_taken_twice(world: World) -> None:
    case = world.register()
    both_read = threading.Barrier(2)

    def careless() -> int:
        with transaction.atomic():
            row = Case.objects.get(pk=case.pk)  # no lock: both read "assigned"
            allowed = row.state == "assigned"
            both_read.wait(timeout=60)
            return Case.objects.filter(pk=case.pk).update(version=row.version + 1) if allowed else 0

    assert at_once(careless, careless) == [1, 1]
    case.refresh_from_db()
    assert case.version == 2  # two steps were taken and one of them is lost


def test_the_chain_never_forks(world: World) -> None:
    case = world.register()
    calls = [
        lambda text=text: actions.remark(actor=world.clerk, case_id=case.pk, what=text)
        for text in "甲乙丙丁戊己"
    ]
    assert all(isinstance(result, Case) for result in at_once(*calls))
    rows = record.history((events.SUBJECT, case.pk))
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert all(bytes(after.prev_hash) == bytes(before.hash) for before, after in pairwise(rows))


def test_control_without_the_row_lock_the_database_refuses_a_fork(world: World) -> None:
    case = world.register()
    both_built = threading.Barrier(2)
    last = record.history((events.SUBJECT, case.pk))[-1]

    def careless() -> int:
        rows = record.build(
            (events.SUBJECT, case.pk),
            [Fact(events.REMARKED)],
            world.clerk.stamp,
            after=(last.seq, bytes(last.hash)),
        )
        both_built.wait(timeout=60)
        return len(record.save(rows))

    kinds = Counter(type(result).__name__ for result in at_once(careless, careless))
    assert kinds == {"int": 1, "IntegrityError": 1}


def test_two_merges_the_other_way_round_do_not_deadlock(world: World) -> None:
    for _attempt in range(5):
        one, other = world.register(), world.register()
        results = at_once(
            partial(actions.merge, actor=world.clerk, case_id=one.pk, into_id=other.pk),
            partial(actions.merge, actor=world.clerk, case_id=other.pk, into_id=one.pk),
        )
        states = sorted(Case.objects.filter(pk__in=[one.pk, other.pk]).values_list("state", flat=True))
        assert states == ["assigned", "merged"], results


def test_a_joined_residents_no_is_never_lost_beside_the_reporters_yes(world: World) -> None:
    """Whoever comes first, the main demand is reopened, and its history has no fork."""
    for _attempt in range(4):
        main, joined = world.register(), world.register()
        actions.merge(actor=world.clerk, case_id=joined.pk, into_id=main.pk)
        actions.accept(actor=world.officer, case_id=main.pk)
        actions.report(actor=world.officer, case_id=main.pk, what="换了灯泡。")
        actions.verify(actor=world.clerk, case_id=main.pk, finding="看过")
        results = at_once(
            partial(actions.confirm, actor=world.resident(main), case_id=main.pk, outcome="solved"),
            partial(
                actions.confirm_merged,
                actor=world.resident(joined),
                case_id=joined.pk,
                outcome="not_solved",
                remark="我家门口还不亮",
            ),
        )
        main.refresh_from_db()
        assert (main.state, main.reopened) == ("waiting", 1), results
        rows = record.history((events.SUBJECT, main.pk))
        assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
        assert [row.name for row in rows].count(events.MERGED_NOT_SOLVED) == 1


def table(count: int) -> bytes:
    rows = "\n".join(f"村口第 {n} 盏路灯不亮,A-{n}" for n in range(count))
    return f"反映内容,来源编号\n{rows}".encode()


def test_one_table_imported_by_two_at_once_is_imported_once(world: World) -> None:
    data = table(12)
    clerks = (world.clerk, world.dispatcher)
    results = at_once(
        *[partial(importing.import_table, actor=one, data=data, source="12345热线") for one in clerks]
    )
    assert Case.objects.count() == 12, results
    assert sorted((one.imported, one.known_before) for one in results) == [(0, 12), (12, 0)]


def test_a_row_that_comes_by_another_door_meanwhile_is_known_not_lost(world: World) -> None:
    """The API takes no turn: the import meets its row at the constraint, and goes on without it."""
    read = threading.Event()

    def from_a_program() -> int:
        assert read.wait(timeout=60)
        with transaction.atomic():
            made = world.register(actor=world.dispatcher, door="api", source="12345热线", external_id="A-3")
            registered.set()
            time.sleep(0.3)  # the import is at the constraint now, and waits for this to end
        return made.pk

    registered = threading.Event()
    really = actions.register_many

    def late(**given: Any) -> Any:
        read.set()
        assert registered.wait(timeout=60)
        return really(**given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importing, "register_many", late)
        pk, outcome = at_once(
            from_a_program,
            partial(importing.import_table, actor=world.clerk, data=table(12), source="12345热线"),
        )
    assert Case.objects.get(source="12345热线", external_id="A-3").pk == pk
    assert (outcome.imported, outcome.known_before, Case.objects.count()) == (11, 1, 12)


def test_control_imports_that_take_no_turn_and_do_not_look_again_meet_at_the_constraint(
    world: World,
) -> None:
    both_read = threading.Barrier(2)

    def careless() -> int:
        known = set(Case.objects.filter(source="12345热线").values_list("external_id", flat=True))
        both_read.wait(timeout=60)
        rows = [
            Intake(door="import", description="路灯不亮", source="12345热线", external_id=f"A-{n}")
            for n in range(3)
        ]
        return len(
            actions.register_many(
                actor=world.clerk, intakes=[row for row in rows if row.external_id not in known]
            )
        )

    kinds = Counter(type(result).__name__ for result in at_once(careless, careless))
    assert kinds == {"int": 1, "IntegrityError": 1}


def overdue(world: World, count: int) -> None:
    """Register demands and make one clock of each overdue."""
    for _number in range(count):
        world.register()
    day = timedelta(days=1)
    now = clock.now()
    Deadline.objects.filter(clock="accept").update(
        started_at=now - 3 * day, due_at=now - day, alarm_at=now - day, stage=1
    )
    Deadline.objects.exclude(clock="accept").update(alarm_at=None)


def test_several_workers_escalate_each_clock_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    overdue(world, 30)
    monkeypatch.setattr(actions.sweep.__globals__["deadlines"], "next_alarm", lambda _row, _calendar: None)
    monkeypatch.setitem(actions.sweep.__globals__, "BATCH", 7)
    assert sum(at_once(*[actions.sweep] * 4)) == 30
    escalated = Event.objects.filter(name=events.ESCALATED).values_list("subject_id", flat=True)
    assert Counter(escalated) == dict.fromkeys(Case.objects.values_list("pk", flat=True), 1)
    assert Notice.objects.filter(event=events.ESCALATED).count() == 60  # the unit and the desk above it


def test_control_workers_that_do_not_claim_escalate_twice(world: World) -> None:
    overdue(world, 3)
    both_read = threading.Barrier(2)

    def careless() -> int:
        due = list(Deadline.objects.filter(state="running", alarm_at__lte=clock.now()))
        both_read.wait(timeout=60)
        return len(due)

    assert sum(at_once(careless, careless)) == 6


def test_a_batch_that_fails_does_not_stop_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    overdue(world, 4)
    poisoned = Deadline.objects.filter(clock="accept").order_by("pk").first()
    assert poisoned is not None
    sweep_module = actions.sweep.__globals__
    sound = sweep_module["_sound"]

    def explode(row: Deadline, now: datetime, *more: Any) -> Any:
        if row.pk == poisoned.pk:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1/0")
        return sound(row, now, *more)

    monkeypatch.setitem(sweep_module, "_sound", explode)
    actions.sweep()
    assert Event.objects.filter(name=events.ESCALATED).values("subject_id").distinct().count() == 3
    poisoned.refresh_from_db()
    assert poisoned.alarm_at is not None
    assert poisoned.alarm_at > clock.now()
