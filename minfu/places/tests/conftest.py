"""What the tests of places share."""

import pytest
from django.conf import LazySettings

from minfu.kernel.record import Stamp
from minfu.places import loading

STAMP = Stamp(kind="staff", door="screen", label="系统管理员", user_id=1)


@pytest.fixture
def county(db: None, settings: LazySettings) -> str:
    """Load Gutian county and make it ours; return its code."""
    settings.MINFU_COUNTY = "350922"
    loading.load_county("350922")
    return "350922"


@pytest.fixture
def stamp() -> Stamp:
    """Return an administrator's stamp."""
    return STAMP
