"""``minfu doctor``: each finding is true and says what to do."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings
from django.db import connection

from minfu.kernel import checks as kernel_checks
from minfu.kernel import doctor, seals
from minfu.kernel.doctor import Finding
from minfu.site import checks
from minfu.site.backups import upgrading


def run(check: doctor.Check) -> list[Finding]:
    """Return what a check finds, taking its progress in silence."""
    return list(check(lambda _done, _total: None))


def only(check: doctor.Check) -> Finding:
    """Return the one finding of a check."""
    (finding,) = run(check)
    return finding


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    text = (Path(django_settings.BASE_DIR) / "config" / "settings.py").read_text("utf-8")
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', text))
    assert read == checks.documented_settings()


def test_misspelt_setting_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert only(checks.configuration).well
    monkeypatch.setenv("MINFU_PROT", "8080")
    finding = only(checks.configuration)
    assert not finding.well
    assert "MINFU_PROT" in finding.words


def test_open_server_must_not_show_the_demo(settings: SimpleNamespace) -> None:
    settings.MINFU_HOST = "0.0.0.0"
    settings.MINFU_DEMO = True
    settings.MINFU_PUBLIC_URL = "http://county.example"
    words = [finding.words for finding in run(checks.configuration) if not finding.well]
    assert len(words) == 2
    assert "MINFU_DEMO" in words[0]
    assert "http://" in words[1]


def test_key_that_others_can_read(settings: SimpleNamespace, tmp_path: Path) -> None:
    key = tmp_path / "vault_keys"
    key.write_text("x")
    key.chmod(0o644)
    settings.MINFU_VAULT_KEYS = key
    assert f"chmod 600 {key}" in only(checks.configuration).remedy
    key.chmod(0o600)
    assert only(checks.configuration).well


@pytest.mark.django_db
@pytest.mark.parametrize(
    "check",
    [kernel_checks.history, checks.clocks, checks.tables, checks.disk],
    ids=lambda check: check.__name__,
)
def test_fresh_installation_is_well(check: doctor.Check) -> None:
    assert all(finding.well for finding in run(check))


@pytest.mark.django_db
def test_missing_migration(monkeypatch: pytest.MonkeyPatch) -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from django_migrations where app = 'axes'")
    finding = only(checks.tables)
    assert not finding.well
    assert "make up" in finding.remedy


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("gone", "named"),
    [
        ("ALTER TABLE axes_accessattempt DROP COLUMN path_info", "axes_accessattempt.path_info"),
        ("DROP TABLE axes_accessattempt CASCADE", "axes_accessattempt"),
    ],
)
def test_tables_that_no_migration_will_bring_are_found(gone: str, named: str) -> None:
    """As after a migration that was written anew under its old name: nothing is pending, and something is not there."""
    with connection.cursor() as cursor:
        cursor.execute(gone)
    finding = only(checks.tables)
    assert not finding.well
    assert f"缺少 {named}," in finding.words
    with pytest.raises(upgrading.NotUpgraded, match=named):
        upgrading.upgrade(Path("/nonexistent"), tell=lambda _words: None)


@pytest.mark.django_db(transaction=True)
def test_without_tables_it_says_so() -> None:
    """Before the first start, and after an upgrade that was not finished."""
    with connection.cursor() as cursor:
        cursor.execute("alter table record_event rename to kept_away")
    try:
        (finding,) = doctor.run("历史", lambda _done, _total: None)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("alter table kept_away rename to record_event")
    assert not finding.well
    assert "数据表还没有建立" in finding.words
    assert "make up" in finding.remedy


@pytest.mark.django_db
def test_job_that_failed_for_good_is_named() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, status) values ('default', 'cases.x', 'failed')"
        )
    words = [finding.words for finding in run(checks.jobs) if not finding.well]
    assert words == ["cases.x 失败 1 次,已放弃"]


@pytest.mark.django_db
def test_clock_that_goes_wrong(time_machine_at: Callable[[str], None]) -> None:
    time_machine_at("2031-01-01T00:00:00+00:00")
    assert "相差" in only(checks.clocks).words


@pytest.fixture
def time_machine_at() -> object:
    """Return a function that moves this process's clock."""
    import time_machine

    started: list[time_machine.travel] = []

    def go(moment: str) -> None:
        travel = time_machine.travel(moment, tick=True)
        travel.start()
        started.append(travel)

    yield go
    for travel in started:
        travel.stop()


def test_static_files_and_disk(
    settings: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.STATIC_ROOT = tmp_path
    assert not only(checks.static_files).well
    (tmp_path / "staticfiles.json").touch()
    assert only(checks.static_files).well
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: SimpleNamespace(free=2**20))
    assert all(not finding.well for finding in run(checks.disk))


def test_broken_history_is_worded(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = seals.Broken("内容被改动过", ("case", 12), 3, 4711)
    monkeypatch.setattr(seals, "verify", lambda _progress: broken)
    finding = only(kernel_checks.history)
    assert not finding.well
    assert "case:12 第 3 条,编号 4711:内容被改动过" in finding.words


def test_check_that_breaks_is_a_finding() -> None:
    def breaks(progress: doctor.Progress) -> list[Finding]:
        raise ZeroDivisionError("no")

    doctor.register("坏的", breaks)
    try:
        (finding,) = doctor.run("坏的", lambda _done, _total: None)
    finally:
        doctor._checks.pop("坏的")
    assert not finding.well
    assert "ZeroDivisionError" in finding.words
