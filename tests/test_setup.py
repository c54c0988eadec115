"""``minfu up`` as a person meets it: starts, says where, survives kill -9, refuses with a sentence."""

import contextlib
import os
import re
import signal
import socket
import threading
import time
from typing import Any

import psutil
import psycopg
import pytest

from minfu.kernel import postgres
from tests.installations import PATIENCE, Installation

pytestmark = pytest.mark.slow


def test_starts_says_so_and_stops_everything(new_installation: Installation) -> None:
    server = new_installation.up()
    new_installation.wait_well()
    second = new_installation.command("up")
    assert second.returncode == 0
    assert f"已在运行:http://127.0.0.1:{new_installation.port}/" in second.stdout
    server.send_signal(signal.SIGINT)
    output, _ = server.communicate(timeout=PATIENCE)
    assert server.returncode == 0, output
    assert f"民富已启动:http://127.0.0.1:{new_installation.port}/" in output
    assert "Traceback" not in output
    new_installation.wait_gone()
    assert not (new_installation.home / "pg" / "data" / "postmaster.pid").exists()


def test_killed_supervisor_leaves_nobody_and_the_next_start_finds_everything(
    installation: Installation,
) -> None:
    server = installation.up()
    installation.wait_well()
    with psycopg.connect(postgres.embedded_url(installation.home), autocommit=True) as connection:
        connection.execute("create table kept as select 7 as n")
    server.kill()
    server.wait()
    installation.wait_gone()
    installation.up()
    installation.wait_well()
    assert installation.ask("select n from kept") == (7,)


def test_everything_killed_at_once_recovers(installation: Installation) -> None:
    installation.up()
    installation.wait_well()
    with psycopg.connect(postgres.embedded_url(installation.home), autocommit=True) as connection:
        connection.execute("create table kept as select 7 as n")
    postmaster = int((installation.home / "pg" / "data" / "postmaster.pid").read_text().split()[0])
    for process in [*installation.processes(), psutil.Process(postmaster)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    installation.up()
    installation.wait_well()
    assert installation.ask("select n from kept") == (7,)


def test_child_and_database_that_die_come_back(installation: Installation) -> None:
    installation.up()
    installation.wait_well()
    jobs = [process for process in installation.processes() if process.cmdline()[-1] == "jobs"]
    postmaster = int((installation.home / "pg" / "data" / "postmaster.pid").read_text().split()[0])
    for process in [*jobs, psutil.Process(postmaster)]:
        process.kill()
    until = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(IndexError, FileNotFoundError, psycopg.Error):
            now = int((installation.home / "pg" / "data" / "postmaster.pid").read_text().split()[0])
            again = [process.pid for process in installation.processes() if process.cmdline()[-1] == "jobs"]
            if (
                now != postmaster
                and again
                and again != [jobs[0].pid]
                and installation.ask("select 1") == (1,)
            ):
                break
        assert time.monotonic() < until
        time.sleep(0.3)
    installation.wait_well()


def test_a_log_nobody_reads_stops_nothing(installation: Installation) -> None:
    """A full pipe from the first moment on: it starts, answers, tends its children and stops all the same."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writer, b"x" * 1024)
    os.set_blocking(writer, True)
    try:
        server = installation.up(writer, MINFU_LOG_LEVEL="DEBUG")
        installation.wait_well()
        for _time in range(300):  # more lines than a pipe holds
            installation.health()
        jobs = next(process for process in installation.processes() if process.cmdline()[-1] == "jobs")
        jobs.kill()
        jobs.wait(PATIENCE)
        until = time.monotonic() + PATIENCE
        while not any(one.cmdline()[-1] == "jobs" for one in installation.processes()):
            assert time.monotonic() < until, "the dead child was not started again"
            time.sleep(0.2)
        installation.wait_well()
        server.terminate()
        assert server.wait(PATIENCE) == 0
        installation.wait_gone()
    finally:
        os.close(reader)
        os.close(writer)


def test_a_stop_waits_for_who_asked_but_not_for_half_a_request(installation: Installation) -> None:
    server = installation.up()
    installation.wait_well()
    answers: list[int] = []
    with (
        psycopg.connect(postgres.embedded_url(installation.home)) as other,
        socket.create_connection(("127.0.0.1", installation.port)) as half,
    ):
        half.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        other.execute("lock table procrastinate_workers in access exclusive mode")
        asking = threading.Thread(target=lambda: answers.append(installation.health(PATIENCE)[0]))
        asking.start()
        _wait_for_the_asking(other)
        server.terminate()
        time.sleep(3)  # longer than nothing, shorter than the connection's own patience
        assert asking.is_alive()
        other.rollback()
        asking.join(PATIENCE)
        assert answers in (
            [200],
            [503],
        )  # an answer: the jobs, which stop too, may have signed off before it was read
        output, _ = server.communicate(timeout=PATIENCE)
    assert "refused to gracefully stop" not in output  # what a head that nobody finishes would lead to
    assert server.returncode == 0
    assert "Traceback" not in output


def _wait_for_the_asking(other: psycopg.Connection[Any]) -> None:
    """Wait until the server's question whether jobs live stands before the lock."""
    until = time.monotonic() + PATIENCE
    sql = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like 'select max(last_heartbeat)%'"
    while other.execute(sql).fetchone() == (0,):
        assert time.monotonic() < until, "nobody asks"
        time.sleep(0.1)
        other.execute("select pg_stat_clear_snapshot()")


def test_port_in_use_is_said(new_installation: Installation) -> None:
    with socket.create_server(("127.0.0.1", new_installation.port)):
        refused = new_installation.command("up")
    assert refused.returncode == 1
    assert f"端口 {new_installation.port}" in refused.stderr
    assert "MINFU_PORT" in refused.stderr


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("MINFU_PORT", "acht", "1 至 65535 的整数"),
        ("MINFU_PORT", "70000", "1 至 65535 的整数"),
        ("MINFU_COUNTY", "古田", "6 位区划代码"),
        ("MINFU_DEMO", "vielleicht", "true 或 false"),
        ("MINFU_LOG_LEVEL", "LAUT", "DEBUG、INFO"),
        ("MINFU_HOME", "/proc/minfu", "不能写入"),
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", "连接不上数据库"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL"),
    ],
)
def test_wrong_setting_is_one_sentence(
    new_installation: Installation, name: str, value: str, words: str
) -> None:
    refused = new_installation.command("up", **{name: value})
    assert refused.returncode == 1
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr


def test_demo_of_a_county_without_a_register_is_one_sentence(new_installation: Installation) -> None:
    refused = new_installation.command("demo", MINFU_COUNTY="999999")
    assert refused.returncode == 1
    assert "places import" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_doctor_before_the_first_start_says_to_start(new_installation: Installation) -> None:
    before = new_installation.command("doctor")
    assert before.returncode == 1
    assert not re.search(r"Error|relation|Traceback", before.stdout + before.stderr)
    assert before.stdout.count("make up") == 1, before.stdout
    assert "认得汉字" in before.stdout


def test_doctor_after_a_start_finds_all_well_and_needs_no_running_server(installation: Installation) -> None:
    server = installation.up()
    installation.wait_well()
    while_up = installation.command("doctor")
    assert while_up.returncode == 0, while_up.stdout
    server.terminate()
    server.wait(PATIENCE)
    after = installation.command("doctor")
    assert after.returncode == 0, after.stdout
    assert "一切正常" in after.stdout
    assert not (installation.home / "pg" / "data" / "postmaster.pid").exists()
