"""The small county, and its four doors."""

from collections.abc import Iterator

import pytest

from minfu.cases.rules import catalog
from minfu.cases.tests.world import World, build
from minfu.places import index


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """A small county with someone in every role."""
    index.forget()
    catalog.forget()
    built = build()
    yield built
    catalog.forget()
    index.forget()
