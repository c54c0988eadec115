"""Dates to rectify by: counting, telling, counting again; grades by day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from minfu.cases.tests.world import World
from minfu.hazards.models import Grade, Hazard
from minfu.hazards.rules import actions, dates
from minfu.hazards.rules.defaults import load_defaults
from minfu.hazards.tests import story
from minfu.kernel import calendar, record
from minfu.kernel.errors import Forbidden, Invalid
from minfu.notices.models import Notice

CHINA = ZoneInfo("Asia/Shanghai")
WORKING = calendar.shipped()
#: Hypothesis takes bounds without a zone.
FIRST, LAST = datetime(2024, 1, 1), datetime(2026, 10, 1)  # noqa: DTZ001 - read as Chinese time
MOMENTS = st.datetimes(FIRST, LAST, timezones=st.just(CHINA))


@given(
    start=MOMENTS,
    amount=st.integers(1, 120),
    measure=st.sampled_from(["hours", "days", "workdays"]),
    more=st.integers(0, 30),
)
def test_a_longer_limit_is_never_due_earlier_and_days_end_on_working_days(
    start: datetime, amount: int, measure: str, more: int
) -> None:
    short = Grade(amount=amount, measure=measure)
    long = Grade(amount=amount + more, measure=measure)
    due = dates.due(short, start, WORKING)
    assert start < due <= dates.due(long, start, WORKING)
    if measure != "hours":
        assert WORKING.is_workday(due.astimezone(CHINA).date())


@given(start=MOMENTS, hours=st.integers(1, 2000), stage=st.integers(0, 2))
def test_nobody_is_reminded_at_night_and_not_before_the_date_is_over(
    start: datetime, hours: int, stage: int
) -> None:
    end = start + timedelta(hours=hours)
    moment = dates.next_look(start, end, stage, WORKING)
    assert (moment is None) == (stage == dates.COUNTY)
    if moment is not None:
        assert moment >= end
        assert WORKING.next_daytime(moment) == moment


def test_overdue_is_told_to_unit_and_desk_then_to_the_county(world: World) -> None:
    with time_machine.travel(datetime(2026, 11, 2, 9, tzinfo=CHINA)) as now:
        row = story.graded(world)
        assert row.due_at is not None
        assert actions.sweep_dates() == 0
        now.move_to(row.due_at + timedelta(days=1))
        assert actions.sweep_dates() == 1
        assert actions.sweep_dates() == 0
        told = Notice.objects.filter(template="hazards.overdue_notice")
        assert {notice.unit_id for notice in told} == {row.unit_id, row.desk_id}
        now.move_to(row.due_at + timedelta(days=20))
        assert actions.sweep_dates() == 1
        assert told.filter(unit=world.units["county"]).count() == 1
        now.move_to(row.due_at + timedelta(days=200))
        assert actions.sweep_dates() == 0


def test_what_is_reported_in_time_is_not_overdue(world: World) -> None:
    with time_machine.travel(datetime(2026, 11, 2, 9, tzinfo=CHINA)) as now:
        row = story.reported(world)
        assert row.look_at is None
        now.move_to(datetime(2026, 12, 30, 9, tzinfo=CHINA))
        assert actions.sweep_dates() == 0


def test_a_new_calendar_counts_again_but_not_what_a_desk_set(world: World) -> None:
    with time_machine.travel(datetime(2026, 9, 24, 9, tzinfo=CHINA)):
        row, fixed = story.graded(world), story.graded(world)
        actions.set_date(actor=world.clerk, pk=fixed.pk, due_on=date(2026, 10, 20), reason="等吊车")
        wrong = datetime(2026, 10, 9, 9, tzinfo=CHINA)
        Hazard.objects.filter(pk__in=[row.pk, fixed.pk]).exclude(calendar_version=0).update(
            calendar_version=99, due_at=wrong
        )
        assert actions.recount() == 1
        assert story.fresh(row).due_at == row.due_at
        assert record.history(("hazard", row.pk))[-1].name == "hazards.recounted"
        assert story.fresh(fixed).due_at == datetime(2026, 10, 20, 17, 30, tzinfo=CHINA)
        assert actions.recount() == 0


def test_grades_are_dated_and_loaded_once(world: World) -> None:
    assert load_defaults() == 0
    row = story.graded(world)
    day = story.today() + timedelta(days=1)
    new = Grade(
        code="minor",
        name="一般隐患",
        meaning="容易整改的",
        weight=1,
        amount=5,
        measure="workdays",
        again_amount=3,
        again_measure="workdays",
        valid_from=day,
        source="县安委会文件",
    )
    with pytest.raises(Forbidden):
        actions.set_grade(actor=world.clerk, row=new)
    actions.set_grade(actor=world.dispatcher, row=new)
    assert {one.code: one.amount for one in dates.grades(story.today())}["minor"] == 15
    assert {one.code: one.amount for one in dates.grades(day)}["minor"] == 5
    assert story.fresh(row).due_at == row.due_at
    with pytest.raises(Invalid):
        actions.set_grade(actor=world.dispatcher, row=Grade(code="x", valid_from=day, source="县里"))
