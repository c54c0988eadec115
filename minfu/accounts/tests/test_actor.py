"""Who acts: posts, delegations, areas, dates."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from minfu.accounts.access import actor_for, area_prefix, holdings
from minfu.accounts.models import Delegation, Post
from minfu.accounts.tests import people
from minfu.kernel import gate

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("code", "prefix"),
    [
        ("350922000000", "350922"),
        ("350922103000", "350922103"),
        ("350922103201", "350922103201"),
        ("350922103210", "350922103210"),
    ],
)
def test_area_is_the_code_without_padding(code, prefix) -> None:
    assert area_prefix(code) == prefix


def test_a_post_gives_rights_area_level_and_label(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    user = people.person("a")
    given = people.post(user)
    with django_assert_num_queries(1):
        actor = actor_for(user, None, "screen")
    assert actor is not None
    assert (actor.post_id, actor.unit_id, actor.area, actor.level) == (
        given.pk,
        given.unit_id,
        "350922103",
        "township",
    )
    assert actor.label == "甲镇便民服务中心 · 平台值班员"
    assert actor.on_behalf_of_post_id is None
    assert actor.rights == gate.rights_of("township_clerk")
    assert not actor.may("accounts.manage")


def test_a_grid_worker_acts_at_grid_level_with_their_grids() -> None:
    village = people.unit("甲一村村委会", "village", people.VILLAGE)
    user = people.person("g")
    given = people.post(user, "grid_worker", village)
    mine, _other = people.grid(serial=1), people.grid(serial=2)
    given.grids.add(mine)
    actor = actor_for(user, given.pk, "screen")
    assert actor is not None
    assert actor.grid_ids == {mine.pk}
    assert (actor.level, actor.area) == ("grid", people.VILLAGE)


def test_several_posts_ask_for_a_choice() -> None:
    user = people.person("a")
    first = people.post(user)
    second = people.post(user, "township_leader")
    assert actor_for(user, None, "screen") is None
    assert [held.post_id for held in holdings(user.pk)] == [first.pk, second.pk]
    chosen = actor_for(user, second.pk, "screen")
    assert chosen is not None
    assert chosen.role == "township_leader"


def test_another_persons_post_cannot_be_chosen() -> None:
    mine, theirs = people.person("a"), people.person("b")
    people.post(mine)
    other = people.post(theirs)
    assert actor_for(mine, other.pk, "screen") is None
    assert actor_for(theirs, other.pk, "screen") is not None


@pytest.mark.parametrize(
    ("moment", "acts"),
    [
        # The days are China's: 16:00 UTC is midnight there.
        (datetime(2026, 2, 28, 15, 59, tzinfo=UTC), False),
        (datetime(2026, 2, 28, 16, 0, tzinfo=UTC), True),
        (datetime(2026, 6, 30, 15, 59, tzinfo=UTC), True),
        (datetime(2026, 6, 30, 16, 0, tzinfo=UTC), False),
    ],
)
def test_a_post_holds_from_its_first_to_its_last_day(moment, acts) -> None:
    user = people.person("a")
    people.post(user, since=date(2026, 3, 1), until=date(2026, 7, 1))
    with time_machine.travel(moment, tick=False):
        assert (actor_for(user, None, "screen") is not None) is acts


def test_a_post_of_a_closed_unit_gives_nothing() -> None:
    user = people.person("a")
    given = people.post(user)
    assert actor_for(user, given.pk, "screen") is not None
    given.unit.is_active = False
    given.unit.save()
    assert actor_for(user, given.pk, "screen") is None


def test_a_disabled_person_and_a_one_time_password_give_nothing() -> None:
    user = people.person("a")
    people.post(user)
    user.is_active = False
    assert actor_for(user, None, "screen") is None
    fresh = people.person("b", first=True)
    people.post(fresh)
    assert actor_for(fresh, None, "screen") is None


@pytest.mark.parametrize(
    ("moment", "acts"),
    [
        (datetime(2026, 10, 1, 0, 59, tzinfo=UTC), False),
        (datetime(2026, 10, 1, 1, 0, tzinfo=UTC), True),
        (datetime(2026, 10, 8, 0, 59, tzinfo=UTC), True),
        (datetime(2026, 10, 8, 1, 0, tzinfo=UTC), False),
    ],
)
def test_a_delegate_acts_in_the_post_while_the_delegation_runs(moment, acts) -> None:
    holder, delegate = people.person("a"), people.person("b")
    given = people.post(holder)
    own = people.post(delegate, "township_leader")
    Delegation.objects.create(
        post=given,
        to=delegate,
        starts_at=datetime(2026, 10, 1, 1, 0, tzinfo=UTC),
        ends_at=datetime(2026, 10, 8, 1, 0, tzinfo=UTC),
        reason="年休假",
    )
    with time_machine.travel(moment, tick=False):
        actor = actor_for(delegate, given.pk, "screen")
        assert (actor is not None) is acts
        assert actor_for(delegate, own.pk, "screen") is not None
        if actor is not None:
            assert actor.label == "甲镇便民服务中心 · 平台值班员（代）"
            assert (actor.user_id, actor.post_id, actor.on_behalf_of_post_id) == (
                delegate.pk,
                given.pk,
                given.pk,
            )
            assert not actor.may("accounts.delegate_own")


def test_a_delegation_ends_with_the_post() -> None:
    holder, delegate = people.person("a"), people.person("b")
    given = people.post(holder, until=date(2026, 10, 3))
    Delegation.objects.create(
        post=given,
        to=delegate,
        starts_at=datetime(2026, 10, 1, tzinfo=UTC),
        ends_at=datetime(2026, 10, 8, tzinfo=UTC),
        reason="年休假",
    )
    with time_machine.travel(datetime(2026, 10, 2, tzinfo=UTC), tick=False):
        assert actor_for(delegate, given.pk, "screen") is not None
    with time_machine.travel(datetime(2026, 10, 4, tzinfo=UTC), tick=False):
        assert actor_for(delegate, given.pk, "screen") is None


def test_a_post_that_ends_has_no_rights_at_the_next_request(client: Client) -> None:
    user = people.person("a")
    given = people.post(user)
    client.force_login(user)
    assert client.get("/account/post/").wsgi_request.actor.post_id == given.pk  # type: ignore[attr-defined]  # set by the test client or middleware
    Post.objects.filter(pk=given.pk).delete()
    assert client.get("/account/post/").wsgi_request.actor is None  # type: ignore[attr-defined]  # set by the test client or middleware
