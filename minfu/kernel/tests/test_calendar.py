"""Counting deadlines: the rules of docs/decisions/deadlines.md, on real years and as properties."""

from datetime import UTC, date, datetime, time, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minfu.kernel import calendar
from minfu.kernel.calendar import CHINA, Duration, OfficeHours, Unit, days, hours, workdays, workhours
from minfu.kernel.calendar.core import Calendar
from minfu.kernel.calendar.table import shipped_days
from minfu.kernel.errors import Invalid

CAL = Calendar(shipped_days(), version=1)


def at(text: str) -> datetime:
    """Return a moment in China, e.g. ``2026-02-13 10:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


moments = st.datetimes(datetime(2016, 1, 1), datetime(2066, 1, 1)).map(  # noqa: DTZ001 - Hypothesis wants naive bounds
    lambda one: one.replace(tzinfo=CHINA)
)
gaps = st.timedeltas(timedelta(0), timedelta(days=60))
amounts = st.integers(0, 300)
units = st.sampled_from(list(Unit))


@pytest.mark.parametrize(("year", "worked"), [(2024, 251), (2025, 248), (2026, 248)])
def test_official_years_agree_with_an_independent_package_day_by_day(year, worked) -> None:
    year_days = [
        date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    ]
    assert [CAL.is_workday(one) for one in year_days] == [
        chinese_calendar.is_workday(one) for one in year_days
    ]
    assert sum(CAL.is_workday(one) for one in year_days) == worked
    assert not any(CAL.is_estimated(one) for one in year_days)


def test_years_before_agree_too() -> None:
    year_days = [date(2017, 1, 1) + timedelta(days=n) for n in range(7 * 365)]
    assert all(CAL.is_workday(one) == chinese_calendar.is_workday(one) for one in year_days)


def test_2027_is_estimated_and_2028_computed_without_an_exception() -> None:
    off = {"2027-01-01", "2027-02-05", "2027-02-08", "2027-04-05", "2027-06-09", "2027-09-15", "2027-10-01"}
    assert not any(CAL.is_workday(date.fromisoformat(one)) for one in off)
    assert CAL.is_estimated(date(2027, 3, 1))
    assert not CAL.is_workday(date(2028, 1, 26))
    assert CAL.name(date(2028, 1, 26)) == "春节"
    assert not CAL.is_workday(date(2199, 10, 1))
    assert CAL.deadline(at("2026-12-25 09:00"), workdays(3)).estimated is False
    assert CAL.deadline(at("2026-12-25 09:00"), workdays(6)).estimated is True
    assert CAL.deadline(at("2071-12-25 09:00"), workdays(6)).due == at("2072-01-05 17:30")


@pytest.mark.parametrize(
    ("start", "duration", "due"),
    [
        ("2026-11-24 09:00", workdays(3), "2026-11-27 17:30"),
        ("2026-11-27 09:00", workdays(1), "2026-11-30 17:30"),
        ("2026-11-28 09:00", workdays(1), "2026-11-30 17:30"),
        ("2026-02-13 10:00", workdays(1), "2026-02-14 17:30"),  # a make-up Saturday counts
        ("2026-02-13 10:00", workdays(2), "2026-02-24 17:30"),  # across Spring Festival
        ("2026-02-13 10:00", days(5), "2026-02-24 17:30"),  # the fifth day is in Spring Festival: moved
        ("2026-09-18 10:00", workdays(1), "2026-09-20 17:30"),  # a make-up Sunday
        ("2026-09-19 10:00", days(1), "2026-09-20 17:30"),
        ("2026-09-30 10:00", workdays(3), "2026-10-10 17:30"),  # 8, 9, and Saturday the 10th
        ("2026-09-30 10:00", days(3), "2026-10-08 17:30"),
        ("2024-02-28 10:00", days(1), "2024-02-29 17:30"),
        ("2025-02-28 10:00", days(1), "2025-03-03 17:30"),
        ("2026-11-24 23:59", workdays(1), "2026-11-25 17:30"),
        ("2026-11-25 00:00", workdays(1), "2026-11-26 17:30"),  # in UTC still the 24th
        ("2026-02-17 23:30", hours(2), "2026-02-18 01:30"),  # urgent: night and festival do not matter
        ("2026-11-24 16:30", workhours(2), "2026-11-25 09:00"),
        ("2026-11-24 11:00", workhours(2), "2026-11-24 15:30"),
        ("2026-11-24 11:00", workhours(1), "2026-11-24 12:00"),
        ("2026-02-14 16:30", workhours(2), "2026-02-24 09:00"),
        ("2026-02-17 10:00", workhours(1), "2026-02-24 09:00"),
        ("2026-11-24 09:00", workdays(0), "2026-11-24 17:30"),
        ("2026-11-24 17:31", workdays(0), "2026-11-25 17:30"),
        ("2026-11-28 09:00", days(0), "2026-11-30 17:30"),
        ("2026-11-24 17:31", workhours(0), "2026-11-24 17:31"),
    ],
)
def test_due_moments(start, duration, due) -> None:
    assert CAL.add(at(start), duration) == at(due)


def test_a_moment_in_utc_counts_from_its_day_in_china() -> None:
    assert CAL.add(datetime(2026, 11, 24, 16, 0, tzinfo=UTC), workdays(1)) == at("2026-11-26 17:30")


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        CAL.add(datetime(2026, 11, 24), workdays(1))  # noqa: DTZ001 - read as Chinese time


@pytest.mark.parametrize(("amount", "unit"), [(-1, Unit.DAYS), (10_001, Unit.HOURS), (3, "fortnights")])
def test_an_impossible_duration_is_refused_with_a_sentence(amount, unit) -> None:
    with pytest.raises(Invalid) as refused:
        Duration(amount, unit)
    assert "期限" in refused.value.message


@given(moments, gaps, amounts, units)
def test_later_starts_are_never_due_earlier(start, gap, amount, unit) -> None:
    assert CAL.add(start, Duration(amount, unit)) <= CAL.add(start + gap, Duration(amount, unit))


@given(moments, amounts, amounts, units)
def test_longer_durations_are_never_due_earlier_and_nothing_is_due_before_it_starts(
    start, a, b, unit
) -> None:
    short, long = sorted((a, b))
    assert start <= CAL.add(start, Duration(short, unit)) <= CAL.add(start, Duration(long, unit))


@given(moments, amounts, st.sampled_from([Unit.DAYS, Unit.WORKDAYS]))
def test_a_due_day_is_worked_and_ends_when_the_office_closes(start, amount, unit) -> None:
    due = CAL.add(start, Duration(amount, unit))
    assert CAL.is_workday(due.date())
    assert due.time() == time(17, 30)


@given(
    moments,
    st.integers(1, 200),
    st.integers(1, 200),
    st.sampled_from([Unit.HOURS, Unit.WORKHOURS, Unit.WORKDAYS]),
)
def test_durations_add_up(start, a, b, unit) -> None:
    whole = CAL.add(start, Duration(a + b, unit))
    assert CAL.add(CAL.add(start, Duration(a, unit)), Duration(b, unit)) == whole


@given(moments, st.integers(1, 200))
def test_working_days_left_at_the_start_are_the_amount(start, amount) -> None:
    assert CAL.remaining(start, CAL.add(start, workdays(amount))).workdays == amount


@given(moments, st.integers(1, 300))
def test_table_look_up_agrees_with_counting_one_by_one(start, amount) -> None:
    day, left = start.date(), amount
    while left:
        day += timedelta(days=1)
        left -= CAL.is_workday(day)
    assert CAL.add(start, workdays(amount)).date() == day


@given(moments, amounts, gaps, gaps, units)
def test_a_pause_never_shortens_and_never_makes_late_who_was_in_time(
    start, amount, wait, pause, unit
) -> None:
    due = CAL.add(start, Duration(amount, unit))
    paused = start + wait
    moved = CAL.shift_for_pause(due, unit, paused, paused + pause)
    assert moved >= due
    if paused < due:
        assert moved >= paused + pause or CAL.office_seconds(paused, due) == 0


@given(moments, st.integers(1, 60), st.lists(gaps, min_size=3, max_size=3), units)
def test_a_longer_pause_never_gives_less(start, amount, waits, unit) -> None:
    due = CAL.add(start, Duration(amount, unit))
    paused = start + waits[0]
    once = CAL.shift_for_pause(due, unit, paused, paused + waits[1])
    assert once <= CAL.shift_for_pause(due, unit, paused, paused + waits[1] + waits[2])


@pytest.mark.parametrize(
    ("due", "unit", "paused", "resumed", "moved"),
    [
        ("2026-11-27 17:30", Unit.WORKDAYS, "2026-11-24 09:00", "2026-11-26 10:00", "2026-12-01 17:30"),
        ("2026-11-27 17:30", Unit.WORKDAYS, "2026-11-24 17:00", "2026-11-25 08:00", "2026-11-27 17:30"),
        ("2026-11-27 17:30", Unit.WORKDAYS, "2026-11-27 16:00", "2026-11-30 09:00", "2026-11-30 17:30"),
        ("2026-02-14 17:30", Unit.WORKDAYS, "2026-02-13 09:00", "2026-02-24 09:00", "2026-02-25 17:30"),
        ("2026-11-27 17:30", Unit.DAYS, "2026-11-24 09:00", "2026-11-26 10:00", "2026-11-30 17:30"),
        ("2026-11-27 10:00", Unit.HOURS, "2026-11-26 22:00", "2026-11-26 23:30", "2026-11-27 11:30"),
        ("2026-11-27 10:00", Unit.WORKHOURS, "2026-11-26 16:30", "2026-11-26 23:30", "2026-11-27 11:00"),
        ("2026-11-24 17:30", Unit.WORKDAYS, "2026-11-26 09:00", "2026-11-27 09:00", "2026-11-25 17:30"),
    ],
)
def test_pauses(due, unit, paused, resumed, moved) -> None:
    assert CAL.shift_for_pause(at(due), unit, at(paused), at(resumed)) == at(moved)


def test_a_pause_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="pause"):
        CAL.shift_for_pause(at("2026-11-24 17:30"), Unit.DAYS, at("2026-11-24 10:00"), at("2026-11-24 09:00"))


@given(moments)
def test_nobody_is_disturbed_at_night(moment) -> None:
    told = CAL.next_daytime(moment)
    assert time(7, 30) <= told.time() < time(21)
    assert timedelta(0) <= told - moment <= timedelta(hours=10, minutes=30)


SUMMER = {date(2026, 5, 1): (time(22), time(6)), date(2026, 10, 1): (time(12), time(14))}


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        ("2026-04-30 21:30", "2026-05-01 06:00"),  # the night begins by the old hours and ends by the new
        ("2026-05-01 21:30", "2026-05-01 21:30"),
        ("2026-05-01 22:00", "2026-05-02 06:00"),
        ("2026-09-30 23:00", "2026-10-01 14:00"),
        ("2026-10-01 12:00", "2026-10-01 14:00"),
        ("2026-10-01 23:00", "2026-10-01 23:00"),
    ],
)
def test_quiet_hours_hold_from_their_day_on(moment, told) -> None:
    assert Calendar([], quiet=SUMMER).next_daytime(at(moment)) == at(told)


@given(moments)
def test_whenever_quiet_hours_change_the_next_daytime_is_one(moment) -> None:
    calendar = Calendar([], quiet=SUMMER)
    told = calendar.next_daytime(moment)
    assert told >= moment
    assert told == calendar.next_daytime(told)


def test_daytime_is_left_alone() -> None:
    assert CAL.next_daytime(at("2026-11-24 20:59")) == at("2026-11-24 20:59")
    assert CAL.next_daytime(at("2026-11-24 21:00")) == at("2026-11-25 07:30")
    assert CAL.next_daytime(at("2026-11-25 00:01")) == at("2026-11-25 07:30")


@pytest.mark.parametrize(
    ("now", "due", "unit", "said"),
    [
        ("2026-11-24 10:00", "2026-11-27 17:30", Unit.WORKDAYS, "11月27日 周五，还剩 3 个工作日"),
        ("2026-11-24 13:00", "2026-11-24 17:30", Unit.WORKDAYS, "今天 17:30，还剩 4 小时"),
        ("2026-11-24 17:00", "2026-11-24 17:30", Unit.WORKDAYS, "今天 17:30，还剩 不到 1 小时"),
        ("2026-11-24 10:00", "2026-11-20 17:30", Unit.WORKDAYS, "11月20日 周五，已超期 2 个工作日"),
        ("2026-11-29 18:00", "2026-11-27 17:30", Unit.WORKDAYS, "11月27日 周五，已超期 2 天"),
        ("2026-12-30 10:00", "2027-01-04 17:30", Unit.WORKDAYS, "2027年1月4日 周一，还剩 2 个工作日"),
        ("2026-11-24 10:00", "2026-11-27 17:30", Unit.DAYS, "11月27日 周五，还剩 3 天"),
        ("2026-11-24 22:00", "2026-11-25 08:00", Unit.HOURS, "11月25日 周三 08:00，还剩 10 小时"),
        ("2026-11-24 10:00", "2026-11-24 08:00", Unit.HOURS, "今天 08:00，已超期 2 小时"),
    ],
)
def test_phrases(now, due, unit, said) -> None:
    assert calendar.phrase(CAL, at(now), at(due), unit) == said


def test_an_explanation_counts_each_day_and_ends_with_the_due_moment() -> None:
    lines = calendar.explain(CAL, at("2026-09-30 10:00"), workdays(3))
    assert [line.number for line in lines if line.number] == [1, 2, 3]
    assert lines[1].text == "10月1日 周四：国庆节放假，不计。"
    assert lines[-2].text == "10月10日 周六：国庆节调休上班，第 3 天。"
    assert lines[-1].text == "10月10日 周六 17:30 到期。"


def test_an_explanation_names_the_move_to_a_working_day_and_an_estimated_year() -> None:
    lines = calendar.explain(CAL, at("2026-12-28 10:00"), days(5))
    assert [line.text for line in lines[-3:-1]] == [
        "2027年1月3日 周日：休息日，届满之日遇休息日，顺延。",
        "2027年1月4日 周一：顺延后的第一个工作日。",
    ]
    assert "推算" in lines[-1].text


@given(moments, st.integers(0, 40), units)
def test_an_explanation_agrees_with_the_count(start, amount, unit) -> None:
    lines = calendar.explain(CAL, start, Duration(amount, unit))
    assert lines[-1].day == CAL.add(start, Duration(amount, unit)).date()
    if unit in {Unit.DAYS, Unit.WORKDAYS}:
        assert [line.number for line in lines if line.number] == list(range(1, amount + 1))


@pytest.mark.parametrize("text", ["08:00", "12:00-08:00", "08:00-12:00,11:00-17:30", "25:00-26:00", ""])
def test_malformed_office_hours_are_loud(text) -> None:
    with pytest.raises(ValueError, match=r"span|ascend|hour"):
        OfficeHours.parse(text, "21:00-07:30")


def test_office_hours_are_configuration() -> None:
    summer = Calendar(shipped_days(), hours=OfficeHours.parse("08:00-12:00,15:00-18:00", "22:00-06:00"))
    assert summer.add(at("2026-07-06 10:00"), workdays(1)) == at("2026-07-07 18:00")
    assert summer.add(at("2026-07-06 11:30"), workhours(1)) == at("2026-07-06 15:30")
    assert summer.next_daytime(at("2026-07-06 21:30")) == at("2026-07-06 21:30")


def test_counting_takes_microseconds() -> None:
    import timeit

    start = at("2026-11-24 09:00")
    best = min(timeit.repeat(lambda: CAL.add(start, workdays(10)), number=2_000, repeat=5)) / 2_000
    assert best < 50e-6
