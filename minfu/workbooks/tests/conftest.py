"""A county whose clerk has been sent a form; nobody's clock runs."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from minfu.cases.rules import catalog
from minfu.cases.tests.world import World, build
from minfu.figures import door as figures
from minfu.places import index

#: A Monday of July, 10:00 in China.
NOW = datetime(2026, 7, 6, 2, tzinfo=UTC)


@pytest.fixture
def world(db: None, settings: object, tmp_path: object) -> Iterator[World]:
    """The small county of the reference room on a Monday of July, with a media folder of its own."""
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]  # pytest-django's settings
    index.forget()
    with time_machine.travel(NOW, tick=False):
        made = build()
        figures.load_defaults()
        yield made
    catalog.forget()
    index.forget()
