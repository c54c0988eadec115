"""What tests of tables share."""

import pytest

from minfu.cases.tests.world import World, build
from minfu.places import index


@pytest.fixture
def world(db: None) -> World:
    """Build the small county, with nothing remembered of places of a test before."""
    index.forget()
    return build()
