"""An upgrade that fails leaves the running version as it was; one that works takes all its changes at once."""

import shutil
import subprocess
from collections.abc import Callable

import psycopg
import pytest

from minfu.kernel import postgres
from tests.drills import whole
from tests.drills.test_backup import backup
from tests.installations import Installation, copy, made_once

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

#: Tables no job of the running version writes while nothing happens.
STILL = (
    "accounts_user", "cases_case", "django_content_type", "django_migrations", "files_file", "places_division",
    "record_event", "registry_identity",
)  # fmt: skip


def upgrade(made: Installation, poison: str = "") -> subprocess.CompletedProcess[str]:
    """Upgrade to the next version."""
    return made.command(
        "upgrade", DJANGO_SETTINGS_MODULE="tests.drills.new_version", MINFU_TEST_POISON=poison
    )


def state(made: Installation) -> tuple[object, ...]:
    """Return what an upgrade may change."""
    rows = whole.rows(made.home)
    return {name: rows[name] for name in STILL}, rows.keys(), whole.definitions(made.home)


@pytest.fixture(scope="session")
def old(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Return an installation with data that is stopped, for drills to copy."""

    def restore(made: Installation) -> None:
        filled = request.getfixturevalue("filled")  # only the process that makes it needs one
        shutil.copy(filled.home / "vault_keys", made.home / "vault_keys")
        saved = backup(filled, tmp_path_factory.mktemp("old") / "old.tar")
        assert made.command("restore", str(saved)).returncode == 0
        shutil.copytree(filled.home / "static", made.home / "static")  # else each start makes them anew
        postgres.stop(made.home)

    return made_once("old", restore)


@pytest.fixture
def running(old: Installation, empty: Callable[[], Installation]) -> Installation:
    """Return a running installation with data."""
    made = copy(old, empty())
    made.up()
    made.wait_well()
    return made


def test_a_failed_upgrade_leaves_the_old_version_running(running: Installation) -> None:
    before = state(running)
    for poison, where in (("always", "在副本上试升级没有成功"), ("live", "升级没有做成")):
        done = upgrade(running, poison)
        assert done.returncode == 1, done.stdout
        assert where in done.stderr
        assert "division by zero" in done.stderr
        assert "原来的版本照常运行" in done.stderr
        assert "Traceback" not in done.stderr
        assert state(running) == before
        assert running.health()[0] == 200
        assert not (running.home / "try").exists()
        assert not (running.home / "backup-work").exists()
    assert len(list((running.home / "backups").iterdir())) == 2
    assert running.command("doctor").returncode == 0


def test_tables_in_use_are_waited_for_and_then_left_alone(running: Installation) -> None:
    before = state(running)
    with psycopg.connect(postgres.embedded_url(running.home)) as other:
        other.execute("SELECT count(*) FROM cases_case")  # a transaction somebody left open
        done = upgrade(running)
        assert done.returncode == 1
        assert "一直有人在用" in done.stderr
    assert state(running) == before


def test_an_upgrade_takes_all_its_changes_and_keeps_a_backup(running: Installation) -> None:
    done = upgrade(running)
    assert done.returncode == 0, done.stderr
    assert "副本升级成功" in done.stdout
    assert running.ask("SELECT words FROM drill_note") == ("new",)
    assert running.health()[0] == 200
    assert len(list((running.home / "backups").iterdir())) == 1
    assert "没有要升级的" in upgrade(running).stdout


def test_a_step_back_is_refused(running: Installation) -> None:
    with psycopg.connect(postgres.embedded_url(running.home), autocommit=True) as connection:
        connection.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('cases', '9999_future', now())"
        )
    done = upgrade(running)
    assert done.returncode == 1
    assert "数据库比这个程序新" in done.stderr
