"""Who is answered in which language: a resident's browser, a choice, an account, a program."""

import re
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.utils.translation import override

from minfu.accounts.models import User
from minfu.accounts.tests import people
from minfu.kernel.calendar.phrases import day_text
from minfu.kernel.templatetags.minfu import moment

pytestmark = pytest.mark.django_db

#: A page every member of staff may open.
ACCOUNT = "/account/leave/"


def clerk() -> User:
    user = people.person("clerk")
    people.post(user)
    return user


def language_of(html: str) -> str:
    found = re.search(r'<html lang="([\w-]+)"', html)
    assert found
    return found[1]


def page(client: Client, path: str = "/", wanted: str = "") -> str:
    return client.get(path, headers={"Accept-Language": wanted}).content.decode()


@pytest.mark.parametrize(
    ("wanted", "language", "word"),
    [
        ("", "zh-hans", "我要反映"),
        ("zh-CN,en;q=0.5", "zh-hans", "我要反映"),
        ("en-US,en;q=0.9,zh;q=0.5", "en", "Report something"),
        ("zh-TW,zh;q=0.8", "zh-hant", "辦好的事"),
        ("zh-HK", "zh-hant", "辦好的事"),
        ("de,fr;q=0.5", "zh-hans", "我要反映"),
    ],
)
def test_residents_first_see_what_their_browser_asks_for(
    client: Client, wanted: str, language: str, word: str
) -> None:
    html = page(client, wanted=wanted)
    assert language_of(html) == language
    assert word in html


def test_what_a_resident_chose_counts_more_than_the_browser(client: Client) -> None:
    answer = client.post("/language/", {"language": "zh-hant", "next": "/solved/"})
    assert answer.headers["Location"] == "/solved/"
    assert language_of(page(client, wanted="en")) == "zh-hant"
    cookie = answer.cookies["django_language"]
    assert cookie["max-age"] == 365 * 24 * 3600
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize("language", ["de", "", "../../etc"])
def test_a_language_there_is_not_changes_nothing(client: Client, language: str) -> None:
    client.post("/language/", {"language": language, "next": "/"})
    assert language_of(page(client)) == "zh-hans"


def test_the_switch_never_leads_to_another_site(client: Client) -> None:
    answer = client.post("/language/", {"language": "en", "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"


def test_caches_keep_the_languages_apart(client: Client) -> None:
    answer = client.get("/", headers={"Accept-Language": "en"})
    assert answer.headers["Content-Language"] == "en"
    assert {"accept-language", "cookie"} <= {one.strip().lower() for one in answer.headers["Vary"].split(",")}


def test_staff_read_the_countys_language_whatever_the_browser_asks_for(client: Client) -> None:
    client.force_login(clerk())
    assert language_of(page(client, ACCOUNT, wanted="en-US")) == "zh-hans"


def test_what_staff_chose_follows_them_to_another_computer(client: Client) -> None:
    staff, elsewhere = clerk(), Client()
    client.force_login(staff)
    client.post("/language/", {"language": "en", "next": "/"})
    elsewhere.force_login(staff)
    html = page(elsewhere, ACCOUNT)
    assert language_of(html) == "en"
    assert "Delegate" in html


def test_the_account_counts_more_than_what_another_chose_in_the_same_browser(client: Client) -> None:
    client.post("/language/", {"language": "en", "next": "/"})
    staff = clerk()
    staff.language = "zh-hant"
    staff.save()
    client.force_login(staff)
    assert language_of(page(client, ACCOUNT)) == "zh-hant"


def test_dates_are_written_as_the_language_writes_them() -> None:
    at, day = datetime(2026, 11, 2, 6, 5, tzinfo=UTC), date(2026, 11, 2)
    said = {}
    for language in ("zh-hans", "zh-hant", "en"):
        with override(language):
            said[language] = (moment(at), day_text(day), day_text(day, date(2025, 1, 1)))
    assert said == {
        "zh-hans": ("2026年11月2日 14:05", "11月2日 周一", "2026年11月2日 周一"),
        "zh-hant": ("2026年11月2日 14:05", "11月2日 週一", "2026年11月2日 週一"),
        "en": ("2 Nov 2026 14:05", "Mon 2 Nov", "Mon 2 Nov 2026"),
    }


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ("en", "Please sign in first."),
        ("zh-TW", "請先登入。"),
        ("", "请先登录。"),
    ],
)
def test_programs_are_answered_in_the_language_they_ask_for(
    client: Client, wanted: str, sentence: str
) -> None:
    answer = client.get("/api/v1/cases", headers={"Accept-Language": wanted})
    assert answer.status_code == 401
    assert answer.json()["detail"] == sentence


def test_every_page_has_the_switch(client: Client) -> None:
    for path in ("/", "/login/", "/no-such-page/"):
        html = page(client, path)
        assert html.count('name="language"') == 3, path
        assert '<button name="language" value="zh-hans" lang="zh-hans" aria-pressed="true">' in html
