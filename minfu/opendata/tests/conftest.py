"""What tests of the storey share."""

from collections.abc import Iterator

import pytest

from minfu.cases.rules import catalog
from minfu.cases.tests.world import World, build
from minfu.places import index


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """A small county."""
    index.forget()
    yield build()
    catalog.forget()
    index.forget()
