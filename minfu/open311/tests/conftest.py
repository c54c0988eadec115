"""Fixtures: a small county, a system that is connected to it, and callers that check every answer against the schemas."""

from collections.abc import Iterator

import pytest

from minfu.accounts import partners, rights
from minfu.accounts.actor import Actor
from minfu.cases.models import Category
from minfu.cases.rules import catalog
from minfu.cases.tests.world import SINCE, World, build
from minfu.open311.tests.calling import Caller
from minfu.places import index

QUESTIONS = [
    {"key": "lamp", "text": "灯杆上有编号吗？", "type": "text", "required": True, "choices": []},
    {"key": "count", "text": "几盏不亮？", "type": "number", "required": False, "choices": []},
    {"key": "since", "text": "从哪天开始？", "type": "date", "required": False, "choices": []},
    {"key": "side", "text": "在哪一侧？", "type": "choice", "required": False, "choices": ["东侧", "西侧"]},
]


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """A small county with someone in every role; one category asks questions."""
    index.forget()
    built = build()
    lights = Category.objects.get(code="0401")
    Category.objects.create(
        code="040103",
        name="灯杆倾斜",
        parent=lights,
        depth=3,
        valid_from=SINCE,
        level="village",
        standard="两个工作日内扶正。",
        keywords="灯杆 歪了",
        questions=QUESTIONS,
    )
    catalog.forget()
    yield built
    catalog.forget()
    index.forget()


@pytest.fixture
def administrator() -> Actor:
    """Somebody who may let systems in."""
    return Actor(
        kind="system", door="command", label="命令行", area="350922", rights=frozenset({rights.MANAGE})
    )


@pytest.fixture
def system(world: World, administrator: Actor) -> Caller:
    """A connected system."""
    return Caller(partners.connect("随手拍", days=30, actor=administrator))


@pytest.fixture
def stranger(world: World, administrator: Actor) -> Caller:
    """Another connected system."""
    return Caller(partners.connect("别家的系统", days=30, actor=administrator))


@pytest.fixture
def anyone(world: World) -> Caller:
    """Somebody without a key."""
    return Caller("")
