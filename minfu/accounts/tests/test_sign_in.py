"""Signing in: passwords, lockout, sessions, first password, choosing a post."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from minfu.accounts import demo_logins
from minfu.accounts.models import Session, User
from minfu.accounts.tests import people
from minfu.kernel.models import Event

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def sign_in(
    client: Client, username: str = "a", password: str = people.PASSWORD, **more: str
) -> HttpResponse:
    return client.post("/login/", {"username": username, "password": password, **more})  # type: ignore[return-value]  # a response all the same


def test_the_right_password_signs_in_with_the_only_post(client: Client) -> None:
    given = people.post(people.person("a"))
    response = sign_in(client, next="/cases/?state=new")
    assert response.status_code == 302
    assert response["Location"] == "/cases/?state=new"
    assert client.get("/account/post/").wsgi_request.actor.post_id == given.pk  # type: ignore[attr-defined]  # set by the test client or middleware


def test_signing_in_never_leads_to_another_site(client: Client) -> None:
    people.post(people.person("a"))
    assert sign_in(client, next="https://example.com/")["Location"] == "/"
    assert sign_in(client, next="//example.com/")["Location"] == "/"


@pytest.mark.parametrize("username", ["a", "nobody", "disabled"])
def test_wrong_password_unknown_and_disabled_get_the_same_sentence(client: Client, username) -> None:
    people.post(people.person("a"))
    disabled = people.person("disabled", password="wrong password")
    User.objects.filter(pk=disabled.pk).update(is_active=False)
    response = sign_in(client, username, "wrong password")
    assert response.status_code == 422
    assert "用户名或密码不正确，请重新输入。连续输错 5 次将锁定 15 分钟。" in response.content.decode()


@pytest.mark.parametrize("username", ["a\0b", "x" * 61, ""])
def test_odd_user_names_get_a_sentence(client: Client, username) -> None:
    assert sign_in(client, username).status_code == 422


def test_five_wrong_passwords_lock_until_the_time_that_is_said(client: Client) -> None:
    people.post(people.person("a"))
    with time_machine.travel(NOON, tick=False) as traveller:
        for _ in range(4):
            assert sign_in(client, password="wrong").status_code == 422
        locked = sign_in(client, password="wrong")
        assert locked.status_code == 429
        assert "请在 12:15 之后再试" in locked.content.decode()
        traveller.shift(timedelta(minutes=14))
        assert sign_in(client).status_code == 429  # the right password, too early; does not prolong the lock
        traveller.shift(timedelta(minutes=1, seconds=1))
        assert sign_in(client).status_code == 302


def test_four_wrong_passwords_do_not_lock(client: Client) -> None:
    people.post(people.person("a"))
    for _ in range(4):
        sign_in(client, password="wrong")
    assert sign_in(client).status_code == 302


def test_a_lock_binds_one_account_from_one_address(client: Client) -> None:
    people.post(people.person("a"))
    people.post(people.person("b"))
    for _ in range(5):
        sign_in(client, password="wrong")
    assert sign_in(client).status_code == 429
    assert sign_in(client, "b").status_code == 302
    assert sign_in(Client(REMOTE_ADDR="10.1.2.3")).status_code == 302


def test_the_session_gets_a_new_key_at_sign_in(client: Client) -> None:
    people.post(people.person("a"))
    client.get("/login/")
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    assert client.cookies["sessionid"].value == before
    sign_in(client)
    assert client.cookies["sessionid"].value != before
    assert not Session.objects.filter(pk=before).exists()


def test_a_session_slides_while_used_and_ends_when_not(client: Client) -> None:
    people.post(people.person("a"))
    with time_machine.travel(NOON, tick=False) as traveller:
        sign_in(client)
        for _ in range(5):
            traveller.shift(timedelta(minutes=50))
            assert client.get("/account/post/").status_code == 200
        traveller.shift(timedelta(minutes=61))
        gone = client.get("/account/post/")
        assert gone.status_code == 302
        assert gone["Location"].startswith("/login/")


def test_a_busy_session_is_written_every_few_minutes_only(client: Client) -> None:
    people.post(people.person("a"))
    with time_machine.travel(NOON, tick=False) as traveller:
        sign_in(client)
        for minutes, written in ((4, False), (2, True), (4, False)):
            traveller.shift(timedelta(minutes=minutes))
            with CaptureQueriesContext(connection) as seen:
                client.get("/account/post/")
            assert any("UPDATE" in query["sql"] for query in seen.captured_queries) is written


def test_signing_out_ends_the_session(client: Client) -> None:
    people.post(people.person("a"))
    sign_in(client)
    assert client.get("/logout/").status_code == 405
    client.post("/logout/")
    assert client.get("/account/post/").status_code == 302


def test_a_person_with_several_posts_chooses_and_switches(client: Client) -> None:
    user = people.person("a")
    clerk, leader = people.post(user), people.post(user, "township_leader")
    other = people.post(people.person("b"))
    response = sign_in(client, next="/cases/")
    assert response["Location"] == "/account/post/?next=%2Fcases%2F"
    page = client.get(response["Location"])
    assert "甲镇便民服务中心 · 乡镇领导" in page.content.decode()
    assert client.post("/account/post/", {"post": leader.pk, "next": "/cases/"})["Location"] == "/cases/"
    assert client.get("/account/post/").wsgi_request.actor.role == "township_leader"  # type: ignore[attr-defined]  # set by the test client or middleware
    for wrong in (other.pk, "x", "9" * 5000, ""):
        assert client.post("/account/post/", {"post": wrong}).status_code == 200
        assert client.session["post"] == leader.pk
    client.post("/account/post/", {"post": clerk.pk})
    assert client.get("/account/post/").wsgi_request.actor.role == "township_clerk"  # type: ignore[attr-defined]  # set by the test client or middleware


def test_a_person_without_a_post_is_told_so(client: Client) -> None:
    people.person("a")
    page = client.get(sign_in(client)["Location"])
    assert "您目前没有有效的岗位" in page.content.decode()


def test_a_one_time_password_must_be_replaced_first(client: Client) -> None:
    user = people.person("a", first=True)
    people.post(user)
    assert sign_in(client, next="/cases/")["Location"] == "/account/password/?next=%2Fcases%2F"
    assert client.get("/account/post/")["Location"] == "/account/password/"
    assert client.get("/account/post/", headers={"HX-Request": "true"})["HX-Redirect"] == "/account/password/"
    assert client.get("/account/password/").status_code == 200
    assert client.get("/login/").status_code == 200
    new = "Cuiping-lake-77"
    done = client.post("/account/password/", {"old": people.PASSWORD, "new": new, "again": new})
    assert done["Location"] == "/"
    assert client.get("/account/post/").wsgi_request.actor is not None  # type: ignore[attr-defined]  # set by the test client or middleware
    assert Event.objects.filter(
        subject_type="user", subject_id=user.pk, name="user.password_changed"
    ).exists()
    fresh = Client()
    assert sign_in(fresh).status_code == 422
    assert sign_in(fresh, password=new).status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "again", "sentence"),
    [
        ("not it", "Cuiping-lake-77", "Cuiping-lake-77", "当前密码不正确"),
        (people.PASSWORD, people.PASSWORD, people.PASSWORD, "新密码不能与当前密码相同"),
        (people.PASSWORD, "Cuiping-lake-77", "Cuiping-lake-78", "两次输入的新密码不一致"),
        (people.PASSWORD, "short1", "short1", "新密码至少要有 10 个字符"),
        (people.PASSWORD, "73829104658", "73829104658", "新密码不能只有数字"),
        (people.PASSWORD, "password123", "password123", "新密码太常见"),
        (people.PASSWORD, "xxxusername", "xxxusername", "与您的用户名或姓名太相似"),
        (people.PASSWORD, "", "", "请输入新密码"),
    ],
)
def test_a_new_password_is_checked(client: Client, old, new, again, sentence) -> None:
    people.post(people.person("username", first=True))
    sign_in(client, "username")
    response = client.post("/account/password/", {"old": old, "new": new, "again": again})
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert client.get("/account/post/")["Location"] == "/account/password/"


def test_a_new_password_ends_other_sessions(client: Client) -> None:
    people.post(people.person("a"))
    other = Client()
    sign_in(client)
    sign_in(other)
    new = "Cuiping-lake-77"
    client.post("/account/password/", {"old": people.PASSWORD, "new": new, "again": new})
    assert client.get("/account/post/").status_code == 200
    assert other.get("/account/post/")["Location"].startswith("/login/")


def test_demo_logins_are_shown_in_the_demo_only(client: Client, settings, monkeypatch) -> None:
    login = demo_logins.DemoLogin("甲镇 · 平台值班员", "demo.clerk", "demo-password")
    monkeypatch.setattr(demo_logins, "logins", lambda: [login])
    assert "demo.clerk" not in client.get("/login/").content.decode()
    settings.MINFU_DEMO = True
    assert "demo.clerk" in client.get("/login/").content.decode()
