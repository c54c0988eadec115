"""Bringing the tables up to date: all pending changes in one transaction, or none."""

import time
from typing import Any

from django.core.management import call_command
from django.core.management.commands.migrate import Command
from django.db import OperationalError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from psycopg import errors

from minfu.kernel.pg_account import Trouble
from minfu.site import health

#: How often, and how many seconds apart, tables that others use are asked for.
TRIES, PAUSE_SECONDS = 3, 2.0


class _Migrate(Command):
    """Django's command, which settles the constraints after each change: the next one may then alter the same table."""

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:  # noqa: FBT001 - Django's signature
        """Note a step."""
        if action == "apply_success" and connection.in_atomic_block:
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        super().migration_progress_callback(action, migration, fake)


def unknown() -> list[str]:
    """Return the applied changes this program does not know: its database was used by a newer one."""
    known = MigrationLoader(None).disk_migrations.keys()
    applied = MigrationRecorder(connection).applied_migrations()
    labels = {app for app, _name in known}
    return sorted(f"{app}.{name}" for app, name in applied if app in labels and (app, name) not in known)


def apply(*, lock_seconds: int = 0) -> list[str]:
    """Apply every pending change and return their names.

    The first start makes tables one change after the other. Later, all are one transaction: a failure leaves the database as
    it was, and the program it belonged to still runs on it. A change that cannot run in a transaction (``atomic = False``) makes
    them run one by one. ``lock_seconds``: how long to wait for tables that a running site uses, several times over; 0 waits as
    long as it takes.
    Raises ``Trouble`` for tables that stay in use; what a change raises passes through.
    """
    pending = health.pending_migrations()
    health.forget()
    if not pending:
        return []
    if not MigrationRecorder(connection).applied_migrations() or not all_atomic(pending):
        call_command("migrate", verbosity=0, interactive=False)
        return pending
    for attempt in range(1, TRIES + 1):
        try:
            _at_once(lock_seconds)
        except OperationalError as error:
            if not isinstance(error.__cause__, errors.LockNotAvailable):
                raise
            if attempt == TRIES:
                raise Trouble("数据表一直有人在用，没有改动。请在夜里、或停掉民富以后再升级。") from error
            time.sleep(PAUSE_SECONDS)
        else:
            break
    return pending


def all_atomic(names: list[str]) -> bool:
    """Tell whether all these changes can share a transaction."""
    disk = MigrationLoader(None).disk_migrations
    return all(disk[(name.partition(".")[0], name.partition(".")[2])].atomic for name in names)


def _at_once(lock_seconds: int) -> None:
    """Apply all pending changes in one transaction, checked before it ends."""
    with transaction.atomic():
        if lock_seconds:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{lock_seconds}s"])
        call_command(_Migrate(), verbosity=0, interactive=False)
        left = health.pending_migrations()
        if left:
            raise Trouble(f"还有 {len(left)} 个变更没有执行。")
