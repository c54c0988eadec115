"""The adapter as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """Register the tables, the recorded events, what the administrator is told and finds in the navigation."""

    name = "minfu.webhooks"
    verbose_name = "变更推送"

    def ready(self) -> None:
        """Load what registers itself with the kernel."""
        for name in ("events", "listings", "measures", "menu", "personal", "tasks"):
            import_module(f"minfu.webhooks.{name}")
        from minfu.webhooks import texts
        from minfu.webhooks.rules import secrets

        texts.register()
        secrets.register()
