"""The storey as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    """Register the tables, the indicators and what is found in the navigation."""

    name = "minfu.figures"
    verbose_name = "指标"

    def ready(self) -> None:
        """Load what registers itself with the kernel, and every indicator."""
        for name in ("events", "tasks", "indicators", "listings", "menu", "personal"):
            import_module(f"minfu.figures.{name}")
