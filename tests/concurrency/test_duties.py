"""Two administrators at once: each gives one person half of what nobody may hold whole."""

import threading
from datetime import date, timedelta

import pgtrigger
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from minfu.accounts.models import Delegation, Post, User
from minfu.accounts.tests import people
from minfu.kernel import clock
from tests.concurrency.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def halves(user: User) -> tuple[Post, Delegation]:
    """Return, not saved yet, an auditor's post for a person and a delegation that lets them stand in for a clerk."""
    theirs = people.post(people.person("holder"))
    unit = people.county_unit("审计局", "other")
    now = clock.now()
    return (
        Post(
            user=user,
            unit=unit,
            role="auditor",
            area_id=unit.division_id,
            period=DateRange(date(2020, 1, 1), None),
        ),
        Delegation(post=theirs, to=user, starts_at=now, ends_at=now + timedelta(days=3), reason="休假"),
    )


def test_one_of_the_two_halves_is_refused() -> None:
    halved = halves(people.person("a"))

    def give(half: Post | Delegation) -> str:
        with transaction.atomic():
            half.save()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.5)")  # the other comes in between
        return "given"

    results = at_once(*[lambda half=half: give(half) for half in halved])
    assert sorted(type(one).__name__ for one in results) == ["IntegrityError", "str"], results
    assert isinstance(next(one for one in results if one != "given"), IntegrityError)
    assert Post.objects.filter(role="auditor").count() + Delegation.objects.count() == 1


def test_control_without_the_lock_both_are_given() -> None:
    halved = halves(people.person("a"))
    both_looked = threading.Barrier(2)

    def give(half: Post | Delegation) -> str:
        with (
            pgtrigger.ignore("accounts.Post:post_duty", "accounts.Delegation:delegation_duty"),
            transaction.atomic(),
        ):
            clash = Post.objects.filter(role="auditor").exists() or Delegation.objects.exists()
            both_looked.wait(timeout=60)
            if not clash:
                half.save()
        return "refused" if clash else "given"

    assert at_once(*[lambda half=half: give(half) for half in halved]) == ["given", "given"]
