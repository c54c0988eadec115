"""A county whose documents are written about demands of a half-year that is over."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from minfu.cases.rules import catalog
from minfu.cases.tests.world import World, build
from minfu.documents.tests.story import Story
from minfu.figures import door as figures
from minfu.places import index

#: A Monday of July, 10:00 in China.
NOW = datetime(2026, 7, 6, 2, tzinfo=UTC)


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """The small county of the reference room, with the shipped weights."""
    index.forget()
    made = build()
    figures.load_defaults()
    yield made
    catalog.forget()
    index.forget()


@pytest.fixture
def story(world: World) -> Iterator[Story]:
    """The county with demands of the first half of 2026, on a Monday of July; nobody's clock runs."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield Story(world, traveller)
