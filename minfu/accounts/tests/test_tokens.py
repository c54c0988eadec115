"""Sign-in for programs."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpRequest
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from minfu.accounts import tokens
from minfu.accounts.models import ApiToken, User
from minfu.accounts.rules import sign_in
from minfu.accounts.tests import people
from minfu.accounts.tests.factors import app_for, code_of
from minfu.kernel.errors import Invalid
from minfu.kernel.gate import SignInNeeded
from minfu.kernel.models import Event

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.fixture
def request_() -> HttpRequest:
    """A request that gives the lockout its address."""
    return RequestFactory().post("/api/v1/token")


def issue(
    request: HttpRequest, username: str = "a", password: str = people.PASSWORD, post: int | None = None
) -> str:
    return tokens.issue_token(request, username, password, post)[0]


def test_a_token_acts_in_its_post_through_the_api(
    request_, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = people.person("a")
    post = people.post(user)
    raw = issue(request_)
    tokens.actor_for_token(raw)
    with django_assert_num_queries(1):
        actor = tokens.actor_for_token(raw)
    assert (actor.door, actor.user_id, actor.post_id) == ("api", user.pk, post.pk)
    assert actor.label == "甲镇便民服务中心 · 平台值班员"
    assert Event.objects.get(subject_type="user", subject_id=user.pk).name == "user.token_issued"


def test_only_the_hash_is_kept(request_) -> None:
    people.post(people.person("a"))
    raw = issue(request_)
    kept = ApiToken.objects.get()
    assert raw.startswith("mf_")
    assert raw.encode() not in bytes(kept.digest)
    assert len(bytes(kept.digest)) == 32


@pytest.mark.parametrize("raw", ["", "mf_guess", "mf_" + "x" * 100_000, "\0"])
def test_unknown_tokens_are_refused(raw) -> None:
    with pytest.raises(SignInNeeded, match="令牌无效或已过期"):
        tokens.actor_for_token(raw)


def test_a_token_expires_is_revoked_and_ends_with_the_post(request_) -> None:
    post = people.post(people.person("a"), until=date(2026, 11, 24))
    with time_machine.travel(NOON, tick=False) as traveller:
        first, second = issue(request_), issue(request_)
        tokens.revoke(first)
        tokens.revoke("unknown")
        with pytest.raises(SignInNeeded):
            tokens.actor_for_token(first)
        assert tokens.actor_for_token(second).post_id == post.pk
        traveller.shift(timedelta(hours=12))  # midnight in China: the post has ended
        with pytest.raises(SignInNeeded):
            tokens.actor_for_token(second)
    people.post(people.person("b"))
    with time_machine.travel(NOON, tick=False) as traveller:
        third = issue(request_, "b")
        traveller.shift(timedelta(hours=23, minutes=59))
        tokens.actor_for_token(third)
        traveller.shift(timedelta(minutes=2))
        with pytest.raises(SignInNeeded):
            tokens.actor_for_token(third)


@pytest.mark.parametrize("change", [{"is_active": False}, {"must_change_password": True}])
def test_a_disabled_person_or_a_reset_password_ends_tokens(request_, change) -> None:
    user = people.person("a")
    people.post(user)
    raw = issue(request_)
    User.objects.filter(pk=user.pk).update(**change)
    with pytest.raises(SignInNeeded):
        tokens.actor_for_token(raw)


def test_a_new_password_ends_tokens(request_) -> None:
    user = people.person("a")
    people.post(user)
    raw = issue(request_)
    new = "Cuiping-lake-77"
    sign_in.choose_password(user=user, old=people.PASSWORD, new=new, again=new)
    with pytest.raises(SignInNeeded):
        tokens.actor_for_token(raw)


def test_a_choice_among_several_posts(request_) -> None:
    user = people.person("a")
    people.post(user)
    leader = people.post(user, "township_leader")
    other = people.post(people.person("b"))
    with pytest.raises(Invalid, match="多个岗位"):
        issue(request_)
    with pytest.raises(Invalid, match="没有这个岗位"):
        issue(request_, post=other.pk)
    assert tokens.actor_for_token(issue(request_, post=leader.pk)).role == "township_leader"


def test_without_a_post_or_with_a_one_time_password_there_is_no_token(request_) -> None:
    people.person("a")
    with pytest.raises(Invalid, match="没有有效的岗位"):
        issue(request_)
    people.post(people.person("b", first=True))
    with pytest.raises(Invalid, match="一次性密码"):
        issue(request_, "b")


def test_the_lock_is_the_same_at_both_doors(request_, client: Client) -> None:
    people.post(people.person("a"))
    for _ in range(4):
        with pytest.raises(sign_in.WrongPassword):
            issue(RequestFactory().post("/"), password="wrong")
    with pytest.raises(sign_in.Locked) as refused:
        issue(RequestFactory().post("/"), password="wrong")
    assert refused.value.status == 429
    assert refused.value.extra["retry_after"] > 0
    with pytest.raises(sign_in.Locked):
        issue(RequestFactory().post("/"))
    assert client.post("/login/", {"username": "a", "password": people.PASSWORD}).status_code == 429


def test_last_use_is_noted_every_few_minutes(request_) -> None:
    people.post(people.person("a"))
    with time_machine.travel(NOON, tick=False) as traveller:
        raw = issue(request_)
        tokens.actor_for_token(raw)
        traveller.shift(timedelta(minutes=4))
        tokens.actor_for_token(raw)
        assert ApiToken.objects.get().last_used_at == NOON
        traveller.shift(timedelta(minutes=2))
        tokens.actor_for_token(raw)
        assert ApiToken.objects.get().last_used_at == NOON + timedelta(minutes=6)


# --- the second factor ---------------------------------------------------------------------------------------------


def test_who_has_a_second_factor_gives_a_code_for_a_token(request_) -> None:
    user = people.person("a")
    people.post(user)
    secret = app_for(user)
    with pytest.raises(Invalid, match="请用 code"):
        issue(request_)
    with pytest.raises(sign_in.WrongCode):
        tokens.issue_token(request_, "a", people.PASSWORD, None, "000000")
    raw, token = tokens.issue_token(request_, "a", people.PASSWORD, None, code_of(secret))
    assert token.second_factor
    assert tokens.actor_for_token(raw).user_id == user.pk
    with pytest.raises(sign_in.WrongCode):  # the same code again
        tokens.issue_token(request_, "a", people.PASSWORD, None, code_of(secret))


def test_where_it_is_demanded_nobody_gets_a_token_without(request_, settings) -> None:
    people.post(people.person("a"))
    before = issue(request_)
    assert tokens.actor_for_token(before).role == "township_clerk"
    settings.MINFU_SECOND_FACTOR = ["township_clerk"]
    with pytest.raises(Invalid, match="这个岗位要求二次验证"):
        issue(request_)
    with pytest.raises(SignInNeeded, match="现在要求二次验证"):
        tokens.actor_for_token(before)


def test_the_api_asks_for_the_code_and_locks_by_codes(client: Client) -> None:
    user = people.person("a")
    people.post(user)
    secret = app_for(user)
    body = {"username": "a", "password": people.PASSWORD}

    def ask(path: str = "tokens", **more: str) -> Any:
        return client.post(f"/api/v1/{path}", {**body, **more}, content_type="application/json")

    assert ask().status_code == 422
    assert ask(code=code_of(secret)).status_code == 201
    new = {"path": "password", "new_password": "Cuiping-lake-77"}
    assert ask(**new).status_code == 422
    assert ask(**new, code="000000").json()["code"] == "wrong_code"
    for _turn in range(4):
        locked = ask(code="000000")
    assert locked.status_code == 429
    assert ask(code=code_of(secret, ahead=1)).status_code == 429
    assert user.check_password(people.PASSWORD)
