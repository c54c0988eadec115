"""Fixtures: a county, a receiver, and an address changes are sent to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from minfu.accounts import partners
from minfu.accounts.models import System
from minfu.cases.rules import catalog
from minfu.cases.tests.world import FENGPU, World, build
from minfu.kernel import clock
from minfu.places import index
from minfu.webhooks.models import Delivery, Endpoint
from minfu.webhooks.rules import collecting, endpoints, sending
from minfu.webhooks.tests import receiver as receivers
from minfu.webhooks.tests.receiver import Receiver


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """A small county with someone in every role."""
    index.forget()
    yield build()
    catalog.forget()
    index.forget()


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """Another system's address, on this machine."""
    with receivers.running() as made:
        receivers.let_in(monkeypatch, made)
        yield made


@dataclass
class Hook:
    """An address with its secret."""

    world: World
    system: System
    pk: int
    secret: str

    @property
    def row(self) -> Endpoint:
        """Return it as it is now."""
        return Endpoint.objects.get(pk=self.pk)

    def work(self) -> int:
        """Do what the jobs do: look, then send what is due; return how many were tried."""
        collecting.collect()
        return sum(sending.send_due(pk) for pk in sending.endpoints_with_work())

    def log(self) -> list[Delivery]:
        """Return its deliveries in the order in which things happened."""
        return list(Delivery.objects.filter(endpoint_id=self.pk).order_by("event_id"))


def hook(world: World, url: str, *kinds: str, scope: str = "cases.read", area: str = FENGPU) -> Hook:
    """Let a system in and send it changes."""
    terms = partners.SystemTerms(f"平台{System.objects.count()}", [scope], area)
    system = partners.create(terms, actor=world.administrator)
    made, secret = endpoints.create(
        system.pk, endpoints.Terms("正式环境", url, kinds), actor=world.administrator
    )
    return Hook(world, system, made.pk, secret)


@pytest.fixture
def told(world: World, receiver: Receiver) -> Hook:
    """A system of Fengpu that reads its area and is sent everything."""
    return hook(world, receiver.url)


@pytest.fixture
def clock_stands(time_machine: Any) -> Any:
    """Let time pass only when the test says so."""
    time_machine.move_to(clock.now(), tick=False)
    return time_machine
