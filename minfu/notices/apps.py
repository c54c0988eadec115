"""The notices application."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Register the notices tables."""

    name = "minfu.notices"
