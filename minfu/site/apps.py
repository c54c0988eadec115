"""The site application."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Register the site's tables and connect the rooms."""

    name = "minfu.site"

    def ready(self) -> None:
        """Subscribe the effects that cross rooms."""
        from minfu.site import wiring

        wiring.connect()
