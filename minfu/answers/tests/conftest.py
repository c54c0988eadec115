"""The small county, with an item that each place answers."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from minfu.answers.tests import story
from minfu.cases.rules import catalog
from minfu.cases.tests.world import World, build
from minfu.places import index

#: A Monday of July, 10:00 in China.
NOW = datetime(2026, 7, 6, 2, tzinfo=UTC)


@pytest.fixture
def traveller() -> Iterator[time_machine.Traveller]:
    """The clock stands on a Monday of July."""
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


@pytest.fixture
def world(db: None, traveller: time_machine.Traveller) -> Iterator[World]:
    """The small county of the reference room, and 常住户数."""
    index.forget()
    made = build()
    story.item()
    yield made
    catalog.forget()
    index.forget()
