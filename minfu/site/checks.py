"""The installation's part of ``minfu doctor``: settings, clock, tables, files, disk, jobs."""

import os
import re
import shutil
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from minfu.kernel import clock, doctor
from minfu.kernel.doctor import Finding, Progress
from minfu.kernel.models import Event
from minfu.kernel.pg_account import Trouble
from minfu.site import health, supervisor

#: Most seconds by which this machine's clock and the database's may differ.
SKEW_SECONDS = 2
#: Free space in MiB below which the disk counts as nearly full.
FREE_MIB = 1024
#: Addresses that only this machine reaches.
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def documented_settings() -> set[str]:
    """Return the names of the settings described in ``docs/operations/settings.md``."""
    page = Path(settings.BASE_DIR) / "docs" / "operations" / "settings.md"
    return set(re.findall(r"^\| `([A-Z_]+)` \|", page.read_text("utf-8"), re.MULTILINE))


def configuration(progress: Progress) -> Iterator[Finding]:
    """Check for misspelt settings, open doors and secrets others can read."""
    del progress
    problems = [*_misspelt(), *_exposed(), *_readable()]
    yield from problems
    if not problems:
        yield Finding("设置", well=True, words=f"县 {settings.MINFU_COUNTY},{settings.MINFU_PUBLIC_URL}")


def _misspelt() -> Iterator[Finding]:
    """Find variables that look like settings but are none."""
    internal = {"MINFU_SUPERVISOR_PID"}
    known = documented_settings() | internal
    for name in sorted(os.environ):
        if name.startswith("MINFU_") and not name.startswith("MINFU_TEST_") and name not in known:
            yield Finding(
                "设置", False, f"没有名为 {name} 的设置", "请对照 docs/operations/settings.md 改正拼写。"
            )


def _exposed() -> Iterator[Finding]:
    """Find a server open to others that shows too much."""
    if settings.MINFU_HOST in LOOPBACK:
        return
    for name, on in (("MINFU_DEBUG", settings.DEBUG), ("MINFU_DEMO", settings.MINFU_DEMO)):
        if on:
            yield Finding("设置", False, f"对外开放时不得打开 {name}", f"请去掉 {name} 后重新启动。")
    if settings.MINFU_PUBLIC_URL.startswith("http://"):
        yield Finding(
            "设置",
            False,
            "居民访问的网址没有加密(http://)",
            "请配置 HTTPS,并把 MINFU_PUBLIC_URL 改为 https://。",
        )


def _readable() -> Iterator[Finding]:
    """Find secrets that other accounts can read."""
    for path in (Path(settings.MINFU_HOME) / "secret_key", Path(settings.MINFU_VAULT_KEYS)):
        if path.is_file() and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            yield Finding("设置", False, f"密钥文件 {path} 能被其他账号读取", f"请运行:chmod 600 {path}")


def clocks(progress: Progress) -> Iterator[Finding]:
    """Compare this machine's clock with the database's and with the newest record."""
    del progress
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp()")
        skew = abs((cursor.fetchone()[0] - clock.now()).total_seconds())
    newest = Event.objects.order_by("-id").values_list("at", flat=True).first()
    remedy = "请打开时间同步(timedatectl set-ntp true)。"
    if skew > SKEW_SECONDS:
        yield Finding("时钟", False, f"本机与数据库的时间相差 {skew:.0f} 秒", remedy)
    elif newest is not None and newest > clock.now() + timedelta(seconds=60):
        yield Finding("时钟", False, f"最近一条记录的时间({newest:%Y-%m-%d %H:%M})晚于现在", remedy)
    else:
        yield Finding("时钟", True, f"{clock.now():%Y-%m-%d %H:%M} UTC,时区 {settings.TIME_ZONE}")


def tables(progress: Progress) -> Iterator[Finding]:
    """Check that every migration is applied, and that they made what this program uses."""
    del progress
    pending = health.pending_migrations()
    if pending:
        yield Finding(
            "数据表",
            False,
            f"有 {len(pending)} 个变更没有执行",
            "请启动(正在运行的,先停止再启动):make up,启动时会建立。",
        )
    elif missing := health.missing_columns():
        yield Finding(
            "数据表",
            False,
            f"缺少 {'、'.join(missing[:3])}{' 等' if missing[3:] else ''},但没有要执行的变更",
            "数据库是由还没有发布的版本建的,或者被人改过。请先备份,把这一行报给开发者。",
        )
    else:
        yield Finding("数据表", True, "与程序一致")


def static_files(progress: Progress) -> Iterator[Finding]:
    """Check that static files were collected."""
    del progress
    if (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        yield Finding("静态文件", True, "已生成")
    else:
        yield Finding(
            "静态文件", False, "还没有生成", "请启动(正在运行的,先停止再启动):make up,启动时会建立。"
        )


def disk(progress: Progress) -> Iterator[Finding]:
    """Check the free space where data and uploads lie."""
    del progress
    home = Path(settings.MINFU_HOME)
    places = {home, (home / "pg").resolve()} if (home / "pg").exists() else {home}
    for place in sorted(places):
        free_mib = shutil.disk_usage(place).free // 2**20
        if free_mib < FREE_MIB:
            yield Finding(
                "磁盘", False, f"{place} 所在磁盘只剩 {free_mib} MB", "请腾出空间,或把数据移到更大的磁盘。"
            )
        else:
            yield Finding("磁盘", True, f"{place} 所在磁盘还有 {free_mib // 1024} GB")


def jobs(progress: Progress) -> Iterator[Finding]:
    """Check that jobs are worked on, and name those that failed for good."""
    del progress
    with connection.cursor() as cursor:
        cursor.execute(
            "select task_name, count(*) from procrastinate_jobs where status = 'failed' group by 1 order by 1"
        )
        failed = cursor.fetchall()
    if _running():
        words = health.jobs_trouble()
        yield Finding(
            "后台任务",
            not words,
            words or "正常运行",
            "请查看启动窗口的日志,必要时重新启动。" if words else "",
        )
    else:
        yield Finding("后台任务", True, "民富没有在运行,没有检查")
    for name, count in failed:
        yield Finding(
            "后台任务",
            False,
            f"{name} 失败 {count} 次,已放弃",
            "请按日志排除原因,再运行:manage.py procrastinate shell,retry 编号。",
        )


def _running() -> bool:
    """Tell whether ``minfu up`` runs on this home."""
    try:
        supervisor.hold(Path(settings.MINFU_HOME)).close()
    except (supervisor.AlreadyRunning, Trouble):
        return True
    return False


def register_all() -> None:
    """Register every check of this module."""
    doctor.register("设置", configuration)
    doctor.register("时钟", clocks)
    doctor.register("数据表", tables)
    doctor.register("静态文件", static_files)
    doctor.register("磁盘", disk)
    doctor.register("后台任务", jobs)
