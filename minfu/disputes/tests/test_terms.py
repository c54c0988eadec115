"""The court's term and follow-ups: counting, reminding, lapsing; dated configuration."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from minfu.cases.tests.screens import client_of
from minfu.cases.tests.world import World
from minfu.disputes.models import Term, Way
from minfu.disputes.rules import actions, terms
from minfu.disputes.rules.defaults import load_defaults
from minfu.disputes.tests import story
from minfu.kernel import calendar, record
from minfu.kernel.errors import Forbidden, Invalid, Refused
from minfu.kernel.steps import StepRefused
from minfu.notices.models import Notice

CHINA = ZoneInfo("Asia/Shanghai")
WORKING = calendar.shipped()
DAYS = st.dates(date(2024, 1, 1), date(2026, 11, 30))


@given(effective=DAYS, length=st.integers(1, 366))
def test_the_courts_term_is_told_strictly_and_accepted_to_the_next_working_day(
    effective: date, length: int
) -> None:
    days = terms.confirmation(effective, length, WORKING)
    assert days.until - effective == timedelta(days=length)
    assert days.last >= days.until
    assert WORKING.is_workday(days.last)
    between = [days.until + timedelta(days=n) for n in range((days.last - days.until).days)]
    assert not any(WORKING.is_workday(day) for day in between)


@given(day=DAYS, before=st.integers(0, 60), gap=st.integers(0, 90))
def test_a_reminder_is_never_late_never_at_night_and_on_a_working_day(
    day: date, before: int, gap: int
) -> None:
    not_before = day - timedelta(days=gap)
    moment = terms.reminder(day, before, not_before, WORKING)
    assert moment.astimezone(CHINA).date() <= max(day - timedelta(days=before), not_before)
    assert WORKING.next_daytime(moment) == moment
    if moment.astimezone(CHINA).date() > not_before:
        assert WORKING.is_workday(moment.astimezone(CHINA).date())


@given(base=DAYS, length=st.integers(1, 200))
def test_follow_ups_fall_on_working_days(base: date, length: int) -> None:
    day = terms.visit_day(base, length, WORKING)
    assert WORKING.is_workday(day)
    assert day >= base + timedelta(days=length)


def at(day: int, hour: int = 9, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=CHINA)


def test_both_sides_and_the_unit_are_reminded_before_the_term_ends_and_it_lapses(world: World) -> None:
    with time_machine.travel(at(2)) as clock:
        row = story.agreed(world)
        agreement = row.agreements.get()
        assert (agreement.confirm_until, agreement.confirmation) == (date(2026, 12, 2), "possible")
        told = Notice.objects.get(
            template="disputes.effect.resident", identity=row.parties.get(side="b").identity
        )
        assert told.context == {"until": "12月2日 周三"}
        assert actions.sweep() == 0
        clock.move_to(at(20, 9))  # 10 days before is a Sunday: the Friday before
        assert actions.sweep() == 1
        assert actions.sweep() == 0
        assert Notice.objects.get(template="disputes.confirm_soon").unit_id == row.unit_id
        assert Notice.objects.filter(template="disputes.confirm_soon.resident").count() == 2
        clock.move_to(at(3, 9, month=12))
        actions.sweep()
        agreement.refresh_from_db()
        assert agreement.confirmation == "lapsed"
        assert Notice.objects.filter(template="disputes.confirm_soon").count() == 1


def test_an_application_counts_within_the_term_only(world: World) -> None:
    with time_machine.travel(at(2)) as clock:
        row = story.agreed(world)
        clock.move_to(at(7, month=12))
        actions.sweep()
        ask: dict[str, Any] = {"actor": world.mediator, "pk": row.pk, "court": "古田县人民法院"}
        for wrong in (date(2026, 12, 3), date(2026, 11, 1), date(2026, 12, 8)):
            with pytest.raises(Invalid):
                actions.apply(**ask, applied_on=wrong)
        actions.apply(**ask, applied_on=date(2026, 12, 2))  # in time, written down later
        with pytest.raises(StepRefused):
            actions.apply(**ask, applied_on=date(2026, 12, 2))
        court: dict[str, Any] = {
            "actor": world.officer,
            "pk": row.pk,
            "confirmed": True,
            "number": "(2026)闽0922民特1号",
        }
        with pytest.raises(Invalid):
            actions.court(**court, decided_on=date(2026, 12, 1))
        actions.court(**court, decided_on=date(2026, 12, 5))
        assert row.agreements.get().confirmation == "confirmed"


def test_the_term_that_ends_on_a_day_off_is_accepted_to_the_next_working_day(world: World) -> None:
    with time_machine.travel(datetime(2026, 9, 7, 9, tzinfo=CHINA)) as clock:
        row = story.agreed(world)  # 30 days later lies in the National Day holiday
        agreement = row.agreements.get()
        assert (agreement.confirm_until, agreement.confirm_last) == (date(2026, 10, 7), date(2026, 10, 8))
        clock.move_to(datetime(2026, 10, 9, 9, tzinfo=CHINA))
        actions.apply(actor=world.officer, pk=row.pk, applied_on=date(2026, 10, 8), court="县法院")
        assert row.agreements.get().confirmation == "applied"


def test_a_new_calendar_moves_the_last_day_with_a_trace(world: World) -> None:
    with time_machine.travel(datetime(2026, 9, 7, 9, tzinfo=CHINA)):
        row = story.agreed(world)
        row.agreements.update(calendar_version=0, confirm_last=date(2026, 10, 7))
        assert actions.recount() == 1
        assert row.agreements.get().confirm_last == date(2026, 10, 8)
        assert record.history(("mediation", row.pk))[-1].data["to"] == "2026-10-08"
        assert actions.recount() == 0


def test_follow_ups_are_asked_for_once(world: World) -> None:
    with time_machine.travel(at(2)) as clock:
        row = story.agreed(world)
        due = row.visits.get().due_on  # 10 days to keep it, 30 more, on a working day
        assert due == date(2026, 12, 14)
        clock.move_to(at(14, 9, month=12))
        actions.sweep()
        assert Notice.objects.get(template="disputes.visit_due").unit_id == row.unit_id
        assert actions.sweep() == 0
        row = actions.visit(actor=world.officer, pk=row.pk, finding="going", note="还差一段")
        assert row.visits.get(made_at=None).due_on == date(2027, 1, 13)


# --- configuration ---------------------------------------------------------------------------------------------------


def test_the_shipped_configuration_names_its_source_and_loads_once(world: World) -> None:
    assert load_defaults() == 0
    assert "第三十三条" in Term.objects.get(key="confirm").source
    assert not Way.objects.filter(source="").exists()


def test_without_a_term_nothing_is_guessed(world: World) -> None:
    row = story.held(world)
    Term.objects.filter(key="confirm").delete()
    with pytest.raises(Refused) as refused:
        actions.agree(actor=world.mediator, pk=row.pk, terms_=story.terms("oral"))
    assert refused.value.code == "no_term"


def test_a_new_version_ends_the_old_one_and_changes_no_agreement(world: World) -> None:
    row = story.agreed(world)
    day = story.today() + timedelta(days=1)
    new = Term(key="confirm", days=60, valid_from=day, source="假设的新规定")
    with pytest.raises(Forbidden):
        actions.set_term(actor=world.clerk, row=new)
    actions.set_term(actor=world.dispatcher, row=new)
    assert terms.days("confirm", story.today()) == 30
    assert terms.days("confirm", day) == 60
    before = row.agreements.get().confirm_until
    assert before == story.today() + timedelta(days=30)
    for wrong in (
        Term(key="confirm", days=61, valid_from=day, source="同一天"),
        Term(key="confirm", days=61, valid_from=story.today() - timedelta(days=1), source="过去"),
        Term(key="confirm", days=0, valid_from=day + timedelta(days=1), source="零天"),
        Term(key="confirm", days=9, valid_from=day + timedelta(days=1), source=""),
    ):
        with pytest.raises(Invalid):
            actions.set_term(actor=world.dispatcher, row=wrong)


def test_the_configuration_screens(world: World) -> None:
    client = client_of(world, "administrator")
    page = client.get("/disputes/config/").content.decode()
    assert "申请司法确认的期限" in page
    assert "仲裁" in page
    day = (story.today() + timedelta(days=1)).isoformat()
    sent = {"days": 20, "valid_from": day, "source": "县调委会通知"}
    assert client.post("/disputes/config/terms/visit/", sent).status_code == 302
    assert client.post("/disputes/config/terms/visit/", sent).status_code == 422
    assert client.get("/disputes/config/terms/nothing/").status_code == 404
    way = {
        "code": "mediator",
        "name": "行业调解",
        "advice": "请到行业调解组织。",
        "valid_from": day,
        "source": "县里确定",
    }
    assert client.post("/disputes/config/ways/new/", way).status_code == 302
    assert client.post("/disputes/config/ways/court/", {**way, "code": "坏"}).status_code == 422
    assert "行业调解" in client.get("/disputes/config/").content.decode()
    assert client_of(world, "clerk").get("/disputes/config/").status_code == 403
