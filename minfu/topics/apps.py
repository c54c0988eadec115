"""The room as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class TopicsConfig(AppConfig):
    """Register the room's tables, jobs and messages, and its place in the navigation."""

    name = "minfu.topics"
    verbose_name = "专题"

    def ready(self) -> None:
        """Load what registers itself with the kernel."""
        for name in ("events", "listings", "menu", "personal", "tasks"):
            import_module(f"minfu.topics.{name}")
        from minfu.topics import texts

        texts.register()
