"""The configuration kept in process: asked for seldom, read again only when it changed, waited for by nobody."""

import threading

import pytest

from minfu.cases.models import Diversion
from minfu.cases.rules import catalog
from minfu.cases.tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(world: World, monkeypatch: pytest.MonkeyPatch) -> catalog.Catalog:
    """A snapshot whose time is over."""
    del world
    found = catalog.current()
    monkeypatch.setattr(catalog, "TTL", -1.0)
    return found


def test_what_did_not_change_is_not_read_again(old: catalog.Catalog) -> None:
    assert catalog.current() is old


def test_a_change_by_another_process_is_seen(old: catalog.Catalog) -> None:
    row = Diversion.objects.order_by("pk").first()
    assert row is not None
    Diversion.objects.filter(pk=row.pk).update(name="另一个名称")
    assert catalog.current() is not old
    assert catalog.current().diversions[row.code].name == "另一个名称"


def test_nobody_waits_while_one_thread_asks(old: catalog.Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    asks, goes_on, kept = threading.Event(), threading.Event(), catalog._cached
    assert kept is not None

    def slowly() -> str:
        asks.set()
        assert goes_on.wait(60)
        return kept.stamp

    monkeypatch.setattr(catalog, "_stamp", slowly)
    asker = threading.Thread(target=catalog.current)
    asker.start()
    assert asks.wait(60)
    assert catalog.current() is old
    goes_on.set()
    asker.join(60)
