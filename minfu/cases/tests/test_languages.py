"""Readers of three languages at the same demands: what is shown is theirs, what is kept is the county's."""

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from minfu.accounts.models import Unit, User
from minfu.cases.models import Case, Category, Diversion
from minfu.cases.rules import actions
from minfu.cases.rules.messages import what
from minfu.cases.tests.residents import Resident
from minfu.cases.tests.world import World
from minfu.kernel import record
from minfu.kernel.models import Event
from minfu.notices import texts
from minfu.notices.models import Notice
from minfu.places.models import Division, Grid

HAN = re.compile(r"[\u4e00-\u9fff]+")
#: What the switch calls the other languages.
SWITCH = {"简体中文", "繁體中文"}


def data() -> list[str]:
    """Everything the county and the resident wrote: it stays in their language. The longest first."""
    named = [
        *Division.objects.values_list("name", flat=True),
        *Unit.objects.values_list("name", flat=True),
        *Grid.objects.values_list("name", flat=True),
        *Category.objects.values_list("name", flat=True),
        *Case.objects.values_list("description", flat=True),
        *Case.objects.values_list("address", flat=True),
        *Case.objects.values_list("place_reason", flat=True),
        *Event.objects.values_list("reason", flat=True),
        *Diversion.objects.values_list("name", flat=True),
        *(str(notice.context.get("what", "")) for notice in Notice.objects.all()),
        *SWITCH,
        "林小满",
    ]
    return sorted(
        {one for name in named for one in (name, name.replace("村委会", "")) if one}, key=len, reverse=True
    )


def chinese_in(page: Any) -> list[str]:
    """The Chinese on a page that is nobody's data."""
    text = re.sub(r"<(script|style).*?</\1>", " ", page.content.decode(), flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", "\n", text) + "\n".join(
        re.findall(r'(?:title|aria-label|placeholder|alt)="([^"]*)"', text)
    )
    text = html.unescape(text)
    text = re.sub(r".\*+", "", text)  # a name, masked
    for name in data():
        text = text.replace(name, "")
    return HAN.findall(text)


def reading(language: str, username: str = "") -> Client:
    """A browser that asks for a language, or an account that chose it."""
    client = Client(headers={"Accept-Language": language})
    if username:
        user = User.objects.get(username=username)
        user.language = language
        user.save()
        client.force_login(user)
    return client


@pytest.fixture
def case(world: World) -> Case:
    """A demand in the middle of its way."""
    return world.at("asking")


RESIDENT = ["/", "/r/", "/f/", "/solved/", "/privacy/"]
STAFF = [
    ("clerk", "/cases/"),
    ("clerk", "/cases/{pk}/"),
    ("clerk", "/cases/new/"),
    ("clerk", "/cases/{pk}/step/confirm/"),
    ("clerk", "/notices/"),
    ("officer", "/cases/{pk}/"),
    ("worker", "/field/"),
    ("worker", "/field/report/"),
    ("dispatcher", "/cases/dispatch/"),
    ("dispatcher", "/cases/board/"),
    ("administrator", "/admin/people/"),
]


@pytest.mark.parametrize("path", RESIDENT)
def test_residents_read_english_without_chinese(world: World, path: str) -> None:
    page = reading("en").get(path)
    assert page.status_code == 200
    assert 'lang="en"' in page.content.decode()
    assert not chinese_in(page)


def test_a_resident_follows_in_english(case: Case) -> None:
    client = reading("en")
    page = client.get(f"/f/{case.receipt}/")
    assert "Please say how it was done" in page.content.decode()
    assert not chinese_in(page)


@pytest.mark.parametrize(("username", "path"), STAFF)
def test_staff_read_english_without_chinese(case: Case, username: str, path: str) -> None:
    page = reading("en", username).get(path.format(pk=case.pk))
    assert page.status_code == 200
    assert not chinese_in(page)


@pytest.mark.parametrize(("username", "path"), [("", path) for path in RESIDENT] + STAFF)
def test_every_screen_is_written_in_traditional(case: Case, username: str, path: str) -> None:
    page = reading("zh-hant", username).get(path.format(pk=case.pk)).content.decode()
    assert '<html lang="zh-hant"' in page
    simplified = set("诉办单时请说这为么对开发们") & set("".join(chinese_in(Page(page))))
    assert not simplified


class Page:
    """Markup that is looked through like an answer."""

    def __init__(self, markup: str):
        self.content = markup.encode()


def test_what_is_kept_speaks_the_countys_language(world: World) -> None:
    with override("en"):
        case = world.register(actor=world.clerk)
        actions.place(actor=world.clerk, case_id=case.pk, village_code=case.village_code)
        case.refresh_from_db()
        assert what(case) == "路灯不亮 · 求助"
        assert case.place_reason == "由平台人工确定。"
    routed = Event.objects.get(subject_type="case", subject_id=case.pk, name="cases.assigned")
    assert HAN.search(routed.reason)
    assert {notice.context["what"] for notice in Notice.objects.filter(subject_id=case.pk)} == {
        "路灯不亮 · 求助"
    }


def test_history_is_told_in_the_readers_language(world: World) -> None:
    case = world.register()
    event = Event.objects.filter(subject_type="case", subject_id=case.pk).earliest("pk")
    with override("en"):
        assert record.told(event.name, event.data) == "Registered the demand"


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
def test_residents_are_written_to_in_the_language_they_reported_in(world: World, language: str) -> None:
    case = Resident(reading(language)).report()
    assert case.language == ("" if language == "zh-hans" else language)
    assert texts.language_of("case", case.pk) == case.language


def test_demands_others_register_are_the_countys_language(world: World) -> None:
    with override("en"):
        assert world.register(actor=world.clerk).language == ""
