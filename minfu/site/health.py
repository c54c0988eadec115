"""Is the installation well? Asked by ``GET /healthz``, by ``minfu up`` and by ``minfu doctor``."""

import time
from datetime import datetime, timedelta

from django.apps import apps
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from minfu.kernel import clock

#: A worker that gave no sign of life for this long is gone.
HEARTBEAT = timedelta(seconds=60)
#: A job that is due for longer than this is stuck, or there is too much work.
BACKLOG = timedelta(minutes=10)
#: Seconds for which "no migration is pending" is believed: new migrations come with new code, and that with a restart.
BELIEVED_SECONDS = 300.0

_migrated_at = -BELIEVED_SECONDS


def report() -> dict[str, str]:
    """Return a sentence per part (database, migrations, jobs); "" means that it is well."""
    try:
        _ask()
        return {"database": "", "migrations": _migrations(), "jobs": jobs_trouble()}
    except DatabaseError:
        connection.close()
        return {"database": _("数据库没有应答。"), "migrations": _("未知"), "jobs": _("未知")}


def _ask() -> None:
    """Ask the database anything."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")


def forget() -> None:
    """Forget that migrations were found complete."""
    global _migrated_at  # noqa: PLW0603 - kept in the process, see the module
    _migrated_at = -BELIEVED_SECONDS


def pending_migrations() -> list[str]:
    """Return the migrations that are not applied, as ``app.name``."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def missing_columns() -> list[str]:
    """Return the tables and columns (``table``, ``table.column``) that this program uses and the database does not have.

    Migrations have names only: one that was written anew under its old name counts as applied.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name::text, column_name::text FROM information_schema.columns"
            " WHERE table_schema = ANY (current_schemas(false))"
        )
        there = set(cursor.fetchall())
    tables = {table for table, _column in there}
    missing = []
    for about in (model._meta for model in apps.get_models(include_auto_created=True)):  # noqa: SLF001 - documented API
        if not about.managed or about.proxy:
            continue
        if about.db_table not in tables:
            missing.append(about.db_table)
            continue
        fields = about.local_concrete_fields
        missing += [
            f"{about.db_table}.{one.column}" for one in fields if (about.db_table, one.column) not in there
        ]
    return sorted(missing)


def _migrations() -> str:
    """Say which migrations are missing."""
    global _migrated_at  # noqa: PLW0603 - a cache of one number per process
    if time.monotonic() - _migrated_at < BELIEVED_SECONDS:
        return ""
    pending = pending_migrations()
    if pending:
        return _("有 %(count)s 个数据库变更没有执行：%(names)s。请重新启动。") % {
            "count": len(pending),
            "names": ", ".join(pending[:3]),
        }
    _migrated_at = time.monotonic()
    return ""


def jobs_trouble() -> str:
    """Say, in a sentence, that no worker lives, or that due jobs wait too long."""
    heartbeat = newest_heartbeat()
    now = clock.now()
    if heartbeat is None or now - heartbeat > HEARTBEAT:
        return _("后台任务进程没有运行。")
    oldest = oldest_due()
    if oldest is not None and now - oldest > BACKLOG:
        return _("有后台任务已等待 %(minutes)s 分钟。") % {
            "minutes": int((now - oldest).total_seconds() // 60)
        }
    return ""


def newest_heartbeat() -> datetime | None:
    """Return when a worker last gave a sign of life."""
    with connection.cursor() as cursor:
        cursor.execute("select max(last_heartbeat) from procrastinate_workers")
        row = cursor.fetchone()
    return row[0] if row else None


def oldest_due() -> datetime | None:
    """Return since when the oldest waiting job is due."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select min(coalesce(j.scheduled_at, e.at)) from procrastinate_jobs j"
            " join procrastinate_events e on e.job_id = j.id and e.type = 'deferred'"
            " where j.status = 'todo' and (j.scheduled_at is null or j.scheduled_at <= now())"
        )
        row = cursor.fetchone()
    return row[0] if row else None
