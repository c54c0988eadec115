"""The kernel as a Django application."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


def load_calendar(using: str, **_more: Any) -> None:
    """After migrating, load the notices this release ships with; nothing happens when they are there already."""
    from minfu.kernel import calendar

    if "calendar_version" in connections[using].introspection.table_names():
        calendar.load_shipped()


class KernelConfig(AppConfig):
    """Register the kernel's tables and keep the working calendar loaded."""

    name = "minfu.kernel"
    verbose_name = "核心"

    def ready(self) -> None:
        """Load the calendar after every migration (Django's own hook for data a table cannot do without); add checks."""
        post_migrate.connect(load_calendar, sender=self)
        from minfu.kernel import checks, doctor

        doctor.register("数据库", checks.database)
        doctor.register("历史", checks.history)
