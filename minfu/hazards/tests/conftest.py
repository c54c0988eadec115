"""Fixtures of the room's tests."""

from collections.abc import Iterator

import pytest

from minfu.cases.rules import catalog
from minfu.cases.tests.world import World, build
from minfu.hazards.rules.defaults import load_defaults
from minfu.places import index


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """A small county with someone in every role and the shipped grades and list."""
    index.forget()
    built = build()
    load_defaults()
    yield built
    catalog.forget()
    index.forget()
