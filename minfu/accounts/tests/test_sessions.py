"""Sessions and sign-ins: listed and ended by oneself and by the administrator, seen by others for a reason only."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from minfu.accounts import tasks, whence
from minfu.accounts.models import Session, SignIn, User
from minfu.accounts.tests import people
from minfu.kernel.models import Event

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
PHONE = "Mozilla/5.0 (Linux; Android 14; HUAWEI X) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36 MicroMessenger/8.0"
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36 Edg/142.0"


@pytest.fixture(autouse=True)
def traveller() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as travelling:
        yield travelling


@pytest.fixture
def clerk() -> User:
    people.post(user := people.person("a"))
    return user


def came(username: str = "a", address: str = "10.1.2.3", device: str = DESK) -> Client:
    client = Client(REMOTE_ADDR=address, HTTP_USER_AGENT=device)
    assert client.post("/login/", {"username": username, "password": people.PASSWORD}).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/account/leave/").status_code == 200


@pytest.mark.parametrize(
    ("said", "known"),
    [
        (PHONE, "微信 · Android"),
        (DESK, "Edge · Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1",
            "Safari · iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        ("curl/8.5", ""),
        ("", ""),
    ],
)
def test_a_device_is_known_by_name_only(said: str, known: str) -> None:
    assert whence.device(said) == known


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("10.1.2.3", "10.1.2.*"),
        ("192.168.255.1", "192.168.255.*"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("::1", "::/48"),
        ("", ""),
        (None, ""),
        ("no address", ""),
    ],
)
def test_an_address_is_kept_without_its_end(address: str | None, kept: str) -> None:
    assert whence.network(address) == kept


def test_one_sees_where_one_is_signed_in_and_ends_it(clerk: User) -> None:
    desk, phone = came(), came(address="10.7.7.7", device=PHONE)
    page = desk.get("/account/security/").content.decode()
    assert page.index("本机") < page.index("微信 · Android · 10.7.7.*")
    assert "10.7.7.7" not in page
    sign_in = SignIn.objects.get(network="10.7.7.*").pk
    assert desk.post(f"/account/sessions/{sign_in}/end/")["Location"] == "/account/security/"
    assert is_in(desk)
    assert not is_in(phone)
    assert desk.post(f"/account/sessions/{sign_in}/end/").status_code == 404
    assert Event.objects.get(subject_type="user", subject_id=clerk.pk).name == "user.session_ended"


def test_the_others_end_at_once(clerk: User) -> None:
    here, there, elsewhere = came(), came(), came()
    assert "已退出其他 2 处登录" in here.post("/account/sessions/end/", follow=True).content.decode()
    assert is_in(here)
    assert not is_in(there)
    assert not is_in(elsewhere)


def test_nobody_ends_or_sees_anothers_session(clerk: User) -> None:
    people.post(people.person("b"))
    mine, theirs = came(), came("b", address="172.16.0.9")
    sign_in = SignIn.objects.get(user=clerk).pk
    assert theirs.post(f"/account/sessions/{sign_in}/end/").status_code == 404
    assert is_in(mine)
    assert "10.1.2.*" not in theirs.get("/account/security/").content.decode()


def test_choosing_a_post_or_a_password_keeps_the_session_listed(clerk: User) -> None:
    people.post(clerk, "township_leader")
    here, there = came(), came()
    here.post("/account/post/", {"post": clerk.posts.first().pk})  # type: ignore[union-attr]  # there is one
    assert Session.objects.filter(user_id=clerk.pk).count() == 2
    new = "Cuiping-lake-77"
    here.post("/account/password/", {"old": people.PASSWORD, "new": new, "again": new})
    assert Session.objects.filter(user_id=clerk.pk).count() == 1
    assert is_in(here)
    assert not is_in(there)


def test_wrong_passwords_are_shown_to_the_person(clerk: User) -> None:
    Client(REMOTE_ADDR="203.0.113.5").post("/login/", {"username": "a", "password": "wrong"})
    Client().post("/login/", {"username": "nobody", "password": "wrong"})
    page = came().get("/account/security/").content.decode()
    assert "密码错误" in page
    assert "203.0.113.*" in page
    assert SignIn.objects.count() == 2


def test_only_the_try_that_locks_is_kept_of_a_lock(clerk: User) -> None:
    for _turn in range(9):
        Client().post("/login/", {"username": "a", "password": "wrong"})
    outcomes = list(SignIn.objects.order_by("pk").values_list("outcome", flat=True))
    assert outcomes == ["wrong_password"] * 4 + ["locked"]


def test_sign_ins_are_kept_ninety_days(clerk: User, traveller: Any) -> None:
    came()
    traveller.shift(timedelta(days=89, hours=23))
    assert "10.1.2.*" in came(address="172.16.0.9").get("/account/security/").content.decode()
    traveller.shift(timedelta(hours=1, seconds=1))
    tasks.forget_ended()
    assert list(SignIn.objects.values_list("network", flat=True)) == ["172.16.0.*"]


# --- administrator and auditor -------------------------------------------------------------------------------------


def office(role: str) -> Client:
    user = people.person(role)
    people.post(user, role, people.county_unit("信息中心", "other"))
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_a_look_at_anothers_sign_ins_has_a_reason_that_they_see(clerk: User, role: str) -> None:
    mine = came()
    other = office(role)
    assert "10.1.2.*" not in other.get("/admin/sign-ins/?username=a").content.decode()
    refused = other.post("/admin/sign-ins/", {"username": "a", "reason": " "})
    assert refused.status_code == 422
    assert "10.1.2.*" not in refused.content.decode()
    shown = other.post("/admin/sign-ins/", {"username": "a", "reason": "核查异常登录"}).content.decode()
    assert "10.1.2.*" in shown
    assert ("结束这次登录" in shown) is (role == "administrator")
    page = mine.get("/account/security/").content.decode()
    assert "谁查看过我的登录记录" in page
    assert "核查异常登录" in page
    kept = Event.objects.get(subject_type="user", subject_id=clerk.pk)
    assert (kept.name, kept.reason) == ("user.sign_ins_seen", "核查异常登录")


def test_an_unknown_person_gets_a_sentence(clerk: User) -> None:
    page = office("auditor").post("/admin/sign-ins/", {"username": "x\0y", "reason": "核查"})
    assert page.status_code == 422
    page = office("administrator").post("/admin/sign-ins/", {"username": "nobody", "reason": "核查"})
    assert "没有这个用户名" in page.content.decode()


def test_the_administrator_ends_a_session(clerk: User) -> None:
    mine = came()
    sign_in = SignIn.objects.get(user=clerk).pk
    path = f"/admin/people/{clerk.pk}/sessions/{sign_in}/end/"
    assert office("auditor").post(path).status_code == 403
    assert is_in(mine)
    admin = office("administrator")
    assert admin.post(path)["Location"] == f"/admin/people/{clerk.pk}/"
    assert not is_in(mine)
    assert admin.post(path).status_code == 404


@pytest.mark.parametrize("what", ["password", "active"])
def test_a_reset_or_a_disabled_account_leaves_no_session(clerk: User, what: str) -> None:
    came()
    office("administrator").post(f"/admin/people/{clerk.pk}/{what}/", {"active": "0"})
    assert not Session.objects.filter(user_id=clerk.pk).exists()
