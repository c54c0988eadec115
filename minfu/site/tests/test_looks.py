"""The base templates and components, through the gallery and the error pages."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.accounts.tests import people
from minfu.kernel.errors import Forbidden, Invalid, Missing, Stale
from minfu.kernel.gate import SignInNeeded
from minfu.site import errors, gallery
from minfu.site.middleware import RefusalMiddleware

pytestmark = pytest.mark.django_db

CLERK = Actor(kind="staff", door="web", label="凤埔乡 · 平台值班员", user_id=1, role="township_clerk")


def request_of(actor: Actor | None = None, path: str = "/anything/") -> HttpRequest:
    request = RequestFactory().get(path)
    request.actor = actor  # type: ignore[attr-defined]  # set by the test client or middleware
    request.user = AnonymousUser()
    return request


def assert_strict(html: str) -> None:
    """No inline script, style or handler: the content policy would drop them."""
    assert not re.findall(r"<script(?![^>]*\bsrc=)", html)
    assert not re.findall(r"<style|\sstyle=|\son\w+=|javascript:", html)
    assert re.search(r'<html lang="[\w-]+"', html)
    assert len(re.findall(r"<h1\b", html)) == 1


@pytest.fixture
def demo(settings: Any) -> None:
    settings.MINFU_DEMO = True


@pytest.mark.parametrize("look", gallery.LOOKS)
def test_every_component_renders_without_undefined_names_or_inline_code(
    client: Client, demo: None, look: str
) -> None:
    answer = client.get("/_gallery/", {"look": look})
    assert answer.status_code == 200
    assert_strict(answer.content.decode())
    assert "演示系统，数据均为虚构" in answer.content.decode()


def test_the_gallery_is_closed_outside_the_demo(client: Client) -> None:
    assert client.get("/_gallery/").status_code == 404


def test_an_unknown_look_is_not_found(client: Client, demo: None) -> None:
    assert client.get("/_gallery/", {"look": "../../etc/passwd"}).status_code == 404


def test_home_is_for_residents_and_light(client: Client) -> None:
    answer = client.get("/")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert_strict(html)
    assert "tabler" not in html
    assert len(answer.content) < 10_000


def test_pages_say_whose_site_it_is_and_ask_once(client: Client, django_assert_num_queries: Any) -> None:
    people.divisions()
    with django_assert_num_queries(1):
        assert "<small>古田县</small>" in client.get("/").content.decode()
    with django_assert_num_queries(0):
        assert "<small>古田县</small>" in client.get("/").content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_every_language_can_be_chosen_and_nothing_breaks(client: Client, demo: None, language: str) -> None:
    answer = client.post("/language/", {"language": language, "next": "/_gallery/"})
    assert answer.headers["Location"] == "/_gallery/"
    html = client.get("/_gallery/").content.decode()
    assert f'<html lang="{language}"' in html
    assert_strict(html)


def test_larger_type_is_switched_by_a_link_and_remembered(client: Client) -> None:
    answer = client.get("/type/", {"large": "1", "next": "/?a=1"})
    assert answer.headers["Location"] == "/?a=1"
    assert "is-large" in client.get("/").content.decode()
    client.get("/type/", {"large": "0"})
    assert "is-large" not in client.get("/").content.decode()


def test_the_switch_never_leads_to_another_site(client: Client) -> None:
    answer = client.get("/type/", {"large": "1", "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("actor", [None, CLERK])
@pytest.mark.parametrize("status", sorted(errors.WRONGS))
def test_every_error_page_says_what_to_do(status: int, actor: Actor | None) -> None:
    answer = errors.page(request_of(actor), status)
    html = answer.content.decode()
    assert answer.status_code == status
    assert str(errors.WRONGS[status].advice) in html
    assert_strict(html)
    assert ("tabler" in html) is bool(actor)


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (Missing(_("没有这件诉求。")), 404),
        (Forbidden(_("您不能派单。")), 403),
        (Stale(_("张三刚刚修改过。")), 409),
        (Invalid({"phone": ["电话号码应为 11 位。"], "title": ["请写标题。"]}), 422),
    ],
)
def test_a_refusal_becomes_a_page_with_its_own_sentence(refusal: Any, status: int) -> None:
    answer = middleware().process_exception(request_of(CLERK), refusal)
    assert answer is not None
    assert answer.status_code == status
    assert str(refusal.message) in answer.content.decode()


def test_all_sentences_of_invalid_input_are_listed() -> None:
    refusal = Invalid({"phone": ["电话号码应为 11 位。"], "title": ["请写标题。"]})
    html = errors.refused(request_of(CLERK), refusal).content.decode()
    assert html.count("<li>电话号码应为 11 位。</li>") == 1
    assert "<li>请写标题。</li>" in html


def test_a_hostile_sentence_is_escaped() -> None:
    html = errors.refused(request_of(CLERK), Missing("<script>alert(1)</script>")).content.decode()
    assert "<script>alert" not in html


def middleware() -> RefusalMiddleware:
    return RefusalMiddleware(lambda _request: HttpResponse())


def test_nobody_signed_in_goes_to_the_sign_in_page_and_back() -> None:
    answer = middleware().process_exception(
        request_of(None, "/cases/?state=open"), SignInNeeded(_("请先登录。"))
    )
    assert answer is not None
    assert answer.headers["Location"] == "/login/?next=%2Fcases%2F%3Fstate%3Dopen"


def test_a_lost_database_is_a_503_that_asks_nothing_of_it(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        answer = middleware().process_exception(request_of(), OperationalError("connection refused"))
    assert answer is not None
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert_strict(answer.content.decode())


def test_our_own_defects_are_left_to_the_500_page() -> None:
    assert middleware().process_exception(request_of(), ZeroDivisionError()) is None
    assert errors.broken(request_of()).status_code == 500


def test_a_form_in_a_dialog_is_told_where_to_go_and_keeps_its_messages(client: Client) -> None:
    plain = client.post("/language/", {"language": "en", "next": "/"})
    assert plain.status_code == 302
    told = client.post("/language/", {"language": "zh-hans", "next": "/"}, headers={"X-Dialog": "1"})
    assert (told.status_code, told.headers["X-Location"]) == (204, "/")
    assert "Location" not in told.headers
    assert told.cookies["django_language"].value == "zh-hans"


@pytest.mark.django_db
def test_pages_say_what_they_may_load_and_the_apis_answers_that_they_may_nothing(client: Client) -> None:
    page, answer = client.get("/login/"), client.get("/api/v1/me")
    assert "default-src 'self'" in page["Content-Security-Policy"]
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
