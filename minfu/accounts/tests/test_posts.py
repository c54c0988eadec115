"""Posts and delegations: who serves where, from when until when, and who never at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from minfu.accounts.access import actor_for
from minfu.accounts.actor import Actor
from minfu.accounts.models import Delegation, Post, Role, Unit, User
from minfu.accounts.rules import posts
from minfu.accounts.rules.posts import Leave, PostTerms
from minfu.accounts.tests import people
from minfu.kernel.errors import Invalid, Missing
from minfu.kernel.models import Event

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def admin() -> Actor:
    """The county's administrator."""
    return people.staff("admin", "administrator", people.county_unit("信息中心", "other"))


@pytest.fixture
def office(client: Client, admin: Actor) -> Client:
    """The administrator at work."""
    client.force_login(User.objects.get(pk=admin.user_id or 0))
    return client


def terms(unit: Unit, role: str = "township_clerk", **more: Any) -> PostTerms:
    return PostTerms(unit.pk, role, unit.division_id, more.pop("starts_on", TODAY), **more)


def leave(to: User, first: datetime = NOW, days: int = 5) -> Leave:
    return Leave(to.pk, first, first + timedelta(days=days), "年休假")


# Posts


def test_a_post_is_given_on_the_screen_and_acts(office: Client) -> None:
    village = people.unit("甲一村村委会", "village", people.VILLAGE)
    grid = people.grid()
    user = people.person("g")
    page = f"/admin/people/{user.pk}/posts/new/"
    assert office.get(page).status_code == 200
    form = {
        "role": "grid_worker",
        "area": people.VILLAGE,
        "starts_on": "2026-11-23",
        "last_day": "2026-12-31",
        "grids": [grid.pk],
    }
    assert office.get(f"{page}?unit={village.pk}").status_code == 200
    assert office.post(f"{page}?unit={village.pk}", form).status_code == 302
    post = Post.objects.get(user=user)
    assert (post.first_day, post.last_day) == (date(2026, 11, 23), date(2026, 12, 31))
    actor = actor_for(user, None, "screen")
    assert actor is not None
    assert actor.grid_ids == {grid.pk}
    assert "甲一村村委会" in office.get(f"/admin/people/{user.pk}/").content.decode()


def test_what_does_not_fit_together_is_refused(admin: Actor) -> None:
    unit, user = people.unit(), people.person("a")
    elsewhere = people.grid(people.OTHER_VILLAGE)
    day = timedelta(days=1)
    wrong = {
        "area": PostTerms(unit.pk, "township_clerk", people.OTHER_TOWNSHIP, TODAY),
        "role": terms(unit, "emperor"),
        "last_day": terms(unit, ends_on=TODAY),
        "grids": terms(unit, "grid_worker", grid_ids=frozenset({elsewhere.pk})),
    }
    for field, offered in wrong.items():
        with pytest.raises(Invalid) as refused:
            posts.give_post(user.pk, offered, actor=admin)
        assert field in refused.value.fields
    with pytest.raises(Invalid) as refused:
        posts.give_post(user.pk, terms(unit, grid_ids=frozenset({elsewhere.pk})), actor=admin)
    assert "只有网格员岗位" in str(refused.value.message)
    assert posts.give_post(user.pk, terms(unit, ends_on=TODAY + day), actor=admin).last_day == TODAY


def test_the_same_post_twice_is_refused(admin: Actor) -> None:
    user = people.person("a")
    posts.give_post(user.pk, terms(people.unit()), actor=admin)
    with pytest.raises(Invalid, match="任期不能重叠"):
        posts.give_post(user.pk, terms(people.unit()), actor=admin)


def test_a_post_ends_at_once_or_on_a_day_and_never_before_today(admin: Actor) -> None:
    user = people.person("a")
    post = people.post(user)
    for ends_on, reason in ((TODAY - timedelta(days=1), "调动"), (TODAY, " ")):
        with pytest.raises(Invalid):
            posts.end_post(post.pk, ends_on=ends_on, reason=reason, actor=admin)
    posts.end_post(post.pk, ends_on=TODAY + timedelta(days=2), reason="调动", actor=admin)
    assert actor_for(user, None, "screen") is not None
    posts.end_post(post.pk, ends_on=TODAY, reason="提前", actor=admin)
    assert actor_for(user, None, "screen") is None
    with pytest.raises(Invalid, match="已经结束"):
        posts.end_post(post.pk, ends_on=TODAY, reason="再次", actor=admin)
    reasons = Event.objects.filter(subject_type="post", subject_id=post.pk).order_by("seq")
    assert [event.reason for event in reasons] == ["调动", "提前"]


def test_a_post_that_never_began_becomes_empty(office: Client, admin: Actor) -> None:
    user = people.person("a")
    post = posts.give_post(user.pk, terms(people.unit(), starts_on=TODAY + timedelta(days=9)), actor=admin)
    office.post(f"/admin/posts/{post.pk}/end/", {"reason": "改派"})
    post.refresh_from_db()
    assert post.period.isempty
    assert "未生效即撤销" in office.get(f"/admin/people/{user.pk}/").content.decode()
    assert posts.give_post(user.pk, terms(people.unit()), actor=admin).pk != post.pk


def test_grids_change(admin: Actor) -> None:
    village = people.unit("甲一村村委会", "village", people.VILLAGE)
    user = people.person("g")
    first, second = people.grid(serial=1), people.grid(serial=2)
    post = posts.give_post(
        user.pk, terms(village, "grid_worker", grid_ids=frozenset({first.pk})), actor=admin
    )
    posts.change_grids(post.pk, frozenset({second.pk}), actor=admin)
    actor = actor_for(user, None, "screen")
    assert actor is not None
    assert actor.grid_ids == {second.pk}
    clerk = posts.give_post(user.pk, terms(people.unit()), actor=admin)
    with pytest.raises(Invalid):
        posts.change_grids(clerk.pk, frozenset({second.pk}), actor=admin)


def test_grids_change_on_the_screen(office: Client, admin: Actor) -> None:
    village = people.unit("甲一村村委会", "village", people.VILLAGE)
    user, grid, elsewhere = people.person("g"), people.grid(), people.grid(people.OTHER_VILLAGE)
    post = posts.give_post(user.pk, terms(village, "grid_worker"), actor=admin)
    page = f"/admin/posts/{post.pk}/grids/"
    assert page in office.get(f"/admin/people/{user.pk}/").content.decode()
    assert elsewhere.code not in office.get(page).content.decode()
    assert office.post(page, {"grids": [elsewhere.pk]}).status_code == 422
    assert office.post(page, {"grids": [grid.pk]}).status_code == 302
    assert list(post.grids.all()) == [grid]


# Separation of duties

DUTIES = {"administrator": 1, "auditor": 2}


@pytest.mark.parametrize("first", list(Role))
@pytest.mark.parametrize("second", list(Role))
def test_separation_of_duties(admin: Actor, first, second) -> None:
    user = people.person("a")
    unit, other = people.county_unit(), people.county_unit("水利局", "department")
    posts.give_post(user.pk, terms(unit, first), actor=admin)
    if DUTIES.get(first, 3) == DUTIES.get(second, 3):
        posts.give_post(user.pk, terms(other, second), actor=admin)
    else:
        with pytest.raises(Invalid, match="不能由同一人同时担任"):
            posts.give_post(user.pk, terms(other, second), actor=admin)


def test_one_after_the_other_is_allowed(admin: Actor) -> None:
    user, unit = people.person("a"), people.county_unit()
    posts.give_post(user.pk, terms(unit, "auditor", ends_on=TODAY + timedelta(days=10)), actor=admin)
    later = terms(unit, "county_dispatcher", starts_on=TODAY + timedelta(days=10))
    assert posts.give_post(user.pk, later, actor=admin).role == "county_dispatcher"


def test_the_database_itself_separates_duties() -> None:
    user, unit = people.person("a"), people.county_unit()
    people.post(user, "auditor", unit)
    with pytest.raises(IntegrityError, match="post_separation_of_duties"), transaction.atomic():
        people.post(user, "county_dispatcher", unit)
    assert Post.objects.filter(user=user).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_administrators_at_once_cannot_join_duties() -> None:
    admin = people.staff("admin", "administrator", people.county_unit("信息中心", "other"))
    user, unit = people.person("a"), people.county_unit()

    def give(role: str) -> bool:
        try:
            posts.give_post(user.pk, terms(unit, role), actor=admin)
        except Invalid:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(give, ["auditor", "county_dispatcher"])) == [False, True]


@pytest.mark.parametrize(
    ("theirs", "allowed"), [("township_leader", True), ("auditor", False), ("administrator", False)]
)
def test_a_delegate_keeps_to_one_duty(admin: Actor, theirs, allowed) -> None:
    post = people.post(people.person("a"))
    to = people.person("b")
    people.post(to, theirs)
    if allowed:
        assert posts.delegate(post.pk, leave(to), actor=admin).to == to
    else:
        with pytest.raises(Invalid, match="不能由同一人同时担任"):
            posts.delegate(post.pk, leave(to), actor=admin)


def test_a_delegate_gets_no_post_of_another_duty_meanwhile(admin: Actor) -> None:
    post, to = people.post(people.person("a")), people.person("b")
    posts.delegate(post.pk, leave(to), actor=admin)
    unit = people.county_unit()
    with pytest.raises(Invalid, match="不能由同一人同时担任"):
        posts.give_post(to.pk, terms(unit, "auditor"), actor=admin)
    after = terms(unit, "auditor", starts_on=TODAY + timedelta(days=6))
    assert posts.give_post(to.pk, after, actor=admin).role == "auditor"


# Delegation


def test_the_holder_delegates_their_own_leave_and_ends_it(client: Client) -> None:
    holder, to = people.person("a"), people.person("b")
    post = people.post(holder)
    client.force_login(holder)
    form = {"to": "b", "starts_at": "2026-11-23T10:00", "ends_at": "2026-11-27T18:00", "reason": "年休假"}
    assert client.post("/account/leave/", form)["Location"] == "/account/leave/"
    acting = actor_for(to, post.pk, "screen")
    assert acting is not None
    assert acting.label.endswith("（代）")
    one = Delegation.objects.get()
    assert "年休假" in client.get("/account/leave/").content.decode()
    theirs = Client()
    theirs.force_login(to)
    assert (
        theirs.post(f"/admin/delegations/{one.pk}/end/").status_code == 403
    )  # a delegate has not this right
    client.post(f"/admin/delegations/{one.pk}/end/")
    assert actor_for(to, post.pk, "screen") is None
    names = Event.objects.filter(subject_type="post", subject_id=post.pk).order_by("seq")
    assert [event.name for event in names] == ["post.delegated", "post.delegation_ended"]


def test_another_holders_delegation_is_not_there(client: Client, admin: Actor) -> None:
    post = people.post(people.person("a"))
    one = posts.delegate(post.pk, leave(people.person("b")), actor=admin)
    other = people.person("c")
    people.post(other)
    client.force_login(other)
    assert client.post(f"/admin/delegations/{one.pk}/end/").status_code == 404
    with pytest.raises(Missing):
        posts.delegate(post.pk, leave(other), actor=people.staff("d"))
    assert Delegation.objects.filter(ends_at__gt=NOW).count() == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"to": "nobody"}, "没有这个用户名"),
        ({"to": "a"}, "代理人不能是岗位本人"),
        ({"to": ""}, "请填写代理人的用户名"),
        ({"ends_at": "2026-11-23T09:00", "starts_at": "2026-11-23T08:00"}, "结束时间已经过去"),
        ({"ends_at": "2026-11-24T09:00", "starts_at": "2026-11-25T08:00"}, "代理的结束时间必须晚于开始时间"),
        ({"reason": ""}, "请填写这一项"),
        ({"starts_at": "tomorrow"}, "时间请写成"),
    ],
)
def test_a_wrong_delegation_is_refused_with_a_sentence(client: Client, change, sentence) -> None:
    holder = people.person("a")
    people.person("b")
    people.post(holder)
    client.force_login(holder)
    form = {"to": "b", "starts_at": "2026-11-23T10:00", "ends_at": "2026-11-27T18:00", "reason": "年休假"}
    response = client.post("/account/leave/", {**form, **change})
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Delegation.objects.exists()


def test_one_delegate_at_a_time(admin: Actor) -> None:
    post = people.post(people.person("a"))
    posts.delegate(post.pk, leave(people.person("b")), actor=admin)
    with pytest.raises(Invalid, match="已经委托了代理人"):
        posts.delegate(post.pk, leave(people.person("c")), actor=admin)


def test_a_delegation_that_has_not_begun_is_withdrawn(office: Client, admin: Actor) -> None:
    post = people.post(people.person("a"))
    one = posts.delegate(post.pk, leave(people.person("b"), NOW + timedelta(days=3)), actor=admin)
    assert "撤回" in office.get("/admin/delegations/").content.decode()
    office.post(f"/admin/delegations/{one.pk}/end/")
    assert not Delegation.objects.exists()


def test_a_post_may_be_delegated_by_the_administrator(office: Client) -> None:
    post = people.post(people.person("a"))
    people.person("b")
    form = {"to": "b", "starts_at": "2026-11-23T10:00", "ends_at": "2026-11-27T18:00", "reason": "病假"}
    assert office.get(f"/admin/posts/{post.pk}/delegate/").status_code == 200
    response = office.post(f"/admin/posts/{post.pk}/delegate/", form)
    assert response["Location"] == "/admin/delegations/"
    assert Delegation.objects.get().reason == "病假"


def test_period_helpers() -> None:
    post = Post(period=DateRange(date(2026, 1, 1), date(2026, 11, 23)))
    assert post.is_over
    assert not Post(period=DateRange(date(2026, 1, 1), date(2026, 11, 24))).is_over
    assert not Post(period=DateRange(date(2026, 1, 1), None)).is_over
