"""What every test shares: a private PostgreSQL, no network, a home that is thrown away."""

import fcntl
import gc
import math
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from pytest_django.plugin import DjangoDbBlocker

from tools import messages

#: Browser fixtures for walks: ``browser_page``, ``sign_in``; installations of their own.
pytest_plugins = ["tests.browser", "tests.installations"]

#: A loaded machine is slow, not wrong: no example is timed.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")

#: Where the suite's own server and files live; made by ``config/testing.py``.
HOME = Path(os.environ.get("MINFU_TEST_HOME", ""))


def pytest_configure() -> None:
    """Compile the catalogues that changed since: the suite also runs where nothing was set up anew."""
    messages.compile_all()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run take a part of each file's tests only: enough to see what another database does not understand."""
    parser.addoption(
        "--one-in", type=int, default=1, help="of each file the first test and every Nth after it"
    )


#: What pytest-django gives a test the database by.
_DATABASE = {"db", "transactional_db", "django_db_setup", "live_server"}


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Mark what uses the suite's database, for a run on another PostgreSQL; and give a walk in a real browser that fails a second
    try; the summary names it as rerun (see docs/howto/write-a-walk.md). Of what was chosen by marks, keep the part asked for.
    """
    for item in items:
        if item.get_closest_marker("django_db") or _DATABASE & set(getattr(item, "fixturenames", ())):
            item.add_marker("database")
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1, reruns_delay=5))
    yield
    kept = _part_of_each_file(items, config.getoption("one_in"))
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in kept])
    items[:] = [item for item in items if item.nodeid in kept]


def _part_of_each_file(items: list[pytest.Item], step: int) -> set[str]:
    """Return the names of every ``step``-th test of each file, whatever order they are in."""
    files: dict[Path, list[str]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item.nodeid)
    return {name for names in files.values() for name in sorted(names)[::step]}


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """Search what is loaded for good no more for refuse: by the ordinary thresholds that took a quarter of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)


#: Memory by which a process may grow before refuse is searched for all the same: large arrays are few objects.
GROWTH_KIB = 256 * 1024
_collected_at = [0]


def pytest_runtest_logfinish() -> None:
    """Search for refuse when the process has grown since it was searched last."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if peak > _collected_at[0] + GROWTH_KIB:
        _collected_at[0] = peak
        gc.collect()


@pytest.fixture(autouse=True)
def the_countys_language() -> None:
    """Let no test speak the language in which another test's page was read last."""
    translation.activate(django_settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def forget_county_name() -> None:
    """Let no test see the county's name that another test's page read."""
    from minfu.site import context

    context.county_names.clear()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Start the embedded server unless ``DATABASE_URL`` names one; under xdist, migrate once and copy."""
    if not django_settings.DATABASE_URL:
        from minfu.kernel import postgres

        postgres.start(HOME, durable=False)
    if "PYTEST_XDIST_WORKER" in os.environ:
        template = f"template_{os.environ['PYTEST_XDIST_TESTRUNUID'][:8]}"
        _make_template(template)
        connections["default"].settings_dict["TEST"]["TEMPLATE"] = template


def _make_template(name: str) -> None:
    """Make a migrated database called ``name`` for the workers to copy; whoever comes first does it."""
    with (HOME / "template.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        done = HOME / name
        if done.exists():
            return
        subprocess.run(
            [sys.executable, "-c", MAKE_TEMPLATE, name], check=True, cwd=django_settings.BASE_DIR, timeout=240
        )
        done.touch()


MAKE_TEMPLATE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.testing"
import django
django.setup()
from django.core.management import call_command
from django.db import connection
name = sys.argv[1]
with connection.cursor() as cursor:
    cursor.execute(f'create database "{name}"')
connection.close()
connection.settings_dict["NAME"] = name
call_command("migrate", verbosity=0)
connection.close()
"""


@pytest.fixture(autouse=True)
def _fresh_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the places index ask for its revision on every call: a test changes places between two calls."""
    from minfu.places import index

    monkeypatch.setattr(index, "CHECK_SECONDS", 0.0)
    index.forget()


@pytest.fixture(autouse=True)
def _no_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin knowing that there is no channel to the outside and no text of the county's, as is true of a fresh database."""
    from minfu.notices.rules import ways, wordings

    monkeypatch.setattr(ways, "TTL", math.inf)
    monkeypatch.setattr(ways, "_cached", (time.monotonic(), ways.Ways(residents=False, staff=False)))
    monkeypatch.setattr(wordings, "TTL", math.inf)
    monkeypatch.setattr(wordings, "_cached", (time.monotonic(), {}))


@pytest.fixture(autouse=True)
def _no_jobs_left(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Leave no job to the next test: Django's flush does not know procrastinate's tables."""
    yield
    marker = request.node.get_closest_marker("django_db")
    committed = {"transactional_db", "live_server"} & set(request.fixturenames)
    if committed or (marker is not None and marker.kwargs.get("transaction")):
        with django_db_blocker.unblock(), connections["default"].cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Drop what xdist's controller or the single process made."""
    if os.environ.get("MINFU_TEST_OWNER") != str(os.getpid()):
        return
    if not django_settings.DATABASE_URL:
        from minfu.kernel import postgres

        connections.close_all()
        postgres.stop(HOME)
    elif any(HOME.glob("template_*")):
        _drop_templates()
    root = HOME / "pg"
    if root.is_symlink():
        shutil.rmtree(root.resolve())
    shutil.rmtree(HOME, ignore_errors=True)


def _drop_templates() -> None:
    """Drop the templates from the server that ``DATABASE_URL`` names."""
    import psycopg

    with psycopg.connect(django_settings.DATABASE_URL, autocommit=True) as connection:
        for path in HOME.glob("template_*"):
            connection.execute(f'drop database if exists "{path.name}"'.encode())
