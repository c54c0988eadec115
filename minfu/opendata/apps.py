"""The storey as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class OpendataConfig(AppConfig):
    """Register events, the daily job and the places in the navigation."""

    name = "minfu.opendata"
    verbose_name = "开放数据"

    def ready(self) -> None:
        """Register what the house asks every room for."""
        for part in ("events", "tasks", "menu"):
            import_module(f"minfu.opendata.{part}")
