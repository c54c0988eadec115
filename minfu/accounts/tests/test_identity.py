"""Signing in at the county's identity provider: a real one, in a process of its own."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from minfu.accounts.models import Post, SignIn, User
from minfu.accounts.rules import identity
from minfu.accounts.tests import people, provider
from minfu.accounts.tests.factors import app_for, code_of
from minfu.kernel.errors import Forbidden, Invalid
from minfu.kernel.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with provider.running() as address:
        yield address


@pytest.fixture
def clerk() -> User:
    people.post(user := people.person("a"))
    return user


@pytest.fixture
def admin() -> Any:
    return people.staff("admin", "administrator", people.county_unit("信息中心", "other"))


def come(client: Client, subject: str, query: str = "?next=/account/leave/", **typed: str) -> Any:
    """Go to the provider, sign in there as ``subject``, and come back."""
    there = client.get(f"/login/oidc/county/{query}")
    assert there.status_code == 302, there.content.decode()
    back = requests.post(there["Location"], data={"sub": subject, **typed}, allow_redirects=False, timeout=60)
    where = urlsplit(back.headers["Location"])
    assert where.path == "/login/oidc/county/callback/"
    return client.get(f"{where.path}?{where.query}")


def is_in(client: Client) -> bool:
    return client.get("/account/leave/").status_code == 200


def test_without_settings_there_is_no_way_in(client: Client) -> None:
    assert "统一身份认证" not in client.get("/login/").content.decode()
    assert client.get("/login/oidc/county/").status_code == 404
    assert client.get("/login/oidc/county/callback/?code=x&state=y").status_code == 404


def test_who_the_administrator_linked_comes_in(
    client: Client, settings: Any, url: str, clerk: User, admin: Any
) -> None:
    provider.configure(settings, url)
    identity.register(clerk.pk, number="", subject="u-1001", actor=admin)
    assert "用县统一身份认证登录" in client.get("/login/").content.decode()
    assert come(client, "u-1001")["Location"] == "/account/leave/"
    assert is_in(client)
    kept = SignIn.objects.get(user=clerk)
    assert (kept.method, kept.outcome) == ("identity", "entered")
    assert SocialAccount.objects.get().extra_data == {}


def test_the_request_to_the_provider_is_bound_to_this_browser(
    client: Client, settings: Any, url: str
) -> None:
    provider.configure(settings, url)
    asked = parse_qs(urlsplit(client.get("/login/oidc/county/")["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert set(asked["scope"][0].split()) == {"openid", "profile"}
    assert asked["redirect_uri"] == ["http://testserver/login/oidc/county/callback/"]
    stranger = Client()
    refused = stranger.get(f"/login/oidc/county/callback/?code=x&state={asked['state'][0]}")
    assert refused["Location"] == "/login/"
    assert "没有完成" in stranger.get("/login/").content.decode()


def test_an_unknown_identity_gets_nothing_but_its_name(
    client: Client, settings: Any, url: str, clerk: User
) -> None:
    provider.configure(settings, url)
    before = (User.objects.count(), Post.objects.count())
    assert come(client, "somebody-else")["Location"] == "/login/"
    page = client.get("/login/").content.decode()
    assert "请把标识“somebody-else”告诉系统管理员" in page
    assert not is_in(client)
    assert (User.objects.count(), Post.objects.count()) == before
    assert not SocialAccount.objects.exists()


def test_a_vouched_number_finds_the_person_once(
    client: Client, settings: Any, url: str, clerk: User, admin: Any
) -> None:
    provider.configure(settings, url, claim="employee_number")
    identity.register(clerk.pk, number="G1001", subject="", actor=admin)
    come(client, "u-1001")
    assert is_in(client)
    assert identity.subject_of(clerk) == "u-1001"
    kept = Event.objects.get(name="user.identity_matched")
    assert kept.data == {"subject": "u-1001"}
    other = Client()
    come(other, "u-1003")  # the same number, another identity
    assert not is_in(other)
    assert "这个工号已经对应另一个统一身份" in other.get("/login/").content.decode()
    again = Client()
    come(again, "u-1001")
    assert is_in(again)


def test_a_number_counts_only_where_the_setting_names_the_claim(
    client: Client, settings: Any, url: str, clerk: User, admin: Any
) -> None:
    provider.configure(settings, url)
    identity.register(clerk.pk, number="G1001", subject="", actor=admin)
    come(client, "u-1001")
    assert not is_in(client)


def test_a_disabled_person_stays_out(
    client: Client, settings: Any, url: str, clerk: User, admin: Any
) -> None:
    provider.configure(settings, url, claim="employee_number")
    identity.register(clerk.pk, number="G1001", subject="", actor=admin)
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    come(client, "u-1001")
    assert not is_in(client)
    SocialAccount.objects.create(user=clerk, provider="county", uid="u-1001")
    come(client, "u-1001")
    assert not is_in(client)
    assert "这个账号已停用" in client.get("/login/").content.decode()


def test_ones_own_second_factor_is_asked_for_too(
    client: Client, settings: Any, url: str, clerk: User, admin: Any
) -> None:
    provider.configure(settings, url)
    identity.register(clerk.pk, number="", subject="u-1001", actor=admin)
    secret = app_for(clerk)
    assert come(client, "u-1001")["Location"] == "/login/factor/"
    assert not is_in(client)
    assert client.post("/login/factor/", {"code": code_of(secret)})["Location"] == "/account/leave/"
    assert is_in(client)
    kept = SignIn.objects.get(user=clerk)
    assert (kept.method, kept.factor) == ("identity", "totp")


def test_nobody_links_an_identity_to_themselves(client: Client, settings: Any, url: str, clerk: User) -> None:
    provider.configure(settings, url)
    client.force_login(clerk)
    come(client, "u-1001", "?process=connect")
    assert not SocialAccount.objects.exists()


def test_who_says_no_at_the_provider_is_back_at_the_sign_in_page(
    client: Client, settings: Any, url: str
) -> None:
    provider.configure(settings, url)
    assert come(client, "u-1001", action="deny")["Location"] == "/login/"
    assert "没有完成" in client.get("/login/").content.decode()


def test_a_provider_that_does_not_answer_is_told(client: Client, settings: Any) -> None:
    provider.configure(settings, "http://127.0.0.1:9")
    answer = client.get("/login/oidc/county/")
    assert answer["Location"] == "/login/"
    assert "暂时连接不上" in client.get("/login/").content.decode()


# --- the administrator ----------------------------------------------------------------------------------------------


def test_the_administrator_registers_numbers_and_identities(client: Client, admin: Any, clerk: User) -> None:
    client.force_login(User.objects.get(pk=admin.user_id))
    path = f"/admin/people/{clerk.pk}/identity/"
    assert client.post(path, {"number": "G1001", "subject": "u-1001"}).status_code == 302
    assert 'value="u-1001"' in client.get(path).content.decode()
    clerk.refresh_from_db()
    assert clerk.employee_number == "G1001"
    other = people.person("b")
    taken = f"/admin/people/{other.pk}/identity/"
    page = client.post(taken, {"number": "G1001", "subject": ""})
    assert "这个工号已经登记给另一位人员" in page.content.decode()
    page = client.post(taken, {"number": "", "subject": "u-1001"})
    assert page.status_code == 422
    assert "这个统一身份已经登记给另一位人员" in page.content.decode()
    assert client.post(path, {"number": "", "subject": ""}).status_code == 302
    assert not SocialAccount.objects.exists()
    changes = Event.objects.filter(name="user.identity_set").order_by("seq").values_list("data", flat=True)
    assert list(changes) == [
        {"number": ["", "G1001"], "subject": ["", "u-1001"]},
        {"number": ["G1001", ""], "subject": ["u-1001", ""]},
    ]


def test_only_the_administrator_registers(clerk: User, admin: Any) -> None:
    with pytest.raises(Forbidden):
        identity.register(clerk.pk, number="1", subject="", actor=people.staff("b"))
    with pytest.raises(Invalid):
        identity.register(clerk.pk, number="9" * 61, subject="", actor=admin)
