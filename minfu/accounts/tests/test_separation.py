"""Administration, audit and business are never one person's at once: refused by the verbs, and by PostgreSQL itself."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from minfu.accounts.models import SEPARATION, Delegation, Post, User
from minfu.accounts.tests import people
from minfu.kernel import validity
from minfu.kernel.errors import Invalid

pytestmark = pytest.mark.django_db

DAY = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
DUTIES = [("administrator", "auditor"), ("auditor", "township_clerk"), ("county_dispatcher", "administrator")]


def stand_in(post: Post, to: User, first: datetime = DAY, days: int = 3) -> Delegation:
    """Return a delegation that is not saved yet."""
    return Delegation(post=post, to=to, starts_at=first, ends_at=first + timedelta(days=days), reason="休假")


@pytest.mark.parametrize(("one", "other"), DUTIES)
def test_two_posts_of_different_duties_are_refused_by_the_database(one: str, other: str) -> None:
    user = people.person("a")
    people.post(user, one, people.county_unit("甲", "other"))
    with pytest.raises(IntegrityError, match="post_separation_of_duties"), transaction.atomic():
        people.post(user, other, people.county_unit("乙", "other"))
    second = people.post(user, one, people.county_unit("乙", "other"), since=date(2026, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=second.pk).update(role=other)


@pytest.mark.parametrize(("one", "other"), DUTIES)
def test_a_post_and_a_delegation_of_different_duties_are_refused_by_the_database(
    one: str, other: str
) -> None:
    holder, user = people.person("h"), people.person("a")
    theirs = people.post(holder, other, people.county_unit("甲", "other"))
    people.post(user, one, people.county_unit("乙", "other"))
    with pytest.raises(IntegrityError, match="two duties"), transaction.atomic():
        stand_in(theirs, user).save()


@pytest.mark.parametrize(("one", "other"), DUTIES)
def test_a_new_post_beside_a_delegation_of_another_duty_is_refused(one: str, other: str) -> None:
    holder, user = people.person("h"), people.person("a")
    stand_in(people.post(holder, other, people.county_unit("甲", "other")), user).save()
    with pytest.raises(IntegrityError, match="two duties"), transaction.atomic():
        people.post(user, one, people.county_unit("乙", "other"))
    before = people.post(user, one, people.county_unit("丙", "other"), until=date(2026, 12, 1))
    after = people.post(user, one, people.county_unit("丙", "other"), since=date(2026, 12, 5))
    with pytest.raises(IntegrityError, match="two duties"), transaction.atomic():
        Post.objects.filter(pk=before.pk).update(period=DateRange(date(2020, 1, 1), date(2026, 12, 2)))
    Post.objects.filter(pk=after.pk).update(period=DateRange(date(2026, 12, 5), date(2027, 1, 1)))


def test_two_delegations_of_different_duties_are_refused() -> None:
    one = people.post(people.person("h1"), "auditor", people.county_unit("甲", "other"))
    other = people.post(people.person("h2"), "administrator", people.county_unit("乙", "other"))
    user = people.person("a")
    stand_in(one, user).save()
    with pytest.raises(IntegrityError, match="two duties"), transaction.atomic():
        stand_in(other, user).save()
    stand_in(other, user, DAY + timedelta(days=3)).save()  # one after the other
    with pytest.raises(IntegrityError, match="two duties"), transaction.atomic():
        Delegation.objects.filter(post=other).update(starts_at=DAY + timedelta(days=2))


def test_business_beside_business_is_allowed() -> None:
    holder, user = people.person("h"), people.person("a")
    people.post(user, "township_clerk")
    stand_in(people.post(holder, "township_leader"), user).save()
    assert Delegation.objects.get().to == user


def test_the_refusal_of_the_database_is_a_sentence() -> None:
    holder, user = people.person("h"), people.person("a")
    theirs = people.post(holder, "auditor", people.county_unit("甲", "other"))
    people.post(user, "township_clerk")
    with pytest.raises(Invalid, match=str(SEPARATION)):
        validity.save(stand_in(theirs, user))
    fresh = people.person("b")
    stand_in(theirs, fresh).save()
    unit = people.unit()
    post = Post(
        user=fresh,
        unit=unit,
        role="township_clerk",
        area_id=unit.division_id,
        period=DateRange(date(2026, 1, 1), None),
    )
    with pytest.raises(Invalid, match=str(SEPARATION)):
        validity.save(post)


def test_no_setting_switches_it_off() -> None:
    """The three duties are constants of the code, and PostgreSQL holds all of them."""
    from django.conf import settings

    assert not [name for name in dir(settings) if "DUTY" in name or "SEPARATION" in name]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'pgtrigger_%_duty_%' AND tgenabled = 'O'"
        )
        assert len(cursor.fetchall()) == 2
        cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = 'post_separation_of_duties'")
        assert cursor.fetchall()
