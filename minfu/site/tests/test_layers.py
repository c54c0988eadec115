"""A call of the API passes by what only screens need: a session counts for nothing there, and a token for nothing here."""

import pytest
from django.test import Client

from minfu.accounts.models import User
from minfu.accounts.tests import people
from minfu.accounts.tests.program import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    """A browser in which the auditor is signed in."""
    client = Client()
    people.staff("auditor", "auditor", people.county_unit())
    client.force_login(User.objects.get(username="auditor"))
    return client


def test_a_session_alone_calls_nothing(browser: Client) -> None:
    answer = browser.get("/api/v1/me")
    assert answer.status_code == 401
    assert not answer.cookies


def test_the_token_says_who_calls_whatever_the_session_says(browser: Client) -> None:
    people.staff("admin", "administrator", people.county_unit())
    program = Program("admin")
    answer = browser.get("/api/v1/me", headers=program.headers)
    assert answer.json()["role"] == "administrator"
    assert browser.get("/api/v1/nothing", headers=program.headers).status_code == 404


@pytest.mark.parametrize("scheme", ["", "Token ", "Basic ", "Bearer"])
def test_another_way_to_sign_in_is_refused(scheme: str) -> None:
    people.staff("admin", "administrator", people.county_unit())
    token = Program("admin").headers["Authorization"].partition(" ")[2]
    assert Client().get("/api/v1/me", headers={"Authorization": f"{scheme}{token}"}).status_code == 401


def test_the_documentation_is_a_screen_and_knows_who_reads(browser: Client) -> None:
    answer = browser.get("/api/v1/docs")
    assert answer.status_code == 200
    assert vars(answer.wsgi_request)["actor"].role == "auditor"
