"""``GET /metrics``: figures of the installation, to those who may read them."""

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from minfu.cases.models import Deadline
from minfu.cases.tests.world import World
from minfu.kernel import clock
from tests.bad_input.conftest import world

__all__ = ["world"]  # a fixture

ELSEWHERE = "203.0.113.7"


def figures(client: Client, **more: Any) -> dict[str, float]:
    """Return every figure by name and labels."""
    answer = client.get("/metrics", **more)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    return {
        f"{sample.name}{sorted(sample.labels.values())}": sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


@pytest.mark.django_db
def test_only_this_machine_reads_them_unless_there_is_a_token(
    client: Client, settings: SimpleNamespace
) -> None:
    assert client.get("/metrics").status_code == 200
    for header in ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP"):
        forwarded: dict[str, Any] = {header: "127.0.0.1"}
        assert client.get("/metrics", **forwarded).status_code == 404
    assert client.get("/metrics", REMOTE_ADDR=ELSEWHERE).status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="").status_code == 404
    settings.MINFU_METRICS_TOKEN = "long-enough"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer wrong").status_code == 404
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer 长").status_code == 404
    right: dict[str, Any] = {"HTTP_AUTHORIZATION": "Bearer long-enough"}
    assert client.get("/metrics", REMOTE_ADDR=ELSEWHERE, **right).status_code == 200
    assert client.post("/metrics", **right).status_code == 405


@pytest.mark.django_db
def test_requests_are_counted_by_route_and_never_by_address(client: Client) -> None:
    before = figures(client).get("minfu_requests_total['404', 'GET', 'cases:follow_case']", 0)
    client.get("/f/123456789012/")
    client.get("/nothing/here/13800001234/")
    after = figures(client)
    assert after["minfu_requests_total['404', 'GET', 'cases:follow_case']"] == before + 1
    assert after["minfu_request_seconds_count['cases:follow_case']"] >= 1
    assert not [name for name in after if re.search(r"\d{11,}", name)]


@pytest.mark.django_db
def test_an_alarm_that_nobody_sounded_is_seen(client: Client, world: World) -> None:
    world.register()
    assert figures(client)["minfu_alarms_due[]"] == 0
    Deadline.objects.filter(state="running").update(alarm_at=clock.now() - timedelta(hours=2))
    seen = figures(client)
    assert seen["minfu_alarms_due[]"] >= 1
    assert 7000 < seen["minfu_alarm_oldest_seconds[]"] < 8000


@pytest.mark.django_db
def test_jobs_that_wait_and_that_failed_are_seen(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, status, scheduled_at) values"
            " ('default', 'x', 'failed', null), ('default', 'x', 'todo', now() - interval '10 minutes'),"
            " ('default', 'x', 'todo', now() + interval '10 minutes')"
        )
    seen = figures(client)
    assert seen["minfu_jobs['failed']"] == 1
    assert seen["minfu_jobs['due']"] == 1
    assert seen["minfu_job_oldest_seconds[]"] >= 599


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_a_figure_too(client: Client) -> None:
    def away(*_args: object) -> None:
        raise OperationalError("away")

    with connection.execute_wrapper(away):
        seen = figures(client)
    assert seen["minfu_up[]"] == 0
    assert figures(client)["minfu_up[]"] == 1


@pytest.mark.django_db
def test_every_answer_carries_its_number(client: Client) -> None:
    assert client.get("/healthz", HTTP_X_REQUEST_ID="abc-1234_X")["X-Request-ID"] == "abc-1234_X"
    own = client.get("/healthz", HTTP_X_REQUEST_ID="<b>")["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", own)
    assert client.get("/api/v1/cases")["X-Request-ID"]


def test_the_delivered_alerts_ask_for_figures_there_are(client: Client, world: World) -> None:
    """An alert on a figure that was renamed never fires. What the rules say of them, ``promtool test rules`` has shown."""
    client.get("/healthz")
    shown = set(re.findall(r"^# TYPE (\w+)", client.get("/metrics").content.decode(), re.MULTILINE))
    folder = settings.BASE_DIR / "deploy" / "prometheus"
    rules = yaml.safe_load((folder / "minfu.rules.yml").read_text("utf-8"))["groups"][0]["rules"]
    asked = {
        re.sub("_(bucket|count)$", "", one)
        for rule in rules
        for one in re.findall(r"\bminfu_\w+", rule["expr"])
    }
    assert asked <= shown
    handbook = (settings.BASE_DIR / "docs" / "operations" / "monitoring.md").read_text("utf-8")
    for line in re.findall(r"^\| (`minfu_.*)$", handbook, re.MULTILINE):
        assert asked & set(re.findall(r"minfu_\w+", line)), line
    assert "十五条" in handbook
    assert len(rules) == 15
    tested = (folder / "minfu.test.yml").read_text("utf-8")
    assert set(re.findall(r"alertname: (\w+)", tested)) <= {rule["alert"] for rule in rules}
