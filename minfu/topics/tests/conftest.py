"""Fixtures: a small county, and demands of two matters among others."""

from collections.abc import Iterator

import pytest

from minfu.cases.rules import catalog
from minfu.cases.tests.world import World, build
from minfu.places import index
from minfu.topics.rules import following


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A small county with someone in every role, in which texts are joined from the first on."""
    monkeypatch.setattr(following, "FIRST", 0)
    following.forget()
    index.forget()
    yield build()
    following.forget()
    catalog.forget()
    index.forget()
