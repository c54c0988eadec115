"""A county to count in."""

import pytest

from minfu.cases.tests import world as worlds
from minfu.cases.tests.world import World
from minfu.figures import door
from minfu.places import index


@pytest.fixture
def world(db: None) -> World:
    """The small county of the reference room, with the shipped weights."""
    made = worlds.build()
    index.forget()
    door.load_defaults()
    return made
