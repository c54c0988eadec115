"""What has ended is not kept."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from minfu.registry import one_time, tasks, vault
from minfu.registry.models import OneTimeCode

pytestmark = pytest.mark.django_db


def test_ended_codes_go_and_running_ones_stay(ring_file) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 4, 0, tzinfo=UTC), tick=False) as traveller:
        one_time.issue_code(vault.create(vault.Contact("王", "13800001234")))
        traveller.shift(timedelta(minutes=11))
        running = vault.create(vault.Contact("李", "13900001234"))
        one_time.issue_code(running)
        tasks.forget_codes()
        assert OneTimeCode.objects.get().identity == running
