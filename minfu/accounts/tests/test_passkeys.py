"""Passkeys: made, used alone and after a password, refused when foreign, spoiled or another person's."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.test import Client
from django.test.utils import override_settings

from minfu.accounts.models import SignIn, User
from minfu.accounts.tests import people
from minfu.accounts.tests.factors import Passkey
from minfu.kernel.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> User:
    people.post(user := people.person("a"))
    return user


def password(client: Client, username: str = "a") -> HttpResponse:
    return client.post("/login/", {"username": username, "password": people.PASSWORD})  # type: ignore[return-value]  # a response all the same


def is_in(client: Client) -> bool:
    return client.get("/account/leave/").status_code == 200


def events_of(user: User) -> list[tuple[str, Any]]:
    rows = Event.objects.filter(subject_type="user", subject_id=user.pk).order_by("seq")
    return [(row.name, row.data["kind"]) for row in rows]


def options_of(page: HttpResponse) -> dict[str, Any]:
    """Return what a page tells the browser to ask the device for."""
    found = re.search(r'data-options="([^"]+)"', page.content.decode())
    assert found is not None
    (options,) = json.loads(html.unescape(found[1])).values()
    return dict(options)


def set_up_passkey(client: Client, name: str = "办公室电脑") -> Passkey:
    """Add a passkey as the pages lead, and return it."""
    passkey = Passkey()
    options = options_of(client.get("/account/security/passkeys/new/"))  # type: ignore[arg-type]  # wrong or looser on purpose
    made = json.dumps(passkey.create(options))
    done = client.post(
        "/account/security/passkeys/new/", {"name": name, "credential": made, "passwordless": "on"}
    )
    assert done.status_code == 302, done.content.decode()
    return passkey


def by_passkey(client: Client, passkey: Passkey) -> HttpResponse:
    """Sign in with a passkey alone."""
    asked = client.get("/login/passkey/", headers={"Accept": "application/json"}).json()["request_options"]
    return client.post("/login/passkey/", {"credential": json.dumps(passkey.get(asked))})  # type: ignore[return-value]  # a response all the same


@pytest.fixture
def local() -> Iterator[None]:
    """Passkeys work at localhost without https."""
    with override_settings(ALLOWED_HOSTS=["localhost", "testserver"]):
        yield


def browser() -> Client:
    return Client(SERVER_NAME="localhost")


def test_a_passkey_signs_in_by_itself_and_as_second_factor(local: None, clerk: User) -> None:
    client = browser()
    password(client)
    passkey = set_up_passkey(client)
    assert events_of(clerk)[0] == ("user.factor_added", "recovery_codes")
    assert "办公室电脑" in client.get("/account/security/").content.decode()
    alone = browser()
    assert by_passkey(alone, passkey).status_code == 302
    assert is_in(alone)
    kept = SignIn.objects.filter(user=clerk).latest("pk")
    assert (kept.method, kept.factor, kept.outcome) == ("passkey", "", "entered")
    after_password = browser()
    assert password(after_password)["Location"] == "/login/factor/"
    asked = options_of(after_password.get("/login/factor/"))  # type: ignore[arg-type]  # wrong or looser on purpose
    after_password.post("/login/factor/", {"credential": json.dumps(passkey.get(asked))})
    assert is_in(after_password)


def test_a_foreign_or_spoiled_passkey_opens_nothing(local: None, clerk: User) -> None:
    client = browser()
    password(client)
    mine = set_up_passkey(client)
    foreign = Passkey()
    foreign.number, foreign.owner = mine.number, mine.owner
    other = browser()
    by_passkey(other, foreign)
    assert not is_in(other)
    elsewhere = Passkey("https://evil.example")
    elsewhere.secret, elsewhere.number, elsewhere.owner = mine.secret, mine.number, mine.owner
    by_passkey(other, elsewhere)
    assert not is_in(other)
    for spoiled in ("", "{}", "null", "[1]", '{"response": {"userHandle": 7}}', "x" * 9999):
        assert other.post("/login/passkey/", {"credential": spoiled})["Location"] == "/login/"
    assert not is_in(other)
    page = other.get("/login/").content.decode()
    assert "验证没有成功" in page


def test_a_disabled_persons_passkey_opens_nothing(local: None, clerk: User) -> None:
    client = browser()
    password(client)
    passkey = set_up_passkey(client)
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    other = browser()
    by_passkey(other, passkey)
    assert not is_in(other)
    assert "这个账号已停用" in other.get("/login/").content.decode()
    people.post(people.person("b"))
    password(other, "b")
    assert is_in(other)
    assert "factor" not in other.session  # what the first person gave is not the second's


def test_another_persons_passkey_is_not_found(local: None, clerk: User) -> None:
    client = browser()
    password(client)
    set_up_passkey(client)
    key = Authenticator.objects.get(user=clerk, type="webauthn")
    people.post(people.person("b"))
    other = browser()
    password(other, "b")
    for path in (f"/account/security/passkeys/{key.pk}/", f"/account/security/passkeys/{key.pk}/remove/"):
        assert other.get(path).status_code == 404
        assert other.post(path, {"name": "x"}).status_code == 404
        assert client.get(path).status_code == 200
    assert client.post(f"/account/security/passkeys/{key.pk}/", {"name": "家里"}).status_code == 302
    assert "家里" in client.get("/account/security/").content.decode()
    assert client.post(f"/account/security/passkeys/{key.pk}/remove/")["Location"] == "/account/security/"
    assert not Authenticator.objects.filter(user=clerk).exists()


def test_one_address_does_not_begin_sign_ins_without_end(client: Client, monkeypatch: Any) -> None:
    from minfu.accounts.views import factors

    monkeypatch.setattr(factors, "BEGUN_PER_TEN_MINUTES", 3)
    asked = {"Accept": "application/json"}
    assert [client.get("/login/passkey/", headers=asked).status_code for _turn in range(4)] == [
        200,
        200,
        200,
        429,
    ]
    assert Client(REMOTE_ADDR="10.1.1.1").get("/login/passkey/", headers=asked).status_code == 200
