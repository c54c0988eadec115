"""At most once, shown with what goes wrong in earnest: two workers at once, and a worker that is killed while it sends."""

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection, connections

from minfu.kernel import clock
from minfu.notices import outbox
from minfu.notices.models import Delivery, Notice
from minfu.notices.outbox import To
from minfu.notices.rules import delivering, planning
from minfu.notices.rules.courier import Courier
from minfu.notices.tests import making
from minfu.notices.tests.making import http_server, wait_for
from minfu.registry import vault

pytestmark = pytest.mark.django_db(transaction=True)


def notices(count: int) -> list[Notice]:
    """Write a notice each to so many residents; all are due at any hour."""
    return [
        outbox.queue(
            To(identity_id=vault.create(vault.Contact("王小明", f"1380000{number:04d}")).pk),
            "cases.one_time_code",  # of a real room: the worker in a process of its own knows it too
            {"code": str(number)},
            subject=("test", number),
        )
        for number in range(count)
    ]


def test_two_workers_at_once_send_each_message_once() -> None:
    with http_server() as server:
        way = making.gateway(server.url)
        notices(12)
        planning.plan()
        together = threading.Barrier(2)

        def work() -> None:
            together.wait()
            delivering.deliver(way.pk, seconds=60)
            connections.close_all()

        workers = [threading.Thread(target=work) for _turn in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        numbers = [taken.json["mobile"] for taken in server.taken]
    assert sorted(numbers) == [f"1380000{number:04d}" for number in range(12)]
    assert set(Delivery.objects.values_list("state", "attempts")) == {("sent", 1)}


#: What the worker's job does, in a process of its own.
WORK = """
import sys
from pathlib import Path
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[2]
from django.conf import settings
settings.MINFU_VAULT_KEYS = Path(sys.argv[3])
from minfu.notices.rules import delivering
delivering.deliver(int(sys.argv[1]))
"""


def worker(channel_id: int) -> subprocess.Popen[bytes]:
    """Start a worker's job in a process of its own, on this test's database and keys."""
    arguments = [str(channel_id), str(connection.settings_dict["NAME"]), str(settings.MINFU_VAULT_KEYS)]
    return subprocess.Popen(
        [sys.executable, "-c", WORK, *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.testing"},
    )


def test_a_worker_killed_while_the_server_has_the_message_does_not_make_it_come_twice() -> None:
    release = threading.Event()
    with http_server(before=lambda: release.wait(60)) as server:
        way = making.gateway(server.url)
        (first, second) = notices(2)
        planning.plan()
        process = worker(way.pk)
        try:
            wait_for(lambda: server.taken)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
            release.set()
        states = list(Delivery.objects.order_by("pk").values_list("state", flat=True))
        assert states == ["sending", "waiting"], "what was not begun is not touched"
        with time_machine.travel(clock.now() + timedelta(minutes=3), tick=False), Courier() as courier:
            assert delivering.recover() == 1
            delivering.deliver(way.pk, courier=courier)
        numbers = [taken.json["mobile"] for taken in server.taken]
    assert numbers == ["13800000000", "13800000001"], "each once: the first before the kill, the second after"
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.why, second.state) == ("no_channel", "unknown", "sent")
