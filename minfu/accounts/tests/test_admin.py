"""The administrator's work: who may, units, people."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from minfu.accounts.actor import Actor
from minfu.accounts.models import Role, Unit, User
from minfu.accounts.rules import actions, posts
from minfu.accounts.rules.posts import Leave, PostTerms
from minfu.accounts.tests import people
from minfu.kernel.errors import Forbidden, Invalid, Missing
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


# Who may


PAGES = [
    "/admin/units/",
    "/admin/units/new/",
    "/admin/people/",
    "/admin/people/new/",
    "/admin/delegations/",
]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", [role for role in Role if role != Role.PARTNER])  # a program has no screens
def test_only_the_administrator_opens_the_administration(client: Client, page, role) -> None:
    user = people.person("a")
    people.post(user, role, people.county_unit())
    client.force_login(user)
    assert client.get(page).status_code == (200 if role == "administrator" else 403)


@pytest.mark.parametrize("page", PAGES)
def test_nobody_signed_in_is_sent_to_sign_in(client: Client, page) -> None:
    assert client.get(page)["Location"] == f"/login/?next={page.replace('/', '%2F')}"


def test_verbs_refuse_without_the_right() -> None:
    clerk = people.staff("clerk")
    with pytest.raises(Forbidden):
        actions.create_unit(actions.UnitTerms("甲镇司法所", "department", people.TOWNSHIP), actor=clerk)
    with pytest.raises(Forbidden):
        actions.create_person("new", "新人", actor=clerk)
    with pytest.raises(Forbidden):
        posts.give_post(clerk.user_id or 0, terms(people.unit(), "township_leader"), actor=clerk)


def test_area_binds_the_administrator(admin: Actor) -> None:
    township = people.staff("t-admin", "administrator", people.unit("甲镇信息站", "other"))
    other = people.unit("乙镇便民服务中心", "desk", people.OTHER_TOWNSHIP)
    post = people.post(people.person("b"), "township_clerk", other)
    for refused in (
        lambda who: actions.change_unit(
            other.pk, actions.UnitTerms("改名", "desk", people.OTHER_TOWNSHIP), actor=who
        ),
        lambda who: posts.end_post(post.pk, ends_on=TODAY, reason="调动", actor=who),
    ):
        with pytest.raises(Missing):
            refused(township)
        refused(admin)


# Units


def test_a_unit_is_created_changed_and_recorded(office: Client) -> None:
    form = {
        "name": "甲镇司法所",
        "kind": "department",
        "division": people.TOWNSHIP,
        "duty": "justice",
        "is_active": "on",
    }
    assert office.post("/admin/units/new/", form).status_code == 302
    unit = Unit.objects.get(name="甲镇司法所")
    assert unit.level == "township"
    assert office.post(f"/admin/units/{unit.pk}/", {**form, "phone": "0593-3880000"}).status_code == 302
    names = Event.objects.filter(subject_type="unit", subject_id=unit.pk).order_by("seq")
    assert [event.name for event in names] == ["unit.created", "unit.changed"]
    assert names[1].data == {"phone": ["", "0593-3880000"]}
    listed = office.get("/admin/units/?q=司法").content.decode()
    assert "甲镇司法所" in listed
    assert "司法行政" in listed
    assert "justice" not in listed
    shown = office.get(f"/admin/units/{unit.pk}/").content.decode()
    assert '<option value="justice" selected>' in shown
    assert "甲镇司法所" not in office.get("/admin/units/?q=水利").content.decode()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "请填写这一项"),
        ({"kind": "party"}, "请从列表中选择"),
        ({"duty": "moon"}, "请从列表中选择"),
        ({"division": "999999999999"}, "请从列表中选择"),
        ({"name": "甲镇便民服务中心"}, "这个区划已经有同名单位"),
        ({"name": "第二平台", "kind": "desk"}, "这个区划已经有一个平台"),
    ],
)
def test_a_wrong_unit_is_refused_with_a_sentence(office: Client, change, sentence) -> None:
    people.unit()
    form = {"name": "甲镇司法所", "kind": "department", "division": people.TOWNSHIP, "is_active": "on"}
    response = office.post("/admin/units/new/", {**form, **change})
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_a_unit_closes_only_when_nobody_serves_in_it(admin: Actor) -> None:
    unit = people.unit()
    post = people.post(people.person("a"), where=unit)
    closed = actions.UnitTerms(unit.name, "desk", people.TOWNSHIP, is_active=False)
    with pytest.raises(Invalid, match="还有人在这个单位任职"):
        actions.change_unit(unit.pk, closed, actor=admin)
    posts.end_post(post.pk, ends_on=TODAY, reason="撤并", actor=admin)
    assert not actions.change_unit(unit.pk, closed, actor=admin).is_active
    with pytest.raises(Invalid, match="这个单位已停用"):
        posts.give_post(people.person("b").pk, terms(unit), actor=admin)


# People


def test_a_new_person_signs_in_with_the_password_shown_once(office: Client) -> None:
    shown = office.post("/admin/people/new/", {"username": "lin.clerk", "name": "林某"})
    password = re.search(r'class="receipt">([a-z0-9-]{14})<', shown.content.decode())
    assert password is not None
    assert shown["Cache-Control"] == "no-store"
    user = User.objects.get(username="lin.clerk")
    assert password[1] not in office.get(f"/admin/people/{user.pk}/").content.decode()
    fresh = Client()
    assert fresh.post("/login/", {"username": "lin.clerk", "password": password[1]}).status_code == 302
    assert fresh.get("/account/post/")["Location"] == "/account/password/"


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"username": "a b", "name": "甲"}, "用户名只能用"),
        ({"username": "admin", "name": "甲"}, "已存在"),
        ({"username": "lin", "name": ""}, "请填写这一项"),
    ],
)
def test_a_wrong_person_is_refused(office: Client, form, sentence) -> None:
    response = office.post("/admin/people/new/", form)
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_reset_ends_sessions_and_lifts_a_lock(office: Client) -> None:
    user = people.person("a")
    people.post(user)
    theirs = Client()
    theirs.force_login(user)
    for _ in range(5):
        Client().post("/login/", {"username": "a", "password": "wrong"})
    shown = office.post(f"/admin/people/{user.pk}/password/").content.decode()
    password = re.search(r'class="receipt">([a-z0-9-]{14})<', shown)
    assert password is not None
    assert theirs.get("/account/post/")["Location"].startswith("/login/")
    assert Client().post("/login/", {"username": "a", "password": password[1]}).status_code == 302


def test_a_disabled_person_is_out_at_the_next_request(office: Client) -> None:
    user = people.person("a")
    people.post(user)
    theirs = Client()
    theirs.force_login(user)
    assert theirs.get("/account/post/").status_code == 200
    office.post(f"/admin/people/{user.pk}/active/", {"active": "0"})
    assert theirs.get("/account/post/")["Location"].startswith("/login/")
    office.post(f"/admin/people/{user.pk}/active/", {"active": "1"})
    names = Event.objects.filter(subject_type="user", subject_id=user.pk).values_list("name", flat=True)
    assert set(names) == {"user.disabled", "user.enabled"}


def test_the_administrator_cannot_shut_themselves_out(office: Client, admin: Actor) -> None:
    response = office.post(f"/admin/people/{admin.user_id}/active/", {"active": "0"})
    assert response.status_code == 403
    assert "不能停用自己的账号" in response.content.decode()
    with pytest.raises(Forbidden, match="不能结束自己的管理员岗位"):
        posts.end_post(admin.post_id or 0, ends_on=TODAY, reason="调动", actor=admin)


def test_a_name_is_corrected(office: Client) -> None:
    user = people.person("a")
    office.post(f"/admin/people/{user.pk}/", {"name": "林某某"})
    user.refresh_from_db()
    assert user.name == "林某某"
    assert Event.objects.get(subject_type="user", subject_id=user.pk).data == {"name": ["姓名a", "林某某"]}
