"""Identities go when their time is over, and not a day earlier; the demand and its history stay."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from minfu.accounts.actor import system
from minfu.cases import events, tasks
from minfu.cases.models import Case, Retention
from minfu.cases.rules import actions, catalog, retention
from minfu.cases.rules.actions import configure
from minfu.cases.rules.detail import reporter
from minfu.cases.rules.intake import Person
from minfu.cases.tests.world import World
from minfu.kernel import jobs, record
from minfu.kernel.errors import Invalid, Missing, Refused
from minfu.registry import vault
from minfu.registry.models import Erasure, Identity

CHINA = ZoneInfo("Asia/Shanghai")
ENDED = datetime(2026, 11, 16, 9, 0, tzinfo=CHINA)
LAST_DAY, DAY_AFTER = datetime(2028, 11, 15, 3, tzinfo=CHINA), datetime(2028, 11, 16, 3, tzinfo=CHINA)
PERSON = Person(name="王小明", phone="13800001234")
PARTS = configure.PARTS


@pytest.fixture
def solved(world: World) -> Case:
    with time_machine.travel(ENDED, tick=False):
        return world.at("solved", person=PERSON)


@given(st.dates(date(2000, 1, 1), date(2090, 12, 31)), st.integers(1, 400))
def test_months_later_is_that_day_of_that_month_or_its_last(day: date, months: int) -> None:
    later = retention.months_later(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


def test_an_open_demand_keeps_its_reporter_and_an_ended_one_says_until_when(world: World) -> None:
    open_case = world.register(person=PERSON)
    assert open_case.identity_until is None
    with time_machine.travel(ENDED, tick=False):
        case = world.at("solved", person=PERSON)
    assert case.identity_until == date(2028, 11, 16)


def test_a_reopened_demand_needs_its_reporter_again(world: World) -> None:
    case = world.at("asking", person=PERSON)
    case = actions.confirm(actor=world.resident(case), case_id=case.pk, outcome="not_solved", remark="还漏")
    assert case.state not in ("solved", "unconfirmed")
    assert case.identity_until is None


def test_an_identity_goes_on_its_day_and_leaves_no_trace_but_the_log(world: World, solved: Case) -> None:
    with time_machine.travel(LAST_DAY, tick=False):
        tasks.erase_identities()
        assert vault.masked(Identity.objects.get()).phone == "138****1234"
    with time_machine.travel(DAY_AFTER, tick=False):
        tasks.erase_identities()
    identity = Identity.objects.get()
    assert (bytes(identity.sealed), identity.phone_index) == (b"", None)
    log = Erasure.objects.get()
    assert (log.ground, log.identity) == ("retention", identity)
    solved.refresh_from_db()
    assert solved.identity_until is None
    assert record.history((events.SUBJECT, solved.pk))[-1].name == events.IDENTITY_ERASED
    with connection.cursor() as cursor:
        cursor.execute("SELECT i::text || c::text FROM registry_identity i, cases_case c")
        assert "13800001234" not in cursor.fetchone()[0]
    tasks.erase_identities()
    assert Erasure.objects.count() == 1


def test_after_that_nobody_can_look_and_the_page_says_why(world: World, solved: Case) -> None:
    with time_machine.travel(DAY_AFTER, tick=False):
        retention.erase_due()
        case = Case.objects.get(pk=solved.pk)
        shown = reporter(world.clerk, case)
        assert shown.masked is not None
        assert shown.masked.erased
        assert not shown.may_reveal
        purpose = vault.Purpose("contact", "回访")
        with pytest.raises(Missing, match="已经删除"):
            actions.reveal(actor=world.clerk, case_id=case.pk, purpose=purpose)


def test_an_identity_that_another_demand_still_needs_stays(world: World, solved: Case) -> None:
    other = world.register(person=PERSON)
    Case.objects.filter(pk=other.pk).update(reporter=solved.reporter)
    with time_machine.travel(DAY_AFTER, tick=False):
        retention.erase_due()
    assert not Erasure.objects.exists()


def test_the_log_of_erasures_is_only_added_to(world: World, solved: Case) -> None:
    with time_machine.travel(DAY_AFTER, tick=False):
        retention.erase_due()
    for change in (
        lambda: Erasure.objects.update(basis="别的"),
        lambda: Erasure.objects.all().delete(),
        lambda: Identity.objects.filter(erasure__isnull=False).update(sealed=b"x"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def rule(**more: object) -> Retention:
    return Retention.objects.create(valid_from=date(2020, 1, 1), source="县定", **more)


def test_the_most_specific_rule_wins(world: World) -> None:
    rule(months=24)
    rule(kind="complaint", months=12)
    rule(category_code="04", months=6)
    rule(category_code="0401", months=3)
    config = catalog.load(date(2026, 11, 22))
    kept = [
        config.months_kept(category=category, kind=kind)
        for category, kind in (
            ("", "request"),
            ("", "complaint"),
            ("040101", "complaint"),
            ("0402", "request"),
        )
    ]
    assert kept == [24, 12, 3, 6]


def test_a_changed_rule_reaches_what_has_ended_before(world: World, solved: Case) -> None:
    old = rule(months=24)
    with time_machine.travel(ENDED + timedelta(days=30), tick=False):
        terms = configure.Terms(date(2026, 12, 20), "县政办〔2026〕9 号")
        content = {"category_code": "", "kind": "", "months": 6}
        configure.save_version(
            actor=world.dispatcher, part=PARTS["retention"], content=content, terms=terms, pk=old.pk
        )
        solved.refresh_from_db()
        assert solved.identity_until == date(2028, 11, 16)  # the new rule does not hold yet
    with time_machine.travel(datetime(2026, 12, 20, 1, tzinfo=CHINA), tick=False):
        catalog.forget()
        jobs.run_waiting()
        solved.refresh_from_db()
        assert solved.identity_until == date(2027, 5, 16)


def test_nobody_sets_a_rule_that_is_none_or_takes_away_the_last(world: World) -> None:
    last = rule(months=24)
    for months in (0, 361):
        with pytest.raises(Invalid, match="1 到 360"):
            configure.save_version(
                actor=world.dispatcher,
                part=PARTS["retention"],
                content={"category_code": "04", "kind": "", "months": months},
                terms=configure.Terms(configure.today(), "试"),
            )
    with pytest.raises(Refused, match="通用的这一条"):
        configure.end_version(
            actor=world.dispatcher,
            part=PARTS["retention"],
            pk=last.pk,
            on=configure.today() + timedelta(days=1),
            reason="试",
        )


def test_recount_goes_on_where_it_stopped(world: World) -> None:
    cases = [world.at("solved", person=PERSON) for _n in range(3)]
    Case.objects.update(identity_until=date(2000, 1, 1))
    after = 0
    while after := retention.recount(after=after, most=2):
        assert after == cases[1].pk
    assert {row.identity_until for row in Case.objects.all()} == {cases[0].identity_until}
    assert system().is_system
