"""Notices on their way out, as tests bring them about: readers, texts, and what the worker does."""

from datetime import UTC, datetime
from typing import Any

from minfu.accounts.models import Unit
from minfu.notices import outbox, tasks
from minfu.notices.models import Delivery, Notice
from minfu.notices.outbox import To
from minfu.notices.rules import delivering, ways
from minfu.notices.rules.courier import Courier
from minfu.registry import vault

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # 23:00
MORNING = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # 07:30
PHONE = "13800001234"

#: The sending program, started once for all tests here, by the first that sends.
program = Courier()
CONTEXTS = {"test.due": {"number": "N1", "due": "明天"}, "test.alarm": {"number": "N1"}}


def resident(desk: Unit | None = None, phone: str = PHONE) -> To:
    """Return a resident with a number."""
    identity = vault.create(vault.Contact("王小明", phone))
    return To(identity_id=identity.pk, desk_id=desk.pk if desk else None)


def queue(to: To, template: str = "test.due", **context: str) -> Notice:
    """Write a notice."""
    filled = context or CONTEXTS.get(template, {"code": "493817"})
    return outbox.queue(to, template, filled, subject=("test", 1))


def work(courier: Courier | None = None) -> None:
    """Do what the worker does: decide ways, then send all that is due."""
    tasks.dispatch()
    for row in ways.active():
        delivering.deliver(row.pk, courier=courier or program)


def only(**filters: Any) -> Delivery:
    """Return the one delivery there is."""
    return Delivery.objects.get(**filters)
