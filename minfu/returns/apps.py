"""The room as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    """Register events, jobs, lists, texts, personal data and the place in the navigation."""

    name = "minfu.returns"
    verbose_name = "报表"

    def ready(self) -> None:
        """Register what the house asks every room for."""
        for part in ("events", "tasks", "menu", "listings", "personal"):
            import_module(f"minfu.returns.{part}")
        import_module("minfu.returns.texts").register()
