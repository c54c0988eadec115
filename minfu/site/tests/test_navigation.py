"""The navigation: what rooms register is shown to those who may use it, and nobody else."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from minfu.accounts.actor import Actor
from minfu.accounts.tests import people
from minfu.kernel import gate, menu
from minfu.kernel.menu import Entry
from minfu.site.navigation import Navigation, start_url

READ = gate.register("test.read", "测试:查看", ["township_clerk"])


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start from an empty registry."""
    for name, empty in (("_entries", {}), ("_starts", {}), ("_finders", [])):
        monkeypatch.setattr(menu, name, empty)


def actor(*rights: str, role: str = "township_clerk") -> Actor:
    return Actor(kind="staff", door="screen", role=role, rights=frozenset(rights))


def test_an_entry_is_shown_to_those_who_hold_its_right() -> None:
    menu.register(Entry("查找", "site:search", READ))
    assert [item.url for item in Navigation(actor(READ)).main] == ["/search/"]
    assert Navigation(actor()).main == []


def test_an_unknown_right_fails_at_import() -> None:
    with pytest.raises(LookupError):
        menu.register(Entry("查找", "site:search", "test.raed"))


def test_an_address_is_registered_once() -> None:
    menu.register(Entry("查找", "site:search"))
    with pytest.raises(ValueError, match="twice"):
        menu.register(Entry("再查找", "site:search"))


def test_entries_stand_in_their_order_and_the_page_is_marked() -> None:
    menu.register(Entry("查找", "site:search", order=20))
    menu.register(Entry("首页", "site:home", order=10))
    items = Navigation(actor(), "/search/").main
    assert [(str(item.entry.label), item.active) for item in items] == [("首页", False), ("查找", True)]


def test_a_count_is_asked_of_the_actor() -> None:
    menu.register(Entry("查找", "site:search", count=lambda who: len(who.rights)))
    assert Navigation(actor(READ)).main[0].count == 1


def test_what_does_not_fit_the_foot_of_a_phone_is_one_tap_away() -> None:
    for name in ("home", "search", "type", "language", "gallery", "healthz"):
        menu.register(Entry(name, f"site:{name}"))
    navigation = Navigation(actor())
    assert len(navigation.tabs) == 4
    assert navigation.tabs + navigation.more == navigation.main


def test_staff_start_where_their_role_says() -> None:
    menu.register(Entry("查找", "site:search"))
    menu.start_page("site:gallery", "township_clerk")
    assert start_url(actor()) == reverse("site:gallery")
    assert start_url(actor(role="auditor")) == reverse("site:search")
    with pytest.raises(ValueError, match="two start pages"):
        menu.start_page("site:home", "township_clerk")


@pytest.fixture
def clerk(client: Client, db: Any) -> Client:
    user = people.person("clerk")
    people.post(user)
    client.force_login(user)
    return client


def test_home_sends_staff_to_their_start_page(clerk: Client) -> None:
    menu.start_page("site:search", "township_clerk")
    answer = clerk.get("/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/search/"


def test_home_without_any_room_is_still_a_page(clerk: Client) -> None:
    assert clerk.get("/").status_code == 200


def test_the_search_box_goes_to_what_a_room_finds(clerk: Client) -> None:
    menu.register_finder(lambda who, text: f"/found/{text}/" if who and text == "GT1" else None)
    answer = clerk.post("/search/", {"q": " GT1 "})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/found/GT1/"


def test_the_search_box_hands_words_on_to_whom_may_search_by_them(
    clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(menu, "words_page", lambda _actor: "/words/")
    answer = clerk.post("/search/", {"q": "路灯"})
    assert answer.status_code == 307
    assert answer.headers["Location"] == "/words/"
    assert clerk.post("/search/", {"q": "20261122-9999999"}).status_code == 404


def test_the_search_box_says_when_nothing_is_found(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(menu, "words_page", lambda _actor: "")
    assert "没有找到" not in clerk.get("/search/", {"q": "GT9"}).content.decode(), (
        "an address is kept in logs"
    )
    answer = clerk.post("/search/", {"q": "<b>GT9</b>"})
    assert answer.status_code == 404
    assert "没有找到“&lt;b&gt;GT9&lt;/b&gt;”" in answer.content.decode()


@pytest.mark.django_db
def test_the_search_box_is_for_staff(client: Client) -> None:
    answer = client.get("/search/", {"q": "GT1"})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login/?next=")
