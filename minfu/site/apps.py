"""The site application."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Register the site tables."""

    name = "minfu.site"
