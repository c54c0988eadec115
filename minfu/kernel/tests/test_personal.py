"""The register of personal data takes each column once."""

import pytest

from minfu.kernel import personal
from minfu.kernel.personal import Held, Whose


def entry(*columns: str) -> Held:
    return Held("room.Thing", columns, Whose.RESIDENT, "甲", "乙", "丙", "丁", "戊", "己", "庚")


def test_a_column_is_registered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(personal, "_held", [])
    personal.register(entry("name", "phone"))
    assert personal.columns() == {"room.Thing.name", "room.Thing.phone"}
    with pytest.raises(ValueError, match=r"room\.Thing\.phone"):
        personal.register(entry("phone"))
    assert personal.held(Whose.STAFF) == []
    assert len(personal.held(Whose.RESIDENT)) == 1
