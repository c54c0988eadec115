"""A question that is kept finds what Django would find now, and one that cannot be kept says so."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db.models import QuerySet
from pytest_django import DjangoAssertNumQueries

from minfu.kernel import clock, composed
from minfu.kernel.models import CalendarDay, CalendarVersion

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)
asked: list[str] = []


@pytest.fixture(autouse=True)
def two_versions() -> None:
    """Let there be one version from before noon and one from after."""
    asked.clear()
    composed._composed.cache_clear()
    for number, hours in ((9001, -1), (9002, 1)):
        CalendarVersion.objects.create(
            number=number, imported_at=NOON + timedelta(hours=hours), source="甲", digest=""
        )


def imported(source: str, most: int = 9) -> QuerySet[Any, Any]:
    asked.append(source)
    rows = CalendarVersion.objects.filter(imported_at__lt=clock.now(), source=source)
    return rows.order_by("number").values_list("number", "source")[:most]


def test_it_is_composed_once_and_asked_at_each_moment(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for moment, found in (
        (NOON, [9001]),
        (NOON + timedelta(hours=2), [9001, 9002]),
        (NOON - timedelta(1), []),
    ):
        with time_machine.travel(moment, tick=False), django_assert_num_queries(2):
            assert composed.rows(imported, "甲") == [(number, "甲") for number in found]
            assert composed.count(imported, "甲") == len(found)
    assert asked == ["甲"]


def test_other_arguments_are_another_question() -> None:
    with time_machine.travel(NOON + timedelta(hours=2), tick=False):
        assert composed.rows(imported, "乙") == []
        assert composed.count(imported, "甲", 1) == 1
        assert composed.count(imported, "甲") == 2
    assert asked == ["乙", "甲", "甲"]


def test_what_can_find_nothing_is_not_asked(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    def nothing() -> QuerySet[Any, Any]:
        return CalendarVersion.objects.none().values("pk")

    with django_assert_num_queries(0):
        assert composed.rows(nothing) == []
        assert composed.count(nothing) == 0


def _since_yesterday() -> QuerySet[Any, Any]:
    return CalendarVersion.objects.filter(imported_at__gt=clock.now() - timedelta(days=1))


def _of_today() -> QuerySet[Any, Any]:
    return CalendarDay.objects.filter(date=clock.today())


def _of_these_days() -> QuerySet[Any, Any]:
    return CalendarDay.objects.filter(date__range=(clock.today(), clock.today()))


def _in_words() -> QuerySet[Any, Any]:
    return CalendarVersion.objects.filter(source=clock.now().isoformat())


@pytest.mark.parametrize("question", [_since_yesterday, _of_today, _of_these_days, _in_words])
def test_what_counts_from_the_present_cannot_be_kept(question: Callable[[], QuerySet[Any, Any]]) -> None:
    with pytest.raises(ValueError, match="may change"):
        composed.rows(question)
