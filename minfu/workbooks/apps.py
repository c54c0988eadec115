"""The room as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class WorkbooksConfig(AppConfig):
    """Register the room's lists, its personal data and its place in the navigation."""

    name = "minfu.workbooks"
    verbose_name = "上级报表"

    def ready(self) -> None:
        """Register what the house asks every room for."""
        for part in ("menu", "listings", "personal"):
            import_module(f"minfu.workbooks.{part}")
