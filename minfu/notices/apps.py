"""The notices application."""

from importlib import import_module

from django.apps import AppConfig
from django.urls import reverse


class NoticesConfig(AppConfig):
    """Register the notices tables, rights, recorded events and navigation."""

    name = "minfu.notices"

    def ready(self) -> None:
        """Load what registers itself with the kernel."""
        for name in ("rights", "events", "listings", "measures", "menu", "personal", "tasks"):
            import_module(f"minfu.notices.{name}")
        from minfu.notices import texts
        from minfu.notices.rules import sealed

        texts.link(texts.INBOX, lambda _none: reverse("notices:inbox"))
        sealed.register()
