"""The storey as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class AnswersConfig(AppConfig):
    """Register lists, personal data and the place in the navigation."""

    name = "minfu.answers"
    verbose_name = "填报数据"

    def ready(self) -> None:
        """Register what the house asks every room for."""
        for part in ("events", "listings", "menu", "personal"):
            import_module(f"minfu.answers.{part}")
