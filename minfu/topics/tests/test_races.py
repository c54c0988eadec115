"""Two workers at once: nothing is read twice. Without the lock it would be."""

import time
from typing import Any

import pytest
from django.db import transaction

from minfu.cases.tests.world import World
from minfu.topics.models import Membership, Progress
from minfu.topics.rules import following
from minfu.topics.tests.story import OTHERS, PLANT, tell
from tests.concurrency.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


class _Open:
    """A lock that keeps nobody out: two workers are two processes, which a lock of threads does not hold apart."""

    def __enter__(self) -> None: ...
    def __exit__(self, *_why: object) -> None: ...


def _each_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every worker remember by itself, as processes do."""
    monkeypatch.setattr(following, "_one_at_a_time", _Open())
    monkeypatch.setattr(following, "_memory", lambda: following._rebuilt(Progress.objects.get().stamp))


def test_two_workers_read_each_demand_once(
    transactional_db: None, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = tell(world, [*OTHERS, *PLANT])
    with transaction.atomic():
        following.progress()
    _each_its_own(monkeypatch)
    monkeypatch.setattr(following, "BATCH", 4)
    read = at_once(*[following.follow] * 3)
    assert sum(read) == len(cases)
    assert Membership.objects.count() == len(cases)


def test_without_the_lock_they_would_read_the_same(
    transactional_db: None, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(world, PLANT)
    with transaction.atomic():
        following.progress()
    _each_its_own(monkeypatch)
    monkeypatch.setattr(following, "progress", Progress.objects.get)

    def slowly(_memory: Any, case_ids: list[int]) -> int:
        found = set(Membership.objects.filter(case_id__in=case_ids).values_list("case_id", flat=True))
        time.sleep(0.5)
        return len(set(case_ids) - found)

    monkeypatch.setattr(following, "_take_in", slowly)
    assert sum(at_once(*[following.follow] * 2)) == 2 * len(PLANT)
