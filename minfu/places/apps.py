"""The places application."""

from importlib import import_module

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Register the places tables, rights, recorded events and menu entries."""

    name = "minfu.places"
    verbose_name = "地名"

    def ready(self) -> None:
        """Load what registers itself with the kernel."""
        for name in ("rights", "actions", "changes", "importing", "listings", "navigation"):
            import_module(f"minfu.places.{name}")
