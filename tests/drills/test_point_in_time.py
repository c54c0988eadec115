"""The database is taken back to a moment with the very settings of the handbook; what came later is gone, what was before whole.

The handbook's own words were followed on Debian's PostgreSQL 15; here the embedded server stands for a county's own.
"""

import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from minfu.kernel import postgres
from tests.drills.conftest import FILL
from tests.installations import ROOT, Installation

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

#: Registers five more demands as the clerk whom ``FILL`` made.
MORE = re.sub(
    r"people\.person\(\"dispatcher\"\)", "people.User.objects.get(username='dispatcher')", FILL
).replace('people.post(user, "county_dispatcher", people.county_unit())', "user.posts.get()")


def handbook() -> list[str]:
    """Return what the handbook has one write to files or hand to ``psql``, in order."""
    text = (ROOT / "docs" / "operations" / "backup-and-restore.md").read_text("utf-8")
    return re.findall(r"<<'EOF'\n(.*?)EOF\n", text[text.index("## 恢复到任意时刻") :], re.DOTALL)


@pytest.fixture
def archive(
    tmp_path_factory: pytest.TempPathFactory, empty: Callable[[], Installation]
) -> tuple[Installation, Path]:
    """Return an installation whose server archives, and where."""
    made = empty()
    server = postgres.start(made.home)
    where = server.root / "archive"
    for folder in (where, where / "wal", where / "base"):
        folder.mkdir()
        server.account.own(folder)
    postgres.stop(made.home, seconds=60)
    with (server.data / "postgresql.conf").open("a") as conf:
        conf.write(handbook()[0].replace("/srv/pgarchive", str(where)))
    postgres.start(made.home)
    return made, where


def demands(made: Installation) -> set[int]:
    """Return the demands there are."""
    with psycopg.connect(postgres.embedded_url(made.home)) as connection:
        return {row[0] for row in connection.execute("select id from cases_case")}


def back_to(moment: str, made: Installation, where: Path) -> None:
    """Take the database back, as the handbook says."""
    server = postgres.locate(made.home)
    made.ask("select pg_switch_wal()")
    postgres.stop(made.home, seconds=60)
    server.data.rename(server.root / "data.old")
    server.account.run(["cp", "-a", str(where / "base" / "1"), str(server.data)])
    with (server.data / "postgresql.auto.conf").open("a") as conf:
        conf.write(
            handbook()[1].replace("/srv/pgarchive", str(where)).replace("2026-11-22 10:30:00+08", moment)
        )
    signal = server.data / "recovery.signal"
    signal.touch()
    server.account.own(signal)
    postgres.start(made.home)
    until = time.monotonic() + 120
    while made.ask("select pg_is_in_recovery()") != (False,):
        assert time.monotonic() < until, server.log.read_text()
        time.sleep(0.2)


def test_back_to_a_moment(archive: tuple[Installation, Path]) -> None:
    made, where = archive
    made.run("-m", "minfu.site.serving", "prepare")
    made.run("-c", FILL)
    server = postgres.locate(made.home)
    server.program(
        "pg_basebackup", "-h", str(server.run), "-U", "minfu", "-D", str(where / "base" / "1"), "-c", "fast",
        seconds=300,
    )  # fmt: skip
    made.run("-c", MORE)
    before = demands(made)
    moment = str(made.ask("select clock_timestamp()")[0])
    made.run("-c", MORE)
    lost = demands(made) - before
    events = made.ask("select max(id) from record_event")[0]
    assert (len(before), len(lost)) == (10, 5)
    assert made.ask("select failed_count from pg_stat_archiver") == (0,)

    back_to(moment, made, where)
    assert demands(made) == before
    with psycopg.connect(postgres.embedded_url(made.home), autocommit=True) as connection:
        for statement in filter(None, handbook()[2].strip().split("\n")):
            connection.execute(statement.encode())
    made.run("-c", MORE)
    new = demands(made) - before
    assert len(new) == 5
    assert not new & lost  # a number that a resident was told is not given to another
    assert made.ask(f"select count(*) from record_event where id > {events}")[0] >= 5
    said = made.command("doctor").stdout
    for line in ("正常 数据库", "正常 历史", "正常 身份库", "正常 数据表"):
        assert line in said, said
    shutil.rmtree(server.root / "data.old")
