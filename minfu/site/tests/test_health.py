"""``GET /healthz``: 200 when all is well, else 503 and which is not."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from minfu.kernel import clock
from minfu.site import health


@pytest.fixture(autouse=True)
def unbelieving() -> Iterator[None]:
    """Forget that migrations were found complete before."""
    health.forget()
    yield
    health.forget()


def sign_of_life(seconds_ago: int) -> None:
    """Pretend that a worker gave a sign of life."""
    at = clock.now() - timedelta(seconds=seconds_ago)
    with connection.cursor() as cursor:
        cursor.execute("insert into procrastinate_workers (last_heartbeat) values (%s)", [at])


def job_due(minutes_ago: int) -> None:
    """Pretend that a job is due since then."""
    at = clock.now() - timedelta(minutes=minutes_ago)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, scheduled_at) values ('default', 'x', %s)",
            [at],
        )


@pytest.mark.django_db
def test_all_well(client: Client) -> None:
    sign_of_life(5)
    job_due(2)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


@pytest.mark.django_db
@pytest.mark.parametrize("seconds_ago", [None, 600])
def test_no_worker(client: Client, seconds_ago: int | None) -> None:
    if seconds_ago:
        sign_of_life(seconds_ago)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["jobs"] == "bad"
    assert answer.json()["database"] == "ok"
    assert "后台任务" in answer.json()["problems"]["jobs"]


@pytest.mark.django_db
def test_backlog(client: Client) -> None:
    sign_of_life(5)
    job_due(30)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert "已等待 30 分钟" in answer.json()["problems"]["jobs"]


@pytest.mark.django_db
def test_missing_migration_is_named(client: Client) -> None:
    sign_of_life(5)
    with connection.cursor() as cursor:
        cursor.execute("delete from django_migrations where app = 'axes'")
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert "axes.0001_initial" in answer.json()["problems"]["migrations"]


@pytest.mark.django_db
def test_database_gone(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def gone() -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(health, "_ask", gone)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "bad"


@pytest.mark.django_db
def test_only_reading(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
