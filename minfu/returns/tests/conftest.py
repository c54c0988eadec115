"""The small county on a Monday of July, with forms to issue."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from minfu.answers import door as answers
from minfu.cases.rules import catalog
from minfu.cases.tests.world import build
from minfu.places import index
from minfu.returns.rules import burden
from minfu.returns.tests.story import Story

#: A Monday of July, 10:00 in China.
NOW = datetime(2026, 7, 6, 2, tzinfo=UTC)


@pytest.fixture
def story(db: None) -> Iterator[Story]:
    """The county with the shipped synonyms and minutes."""
    index.forget()
    with time_machine.travel(NOW, tick=False) as traveller:
        world = build()
        answers.load_defaults()
        burden.load_defaults()
        yield Story(world, traveller)
    catalog.forget()
    index.forget()
