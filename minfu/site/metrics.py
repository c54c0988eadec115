"""Metrics for Prometheus: what the web server's processes count, and what the rooms measure when asked."""

import hmac
import ipaddress
import os
import shutil
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

from minfu.kernel import clock, measures
from minfu.site import health
from minfu.site.shared import SHARED

CONTENT_TYPE = CONTENT_TYPE_LATEST
REQUESTS = Counter("minfu_requests", "Requests answered.", ("method", "route", "status"))
SECONDS = Histogram(
    "minfu_request_seconds",
    "Seconds a request took.",
    ("route",),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def count(request: HttpRequest, route: str, status: int, seconds: float) -> None:
    """Count an answered request."""
    method = (
        request.method if request.method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} else "OTHER"
    )
    REQUESTS.labels(method, route, status).inc()
    SECONDS.labels(route).observe(seconds)


class _Measured(Collector):
    """The rooms' figures, jobs and worker."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Ask for each; ``minfu_up`` is 0 when the database does not answer."""
        up = GaugeMetricFamily("minfu_up", "1 when the database answers.")
        try:
            found = list(self._families())
        except DatabaseError:
            connection.close()
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        yield from found

    def _families(self) -> Iterator[GaugeMetricFamily]:
        for measure in [*measures.measures(), *OWN]:
            family = GaugeMetricFamily(measure.name, measure.help, labels=measure.labels)
            for labels, value in measure.read():
                family.add_metric(list(labels), value)
            yield family


def page() -> bytes:
    """Return all metrics in Prometheus' text format."""
    registry = CollectorRegistry()
    if SHARED in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has no types
        return generate_latest(registry) + _measured()
    return generate_latest(REGISTRY) + _measured()


def _measured() -> bytes:
    registry = CollectorRegistry()
    registry.register(_Measured())
    return generate_latest(registry)


def may_read(request: HttpRequest) -> bool:
    """Tell whether the caller holds the token; without a token set, whether it is a program of this very machine.

    What came through a proxy is from elsewhere, though it seems to come from here.
    """
    if settings.MINFU_METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {settings.MINFU_METRICS_TOKEN}".encode())
    forwarded = {"X-Forwarded-For", "X-Forwarded-Proto", "X-Real-Ip", "Forwarded", "Via"} & set(
        request.headers
    )
    try:
        return not forwarded and ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _jobs() -> Iterator[measures.Reading]:
    """Count jobs that wait, run, or failed for good."""
    query = (
        "SELECT s, (SELECT count(*) FROM (SELECT 1 FROM procrastinate_jobs WHERE status = s::procrastinate_job_status"
        " AND (s <> 'todo' OR scheduled_at IS NULL OR scheduled_at <= now()) LIMIT %s) t)"
        " FROM unnest(ARRAY['todo', 'doing', 'failed']) s"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [measures.MOST])
        for state, number in cursor.fetchall():
            yield ("due" if state == "todo" else state,), number


def _oldest_job() -> Iterator[measures.Reading]:
    oldest = health.oldest_due()
    yield (), max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0


def _worker() -> Iterator[measures.Reading]:
    newest = health.newest_heartbeat()
    yield (), (clock.now() - newest).total_seconds() if newest else float("inf")


def _size() -> Iterator[measures.Reading]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        yield (), cursor.fetchone()[0]


def _checksums() -> Iterator[measures.Reading]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(checksum_failures), 0) FROM pg_stat_database")
        yield (), cursor.fetchone()[0]


def _disk() -> Iterator[measures.Reading]:
    yield (), shutil.disk_usage(settings.MINFU_HOME).free


OWN = (
    measures.Measure(
        "minfu_jobs", f"Background jobs by state, counted up to {measures.MOST}.", ("state",), _jobs
    ),
    measures.Measure(
        "minfu_job_oldest_seconds", "Seconds for which the oldest due job has waited.", (), _oldest_job
    ),
    measures.Measure(
        "minfu_worker_heartbeat_seconds", "Seconds since a worker gave a sign of life.", (), _worker
    ),
    measures.Measure("minfu_database_bytes", "Size of the database.", (), _size),
    measures.Measure("minfu_database_checksum_failures", "Pages found damaged on disk.", (), _checksums),
    measures.Measure("minfu_disk_free_bytes", "Free space where uploads lie.", (), _disk),
)
