"""The site application."""

from importlib import import_module

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Register the site's tables and connect the rooms."""

    name = "minfu.site"

    def ready(self) -> None:
        """Subscribe the effects that cross rooms; register what ``minfu doctor`` asks about the installation."""
        from minfu.site import checks, wiring

        import_module("minfu.site.menu")

        wiring.connect()
        checks.register_all()
